"""The rungs of the ladder: what people linked, other names of a number, misread characters, sums
of several, and what each match says of how it was made."""

import datetime
from decimal import Decimal

import pytest

from models.invoice import Extra, Invoice
from models.ledger import LedgerEntry
from models.match import Match, MatchState, Step
from reconcile import Index, Keyed, Link, entry_facts, invoice_facts, judge, match
from reconcile.identity import could_be, edit_between
from tests.support.matching import (
    DAY,
    FILLER,
    NUMBER,
    OTHER,
    PAPER,
    entry,
    invoice,
    ledger,
    one,
    options,
    run,
)

ELSEWHERE = "26447000009876543210"
PART = {"amount": None, "tax": None, "number": None}


def linked(
    invoices: list[Invoice], entries: list[LedgerEntry], *links: tuple[str, str, bool]
) -> list[Match]:
    chosen = [Link(invoice=ours, entry=theirs, linked=yes) for ours, theirs, yes in links]
    return run(invoices, entries, options(links=tuple(chosen)))


@pytest.mark.parametrize(
    ("ours", "theirs", "step"),
    [
        ({}, {}, Step.KEY),
        (PAPER, PAPER, Step.KEY),
        (PAPER, PAPER | {"code": None}, Step.ALIAS),
        (
            {"extra": Extra(second_number="00015045", second_code="044002600104")},
            {"number": "00015045", "code": "044002600104"},
            Step.ALIAS,
        ),
        ({"number": NUMBER[:-1] + "3"}, {}, Step.NEAR),
        ({}, {"number": None, "damaged_number": "2.64470E+19"}, Step.DAMAGED),
        ({}, {"number": None, "damaged_number": NUMBER[4:]}, Step.DAMAGED),
        ({"number": ELSEWHERE}, {}, Step.DEAL),
        ({}, FILLER, None),
    ],
)
def test_a_match_says_which_rung_made_it(ours, theirs, step: Step | None):
    assert one(invoice(**ours), entry(**theirs)).step is step


@pytest.mark.parametrize(
    ("ours", "theirs", "state"),
    [
        # two misread characters need the money and the seller
        ({"number": "26447000001243494496"}, {}, MatchState.RESIDUAL),
        ({"number": "26447000001248494488"}, {}, MatchState.SUGGESTED),
        (
            {"number": "26447000001248494488"},
            {"seller_tax_id": OTHER, "seller_name": None},
            MatchState.MISSING,
        ),
        # nothing but the money is stated, and it agrees
        (
            {"number": NUMBER[:-1] + "3"},
            {"date": None, "seller_name": None, "seller_tax_id": None},
            MatchState.SUGGESTED,
        ),
        # the next number of the seller, for another sum, is another invoice
        ({"number": NUMBER[:-1] + "9"}, {"total": Decimal(9), "amount": None}, MatchState.MISSING),
        # a short number agrees and nothing but the day besides
        (PAPER | {"code": None}, FILLER | {"number": "00015045", "date": DAY}, MatchState.MISSING),
    ],
)
def test_near_numbers(ours, theirs, state: MatchState):
    assert one(invoice(**ours), entry(**theirs)).state is state


@pytest.mark.parametrize(
    ("ours", "theirs", "text"),
    [
        ("26447000001243494438", "26447000001248494488", "3->8@14, 3->8@19"),
        ("12345678", "12345687", "7->8@7"),
        ("12345670", "12345683", None),
        ("O0015045", "00015045", "O->0@1"),
    ],
)
def test_two_misread_characters_are_an_edit_and_two_others_are_not(ours, theirs, text):
    found = edit_between(ours, theirs)
    assert (found and found.text) == text


def test_the_end_of_a_number_is_as_good_as_the_whole():
    assert could_be(NUMBER, NUMBER[4:])
    assert not could_be(NUMBER, "1" + NUMBER[5:])
    assert not could_be(NUMBER, NUMBER[12:])


def test_a_link_makes_a_match_that_no_number_makes():
    ours = invoice(number=ELSEWHERE)
    found = linked([ours], [entry()], ("f0", "tax.xlsx#!2", True))
    assert [(m.state, m.step) for m in found] == [(MatchState.EXACT, Step.PERSON)]
    found = linked([invoice(total=Decimal(7))], [entry()], ("f0", NUMBER, True))
    assert (found[0].state, found[0].step) == (MatchState.MISMATCH, Step.PERSON)
    assert "total" in found[0].candidates[0].differences


def test_a_link_takes_the_entry_from_whoever_has_its_number():
    ours = [invoice(), invoice(number=ELSEWHERE)]
    found = linked(ours, [entry()], ("f1", NUMBER, True))
    assert [m.state for m in found] == [MatchState.MISSING, MatchState.EXACT]


def test_an_unlink_holds_on_every_rung():
    for number in (NUMBER, NUMBER[:-1] + "3", ELSEWHERE):
        found = linked([invoice(number=number)], [entry()], ("f0", "tax.xlsx#!2", False))
        assert [m.state for m in found] == [MatchState.MISSING, MatchState.MISSING]
        assert found[0].candidates == ()


