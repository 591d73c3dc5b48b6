"""Invoices printed on one sheet are told apart, and no invoice is torn in two."""

from dataclasses import replace

import pytest

from models.page import Token
from ocr.assemble import find_invoices
from ocr.split import heads
from ocr.words import find_words
from tests.support.layouts import DIGITAL, page, run

NUMBERS = ("26442000000087654321", "26442000000012345678", "26442000000099999999")


def sheet(*numbers: str, beside: bool = False) -> tuple[Token, ...]:
    """The same invoice several times, each with a number of its own, below or beside the first."""
    found = []
    for at, number in enumerate(numbers):
        dx, dy = (1800 * at, 0) if beside else (0, 1000 * at)
        for token in DIGITAL:
            text = token.text.replace(NUMBERS[0], number)
            found.append(run(token.box.x0 + dx, token.box.y0 + dy, text))
    return tuple(found)


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_each_of_several_forms_is_found(count: int, beside: bool) -> None:
    words = find_words(sheet(*NUMBERS[:count], beside=beside))
    found = find_invoices(page(6000, 6000), words, ())
    assert [one.number for one in found] == list(NUMBERS[:count])
    assert len({one.total for one in found}) == 1


def test_one_number_twice_is_not_two_invoices() -> None:
    words = find_words(sheet(NUMBERS[0], NUMBERS[0]))
    assert len(find_invoices(page(6000, 6000), words, ())) == 1


def test_a_title_repeated_in_the_remark_tears_nothing() -> None:
    remark = run(200, 900, "对应电子发票（增值税专用发票）一张")
    words = find_words((*DIGITAL, remark))
    (one,) = find_invoices(page(), words, ())
    assert one.total is not None


def test_splitting_can_be_left_out() -> None:
    words = find_words(sheet(*NUMBERS[:2]))
    assert len(find_invoices(page(6000, 6000), words, (), split=False)) == 1


def test_words_of_no_form_are_not_cut() -> None:
    tokens = tuple(replace(token, text="文字" * 3) for token in DIGITAL)
    assert find_invoices(page(), find_words(tokens), ()) == []


def test_forms_without_a_title_are_told_apart_by_the_labels_of_their_codes() -> None:
    slips = []
    for at, number in enumerate(("82335546", "13584152")):
        texts = ("发票代码：161012150392", f"发票号码：{number}", "入口：云栖东", "出口：青禾西")
        texts += ("车型：客一 收费员：0731", "金额：100.00元", "日期：2021-04-05")
        slips += [run(100 + 500 * at, 100 + 60 * row, text) for row, text in enumerate(texts)]
    found = find_invoices(page(), find_words(slips), ())
    assert [one.number for one in found] == ["82335546", "13584152"]


CODE = "发票代码：133021732738"


@pytest.mark.parametrize(
    ("texts", "count"),
    [
        (("发票号码：19607384", "发票号码：72703281"), 2),
        (("发票号码：19607384", "发票号码：19607334"), 0),  # one, misread the second time
        (("发票号码：19607384", "金额：100.00"), 0),
        ((f"发票号码：{NUMBERS[0]}", "发票号码：19607384"), 0),  # 数电 on numbered paper
        ((CODE, "检票:10", "买票请到12306", "中国铁路祝您旅途愉快"), 2),
        (("二等座", "买票请到12306", "中国铁路祝您旅途愉快"), 0),
    ],
)
def test_heads_are_counted_where_no_title_can_be_read(texts: tuple[str, ...], count: int) -> None:
    words = find_words([run(100, 100 + 200 * row, text) for row, text in enumerate(texts)])
    assert heads(words).most == count


def test_forms_are_told_apart_by_their_numbers_where_a_title_is_misread() -> None:
    first, second = sheet(NUMBERS[0]), sheet(*NUMBERS[:2])[len(DIGITAL) :]
    misread = [replace(one, text=one.text.replace("专用发票", "专发")) for one in first]
    found = find_invoices(page(6000, 6000), find_words([*misread, *second]), ())
    assert [one.number for one in found] == list(NUMBERS[:2])
