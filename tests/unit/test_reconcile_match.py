"""reconcile.match: exact, mismatch, suggested, residual, duplicate; order decides nothing."""

import datetime
import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.invoice import Extra
from models.ledger import LedgerEntry, LedgerStatus
from models.match import MatchState, Side
from reconcile import Keyed, match
from reconcile.identity import could_be, edit_between
from tests.support.matching import (
    DAY,
    FILLER,
    NUMBER,
    OTHER,
    OWN,
    PAPER,
    SELLER,
    entry,
    invoice,
    ledger,
    one,
    options,
    run,
)


def test_a_figure_nobody_can_compare_is_said() -> None:
    verdict = one(invoice(), entry(amount=None, tax=None, total=None))
    assert verdict.state is MatchState.EXACT
    assert verdict.evidence["not_compared"] == "total"
    assert "not_compared" not in one(invoice(), entry()).evidence


def test_absurd_money_is_a_difference() -> None:
    verdict = one(invoice(total=Decimal("1e999")), entry())
    assert verdict.state is MatchState.MISMATCH


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({}, {}),
        ({"amount": None, "tax": None, "buyer_tax_id": None}, {}),
        ({}, {"date": None, "seller_name": None, "total": None}),
        ({"amount": None, "tax": None}, {"total": None}),
        ({"seller_name": "云杉（深圳）Test 公司"}, {"seller_name": "云杉(深圳)test公司"}),
        ({"buyer_tax_id": OWN.lower()}, {"buyer_tax_id": f" {OWN} "}),
        ({}, {"seller_tax_id": "9144********123G"}),
        ({}, {"tax": None, "total": None, "amount": Decimal("1060")}),
        ({}, {"tax": None, "total": None}),
        (PAPER, PAPER),
        (PAPER, PAPER | {"code": None, "date": None, "seller_name": None, "seller_tax_id": None}),
        (PAPER | {"code": None}, PAPER),
        ({"code": None}, {"code": "044002600104", "paper_number": "00015045"}),
        (
            {"number": "00015045", "code": "044002600104"},
            {"code": "044002600104", "paper_number": "00015045"},
        ),
        (
            {"code": "044002600104", "extra": Extra(second_number="00015045")},
            {"number": "00015045", "code": "044002600104"},
        ),
        (
            {"extra": Extra(second_number="00015045", second_code="044002600104")},
            {"number": "00015045", "code": "044002600104"},
        ),
    ],
)
def test_exact(ours: dict[str, object], theirs: dict[str, object]):
    found = run([invoice(**ours)], [entry(**theirs)])
    assert [m.state for m in found] == [MatchState.EXACT]
    assert (found[0].cause, found[0].candidates[0].differences) == (None, {})
    assert found[0].candidates[0].key == "tax.xlsx#!2"


@pytest.mark.parametrize(
    ("theirs", "cause", "differences"),
    [
        ({"total": Decimal("1061")}, None, {"total": ("1060.00", "1061.00")}),
        ({"date": datetime.date(2026, 1, 3)}, "N4", {"date": ("2026-01-02", "2026-01-03")}),
        ({"total": Decimal(1000), "amount": None}, "N5", {"total": ("1060.00", "1000.00")}),
        ({"amount": Decimal(1060)}, "N5", {"amount": ("1000.00", "1060.00")}),
        ({"status": LedgerStatus.VOID}, "N10", {"status": ("normal", "void")}),
        ({"status": LedgerStatus.RED_FULL}, "N9", {"status": ("normal", "red_full")}),
        ({"status": LedgerStatus.RED}, "N9", {"status": ("normal", "red")}),
        ({"status": LedgerStatus.RED_PART}, None, {"status": ("normal", "red_part")}),
        ({"buyer_tax_id": OTHER}, None, {"buyer_tax_id": (OWN, OTHER)}),
        (
            {"amount": Decimal(900), "tax": None, "total": None},
            None,
            {"amount": ("1060.00", "900.00")},
        ),
    ],
)
def test_mismatch(theirs: dict[str, object], cause: str | None, differences: object):
    found = one(invoice(), entry(**theirs))
    assert (found.state, found.cause) == (MatchState.MISMATCH, cause)
    assert found.candidates[0].differences == differences
    assert found.action


def test_blue_invoice_taken_back_by_a_red_entry():
    red = entry(
        row=3,
        number="26447000001243499999",
        total=Decimal("-1060"),
        amount=None,
        tax=None,
        positive=False,
        remark=f"被红冲蓝字数电发票号码：{NUMBER} 红字发票信息确认单编号：1",
    )
    assert (one(invoice(), entry(), red).state, one(invoice(), entry(), red).cause) == (
        MatchState.MISMATCH,
        "N9",
    )
    part = red.model_copy(update={"total": Decimal("-60")})
    assert one(invoice(), entry(), part).state is MatchState.EXACT


