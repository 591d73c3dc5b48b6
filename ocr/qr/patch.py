"""One place where a code should be: every way of reading it, the cheapest first."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import cv2
import numpy as np

from models.page import Pixels
from models.view import corners_of
from ocr.qr.budget import Budget
from ocr.qr.decoders import Found, grey, wechat, zbar, zxing
from ocr.qr.finders import Trio, find_eyes, find_trios, guessed_trios
from ocr.qr.grid import Grid, dotted, flattened, grids
from ocr.qr.picture import resized, variants
from ocr.qr.sampler import agreement, payload_of, sharpened
from ocr.qr.symbol import side_of

_SIDE = 700
"""Pixels: a patch is read at about this size first; a module of most codes is then 4 to 15."""
_LEAST_SIDE = 350
_PROMISING = 0.66
"""The share of fixed modules that are right where a grid lies about right; by chance it is 0.5."""
_PLAUSIBLE = 0.75
_MOST_TRIOS = 24
_Read: TypeAlias = Callable[[Pixels], list[Found]]


def read_patch(patch: Pixels, budget: Budget) -> list[Found]:
    """The codes that the first rung to read any reads; corners in the patch's pixels."""
    for rung in _rungs(patch, budget):
        if found := rung():
            return found
        if budget.over:
            break
    return []


def _rungs(patch: Pixels, budget: Budget) -> Iterator[Callable[[], list[Found]]]:
    plain, scale = _sized(grey(patch))

    def at(scale: float, picture: Pixels, read: _Read) -> Callable[[], list[Found]]:
        return lambda: [scaled(code, 1 / scale) for code in read(picture)]

    def by_grid(picture: Pixels) -> list[Found]:
        return read_grids(picture, budget)

    def by_guess(picture: Pixels) -> list[Found]:
        return read_grids(picture, budget, hidden=True)

    for read in (zxing, _histogram, by_grid, zbar):
        yield at(scale, plain, read)
    yield at(1.0, patch, wechat)
    yield at(scale, plain, by_guess)
    for made, gridded in variants(patch, plain):
        picture, by = (made, scale) if made.shape == plain.shape else _sized(made)
        for read in (zxing, by_grid, zbar) if gridded else (zxing, zbar):
            yield at(by, picture, read)
    twice = resized(plain, 2.0)
    for read in (zxing, by_grid, zbar):
        yield at(2 * scale, twice, read)
    yield at(scale, np.asarray(cv2.cvtColor(plain, cv2.COLOR_GRAY2BGR), np.uint8), wechat)


def _histogram(picture: Pixels) -> list[Found]:
    return zxing(picture, histogram=True)


def _sized(picture: Pixels) -> tuple[Pixels, float]:
    """(the picture at the size it is read at, its scale)."""
    side = max(picture.shape[:2])
    scale = min(1.0, _SIDE / side) if side > _LEAST_SIDE else min(4.0, 2 * _LEAST_SIDE / side)
    return resized(picture, scale), scale


def scaled(code: Found, by: float, offset: tuple[float, float] = (0.0, 0.0)) -> Found:
    """The code with its corners in a picture `by` times as large, moved by `offset`."""
    corners = tuple((x * by + offset[0], y * by + offset[1]) for x, y in code.corners)
    return Found(code.payload, corners, code.decoder)


def read_grids(picture: Pixels, budget: Budget, *, hidden: bool = False) -> list[Found]:
    """The codes of a grey picture whose three eyes are seen, read by their own lattice; with
    `hidden` those of which two are."""
    eyes = find_eyes(picture)
    found: list[Found] = []
    for trio in guessed_trios(eyes) if hidden else find_trios(eyes)[:_MOST_TRIOS]:
        if budget.over:
            break
        middle = trio.corners.mean(0)
        if any(covers(code, (float(middle[0]), float(middle[1]))) for code in found):
            continue
        if code := _read_trio(picture, trio, budget):
            found.append(code)
    return found


def looks_like_code(picture: Pixels, trio: Trio) -> bool:
    """Whether what every code has between its eyes is there."""
    return any(dotted(picture, grid) >= _PLAUSIBLE for grid in grids(picture, trio)[:2])


def _read_trio(picture: Pixels, trio: Trio, budget: Budget) -> Found | None:
    for grid in grids(picture, trio)[:2]:
        if payload := _read_grid(picture, grid, budget):
            return Found(payload, _corners(grid), "grid")
    return None


def _read_grid(picture: Pixels, grid: Grid, budget: Budget) -> str | None:
    best, most = None, _PROMISING
    for flat in flattened(picture, grid):
        agreed = agreement(flat, grid.version)
        if agreed < _PROMISING or budget.over:
            break
        if payload := payload_of(flat, grid.version, repair=False):
            return payload
        if agreed > most:
            best, most = flat, agreed
    if best is None or budget.over:
        return None
    clear = sharpened(best, grid.version)
    for flat in (best,) if clear is None else (clear, best):
        if payload := payload_of(flat, grid.version):
            return payload
    return None


def _corners(grid: Grid) -> tuple[tuple[float, float], ...]:
    side = side_of(grid.version)
    square = np.array([[[0, 0], [side, 0], [side, side], [0, side]]], np.float64)
    return corners_of(cv2.perspectiveTransform(square, grid.to_picture)[0])


def covers(code: Found, point: tuple[float, float]) -> bool:
    """Whether a point lies in a code."""
    outline = np.array(code.corners, np.float32)
    return cv2.pointPolygonTest(outline, point, False) >= 0
