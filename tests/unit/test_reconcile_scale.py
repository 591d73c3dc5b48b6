"""The quick way says what the thorough way says; order and hostile input change nothing."""

import datetime
import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.scale_match import DISTURBANCES, draw
from models.forms import Form
from models.invoice import Invoice
from models.ledger import LedgerEntry, LedgerStatus
from models.match import Match, MatchState
from reconcile import (
    EntryFacts,
    Failed,
    Index,
    InvoiceFacts,
    Link,
    Options,
    affected,
    compare,
    content_of,
    entry_facts,
    entry_of_json,
    invoice_facts,
    invoice_of_json,
)
from reconcile.compare import agrees, differences
from reconcile.facts import fen_of, shown
from reconcile.identity import edit_between, variants
from tests.support.matching import NOW, entry, invoice, options

NUMBERS = (None, "", "26447000001243494438", "26447000001243494433", "00015045", "O0015045")
NAMES = (None, "云杉测试", "云杉测试有限公司", "91440300MA5XYT123G", "\x00\ud800")
MONEY = (None, 0, 106000, -106000, 10**30, Decimal("1e999"), Decimal("NaN"), Decimal("-inf"))
_PRINTED = ("number", "code", "amount", "tax", "total", "seller_name", "date")
DATES = (None, datetime.date.min, datetime.date(2026, 1, 2), datetime.date.max)


def _side() -> st.SearchStrategy[tuple[object, ...]]:
    return st.tuples(
        st.sampled_from(NUMBERS),
        st.sampled_from(NUMBERS),
        st.sampled_from((None, "4400194130", "x" * 50)),
        st.sampled_from(DATES),
        *(st.sampled_from(MONEY) for _ in range(3)),
        *(st.sampled_from(NAMES) for _ in range(4)),
    )


invoices = st.lists(
    st.builds(
        lambda facts, form, red: (*facts, form, None, (), None, red),
        _side(),
        st.sampled_from((None, Form.TAXI, Form.DZ_NORMAL)),
        st.sampled_from((None, "26447000001243494438", "-", "4400194130-00015045")),
    ),
    max_size=6,
)
entries = st.lists(
    st.tuples(
        st.sampled_from(("a#b", "c.xlsx")),
        st.sampled_from(("", "s!1")),
        st.integers(0, 3),
        _side(),
        st.sampled_from(list(LedgerStatus)),
        st.sampled_from((None, "2.64470E+19", "9" * 5000, "E")),
        st.sampled_from((None, "记-1")),
        st.sampled_from(((), ("26447000001243494438",))),
    ),
    max_size=6,
)
links = st.lists(
    st.builds(
        Link,
        invoice=st.sampled_from(("i0", "i1", "26447000001243494438")),
        entry=st.sampled_from(("c.xlsx#!2", "a#b#s!1!3", "26447000001243494433", "#!")),
        linked=st.booleans(),
    ),
    max_size=3,
)


def _world(ours: list, theirs: list) -> tuple[list[InvoiceFacts], list[EntryFacts]]:
    drawn = [InvoiceFacts(f"i{place}", *facts) for place, facts in enumerate(ours)]
    kept = [
        EntryFacts(source, sheet, row, *facts, status, damaged, voucher, None, None, red)
        for source, sheet, row, facts, status, damaged, voucher, red in theirs
    ]
    return drawn, kept


def _verdicts(ours: list[InvoiceFacts], theirs: list[EntryFacts], told: Options) -> list[Match]:
    outcome = compare(ours, Index(theirs), told)
    return [*outcome.invoices(), *outcome.strays()]


@settings(max_examples=150, deadline=None)
@given(invoices, entries, links, st.randoms(use_true_random=False))
def test_nothing_crashes_and_order_decides_nothing(ours, theirs, decided, shuffle: random.Random):
    drawn, kept = _world(ours, theirs)
    told = Options(now=NOW, links=tuple(decided), failed=(Failed(key="26447000001243494438.pdf"),))
    found = _verdicts(drawn, kept, told)
    assert [each.key for each in found[: len(drawn)]] == [each.key for each in drawn]
    mixed, shuffled = list(drawn), list(kept)
    shuffle.shuffle(mixed)
    shuffle.shuffle(shuffled)
    again = _verdicts(mixed, shuffled, told)
    assert sorted(map(repr, again)) == sorted(map(repr, found))


def test_order_decides_nothing_among_the_disturbed():
    drawn = draw(400, 5, disturbed=0.9)
    assert {name for _, _, name in drawn.expected.values()} == set(DISTURBANCES)
    found = _verdicts(drawn.invoices, drawn.entries, drawn.options())
    again = _verdicts(drawn.invoices[::-1], drawn.entries[::-1], drawn.options())
    assert sorted(map(repr, again)) == sorted(map(repr, found))


def test_a_glance_sees_what_a_thorough_look_sees(monkeypatch):
    drawn = draw(300, 6, disturbed=0.5)
    quick = compare(drawn.invoices, Index(drawn.entries, drawn.about()), drawn.options())
    assert quick.exact_at_a_glance > 100
    seen = [*quick.invoices(), *quick.strays()]
    monkeypatch.setattr("reconcile.matching.pair_at_a_glance", lambda *_: None)
    thorough = compare(drawn.invoices, Index(drawn.entries, drawn.about()), drawn.options())
    assert thorough.exact_at_a_glance == 0
    assert [*thorough.invoices(), *thorough.strays()] == seen


