"""The scorer counts what it should, and scores can be told, kept and compared."""

import json
from pathlib import Path

import pytest

from benchmarks import accuracy, baseline, fixed_sets, plain
from benchmarks.scoring import Score, Values, score
from benchmarks.tables import interval, report

LABEL: Values = {"file": "a.png", "kind": "scan", "type": "train", "number": "01", "total": "5.00"}


def judged(labels: list[Values], *invoices: Values, **more: object) -> Score:
    return score(labels, {"a.png": {"invoices": list(invoices), **more}})


def test_equal_but_for_spelling_is_right() -> None:
    read = {"type": "train", "number": " 01", "total": "¥5", "status": "accepted"}
    result = judged([LABEL], read)
    assert [(one.field, one.right) for one in result.fields] == [
        ("type", True),
        ("number", True),
        ("total", True),
    ]
    (whole,) = result.wholes
    assert (whole.found, whole.whole, whole.accepted, whole.silent) == (True, True, True, False)


def test_an_accepted_wrong_field_is_counted_as_silent() -> None:
    (whole,) = judged([LABEL], {"type": "train", "number": "02", "status": "accepted"}).wholes
    assert (whole.whole, whole.accepted, whole.silent) == (False, True, True)


def test_invoices_of_a_file_find_their_labels_and_extra_ones_are_spurious() -> None:
    other = {**LABEL, "number": "02", "total": "7.00"}
    result = judged(
        [LABEL, other],
        {"type": "train", "number": "02", "total": "7.00"},
        {"type": "train", "number": "01", "total": "5.00"},
        {"type": "train", "number": "99", "total": "9.00"},
    )
    assert all(whole.whole for whole in result.wholes)
    assert result.spurious == 1


def test_a_file_that_was_not_read_has_every_field_wrong_and_its_invoice_missed() -> None:
    result = score([LABEL], {})
    assert [one.right for one in result.fields] == [False, False, False]
    assert not result.wholes[0].found


def test_an_attachment_is_no_invoice() -> None:
    label = {"file": "a.png", "kind": "pdf", "attachment": "trip_list"}
    aside = {"page": 0, "what": "trip_list"}
    assert judged([label], attachments=[aside]).asides == (1, 1)
    result = judged([label], {"number": "01"}, attachments=[])
    assert (result.asides, result.spurious, result.fields) == ((1, 0), 1, ())


def test_cells_of_lines_are_judged_line_by_line() -> None:
    label = {**LABEL, "items": [{"name": "笔", "amount": "1.00"}, {"name": "纸"}]}
    result = judged([label], {"number": "01", "items": [{"name": "笔", "amount": "2.00"}]})
    assert [(one.field, one.right) for one in result.items] == [
        ("items.name", True),
        ("items.amount", False),
        ("items.name", False),
    ]


def test_the_interval_holds_the_share() -> None:
    low, high = interval(95, 100)
    assert 0.88 < low < 0.95 < high < 0.99
    assert interval(5, 5)[1] == 1.0


def test_the_report_says_what_matters() -> None:
    text = report(judged([LABEL], {"number": "01", "total": "6.00", "status": "accepted"}))
    rows = [[cell.strip() for cell in line.split("|")[1:3]] for line in text.splitlines()]
    assert ["number", "1/1"] in rows
    assert ["**all fields**", "1/3"] in rows
    assert "with a wrong field (names aside): 1 of 1" in text


def test_a_baseline_tells_better_from_worse(tmp_path: Path) -> None:
    path = tmp_path / "baseline.jsonl"
    baseline.save(judged([LABEL], {"number": "01", "total": "6.00"}), path)
    text = baseline.compare(judged([LABEL], {"number": "02", "total": "5.00"}), path)
    assert "worse: a.png number: 01 read as 02" in text
    assert "| **all** | 1      | 1     |" in text
    with pytest.raises(ValueError, match="another set"):
        baseline.compare(score([{**LABEL, "file": "b.png"}], {}), path)


def test_plain_search_finds_values_by_their_shape() -> None:
    found = plain.search(
        [
            "电子发票（普通发票）",
            "发票号码：26112000000012345678 开票日期：2026年09月01日",
            "名称：甲乙科技有限公司",
            "91440300MA5XYT123G ¥1200.00 ¥72.00 （小写）¥1272.00",
        ]
    )
    assert found["number"] == "26112000000012345678"
    assert (found["date"], found["total"], found["tax"]) == ("2026-09-01", "1272.00", "72.00")
    assert (found["type"], found["buyer_tax_id"]) == ("digital_general", "91440300MA5XYT123G")


def test_a_set_drawn_from_another_list_is_refused(tmp_path: Path) -> None:
    fixed_sets.check(tmp_path)
    note = {"name": "bench-v1", "list": fixed_sets.digest("bench-v1")}
    (tmp_path / "set.json").write_text(json.dumps(note))
    fixed_sets.check(tmp_path)
    (tmp_path / "set.json").write_text(json.dumps(note | {"list": "0" * 64}))
    with pytest.raises(SystemExit, match="another seed list"):
        accuracy.main(["--data", str(tmp_path)])


def test_tables_go_where_the_document_marks_them(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("one\n<!-- x -->\nold\n<!-- /x -->\ntwo\n")
    accuracy.write_block(path, "x", "new")
    assert path.read_text() == "one\n<!-- x -->\nnew\n<!-- /x -->\ntwo\n"
    with pytest.raises(ValueError, match="no place marked"):
        accuracy.write_block(path, "y", "new")