def test_several_invoices_linked_with_one_entry_are_compared_together():
    half = {"amount": Decimal(500), "tax": Decimal(30), "total": Decimal(530)}
    ours = [invoice(**half, number=ELSEWHERE), invoice(**half, number=NUMBER[:-1] + "9")]
    found = linked(ours, [entry()], ("f0", NUMBER, True), ("f1", NUMBER, True))
    assert [m.state for m in found] == [MatchState.EXACT, MatchState.EXACT]


def test_a_link_to_nothing_changes_nothing():
    for name in ("nothing", "tax.xlsx#!999", "#!", "!x", "tax.xlsx#!" + "9" * 30, ""):
        assert linked([invoice()], [entry()], ("f0", name, True))[0].step is Step.KEY


def test_invoices_booked_together_without_a_number_are_suggested():
    ours = [
        invoice(number=ELSEWHERE, total=Decimal(300), amount=None, tax=None),
        invoice(number=NUMBER, total=Decimal(760), amount=None, tax=None),
    ]
    found = run(ours, [entry(**PART)])
    assert [(m.state, m.step) for m in found] == [(MatchState.SUGGESTED, Step.SUM)] * 2
    assert found[0].evidence["together_with"] == "f1"
    other = ours[1].model_copy(update={"total": Decimal(761)})
    assert {m.state for m in run([ours[0], other], [entry(**PART)])} == {MatchState.MISSING}


def test_an_entry_with_one_number_and_the_money_of_two_names_both():
    ours = [
        invoice(total=Decimal(300), amount=None, tax=None),
        invoice(number=ELSEWHERE, total=Decimal(760), amount=None, tax=None),
    ]
    found = run(ours, [entry(amount=None, tax=None)])
    assert [m.state for m in found] == [MatchState.MISMATCH, MatchState.SUGGESTED]
    assert found[0].evidence["booked_with"] == "f1"


def test_parts_without_a_number_are_suggested_together():
    parts = [
        entry(**PART | {"total": Decimal(60)}),
        entry(row=3, **PART | {"total": Decimal(1000)}),
        entry(row=4, **PART | {"total": Decimal(5)}),
    ]
    found = run([invoice()], parts)
    assert (found[0].state, found[0].step) == (MatchState.SUGGESTED, Step.SUM)
    assert [c.key for c in found[0].candidates] == ["tax.xlsx#!2", "tax.xlsx#!3"]
    assert [m.key for m in found[1:]] == ["tax.xlsx#!4"]


def test_a_sum_that_holds_in_two_ways_decides_nothing():
    parts = [entry(row=2 + n, **PART | {"total": Decimal(530)}) for n in range(3)]
    assert run([invoice()], parts)[0].state is MatchState.MISSING


def test_a_wrong_booking_and_its_reversal_are_one_match():
    wrong = {"total": Decimal(99), "amount": None, "tax": None}
    back = wrong | {"total": Decimal(-99)}
    found = run([invoice()], [entry(**wrong), entry(row=3, **back), entry(row=4)])
    assert [m.state for m in found] == [MatchState.EXACT]
    assert found[0].evidence["rows"] == "3"


def test_one_new_invoice_is_judged_as_in_a_run():
    entries = [entry(), entry(row=3, **FILLER)]
    index = Index.of([ledger(*entries)]).prepare()
    for number in (NUMBER, NUMBER[:-1] + "3", ELSEWHERE, "26000000000000000000", None):
        ours = invoice(number=number)
        alone = judge(invoice_facts("f0", ours), index, options())
        assert alone == match([Keyed(key="f0", invoice=ours)], [ledger(*entries)], options())[0]


def test_one_new_invoice_whose_entry_another_has_is_a_duplicate():
    index = Index([entry_facts(entry(voucher_no="记-1"))]).prepare()
    taken = {"tax.xlsx#!2": "kept"}
    found = judge(invoice_facts("new", invoice()), index, options(), taken)
    assert (found.state, found.cause) == (MatchState.DUPLICATE, "N11")
    assert found.evidence["taken_by"] == "kept"
    near = judge(invoice_facts("new", invoice(number=NUMBER[:-1] + "3")), index, options(), taken)
    assert near.state is MatchState.MISSING
    assert judge(invoice_facts("kept", invoice()), index, options(), taken).state is (
        MatchState.EXACT
    )


def test_a_busy_day_at_a_filling_station_stays_quick_and_deterministic():
    alike = [entry(row=2 + n, number=f"2644700000{n:010d}") for n in range(400)]
    found = run([invoice(number="26117000005555555555")], alike)
    assert found[0].state is MatchState.RESIDUAL
    again = run([invoice(number="26117000005555555555")], alike[::-1])
    assert again[0].candidates == found[0].candidates
    far = entry(row=1, number=ELSEWHERE, date=DAY + datetime.timedelta(4))
    assert one(invoice(number="26117000005555555555"), far).state is MatchState.MISSING
