"""How readings are decided, and what their confidence is worth."""

from decimal import Decimal
from itertools import pairwise

import pytest

from models.forms import Form
from models.geometry import Box
from models.invoice import Candidate, Evidence, Extra, FieldName, Invoice
from models.page import Source
from ocr.extract.amounts import Amounts, is_cut
from ocr.extract.parties import Party, repair_tax_id
from ocr.extract.sheet import Seen
from ocr.resolve import calibration
from ocr.resolve.calibration import (
    Standing,
    calibrated,
    curve,
    group_of,
    keys_of,
    standing_of,
    uncalibrated,
    value_at,
)
from ocr.resolve.identity import borne_out
from ocr.resolve.money import Witnesses, decide_money
from ocr.resolve.parties import decide_name
from ocr.settle import settle
from validate.facts import reading_confidence

CURVES = {
    "ocr/name/alone": ((0.5, 0.2), (0.9, 0.6), (1.0, 0.95)),
    "ocr/*/alone": ((0.5, 0.9), (1.0, 0.995)),
    "*/*/contested": ((0.5, 0.3),),
    "*/*/confirmed": ((0.99, 0.9985),),
}


@pytest.fixture
def curves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Curves of the tests' own instead of the fitted ones."""
    monkeypatch.setattr(calibration, "_curves", lambda: CURVES)


def read(value: str, raw: str | None = None, source: Source = Source.OCR) -> Seen:
    return Seen(value, raw or value, source, 0.9, Box(0, 0, 9, 9))


def evidence(confidence: float, source: Source = Source.OCR, **more: object) -> Evidence:
    values = {"value": "1", "raw": "1", "source": source, "confidence": confidence} | more
    return Evidence.model_validate(values)


def only(name: FieldName, one: Evidence) -> Invoice:
    value = {FieldName.DATE: "2026-01-02", FieldName.TOTAL: "1.00"}.get(name, "1")
    fields = {name: one.model_copy(update={"value": value})}
    return Invoice.from_evidence(Form.DZ_NORMAL, fields)


@pytest.mark.parametrize(
    ("value", "raw", "expected", "corrected"),
    [
        ("甲乙贸易有限公司", None, "甲乙贸易有限公司", None),
        ("甲乙贸易有限公司号", "甲乙贸易有限公司 号", "甲乙贸易有限公司", None),
        ("甲乙贸易有限公司张三丰", "名称: 甲乙贸易有限公司 张三丰", "甲乙贸易有限公司", None),
        ("甲乙公路管理局局", "甲乙公路管理局 局", "甲乙公路管理局", None),
        ("甲乙贸易有限公司丙分公司", "甲乙贸易有限公司 丙分公司", "甲乙贸易有限公司丙分公司", None),
        ("甲乙公司丙区第二店", "甲乙公司 丙区第二 店", "甲乙公司丙区第二店", None),
        (".甲乙(京)有限公司", None, "甲乙(京)有限公司", None),
        ("甲乙贸易有限公司一中", None, "甲乙贸易有限公司", None),
        ("王一", None, "王一", None),
        ("王一佳址甲市乙路1号", "王一 佳址 甲市乙路1号", "王一", None),
        ("甲乙贸易有限公可", None, "甲乙贸易有限公司", "name_ending"),
        ("甲乙股份有限公", None, "甲乙股份有限公司", "name_ending"),
        ("甲乙有眼责任公司", None, "甲乙有限责任公司", "name_ending"),
        ("甲乙有限资任公司", None, "甲乙有限责任公司", "name_ending"),
        ("甲乙有限公司某某分公", None, "甲乙有限公司某某分公司", "name_ending"),
    ],
)
def test_a_name_read_by_sight_ends_where_names_end(
    value: str, raw: str | None, expected: str, corrected: str | None
) -> None:
    verdict = decide_name(Party(names=(read(value, raw),)))
    assert verdict is not None
    assert (verdict.winner.value, verdict.corrected_by) == (expected, corrected)
    assert verdict.winner.raw == (raw or value)


def test_a_text_layer_is_believed_to_the_letter() -> None:
    name = "甲乙贸易有限公可"
    verdict = decide_name(Party(names=(read(name, f"{name} 号", Source.PDF_TEXT),)))
    assert verdict is not None
    assert (verdict.winner.value, verdict.corrected_by) == (name, None)
    assert decide_name(Party()) is None


@pytest.mark.parametrize(
    ("stated", "text", "figure", "cut"),
    [
        (None, "柒万伍仟", "75271.50", True),
        (None, "万伍仟贰佰柒拾壹圆伍角整", "75271.50", True),
        (None, "捌万伍仟", "75271.50", False),
        ("20295.00", "贰万零贰佰玖拾伍圆", "20295.70", True),
        ("20295.00", "贰万零贰佰玖拾伍圆整", "20295.70", False),
        ("800.00", "捌佰圆整", "1800.00", False),
        ("1800.00", "壹仟捌佰圆整", "1800.00", False),
        (None, "捌佰", "1e99", False),
    ],
)
def test_a_piece_of_the_capital_amount_states_nothing(
    stated: str | None, text: str, figure: str, cut: bool
) -> None:
    capital = read(stated) if stated else None
    assert is_cut(capital, text, [read(figure)]) is cut
    assert not is_cut(capital, text, [read(figure, source=Source.PDF_TEXT)])


def test_a_nought_read_as_an_eight_is_mended_in_a_tax_id() -> None:
    assert repair_tax_id("91110108MA01ABCD5T".replace("0", "8", 1)) == "91110108MA01ABCD5T"


