"""What counts as seen: a value in any of the ways it is printed, a ticket whole and alone."""

import numpy as np
import pytest

from benchmarks.seeing import judge, present
from models.geometry import Box
from models.page import Token
from models.view import View
from ocr.seeing import Seen


@pytest.mark.parametrize(
    ("value", "text", "there"),
    [
        ("2026-03-05", "开票日期:2026年03月05日", True),
        ("2026-03-05", "2026年\n05日\n03月", True),
        ("2026-03-05", "26/03/05", True),
        ("2026-03-05", "2026年3月5日", True),
        ("2026-03-05", "2026年03月15日", False),
        ("1280.50", "¥1,280.5元", True),
        ("20.00", "20元", True),
        ("20.00", "120元", False),
        ("91440300MA5XYT123G", "税号91440300MA5XYT123G", True),
        ("青禾", "青木", False),
    ],
)
def test_a_value_is_present_however_it_is_printed(value: str, text: str, there: bool) -> None:
    assert present(value, text) is there


def label(x: float, number: str) -> dict[str, object]:
    return {
        "file": "a.jpg",
        "kind": "photo",
        "level": "photo",
        "number": number,
        "corners": [[x, 0], [x + 100, 0], [x + 100, 100], [x, 100]],
        "boxes": {"number": [x + 10, 10, x + 90, 20]},
    }


def seen(x: float, text: str, *, width: int = 100, turn: int = 0) -> Seen:
    view = View(np.zeros((100, width, 3), np.uint8), np.array([[1.0, 0, x], [0, 1, 0], [0, 0, 1]]))
    return Seen(view.turned(turn), (Token(text, Box(0, 0, 9, 9)),))


def test_each_ticket_is_judged_by_the_view_that_shows_it_alone() -> None:
    labels = [label(0, "12345678"), label(200, "87654321")]
    one, other = judge(labels, {0: (seen(0, "12345678"), seen(200, "8765432", turn=2))})
    assert (one.found, one.upright, one.missing) == (True, True, ())
    assert (other.found, other.upright, other.missing) == (True, False, ("number 87654321",))


def test_two_tickets_in_one_view_are_not_found() -> None:
    labels = [label(0, "12345678"), label(200, "87654321")]
    both = judge(labels, {0: (seen(0, "12345678\n87654321", width=300),)})
    assert [one.found for one in both] == [False, False]
    assert all(not one.missing for one in both)
