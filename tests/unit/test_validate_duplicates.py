"""What two invoices are to each other, and what shows it."""

import datetime
from decimal import Decimal

import pytest

import validate
from models.duplicate import DuplicateVerdict, Print, Relation, Shape, Specimen, Twin
from models.finding import Severity, Status
from models.forms import Form
from models.geometry import Box
from models.invoice import Evidence, Extra, FieldName, Invoice, LineItem
from models.page import FileKind, Source, Token
from validate.duplicates import (
    bands_of,
    compare,
    deal_of,
    figures_of,
    judge,
    keys_of,
    lookup_of,
    near_numbers,
)
from validate.duplicates.figures import alike, shared
from validate.examples import build, digital

NUMBER = "26112000000012345678"
DAY = datetime.date(2026, 9, 1)
SINCE = datetime.datetime(2026, 9, 2, tzinfo=datetime.UTC)
BASE = {
    "form": Form.DZ_NORMAL,
    "type": Form.DZ_NORMAL.type,
    "number": NUMBER,
    "date": DAY,
    "total": Decimal("1272.00"),
    "seller_name": "丙丁餐饮有限公司",
    "items": (LineItem(name="餐费", amount=Decimal("1200.00")),),
}
TAXI = {
    "form": Form.TAXI,
    "type": Form.TAXI.type,
    "code": "144011816703",
    "number": "85349921",
    "date": DAY,
    "total": Decimal("69.00"),
    "extra": Extra(plate="粤AJ6598", mileage="24.2", boarded="11:16", alighted="12:09"),
}
FIGURES = ("85349921", "20260901", "AJ6598", "1116", "1209", "6900")
PAPER = "011001900311-21010038"


def invoice(base: dict[str, object] = BASE, **changes: object) -> Invoice:
    return Invoice.model_validate(base | changes)


def specimen(document: str, known: Invoice, **more: object) -> Specimen:
    return Specimen(document, 0, f"{document}.pdf", known, **more)  # type: ignore[arg-type]


def relation(
    ours: Invoice, theirs: Invoice, more: object = None, other: object = None
) -> Relation | None:
    twin = compare(
        specimen("b", ours, **(more or {})),  # type: ignore[arg-type]
        specimen("a", theirs, **(other or {})),  # type: ignore[arg-type]
    )
    return twin.relation if twin else None


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({}, (NUMBER,)),
        ({"number": None}, ()),
        (
            {"form": Form.VAT_SPECIAL, "code": "4400194130", "number": "01234567"},
            ("4400194130-01234567",),
        ),
        ({"form": Form.VAT_SPECIAL, "number": "01234567"}, ()),
        (
            {
                "form": Form.DZP_NORMAL,
                "extra": Extra(second_code="011001900311", second_number="21010038"),
            },
            (NUMBER, PAPER),
        ),
        (
            {
                "form": Form.DZP_NORMAL,
                "code": "011001900311",
                "extra": Extra(second_number="21010038"),
            },
            (NUMBER, PAPER),
        ),
        ({"form": Form.DZP_NORMAL, "code": "011001900311", "number": "21010038"}, (PAPER,)),
        (
            {
                "form": Form.DZP_NORMAL,
                "code": "011001900311",
                "number": "21010038",
                "extra": Extra(second_number=NUMBER),
            },
            (NUMBER, PAPER),
        ),
        ({"form": Form.RAIL_PAPER, "number": "B998919"}, ("-B998919/2026-09-01/1272.00",)),
        ({"form": Form.RAIL_PAPER, "number": "B998919", "date": None}, ()),
        ({"extra": Extra(qr="https://example.cn/" + "1" * 10)}, (NUMBER,)),
    ],
)
def test_an_invoice_has_every_key_that_names_it(
    changes: dict[str, object], keys: tuple[str, ...]
) -> None:
    assert keys_of(invoice(**changes)) == keys


