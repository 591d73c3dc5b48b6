"""Ledger files that cannot be used: every one says why and what to do."""

import contextlib
import io
import random
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import LedgerError
from piaohe.sources import read_ledger
from piaohe.sources import workbook as workbook_module
from tests.support.ledgers import CSV_TEXT, NUMBER, SMALL_XLSX, plain, rewritten, xlsx


def _encrypted_zip() -> bytes:
    data = bytearray(plain())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def test_formula_without_value_is_refused_only_where_it_matters():
    good = [NUMBER, None, "2026-01-02", 1, 0, 1, "甲"]
    total = ["合计", None, None, "=SUM(D2:D2)", None, None, None]
    assert len(read_ledger(plain(good, total), "l.xlsx").entries) == 1
    bad = [NUMBER, None, "2026-01-02", 1, 0, "=D2+E2", "甲"]
    with pytest.raises(LedgerError) as caught:
        read_ledger(plain(bad), "l.xlsx")
    assert caught.value.record.code == "formula_without_value"
    assert "2" in caught.value.record.message


def test_formula_with_its_value_is_read():
    data = plain([NUMBER, None, "2026-01-02", 1, 0, "=D2+E2", "甲"])
    name = "xl/worksheets/sheet1.xml"
    sheet = zipfile.ZipFile(io.BytesIO(data)).read(name)
    old = next(v for v in (b"<f>D2+E2</f><v></v>", b"<f>D2+E2</f><v />") if v in sheet)
    (entry,) = read_ledger(rewritten(data, name, old, b"<f>D2+E2</f><v>7.5</v>"), "l.xlsx").entries
    assert entry.total == Decimal("7.50")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_ledger"),
        (b"\r\n  \r\n", "empty_ledger"),
        (xlsx({"s": []}), "empty_ledger"),
        (OLE, "old_xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted_ledger"),
        (_encrypted_zip(), "encrypted_ledger"),
        (b"%PDF-1.7 ...", "not_a_spreadsheet"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "not_a_spreadsheet"),
        (b"abc\x01\x02\x03,def", "not_a_spreadsheet"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "html_ledger"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "html_ledger"),
        (plain()[:-200], "damaged_ledger"),
        (b"PK\x03\x04" + b"rubbish" * 50, "damaged_ledger"),
        (
            rewritten(plain(), "xl/workbook.xml", b"<workbook", b"<!DOCTYPE a><workbook"),
            "damaged_ledger",
        ),
        (rewritten(plain(), "xl/workbook.xml", b"</workbook>", b""), "damaged_ledger"),
        (b"\xff\xfe\xff", "unknown_encoding"),
        ("日记\n今天天气很好\n".encode(), "no_header"),
    ],
)
def test_unusable_files_say_why(data: bytes, code: str):
    with pytest.raises(LedgerError) as caught:
        read_ledger(data, "x")
    record = caught.value.record
    assert record.code == code
    assert record.message
    assert record.message_en
    assert record.hint
    assert record.hint_en


def test_zip_without_a_workbook_is_named():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "hello")
    with pytest.raises(LedgerError, match="not_a_spreadsheet"):
        read_ledger(out.getvalue(), "x.xlsx")


def test_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch):
    out = io.BytesIO(plain())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/a.bin", bytes(2 * 2**20))
    monkeypatch.setattr(workbook_module, "MAX_UNPACKED", 2**20)
    with pytest.raises(LedgerError, match="ledger_too_large"):
        read_ledger(out.getvalue(), "x.xlsx")


@pytest.mark.parametrize(
    ("headings", "missing", "found"),
    [
        ("开票日期,价税合计,销方名称", "发票号码", "价税合计"),
        ("发票号码,开票日期,销方名称", "价税合计", "开票日期"),
        ("发票号码", "价税合计", "发票号码"),
    ],
)
def test_missing_columns_are_named(headings: str, missing: str, found: str):
    with pytest.raises(LedgerError) as caught:
        read_ledger(f"{headings}\na,b,c\n".encode(), "x.csv")
    record = caught.value.record
    assert record.code == "missing_columns"
    before, after = record.message.split("（")
    assert missing in before
    assert found in after


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["xlsx", "csv", "noise"]))
def test_whatever_the_bytes_only_a_ledger_error_comes_out(seed: int, kind: str):
    rng = random.Random(seed)
    good = {"xlsx": SMALL_XLSX, "csv": CSV_TEXT.encode("gb18030"), "noise": rng.randbytes(300)}
    data = bytearray(good[kind])
    for _ in range(rng.randrange(1, 6)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    with contextlib.suppress(LedgerError):
        assert read_ledger(bytes(data[: rng.choice([None, rng.randrange(len(data))])]), "x")
