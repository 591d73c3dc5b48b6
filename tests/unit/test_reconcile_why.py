"""Causes that need more than the ledger's rows, their order, and the other direction."""

import datetime
from decimal import Decimal

import pytest

from models.forms import Form
from models.invoice import Extra
from models.ledger import Coverage, LedgerProblem, LedgerStatus
from models.match import Absence, MatchState
from models.portal import (
    PortalAnswer,
    PortalOutcome,
    RedConfirmation,
    SourceHealth,
    SourceState,
)
from reconcile import Failed, Keyed, match
from tests.support.matching import (
    DAY,
    FILLER,
    NOW,
    NUMBER,
    OTHER,
    OWN,
    SELLER,
    entry,
    invoice,
    ledger,
    one,
    options,
    run,
)

FRESH = datetime.date(2026, 6, 29)
OLD = datetime.date(2021, 6, 29)
RED = "26447000001243499999"
REMARK = f"被红冲蓝字数电发票号码：{NUMBER} 红字发票信息确认单编号：1"
TAKEN_BACK = {"amount": None, "tax": None, "total": Decimal(-1060)}


def answer(code: str, asked_at: datetime.datetime = NOW) -> dict[str, PortalAnswer]:
    return {NUMBER: PortalAnswer(code=code, asked_at=asked_at)}


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("001", PortalOutcome.FOUND),
        ("006", PortalOutcome.DIFFERS),
        ("009", PortalOutcome.ABSENT),
        ("RQERR", PortalOutcome.TOO_FRESH),
        ("020", PortalOutcome.LIMITED),
        ("timeout", PortalOutcome.UNASKED),
        ("010", PortalOutcome.UNASKED),
    ],
)
def test_what_an_answer_of_the_platform_comes_to(code: str, outcome: PortalOutcome):
    assert PortalAnswer(code=code, asked_at=NOW).outcome is outcome


@pytest.mark.parametrize(
    ("ours", "given", "cause", "also"),
    [
        ({}, {"portal": answer("009")}, "N14", ()),
        ({"date": FRESH}, {"portal": answer("009")}, "N1", ()),
        ({}, {"portal": answer("001")}, None, ()),
        ({}, {"portal": answer("timeout")}, None, ()),
        ({}, {"portal": answer("002")}, "N16", ()),
        ({"date": OLD}, {}, "N15", ()),
        ({"date": OLD + datetime.timedelta(1)}, {}, None, ()),
        ({"date": OLD}, {"portal": answer("009")}, "N15", ()),
        ({"date": OLD}, {"portal": answer("020")}, "N15", ("N16",)),
        ({"seller_tax_id": "91110108MA01ABCD5X"}, {}, "N12", ()),
        (
            {"seller_tax_id": "91110108MA01ABCD5X", "buyer_tax_id": OTHER},
            {"entities": (OWN,), "portal": answer("003")},
            "N7",
            ("N16", "N12"),
        ),
        ({"form": Form.BLOCKCHAIN}, {}, "N13", ()),
    ],
)
def test_causes_of_absence_in_order(ours, given, cause, also):
    found = run([invoice(**ours)], [entry(**FILLER)], options(**given))[0]
    assert (found.state, found.cause, found.also) == (MatchState.MISSING, cause, also)


@pytest.mark.parametrize(
    ("code", "asked", "hours"),
    [("002", 0, 12), ("003", 0, 1), ("020", 0, 24), ("020", -72, 0)],
)
def test_when_to_ask_the_platform_again(code: str, asked: int, hours: int):
    at = NOW + datetime.timedelta(hours=asked)
    given = options(portal=answer(code, at))
    found = run([invoice()], [entry(**FILLER)], given)[0]
    assert found.retry_after == NOW + datetime.timedelta(hours=hours)


def test_what_the_platform_said_is_always_shown():
    found = run([invoice()], [entry(**FILLER)], options(portal=answer("006")))[0]
    assert found.evidence["portal"] == "006"


@pytest.mark.parametrize("code", ["file_cut_off", "truncated"])
def test_a_ledger_that_is_not_whole_explains_what_it_lacks(code: str):
    broken = LedgerProblem(code=code, message="不全", message_en="cut")
    cut = ledger(entry(**FILLER), problems=(broken,))
    found = match([Keyed(key="f0", invoice=invoice())], [cut], options())[0]
    assert (found.state, found.cause) == (MatchState.MISSING, "N17")
    assert code in found.evidence["suspect"]
    whole = ledger(entry(**FILLER, source="b.csv"), source="b.csv")
    found = match([Keyed(key="f0", invoice=invoice())], [cut, whole], options())[0]
    assert (found.cause, found.also) == ("N17", ())
    fresh = match([Keyed(key="f0", invoice=invoice(date=FRESH))], [cut, whole], options())[0]
    assert (fresh.cause, fresh.also) == ("N1", ("N17",))


def test_a_source_that_could_not_be_asked_is_never_a_source_without_it():
    silent = SourceHealth(source="erp", state=SourceState.UNASKED, why_en="timed out")
    found = match([Keyed(key="f0", invoice=invoice())], [], options(sources=(silent,)))[0]
    assert (found.cause, found.evidence["unasked"]) == ("N17", "erp")
    assert found.retry_after is not None
    beside = run([invoice()], [entry(**FILLER)], options(sources=(silent,)))[0]
    assert (beside.cause, "erp" in beside.evidence["suspect"]) == ("N17", True)


def test_a_number_spoilt_without_its_money_may_be_any_that_begins_so():
    lost = {"number": None, "damaged_number": "2.64470E+19", "amount": None, "tax": None}
    found = one(invoice(), entry(**lost, total=None))
    assert (found.state, found.cause) == (MatchState.MISSING, "N18")