def test_a_code_of_its_own_names_a_ticket() -> None:
    one, other = (
        keys_of(invoice(form=Form.RAIL_PAPER, number=None, extra=Extra(qr=digit * 144)))
        for digit in "78"
    )
    assert len(one) == len(other) == 1
    assert one[0].startswith("qr:")
    assert one != other


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        (NUMBER, "26112000000012345673", True),
        (NUMBER, "26112000000012345687", True),
        (NUMBER, "2611200000001234567", True),
        (NUMBER, "26112000000012345612", False),
        ("B998919", "8998919", True),
        (NUMBER, NUMBER, False),
        ("123456", "123457", False),
        (None, NUMBER, False),
    ],
)
def test_numbers_one_character_apart_are_near(
    one: str | None, other: str | None, near: bool
) -> None:
    assert near_numbers(one, other) is near
    assert near_numbers(other, one) is near


SEEN = {"shape": Shape.PHOTO}
PRINTED = {"print": Print(figures=(*FIGURES, "16925548"))}
UNREAD = {"code": None, "number": None}


@pytest.mark.parametrize(
    ("ours", "more", "other", "expected"),
    [
        # one key
        (invoice(), None, None, Relation.SAME_INVOICE),
        (invoice(), SEEN, SEEN, Relation.SAME_INVOICE),
        (invoice(), SEEN, {"shape": Shape.PDF}, Relation.RENDITION),
        (invoice(), {"shape": Shape.XML}, {"shape": Shape.OFD}, Relation.RENDITION),
        (invoice(), SEEN | {"by": "甲"}, {"shape": Shape.PDF, "by": "甲"}, Relation.RENDITION),
        (invoice(), SEEN | {"by": "甲"}, {"shape": Shape.PDF, "by": "乙"}, Relation.SAME_INVOICE),
        (invoice(), SEEN | {"by": "甲"}, {"shape": Shape.PDF}, Relation.RENDITION),
        # one number, two sums: no copy in another shape says that
        (invoice(total=Decimal(9272)), SEEN, {"shape": Shape.PDF}, Relation.SAME_INVOICE),
        # one business, two numbers
        (invoice(number="26112000000012345673", items=()), None, None, Relation.ALTERED_NUMBER),
        (invoice(number="26112000000099999999"), None, None, Relation.ALTERED_NUMBER),
        (invoice(number="26112000000099999999", items=()), None, None, None),
        (invoice(number="26112000000012345673", date=None), None, None, None),
        (invoice(number="26112000000012345673", total=Decimal(8)), None, None, None),
        (invoice(number="26112000000012345673", seller_name="别家公司"), None, None, None),
        (invoice(number=None), None, None, Relation.SAME_PAPER),
    ],
)
def test_what_an_invoice_is_to_one_known_before_it(
    ours: Invoice, more: object, other: object, expected: Relation | None
) -> None:
    assert relation(ours, invoice(), more, other) is expected


@pytest.mark.parametrize(
    ("changes", "figures", "expected"),
    [
        # photographed again, its number not read: told by the trip or by what stands on it
        (UNREAD, None, Relation.SAME_PAPER),
        (UNREAD | {"date": None}, ("8534992", *FIGURES[1:]), Relation.SAME_PAPER),
        (UNREAD | {"date": None}, FIGURES[:2], None),
        # another trip of the same driver on the same day
        (UNREAD | {"extra": Extra(plate="粤AJ6598", mileage="3.1", boarded="15:02")}, None, None),
        (UNREAD | {"date": None}, ("53915263", "20260901", "AJ6598", "0741", "0758", "1300"), None),
        # a number read for sure is of another ticket, whatever the figures
        ({"number": "53915263", "date": None}, FIGURES, None),
        ({"number": "85349927", "date": None}, FIGURES, Relation.ALTERED_NUMBER),
        # but not where both numbers stand on both papers: the wrong one was taken
        ({"number": "16925548", "date": None}, (*FIGURES, "16925548"), Relation.ALTERED_NUMBER),
        ({"number": "85349927", "total": Decimal(8)}, FIGURES, None),
    ],
)
def test_a_ticket_is_known_again_without_its_number(
    changes: dict[str, object], figures: tuple[str, ...] | None, expected: Relation | None
) -> None:
    more = {"print": Print(figures=figures)} if figures else None
    assert relation(invoice(TAXI, **changes), invoice(TAXI), more, PRINTED) is expected


