"""Phrases of the search box, and the pieces texts are found by."""

import datetime

import pytest

from piaohe.search.bigrams import (
    forgiving,
    fts5,
    is_compared_whole,
    normal,
    pieces,
    sought,
    tsquery,
)
from piaohe.search.marks import mark, months, size_mark, sizes
from piaohe.search.phrases import understand

TODAY = datetime.date(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "filters", "left"),
    [
        (
            "上个月 中石化 500以上 未入账",
            "since=2026-02-01 until=2026-02-28 least=500 match=unbooked",
            "中石化",
        ),
        (
            "今年 专票 餐饮",
            "since=2026-01-01 until=2026-12-31 kind=vat_special,digital_special category=MEAL",
            "",
        ),
        ("3月 打车 100-300", "since=2026-03-01 until=2026-03-31 kind=taxi least=100 most=300", ""),
        ("12月", "since=2025-12-01 until=2025-12-31", ""),
        ("重复", "twins=1", ""),
        ("张三 交的", "by=7", ""),
        ("张三交的 r-amt-01", "by=7 rule=R-AMT-01", ""),
        ("李四 交的", "", "李四交的"),
        ("last month taxi over 100", "since=2026-02-01 until=2026-02-28 kind=taxi least=100", ""),
        ("1.5万以内 ¥20", "most=20 least=20", ""),
        ("2026-02-30 2026年2月3日", "since=2026-02-03 until=2026-02-03", "2026-02-30"),
        ("上周 q1", "since=2026-01-01 until=2026-03-31", ""),
        ("近7天", "since=2026-03-24 until=2026-03-31", ""),
        ("餐饮 vat special 顺风", "category=MEAL kind=vat_special", "顺风"),
        ("电子发票（普通发票） 3月", "kind=digital_general since=2026-03-01 until=2026-03-31", ""),
        ("13月 300-100 99999年", "", "13月 300-100 99999年"),
        ("25327000000012345678 1130.50", "", "25327000000012345678 1130.50"),
        ("５００以上\u202e", "least=500", ""),
        ("", "", ""),
        ("(" * 300, "", "(" * 300),
    ],
)
def test_phrases(text: str, filters: str, left: str) -> None:
    named = {"餐饮": ("category", ("MEAL",)), "VAT special": ("kind", ("vat_special",))}
    found = understand(text, TODAY, named, {"张三": 7})
    wanted = dict(part.split("=") for part in filters.split())
    assert {name: ",".join(values) for name, values in found.filters.items()} == wanted
    assert found.text == left


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("中国石化销售", "石化", True),
        ("中国石化销售", "售", True),
        ("中国石化销售", "中化", False),
        ("253270001234", "0012", True),
        ("253270001234", "34", True),
        ("ABC Trading", "trading", True),
        ("𠮷野家", "𠮷野", True),
    ],
)
def test_pieces_find_parts(text: str, word: str, found: bool) -> None:
    kept = pieces([normal(text)])
    query = sought(normal(word))
    assert query is not None
    hits = [
        any(piece.startswith(term.text) for piece in kept) if term.prefix else term.text in kept
        for term in query.parts
    ]
    assert all(hits) is found


def test_questions_are_written_for_both_databases() -> None:
    query = sought("石化12")
    assert query is not None
    assert fts5(query) == '("石化" AND "12"*)'
    assert tsquery(query) == "('石化' & '12':*)"
    assert sought("%'\"") is None
    assert forgiving("石化") is None
    assert fts5(forgiving("石花化") or query) == '(("花化") OR ("石花"))'
    assert is_compared_whole("a-b")
    assert not is_compared_whole("石化")


def test_marks_cover_spans() -> None:
    assert mark("rule", "R-AMT-01") == "zzruleramt01"
    day = datetime.date(2025, 12, 31)
    span = months(day, day + datetime.timedelta(days=1))
    assert [term.text for term in span.parts] == ["zzmonth202512", "zzmonth202601"]  # type: ignore[union-attr]
    assert months(None, day) is None
    assert sizes(5, None) is None
    for fen in (1, 7, 100, 12_345, 99_999, 10**12):
        around = sizes(max(1, fen * 9 // 10), fen * 11 // 10 + 1)
        assert around is not None
        assert size_mark(fen) in {term.text for term in around.parts}  # type: ignore[union-attr]
