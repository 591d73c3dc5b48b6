"""read_ledger on the two exports of the tax bureau (domain.md 6.1)."""

import datetime
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from models.ledger import LedgerStatus
from piaohe.sources import read_ledger
from tests.support.ledgers import (
    BASE,
    FULL,
    NUMBER,
    OWN,
    SELLER,
    TICKED,
    codes,
    plain,
    rewritten,
    row,
    xlsx,
)


def test_base_sheet_is_preferred_to_the_sheet_of_lines():
    lines = [row(FULL, 金额=700, 税额=42, 价税合计=742), row(FULL, 金额=300, 税额=18, 价税合计=318)]
    data = xlsx({"信息汇总表": [FULL, *lines], "发票基础信息": [BASE, row(BASE)]})
    ledger = read_ledger(data, "full.xlsx")
    (entry,) = ledger.entries
    assert ledger.layout == "etax_invoices"
    assert (entry.sheet, entry.row, entry.key) == ("发票基础信息", 2, "full.xlsx#发票基础信息!2")
    assert (entry.amount, entry.tax, entry.total) == (
        Decimal("1000.00"),
        Decimal("60.00"),
        Decimal("1060.00"),
    )
    assert entry.number == NUMBER
    assert entry.code is None
    assert entry.date == datetime.date(2026, 1, 2)
    assert entry.status is LedgerStatus.NORMAL
    assert entry.seller_tax_id == SELLER
    assert entry.buyer_name == "北京青禾测试有限公司"
    assert entry.kind == "数电发票(普通发票)"


def test_lines_alone_are_summed_per_invoice_discounts_included():
    other = "26447000001243494439"
    lines = [
        row(FULL, 金额="1,100.00", 税额="66.00", 价税合计="1,166.00"),
        row(FULL, 金额=-100, 税额=-6, 价税合计=-106),
        row(FULL, 数电发票号码=other, 金额=5, 税额=None, 价税合计=5),
    ]
    first, second = read_ledger(xlsx({"信息汇总表": [FULL, *lines]}), "l.xlsx").entries
    assert (first.amount, first.tax, first.total, first.row) == (1000, 60, 1060, 2)
    assert (second.number, second.tax, second.total) == (other, None, 5)


def test_an_invoice_only_in_lines_is_added_and_said():
    only = row(FULL, 数电发票号码="26447000001243494440")
    data = xlsx({"发票基础信息": [BASE, row(BASE)], "信息汇总表": [FULL, row(FULL), only]})
    ledger = read_ledger(data, "l.xlsx")
    assert [entry.sheet for entry in ledger.entries] == ["发票基础信息", "信息汇总表"]
    assert "only_in_lines" in codes(ledger)


def test_deduction_export_with_title_rows_stars_own_id_and_period():
    headings = [f"{heading}*" if "号码" in heading else heading for heading in TICKED]
    values = {
        "勾选状态": "已勾选",
        "开票日期": datetime.date(2026, 1, 5),
        "销售方纳税人识别号": SELLER,
        "销售方纳税人名称": "深圳市云杉测试科技有限公司",
        "有效抵扣税额": 60,
    }
    rows = [
        ["用途确认信息"],
        ["纳税人识别号", OWN, None, "税款所属期", 202601],
        [],
        headings,
        row(headings, **values),
    ]
    book = openpyxl.load_workbook(io.BytesIO(xlsx({"抵扣勾选": rows})))
    book.active.merge_cells("A1:P1")
    out = io.BytesIO()
    book.save(out)
    ledger = read_ledger(out.getvalue(), "ticked.xlsx")
    (entry,) = ledger.entries
    assert ledger.layout == "etax_deduction"
    assert (ledger.coverage.first, ledger.coverage.last) == (
        datetime.date(2026, 1, 1),
        datetime.date(2026, 1, 31),
    )
    assert ledger.coverage.entity_tax_id == OWN
    assert "coverage_derived" not in codes(ledger)
    assert (entry.row, entry.number, entry.date) == (5, NUMBER, datetime.date(2026, 1, 5))
    assert (entry.amount, entry.tax, entry.total) == (1000, 60, None)


@pytest.mark.parametrize(
    ("said", "at", "expected"),
    [
        ("已勾选", None, True),
        ("已勾选（抵扣）", None, True),
        ("申报已确认", None, True),
        ("是", None, True),
        ("未勾选", "2026-02-01", False),
        ("待勾选", None, False),
        ("已勾选（不抵扣）", None, False),
        ("退税勾选", None, False),
        ("否", None, False),
        ("已转出", None, None),
        ("？", None, None),
        (None, "2026-02-01", None),
    ],
)
def test_whether_an_invoice_is_ticked(said: str | None, at: str | None, expected: bool | None):
    data = xlsx({"1": [TICKED, row(TICKED, 勾选状态=said, 勾选时间=at)]})
    assert read_ledger(data, "x").entries[0].selected is expected


