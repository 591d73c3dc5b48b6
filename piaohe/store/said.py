"""What people and outside systems said: links, red letters begun, endpoints that are down."""

import datetime
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.document import ReadStatus
from models.invoice import Invoice
from models.portal import RedConfirmation
from models.record import Record
from piaohe.store.invoices import KeptInvoice, invoice_id
from piaohe.store.lean import LeanInvoice, lean_of_row
from piaohe.store.tables import DocumentRow, InvoiceRow
from piaohe.store.tables.said import BreakerRow, ConfirmationRow, LeadRow, LinkRow
from piaohe.store.values import clean_text

Turn: TypeAlias = tuple[datetime.datetime, str, str, int]
"""When an invoice came, by which the earliest of several copies is told: as `Invoices.iterate`."""
_PORTION = 500
"""Values in one question: SQLite takes 32,766 of them, older ones 999."""


class KeptLink(Record):
    """A person's decision. `invoice` is the invoice's key, or its id where it has none; `entry` a
    number (20 digits, or code-number), or with `content` where an entry without number stood."""

    invoice: str
    entry: str
    linked: bool
    at: datetime.datetime
    person_id: int | None = None
    reason: str = ""
    content: str | None = None
    revoked_at: datetime.datetime | None = None
    revoked_id: int | None = None
    id: int = 0


class Links:
    """Decisions are added and revoked, nothing else is changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, given: KeptLink) -> KeptLink:
        """Keep a decision. An earlier one on the same two is revoked by it. Gives it with its id;
        one that says what is in force already changes nothing."""
        invoice, entry = clean_text(given.invoice), clean_text(given.entry)
        for row in self._session.scalars(
            select(LinkRow).where(
                LinkRow.invoice == invoice, LinkRow.entry == entry, LinkRow.revoked_at.is_(None)
            )
        ):
            if (row.linked, row.content) == (given.linked, given.content):
                return _link(row)
            row.revoked_at, row.revoked_id = given.at, given.person_id
        fresh = LinkRow(
            invoice=invoice,
            entry=entry,
            content=given.content,
            linked=given.linked,
            person_id=given.person_id,
            at=given.at,
            reason=clean_text(given.reason),
        )
        self._session.add(fresh)
        self._session.flush()
        return _link(fresh)

    def revoke(self, link_id: int, at: datetime.datetime, person_id: int | None) -> KeptLink | None:
        """Take a decision back. None where there is no such, or it was taken back before."""
        row = self._session.get(LinkRow, link_id)
        if row is None or row.revoked_at is not None:
            return None
        row.revoked_at, row.revoked_id = at, person_id
        self._session.flush()
        return _link(row)

    def standing(self) -> list[KeptLink]:
        """All that are in force, the oldest first."""
        query = select(LinkRow).where(LinkRow.revoked_at.is_(None)).order_by(LinkRow.id)
        return [_link(row) for row in self._session.scalars(query)]

    def of(self, invoice: str) -> list[KeptLink]:
        """Everything decided of one invoice (its key, or its id where it has none), also what was
        revoked, the oldest first."""
        query = select(LinkRow).where(LinkRow.invoice == clean_text(invoice)).order_by(LinkRow.id)
        return [_link(row) for row in self._session.scalars(query)]


class Confirmations:
    """Red letters that were begun, by the invoice they take back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def replace(self, given: Iterable[RedConfirmation], read_at: datetime.datetime) -> int:
        """Make these the ones in force, as a whole list says. Gives how many."""
        rows = {
            (clean_text(one.blue), clean_text(one.number)): {
                "blue": clean_text(one.blue),
                "number": clean_text(one.number),
                "state": clean_text(one.state),
                "pending": one.pending,
                "entered": one.entered,
                "read_at": read_at,
            }
            for one in given
        }
        self._session.execute(delete(ConfirmationRow))
        if rows:
            self._session.execute(insert(ConfirmationRow), list(rows.values()))
        return len(rows)

    def all(self) -> dict[str, RedConfirmation]:
        """By the key of the invoice; of several the one that is still pending, then the newest."""
        query = select(ConfirmationRow).order_by(
            ConfirmationRow.pending, ConfirmationRow.entered, ConfirmationRow.number
        )
        return {
            row.blue: RedConfirmation(
                blue=row.blue,
                number=row.number,
                state=row.state,
                pending=row.pending,
                entered=row.entered,
            )
            for row in self._session.scalars(query)
        }


