"""What is looked for as conditions: what the index of words is asked, what texts are compared
with, and what columns have to hold."""

from sqlalchemy import ColumnElement, Integer, and_, false, literal_column, or_, select

from models.text import money
from piaohe.search.bigrams import (
    Both,
    Either,
    Sought,
    Term,
    is_compared_whole,
    normal,
    pieces,
    sought,
    words_of,
)
from piaohe.search.marks import mark, months, sizes, sum_mark, to_the_cent
from piaohe.store.tables.people import UploadRow
from piaohe.store.tables.search import SearchRow, SearchTextRow
from piaohe.store.values import fen_or_none
from piaohe.store.wanted import NONE, UNBOOKED, Booked, Wanted

_YES = literal_column("1", Integer)
"""Not a parameter: a plan made for any value could not use an index of those with this one."""
_BOOKED = {Booked.UNBOOKED: sorted(UNBOOKED), Booked.UNMATCHED: [""]}

COMMON = frozenset(pieces(["股份有限责任公司", "集团公司", "分公司", "中国"]))
"""Pieces that nearly every name has."""
_COMMON = frozenset(Term(piece) for piece in COMMON)


def words(wanted: Wanted) -> tuple[Sought | None, list[ColumnElement[bool]]]:
    """What the index is asked, and what has to be compared with the text besides."""
    parts: list[Sought] = []
    compared: list[ColumnElement[bool]] = []
    for word in words_of(wanted.q):
        asked = sought(word)
        fen = fen_or_none(money(word))
        if (exact := to_the_cent(word)) is not None:
            # its mark alone is asked: its few figures stand in the numbers of very many
            parts.append(Term(sum_mark(exact)))
        elif asked is None:
            compared.append(false())
        elif fen is None:
            parts.append(asked)
            compared += [_says(word)] if is_compared_whole(word) else []
        else:
            parts.append(Either((asked, Term(sum_mark(fen)))))
            compared += [_says(word, sum_mark(fen))] if is_compared_whole(word) else []
    for name in (wanted.seller, wanted.buyer):
        parts += _pieces_of(normal(name or ""))
    parts += [Term(each) for each in _marks(wanted)]
    if wanted.kind:
        parts.append(Either(tuple(Term(mark("type", kind.value)) for kind in wanted.kind)))
    spans = (months(wanted.since, wanted.until), sizes(wanted.least, wanted.most))
    parts += [span for span in spans if span is not None]
    return (Both(tuple(parts)) if parts else None), compared


def _pieces_of(name: str) -> list[Sought]:
    """What the index is asked for a whole name. The column has it too, so what nearly all names
    have is left out: walking through that takes as long as all the rest."""
    asked = sought(name)
    if asked is None:
        return []
    telling = tuple(term for term in asked.parts if term not in _COMMON)
    return [Both(telling) if telling else asked]


def _marks(wanted: Wanted) -> list[str]:
    given = {
        "status": wanted.status,
        "form": wanted.form,
        "category": None if wanted.category == NONE else wanted.category,
        "rule": wanted.rule,
        "by": wanted.by,
    }
    found = [mark(name, value) for name, value in given.items() if value is not None]
    return found if wanted.owner is None else [*found, mark("by", wanted.owner)]


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What the columns have to hold. Some of it the index was asked already."""
    row = SearchRow
    found: list[ColumnElement[bool]] = []
    if wanted.queue:
        found.append(row.queue == _YES)
    if wanted.twins:
        found.append(row.twins == _YES)
    for column, given in ((row.category, wanted.category), (row.match_cause, wanted.cause)):
        if given == NONE:
            found.append(column.is_(None))
    if wanted.match is not None:
        found.append(row.match_state.in_(_BOOKED.get(wanted.match, [wanted.match.value])))
    for column, value in (
        (row.state, wanted.state),
        (row.match_cause, None if wanted.cause == NONE else wanted.cause),
        (row.seller_name, wanted.seller),
        (row.buyer_name, wanted.buyer),
    ):
        if value:
            found.append(column == value)
    found += _spans(wanted)
    for person in (wanted.owner, wanted.by):
        if person is not None:
            own = select(UploadRow.sha256).where(UploadRow.person_id == person)
            found.append(row.document_sha256.in_(own))
    if wanted.ids:
        found.append(row.invoice_id.in_(wanted.ids))
    return found


def _spans(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.since:
        found.append(SearchRow.date >= wanted.since)
    if wanted.until:
        found.append(SearchRow.date <= wanted.until)
    if wanted.arrived_since:
        found.append(SearchRow.received_at >= wanted.arrived_since)
    if wanted.arrived_until:
        found.append(SearchRow.received_at < wanted.arrived_until)
    # an index on a wide span would sort all of it: only one amount goes by it
    total = SearchRow.total_fen if wanted.least == wanted.most else SearchRow.total_fen + 0
    if wanted.least is not None:
        found.append(total >= wanted.least)
    if wanted.most is not None:
        found.append(total <= wanted.most)
    return found


def _says(word: str, amount: str | None = None) -> ColumnElement[bool]:
    """That the text has this word, or the mark of this amount stands beside it."""
    holds = [SearchTextRow.said.contains(word, autoescape=True)]
    if amount is not None:
        holds.append((" " + SearchTextRow.marks + " ").contains(f" {amount} ", autoescape=True))
    text = select(SearchTextRow.id).where(SearchTextRow.id == SearchRow.id, or_(*holds))
    return and_(text.exists())