def test_a_new_snapshot_changes_only_what_is_judged_again():
    drawn = draw(300, 8, disturbed=0.3)
    rng = random.Random(8)
    old = [each for each in drawn.entries if rng.random() < 0.95]
    new = [each._replace(tax=None) if rng.random() < 0.02 else each for each in drawn.entries]
    before, after = Index(old, drawn.about()), Index(new, drawn.about())
    first = compare(drawn.invoices, before, drawn.options())
    judged = list(zip(drawn.invoices, first.invoices(), strict=True))
    again, kept = affected(before, after, judged)
    assert 0 < len(again) < 0.6 * len(drawn.invoices)
    redone = compare(again, after, drawn.options(), kept)
    merged = {ours.key: match for ours, match in judged} | {m.key: m for m in redone.invoices()}
    whole = compare(drawn.invoices, after, drawn.options())
    assert list(merged.values()) == list(whole.invoices())
    assert list(redone.strays()) == list(whole.strays())


def test_drawn_disturbances_are_found():
    drawn = draw(500, 7, disturbed=0.5)
    outcome = compare(drawn.invoices, Index(drawn.entries, drawn.about()), drawn.options())
    wrong = [
        (match.key, drawn.expected.get(match.key), match.state, match.cause)
        for match in outcome.invoices()
        if (match.state, match.cause)
        != drawn.expected.get(match.key, (MatchState.EXACT, None, ""))[:2]
    ]
    assert wrong == []


@settings(max_examples=200, deadline=None)
@given(_side(), _side())
def test_what_agrees_at_a_glance_has_no_difference(ours, theirs):
    mine, other = InvoiceFacts("i", *ours), EntryFacts("s", "", 1, *theirs)
    if agrees(mine, other):
        assert differences(mine, other) == {}


@settings(max_examples=100)
@given(st.text("0123456789", min_size=2, max_size=20), st.data())
def test_variants_reach_every_number_one_character_away(number: str, data: st.DataObject):
    place = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from("0123456789"))
    swapped = number[:place] + number[place : place + 2][::-1] + number[place + 2 :]
    reached = set(variants(number))
    for other in (
        number[:place] + digit + number[place + 1 :],
        number[:place] + number[place + 1 :],
        number[:place] + digit + number[place:],
        swapped,
    ):
        assert other in reached
        edit = edit_between(number, other)
        assert edit is not None
        assert edit.distance <= 1


def test_money_is_whole_fen():
    assert fen_of(Decimal("-0.96")) == -96
    assert fen_of(Decimal("NaN")) is None
    assert fen_of(Decimal("1e999")) == Decimal("1e999")
    assert [shown(value) for value in (-96, 5, 106000)] == ["-0.96", "0.05", "1060.00"]


def test_facts_of_records_are_what_a_loader_would_build():
    ours, theirs = invoice_facts("k", invoice()), entry_facts(entry())
    assert ours[1:12] == theirs[3:14]
    assert (ours.long, ours.total, theirs.key) == ("26447000001243494438", 106000, "tax.xlsx#!2")


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"number": "01234567", "code": "144031900111"},
        {"paper_number": "01234567", "code": "144031900111", "selected": False},
        {"number": None, "damaged_number": "2.6447E+19", "risk": "疑点发票", "kind": "数电票"},
        {"amount": "-0.5", "tax": "1.005", "total": "1e20", "seller_name": "甲 （乙）"},
        {"shared_line": "1", "shared_total": "12.30", "voucher_no": "记-1", "date": None},
        {"positive": False, "remark": f"被红冲蓝字数电发票号码：{'1' * 20}", "status": "red"},
    ],
)
def test_facts_of_json_are_those_of_the_record(more: dict[str, object]) -> None:
    theirs = LedgerEntry.model_validate(entry().model_dump() | more)
    assert entry_of_json(theirs.model_dump_json()) == entry_facts(theirs)
    named = {name: value for name, value in more.items() if name in _PRINTED}
    extra = {"second_number": "01234567", "issued_for": "丙", "qr_crc": "mismatch", "red_of": "1"}
    findings = [
        {"rule": rule, "severity": severity, "field": None, "message": "", "message_en": ""}
        for rule, severity in (("R-QR-03", "warn"), ("R-QR-04", "info"), ("R-DUP-02", "info"))
    ]
    changed = invoice().model_dump() | named | {"extra": extra, "findings": findings}
    ours = Invoice.model_validate(changed)
    facts, number, rules = invoice_of_json("k", ours.model_dump_json())
    assert (facts, number) == (invoice_facts("k", ours), ours.number)
    assert rules == ("R-QR-03", "R-QR-04", "R-DUP-02")


def test_what_a_ledger_says_of_a_ticked_invoice_is_no_part_of_what_the_entry_is() -> None:
    ticked = entry_facts(entry().model_copy(update={"selected": True}))
    assert content_of(ticked) == content_of(entry_facts(entry()))


def test_an_index_can_be_asked_again_and_again():
    index = Index([entry_facts(entry())])
    first = compare([invoice_facts("a", invoice())], index, options())
    second = compare([invoice_facts("b", invoice())], index, options())
    assert [first.of(0).state, second.of(0).state] == [MatchState.EXACT] * 2
