"""The one place where a status comes from."""

import re
from collections.abc import Iterable

from models.finding import Finding, Severity, Status
from models.invoice import MONEY_FIELDS, Evidence, FieldName, Invoice
from models.page import NOT_PRINTED, Source
from validate.facts import key_fields

_CONTESTED = 0.5
"""A value no surer than this has another source or print against it (ocr.resolve.evidence)."""
_LEGIBLE = 0.6
"""A reading of the print less sure than this says nothing."""
_PRINTED_TWICE = (FieldName.CODE, FieldName.NUMBER)


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

    One source for a value does not outweigh another against it: what is contested is never
    confirmed, nor what was put right against legible print. What a person entered needs no second
    source. An invoice without any evidence was typed or imported; its values are taken as given,
    and missing ones are the rules' affair.
    """
    if not invoice.fields:
        return ()
    return tuple(name for name in key_fields(invoice) if not _confirmed(invoice, name))


def _confirmed(invoice: Invoice, name: FieldName) -> bool:
    evidence = invoice.fields.get(name)
    if evidence is None or getattr(invoice, name.value) is None:
        return False
    if evidence.source is Source.PERSON:
        return True
    sound = bool(evidence.confirmed_by) and evidence.confidence > _CONTESTED
    return sound and not _overrules_print(name, evidence)


def _overrules_print(name: FieldName, evidence: Evidence) -> bool:
    """Whether a value was chosen or put right against something else that is printed legibly.

    The other sources may well be right; but a digit added to a figure, or changed in a date or in
    one of two prints of a number, is how invoices are altered, and a person has to see that. Two
    figures of money may be of two columns; a lost decimal point changes no digit.
    """
    if evidence.corrected_by is None and name not in _PRINTED_TWICE:
        return False
    legible = (
        seen.value
        for seen in evidence.candidates
        if seen.source not in NOT_PRINTED and seen.confidence >= _LEGIBLE
    )
    return not all(_same_digits(name, text, evidence.value) for text in legible)


def _same_digits(name: FieldName, one: str, other: str) -> bool:
    if one == other or name not in MONEY_FIELDS:
        return one == other
    return re.sub(r"\D", "", one).strip("0") == re.sub(r"\D", "", other).strip("0")
