"""Seals and the print beneath them are told apart; what is merely printed in red stays."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.ink import has_colour, red_patches, without_red
from models.page import Pixels

_PAPER = (236, 240, 242)
_RED = (44, 40, 214)
_TEXT = (150, 470, 620, 60)
"""x, y, width and height of the black line in the middle of the seal."""
_SEAL = (450, 500)


def _page(paper: tuple[int, int, int] = _PAPER) -> Pixels:
    return np.full((1000, 1400, 3), paper, np.uint8)


def _printed(page: Pixels, color: tuple[int, int, int] = (40, 36, 34)) -> Pixels:
    x, y, _, high = _TEXT
    at = (x, y + high - 15)
    cv2.putText(page, "91420100MA4KX1234X", at, cv2.FONT_HERSHEY_SIMPLEX, 1.8, color, 4)
    return page


def _ring(page: Pixels, at: tuple[int, int] = _SEAL) -> NDArray[np.uint8]:
    """Where the ink of a seal 200 pixels wide goes: a ring and a star of strokes."""
    mask = np.zeros(page.shape[:2], np.uint8)
    cv2.ellipse(mask, at, (150, 110), 0, 0, 360, (255,), 8, cv2.LINE_AA)
    for turn in range(0, 360, 30):
        far = np.radians(turn)
        spot = (round(at[0] + 110 * np.cos(far)), round(at[1] + 75 * np.sin(far)))
        cv2.drawMarker(mask, spot, (255,), cv2.MARKER_STAR, 28, 5)
    cv2.drawMarker(mask, at, (255,), cv2.MARKER_STAR, 70, 12)
    return mask


def _sealed(page: Pixels, at: tuple[int, int] = _SEAL) -> Pixels:
    """The page stamped: ink takes its part of the light of whatever lies there."""
    share = (_ring(page, at) / 255)[:, :, None]
    left = 1 - share * (1 - np.array(_RED) / 255)
    return np.asarray(page * left, np.uint8)


def _red_form(page: Pixels) -> Pixels:
    """A form with its rules and labels in red."""
    for y in (100, 300, 700, 900):
        cv2.line(page, (60, y), (1340, y), _RED, 3)
    for x in (60, 800, 1340):
        cv2.line(page, (x, 100), (x, 900), _RED, 3)
    for y in (160, 220, 760, 820):
        cv2.putText(page, "Name of buyer:", (90, y), cv2.FONT_HERSHEY_SIMPLEX, 1, _RED, 2)
    return page


def _gray(page: Pixels) -> Pixels:
    return np.repeat(page.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)


@pytest.mark.parametrize("paper", [_PAPER, (170, 205, 225), (110, 118, 120)])
@pytest.mark.parametrize("ink", [(40, 36, 34), (120, 50, 40)])
def test_seal_lightened_print_kept(paper: tuple[int, int, int], ink: tuple[int, int, int]) -> None:
    inked = (ink[0] * paper[0] // 255, ink[1] * paper[1] // 255, ink[2] * paper[2] // 255)
    bare = _printed(_page(paper), inked)
    stamped = _sealed(bare)
    clean = without_red(stamped)
    assert clean is not None
    assert clean.shape == stamped.shape
    assert not clean.flags.writeable
    print_is = cv2.erode((bare[:, :, 1] < paper[1] // 2).astype(np.uint8), np.ones((3, 3)))
    paper_is = (_ring(bare) == 255) & (bare[:, :, 1] == paper[1])
    assert clean[print_is > 0].mean() < 0.45 * np.mean(paper)
    assert clean[paper_is].mean() > 0.9 * np.mean(paper)
    assert stamped[paper_is].mean() < 0.6 * np.mean(paper)


def test_red_form_stays_beside_the_seal() -> None:
    stamped = _sealed(_printed(_red_form(_page())))
    clean = without_red(stamped)
    assert clean is not None
    outside = np.ones(clean.shape[:2], bool)
    outside[_SEAL[1] - 150 : _SEAL[1] + 150, _SEAL[0] - 190 : _SEAL[0] + 190] = False
    assert np.array_equal(clean[outside], stamped[outside])


def test_picture_itself_untouched() -> None:
    stamped = _sealed(_printed(_page()))
    before = stamped.copy()
    without_red(stamped)
    red_patches(stamped)
    assert np.array_equal(stamped, before)


@pytest.mark.parametrize(
    "make",
    [
        lambda: _printed(_page()),
        lambda: _printed(_red_form(_page())),
        lambda: _sealed(_page()),
        lambda: _sealed(_printed(_page()), (1100, 200)),
        lambda: _gray(_sealed(_printed(_page()))),
    ],
    ids=["print", "red form", "seal", "seal beside print", "gray"],
)
def test_nothing_to_lighten(make: Callable[[], Pixels]) -> None:
    assert without_red(make()) is None


def test_the_ink_of_a_seal_alone() -> None:
    stamped = _sealed(_printed(_red_form(_page())))
    (patch,) = red_patches(stamped)
    whole = np.zeros(stamped.shape[:2], np.uint8)
    height, width = patch.ink.shape
    whole[patch.y : patch.y + height, patch.x : patch.x + width] = patch.ink
    ring = (_ring(stamped) == 255) & (stamped[:, :, 2] > 120)
    assert whole[ring].mean() > 195
    assert not whole[:, 700:].any()
    assert not whole[:370].any()


@pytest.mark.parametrize("make", [_page, lambda: _printed(_red_form(_page()))])
def test_no_ink_of_seals(make: Callable[[], Pixels]) -> None:
    assert red_patches(make()) == ()


def test_a_grey_picture_has_no_colour() -> None:
    stamped = _sealed(_printed(_page()))
    assert has_colour(stamped)
    assert not has_colour(_gray(stamped))


@pytest.mark.parametrize("size", [(1, 1), (16, 16), (1, 20000), (20000, 1), (3, 700)])
@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (0, 0, 255), None])
def test_any_picture(size: tuple[int, int], color: tuple[int, int, int] | None) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (*size, 3), np.uint8)
    if color is not None:
        pixels[:] = color
    result = without_red(pixels)
    assert result is None or result.shape == pixels.shape
    assert all(patch.ink.size for patch in red_patches(pixels))
    assert has_colour(pixels) in {True, False}
