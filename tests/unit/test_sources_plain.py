"""read_ledger on plain lists, journals and CSV, and on numbers that spreadsheets spoil."""

import datetime
import json

import pytest

from models.ledger import Ledger
from piaohe.sources import read_ledger
from tests.support.ledgers import BASE, CSV_TEXT, NUMBER, PLAIN, codes, plain, rewritten, row, xlsx


@pytest.mark.parametrize(
    "cell", [2.53270000012434944e19, 25327000001243494400, "2.53270E+19", 2.5327e19]
)
def test_number_that_lost_digits_is_never_made_up(cell: object):
    ledger = read_ledger(xlsx({"账": [BASE, row(BASE, 数电发票号码=cell)]}), "l.xlsx")
    (entry,) = ledger.entries
    assert entry.number is None
    assert entry.damaged_number
    assert entry.damaged_number.startswith("2.53270")
    (problem,) = [p for p in ledger.problems if p.code == "number_damaged"]
    assert (problem.sheet, problem.row) == ("账", 2)


def test_whole_20_digit_number_in_a_numeric_cell_is_kept():
    data = plain([12345, None, None, 1, 1, 2, "甲"])
    name = "xl/worksheets/sheet1.xml"
    exact = rewritten(data, name, b"<v>12345</v>", f"<v>{NUMBER}</v>".encode())
    (entry,) = read_ledger(exact, "l.xlsx").entries
    assert (entry.number, entry.damaged_number) == (NUMBER, None)


@pytest.mark.parametrize(
    ("number", "code", "expected", "restored"),
    [
        (15045, 44001900111, ("00015045", "044001900111"), True),
        (15045.0, 4400194130.0, ("00015045", "4400194130"), True),
        (12345678, 4400194130, ("12345678", "4400194130"), False),
        ("00015045", "044001900111", ("00015045", "044001900111"), False),
        ("044001900111-00015045", None, ("00015045", "044001900111"), False),
        ("No.12345678", "4400194130", ("12345678", "4400194130"), False),
    ],
)
def test_short_numbers_get_their_zeros_back(number, code, expected, restored):
    ledger = read_ledger(plain([number, code, "2026-01-02", 1, 0, 1, "甲"]), "l.xlsx")
    (entry,) = ledger.entries
    assert (entry.number, entry.code) == expected
    assert ("number_restored" in codes(ledger)) is restored


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_csv_in_every_usual_encoding(encoding: str):
    ledger = read_ledger(CSV_TEXT.encode(encoding), "a.csv")
    first, second = ledger.entries
    assert ledger.layout == "plain"
    assert (first.number, first.amount, first.total) == (NUMBER, 1000, 1060)
    assert first.seller_name == "深圳市云杉测试科技有限公司"
    assert (second.number, second.amount, second.tax, second.total) == ("00015045", -100, -6, -106)
    assert (second.date, second.row) == (datetime.date(2026, 1, 3), 4)
    assert not second.positive
    assert codes(ledger) == {"coverage_derived"}


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_csv_delimiter_is_found(delimiter: str):
    text = delimiter.join(["invoice_number", "date", "total", "supplier"]) + "\n"
    text += delimiter.join([NUMBER, "2026-01-02", "1,060.00", "Yunshan, Ltd"]) + "\n"
    (entry,) = read_ledger(text.encode(), "a.csv").entries
    assert (entry.number, entry.total, entry.seller_name) == (NUMBER, 1060, "Yunshan, Ltd")


@pytest.mark.parametrize(
    "headings",
    [
        "number,code,date,amount,tax,total,seller,voucher_no",
        "Invoice No.,Invoice Code,Invoice Date,Net Amount,VAT,Gross Amount,Vendor Name,Voucher",
        "发票号,发票代码,发票日期,金额(不含税),税金,金额（含税）,供应商,凭证字号",
        "发票号码*,发票代码,开票日期,金额(元),税额(元),价税合计(元),销售方,凭证号",
    ],
)
def test_headings_by_their_synonyms(headings: str):
    text = f"{headings}\n15045678,4400194130,2026-01-02,1000,60,1060,甲公司,记-12\n"
    (entry,) = read_ledger(text.encode(), "a.csv").entries
    assert (entry.number, entry.code, entry.seller_name) == ("15045678", "4400194130", "甲公司")
    assert (entry.amount, entry.tax, entry.total) == (1000, 60, 1060)
    assert (entry.date, entry.voucher_no) == (datetime.date(2026, 1, 2), "记-12")


