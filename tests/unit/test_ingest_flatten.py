"""Slant, curl and folds undone by the text and the ruled lines."""

from functools import cache

import cv2
import numpy as np
import pytest

from ingest.flatten import cut_out, whole_view
from models.page import Pixels
from models.view import ALL_STEPS, Corners, Points, Step, View, corners_of

WIDE, HIGH, LINE = 1000, 640, 26
"""The sheet drawn here, and how high its text lines are."""
ROOM = 160
"""Pixels of desk around the sheet."""
WORDS = ("0123 4567 8901 23", "Total 1,204.50", "Invoice No. 25117000000123", "3 x 18.40  6%")


@cache
def sheet() -> tuple[Pixels, tuple[Corners, ...]]:
    """A form with text and ruled lines on a dark desk, and the corners of its text lines."""
    picture = np.full((HIGH + 2 * ROOM, WIDE + 2 * ROOM, 3), 90, np.uint8)
    cv2.rectangle(picture, (ROOM, ROOM), (ROOM + WIDE, ROOM + HIGH), (244, 246, 248), -1)
    lines = []
    for row in range(14):
        y = ROOM + 60 + row * 40
        for column in range(3):
            x = ROOM + 40 + column * 320 + 15 * (row % 3)
            word = WORDS[(row + column) % len(WORDS)]
            cv2.putText(picture, word, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.62, (60, 50, 40), 2)
            wide = cv2.getTextSize(word, cv2.FONT_HERSHEY_SIMPLEX, 0.62, 2)[0][0]
            lines.append(box(x - 3, y - LINE + 6, wide + 6, LINE))
    for y in (90, 330, 610):
        cv2.line(picture, (ROOM + 20, ROOM + y), (ROOM + WIDE - 20, ROOM + y), (90, 110, 150), 2)
    for x in (20, 600, WIDE - 20):
        cv2.line(picture, (ROOM + x, ROOM + 90), (ROOM + x, ROOM + 610), (90, 110, 150), 2)
    return picture, tuple(lines)


def box(x: float, y: float, wide: float, high: float) -> Corners:
    return ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))


OUTLINE = box(ROOM, ROOM, WIDE, HIGH)


def curled(x: np.ndarray) -> np.ndarray:
    return 40 * np.sin(np.pi * (x - ROOM) / WIDE)


def folded(x: np.ndarray) -> np.ndarray:
    return np.interp(x, [ROOM, ROOM + WIDE * 0.3, ROOM + WIDE * 0.7, ROOM + WIDE], [0, 26, -16, 14])


def flat(x: np.ndarray) -> np.ndarray:
    return np.zeros_like(x)


class Seen:
    """The sheet as a camera sees it: risen by `rise` (a function of x), then turned and slanted."""

    def __init__(self, slant: float = 0.0, turn: float = 0.0, rise=flat) -> None:
        drawn, lines = sheet()
        high, wide = drawn.shape[:2]
        self.rise = rise
        middle = (wide / 2, high / 2)
        turned = np.vstack([cv2.getRotationMatrix2D(middle, -turn, 1), (0, 0, 1)])
        back, there = (
            np.array([[1, 0, d[0]], [0, 1, d[1]], [0, 0, 1.0]])
            for d in ((-middle[0], -middle[1]), middle)
        )
        lean = np.array([[1, 0, 0], [0, 1, 0], [slant * 0.8e-3, slant * 0.6e-3, 1]])
        self.matrix = there @ lean @ back @ turned
        corners = self.at(np.array([(0, 0), (wide, 0), (wide, high), (0, high)], float))
        low = corners.min(axis=0)
        self.matrix = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ self.matrix
        size = np.ceil(corners.max(axis=0) - low).astype(int)
        x, y = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
        bent = cv2.remap(
            drawn, x, (y - rise(x)).astype(np.float32), cv2.INTER_LINEAR, borderValue=(90, 90, 90)
        )
        self.picture = np.asarray(
            cv2.warpPerspective(bent, self.matrix, size.tolist(), borderValue=(90, 90, 90)),
            np.uint8,
        )
        self.lines = tuple(self.around(line) for line in lines)
        self.outline = corners_of(self.at(np.array(OUTLINE)))

    def at(self, points: Points) -> Points:
        """Where points of the drawing are seen."""
        bent = points + np.column_stack([np.zeros(len(points)), self.rise(points[:, 0])])
        return cv2.perspectiveTransform(bent[None], self.matrix)[0]

    def around(self, line: Corners) -> Corners:
        """The box a detector puts around a line: straight, from where the text begins."""
        (left, top), (right, low) = line[0], line[2]
        x = np.linspace(left, right, 20)
        rim = np.concatenate(
            [np.column_stack([x, np.full(20, top)]), np.column_stack([x, np.full(20, low)])]
        )
        found = cv2.boxPoints(cv2.minAreaRect(self.at(rim).astype(np.float32)))
        ends = self.at(np.array([line[0]]))[0]
        first = int(np.hypot(*(found - ends).T).argmin())
        return corners_of(np.roll(found, -first, axis=0))

    def off_level(self, view: View) -> float:
        """Line heights by which the rows of the sheet rise or fall in a view, at most."""
        x, y = np.meshgrid(np.linspace(ROOM + 30, ROOM + WIDE - 30, 15), np.linspace(240, 760, 9))
        places = view.from_page(self.at(np.column_stack([x.ravel(), y.ravel()])))
        line = view.height / (HIGH * 1.03) * LINE
        return float(np.ptp(places[:, 1].reshape(x.shape), axis=1).max() / line)

    def upright(self, view: View) -> bool:
        """Whether the sheet's top left is at the view's, and so on."""
        size = (view.width, view.height)
        share = view.from_page(np.array(self.outline)) / size
        return bool(np.abs(share - [(0, 0), (1, 0), (1, 1), (0, 1)]).max() < 0.1)