def test_only_its_number_tells_a_ticket_of_a_fixed_price() -> None:
    quota = invoice(TAXI, form=Form.QUOTA, type=Form.QUOTA.type, date=None, extra=Extra())
    unread = quota.model_copy(update=UNREAD)
    next_one = quota.model_copy(update={"number": "85349922"})
    print_ = {"print": Print(figures=("85349921", "201903"))}
    assert relation(quota, quota) is Relation.SAME_INVOICE
    assert relation(unread, quota, print_, print_) is None
    assert relation(next_one, quota, print_, print_) is None


@pytest.mark.parametrize(
    ("confirmed", "expected"),
    [((), Relation.RENDITION), (("capital_amount",), Relation.SAME_INVOICE)],
)
def test_a_misread_sum_makes_a_photo_no_second_invoice(
    confirmed: tuple[str, ...], expected: Relation
) -> None:
    total = Evidence(
        value="1772.00", raw="", source=Source.OCR, confidence=0.97, confirmed_by=confirmed
    )
    photo = invoice(total=Decimal(1772), fields={FieldName.TOTAL: total})
    assert relation(photo, invoice(), SEEN, {"shape": Shape.PDF}) is expected


@pytest.mark.parametrize("total", ["NaN", "sNaN", "Infinity", "-0", "1E+999999", "1E-999999"])
def test_an_absurd_sum_is_no_error(total: str) -> None:
    absurd = invoice().model_copy(update={"total": Decimal(total)})
    both = (specimen("a", absurd), specimen("b", invoice()))
    assert [twin.document for twin in judge(both[0], both).twins] == ["b"]
    assert [twin.document for twin in judge(both[1], both).twins] == ["a"]
    rail = absurd.model_copy(update={"form": Form.RAIL_PAPER, "number": "B998919"})
    assert len(str(keys_of(rail))) < 100


def test_a_verdict_has_everything_the_gravest_first() -> None:
    others = [
        specimen("photo", invoice(), shape=Shape.PHOTO, since=SINCE),
        specimen("near", invoice(number="26112000000012345673"), since=SINCE),
        specimen("pdf", invoice(), shape=Shape.PDF, since=SINCE, by="甲"),
        specimen("new", invoice(), shape=Shape.PDF),
        specimen("other", invoice(number="26112000000087654321", items=())),
    ]
    ours = specimen("ours", invoice(), shape=Shape.PDF)
    verdict = judge(ours, [*others, ours, *others])
    assert [(twin.document, twin.relation.value) for twin in verdict.twins] == [
        ("pdf", "same_invoice"),
        ("new", "same_invoice"),
        ("near", "altered_number"),
        ("photo", "rendition"),
    ]
    first = verdict.twins[0]
    assert (first.where, first.since, first.by, first.keys) == ("pdf.pdf", SINCE, "甲", (NUMBER,))
    assert verdict.get(NUMBER) == "pdf.pdf"
    assert verdict.get("other") is None
    assert [e.what for e in verdict.twins[2].evidence] == ["date", "total", "seller", "number"]
    assert DuplicateVerdict.model_validate_json(verdict.model_dump_json()) == verdict


@pytest.mark.parametrize(
    ("relation", "rule", "severity", "status"),
    [
        (Relation.SAME_INVOICE, "R-DUP-01", Severity.REJECT, Status.REJECTED),
        (Relation.RENDITION, "R-DUP-02", Severity.INFO, Status.ACCEPTED),
        (Relation.SAME_PAPER, "R-DUP-03", Severity.WARN, Status.REVIEW),
        (Relation.ALTERED_NUMBER, "R-DUP-03", Severity.WARN, Status.REVIEW),
    ],
)
def test_a_finding_names_the_other_and_since_when(
    relation: Relation, rule: str, severity: Severity, status: Status
) -> None:
    twin = Twin(where="九月/a.pdf", document="a", index=0, relation=relation, since=SINCE, by="甲")
    checked = validate.check(*build(digital(seen=DuplicateVerdict(twins=(twin,)))))
    (found,) = [each for each in checked.findings if each.rule.startswith("R-DUP")]
    assert (found.rule, found.severity, checked.status) == (rule, severity, status)
    assert all(part in found.message for part in ("九月/a.pdf", "2026-09-02 08:00", "甲"))
    assert "received 2026-09-02 08:00" in found.message_en


