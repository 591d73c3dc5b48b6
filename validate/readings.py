"""What was printed, held against what the QR code says (domain.md 2.5).

The value of a field may itself have been taken from the QR code; comparing that with the QR code
would prove nothing. So the comparison is made with what was *read from the face*: the evidence's
own reading where its source is not the QR code, its raw text where the QR code corrected it, and
the candidates that lost. How much a difference weighs:

- any printed reading agrees: nothing;
- a source that cannot misread (typed, text layer, structured data) differs: reject;
- OCR differs in one character and the QR code's value was taken over: a misreading that has been
  repaired, nothing. For dates and amounts only where OCR was not sure of itself (below 0.9):
  changing one digit of those is the commonest forgery, so a sure reading gets a warning;
- OCR differs in three characters or more, is well formed and sure (0.8): a QR code from another
  invoice, reject;
- OCR differs, but another check on the face (capital amount, arithmetic) bears it out: reject;
- else a warning.

The value that won is heard however little it is trusted, for it may have lost that trust by this
very contradiction; unsure, it warns at most. Losers below `Policy.min_confidence` are not heard.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz.distance import Levenshtein

from models.finding import Severity
from models.invoice import MONEY_FIELDS, Evidence, FieldName, Invoice
from models.page import NOT_PRINTED, Source
from models.text import money, squash
from validate.context import Policy
from validate.facts import reading_confidence
from validate.labels import label
from validate.registry import Missing

_SURE = 0.9
_FORGED_FROM = 3
_LONGEST = 100
_NO = re.compile(r"NO[.:]?(?=[0-9])")
_DATE = re.compile(r"(\d{4})\D{0,3}(\d{1,2})\D{0,3}(\d{1,2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a field from the face of the invoice, in comparable form."""

    text: str
    confidence: float
    exact: bool
    """Whether its source cannot mistake one character for another."""


def comparable(field: FieldName, text: str) -> str | None:
    """A text in the form in which readings of this field are compared; None where it is none."""
    text = text[:_LONGEST]
    if field in MONEY_FIELDS:
        found = money(text)
        return None if found is None else str(found)
    if field is FieldName.DATE:
        match = _DATE.search(squash(text))
        return f"{match[1]}{match[2]:0>2}{match[3]:0>2}" if match else None
    runs = re.findall(r"[0-9A-Z]+", _NO.sub("", squash(text).upper()))
    return max(runs, key=len, default=None)


def printed(invoice: Invoice, field: FieldName, least: float) -> tuple[Reading, ...]:
    """Every reading of a field from the face: the winner's, and losers' of at least `least`."""
    evidence = invoice.fields.get(field)
    if evidence is None:
        value = getattr(invoice, field.value)
        plain = format(value, "f") if isinstance(value, Decimal) else str(value)
        text = None if value is None else comparable(field, plain)
        return () if text is None else (Reading(text, 1.0, exact=True),)
    sure = reading_confidence(invoice, field)
    seen = [
        (candidate.value, candidate.source, candidate.confidence)
        for candidate in evidence.candidates
        if candidate.confidence >= least
    ]
    if not _from_qr(evidence):
        seen.append((evidence.value, evidence.source, sure))
    if evidence.corrected_by:
        seen.append((evidence.raw, evidence.source, sure))
    return tuple(
        Reading(text, confidence, exact=source is not Source.OCR)
        for value, source, confidence in seen
        if source not in NOT_PRINTED and (text := comparable(field, value)) is not None
    )


def _from_qr(evidence: Evidence) -> bool:
    return evidence.source is Source.QR or "qr" in (evidence.corrected_by or "")


@dataclass(frozen=True, slots=True)
class Clash:
    """A printed reading that contradicts the QR code, and how much that weighs."""

    printed: str
    severity: Severity


def clash(
    invoice: Invoice,
    field: FieldName,
    told: str,
    policy: Policy,
    agree: Callable[[str, str], bool] = str.__eq__,
) -> Clash | Missing | None:
    """How the printed readings of a field contradict what the QR code tells, if they do.

    `told` is in comparable form. Missing where nothing was read well enough from the face.
    """
    readings = printed(invoice, field, policy.min_confidence)
    if not readings:
        zh, en = label(field)
        return Missing(f"票面没有读到{zh}", f"no {en} was read from the face")
    if any(agree(reading.text, told) for reading in readings):
        return None
    nearest = min(
        readings, key=lambda r: (not r.exact, Levenshtein.distance(r.text, told), -r.confidence)
    )
    sure = nearest.confidence >= policy.low_confidence
    if nearest.exact:
        return Clash(nearest.text, Severity.REJECT if sure else Severity.WARN)
    distance = Levenshtein.distance(nearest.text, told)
    evidence = invoice.fields.get(field)
    taken = comparable(field, evidence.value) if evidence else None
    repaired = taken is not None and agree(taken, told)
    if repaired and distance == 1 and not (_forgeable(field) and nearest.confidence >= _SURE):
        return None
    well_formed = field in MONEY_FIELDS or len(nearest.text) == len(told)
    forged = distance >= _FORGED_FROM and well_formed
    backed = not repaired and evidence is not None and bool(set(evidence.confirmed_by) - {"qr"})
    certain = backed or (sure and forged)
    return Clash(nearest.text, Severity.REJECT if certain else Severity.WARN)


def same_money(one: str, other: str) -> bool:
    """Whether two amounts differ by no more than a rounding, 0.01."""
    return abs(Decimal(one) - Decimal(other)) <= Decimal("0.01")


def _forgeable(field: FieldName) -> bool:
    return field in MONEY_FIELDS or field is FieldName.DATE
