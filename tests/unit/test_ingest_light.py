"""Print almost gone comes back; what can be read as it is stays as it is."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from ingest.light import even_light
from models.page import Pixels


def _printed(ink: float, paper: float = 230, grain: float = 1.5) -> Pixels:
    """Lines of print that take `ink` of the light, on paper that is not quite smooth."""
    mask = np.zeros((900, 1200), np.uint8)
    for y in range(80, 860, 60):
        text = f"{y * 7919} AMOUNT {y * 104729 / 100:.2f}"
        cv2.putText(mask, text, (60, y), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (255,), 3, cv2.LINE_AA)
    light = paper * (1 - ink * mask / 255)
    noise = np.random.default_rng(3).normal(0, grain, light.shape)
    return np.repeat(np.clip(light + noise, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def _shaded(pixels: Pixels, least: float) -> Pixels:
    """Light that falls off to `least` of itself, with the edge of a shadow in it."""
    height, width = pixels.shape[:2]
    gain = np.linspace(1, least, width)[None, :] * np.ones((height, 1))
    gain[height // 2 :] *= 0.7
    soft = cv2.GaussianBlur(gain, (0, 0), 12)
    return np.asarray(pixels * soft[:, :, None], np.uint8)


def _contrast(pixels: Pixels) -> float:
    """By how much of 255 the strokes of `_printed` are darker than the paper between them."""
    strokes = _printed(0.9, grain=0)[:, :, 0]
    gray = pixels.mean(axis=2)
    return float(gray[strokes > 225].mean() - gray[strokes < 40].mean())


@pytest.mark.parametrize("least", [1.0, 0.6])
def test_faded_print_deepened(least: float) -> None:
    faded = _shaded(_printed(0.1, grain=2.5), least)
    evened = even_light(faded)
    assert evened is not None
    assert evened.shape == faded.shape
    assert not evened.flags.writeable
    assert _contrast(evened) > 4 * _contrast(faded)
    assert np.percentile(evened, 50) > 235


def test_picture_itself_untouched() -> None:
    faded = _printed(0.1, grain=2.5)
    before = faded.copy()
    even_light(faded)
    assert np.array_equal(faded, before)


@pytest.mark.parametrize(
    "make",
    [
        lambda: _printed(0.85),
        lambda: _printed(0.4),
        lambda: _printed(0.15, grain=1),
        lambda: _shaded(_printed(0.8), 0.4),
        lambda: _printed(0.8, paper=60, grain=4),
        lambda: _printed(0.0),
        lambda: _printed(0.0, grain=12),
    ],
    ids=["good", "pale", "pale and smooth", "shadow", "dark", "blank", "blank and grainy"],
)
def test_nothing_to_deepen(make: Callable[[], Pixels]) -> None:
    assert even_light(make()) is None


@pytest.mark.parametrize("size", [(1, 1), (16, 16), (1, 20000), (20000, 1), (3, 700)])
@pytest.mark.parametrize("value", [0, 128, 255, None])
def test_any_picture(size: tuple[int, int], value: int | None) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (*size, 3), np.uint8)
    if value is not None:
        pixels[:] = value
    evened = even_light(pixels)
    assert evened is None or evened.shape == pixels.shape
