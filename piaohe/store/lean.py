"""A kept invoice as matching needs it: a million of them fit where whole records do not."""

from typing import NamedTuple

from piaohe.store.invoices import KeptInvoice, invoice_id
from piaohe.store.naming import RENDITION, name_of
from reconcile import InvoiceFacts, invoice_facts, invoice_of_json


class LeanInvoice(NamedTuple):
    """An invoice and where it stands: the `at`-th of its document, counted from 0.

    `number` is as it was read; `facts.key` is what matching calls it, once it has a name.
    """

    document_sha256: str
    file: str
    at: int
    key: str | None
    number: str | None
    is_rendition: bool
    facts: InvoiceFacts

    @property
    def id(self) -> str:
        return invoice_id(self.document_sha256, self.at)

    @property
    def place(self) -> tuple[str, int]:
        return self.document_sha256, self.at

    @property
    def name(self) -> str:
        """What matching calls the first of its copies."""
        return name_of(self.key, self.file, self.at)


def lean(kept: KeptInvoice) -> LeanInvoice:
    invoice = kept.invoice
    return LeanInvoice(
        kept.document_sha256,
        kept.file,
        kept.index,
        invoice.key,
        invoice.number,
        any(finding.rule == RENDITION for finding in invoice.findings),
        invoice_facts("", invoice),
    )


def lean_of_row(where: tuple[str, str, int], key: str | None, record: str) -> LeanInvoice:
    """The same from columns: document, file and index; `Invoice.key`; the record's JSON."""
    facts, number, rules = invoice_of_json("", record)
    return LeanInvoice(*where, key, number, RENDITION in rules, facts)
