"""A page is looked at in views: tickets by themselves, the rest all the same, steps left out."""

import cv2
import numpy as np
import pytest

from ingest.look import Looking
from models.page import Pixels
from models.view import ALL_STEPS, Corners, Step, View

DESK = (60, 70, 80)
PAPERS = ((80, 60, 700, 500), (820, 120, 1480, 460), (200, 620, 900, 1100))


def desk() -> tuple[Pixels, list[Corners]]:
    """Three sheets of paper with lines of print on a dark desk."""
    picture = np.full((1200, 1600, 3), DESK, np.uint8)
    lines: list[Corners] = []
    for x0, y0, x1, y1 in PAPERS:
        cv2.rectangle(picture, (x0, y0), (x1, y1), (245, 245, 245), -1)
        rows = range(y0 + 40, y1 - 40, 40)
        lines.extend(printed(picture, x0 + 40, y, x1 - 60) for y in rows)
    return picture, lines


def printed(picture: Pixels, x0: int, y: int, x1: int) -> Corners:
    for x in range(x0, x1 - 12, 16):
        cv2.rectangle(picture, (x, y), (x + 9, y + 16), (40, 40, 40), 2)
    return ((x0, y), (x1, y), (x1, y + 18), (x0, y + 18))


def contains(view: View, x: float, y: float) -> bool:
    outline = np.array(view.outline, np.float32)
    return cv2.pointPolygonTest(outline, (x, y), False) >= 0


def test_every_paper_on_a_desk_is_a_view() -> None:
    picture, lines = desk()
    views = Looking().views(picture, lines)
    middles = [((x0 + x1) / 2, (y0 + y1) / 2) for x0, y0, x1, y1 in PAPERS]
    shown = [sum(contains(view, *middle) for view in views) for middle in middles]
    assert shown == [1, 1, 1]


def test_without_cutting_the_page_is_one_view() -> None:
    picture, lines = desk()
    (view,) = Looking(frozenset()).views(picture, lines)
    assert view.is_whole
    assert view.lines == tuple(lines)


def test_what_stands_beside_the_tickets_is_read_all_the_same() -> None:
    picture, lines = desk()
    stray = [printed(picture, 1150, y, 1330) for y in (700, 800, 900, 1000)]
    views = Looking().views(picture, [*lines, *stray])
    read = [line for view in views for line in view.lines or ()]
    assert all(
        line in read or any(contains(view, *line[0]) for view in views if not view.is_whole)
        for line in stray
    )


@pytest.mark.parametrize("step", [Step.INK, Step.LIGHT])
def test_a_clean_picture_is_not_touched(step: Step) -> None:
    picture, _ = desk()
    assert Looking(ALL_STEPS - {step}).cleaned(picture) is picture
    assert Looking().cleaned(picture) is picture


def test_a_part_of_a_page_is_one_view_with_its_lines() -> None:
    picture, lines = desk()
    x0, y0, x1, y1 = PAPERS[0]
    view = Looking().part(picture, lines, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
    inside = [line for line in lines if y0 < line[0][1] < y1 and x0 < line[0][0] < x1]
    assert contains(view, (x0 + x1) / 2, (y0 + y1) / 2)
    assert not contains(view, 1100, 300)
    assert view.lines is None or len(view.lines) == len(inside)