def test_a_time_of_ticking_alone_says_that_it_is_ticked():
    headings = [heading for heading in TICKED if heading != "勾选状态"]
    rows = [row(headings, 勾选时间="2026-02-01"), row(headings, 数电发票号码="9" * 20)]
    ledger = read_ledger(xlsx({"1": [headings, *rows]}), "x")
    assert ledger.layout == "etax_deduction"
    assert [entry.selected for entry in ledger.entries] == [True, None]


@pytest.mark.parametrize(
    ("above", "first", "last"),
    [
        (["税款所属期：2026年12月"], "2026-12-01", "2026-12-31"),
        (["所属期", "2024-02"], "2024-02-01", "2024-02-29"),
        (["开票日期", "2026-01-01", "至", "2026-03-31"], "2026-01-01", "2026-03-31"),
        (["查询条件：开票日期2026/1/1～2026/3/31"], "2026-01-01", "2026-03-31"),
    ],
)
def test_stated_period(above: list[object], first: str, last: str):
    ledger = read_ledger(xlsx({"s": [above, BASE, row(BASE)]}), "l.xlsx")
    assert str(ledger.coverage.first) == first
    assert str(ledger.coverage.last) == last


def test_period_is_derived_from_the_entries_where_not_stated():
    data = plain(
        [NUMBER, None, "2026-03-05", 1, 0, 1, "甲"], ["26" * 10, None, 46054, 1, 0, 1, "乙"]
    )
    ledger = read_ledger(data, "l.xlsx")
    assert str(ledger.coverage.first) == "2026-02-01"
    assert str(ledger.coverage.last) == "2026-03-05"
    assert "coverage_derived" in codes(ledger)


def test_header_only_is_an_empty_ledger_with_a_problem():
    ledger = read_ledger(xlsx({"发票基础信息": [BASE]}), "l.xlsx")
    assert ledger.entries == ()
    assert codes(ledger) == {"no_entries"}
    assert ledger.coverage.first is None


def test_paper_digital_invoice_keeps_all_three_numbers():
    data = xlsx({"s": [BASE, row(BASE, 发票代码="044002600104", 发票号码="00015045")]})
    (entry,) = read_ledger(data, "l.xlsx").entries
    assert (entry.number, entry.code, entry.paper_number) == (NUMBER, "044002600104", "00015045")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("正常", LedgerStatus.NORMAL),
        ("已作废", LedgerStatus.VOID),
        ("已红冲-部分", LedgerStatus.RED_PART),
        ("已红冲-全额", LedgerStatus.RED_FULL),
        ("已红冲", LedgerStatus.RED),
        ("异常凭证", LedgerStatus.ABNORMAL),
        (None, LedgerStatus.UNKNOWN),
    ],
)
def test_status(status: str | None, expected: LedgerStatus):
    (entry,) = read_ledger(xlsx({"s": [BASE, row(BASE, 发票状态=status)]}), "l.xlsx").entries
    assert entry.status is expected


def test_red_invoice_is_negative():
    red = row(BASE, 是否正数发票="否", 金额=-1000, 税额=-60, 价税合计=-1060)
    (entry,) = read_ledger(xlsx({"s": [BASE, red]}), "l.xlsx").entries
    assert not entry.positive
    assert entry.total == Decimal("-1060.00")


def test_other_sheets_and_stray_cells_do_not_disturb():
    book = openpyxl.load_workbook(io.BytesIO(plain([NUMBER, None, "2026-01-02", 1, 0, 1, "甲"])))
    book["Sheet1"]["XFD1048576"] = "stray"
    book.create_sheet("说明").append(["本表由测试生成"])
    book.create_sheet("空")
    out = io.BytesIO()
    book.save(out)
    ledger = read_ledger(out.getvalue(), "l.xlsx")
    assert len(ledger.entries) == 1
    assert [p.sheet for p in ledger.problems if p.code == "sheet_skipped"] == ["说明"]


def test_wrong_dimension_is_not_believed():
    data = xlsx({"s": [BASE, row(BASE), row(BASE, 数电发票号码="26447000001243494439")]})
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    start = sheet.index(b"<dimension")
    stated = sheet[start : sheet.index(b">", start) + 1]
    wrong = rewritten(data, "xl/worksheets/sheet1.xml", stated, b'<dimension ref="A1"/>')
    assert len(read_ledger(wrong, "l.xlsx").entries) == 2
