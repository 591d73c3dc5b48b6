"""Vouchers and registers as synth writes them."""

import csv
import io

import openpyxl
import pytest

import synth
from piaohe.sources import read_ledger
from synth.ledgers import (
    Entry,
    Slip,
    System,
    Typed,
    erp_csv,
    erp_xlsx,
    register_csv,
    register_xlsx,
    vouchers,
)
from synth.ledgers.bookings import together
from synth.ledgers.erp import headings_of, voucher_rows
from synth.order import Trait

TRUTHS = [
    synth.make(kind, seed)
    for kind in ("dz_special", "dz_normal", "vat_special", "rail_e", "taxi")
    for seed in range(3)
] + [synth.make("dz_special", 3, traits=(Trait.RED,))]
ENTRIES = [Entry(truth=truth) for truth in TRUTHS]
ENCODINGS = {System.U8: "gb18030", System.K3: "gb18030", System.BOOK: "gb18030"}


def lines(data: bytes, system: System) -> list[dict[str, str]]:
    text = data.decode(ENCODINGS.get(system, "utf-8-sig"))
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("parts", [1, 3])
def test_vouchers_are_balanced_and_book_the_whole_invoice(parts: int):
    found = vouchers(ENTRIES, 1, parts=parts)
    assert len(found) == parts * len(ENTRIES)
    assert all(voucher.is_balanced for voucher in found)
    for truth in TRUTHS:
        booked = [v for v in found if v.truths[0] is truth]
        assert sum(line.debit for v in booked for line in v.lines) == truth.total


def test_tax_is_booked_apart_where_it_may_be_credited():
    special, normal = synth.make("dz_special", 1), synth.make("dz_normal", 3)
    (first,) = vouchers([Entry(truth=special)], 1)
    (second,) = vouchers([Entry(truth=normal)], 1)
    assert [line.debit for line in first.lines][:2] == [special.amount, special.tax]
    assert first.lines[1].account_name.startswith("应交税费")
    assert [line.debit for line in second.lines] == [normal.total, 0]


def test_numbers_of_vouchers_begin_anew_every_month():
    found = vouchers(ENTRIES, 1)
    assert found == sorted(found, key=lambda v: v.day)
    for month in {(v.day.year, v.day.month) for v in found}:
        inside = [v.number for v in found if (v.day.year, v.day.month) == month]
        assert inside == list(range(1, len(inside) + 1))


@pytest.mark.parametrize("system", System)
def test_columns_of_each_system_and_the_number_somewhere_in_a_line(system: System):
    data = erp_csv(TRUTHS, system)
    found = lines(data, system)
    assert tuple(found[0]) == headings_of(system)
    text = data.decode(ENCODINGS.get(system, "utf-8-sig"))
    assert all(truth.number in text for truth in TRUTHS)
    assert data == erp_csv(TRUTHS, system)
    book = openpyxl.load_workbook(io.BytesIO(erp_xlsx(TRUTHS, system)))
    assert [cell.value for cell in book.active[1]] == list(headings_of(system))
    assert book.active.max_row == len(found) + 1


@pytest.mark.parametrize("system", [System.GENERIC, System.BOOK])
def test_the_product_finds_each_invoice_and_its_total(system: System):
    usual = [truth for truth in TRUTHS if truth.kind != "taxi"]
    found = read_ledger(erp_csv(usual, system), "x").entries
    assert {(e.number, e.total) for e in found} == {(t.number, t.total) for t in usual}
    assert all(entry.voucher_no for entry in found)


def test_sap_keeps_16_characters_and_turns_the_side_of_a_negative_posting():
    red = TRUTHS[-1]
    first = lines(erp_csv([red], System.SAP), System.SAP)[0]
    assert (first["XBLNR"], first["SHKZG"]) == (red.number[4:], "H")
    assert first["SGTXT"].startswith(red.number)


def test_several_invoices_in_one_voucher_are_named_together():
    voucher = together(ENTRIES[:2], 1)
    assert voucher.is_balanced
    found = read_ledger(erp_csv([voucher]), "x").entries
    assert {entry.number for entry in found} == {truth.number for truth in TRUTHS[:2]}
    assert voucher_rows([voucher, voucher]) == [2, 2 + len(voucher.lines)]


def test_register_slips():
    special, coded = TRUTHS[0], synth.make("vat_e_normal", 5)
    assert coded.number.startswith("0")
    typed = [
        Typed(truth=special),
        Typed(truth=special, slips=(Slip.SWAPPED,)),
        Typed(truth=special, slips=(Slip.TOTAL_FROM_AMOUNT,)),
        Typed(truth=special, slips=(Slip.FLOAT,)),
        Typed(truth=coded, slips=(Slip.NO_ZEROS,)),
    ]
    plain, swapped, one_sum, lost, short = read_ledger(register_xlsx(typed), "x").entries
    assert (plain.number, plain.total) == (special.number, special.total)
    assert (swapped.amount, swapped.total) == (special.total, special.amount)
    assert (one_sum.amount, one_sum.total) == (None, special.amount)
    assert lost.damaged_number
    assert short.number == coded.number
    saved = register_csv(typed)
    assert f"{special.number[0]}.{special.number[1:4]}" in saved.decode("gb18030")
    assert "E+19" in saved.decode("gb18030")
    assert [e.damaged_number is None for e in read_ledger(saved, "x").entries] == [
        True,
        True,
        True,
        False,
        True,
    ]
