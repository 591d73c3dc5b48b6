"""Every ticket on a page is read the right way up, and its places are those of the page."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from models.geometry import Box
from models.page import Pixels, Token
from models.view import Corners, LookAsItIs, Step, View, corners_of, mapped, turn_of
from ocr.engines.recorded import corners
from ocr.seeing import see

WIDTH, HEIGHT = 400, 300
LINES = tuple(Box(20, 20 + 40 * row, 120 + 40 * row, 40 + 40 * row) for row in range(5))


class Compass:
    """An engine that can read only what has a dark corner at its top left, and doubts the rest."""

    name, version = "compass", "1"

    def __init__(self, *, blind_to_sideways: bool = False) -> None:
        self.blind = blind_to_sideways
        self.looked = 0

    def find_lines(self, picture: Pixels) -> tuple[Corners, ...]:
        self.looked += 1
        turn = next(turn for turn in range(4) if np.rot90(picture, turn)[0, 0, 0] == 0)
        matrix = turn_of(WIDTH, HEIGHT, turn)
        if turn % 2 and self.blind:
            matrix = np.eye(3)  # takes short words one below the other for lines
        found = []
        for box in LINES:
            quad = np.array(corners(Token("", box)), np.float64)
            moved = corners_of(mapped(quad, matrix))
            # to an engine lines run to the right or down
            found.append(moved[2:] + moved[:2] if turn in {2, 3} and not self.blind else moved)
        return tuple(found)

    def read(self, picture: Pixels, lines: Sequence[Corners] | None = None) -> tuple[Token, ...]:
        lines = self.find_lines(picture) if lines is None else lines
        upright = picture[0, 0, 0] == 0
        text, sure = ("发票号码", 0.98) if upright else ("口口", 0.6)
        return tuple(Token(text, Box.around(line), sure, quad=line) for line in lines)


def sheet(turn: int) -> Pixels:
    """A page marked at its own top left, lying turned clockwise by so many quarters."""
    picture = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    picture[0, 0] = 0
    return np.ascontiguousarray(np.rot90(picture, -turn))


@pytest.mark.parametrize("blind", [False, True])
@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_a_sheet_is_read_upright_however_it_lies(turn: int, blind: bool) -> None:
    (seen,) = see(sheet(turn), Compass(blind_to_sideways=blind), LookAsItIs())
    assert {token.text for token in seen.tokens} == {"发票号码"}
    assert seen.view.pixels[0, 0, 0] == 0
    # the first line of the sheet, where it is on the page
    first = min(seen.tokens, key=lambda token: token.box.y0).box
    placed = seen.view.on_page(np.array([[first.x0, first.y0], [first.x1, first.y1]]))
    truth = mapped(np.array([[20.0, 20.0], [120.0, 40.0]]), turn_of(WIDTH, HEIGHT, turn))
    assert placed == pytest.approx(truth)


def test_an_upright_page_is_looked_at_once() -> None:
    engine = Compass()
    (seen,) = see(sheet(0), engine, LookAsItIs())
    assert engine.looked == 1
    assert seen.view.is_whole


def test_turning_can_be_left_out() -> None:
    (seen,) = see(sheet(2), Compass(), LookAsItIs(), frozenset(Step) - {Step.TURN})
    assert {token.text for token in seen.tokens} == {"口口"}


def test_an_empty_page_gives_no_tokens() -> None:
    class Blind(Compass):
        def find_lines(self, picture: Pixels) -> tuple[Corners, ...]:
            return ()

    (seen,) = see(sheet(0), Blind(), LookAsItIs())
    assert seen.tokens == ()


@pytest.mark.parametrize("turn", [0, 1, 2, 3, 5])
def test_a_bent_view_turns_with_its_bend(turn: int) -> None:
    bend = np.random.default_rng(1).normal(0, 3, (4, 6, 2)).astype(np.float32)
    flat = View(sheet(0), np.array([[1.1, 0.1, 5], [0, 0.9, 3], [0, 0.0001, 1]]), bend)
    points = np.array([[0.0, 0], [WIDTH, HEIGHT], [133, 71], [WIDTH, 0]])
    turned = flat.turned(turn)
    there = mapped(points, turn_of(WIDTH, HEIGHT, turn))
    assert turned.on_page(there) == pytest.approx(flat.on_page(points), abs=1e-3)
    assert replace(turned, bend=None).is_whole is False
