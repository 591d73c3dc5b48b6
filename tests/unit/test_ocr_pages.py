"""A page of several tickets: each is an invoice, placed on the page; what is none is said."""

from collections.abc import Sequence

import numpy as np
import pytest

from models.invoice import FieldName
from models.page import Page, Pixels, Token
from models.view import Corners, Homography, LookAsItIs, View
from ocr.engine import picture_key
from ocr.engines.recorded import RecordedEngine
from ocr.pages import PageReader, PageReading
from tests.support.layouts import DIGITAL, run

SIZE = (1100, 1700, 3)
ABOVE = np.array([[1.0, 0, 10], [0, 1, 20], [0, 0, 1]])
BELOW = np.array([[0.5, 0, 100], [0, 0.5, 1200], [0, 0, 1]])
"""Half the size, further down the page."""


def read(
    *tickets: tuple[Homography, tuple[Token, ...]], joined: tuple[Token, ...] = ()
) -> PageReading:
    """A page on which tickets lie, each at its place and with what the engine sees on it;
    `joined` is what it sees on several of them seen as one."""
    picture = np.full((2000, 1800, 3), 255, np.uint8)
    views = [
        View(np.full(SIZE, 200 + at, np.uint8), place) for at, (place, _) in enumerate(tickets)
    ]
    seen = {
        picture_key(view.pixels): tokens for view, (_, tokens) in zip(views, tickets, strict=True)
    }

    together = View(np.full(SIZE, 100, np.uint8), BELOW)
    seen[picture_key(together.pixels)] = joined

    class Look(LookAsItIs):
        def part(self, picture: Pixels, lines: Sequence[Corners], corners: Corners) -> View:
            return together

        def views(self, picture: Pixels, lines: Sequence[Corners]) -> tuple[View, ...]:
            return tuple(views) if picture.shape != SIZE else ()

    page = Page(0, 1800, 2000, (), lambda _: picture, lambda *_: picture)
    return PageReader(RecordedEngine(seen), Look()).read(page)


LETTER = tuple(run(100, 100 + 40 * row, "一封写给朋友的信") for row in range(6))
TORN = ("发票号码：", "开票日期：", "云栖测试科技有限公司")
OTHER = tuple(
    run(t.box.x0, t.box.y0, t.text.replace("26442000000087654321", "26442000000012345678"))
    for t in DIGITAL
)


def test_every_ticket_is_an_invoice_at_its_place() -> None:
    reading = read((ABOVE, DIGITAL), (BELOW, OTHER))
    first, second = reading.invoices
    assert [first.number, second.number] == ["26442000000087654321", "26442000000012345678"]
    ours, theirs = first.fields[FieldName.NUMBER].box, second.fields[FieldName.NUMBER].box
    assert ours is not None
    assert theirs == pytest.approx(
        [
            (ours.x0 - 10) / 2 + 100,
            (ours.y0 - 20) / 2 + 1200,
            (ours.x1 - 10) / 2 + 100,
            (ours.y1 - 20) / 2 + 1200,
        ]
    )
    assert second.region is not None
    assert second.region.y0 >= 1200
    assert not reading.problems


def test_a_ticket_that_two_views_show_is_one_and_two_copies_are_two() -> None:
    assert len(read((ABOVE, DIGITAL), (ABOVE, DIGITAL)).invoices) == 1
    assert len(read((ABOVE, DIGITAL), (BELOW, DIGITAL)).invoices) == 2


def test_a_paper_nobody_can_tell_is_said_and_costs_nothing_else() -> None:
    letter = tuple(run(100, 100 + 40 * row, text) for row, text in enumerate(TORN))
    reading = read((ABOVE, DIGITAL), (BELOW, letter))
    assert len(reading.invoices) == 1
    assert [problem.code for problem in reading.problems] == ["ticket_not_read"]


def test_a_ticket_too_blurred_to_tell_is_not_passed_over() -> None:
    blurred = tuple(run(100, 100 + 40 * row, f"口{row}15643{row}2口") for row in range(4))
    reading = read((ABOVE, DIGITAL), (BELOW, blurred))
    assert [problem.code for problem in reading.problems] == ["ticket_not_read"]


def test_a_title_without_its_invoice_is_not_passed_over() -> None:
    second = run(560, 900, "增值税电子普通发票")
    reading = read((ABOVE, (*DIGITAL, second)))
    assert len(reading.invoices) == 1
    assert [problem.code for problem in reading.problems] == ["ticket_not_read"]


def test_what_lies_beside_an_invoice_is_no_ticket() -> None:
    reading = read((ABOVE, DIGITAL), (BELOW, LETTER))
    assert len(reading.invoices) == 1
    assert not reading.problems


def test_a_slip_beside_an_invoice_is_an_attachment() -> None:
    slip = (run(100, 100, "签购单"), run(100, 140, "持卡人存根"))
    reading = read((ABOVE, DIGITAL), (BELOW, slip))
    assert [one.what for one in reading.attachments] == ["pos_slip"]


def test_tickets_beside_a_slip_in_one_view_are_not_passed_over() -> None:
    texts = ("签购单", "发票号码：19607384", "一张", "发票号码：72703281")
    slip = tuple(run(100, 100 + 200 * row, text) for row, text in enumerate(texts))
    reading = read((ABOVE, DIGITAL), (BELOW, slip))
    assert [one.what for one in reading.attachments] == ["pos_slip"]
    assert [problem.code for problem in reading.problems] == ["ticket_not_read"]


def test_parts_of_a_ticket_beside_another_are_read_as_one() -> None:
    left = tuple(token for token in OTHER if token.box.x0 < 850)
    right = tuple(token for token in OTHER if token.box.x0 >= 850 and token.box.y0 < 300)
    beside = BELOW + np.array([[0, 0, 560.0], [0, 0, 0], [0, 0, 0]])
    reading = read((ABOVE, DIGITAL), (BELOW, left), (beside, right), joined=OTHER)
    assert [one.number for one in reading.invoices] == [
        "26442000000087654321",
        "26442000000012345678",
    ]
    assert all(one.total is not None for one in reading.invoices)


def test_a_ticket_told_badly_is_not_given_up_for_the_page_as_a_whole() -> None:
    taxi = (run(100, 60, "云栖市出租汽车专用发票"), run(100, 200, "发票代码：144011813069"))
    reading = read((ABOVE, DIGITAL), (BELOW, taxi))
    assert len(reading.invoices) == 2
