"""Where points of a view lie on the page, and back."""

import numpy as np
import pytest

from models.view import View, mapped, turn_of

PIXELS = np.zeros((200, 300, 3), np.uint8)
TILTED = np.array([[1.8, 0.3, 40], [-0.2, 2.1, 90], [2e-4, 1e-4, 1]])
SPOTS = np.array([[0, 0], [300, 200], [12.5, 160], [299, 3], [150, 100]], float)


def wave(rows: int, columns: int, high: float) -> np.ndarray:
    """A bend by which every row rises and falls once."""
    bend = np.zeros((rows, columns, 2), np.float32)
    bend[:, :, 1] = high * np.sin(np.linspace(0, np.pi, columns))
    return bend


def test_a_whole_page_is_where_it_was() -> None:
    view = View.whole(PIXELS)
    assert view.is_whole
    assert (view.width, view.height) == (300, 200)
    assert np.allclose(view.on_page(SPOTS), SPOTS)
    assert np.allclose(view.from_page(SPOTS), SPOTS)
    assert view.outline == ((0, 0), (300, 0), (300, 200), (0, 200))


@pytest.mark.parametrize("bend", [None, wave(9, 17, 12.0), wave(2, 2, 5.0), wave(1, 5, 4.0)])
def test_there_and_back(bend: np.ndarray | None) -> None:
    view = View(PIXELS, TILTED, bend)
    assert not view.is_whole
    assert np.allclose(view.from_page(view.on_page(SPOTS)), SPOTS, atol=0.01)


def test_a_steep_bend_is_undone_too() -> None:
    bend = wave(5, 9, 6.0)
    bend[:, :, 1] *= np.array([1.0, -1.0, 1.0, -1.0, 1.0])[:, None]
    view = View(PIXELS, np.eye(3), bend)
    assert np.allclose(view.from_page(view.on_page(SPOTS)), SPOTS, atol=0.01)


def test_the_bend_comes_before_the_page() -> None:
    bend = np.zeros((3, 4, 2), np.float32)
    bend[..., 0], bend[..., 1] = 3, -2
    view = View(PIXELS, np.diag([2.0, 2.0, 1.0]), bend)
    assert np.allclose(view.on_page(SPOTS), 2 * (SPOTS + np.array([3, -2])))


@pytest.mark.parametrize("quarters", [1, 2, 3, 4, -1])
def test_turning_a_view_moves_no_point_of_the_page(quarters: int) -> None:
    view = View(PIXELS, TILTED, wave(4, 6, 8.0))
    turned = view.turned(quarters)
    there = mapped(SPOTS, turn_of(view.width, view.height, quarters))
    assert np.allclose(turned.on_page(there), view.on_page(SPOTS), atol=0.01)
    assert sorted((turned.width, turned.height)) == [200, 300]


def test_nodes_stand_from_rim_to_rim() -> None:
    bend = np.zeros((2, 3, 2), np.float32)
    bend[:, :, 1] = [[0, 10, 0], [0, 30, 0]]
    view = View(PIXELS, np.eye(3), bend)
    places = np.array([[0, 0], [150, 0], [150, 100], [75, 200], [300, 200], [400, 300]], float)
    moved = view.on_page(places) - places
    assert np.allclose(moved[:, 1], [0, 10, 20, 15, 0, 0])


def test_nothing_is_lost_at_the_horizon() -> None:
    edge_on = np.array([[1, 0, 0], [0, 1, 0], [-0.01, 0, 1]], float)
    there = mapped(np.array([[100, 5], [99, 5], [200, 5]], float), edge_on)
    assert np.isfinite(there).all()
