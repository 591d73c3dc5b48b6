"""Invoices as kept, found by what identifies them."""

import functools
from collections.abc import Iterator

from sqlalchemy import delete, insert, select, union, update
from sqlalchemy.orm import Session

from models.invoice import Invoice
from models.record import Record
from piaohe.store import indexing
from piaohe.store.tables import DocumentRow, InvoiceRow
from piaohe.store.values import fen_or_none, storable

ORDER = (DocumentRow.received_at, DocumentRow.file, DocumentRow.sha256, InvoiceRow.idx)
"""The earliest received first."""


class KeptInvoice(Record):
    """An invoice and where it stands: the `index`-th of the document, counted from 0.

    `file` is the name under which the document first came.
    """

    id: str
    document_sha256: str
    file: str
    index: int
    invoice: Invoice


class KeyHit(Record):
    """Where an invoice with a certain key was found."""

    document_sha256: str
    file: str
    index: int


def invoice_id(document_sha256: str, index: int) -> str:
    """The id of a document's invoice. It follows from the content, so reading again keeps it."""
    return f"{document_sha256}-{index}"


def paper_key(invoice: Invoice) -> str | None:
    """The second identity of a 数电纸质 invoice, paper code and number (domain.md 0.1, fact 1)."""
    if not (invoice.form and invoice.form.is_digital_paper):
        return None
    code = invoice.extra.second_code or invoice.code
    number = invoice.extra.second_number
    return f"{code}-{number}" if code and number else None


@functools.lru_cache(maxsize=1024)
def parsed(record: str) -> Invoice:
    """An invoice from its JSON. What bears on an invoice bears on the next one of that seller too,
    so those read last are held; they are frozen and may be shared."""
    return Invoice.model_validate_json(record)


class Invoices:
    """The invoices of all kept documents."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def set(self, document_sha256: str, invoices: tuple[Invoice, ...]) -> None:
        """Make these the invoices of the document, whose row must be there."""
        self._session.execute(
            delete(InvoiceRow).where(InvoiceRow.document_sha256 == document_sha256)
        )
        if invoices:
            rows = [_columns(document_sha256, at, item) for at, item in enumerate(invoices)]
            self._session.execute(insert(InvoiceRow), rows)
        indexing.refresh(self._session, document_sha256)

    def of(self, document_sha256: str) -> tuple[Invoice, ...]:
        """The document's invoices, in order."""
        records = self._session.scalars(
            select(InvoiceRow.record)
            .where(InvoiceRow.document_sha256 == document_sha256)
            .order_by(InvoiceRow.idx)
        )
        return tuple(Invoice.model_validate_json(record) for record in records)

    def judged(self, document_sha256: str, index: int, invoice: Invoice) -> bool:
        """Keep an invoice's new judgement. Gives whether that is news."""
        columns = _columns(document_sha256, index, invoice)
        changed = self._session.scalars(
            update(InvoiceRow)
            .where(InvoiceRow.id == columns["id"], InvoiceRow.record != columns["record"])
            .values(status=columns["status"], record=columns["record"])
            .returning(InvoiceRow.id)
        )
        news = changed.first() is not None
        if news:
            indexing.refresh(self._session, document_sha256)
        return news

    def get(self, invoice_id: str) -> Invoice | None:
        """The invoice with this id, or None."""
        record = self._session.scalar(select(InvoiceRow.record).where(InvoiceRow.id == invoice_id))
        return Invoice.model_validate_json(record) if record is not None else None

    def find_key(self, key: str) -> list[KeyHit]:
        """Every kept invoice with this `Invoice.key` or paper key, the earliest received first."""
        # two look-ups by index: for either of two columns the whole table would be gone through
        mine = [
            select(InvoiceRow.id).where(column == key)
            for column in (InvoiceRow.key, InvoiceRow.paper_key)
        ]
        rows = self._session.execute(
            select(InvoiceRow.document_sha256, DocumentRow.file, InvoiceRow.idx)
            .join(DocumentRow, DocumentRow.sha256 == InvoiceRow.document_sha256)
            .where(InvoiceRow.id.in_(union(*mine)))
            .order_by(*ORDER)
        )
        return [KeyHit(document_sha256=sha, file=file, index=idx) for sha, file, idx in rows]

    def iterate(self) -> Iterator[KeptInvoice]:
        """Every kept invoice, the earliest received first. Loads them in portions."""
        query = (
            select(
                InvoiceRow.id,
                InvoiceRow.document_sha256,
                DocumentRow.file,
                InvoiceRow.idx,
                InvoiceRow.record,
            )
            .join(DocumentRow, DocumentRow.sha256 == InvoiceRow.document_sha256)
            .order_by(*ORDER)
            .execution_options(yield_per=500)
        )
        for id_, sha, file, idx, record in self._session.execute(query):
            yield KeptInvoice(
                id=id_,
                document_sha256=sha,
                file=file,
                index=idx,
                invoice=Invoice.model_validate_json(record),
            )

    def all(self) -> list[KeptInvoice]:
        """`iterate` as a list."""
        return list(self.iterate())


def _columns(document_sha256: str, index: int, invoice: Invoice) -> dict[str, object]:
    invoice, record = storable(invoice)
    return {
        "id": invoice_id(document_sha256, index),
        "document_sha256": document_sha256,
        "idx": index,
        "type": invoice.type.value,
        "form": invoice.form.value if invoice.form else None,
        "key": invoice.key,
        "paper_key": paper_key(invoice),
        "code": invoice.code,
        "number": invoice.number,
        "date": invoice.date,
        "amount_fen": fen_or_none(invoice.amount),
        "tax_fen": fen_or_none(invoice.tax),
        "total_fen": fen_or_none(invoice.total),
        "buyer_name": invoice.buyer_name,
        "buyer_tax_id": invoice.buyer_tax_id,
        "seller_name": invoice.seller_name,
        "seller_tax_id": invoice.seller_tax_id,
        "category": invoice.category,
        "status": invoice.status.value,
        "record": record,
    }