@pytest.mark.parametrize(
    ("ours", "theirs", "cause", "score"),
    [
        ({"number": NUMBER[:-1] + "3"}, {}, "N2", 1.0),
        ({"number": NUMBER[:5] + NUMBER[6:]}, {}, "N2", 1.0),
        ({"number": NUMBER[:5] + "9" + NUMBER[5:]}, {}, "N2", 1.0),
        ({"number": NUMBER[:16] + "4348"}, {}, "N2", 1.0),
        ({"number": NUMBER[:-1] + "3", "date": None}, {}, "N2", 0.9),
        ({"number": NUMBER[:-5] + "04438"}, {"total": Decimal(9), "amount": None}, "N2", 0.8),
        ({"number": NUMBER[:-1] + "3"}, {"seller_tax_id": None}, "N2", 1.0),
        ({"number": "O0015045", "code": None}, PAPER, "N2", 1.0),
        (PAPER, PAPER | {"code": "4400194131"}, "N3", 1.0),
    ],
)
def test_suggested(ours, theirs, cause: str, score: float):
    found = run([invoice(**ours)], [entry(**theirs)])
    assert [(m.state, m.cause) for m in found] == [(MatchState.SUGGESTED, cause)]
    candidate = found[0].candidates[0]
    assert candidate.score == score
    assert ("code" if cause == "N3" else "number") in candidate.differences


def test_suggestions_are_the_three_best_confusable_first():
    ours = invoice(number=NUMBER[:-1] + "3")
    entries = [entry(row=2 + n, number=NUMBER[:-1] + d) for n, d in enumerate("12458")]
    found = one(ours, *entries)
    assert len(found.candidates) == 3
    assert found.candidates[0].key in {"tax.xlsx#!5", "tax.xlsx#!6"}  # 3 read for 5 or 8
    assert found.evidence["confusable"] == "yes"


def test_an_entry_with_its_own_invoice_is_not_suggested_to_another():
    found = run([invoice(), invoice(number=NUMBER[:-1] + "9")], [entry()])
    assert [m.state for m in found] == [MatchState.EXACT, MatchState.MISSING]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"number": None}, {}),
        ({"number": None, "date": None}, {}),
        ({"number": "26447000005555555555"}, {"date": DAY + datetime.timedelta(days=3)}),
        ({"number": NUMBER[:-1] + "3"}, {"seller_tax_id": OTHER, "date": None}),
        (PAPER, PAPER | {"code": "3100153130", "date": None, "seller_tax_id": OTHER}),
    ],
)
def test_residual_on_both_sides(ours: dict[str, object], theirs: dict[str, object]):
    found = run([invoice(**ours)], [entry(**theirs)])
    assert [(m.side, m.state) for m in found] == [
        (Side.INVOICE, MatchState.RESIDUAL),
        (Side.LEDGER, MatchState.RESIDUAL),
    ]
    assert found[0].candidates[0].key == found[1].key
    assert found[1].candidates[0].key == "f0"


def test_short_number_alone_needs_something_else_that_agrees():
    theirs = FILLER | {"number": "00015045", "date": datetime.date(2026, 3, 1)}
    found = run([invoice(**PAPER | {"code": None})], [entry(**theirs)])
    assert [m.state for m in found] == [MatchState.MISSING, MatchState.MISSING]


def test_two_different_20_digit_numbers_never_agree_by_their_paper_number():
    paper = Extra(second_number="00015045", second_code="044002600104")
    theirs = entry(number="26117000005555555555", code="044002600104", paper_number="00015045")
    assert one(invoice(extra=paper), theirs).state is MatchState.RESIDUAL


def test_short_number_that_fits_two_codes_is_left_to_a_person():
    entries = [entry(**PAPER), entry(row=3, **PAPER | {"code": "3100153130"})]
    found = one(invoice(**PAPER | {"code": None}), *entries)
    assert (found.state, found.cause, len(found.candidates)) == (MatchState.SUGGESTED, "N3", 2)


def test_second_copy_is_a_duplicate_whatever_the_order():
    worse = invoice(total=Decimal("1061"), amount=None, tax=None)
    for ours in ([invoice(), worse], [worse, invoice()]):
        found = run(ours, [entry(voucher_no="记-7")])
        states = {str(each.total): m for each, m in zip(ours, found, strict=True)}
        assert states["1060.00"].state is MatchState.EXACT
        assert (states["1061"].state, states["1061"].cause) == (MatchState.DUPLICATE, "N11")
        assert states["1061"].evidence["taken_by"] == states["1060.00"].key


def test_two_invoices_of_one_short_number_are_no_copies_where_codes_differ():
    ours = [invoice(**PAPER), invoice(**PAPER | {"code": "3100153130"})]
    found = run(ours, [entry(**PAPER | {"code": None})])
    assert [m.state for m in found] == [MatchState.EXACT, MatchState.MISSING]


