"""A page of several tickets: each is an invoice, placed on the page; what is none is said."""

from collections.abc import Sequence

import numpy as np
import pytest

from models.geometry import Box
from models.invoice import FieldName
from models.page import Page, Pixels, Token
from models.view import Corners, LookAsItIs, View
from ocr.pages import PageReader, PageReading
from tests.support.engines import Scripted
from tests.support.layouts import DIGITAL, run

SIZE = (1100, 1700, 3)
ABOVE = np.array([[1.0, 0, 10], [0, 1, 20], [0, 0, 1]])
BELOW = np.array([[0.5, 0, 100], [0, 0.5, 1200], [0, 0, 1]])
"""Half the size, further down the page."""


def page(*views: View) -> tuple[Page, PageReader]:
    picture = np.full((2000, 1800, 3), 255, np.uint8)

    def draw(_: float) -> Pixels:
        return picture

    def part(box: Box, _: float) -> Pixels:
        return picture

    class Look(LookAsItIs):
        def views(self, picture: Pixels, lines: Sequence[Corners]) -> tuple[View, ...]:
            return views

    return Page(0, 1800, 2000, (), draw, part), PageReader(Scripted(), Look())


def view(to_page: np.ndarray) -> View:
    return View(np.full(SIZE, 255, np.uint8), to_page)


def read(page: Page, reader: PageReader, *readings: tuple[Token, ...]) -> PageReading:
    # the whole page is looked at first, for its lines
    engine = Scripted((), *readings)
    return PageReader(engine, reader.look).read(page)


LETTER = tuple(run(100, 100 + 40 * row, "一封写给朋友的信") for row in range(6))
TORN = ("发票号码：", "开票日期：", "云栖测试科技有限公司")
OTHER = tuple(
    run(t.box.x0, t.box.y0, t.text.replace("26442000000087654321", "26442000000012345678"))
    for t in DIGITAL
)


def test_every_ticket_is_an_invoice_at_its_place() -> None:
    reading = read(*page(view(ABOVE), view(BELOW)), DIGITAL, OTHER)
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


def test_a_paper_nobody_can_tell_is_said_and_costs_nothing_else() -> None:
    letter = tuple(run(100, 100 + 40 * row, text) for row, text in enumerate(TORN))
    reading = read(*page(view(ABOVE), view(BELOW)), DIGITAL, letter)
    assert len(reading.invoices) == 1
    assert [problem.code for problem in reading.problems] == ["ticket_not_read"]


def test_what_lies_beside_an_invoice_is_no_ticket() -> None:
    reading = read(*page(view(ABOVE), view(BELOW)), DIGITAL, LETTER)
    assert len(reading.invoices) == 1
    assert not reading.problems


def test_a_slip_beside_an_invoice_is_an_attachment() -> None:
    slip = (run(100, 100, "签购单"), run(100, 140, "持卡人存根"))
    reading = read(*page(view(ABOVE), view(BELOW)), DIGITAL, slip)
    assert [one.what for one in reading.attachments] == ["pos_slip"]
