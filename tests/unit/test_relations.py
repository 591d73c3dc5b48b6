"""Which other invoices bear on one."""

import datetime

import pytest

import validate
from models.forms import Form
from models.invoice import Invoice
from models.related import Related
from piaohe.judging.relations import Known, Met, relate
from validate.examples import build, digital

BASE = build(digital())[0]


def invoice(number: str, **changes: object) -> Invoice:
    """The made-up invoice of the examples, with another number and changes."""
    extra = {
        name: changes.pop(name) for name in list(changes) if name in type(BASE.extra).model_fields
    }
    values = BASE.model_dump() | {"number": number, "form": changes.pop("form", Form.DZ_NORMAL)}
    values["extra"] = values["extra"] | extra
    return Invoice.model_validate(values | changes)


def found(mine: Invoice, *others: Invoice, complete: bool = True) -> Related:
    met = Met()
    for other in others:
        met.note(f"{other.number}.pdf", other)
    return relate(mine, met.find(mine), complete=complete)


OWN = invoice("26112000000012345678")


def test_the_seller_s_other_invoices_of_three_days() -> None:
    near = [invoice(f"2611200000001234567{n}", date=f"2026-09-0{n}") for n in (1, 4, 5)]
    stranger = invoice("26112000000012345670", seller_tax_id="91440300MA5XYT123G")
    names = [one.number for one in found(OWN, *near, stranger).same_seller or ()]
    assert names == ["26112000000012345671", "26112000000012345674"]


def test_the_invoice_itself_and_its_renditions_are_left_out() -> None:
    copy = OWN.model_copy(update={"page": 3})
    other = invoice("26112000000012345679")
    related = found(OWN, OWN, copy, other, other.model_copy(update={"page": 2}))
    assert [one.number for one in related.same_seller or ()] == [other.number]


def test_a_seller_without_tax_id_is_known_by_name() -> None:
    mine = invoice("1", seller_tax_id=None)
    other = invoice("2", seller_tax_id=None, seller_name="丙丁 餐饮有限公司")
    assert len(found(mine, other).same_seller or ()) == 1


def test_names_seen_with_the_tax_id() -> None:
    others = [
        invoice(f"2{n}", seller_name=name, date="2020-01-01") for n, name in enumerate("甲乙甲")
    ]
    assert found(OWN, *others).seller_names == ("甲", "乙")


RED_OF = "26112000000012345678"


def test_red_and_blue_find_one_another() -> None:
    red = invoice("26112000000099999999", total="-1272.00", red_of=RED_OF, date="2027-01-01")
    assert [one.number for one in found(OWN, red).reds or ()] == [red.number]
    related = found(red, OWN)
    assert [one.number for one in related.blues or ()] == [OWN.number]
    assert related.reds == ()


def test_other_reds_of_the_same_blue_are_found() -> None:
    reds = [invoice(f"2611200000009999999{n}", total="-1.00", red_of=RED_OF) for n in (1, 2)]
    assert [one.number for one in found(reds[0], OWN, reds[1]).reds or ()] == [reds[1].number]


@pytest.mark.parametrize(("complete", "blues"), [(True, ()), (False, None)])
def test_no_blue_is_known_only_where_all_was_looked_through(
    complete: bool, blues: tuple[()] | None
) -> None:
    red = invoice("26112000000099999999", total="-1272.00", red_of=RED_OF)
    assert found(red, complete=complete).blues == blues


def ride(number: str, day: str, time: str | None, **more: object) -> Invoice:
    values = {"form": Form.RAIL_E, "type": "train", "travel_date": datetime.date.fromisoformat(day)}
    who = {"traveller": "张三", "traveller_id": "4403011990****1234"}
    return invoice(number, **values | who | {"departure_time": time} | more)


@pytest.mark.parametrize(
    ("other", "count"),
    [
        (ride("2", "2026-09-02", "10:00"), 1),
        (ride("2", "2026-09-05", "10:00"), 0),
        (ride("2", "2026-09-01", None), 0),
        (ride("2", "2026-09-01", "10:00", traveller="李四"), 0),
        (ride("2", "2026-09-01", "10:00", traveller_id="4403011990****9999"), 0),
        (ride("2", "2026-09-01", "10:00", traveller_id=None), 1),
        (ride("2", "2026-09-01", "10:00", form=Form.BUS), 1),
        (ride("2", "2026-09-01", "10:00", form=Form.TAXI), 0),
    ],
)
def test_journeys_of_the_same_traveller(other: Invoice, count: int) -> None:
    journeys = found(ride("1", "2026-09-01", "09:00"), other).journeys
    assert len(journeys or ()) == count


@pytest.mark.parametrize(
    ("number", "code", "count"), [("12345000", "1", 1), ("12340000", "1", 0), ("12345000", "2", 0)]
)
def test_slips_of_one_roll(number: str, code: str, count: int) -> None:
    mine = invoice("12345678", form=Form.TAXI, code="1")
    assert len(found(mine, invoice(number, form=Form.TAXI, code=code)).slips or ()) == count


def test_a_series_is_found_by_the_rule() -> None:
    others = [invoice("26112000000012345679"), invoice("26112000000012345680")]
    context = validate.Context(datetime.date(2026, 9, 21), related=found(OWN, *others))
    assert "R-SEQ-01" in {finding.rule for finding in validate.check(OWN, context).findings}


def test_absurd_invoices_are_related_without_exception() -> None:
    for day in (datetime.date.min, datetime.date.max):
        odd = invoice("9" * 5000, date=day, travel_date=day, traveller="x", total="1E+900000")
        assert relate(odd, [Known("a", odd), Known("b", OWN)], complete=True).same_seller == ()
        assert found(odd, OWN, odd).reds == ()
