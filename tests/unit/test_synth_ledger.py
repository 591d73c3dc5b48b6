"""The tax bureau's exports as synth writes them, read back with openpyxl and with the product."""

import datetime
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest

import synth
from models.forms import Form
from models.ledger import Coverage, LedgerStatus
from piaohe.sources import read_ledger
from synth.ledgers import (
    BASE_HEADINGS,
    DEDUCTION_HEADINGS,
    LINE_HEADINGS,
    Entry,
    Trap,
    deduction_export,
    tax_export,
)
from synth.ledgers.entry import figures, is_digital
from synth.ledgers.taxwords import DEDUCTIBLE, KINDS
from synth.order import Trait
from synth.truth import Party

OWN = Party(name="北京青鹭川科技有限公司", tax_id="91110108MU3UY2PU8K")
LISTED = [kind for kind, known in synth.KINDS.items() if set(known.forms) <= set(KINDS)]


def sheets(data: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def rows(data: bytes, sheet: str, header: int = 0) -> list[dict[str, object]]:
    body = sheets(data)[sheet][header:]
    return [dict(zip(body[0], each, strict=True)) for each in body[1:]]


def cents(value: object) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def test_base_sheet_has_one_row_an_invoice_and_keeps_numbers_as_text():
    digital, paper = synth.make("dz_special", 1), synth.make("vat_normal", 1)
    first, second = rows(tax_export([digital, paper]), "发票基础信息")
    assert tuple(first) == BASE_HEADINGS
    assert (first["数电发票号码"], first["发票号码"]) == (digital.number, None)
    assert (second["发票代码"], second["发票号码"]) == (paper.code, paper.number)
    assert cents(first["价税合计"]) == digital.total
    assert str(first["开票日期"]).startswith(f"{digital.date} ")
    assert (first["发票状态"], first["是否正数发票"]) == ("正常", "是")
    assert (first["发票来源"], second["发票来源"]) == ("电子发票服务平台", "增值税发票管理系统")


@pytest.mark.parametrize("kind", LISTED)
def test_every_kind_the_bureau_knows_is_listed_and_its_lines_add_up(kind: str):
    truths = [synth.make(kind, seed) for seed in range(8)]
    data = tax_export(truths)
    book = sheets(data)
    assert (book["发票基础信息"][0], book["信息汇总表"][0]) == (BASE_HEADINGS, LINE_HEADINGS)
    lines = rows(data, "信息汇总表")
    for truth, base in zip(truths, rows(data, "发票基础信息"), strict=True):
        assert base["发票票种"] == KINDS[truth.form]
        identity = (base["发票代码"], base["发票号码"], base["数电发票号码"])
        own = [x for x in lines if (x["发票代码"], x["发票号码"], x["数电发票号码"]) == identity]
        for name, whole in zip(("金额", "税额", "价税合计"), figures(truth), strict=True):
            assert cents(base[name]) == whole
            assert sum(cents(line[name]) for line in own) == whole
    found = [(e.number, e.code, e.total) for e in read_ledger(data, "x").entries]
    assert found == [(truth.number, truth.code, truth.total) for truth in truths]


def test_what_the_bureau_does_not_know_is_left_out():
    others = [synth.make(kind, 1) for kind in ("taxi", "quota", "fiscal", "blockchain")]
    assert len(sheets(tax_export(others))["发票基础信息"]) == 1


@pytest.mark.parametrize(
    ("kind", "sheet", "column"),
    [
        ("rail_e", "铁路电子客票", "车次"),
        ("air_e", "航空运输电子客票行程单", "航班号"),
        ("dz_freight", "货物运输服务", "运输工具牌号"),
        ("dz_construction", "建筑服务", "建筑项目名称"),
    ],
)
def test_businesses_have_sheets_of_their_own_that_add_no_invoice(kind, sheet, column):
    truth = synth.make(kind, 7)
    data = tax_export([truth, synth.make("dz_normal", 1)])
    assert rows(data, sheet)[0][column]
    assert rows(data, sheet)[0]["数电发票号码"] == truth.number
    assert len(read_ledger(data, "x").entries) == 2


def test_paper_digital_invoice_fills_all_three_numbers():
    truth = synth.make("dzp_special", 1)
    (row,) = rows(tax_export([truth]), "发票基础信息")
    shown = (row["发票代码"], row["发票号码"], row["数电发票号码"])
    assert shown == (truth.code, truth.extra.second_number, truth.number)


def test_red_letter_is_negative_and_says_so():
    truth = synth.make("dz_special", 3, traits=(Trait.RED,))
    (row,) = rows(tax_export([truth]), "发票基础信息")
    assert row["是否正数发票"] == "否"
    assert cents(row["价税合计"]) == truth.total < 0
    assert str(truth.extra.red_of) in str(row["备注"])


@pytest.mark.parametrize(
    ("status", "read"),
    [
        ("已作废", LedgerStatus.VOID),
        ("已红冲-全额", LedgerStatus.RED_FULL),
        ("已红冲-部分", LedgerStatus.RED_PART),
    ],
)
def test_status_and_risk(status: str, read: LedgerStatus):
    entry = Entry(truth=synth.make("dz_special", 1), status=status, risk="疑点发票")
    (found,) = read_ledger(tax_export([entry]), "x").entries
    assert (found.status, found.risk) == (read, "疑点发票")


def test_same_bytes_every_time_and_the_exports_wrong_dimension():
    truths = [synth.make("dz_normal", seed) for seed in range(3)]
    data = tax_export(truths)
    assert data == tax_export(truths)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert b'<dimension ref="A1"' in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("trap", [None, *Trap])
def test_no_trap_but_floats_loses_an_invoice(trap: Trap | None):
    truths = [synth.make("dz_special", 1), synth.make("vat_normal", 1), synth.make("rail_e", 1)]
    traps = [trap] if trap else []
    found = read_ledger(tax_export(truths, traps=traps), "x").entries
    assert sorted(entry.total for entry in found if entry.total) == sorted(t.total for t in truths)
    if trap is Trap.FLOATS:
        assert [bool(entry.damaged_number) for entry in found] == [True, False, True]
    else:
        assert [entry.number for entry in found] == [truth.number for truth in truths]


def test_title_states_the_period():
    period = Coverage(first=datetime.date(2026, 1, 1), last=datetime.date(2026, 3, 31))
    data = tax_export([synth.make("dz_normal", 1)], traps=[Trap.TITLE], period=period)
    assert sheets(data)["发票基础信息"][2] == BASE_HEADINGS
    assert read_ledger(data, "x").coverage.last == period.last


@pytest.mark.parametrize(("kept", "count"), [(0, 0), (2, 2), (None, 3)])
def test_truncated_after_so_many_invoices(kept: int | None, count: int):
    truths = [synth.make("dz_normal", seed) for seed in range(3)]
    assert len(read_ledger(tax_export(truths, rows=kept), "x").entries) == count


@pytest.mark.parametrize("yes_no", [False, True])
def test_deduction_export(yes_no: bool):
    kinds = ("dz_special", "dz_normal", "rail_e", "vat_special", "taxi")
    truths = [synth.make(kind, 1, buyer=OWN) for kind in kinds]
    month = datetime.date(2026, 3, 15)
    unticked = frozenset({truths[0].number})
    data = deduction_export(truths, str(OWN.tax_id), month, unticked=unticked, yes_no=yes_no)
    listed = rows(data, "用途确认信息", header=2)
    first, *others = DEDUCTION_HEADINGS
    ticked = "是否勾选" if yes_no else "勾选状态"
    assert tuple(listed[0]) == (first, ticked, *others[1:])
    assert [row[ticked] for row in listed] == (
        ["否", "是", "是"] if yes_no else ["未勾选", "已勾选", "已勾选"]
    )
    ledger = read_ledger(data, "x")
    assert ledger.layout == "etax_deduction"
    assert ledger.coverage.entity_tax_id == OWN.tax_id
    assert ledger.coverage.first == datetime.date(2026, 3, 1)
    known = [truth for truth in truths if truth.form in DEDUCTIBLE]
    assert [(e.number, e.tax) for e in ledger.entries] == [
        (truth.number, figures(truth).tax) for truth in known
    ]
    assert [entry.selected for entry in ledger.entries] == [False, True, True]


def test_tax_is_worked_out_where_the_form_prints_a_price_alone():
    rail = synth.make("rail_e", 1)
    amount, tax, total = figures(rail)
    assert rail.amount is None
    assert amount + tax == total == rail.total
    assert tax == (total / Decimal("1.09") * Decimal("0.09")).quantize(Decimal("0.01"))
    assert is_digital(rail)
    assert figures(synth.make(Form.USED_CAR, 1)).tax == 0
