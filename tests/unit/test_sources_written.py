"""read_ledger on files that are badly written: quotes, cut ends, commas, two rows of headings."""

import datetime
import io
import zipfile

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from models.errors import LedgerError
from piaohe.sources import delimited as delimited_module
from piaohe.sources import read_ledger
from tests.support.ledgers import NUMBER, codes, plain, rewritten, xlsx

HEAD = "发票号码,开票日期,摘要,价税合计\n"


def line(at: int, summary: str = "付款", total: str = "60.00") -> str:
    return f"2644700000124349{at:04d},2026-01-0{at},{summary},{total}\n"


def read(text: str):
    ledger = read_ledger(text.encode(), "a.csv")
    found = [(entry.row, entry.number[-1]) for entry in ledger.entries]
    return found, [(p.code, p.row) for p in ledger.problems if p.code != "coverage_derived"]


ALL = [(at + 1, str(at)) for at in range(1, 8)]


@pytest.mark.parametrize(
    ("summaries", "broken"),
    [
        ({3: '"付款'}, [4]),
        ({3: '"付款', 5: '"付款'}, [4, 6]),
        ({3: '"付款', 5: '付款"'}, [4]),
        ({7: '"付款'}, [8]),
        ({1: '5" 屏', 2: '"含""引号"""', 4: "付 “款”"}, []),
        ({4: '"付\n款,好"'}, []),
        ({4: '"付\r\n\r\n款"'}, []),
    ],
)
def test_a_quote_nobody_closes_swallows_no_row(summaries: dict[int, str], broken: list[int]):
    text = HEAD + "".join(line(at, summaries.get(at, "付款")) for at in range(1, 8))
    found, problems = read(text)
    assert found == ALL
    assert problems == [("quote_not_closed", row) for row in broken]


def test_a_quote_in_the_last_column_and_one_that_is_told():
    ledger = read_ledger((HEAD + line(1, total='"60.00') + line(2)).encode(), "a.csv")
    assert [entry.total for entry in ledger.entries] == [60, 60]
    (problem,) = [p for p in ledger.problems if p.code == "quote_not_closed"]
    assert (problem.row, "4" in problem.message) == (2, True)


def test_thousands_without_quotes_are_put_together_where_that_is_sure():
    text = HEAD + line(1) + line(2, total="1,060.00") + line(3, total="-1,234,060.00")
    ledger = read_ledger(text.encode(), "a.csv")
    assert [str(entry.total) for entry in ledger.entries] == ["60.00", "1060.00", "-1234060.00"]
    found, problems = read(HEAD + line(1) + line(2, summary="付,款,好") + line(3))
    assert found == [(2, "1"), (4, "3")]
    assert problems == [("row_too_wide", 3)]


@pytest.mark.parametrize("cut", [5, 22, 30])
def test_a_file_cut_off_within_a_line_says_so(cut: int):
    whole = HEAD + line(1) + line(2)
    found, problems = read(whole + line(3)[:cut])
    assert found == [(2, "1"), (3, "2")]
    assert problems == [("file_cut_off", 4)]


def test_a_file_cut_off_within_a_character_keeps_its_encoding():
    data = (HEAD + line(1) + line(2)).encode()[: -len("款,60.00\n".encode()) + 1]
    ledger = read_ledger(data, "a.csv")
    assert [entry.remark for entry in ledger.entries] == ["付款"]
    assert "file_cut_off" in codes(ledger)


def test_no_newline_at_the_end_is_no_cut():
    assert read((HEAD + line(1) + line(2)).rstrip("\n")) == ([(2, "1"), (3, "2")], [])


def test_lines_longer_than_a_piece_are_put_together(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delimited_module, "_CHUNK", 7)
    text = (HEAD + "".join(line(at, '"付\n款"') for at in range(1, 8))).replace("\n", "\r\n")
    assert read(text) == (ALL, [])
    monkeypatch.setattr(delimited_module, "_MOST_CHARACTERS", 50)
    with pytest.raises(LedgerError, match="damaged_ledger"):
        read(text + "x" * 100)


TWO = [
    ["凭证号", "记账日期", "摘要", "科目名称", "金额", None],
    [None, None, None, None, "借方", "贷方"],
    ["记-1", "2026-01-31", f"差旅 {NUMBER}", "管理费用", 1060, None],
    ["记-1", "2026-01-31", "付款", "银行存款", None, 1060],
]
GROUPED = [
    ["发票清单", None, None, None, None],
    ["发票", None, "销方", None, "价税合计"],
    ["号码", "代码", "名称", "识别号", None],
    [NUMBER, None, "甲公司", "91440300MA5XYT123G", 1060],
]


@pytest.mark.parametrize(("rows", "merged"), [(TWO, "E1:F1"), (GROUPED, "A2:B2")])
def test_two_rows_of_headings(rows: list[list[object]], merged: str):
    book = openpyxl.load_workbook(io.BytesIO(xlsx({"s": rows})))
    book.active.merge_cells(merged)
    out = io.BytesIO()
    book.save(out)
    (entry,) = read_ledger(out.getvalue(), "l.xlsx").entries
    assert (entry.number, entry.total) == (NUMBER, 1060)
    assert entry.seller_name in {None, "甲公司"}


def test_a_cell_that_states_no_column_and_calendar_of_1904():
    book = openpyxl.load_workbook(io.BytesIO(plain([NUMBER, None, 44562, 1, 0, 1, "甲"])))
    book.epoch = CALENDAR_MAC_1904
    out = io.BytesIO()
    book.save(out)
    data = rewritten(out.getvalue(), "xl/worksheets/sheet1.xml", b' r="A2"', b"")
    (entry,) = read_ledger(data, "l.xlsx").entries
    assert (entry.number, entry.date) == (NUMBER, datetime.date(2026, 1, 2))


@pytest.mark.parametrize(
    ("style", "date"),
    [("yyyy-mm-dd", "2026-01-02"), ('yyyy"年"m"月"d"日"', "2026-01-02"), ("0.00", "2026-01-02")],
)
def test_dates_by_their_format_or_their_number(style: str, date: str):
    book = openpyxl.load_workbook(io.BytesIO(plain([NUMBER, None, 46024, 1, 0, 1, "甲"])))
    book.active["C2"].number_format = style
    out = io.BytesIO()
    book.save(out)
    (entry,) = read_ledger(out.getvalue(), "l.xlsx").entries
    assert str(entry.date) == date


def test_a_document_type_in_utf_16_is_refused():
    sheet = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><worksheet/>".encode("utf-16")
    data = plain()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.namelist():
            is_sheet = part == "xl/worksheets/sheet1.xml"
            target.writestr(part, sheet if is_sheet else source.read(part))
    with pytest.raises(LedgerError, match="DOCTYPE"):
        read_ledger(out.getvalue(), "l.xlsx")