def test_a_straight_page_is_left_alone() -> None:
    picture, lines = sheet()
    assert whole_view(picture, lines) is None


@pytest.mark.parametrize("corners", [OUTLINE, box(ROOM + 0.4, ROOM - 0.3, WIDE + 1.2, HIGH)])
def test_a_straight_ticket_is_cut_out_without_drawing_it_anew(corners: Corners) -> None:
    large = 1.5
    picture = np.asarray(cv2.resize(sheet()[0], None, fx=large, fy=large), np.uint8)
    lines = tuple(corners_of(np.array(line) * large) for line in sheet()[1])
    view = cut_out(picture, corners_of(np.array(corners) * large), lines)
    left, top = (round(x) for x in view.to_page[:2, 2])
    assert 0 < large * ROOM - left < large * 30
    part = picture[top : top + view.height, left : left + view.width]
    assert np.array_equal(view.pixels, part)
    assert not view.pixels.flags.writeable


@pytest.mark.parametrize("turn", [-24, 3, 90, 178, 268])
@pytest.mark.parametrize("error", [0, 4])
def test_a_slanted_ticket_is_set_upright(turn: float, error: float) -> None:
    seen = Seen(slant=0.3, turn=turn)
    beside = np.array(seen.outline) + np.array([[1, -1], [-1, 1], [1, 1], [1, -1]]) * error
    view = cut_out(seen.picture, corners_of(beside), seen.lines)
    assert seen.upright(view)
    assert seen.off_level(view) < 0.5
    assert view.bend is None


@pytest.mark.parametrize("turn", [-12, 4])
def test_text_is_believed_where_the_outline_says_nothing(turn: float) -> None:
    seen = Seen(slant=0.3, turn=turn)
    low, high = np.min(seen.outline, axis=0), np.max(seen.outline, axis=0)
    view = cut_out(seen.picture, box(*low, *(high - low)), seen.lines)
    assert seen.off_level(view) < 0.5


@pytest.mark.parametrize("turn", [2, -8, 93])
def test_a_page_without_an_outline_is_set_upright_by_its_text(turn: float) -> None:
    seen = Seen(slant=0.25, turn=turn)
    view = whole_view(seen.picture, seen.lines)
    assert view is not None
    assert view.width > view.height
    assert seen.off_level(view) < 0.5


@pytest.mark.parametrize("rise", [curled, folded])
@pytest.mark.parametrize("slant", [0.0, 0.25])
def test_a_bent_sheet_is_flattened(rise, slant: float) -> None:
    seen = Seen(slant=slant, rise=rise)
    view = cut_out(seen.picture, seen.outline, seen.lines)
    assert view.bend is not None
    assert seen.off_level(view) < 0.65
    without = cut_out(seen.picture, seen.outline, seen.lines, ALL_STEPS - {Step.BEND})
    assert without.bend is None
    assert seen.off_level(without) > 1.0


def test_pixels_lie_where_the_view_says() -> None:
    seen = Seen(slant=0.2, turn=5, rise=curled)
    view = cut_out(seen.picture, seen.outline, seen.lines)
    spots = np.array([(300, 220), (700, 420), (1000, 600), (250, 700)], float)
    there = np.round(view.on_page(view.from_page(seen.at(spots))))
    assert np.allclose(there, np.round(seen.at(spots)), atol=1)
    x, y = np.meshgrid(np.arange(100, view.width - 100, 7), np.arange(80, view.height - 80, 7))
    places = np.column_stack([x.ravel(), y.ravel()]) + 0.5
    at = (view.on_page(places) - 0.5).astype(np.float32)
    drawn = cv2.remap(seen.picture, at[:, None], np.empty(0, np.float32), cv2.INTER_LINEAR)
    off = np.abs(drawn[:, 0].astype(int) - view.pixels[y.ravel(), x.ravel()]).mean()
    assert off < 3


def test_without_its_step_a_ticket_is_only_cut_out() -> None:
    seen = Seen(slant=0.3, turn=8)
    view = cut_out(seen.picture, seen.outline, seen.lines, frozenset())
    assert np.allclose(view.to_page[2], (0, 0, 1))
    assert seen.off_level(view) > 2
    assert whole_view(seen.picture, seen.lines, frozenset()) is None


def test_text_of_another_sheet_does_not_turn_the_ticket() -> None:
    seen = Seen(slant=0.2, turn=6)
    other = tuple(((0, y), (90, y + 60), (85, y + 72), (-5, y + 12)) for y in range(100, 800, 30))
    view = cut_out(seen.picture, seen.outline, (*seen.lines, *other))
    assert seen.off_level(view) < 0.5


@pytest.mark.parametrize(("share", "least", "most"), [(0.4, 1.95, 2.15), (1.4, 1.0, 1.1)])
def test_small_print_is_enlarged_once(share: float, least: float, most: float) -> None:
    picture, lines = sheet()
    small = cv2.resize(picture, None, fx=share, fy=share)
    fewer = tuple(corners_of(np.array(line) * share) for line in lines)
    view = cut_out(np.asarray(small, np.uint8), corners_of(np.array(OUTLINE) * share), fewer)
    assert least < view.width / (WIDE * share) < most


def test_what_lies_beyond_the_rim_repeats_it() -> None:
    picture, lines = sheet()
    outline = ((-60, ROOM - 20), (900, ROOM), (900, ROOM + HIGH), (-60, ROOM + HIGH - 20))
    view = cut_out(picture, outline, lines)
    left = view.outline[0][0]
    assert -40 < left < 0
    assert view.pixels[view.height // 2, 0].tolist() == [90, 90, 90]
