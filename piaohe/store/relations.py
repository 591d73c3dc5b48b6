"""Kept invoices that may bear on one (`piaohe.judging.relations.Kin`)."""

import datetime
from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from models.invoice import Invoice
from models.text import squash
from piaohe.judging.relations import NEAR_DAYS, ROLL, TRAVEL, Known, days_around, serial, tax_id
from piaohe.store.invoices import parsed
from piaohe.store.tables import DocumentRow, InvoiceRow

_MOST = 500
"""The most that is looked at of one sort; a seller with more in a week is conspicuous anyway."""
_TICKET_DAYS = 366
"""An electronic ticket may be issued so many days before or after the journey."""


class Relations:
    """Finds by seller and time, by number, by what is taken back, by traveller and by roll."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, invoice: Invoice) -> Iterable[Known]:
        """Kept invoices that may bear on this one, itself perhaps among them."""
        for condition in self._conditions(invoice):
            yield from self._where(condition)

    def _conditions(self, invoice: Invoice) -> Iterable[ColumnElement[bool]]:
        if invoice.date is not None and (sold := _sold_by(invoice)) is not None:
            days = days_around(invoice.date, NEAR_DAYS)
            yield and_(sold, InvoiceRow.date.between(days[0], days[-1]))
        if (own := tax_id(invoice)) is not None:
            yield InvoiceRow.id.in_(
                select(func.min(InvoiceRow.id))
                .where(InvoiceRow.seller_tax_id == own)
                .group_by(InvoiceRow.seller_name)
            )
        if invoice.extra.red_of:
            named = squash(invoice.extra.red_of)
            # of a code with a number behind it the last eight digits are the number
            yield InvoiceRow.number.in_([named, named[-8:]])
        if (sold := _sold_by(invoice)) is not None:
            yield and_(sold, InvoiceRow.total_fen < 0)
        yield from _journeys(invoice)
        if (number := serial(invoice)) is not None and invoice.number:
            width = len(invoice.number)
            first, last = max(0, number - ROLL), number + ROLL
            yield and_(
                InvoiceRow.number.between(f"{first:0{width}d}", f"{last:0{width}d}"),
                InvoiceRow.form == str(invoice.form),
            )

    def _where(self, condition: ColumnElement[bool]) -> list[Known]:
        rows = self._session.execute(
            select(DocumentRow.file, InvoiceRow.idx, InvoiceRow.record)
            .join(DocumentRow, DocumentRow.sha256 == InvoiceRow.document_sha256)
            .where(condition)
            .order_by(InvoiceRow.date.desc().nulls_last(), InvoiceRow.id)
            .limit(_MOST)
        )
        return [
            Known(file if index == 0 else f"{file}#{index}", parsed(record))
            for file, index, record in rows
        ]


def _sold_by(invoice: Invoice) -> ColumnElement[bool] | None:
    """By the seller's tax id, else by its name; None where neither is known."""
    if invoice.seller_tax_id and tax_id(invoice):
        return InvoiceRow.seller_tax_id == invoice.seller_tax_id
    return InvoiceRow.seller_name == invoice.seller_name if invoice.seller_name else None


def _journeys(invoice: Invoice) -> Iterable[ColumnElement[bool]]:
    """Tickets that name the same traveller; the day of travel stands in the record alone."""
    name, day = invoice.extra.traveller, invoice.extra.travel_date
    if invoice.form not in TRAVEL or not name or day is None:
        return
    first = max(datetime.date.min.toordinal(), day.toordinal() - _TICKET_DAYS)
    last = min(datetime.date.max.toordinal(), day.toordinal() + _TICKET_DAYS)
    yield and_(
        InvoiceRow.date.between(datetime.date.fromordinal(first), datetime.date.fromordinal(last)),
        InvoiceRow.form.in_([str(form) for form in TRAVEL]),
        InvoiceRow.record.contains(f'"traveller":"{name}"', autoescape=True),
    )
