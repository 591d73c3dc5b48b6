"""The QR code against the face: repaired misreadings, warnings, and forgeries."""

import pytest

import validate
from models.finding import Severity
from models.invoice import FieldName, Invoice
from validate.examples import build, digital
from validate.readings import comparable

TRUE = "26112000000012345678"


def read(value: str, confidence: float = 0.95, **more: object) -> dict[str, object]:
    base = {"value": value, "raw": value, "source": "ocr", "confidence": confidence}
    return base | more


def lost(value: str, confidence: float = 0.95, source: str = "ocr") -> dict[str, object]:
    return {"value": value, "raw": value, "source": source, "confidence": confidence}


def verdict(rule: str, field: str, value: str, evidence: dict[str, object]) -> Severity | str:
    """The severity a rule fires with, or "pass", or "skipped"."""
    invoice, context = build(digital(**{field: value, "fields": {field: evidence}}))
    result: Invoice = validate.check(invoice, context)
    if rule in {entry.rule for entry in result.rules.not_evaluated}:
        return "skipped"
    return next((f.severity for f in result.findings if f.rule == rule), "pass")


ONE_OFF = "26112000000012345679"
TWO_OFF = "26112000000012345699"
THREE_OFF = "26112000000012345999"


@pytest.mark.parametrize(
    ("value", "evidence", "expected"),
    [
        # OCR read what the QR code says
        (TRUE, read(TRUE), "pass"),
        # one character misread, repaired from the QR code, however the extractor wrote it down
        (TRUE, read(TRUE, raw=ONE_OFF, corrected_by="qr"), "pass"),
        (TRUE, read(TRUE, raw="发票号码:2611200000001234567B", corrected_by="qr"), "pass"),
        (TRUE, read(TRUE, source="qr", candidates=[lost(ONE_OFF)]), "pass"),
        # a digit lost at the edge counts as one character
        (TRUE, read(TRUE, source="qr", candidates=[lost(TRUE[:-1])]), "pass"),
        # two characters: perhaps a misreading, a person looks
        (TRUE, read(TRUE, source="qr", candidates=[lost(TWO_OFF)]), Severity.WARN),
        # three and more, well formed and sure: the QR code of another invoice
        (TRUE, read(TRUE, source="qr", candidates=[lost(THREE_OFF)]), Severity.REJECT),
        (TRUE, read(TRUE, raw=THREE_OFF, corrected_by="qr"), Severity.REJECT),
        (THREE_OFF, read(THREE_OFF), Severity.REJECT),
        # ... not sure, or a fragment
        (TRUE, read(TRUE, source="qr", candidates=[lost(THREE_OFF, 0.7)]), Severity.WARN),
        (TRUE, read(TRUE, source="qr", candidates=[lost(TRUE[:9])]), Severity.WARN),
        # a second printing agrees although another was misread
        (TRUE, read(TRUE, source="qr", candidates=[lost(THREE_OFF), lost(TRUE, 0.7)]), "pass"),
        # the difference stands in the invoice, unrepaired
        (ONE_OFF, read(ONE_OFF), Severity.WARN),
        (ONE_OFF, read(ONE_OFF, confirmed_by=["second_print"]), Severity.REJECT),
        # the extractor kept the print and trusts it less because the QR code contradicts it
        (THREE_OFF, read(THREE_OFF, 0.5, candidates=[lost(TRUE, 0.99, "qr")]), Severity.WARN),
        (
            THREE_OFF,
            read(THREE_OFF, 0.5, candidates=[lost(TRUE, 0.99, "qr"), lost(THREE_OFF, 0.97)]),
            Severity.REJECT,
        ),
        (THREE_OFF, read(THREE_OFF, 0.5, source="pdf_text"), Severity.REJECT),
        # a text layer does not misread
        (TRUE, read(TRUE, source="qr", candidates=[lost(ONE_OFF, 1, "pdf_text")]), Severity.REJECT),
        (ONE_OFF, read(ONE_OFF, source="pdf_text"), Severity.REJECT),
        # nothing but the QR code itself: comparing it with itself proves nothing
        (TRUE, read(TRUE, source="qr"), "skipped"),
        (TRUE, read(TRUE, source="qr", candidates=[lost(THREE_OFF, 0.5)]), "skipped"),
    ],
)
def test_number(value: str, evidence: dict[str, object], expected: object) -> None:
    assert verdict("R-QR-03", "number", value, evidence) == expected


DAY = "2026-09-01"


@pytest.mark.parametrize(
    ("value", "evidence", "expected"),
    [
        (DAY, read(DAY, raw="2026年09月01日"), "pass"),
        (DAY, read(DAY, raw="2026年09月07日", corrected_by="qr", confidence=0.85), "pass"),
        # one digit of a date is soon forged: a sure reading is not put down to misreading
        (DAY, read(DAY, raw="2026年09月07日", corrected_by="qr"), Severity.WARN),
        (DAY, read(DAY, source="qr", candidates=[lost("2025-11-30")]), Severity.REJECT),
        (DAY, read(DAY, source="qr", candidates=[lost("no date")]), "skipped"),
    ],
)
def test_date(value: str, evidence: dict[str, object], expected: object) -> None:
    assert verdict("R-QR-04", "date", value, evidence) == expected


@pytest.mark.parametrize(
    ("value", "evidence", "expected"),
    [
        ("1272.00", read("1272.00"), "pass"),
        ("1272.01", read("1272.01"), "pass"),
        ("1272.00", read("1272.00", raw="¥1212.00", corrected_by="qr", confidence=0.8), "pass"),
        ("7272.00", read("7272.00"), Severity.WARN),
        ("7272.00", read("7272.00", confirmed_by=["capital_amount"]), Severity.REJECT),
        ("9868.50", read("9868.50"), Severity.REJECT),
        ("9868.50", read("9868.50", source="pdf_text"), Severity.REJECT),
    ],
)
def test_amount(value: str, evidence: dict[str, object], expected: object) -> None:
    assert verdict("R-QR-05", "total", value, evidence) == expected


def test_the_qr_amount_may_be_the_amount_or_the_total() -> None:
    for changes in ({"amount": "1272.00", "tax": "0.00"}, {"amount": "1200.00"}):
        invoice, context = build(digital(**changes))
        findings = validate.check(invoice, context).findings
        assert "R-QR-05" not in {finding.rule for finding in findings}


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        (FieldName.NUMBER, "No 01234567", "01234567"),
        (FieldName.NUMBER, "", None),
        (FieldName.DATE, "2026 年9月1日", "20260901"),
        (FieldName.DATE, "年月日", None),
        (FieldName.TOTAL, "￥1,272.00", "1272.00"),
        (FieldName.TOTAL, "***", None),
    ],
)
def test_readings_are_brought_into_one_form(
    field: FieldName, text: str, expected: str | None
) -> None:
    assert comparable(field, text) == expected
