"""Finding invoices: lists, the queue, counts, facets, names nearly so, and what is alike.

Everything is read from `search_*` (see indexing.py). Costs are bounded: nothing counts beyond
`MOST`, and a list begins with the latest without sorting all that was found. PostgreSQL, which
would rather walk through everything for a list's first lines, is told first what few rows a rare
word has.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from rapidfuzz import fuzz
from sqlalchemy import ARRAY, BigInteger, ColumnElement, Row, Select, any_, func, literal, select
from sqlalchemy.orm import Session

from models.finding import Status
from piaohe.search.bigrams import Sought, forgiving, normal, pieces, tsquery, words_of
from piaohe.store import departments, fulltext, indexing, search_facets
from piaohe.store.search_conditions import COMMON, conditions, words
from piaohe.store.search_facets import Tally
from piaohe.store.tables import DocumentRow
from piaohe.store.tables.people import ReviewRow
from piaohe.store.tables.search import SearchNamePieceRow, SearchNameRow, SearchRow, SearchTextRow
from piaohe.store.wanted import Line, Order, Wanted

MOST = 2_000
"""What is counted at most, once more for "and more"."""
_FEW = 5_000
"""Up to here the rows of a word are told by their numbers. Of more the latest are not far."""
_CANDIDATES = 200
_NEAR = 80.0

_Rows: TypeAlias = Select[*tuple[Any, ...]]
_LINE = (
    SearchRow.id,
    SearchRow.invoice_id,
    SearchRow.document_sha256,
    SearchRow.file,
    SearchRow.received_at,
    SearchRow.type,
    SearchRow.form,
    SearchRow.number,
    SearchRow.date,
    SearchRow.total_fen,
    SearchRow.seller_name,
    SearchRow.buyer_name,
    SearchRow.status,
    SearchRow.state,
    SearchRow.category,
    SearchRow.match_state,
    SearchRow.twins,
    ReviewRow.holder_id,
    ReviewRow.held_until,
)


class Search:
    """What is found of the kept invoices."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._told: dict[str, list[int] | None] = {}

    def find(
        self, wanted: Wanted, after: int | None = None, limit: int = 50, skip: int = 0
    ) -> list[Line]:
        """What is looked for, the latest first; `after` is the `place` of the last line of the
        page before, and `skip` leaves out that many."""
        query, id_ = self._matching(select(*_LINE), wanted)
        if after is not None:
            query = query.where(id_ < after)
        return self._lines(query.order_by(id_.desc()).offset(skip).limit(limit))

    def queue(self, wanted: Wanted, order: Order, offset: int = 0, limit: int = 50) -> list[Line]:
        """What is looked for, in the order it should be done."""
        by: dict[Order, tuple[Any, ...]] = {
            Order.RISK: (SearchRow.risk, SearchRow.light, SearchRow.id),
            Order.AMOUNT: (SearchRow.light, SearchRow.id),
            Order.AGE: (SearchRow.id,),
        }
        found, _ = self._matching(select(SearchRow.id), wanted, reviews=False)
        # what stands before the page is counted off in the index alone
        place = found.order_by(*by[order]).offset(offset).limit(limit).subquery()
        query = (
            select(*_LINE)
            .join(place, place.c.id == SearchRow.id)
            .outerjoin(ReviewRow, ReviewRow.invoice_id == SearchRow.invoice_id)
        )
        return self._lines(query.order_by(*by[order]))

    def count(self, wanted: Wanted) -> int:
        """How many there are; MOST + 1 for more than MOST."""
        asked, compared = words(wanted)
        if asked and not (compared or wanted.department is not None or conditions(wanted)):
            return self._count_of(asked)
        query, id_ = self._matching(select(SearchRow.id), wanted, reviews=False)
        capped = query.with_only_columns(id_).limit(MOST + 1).subquery()
        return self._session.scalar(select(func.count()).select_from(capped)) or 0

    def facets(self, wanted: Wanted) -> Tally:
        """How many there are, MOST + 1 for more than MOST; and the values the latest of them
        have."""
        columns = search_facets.columns(self._dialect)
        query, id_ = self._matching(select(*columns), wanted, reviews=False)
        latest = query.order_by(id_.desc()).limit(MOST + 1).cte("latest")
        return search_facets.tally(self._session, latest)

    def instead(self, wanted: Wanted) -> str | None:
        """The words that were probably meant where the ones given find nothing: with one character
        of a word wrong. None where there are none."""
        given = words_of(wanted.q)
        meant = [word if self._is_there(word) else self._near(word, wanted) for word in given]
        if None in meant or meant == given:
            return None
        return " ".join(word for word in meant if word)

    def names(self, beginning: str, limit: int = 6) -> list[str]:
        """Names of sellers and buyers that begin so, then those that contain it."""
        folded = normal(beginning)
        if not folded:
            return []
        column = SearchNameRow.folded
        first = select(SearchNameRow.name).where(column >= folded, column < folded + "\uffff")
        found = list(self._session.scalars(first.order_by(column).limit(limit)))
        wanted = sorted(pieces([folded]))
        if len(found) < limit and len(folded) > 1:
            within = self._named(wanted).where(column.contains(folded, autoescape=True))
            more = self._session.execute(within.limit(limit)).all()
            found += [name for name, _, _ in more if name not in found]
        return found[:limit]

    def similar(self, invoice_id: str, owner: int | None = None, limit: int = 20) -> list[Line]:
        """Invoices of the same seller with nearly the same total (a tenth more or less), the
        latest first."""
        own = self._session.scalar(select(SearchRow).where(SearchRow.invoice_id == invoice_id))
        if own is None or not own.seller_name or own.total_fen is None:
            return []
        low, high = sorted((own.total_fen * 9 // 10, -(-own.total_fen * 11 // 10)))
        wanted = Wanted(seller=own.seller_name, least=low, most=high, owner=owner)
        return [line for line in self.find(wanted, limit=limit + 1) if line.id != invoice_id][
            :limit
        ]

    def empty(self) -> list[bytes]:
        """Take out all words and names, to put them in anew by `renew`. Gives the documents to do
        that for, the earliest received first: each its SHA-256 as 32 bytes, for a million of them
        are many."""
        connection = self._session.connection()
        indexing.empty(connection)
        order = (DocumentRow.received_at, DocumentRow.file, DocumentRow.sha256)
        names = connection.scalars(select(DocumentRow.sha256).order_by(*order))
        return [bytes.fromhex(name) for name in names]

    def renew(self, documents: Sequence[str]) -> int:
        """Bring all that is found of these documents up to date; gives how many invoices."""
        return indexing.renew(self._session.connection(), documents)

    def sweep(self) -> None:
        """Take out what is of no document, when all were renewed."""
        indexing.sweep(self._session.connection())

    @property
    def _dialect(self) -> str:
        return self._session.get_bind().dialect.name

    def _lines(self, query: _Rows) -> list[Line]:
        return [_line(row) for row in self._session.execute(query)]

    def _few(self, asked: Sought) -> list[int] | None:
        """`fulltext.few`. What is only read stays as it is, and is asked once for all of it."""
        connection = self._session.connection()
        if not connection.get_execution_options().get("piaohe_reading"):
            return fulltext.few(connection, asked, _FEW)
        key = tsquery(asked)
        if key not in self._told:
            self._told[key] = fulltext.few(connection, asked, _FEW)
        return self._told[key]

    def _count_of(self, asked: Sought) -> int:
        """`count` of what the index alone answers."""
        if self._dialect != "sqlite":
            few = self._few(asked)
            return MOST + 1 if few is None else min(len(few), MOST + 1)
        index = fulltext.asked(self._dialect, asked)
        found = select(index.id).select_from(index.words).where(index.holds)
        capped = select(func.count()).select_from(found.limit(MOST + 1).subquery())
        return self._session.scalar(capped) or 0

    def _matching(
        self, query: _Rows, wanted: Wanted, *, reviews: bool = True
    ) -> tuple[_Rows, ColumnElement[int]]:
        """The query with its conditions, and the column that holds the place."""
        query = query.select_from(SearchRow)
        id_: ColumnElement[int] = SearchRow.id.expression
        asked, compared = words(wanted)
        few = self._few(asked) if asked else None
        if few is not None:
            query = query.where(id_ == any_(literal(few, ARRAY(BigInteger))))
        elif asked is not None:
            index = fulltext.asked(self._dialect, asked)
            query = query.join(index.words, index.id == SearchRow.id).where(index.holds)
            id_ = index.id
        if reviews:
            query = query.outerjoin(ReviewRow, ReviewRow.invoice_id == SearchRow.invoice_id)
        if wanted.department is not None:
            query = query.where(departments.of(self._dialect, wanted.department))
        return query.where(*conditions(wanted), *compared), id_

    def _is_there(self, word: str) -> bool:
        return self.count(Wanted(q=word)) > 0

    def _near(self, word: str, wanted: Wanted) -> str | None:
        """A name or number that is there and differs from the word by about one character."""
        if word.isascii():
            return self._near_number(word, wanted)
        told = sorted(pieces([word]) - COMMON) or sorted(pieces([word]))
        best: tuple[float, str] = (0.0, "")
        for _, folded, _ in self._session.execute(self._named(told).limit(_CANDIDATES)):
            alike = fuzz.partial_ratio_alignment(word, folded)
            least = 100 * (len(word) - 1) / len(word) - 1
            if alike is not None and alike.score >= min(_NEAR, least) and alike.score > best[0]:
                best = (alike.score, folded[alike.dest_start : alike.dest_end])
        return best[1] or None

    def _near_number(self, word: str, wanted: Wanted) -> str | None:
        query = forgiving(word)
        if query is None:
            return None
        index = fulltext.asked(self._dialect, query)
        texts = (
            select(SearchTextRow.said)
            .join(index.words, index.id == SearchTextRow.id)
            .join(SearchRow, SearchRow.id == SearchTextRow.id)
            .where(index.holds, *conditions(Wanted(owner=wanted.owner)))
        )
        for said in self._session.scalars(texts.limit(_CANDIDATES)):
            for line in said.split("\n"):
                alike = fuzz.partial_ratio_alignment(word, line)
                if alike is not None and alike.score >= 100 * (len(word) - 1) / len(word) - 1:
                    return str(line[alike.dest_start : alike.dest_end])
        return None

    def _named(self, wanted: list[str]) -> _Rows:
        """Names with some of these pieces, those with the most first."""
        count = func.count()
        return (
            select(SearchNameRow.name, SearchNameRow.folded, count)
            .join(SearchNamePieceRow, SearchNamePieceRow.name_id == SearchNameRow.id)
            .where(SearchNamePieceRow.piece.in_(wanted))
            .group_by(SearchNameRow.id, SearchNameRow.name, SearchNameRow.folded)
            .order_by(count.desc(), SearchNameRow.id)
        )


def _line(row: Row[Any]) -> Line:
    return Line(
        id=row.invoice_id,
        document_sha256=row.document_sha256,
        file=row.file,
        received_at=row.received_at,
        type=row.type,
        form=row.form,
        number=row.number,
        date=row.date,
        total_fen=row.total_fen,
        seller_name=row.seller_name,
        buyer_name=row.buyer_name,
        status=Status(row.status),
        state=row.state,
        category=row.category,
        match=row.match_state,
        twins=bool(row.twins),
        place=row.id,
        holder_id=row.holder_id,
        held_until=row.held_until,
    )