class Breakers:
    """Which endpoints are left alone, for all processes. Times are handed in."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def failures(self, source: str, endpoint: str) -> int:
        """How many there were in a row."""
        row = self._session.get(BreakerRow, (clean_text(source), digest(endpoint)))
        return row.failures if row else 0

    def probe(
        self, source: str, endpoint: str, now: datetime.datetime, until: datetime.datetime
    ) -> bool:
        """Whether it rested and may be asked once; then it rests again until `until`. One
        statement, so that of two processes only one asks."""
        taken = self._session.execute(
            update(BreakerRow)
            .where(
                BreakerRow.source == clean_text(source),
                BreakerRow.endpoint == digest(endpoint),
                BreakerRow.until <= now,
            )
            .values(until=until)
            .returning(BreakerRow.failures)
        )
        return taken.first() is not None

    def succeeded(self, source: str, endpoint: str) -> None:
        """It answered: its failures are forgotten."""
        self._session.execute(
            delete(BreakerRow).where(
                BreakerRow.source == clean_text(source), BreakerRow.endpoint == digest(endpoint)
            )
        )

    def failed(self, source: str, endpoint: str, until: datetime.datetime) -> int:
        """It failed once more; from the caller's limit on it is left alone until `until`. Gives
        how many failures in a row that makes."""
        is_postgres = self._session.get_bind().dialect.name == "postgresql"
        fresh: postgresql.Insert | sqlite.Insert = (
            postgresql.insert(BreakerRow) if is_postgres else sqlite.insert(BreakerRow)
        )
        values = {"source": clean_text(source), "endpoint": digest(endpoint)}
        statement = (
            fresh.values(**values, failures=1, until=until)
            .on_conflict_do_update(
                index_elements=["source", "endpoint"],
                set_={"failures": BreakerRow.failures + 1, "until": until},
            )
            .returning(BreakerRow.failures)
        )
        return int(self._session.execute(statement).scalar_one())


class Leads:
    """By what invoices may be met that their own number does not find."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, leads: Mapping[str, Iterable[int]], *, all_anew: bool = False) -> None:
        """Make these the leads of these invoices (id -> leads); `all_anew` forgets all others."""
        if all_anew:
            self._session.execute(delete(LeadRow))
        else:
            for portion in _portions(leads):
                self._session.execute(delete(LeadRow).where(LeadRow.invoice_id.in_(portion)))
        rows = [
            {"lead": lead, "invoice_id": invoice_id}
            for invoice_id, own in leads.items()
            for lead in sorted(set(own))
        ]
        if rows:
            self._session.execute(insert(LeadRow), rows)

    def invoices(self, leads: Iterable[int]) -> set[str]:
        """The ids of invoices that have any of these."""
        found: set[str] = set()
        for portion in _portions(leads):
            query = select(LeadRow.invoice_id).where(LeadRow.lead.in_(portion))
            found.update(self._session.scalars(query))
        return found

    def numbered(self, numbers: Iterable[str]) -> set[str]:
        """The ids of invoices with any of these numbers, as they were read."""
        found: set[str] = set()
        for portion in _portions(numbers):
            query = select(InvoiceRow.id).where(InvoiceRow.number.in_(portion))
            found.update(self._session.scalars(query))
        return found

    def named(self, numbers: Iterable[str]) -> dict[str, tuple[str | None, str, int]]:
        """The same with the key, the file and the index of each."""
        columns = (InvoiceRow.id, InvoiceRow.key, DocumentRow.file, InvoiceRow.idx)
        found: dict[str, tuple[str | None, str, int]] = {}
        for portion in _portions(numbers):
            query = (
                select(*columns)
                .join(DocumentRow, DocumentRow.sha256 == InvoiceRow.document_sha256)
                .where(InvoiceRow.number.in_(portion))
            )
            for id_, key, file, idx in self._session.execute(query):
                found[id_] = key, file, idx
        return found

    def unread(self) -> list[str]:
        """The names of the documents that could not be read, the earliest received first."""
        query = (
            select(DocumentRow.file)
            .where(DocumentRow.status == ReadStatus.FAILED.value)
            .order_by(DocumentRow.received_at, DocumentRow.sha256)
        )
        return list(self._session.scalars(query))

    def kept(
        self, ids: Iterable[str] = (), keys: Iterable[str] = (), documents: Iterable[str] = ()
    ) -> dict[Turn, KeptInvoice]:
        """The invoices with these ids, `Invoice.key`s or of these documents, by their turn."""
        return {
            turn: KeptInvoice(
                id=invoice_id(sha256, idx),
                document_sha256=sha256,
                file=file,
                index=idx,
                invoice=Invoice.model_validate_json(record),
            )
            for turn, (sha256, file, idx), _, record in self._rows(ids, keys, documents)
        }

    def lean(
        self, ids: Iterable[str] = (), keys: Iterable[str] = (), documents: Iterable[str] = ()
    ) -> dict[Turn, LeanInvoice]:
        """The same as matching needs them."""
        return {
            turn: lean_of_row(where, key, record)
            for turn, where, key, record in self._rows(ids, keys, documents)
        }

    def _rows(
        self, ids: Iterable[str], keys: Iterable[str], documents: Iterable[str]
    ) -> Iterator[tuple[Turn, tuple[str, str, int], str | None, str]]:
        columns = (InvoiceRow.document_sha256, DocumentRow.file, InvoiceRow.idx)
        wanted = (
            (InvoiceRow.id, ids),
            (InvoiceRow.key, keys),
            (InvoiceRow.document_sha256, documents),
        )
        for column, values in wanted:
            for portion in _portions(values):
                query = (
                    select(*columns, DocumentRow.received_at, InvoiceRow.key, InvoiceRow.record)
                    .join(DocumentRow, DocumentRow.sha256 == InvoiceRow.document_sha256)
                    .where(column.in_(portion))
                )
                for sha256, file, idx, received_at, key, record in self._session.execute(query):
                    yield (received_at, file, sha256, idx), (sha256, file, idx), key, record


def digest(endpoint: str) -> str:
    """Addresses may hold keys: only their hash is kept."""
    return hashlib.sha256(endpoint.encode("utf-8", "backslashreplace")).hexdigest()


def _portions(values: Iterable[object]) -> Iterable[list[object]]:
    held = list(values)
    return (held[at : at + _PORTION] for at in range(0, len(held), _PORTION))


def _link(row: LinkRow) -> KeptLink:
    return KeptLink(
        id=row.id,
        invoice=row.invoice,
        entry=row.entry,
        content=row.content,
        linked=row.linked,
        at=row.at,
        person_id=row.person_id,
        reason=row.reason,
        revoked_at=row.revoked_at,
        revoked_id=row.revoked_id,
    )
