"""Tokens become words: labels found, glued runs cut, spread ones joined, pages levelled."""

import math
from dataclasses import replace

import pytest

from models.geometry import Box
from models.page import Token
from ocr.labels import Label
from ocr.words import find_words, is_cipher
from tests.support.layouts import DIGITAL, run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("发票代码：044001900111", [(Label.CODE, "发票代码:"), (None, "044001900111")]),
        ("(小写)￥52.70", [(Label.TOTAL, "(小写)"), (None, "¥52.70")]),
        ("名称：个人", [(Label.NAME, "名称:"), (None, "个人")]),
        (
            "名称: 甲公司  名称: 乙公司",
            [(Label.NAME, "名称:"), (None, "甲公司"), (Label.NAME, "名称:"), (None, "乙公司")],
        ),
        (
            "收款人：张三复核：李四",
            [(Label.PAYEE, "收款人:"), (None, "张三"), (Label.REVIEWER, "复核:"), (None, "李四")],
        ),
        ("No01234567", [(Label.NUMBER, "No"), (None, "01234567")]),
        ("Nokia手机", [(None, "Nokia手机")]),
        ("电⼦发票", [(None, "电子发票")]),
        (
            "纳乱人识制号:91110108MA01ABCD5T",
            [(Label.TAX_ID, "纳乱人识制号:"), (None, "91110108MA01ABCD5T")],
        ),
        (
            "甲公司纳乱人识制号:91110108MA01ABCD5T",
            [
                (None, "甲公司"),
                (Label.TAX_ID, "纳乱人识制号:"),
                (None, "91110108MA01ABCD5T"),
            ],
        ),
        (
            "机人识:91110108MA01ABCD5T",
            [(Label.TAX_ID, "机人识:"), (None, "91110108MA01ABCD5T")],
        ),
        ("企业税号:91110108MA01ABCD5T", [(None, "企业税号:91110108MA01ABCD5T")]),
        ("小¥52.70", [(Label.TOTAL, "小"), (None, "¥52.70")]),
        ("写¥52.70", [(Label.TOTAL, "写"), (None, "¥52.70")]),
        ("871.7917%", [(None, "871.79"), (None, "17%")]),
        ("71.79117%", [(None, "71.79117%")]),
        (
            "6100171320云川增值税普通发票No08681455",
            [
                (None, "6100171320"),
                (None, "云川增值税普通发票"),
                (Label.NUMBER, "No"),
                (None, "08681455"),
            ],
        ),
        ("某物流单号:91110108MA01ABCD5T", [(None, "某物流单号:91110108MA01ABCD5T")]),
        ("代开企业名称:成都某公司", [(None, "代开企业名称:成都某公司")]),
        ("计算机", [(None, "计算机")]),
    ],
)
def test_runs_are_cut_at_labels(text: str, expected: list[tuple[Label | None, str]]) -> None:
    words = sorted(find_words([run(0, 0, text)]), key=lambda word: word.box.x0)
    assert [(word.label, word.text) for word in words] == expected


def test_a_cut_run_keeps_the_place_of_each_part() -> None:
    token = Token("号码12", Box(0, 0, 60, 20), char_x=(0, 20, 40, 50, 60))
    label, value = sorted(
        find_words([replace(token, text="发票号码12", char_x=(0, 10, 20, 30, 40, 50, 60))]),
        key=lambda word: word.box.x0,
    )
    assert (label.box.x0, label.box.x1) == (0, 40)
    assert (value.box.x0, value.box.x1) == (40, 60)


@pytest.mark.parametrize(
    ("pieces", "label"),
    [
        (["名", "称："], Label.NAME),
        (["合", "计"], Label.SUM),
        (["税", "额"], Label.TAX),
        (["校", "验", "码："], Label.CHECK_CODE),
    ],
)
def test_spread_labels_are_joined(pieces: list[str], label: Label) -> None:
    words = find_words([run(100 + 90 * index, 40, text) for index, text in enumerate(pieces)])
    assert [word.label for word in words] == [label]


def test_pieces_with_a_value_between_are_no_label() -> None:
    words = find_words([run(100, 40, "合"), run(140, 40, "123.00"), run(240, 40, "计")])
    assert all(word.label is None for word in words)


def test_short_vertical_runs_become_cells_and_long_ones_go() -> None:
    stacked = Token("件盒", Box(100, 100, 120, 150))
    imprint = Token("税总函[2015]341号", Box(10, 100, 30, 500))
    words = find_words([stacked, imprint])
    assert [(word.text, word.box.y0) for word in words] == [("件", 100), ("盒", 125)]


@pytest.mark.parametrize("text", ["a b " * 100, "名称：甲 " * 60, "1 " * 5000, "合 计 " * 9000])
def test_absurdly_long_runs_are_no_trouble(text: str) -> None:
    assert find_words([run(0, 0, text)])


def test_cipher_lines_are_dropped() -> None:
    assert is_cipher("227268<07//400<+3->>><0*8+6")
    assert not is_cipher("12001720800052531259")
    assert not find_words([run(0, 0, "*7//048893934-/649-<580>53+")])


@pytest.mark.parametrize(("degrees", "kept"), [(2, True), (30, False), (-50, False)])
def test_lines_of_another_paper_lie_across_the_form(degrees: float, kept: bool) -> None:
    angle = math.radians(degrees)
    side, down = (600 * math.cos(angle), 600 * math.sin(angle)), (0.0, 30.0)
    quad = tuple(
        (500 + along * side[0] + below * down[0], 600 + along * side[1] + below * down[1])
        for along, below in ((0, 0), (1, 0), (1, 1), (0, 1))
    )
    foreign = replace(run(0, 0, "另一张纸上的一行字"), quad=quad, box=Box.around(quad))
    texts = [word.text for word in find_words([*DIGITAL, foreign])]
    assert ("另一张纸上的一行字" in texts) is kept


@pytest.mark.parametrize("degrees", [-4, -1, 1, 4])
def test_a_slanted_page_is_levelled(degrees: float) -> None:
    angle = math.radians(degrees)

    def turned(x: float, y: float) -> tuple[float, float]:
        return (
            x * math.cos(angle) - y * math.sin(angle),
            x * math.sin(angle) + y * math.cos(angle),
        )

    slanted = []
    for token in DIGITAL:
        box = token.box
        corners = [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]
        quad = tuple(turned(x, y) for x, y in corners)
        slanted.append(replace(token, quad=quad, box=Box.around(quad)))
    level = {word.text: word for word in find_words(slanted)}
    straight = {word.text: word for word in find_words(DIGITAL)}
    assert level.keys() == straight.keys()
    left, right = level["91110108MA01ABCD5T"], level["91440300MA5XYT123G"]
    assert left.shares_row(right, 0.9)
