"""Keeping what finding works with (`search_*`) up to date, in the transaction of each change."""

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    Connection,
    RowMapping,
    bindparam,
    case,
    delete,
    insert,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.finding import Status
from models.match import Side
from piaohe.search.bigrams import normal, pieces
from piaohe.search.marks import mark, month_mark, size_mark, sum_mark, sums_said
from piaohe.store import fulltext, naming
from piaohe.store.fulltext import Words
from piaohe.store.tables import DocumentRow, InvoiceRow, LinkRow, MatchRow
from piaohe.store.tables.notes import NoteRow
from piaohe.store.tables.people import ReviewRow, UploadRow
from piaohe.store.tables.search import SearchNamePieceRow, SearchNameRow, SearchRow, SearchTextRow
from piaohe.store.wanted import State

_PORTION = 1000
_ITEMS = 60
_TABLES = (SearchNamePieceRow, SearchNameRow, SearchTextRow, SearchRow)
_INVOICE = [
    "id",
    "document_sha256",
    "idx",
    "type",
    "form",
    "key",
    "code",
    "number",
    "date",
    "amount_fen",
    "tax_fen",
    "total_fen",
    "buyer_name",
    "buyer_tax_id",
    "seller_name",
    "seller_tax_id",
    "category",
    "status",
    "record",
]

_TURN = (DocumentRow.received_at, DocumentRow.file, DocumentRow.sha256, InvoiceRow.idx)

Known: TypeAlias = Mapping[str, Any] | RowMapping


def refresh(session: Session, document_sha256: str) -> None:
    """Bring everything found of a document's invoices up to date."""
    session.flush()
    renew(session.connection(), [document_sha256])


def renew(connection: Connection, documents: Sequence[str]) -> int:
    """The same of several documents, also of those that are not there yet, or of which `empty`
    took the texts; gives how many invoices they have."""
    old = _old(connection, documents)
    source = _invoices().where(InvoiceRow.document_sha256.in_(documents))
    found = [row._mapping for row in connection.execute(source.order_by(*_TURN))]
    gone = [old[name] for name in old.keys() - {row["id"] for row in found}]
    if gone:
        _take(connection, gone)
        ids = [row["id"] for row in gone]
        connection.execute(delete(SearchRow).where(SearchRow.id.in_(ids)))
    _write(connection, found, old, with_notes=True)
    # where one of several copies is gone the others move up
    before = {naming.key_of(row["match_key"]) for row in old.values()}
    naming.rename(connection, before | _keys(found))
    return len(found)


def _old(connection: Connection, documents: Sequence[str]) -> dict[str, Known]:
    """The rows of documents with their texts, by the invoice; `said` is None where it has none."""
    rows = connection.execute(
        select(SearchRow.__table__, SearchTextRow.said, SearchTextRow.marks)
        .outerjoin(SearchTextRow, SearchTextRow.id == SearchRow.id)
        .where(SearchRow.document_sha256.in_(documents))
    )
    return {row.invoice_id: row._mapping for row in rows}


def _take(connection: Connection, old: Iterable[Known]) -> None:
    """Take the words and texts of rows out of the index."""
    worded = [row for row in old if row["said"] is not None]
    fulltext.take(connection, [Words(r["id"], _pieces(r["said"], r["marks"])) for r in worded])
    if ids := [row["id"] for row in worded]:
        connection.execute(delete(SearchTextRow).where(SearchTextRow.id.in_(ids)))


def empty(connection: Connection) -> None:
    """Take out all words, texts and names; lists, the queue and filters by column go on."""
    fulltext.clear(connection)
    for row in (SearchNamePieceRow, SearchNameRow, SearchTextRow):
        connection.execute(delete(row))


def sweep(connection: Connection) -> None:
    """Take out rows of invoices that are gone, and of which `empty` took the texts."""
    kept = select(InvoiceRow.id).where(InvoiceRow.id == SearchRow.invoice_id)
    said = select(SearchTextRow.id).where(SearchTextRow.id == SearchRow.id)
    connection.execute(delete(SearchRow).where(~kept.exists(), ~said.exists()))


def rebuild(connection: Connection) -> int:
    """Make all of it anew from what is kept; gives how many invoices there are.

    It is also what a migration calls, so it names no column a later version may take away.
    """
    fulltext.clear(connection)
    for row in _TABLES:
        connection.execute(delete(row))
    source = _invoices().order_by(*_TURN)
    with_notes = inspect(connection).has_table(NoteRow.__tablename__)
    result = connection.execute(source, execution_options={"yield_per": _PORTION})
    count = 0
    for portion in result.mappings().partitions(_PORTION):
        _write(connection, portion, {}, with_notes=with_notes)
        naming.rename(connection, _keys(portion))
        count += len(portion)
    return count


def refill(connection: Connection) -> None:
    """Fill the index of words from the texts, after rows were copied into an empty database."""
    fulltext.clear(connection)
    query = select(SearchTextRow.id, SearchTextRow.said, SearchTextRow.marks)
    result = connection.execute(query, execution_options={"yield_per": _PORTION})
    for portion in result.partitions(_PORTION):
        fulltext.put(connection, [Words(id_, _pieces(said, m)) for id_, said, m in portion])