def test_numbers_are_found_in_the_summary_and_dates_are_not():
    rows = [
        [f"付云杉 发票{NUMBER} 20260105", 1060],
        ["报销 20260901 出租车", 50],
        ["报销 发票号：20260901", 60],
        ["两张 12345678、12345679", 70],
        ["订单202601051234567 无票", 80],
    ]
    ledger = read_ledger(xlsx({"s": [["摘要", "总金额"], *rows]}), "l.xlsx")
    found = [(entry.number, entry.total) for entry in ledger.entries]
    assert found == [(NUMBER, 1060), ("20260901", 60), ("12345678", None), ("12345679", None)]
    assert [p.row for p in ledger.problems if p.code == "row_without_number"] == [3, 6]


def test_journal_rows_of_a_voucher_become_one_entry():
    headings = ["voucher_no", "posting_date", "summary", "subject_name", "debit", "credit"]
    rows = [
        ["记-1", "2026-01-31", f"差旅费 {NUMBER}", "管理费用-差旅费", 1000, None],
        ["记-1", "2026-01-31", f"差旅费 {NUMBER}", "应交税费-进项税额", 60, None],
        ["记-1", "2026-01-31", "付款", "银行存款", None, 1060],
        ["记-1", "2026-02-28", "办公用品 12345678", "管理费用", 30, None],
        [None, None, "另付 无票", "管理费用", 5, None],
        [None, None, "付款", "银行存款", None, 35],
        ["记-2", "2026-02-28", "无票支出", "管理费用", 30, None],
        ["记-3", "2026-02-28", "两张 12345670 12345671", "管理费用", 90, None],
        ["记-4", "2026-02-28", "住宿 12345672", "管理费用", 100, None],
        ["记-4", "2026-02-28", "进项", "应交税费", 6, None],
        ["记-4", "2026-02-28", "付款", "银行存款", None, 106],
    ]
    ledger = read_ledger(xlsx({"s": [headings, *rows]}), "gl.xlsx")
    assert ledger.layout == "journal"
    assert (ledger.entries[0].voucher_no, ledger.entries[0].date) == ("记-1", None)
    assert [(e.number, e.amount, e.tax, e.total) for e in ledger.entries] == [
        (NUMBER, 1000, 60, 1060),
        ("12345678", None, None, 30),
        ("12345670", None, None, None),
        ("12345671", None, None, None),
        ("12345672", 100, 6, 106),
    ]


def test_rows_that_say_nothing_are_left_out():
    data = plain(
        [NUMBER, None, "2026-01-02", 1, 0, 1, "总计划测试公司"],
        PLAIN,
        ["小计", None, None, 1, 0, 1, None],
        [None, None, None, 5, None, 5, None],
        [None, None, "2026-01-03", 5, None, 5, "甲"],
    )
    ledger = read_ledger(data, "l.xlsx")
    assert [(entry.row, entry.number) for entry in ledger.entries] == [(2, NUMBER), (6, None)]
    assert [p.row for p in ledger.problems if p.code == "row_without_number"] == [5]


def test_unreadable_cells_are_said_with_their_row():
    ledger = read_ledger(plain([NUMBER, None, "上月", "约一千", "***", 5, "甲"]), "l.xlsx")
    (entry,) = ledger.entries
    assert (entry.date, entry.amount, entry.tax, entry.total) == (None, None, None, 5)
    assert {(p.code, p.row) for p in ledger.problems} == {
        ("date_unreadable", 2),
        ("amount_unreadable", 2),
    }


def test_many_problems_of_a_kind_are_counted_not_listed():
    rows = [[2.5327e19, None, "2026-01-02", 1, 0, 1, "甲"]] * 250
    ledger = read_ledger(plain(*rows), "l.xlsx")
    damaged = [p for p in ledger.problems if p.code == "number_damaged"]
    assert len(ledger.entries) == 250
    assert len(damaged) == 201
    assert "50" in damaged[-1].message


def test_a_ledger_survives_json():
    ledger = read_ledger(CSV_TEXT.encode(), "a.csv")
    assert Ledger.model_validate(json.loads(ledger.model_dump_json())) == ledger