def test_keys_alone_leave_the_other_rules_unjudged() -> None:
    checked = validate.check(*build(digital(seen={NUMBER: "a.pdf"})))
    why = {each.rule: each.why for each in checked.rules.not_evaluated}
    assert {"R-DUP-02", "R-DUP-03"} <= set(why)


def tokens(*texts: str) -> list[Token]:
    return [Token(text, Box(0, 0, 9, 9)) for text in texts]


@pytest.mark.parametrize(
    ("texts", "figures"),
    [
        (("No. 8534 9921", "11:16—12:09", "￥69.00元"), ("85349921", "1116", "1209", "6900")),
        (("日期2026年09月01日", "粤A·J6598", "24.2km"), ("20260901", "AJ6598", "242KM")),
        (("电话：02012345678", "监督电话96900", "2019年3月印10万份"), ()),
        (("8S34992l", "O123"), ("85349921", "0123")),
        (("12", "共3页", ""), ()),
        (("144011816703",), ()),
        (("9" * 500,), ("9" * 40,)),
    ],
)
def test_figures_are_what_tells_tickets_apart(
    texts: tuple[str, ...], figures: tuple[str, ...]
) -> None:
    assert figures_of(tokens(*texts), ["144011816703", None]) == figures


def test_figures_bear_misreading_and_joining() -> None:
    read = ("85349927", "202609011116", "AJ6598", "6900")
    assert shared(FIGURES, read) == ("85349921", "20260901", "AJ6598", "1116", "6900")
    assert alike(FIGURES, FIGURES) == 1
    assert alike(FIGURES, read) > 0.8
    assert alike(FIGURES, ("53915263", "20260901", "AJ6598", "0741", "0758", "1300")) < 0.6
    assert alike((), ()) == alike(FIGURES, ()) == 0


def test_prints_that_are_alike_share_bands() -> None:
    bands = set(bands_of(FIGURES))
    assert len(bands) == 8
    assert all(0 <= band < 2**62 for band in bands)
    assert bands == set(bands_of(tuple(reversed(FIGURES))))
    assert bands & set(bands_of(("85349927", *FIGURES[1:])))
    assert not bands & set(bands_of(("53915263", "20190312", "0741", "0758", "1300")))
    assert bands_of(()) == bands_of(("1234",)) == ()


def test_an_invoice_is_looked_for_by_keys_deal_and_bands() -> None:
    found = lookup_of(specimen("a", invoice(TAXI), print=Print(figures=FIGURES)))
    assert (found.keys, found.date, found.total) == (
        ("144011816703-85349921",),
        DAY,
        Decimal("69.00"),
    )
    assert found.bands == bands_of(FIGURES)
    for changes in (
        {"date": None},
        {"total": Decimal(0)},
        {"total": Decimal("NaN")},
        {"total": Decimal("1E+99")},
    ):
        assert deal_of(invoice(TAXI).model_copy(update=changes)) is None


@pytest.mark.parametrize(
    ("kind", "by_sight", "shape"),
    [
        (FileKind.XML, False, Shape.XML),
        (FileKind.OFD, False, Shape.OFD),
        (FileKind.PDF, False, Shape.PDF),
        (FileKind.PDF, True, Shape.SCAN),
        (FileKind.TIFF, True, Shape.SCAN),
        (FileKind.JPEG, True, Shape.PHOTO),
        (FileKind.ZIP, True, Shape.BUNDLE),
    ],
)
def test_a_shape_follows_from_file_and_reading(
    kind: FileKind, by_sight: bool, shape: Shape
) -> None:
    assert Shape.of(kind, by_sight=by_sight) is shape