def reviewed(session: Session, invoice_id: str, state: str, version: int) -> None:
    """A review changed: whether it is in the queue follows."""
    clean = SearchRow.status == Status.ACCEPTED.value
    by_status = case((clean, 1 if version > 0 else 0), else_=1)
    queue = {State.OPEN.value: by_status, State.CHECKED.value: 1}.get(state, 0)
    session.execute(
        update(SearchRow).where(SearchRow.invoice_id == invoice_id).values(state=state, queue=queue)
    )


def matched(session: Session, verdicts: Mapping[str, tuple[str, str | None]]) -> None:
    """The verdicts of matching on invoices changed: key -> (state, cause), empty for none."""
    values = [{"k": key, "s": state, "c": cause} for key, (state, cause) in verdicts.items()]
    if values:
        statement = update(SearchRow.__table__).where(SearchRow.match_key == bindparam("k"))  # type: ignore[arg-type]
        changed = statement.values(match_state=bindparam("s"), match_cause=bindparam("c"))
        session.connection().execute(changed, values)


def twinned(session: Session, invoice_ids: Iterable[str]) -> None:
    """Duplicates of these invoices were found, or forgotten."""
    ids = set(invoice_ids)
    connection = session.connection()
    linked = set(_linked(connection, sorted({id_.rpartition("-")[0] for id_ in ids})))
    for value, named in ((1, ids & linked), (0, ids - linked)):
        if named:
            rows = update(SearchRow).where(SearchRow.invoice_id.in_(named))
            session.execute(rows.values(twins=value))


def _invoices() -> Any:
    columns = [getattr(InvoiceRow, name) for name in _INVOICE]
    return select(*columns, DocumentRow.file, DocumentRow.received_at).join(
        DocumentRow, DocumentRow.sha256 == InvoiceRow.document_sha256
    )


def _write(
    connection: Connection, found: Sequence[Known], old: Mapping[str, Known], *, with_notes: bool
) -> None:
    """Rows, texts and words for invoices, where they are not what they were in `old`."""
    if not found:
        return
    about = _About(connection, found, with_notes=with_notes)
    at = _put_rows(connection, [_columns(row, about) for row in found], old)
    told = [(row, *_texts(row, about)) for row in found]
    # judging anew seldom changes them, and words are what costs
    news = [(row, said, m) for row, said, m in told if _said(old.get(row["id"])) != (said, m)]
    if not news:
        return
    _take(connection, [old[row["id"]] for row, _, _ in news if row["id"] in old])
    texts = [(at[row["id"]], said, marks) for row, said, marks in news]
    connection.execute(
        insert(SearchTextRow), [{"id": id_, "said": said, "marks": m} for id_, said, m in texts]
    )
    fulltext.put(connection, [Words(id_, _pieces(said, m)) for id_, said, m in texts])
    _name(connection, {row[side] for row, _, _ in news for side in ("seller_name", "buyer_name")})


def _put_rows(
    connection: Connection, rows: Sequence[dict[str, Any]], old: Mapping[str, Known]
) -> dict[str, int]:
    """Insert rows, or change those there are; gives the id of each by its invoice."""
    new = [row for row in rows if row["invoice_id"] not in old]
    there = [(row, old[row["invoice_id"]]) for row in rows if row["invoice_id"] in old]
    changed = [
        row | {"at": before["id"]}
        for row, before in there
        if any(before[name] != value for name, value in row.items())
    ]
    if changed:
        named = update(SearchRow.__table__).where(SearchRow.id == bindparam("at"))  # type: ignore[arg-type]
        connection.execute(named.values({name: bindparam(name) for name in rows[0]}), changed)
    at = {name: before["id"] for name, before in old.items()}
    if new:
        connection.execute(insert(SearchRow), new)
        names = [row["invoice_id"] for row in new]
        query = select(SearchRow.invoice_id, SearchRow.id).where(SearchRow.invoice_id.in_(names))
        at |= {row.invoice_id: row.id for row in connection.execute(query)}
    return at


def _said(old: Known | None) -> tuple[str, str] | None:
    return (old["said"], old["marks"]) if old else None


def _keys(found: Sequence[Known]) -> set[str]:
    return {row["key"] for row in found if row["key"]}


class _About:
    """What other tables say of some invoices."""

    def __init__(self, connection: Connection, found: Sequence[Known], *, with_notes: bool) -> None:
        ids = [row["id"] for row in found]
        documents = list({row["document_sha256"] for row in found})
        reviews = select(ReviewRow.invoice_id, ReviewRow.state, ReviewRow.version)
        self.reviews = {
            row.invoice_id: row
            for row in connection.execute(reviews.where(ReviewRow.invoice_id.in_(ids)))
        }
        verdicts = select(MatchRow.key, MatchRow.state, MatchRow.cause).where(
            MatchRow.side == Side.INVOICE.value,
            MatchRow.key.in_([match_key(row) for row in found]),
            MatchRow.copy == 0,
        )
        self.matches = {row.key: row for row in connection.execute(verdicts)}
        self.names: dict[str, list[str]] = defaultdict(list)
        self.owners: dict[str, list[int]] = defaultdict(list)
        uploads = select(UploadRow.sha256, UploadRow.name, UploadRow.person_id)
        for sha256, name, person in connection.execute(
            uploads.where(UploadRow.sha256.in_(documents))
        ):
            self.names[sha256].append(name)
            self.owners[sha256].append(person)
        if with_notes:
            notes = select(NoteRow.sha256, NoteRow.text).where(NoteRow.sha256.in_(documents))
            for sha256, said in connection.execute(notes):
                self.names[sha256].append(said)
        self.twins = set(_linked(connection, documents))