def test_an_entry_booked_twice_is_said_on_the_ledger_side():
    found = run([invoice()], [entry(voucher_no="记-1"), entry(row=3, voucher_no="记-9")])
    assert [(m.side, m.state, m.cause) for m in found] == [
        (Side.INVOICE, MatchState.EXACT, None),
        (Side.LEDGER, MatchState.DUPLICATE, "N11"),
    ]
    assert found[1].key == "tax.xlsx#!3"


def test_rows_that_add_up_to_the_invoice_are_one_match():
    part = {"amount": Decimal("500"), "tax": Decimal("30"), "total": Decimal("530")}
    found = run([invoice()], [entry(**part), entry(row=3, **part)])
    assert [m.state for m in found] == [MatchState.EXACT]
    assert len(found[0].candidates) == 2
    silent = {"amount": None, "tax": None, "total": None}
    found = run([invoice()], [entry(**part), entry(row=3, **silent)])
    assert found[0].state is MatchState.EXACT
    assert found[0].candidates[0].key == "tax.xlsx#!3"
    found = run([invoice()], [entry(**part), entry(row=3, **part | {"total": Decimal(1)})])
    assert found[0].state is MatchState.MISMATCH


def test_two_ledgers_are_two_sources_and_absence_in_one_is_said():
    books = ledger(entry(source="gl.csv", total=Decimal("1")), source="gl.csv", layout="journal")
    keyed = [Keyed(key="f0", invoice=invoice())]
    (found,) = match(keyed, [ledger(entry()), books], options())
    assert found.state is MatchState.MISMATCH
    assert [c.key for c in found.candidates] == ["gl.csv#!2", "tax.xlsx#!2"]
    other = ledger(entry(**FILLER, source="gl.csv"), source="gl.csv")
    found = match(keyed, [ledger(entry()), other], options())[0]
    assert (found.state, found.evidence["not_in"]) == (MatchState.EXACT, "gl.csv")


@pytest.mark.parametrize(
    ("ours", "theirs", "edit"),
    [
        ("12345678", "12345678", (0, "")),
        ("12345678", "12345673", (1, "8->3@8")),
        ("12345678", "1245678", (1, "-3@3")),
        ("12345678", "123456789", (1, "+9@9")),
        ("12345678", "12354678", (1, "4->5@4")),
        ("12345678", "12340670", None),
    ],
)
def test_edit(ours: str, theirs: str, edit: tuple[int, str] | None):
    found = edit_between(ours, theirs)
    assert (found and (found.distance, found.text)) == edit


@pytest.mark.parametrize(
    ("number", "damaged", "possible"),
    [
        (NUMBER, "2.64470E+19", True),
        (NUMBER, "2.64471E+19", True),
        (NUMBER, "2.64473E+19", False),
        (NUMBER[:-1], "2.64470E+19", False),
        (NUMBER, "2.6E+19", False),
        (NUMBER, "26447000001243494000", True),
        (NUMBER, "rubbish", False),
    ],
)
def test_could_be(number: str, damaged: str, possible: bool):
    assert could_be(number, damaged) is possible


def _world(seed: int) -> tuple[list[Keyed], list[LedgerEntry]]:
    """Invoices and entries of a few close numbers, amounts, days and sellers: many collisions."""
    rng = random.Random(seed)

    def values() -> dict[str, object]:
        number = rng.choice(
            [NUMBER[:-2] + f"{rng.randrange(30):02d}", None, "00015045", "00015046"]
        )
        total = Decimal(rng.choice(["1060.00", "530.00", "9.99"]))
        return {
            "number": number,
            "code": rng.choice([None, "4400194130"]) if number and len(number) == 8 else None,
            "date": DAY + datetime.timedelta(days=rng.randrange(5)),
            "amount": None,
            "tax": None,
            "total": total,
            "seller_tax_id": rng.choice([SELLER, OTHER]),
        }

    invoices = [Keyed(key=f"f{n:02d}", invoice=invoice(**values())) for n in range(12)]
    return invoices, [entry(row=2 + n, **values()) for n in range(12)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_order_of_input_decides_nothing_and_numbers_never_lie(seed: int, shuffle: random.Random):
    invoices, entries = _world(seed)
    found = match(invoices, [ledger(*entries)], options())
    assert [m.key for m in found[: len(invoices)]] == [each.key for each in invoices]
    numbers = {each.key: each.number for each in entries}
    for ours, result in zip(invoices, found, strict=False):
        if result.state is MatchState.EXACT:
            assert {numbers[c.key] for c in result.candidates} == {ours.invoice.number}
    accounted = {c.key for m in found[: len(invoices)] for c in m.candidates}
    listed = {m.key for m in found[len(invoices) :]}
    assert {each.key for each in entries} <= accounted | listed
    shuffled, mixed = list(invoices), list(entries)
    shuffle.shuffle(shuffled)
    shuffle.shuffle(mixed)
    again = match(shuffled, [ledger(*mixed)], options())
    assert {(m.key, m.state, m.cause) for m in again} == {(m.key, m.state, m.cause) for m in found}
