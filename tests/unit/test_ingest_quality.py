"""What is said of a picture's quality is true: faults are told, and good pictures are let be."""

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest

import synth
from ingest.quality import advice, judge
from models.page import Pixels
from models.quality import Fault, Quality
from models.sight import Edge


@cache
def _page() -> Pixels:
    """An invoice on a desk, 1500 pixels wide, lit a little unevenly as a photo is."""
    drawn = synth.draw_page(synth.make("dz_normal", seed=11)).image.convert("RGB")
    page = cv2.cvtColor(np.asarray(drawn), cv2.COLOR_RGB2BGR)
    size = (1500, round(1500 * page.shape[0] / page.shape[1]))
    around = cv2.copyMakeBorder(
        cv2.resize(page, size), 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=(70, 100, 130)
    )
    lamp = np.linspace(0.82, 0.92, around.shape[1], dtype=np.float32)[None, :, None]
    grain = np.random.default_rng(3).normal(0, 2, around.shape)
    return np.clip(around * lamp + grain, 0, 255).astype(np.uint8)


def _pixels(picture: object) -> Pixels:
    return np.asarray(picture, np.uint8)


def _scaled(by: float) -> Callable[[Pixels], Pixels]:
    how = cv2.INTER_AREA
    return lambda page: _pixels(cv2.resize(page, None, fx=by, fy=by, interpolation=how))


def _dimmed(by: float) -> Callable[[Pixels], Pixels]:
    return lambda page: np.asarray(page * by, np.uint8)


def _blurred(radius: float) -> Callable[[Pixels], Pixels]:
    return lambda page: _pixels(cv2.GaussianBlur(page, (0, 0), radius))


def _shaken(page: Pixels) -> Pixels:
    return _pixels(cv2.blur(page, (23, 1)))


def _cropped(page: Pixels) -> Pixels:
    return page[:, 300:1300]


def _tinted(page: Pixels) -> Pixels:
    return np.asarray(page * np.array([0.85, 0.8, 1.0]), np.uint8)


def _faint(page: Pixels) -> Pixels:
    return np.asarray(page * 0.3 + 165, np.uint8)


def _on_dark_desk(page: Pixels) -> Pixels:
    wide = cv2.copyMakeBorder(page, 300, 300, 300, 300, cv2.BORDER_CONSTANT, value=(22, 20, 18))
    return _pixels(wide)


def _under_a_finger(page: Pixels) -> Pixels:
    covered, tip = page.copy(), (700, 430)
    cv2.line(covered, (760, page.shape[0] + 200), tip, (120, 150, 205), 170)
    return covered


def _shone_on(page: Pixels) -> Pixels:
    y, x = np.mgrid[0 : page.shape[0], 0 : page.shape[1]]
    far = ((x - 700) ** 2 + (y - 380) ** 2) / 200**2
    return _pixels(np.clip(page + 420 * np.exp(-1.4 * far)[:, :, None], 0, 255))


@pytest.mark.parametrize(
    "done",
    [
        _scaled(1.0),
        _scaled(0.6),
        _scaled(2.0),
        _blurred(1.2),
        _dimmed(0.25),
        _tinted,
        _faint,
        _on_dark_desk,
        lambda page: page[:, ::-1].transpose(1, 0, 2),
        lambda page: page[70:-70, 70:-70],
    ],
)
def test_a_readable_picture_has_no_fault(done: Callable[[Pixels], Pixels]) -> None:
    quality = judge(np.ascontiguousarray(done(_page())))
    assert quality.fault is None
    assert quality.glyph > 6
    assert advice(quality) is None


@pytest.mark.parametrize(
    ("done", "fault"),
    [
        (_blurred(6), Fault.BLURRED),
        (_shaken, Fault.BLURRED),
        (_scaled(0.24), Fault.TOO_SMALL),
        (_scaled(0.1), Fault.TOO_SMALL),
        (_dimmed(0.02), Fault.TOO_DARK),
        (_cropped, Fault.CUT_OFF),
        (_under_a_finger, Fault.COVERED),
        (_shone_on, Fault.GLARE),
    ],
)
def test_a_fault_is_told(done: Callable[[Pixels], Pixels], fault: Fault) -> None:
    assert judge(np.ascontiguousarray(done(_page()))).fault is fault


def test_the_sides_at_which_print_is_cut_are_told() -> None:
    assert set(judge(np.ascontiguousarray(_cropped(_page()))).sides) <= {Edge.LEFT, Edge.RIGHT}
    assert judge(np.ascontiguousarray(_cropped(_page()))).sides
    assert judge(_page()).sides == ()


def _noise(*shape: int) -> Pixels:
    return np.random.default_rng(1).integers(0, 256, (*shape, 3), np.uint8)


def _flat(value: int, *shape: int) -> Pixels:
    return np.full((*shape, 3), value, np.uint8)


def _soft(size: float) -> Pixels:
    """Blotches of all shades."""
    blurred = cv2.GaussianBlur(_noise(600, 800).astype(np.float32), (0, 0), size)
    spread = (blurred - blurred.min()) / (blurred.max() - blurred.min())
    return np.asarray(spread * 255, np.uint8)


@pytest.mark.parametrize(
    ("picture", "fault"),
    [
        (_flat(255, 600, 800), Fault.BLANK),
        (_flat(130, 600, 800), Fault.BLANK),
        (_flat(0, 600, 800), Fault.TOO_DARK),
        (_noise(600, 800), None),
        # a soft picture of something else is not said to be blurred
        (_soft(3), None),
        (_soft(12), None),
        (_noise(16, 16), Fault.TOO_SMALL),
        (_flat(255, 1, 20_000), Fault.TOO_SMALL),
        (_flat(255, 20_000, 1), Fault.TOO_SMALL),
        (_noise(4_000, 20), None),
        (_noise(20, 4_000), None),
        (_flat(255, 333, 10_001), Fault.BLANK),
    ],
)
def test_pictures_without_print(picture: Pixels, fault: Fault | None) -> None:
    quality = judge(picture)
    assert quality.fault is fault
    assert quality.glyph == 0


def test_measures_are_in_the_units_they_say() -> None:
    sharp, soft = judge(_page()), judge(_blurred(2.5)(_page()))
    large = judge(_scaled(2.0)(_page()))
    assert 10 < sharp.glyph < 30
    assert 2 < sharp.edge < soft.edge
    assert large.glyph == pytest.approx(2 * sharp.glyph, rel=0.35)
    assert 0.7 < sharp.light < 0.95
    assert 0.2 < sharp.contrast < 0.9
    assert (sharp.glare, sharp.cut, sharp.covered) == (0, 0, 0)
    assert judge(_under_a_finger(_page())).covered > 0.03
    assert judge(_cropped(_page())).cut >= 6


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_has_its_sentence(fault: Fault) -> None:
    said = advice(Quality(fault=fault))
    assert said is not None
    chinese, english = said
    assert any("一" <= character <= "鿿" for character in chinese)
    assert english.isascii()


def test_the_picture_is_left_as_it_is() -> None:
    page = _page().copy()
    page.flags.writeable = False
    assert judge(page) == judge(page)
    assert np.array_equal(page, _page())