@pytest.mark.parametrize(
    ("given", "standing"),
    [
        (evidence(0.97), Standing.ALONE),
        (evidence(0.99, confirmed_by=("qr",)), Standing.CONFIRMED),
        (evidence(0.97, corrected_by="qr"), Standing.CORRECTED),
        (evidence(0.5, confirmed_by=("lines",)), Standing.CONTESTED),
    ],
)
def test_standing_of_a_value(given: Evidence, standing: Standing) -> None:
    assert standing_of(given) is standing


def test_every_field_has_a_group_and_every_curve_rises() -> None:
    assert {group_of(name) for name in FieldName} == {
        "number",
        "date",
        "money",
        "check_code",
        "name",
        "tax_id",
    }
    for source in Source:
        for name in FieldName:
            for standing in Standing:
                points = curve(source.value, group_of(name), standing.value)
                assert list(points) == sorted(points)
                assert all(low[1] <= high[1] for low, high in pairwise(points))
                assert all(0 <= own <= 1 and 0 <= right <= 1 for own, right in points)


@pytest.mark.parametrize(
    ("points", "own", "right"),
    [
        ((), 0.7, 0.7),
        (((0.5, 0.4),), 0.25, 0.2),
        (((0.5, 0.4),), 0.9, 0.4),
        (((0.5, 0.4), (0.9, 0.8)), 0.7, 0.6),
        (((0.0, 0.1), (1.0, 0.9)), 0.0, 0.1),
    ],
)
def test_between_points_runs_a_straight_line(
    points: calibration.Curve, own: float, right: float
) -> None:
    assert value_at(points, own) == pytest.approx(right)


QR = evidence(0.99, Source.QR)
AGREED = {
    "date": evidence(0.99, value="2026-01-02", confirmed_by=("qr",)),
    "total": evidence(0.99, value="5.00", confirmed_by=("qr",)),
}


def misread(value: str) -> Evidence:
    seen = Candidate(value=value, raw=value, source=Source.OCR, confidence=0.5)
    return QR.model_copy(update={"value": "12345678", "corrected_by": "qr", "candidates": (seen,)})


@pytest.mark.parametrize(
    ("number", "others", "crc", "fits"),
    [
        (QR, AGREED, "ok", True),
        (QR, AGREED, "absent", False),
        (QR, {"date": AGREED["date"]}, "ok", False),
        (QR, {"total": AGREED["total"], "amount": AGREED["total"]}, "ok", False),
        (QR, AGREED | {"total": evidence(0.99, value="5.00")}, "ok", False),
        (evidence(0.97), AGREED, "ok", False),
        (misread("12345679"), AGREED, "ok", False),
    ],
)
def test_a_qr_that_fits_the_print_bears_out_what_it_alone_tells(
    number: Evidence, others: dict[str, Evidence], crc: str, fits: bool
) -> None:
    fields = {FieldName("number"): number} | {FieldName(k): v for k, v in others.items()}
    invoice = Invoice.from_evidence(None, fields, extra=Extra(qr="01", qr_crc=crc))
    confirmed = borne_out(invoice).fields[FieldName.NUMBER].confirmed_by
    assert confirmed == (("qr_fits",) if fits else ())


def test_no_qr_contradicts_nothing() -> None:
    amounts = Amounts(totals=(read("5.00"),), capital=read("5.00", "伍圆整"))
    verdict = decide_money(amounts, Witnesses(capital=Decimal(5), qr_is_total=True))
    assert not verdict[FieldName.TOTAL].contested
    assert verdict[FieldName.TOTAL].confirmed_by == ["capital_amount"]


@pytest.mark.usefixtures("curves")
def test_the_narrowest_curve_speaks() -> None:
    assert keys_of("ocr", "name", "alone") == ("ocr/name/alone", "ocr/*/alone", "*/*/alone")
    assert curve("ocr", "name", "alone") == CURVES["ocr/name/alone"]
    assert curve("ocr", "date", "alone") == CURVES["ocr/*/alone"]
    assert curve("qr", "date", "alone") == ()


@pytest.mark.usefixtures("curves")
@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        (FieldName.DATE, evidence(0.99), 0.9931),
        (FieldName.DATE, evidence(0.75), 0.7999),  # not lifted over what rules ask for
        (FieldName.NUMBER, evidence(0.55), 0.5999),
        (FieldName.BUYER_NAME, evidence(0.95), 0.775),
        (FieldName.TOTAL, evidence(0.5), 0.3),
        (FieldName.TOTAL, evidence(0.99, confirmed_by=("qr",)), 0.9985),
        (FieldName.NUMBER, evidence(1.0, Source.XML), 1.0),
        (FieldName.NUMBER, evidence(0.8, Source.PERSON), 0.8),
    ],
)
def test_confidence_is_made_a_probability(
    name: FieldName, given: Evidence, expected: float
) -> None:
    invoice = calibrated(only(name, given))
    assert invoice.fields[name].confidence == pytest.approx(expected)


@pytest.mark.usefixtures("curves")
def test_a_lowered_confidence_leaves_the_readings_own_to_rules() -> None:
    found = calibrated(only(FieldName.BUYER_NAME, evidence(0.95)))
    (kept,) = found.fields[FieldName.BUYER_NAME].candidates
    assert isinstance(kept, Candidate)
    assert kept.confidence == reading_confidence(found, FieldName.BUYER_NAME) == 0.95


@pytest.mark.usefixtures("curves")
def test_settling_calibrates_once_and_not_where_it_is_switched_off() -> None:
    invoice = only(FieldName.BUYER_NAME, evidence(0.95))
    (settled,) = settle([invoice], ())
    assert settled.fields[FieldName.BUYER_NAME].confidence == 0.775
    with uncalibrated():
        assert settle([invoice], ()) == [invoice]
    assert settled.total is None
    assert settled.amount != Decimal(0)