@pytest.mark.parametrize(
    ("ours", "theirs", "cause", "also"),
    [
        ({}, {"seller_name": "深圳市云杉"}, "N19", ()),
        ({}, {"seller_name": "深圳市云杉测试科技公司"}, "N19", ()),
        ({}, {"seller_name": "深圳", "seller_tax_id": None}, None, ()),
        ({}, {"seller_name": "深圳市云杉", "seller_tax_id": OTHER}, None, ()),
        ({}, {"seller_name": "深圳市云杉", "date": FRESH}, "N4", ("N19",)),
        ({}, {"total": Decimal(1000), "amount": None, "date": FRESH}, "N5", ("N4",)),
        ({}, {"status": LedgerStatus.VOID, "date": FRESH}, "N10", ("N4",)),
        (
            {"extra": Extra(issued_for="深圳市云杉测试科技有限公司"), "seller_name": "某税务局"},
            {"seller_tax_id": OTHER},
            "N12",
            (),
        ),
    ],
)
def test_causes_of_a_mismatch_in_order(ours, theirs, cause, also):
    found = one(invoice(**ours), entry(**theirs))
    assert (found.state, found.cause, found.also) == (MatchState.MISMATCH, cause, also)


def test_a_red_letter_that_was_begun_holds_the_invoice():
    begun = RedConfirmation(blue=NUMBER, number="77")
    found = run([invoice()], [entry()], options(confirmations={NUMBER: begun}))[0]
    assert (found.state, found.cause) == (MatchState.MISMATCH, "N20")
    assert found.evidence["red_confirmation"] == "77"
    done = begun.model_copy(update={"pending": False})
    found = run([invoice()], [entry()], options(confirmations={NUMBER: done}))[0]
    assert found.state is MatchState.EXACT


def test_an_invoice_and_its_red_letter_that_nobody_booked_cancel_each_other():
    red = invoice(number=RED, extra=Extra(red_of=NUMBER), **TAKEN_BACK)
    found = run([invoice(), red], [entry(**FILLER)])
    assert [(m.state, m.cause) for m in found[:2]] == [(MatchState.MISSING, "N9")] * 2
    part = red.model_copy(update={"total": Decimal(-60)})
    assert [m.cause for m in run([invoice(), part], [entry(**FILLER)])[:2]] == [None, None]


@pytest.mark.parametrize(
    ("status", "cause"), [(LedgerStatus.NORMAL, None), (LedgerStatus.RED_FULL, "N9")]
)
def test_a_red_letter_whose_blue_invoice_the_ledger_has(status, cause):
    red = invoice(number=RED, extra=Extra(red_of=NUMBER), **TAKEN_BACK)
    found = one(red, entry(status=status))
    assert (found.state, found.cause) == (MatchState.MISSING, cause)
    assert found.evidence["red_of"] == NUMBER


@pytest.mark.parametrize(
    ("theirs", "given", "reason"),
    [
        ({}, {}, Absence.NEVER_HANDED_IN),
        ({}, {"failed": (Failed(key=f"dzfp_{NUMBER}_x.pdf"),)}, Absence.UNREADABLE),
        (
            {},
            {"failed": (Failed(key="a.jpg", texts=(f"No {NUMBER[:-1]}3",)),)},
            Absence.UNREADABLE,
        ),
        ({}, {"failed": (Failed(key="a.jpg", texts=("发票",)),)}, Absence.NEVER_HANDED_IN),
        ({}, {"collected": Coverage(first=FRESH)}, Absence.OUTSIDE),
        ({"buyer_tax_id": OTHER}, {"entities": (OWN,)}, Absence.OUTSIDE),
        ({"status": LedgerStatus.VOID}, {}, Absence.CANCELLED),
        ({"number": None, "damaged_number": "2.6E+19"}, {}, Absence.NUMBER_LOST),
    ],
)
def test_why_an_entry_has_no_document(theirs, given, reason: Absence):
    (found,) = run([], [entry(**theirs)], options(**given))
    assert (found.state, found.reason) == (MatchState.MISSING, reason)
    assert found.message
    assert found.message_en


def test_an_entry_whose_document_stands_under_another_number():
    found = run([invoice(number="26447000009876543210")], [entry()])[1]
    assert (found.state, found.reason) == (MatchState.RESIDUAL, Absence.OTHER_NUMBER)
    found = run([invoice(number="26447000009876543210", date=None)], [entry()])[1]
    assert found.reason is Absence.ALIKE


def test_red_letters_among_the_entries():
    red = entry(row=3, number=RED, positive=False, remark=REMARK, **TAKEN_BACK)
    (found,) = run([invoice()], [entry(), red])[1:]
    assert (found.reason, found.evidence["because_of"]) == (Absence.RED_LETTER, NUMBER)
    both = run([], [entry(), red])
    assert [(m.reason, m.cause) for m in both] == [(Absence.NETTED, "N9")] * 2
    alone = run([], [red])
    assert alone[0].reason is Absence.NEVER_HANDED_IN


def test_a_second_row_of_an_invoice_is_a_copy():
    found = run([invoice()], [entry(), entry(row=3)])[1]
    assert (found.reason, found.evidence["because_of"]) == (Absence.COPY, "f0")


def test_portal_answers_are_of_the_invoice_not_of_the_file():
    keyed = [Keyed(key="a.pdf#0", invoice=invoice(seller_tax_id=SELLER, date=DAY))]
    found = match(keyed, [ledger(entry(**FILLER))], options(portal=answer("009")))
    assert found[0].cause == "N14"