def _linked(connection: Connection, documents: list[str]) -> Iterator[str]:
    links = select(LinkRow.document_sha256, LinkRow.idx, LinkRow.other_sha256, LinkRow.other_idx)
    either = or_(LinkRow.document_sha256.in_(documents), LinkRow.other_sha256.in_(documents))
    for sha256, idx, other, other_idx in connection.execute(links.where(either)):
        yield from (f"{sha256}-{idx}", f"{other}-{other_idx}")


def match_key(row: Known) -> str:
    """The name matching knows an invoice by: its key, or where it stands."""
    return row["key"] or f"{row['file']}#{row['idx']}"


def _columns(row: Known, about: _About) -> dict[str, Any]:
    review, match = about.reviews.get(row["id"]), about.matches.get(match_key(row))
    state = review.state if review else State.OPEN.value
    doubtful = row["status"] != Status.ACCEPTED.value or (review and review.version > 0)
    open_ = state == State.CHECKED.value or (state == State.OPEN.value and bool(doubtful))
    copied = (
        "document_sha256 file received_at type form category number date total_fen amount_fen"
        " seller_name buyer_name status"
    )
    return {name: row[name] for name in copied.split()} | {
        "invoice_id": row["id"],
        "match_key": match_key(row),
        "state": state,
        "queue": int(open_),
        "risk": 0 if row["status"] == Status.REJECTED.value else 1,
        "light": 1 if row["total_fen"] is None else -abs(row["total_fen"]),
        "match_state": match.state if match else "",
        "match_cause": match.cause if match else None,
        "twins": int(row["id"] in about.twins),
    }


def _texts(row: Known, about: _About) -> tuple[str, str]:
    """The text an invoice is found by, and its marks."""
    record = _record(row["record"])
    extra = _dict(record.get("extra"))
    told: list[object] = [row[name] for name in _SAID]
    told += [extra.get(name) for name in ("second_number", "remark", "traveller", "trip_no")]
    told += [_dict(item).get("name") for item in _list(record.get("items"))[:_ITEMS]]
    told += [_dict(each).get("value") for each in _list(extra.get("details"))[:_ITEMS]]
    told += [row["file"].replace("\\", "/").rsplit("/", 1)[-1]]
    told += about.names[row["document_sha256"]]
    lines = dict.fromkeys(normal(text) for text in told if isinstance(text, str) and text)
    marks = {mark(name, row[name]) for name in ("type", "form", "category", "status") if row[name]}
    marks |= {mark("by", person) for person in about.owners[row["document_sha256"]]}
    rules = (_dict(finding).get("rule") for finding in _list(record.get("findings")))
    marks |= {mark("rule", rule) for rule in rules if rule}
    marks |= {sum_mark(row[n]) for n in ("amount_fen", "tax_fen", "total_fen") if row[n]}
    said = "\n".join(lines)
    marks |= sums_said(said)
    if row["date"]:
        marks.add(month_mark(_day(row["date"])))
    if row["total_fen"]:
        marks.add(size_mark(row["total_fen"]))
    return said, " ".join(sorted(marks))


_SAID = ("number", "code", "seller_name", "buyer_name", "seller_tax_id", "buyer_tax_id")


def _pieces(said: str, marks: str) -> frozenset[str]:
    return frozenset(pieces(said.split("\n"))) | frozenset(marks.split())


def _name(connection: Connection, names: set[str | None]) -> None:
    """Note names that were not there."""
    folded = {normal(name): name for name in names if name and normal(name)}
    column = SearchNameRow.folded
    known = set(connection.scalars(select(column).where(column.in_(folded))))
    fresh = {key: name for key, name in folded.items() if key not in known}
    if not fresh:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    rows = [{"folded": key, "name": name} for key, name in sorted(fresh.items())]
    connection.execute(dialect.insert(SearchNameRow).on_conflict_do_nothing(), rows)
    query = select(SearchNameRow.id, column).where(column.in_(fresh))
    parts = [
        {"piece": piece, "name_id": id_}
        for id_, key in connection.execute(query).all()
        for piece in sorted(pieces([key]))
    ]
    connection.execute(dialect.insert(SearchNamePieceRow).on_conflict_do_nothing(), parts)


def _record(text: str) -> dict[str, Any]:
    """An invoice's record as plain JSON: a hundred thousand are gone through, and an odd one of an
    old version must not stop an upgrade."""
    try:
        return _dict(json.loads(text))
    except ValueError:
        return {}


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _day(value: datetime.date | str) -> datetime.date:
    return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)
