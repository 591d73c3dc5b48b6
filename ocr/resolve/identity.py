"""Code, number, date and check code: the print held against the QR code (domain.md 2.5)."""

from models.geometry import Box
from models.invoice import MONEY_FIELDS, Evidence, FieldName, Invoice
from models.page import Code, Source
from models.taxqr import CrcStatus, TaxQr
from ocr.extract.sheet import Seen
from ocr.resolve.evidence import Verdict, distance, likeliest, printed_twice

_MISREAD_AT_MOST = 2
"""A print that differs from the QR in more places is not misread: it says something else."""


def qr_reading(qr: TaxQr | None, code: Code | None, value: str | None) -> Seen | None:
    """A value of the QR as a reading; its confidence says what the CRC says."""
    if qr is None or code is None or not value:
        return None
    trust = {CrcStatus.OK: 0.99, CrcStatus.ABSENT: 0.9, CrcStatus.MISMATCH: 0.6}[qr.crc]
    box: Box = code.box
    return Seen(value, value, Source.QR, trust, box)


def decide_identity(
    readings: list[Seen], qr: Seen | None, *, near: int = _MISREAD_AT_MOST
) -> Verdict | None:
    """The value of a field the QR also states.

    Where the print agrees, it wins and is confirmed. Where it differs in at most `near` places
    and the QR's CRC holds, it was misread and the QR corrects it. Where it differs in more, the
    print stays, contested, and a rule will say so.
    """
    printed = likeliest(readings)
    if qr is None:
        if printed is None:
            return None
        verdict = Verdict(printed, readings)
        if printed_twice(readings, printed.value):
            verdict.confirmed_by.append("second_print")
        return verdict
    agreeing = [reading for reading in readings if reading.value == qr.value]
    if agreeing:
        best = max(agreeing, key=lambda reading: reading.confidence)
        return Verdict(best, [*readings, qr], confirmed_by=["qr"])
    intact = qr.confidence >= 0.9
    if printed is None:
        return Verdict(qr, [], contested=not intact)
    misread = min(distance(reading.value, qr.value) for reading in readings) <= near
    # a print cut short or run together is no second opinion either
    broken = len(printed.value) != len(qr.value) or printed.confidence < 0.6
    if intact and (misread or broken):
        return Verdict(qr, readings, corrected_by="qr")
    return Verdict(printed, [*readings, qr], contested=True)


_AGREED = frozenset({FieldName.NUMBER, FieldName.DATE, *MONEY_FIELDS})


def borne_out(invoice: Invoice) -> Invoice:
    """The invoice, what only its QR tells confirmed by "qr_fits" where that QR belongs to it.

    It does where its CRC holds, and its amount and one field more (number or date) are what is
    printed: no misreading and no QR of another invoice does that. Confirmed then is what could
    not be read from the print at all; where something else is read there, nothing is.
    """
    fields = invoice.fields
    agreed = {name for name in _AGREED & fields.keys() if "qr" in fields[name].confirmed_by}
    both = agreed & MONEY_FIELDS and agreed - MONEY_FIELDS
    if not both or invoice.extra.qr_crc != CrcStatus.OK.value:
        return invoice
    told = {name: each for name, each in fields.items() if _only_told(name, each)}
    confirmed = {
        name: each.model_copy(update={"confirmed_by": ("qr_fits",)}) for name, each in told.items()
    }
    return invoice.model_copy(update={"fields": fields | confirmed}) if told else invoice


def _only_told(name: FieldName, evidence: Evidence) -> bool:
    """Whether a value is the QR's alone: nothing on the print says it, or anything else."""
    alone = evidence.source is Source.QR and not evidence.confirmed_by
    return alone and not evidence.candidates and name not in MONEY_FIELDS
