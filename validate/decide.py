"""The one place where a status comes from."""

from collections.abc import Iterable

from models.finding import Finding, Severity, Status
from models.invoice import FieldName, Invoice
from models.page import Source
from validate.facts import key_fields


def decide(findings: Iterable[Finding], invoice: Invoice) -> Status:
    """What is to become of an invoice with these findings open.

    Rejected while any reject is open. Review while a warning is open, or a key field is missing
    or rests on one source alone (`unconfirmed`). Accepted otherwise.
    """
    severities = {finding.severity for finding in findings}
    if Severity.REJECT in severities:
        return Status.REJECTED
    if Severity.WARN in severities or unconfirmed(invoice):
        return Status.REVIEW
    return Status.ACCEPTED


def unconfirmed(invoice: Invoice) -> tuple[FieldName, ...]:
    """The key fields that are missing, or that no second, independent source bears out.

    What a person entered needs no second source. An invoice without any evidence was typed or
    imported; its values are taken as given, and missing ones are the rules' affair.
    """
    if not invoice.fields:
        return ()
    return tuple(name for name in key_fields(invoice) if not _confirmed(invoice, name))


def _confirmed(invoice: Invoice, name: FieldName) -> bool:
    evidence = invoice.fields.get(name)
    if evidence is None or getattr(invoice, name.value) is None:
        return False
    return evidence.source is Source.PERSON or bool(evidence.confirmed_by)
