"""Non-invoices: what they are called, what their sums come to, and that they are drawn."""

import json
import re
from decimal import Decimal

import numpy as np
import pytest
import zxingcpp

import synth
from models.errors import DependencyMissing, UsageError
from ocr.labels import NON_INVOICES
from synth import fonts
from synth.aside import OTHER, Aside
from synth.aside_screens import shares
from synth.asides import ASIDES, draw_aside_page, lay_out_aside, make_aside
from synth.draw.sheet import Layer, Sheet, Text

SEEDS = range(12)
NAMED = {each.what: each.pattern for each in NON_INVOICES}
STATING = ("trip_list", "pos_slip", "bank_slip", "receipt", "settlement", "claim_page", "contract")
"""The kinds that state the total of the invoice they belong to."""
each_kind = pytest.mark.parametrize("kind", ASIDES)


@pytest.fixture
def _fonts():
    try:
        for role in fonts.Font:
            fonts.find(role)
    except DependencyMissing as error:
        pytest.skip(error.record.hint_en)


def words(sheet: Sheet) -> str:
    marks = (mark for layer in Layer for mark in sheet.marks[layer])
    return "\n".join(mark.text for mark in marks if isinstance(mark, Text))


def each_layout(kind: str) -> list[Aside]:
    """One of every layout, the kept one among them."""
    found = {make_aside(kind, seed).layout: make_aside(kind, seed) for seed in SEEDS}
    return [*found.values(), make_aside(kind, 3, kept=True)]


@each_kind
def test_same_arguments_same_aside_and_the_last_layout_is_kept(kind):
    invoice = synth.make("dz_normal", 4)
    assert make_aside(kind, 5, invoice) == make_aside(kind, 5, invoice)
    assert make_aside(kind, 5) != make_aside(kind, 6)
    last = ASIDES[kind].layouts - 1
    assert {make_aside(kind, seed).layout for seed in SEEDS} == set(range(last))
    assert make_aside(kind, 5, kept=True).layout == last


@each_kind
def test_a_name_is_one_the_reader_knows_or_other(kind):
    assert ASIDES[kind].what in {OTHER, *NAMED}


@pytest.mark.usefixtures("_fonts")
@each_kind
def test_the_page_says_what_it_is_and_prints_no_tagged_value(kind):
    pattern = NAMED.get(ASIDES[kind].what)
    for aside in each_layout(kind):
        sheet = lay_out_aside(aside)
        assert not [m for layer in Layer for m in sheet.marks[layer] if getattr(m, "of", "")]
        if pattern and aside.layout != ASIDES[kind].layouts - 1:
            text = words(sheet).replace("　", "").replace(" ", "")
            assert pattern.search(text), text


@pytest.mark.parametrize("kind", STATING)
def test_the_total_is_that_of_the_invoice(kind):
    for seed in SEEDS:
        invoice = synth.make("dz_normal", seed)
        aside = make_aside(kind, seed, invoice)
        assert aside.total == aside.of_total == invoice.total
        assert aside.of_number == invoice.number


@pytest.mark.parametrize(
    ("kind", "column"), [("trip_list", -1), ("settlement", -1), ("sales_list", -1)]
)
def test_lines_come_to_the_total(kind, column):
    for seed in SEEDS:
        for of in (None, synth.make("dz_normal", seed)):
            aside = make_aside(kind, seed, of)
            assert sum(Decimal(line[column]) for line in aside.lines) == aside.total


@pytest.mark.parametrize(
    ("total", "count", "most"), [("3.50", 4, 1), ("11.99", 4, 1), ("60.00", 4, 4), ("999.99", 9, 9)]
)
def test_fares_are_no_smaller_than_a_ride_costs(total, count, most):
    rng = make_aside("trip_list", 1).rng()
    fares = shares(rng, Decimal(total), count)
    assert sum(fares) == Decimal(total)
    assert len(fares) == most
    assert most == 1 or min(fares) >= 6


def test_rides_are_listed_in_the_order_of_their_times():
    for seed in SEEDS:
        aside = make_aside("trip_list", seed, kept=seed % 2 == 0)
        first = int(aside.details["from"][:4])
        times = [line[2] for line in aside.lines]
        # a list may run into the next year
        years = [first + (time[:2] < aside.details["from"][5:7]) for time in times]
        assert sorted(zip(years, times, strict=True)) == list(zip(years, times, strict=True))


@pytest.mark.parametrize("kind", ["order_screenshot", "claim_page", "chat_screenshot", "bank_slip"])
def test_traps_look_like_an_invoices_number(kind):
    told = "\n".join((*make_aside(kind, 2).details.values(), *sum(make_aside(kind, 2).lines, ())))
    assert re.search(r"(?<!\d)\d{20}(?!\d)", told)


@each_kind
def test_the_label_names_the_attachment_and_no_field(kind):
    aside = make_aside(kind, 1)
    line = json.loads(json.dumps(aside.label("a.png", "scan")))
    assert line == {"file": "a.png", "kind": "scan", "attachment": ASIDES[kind].what}
    assert aside.label("a.pdf", "pdf", 1)["page"] == 1


@pytest.mark.usefixtures("_fonts")
def test_the_code_of_a_claim_page_leads_to_nobody():
    for aside in each_layout("claim_page"):
        drawn = draw_aside_page(aside, 110)
        found = zxingcpp.read_barcodes(drawn.image.convert("RGB"))
        assert [code.text for code in found] == [aside.details["url"]]
        assert ".example/" in aside.details["url"]


@pytest.mark.usefixtures("_fonts")
@each_kind
def test_it_is_drawn_the_same_every_time(kind):
    aside = make_aside(kind, 2, synth.make("taxi", 1))
    drawn = draw_aside_page(aside, 40)
    assert np.array_equal(np.asarray(drawn.image), np.asarray(draw_aside_page(aside, 40).image))
    assert [place.field for place in drawn.places] == ["region"]
    assert drawn.electronic is not ASIDES[kind].on_paper


def test_an_unknown_kind_is_refused():
    with pytest.raises(UsageError) as refused:
        make_aside("love_letter", 1)
    assert refused.value.record.code == "unknown_kind"
    assert "trip_list" in refused.value.record.hint_en
