"""Tickets and whole pages as flat, upright views."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ingest.flatten.bend import bend
from ingest.flatten.frame import Plane, along, plane_of, sound
from ingest.flatten.preview import reduce
from ingest.flatten.sight import look
from ingest.flatten.slant import FOUND, UNKNOWN, direction, no_worse, quarter_turns, upright
from ingest.flatten.warp import view_of
from models.page import Pixels
from models.view import ALL_STEPS, Bend, Corners, Points, Step, View, mapped

_ASTRAY, _FAR_ASTRAY = 0.05, 0.12
"""The slope (radians) of most text at which the sides of a box, and those of a sheet, whose text
may be bent, are no longer believed."""
_CLEAR = 0.3
"""Line heights by which a sheet may be off level and nobody need see to it."""
_MARGIN = 0.015
"""Share of a ticket's size left free around it."""
_AROUND_TEXT = 0.08
"""Share of the text's extent by which an outline that is not believed reaches beyond it."""
_ROUNDS = 3
_READABLE = 32.0
"""Pixels of a line's height below which print is enlarged, `_ENLARGE` times at most."""
_ENLARGE = 2.0
_LARGE = 12_000_000
"""Pixels beyond which no view is enlarged."""
_LARGEST = 40_000_000
"""Pixels a view has at most."""


def cut_out(
    picture: Pixels,
    corners: Corners,
    lines: Sequence[Corners],
    steps: frozenset[Step] = ALL_STEPS,
) -> View:
    """A ticket cut out of a picture, upright, seen straight, and flat.

    `corners` is its outline, clockwise from its own top left: that of the paper, or only an
    upright box around what is printed. `lines` are the text lines in it. Both are in the
    picture's pixels. Where the outline and the text disagree about what is level, the text is
    believed. `Step.PERSPECTIVE` and `Step.BEND` may be left out.
    """
    height, width = picture.shape[:2]
    outline = sound(corners, (width, height))
    if Step.PERSPECTIVE not in steps:
        outline = _boxed(outline)
    lines = _inside(outline, _finite(lines))
    found = _measured(picture, _Outline(outline, _is_box(outline)), lines, steps)
    return _drawn(picture, found, lines)


def whole_view(
    picture: Pixels, lines: Sequence[Corners], steps: frozenset[Step] = ALL_STEPS
) -> View | None:
    """A page that fills its picture, upright and flat; None where it is so already, or where
    there is too little text to tell. The pixels and lines are as in `cut_out`."""
    height, width = picture.shape[:2]
    outline = sound(((0, 0), (width, 0), (width, height), (0, height)), (width, height))
    lines = _finite(lines)
    found = _measured(picture, _Outline(outline, is_box=True), lines, steps)
    return _drawn(picture, found, lines) if found.changed else None


def _finite(lines: Sequence[Corners]) -> list[Corners]:
    return [line for line in lines if len(line) == 4 and np.isfinite(line).all()]


@dataclass(frozen=True, slots=True)
class _Found:
    plane: Plane
    bend: Bend | None
    changed: bool


@dataclass(frozen=True, slots=True)
class _Outline:
    """Corners in the picture, and whether they are a sheet's, or a box that says nothing about
    how what it holds is seen."""

    corners: Points
    is_box: bool


def _measured(
    picture: Pixels, outline: _Outline, lines: Sequence[Corners], steps: frozenset[Step]
) -> _Found:
    """The plane a ticket lies in and how it is bent, by its outline and its text."""
    seen = _within(outline.corners, picture)
    plane, is_box, changed = plane_of(outline.corners), outline.is_box, False
    if Step.PERSPECTIVE in steps:
        quarter = quarter_turns(plane, lines)
        plane = plane_of(np.roll(outline.corners, -quarter, axis=0))
        angle = direction(plane.text(lines)) or 0.0
        if abs(angle) > (_ASTRAY if is_box else _FAR_ASTRAY):
            plane, is_box, changed = plane_of(_turned(plane, seen, angle)), True, True
    plane = _extent(plane, seen, lines, is_box)
    line = plane.text(lines).height
    if not line or not steps & {Step.PERSPECTIVE, Step.BEND}:
        return _Found(plane if changed else _as_it_is(plane, _CLEAR * line or 1.0), None, changed)
    small = reduce(picture, mapped(plane.corners, plane.to_picture), line)
    sight = look(small, plane, lines, seen)
    for _ in range(_ROUNDS if Step.PERSPECTIVE in steps else 0):
        better = upright(sight, UNKNOWN if is_box else FOUND)
        if better is None:
            break
        plane = _extent(plane_of(mapped(better, plane.to_picture)), seen, lines, is_box)
        again = look(small, plane, lines, seen)
        if not no_worse(again, sight):
            break
        sight, changed = again, True
    found = bend(sight) if Step.BEND in steps else None
    plane = sight.plane
    if not changed and found is None:
        plane = _as_it_is(plane, _CLEAR * line)
    return _Found(plane, found, changed or found is not None)


def _as_it_is(plane: Plane, least: float) -> Plane:
    """A plane that lies all but upright on the pixels is laid upon them, so that none is drawn
    anew; `least` is how far off, in pixels, counts as nothing."""
    there = mapped(plane.corners, plane.to_picture)
    box = _boxed(there)
    if np.abs(there - box).max() > least:
        return plane
    low, high = np.floor(box.min(axis=0)), np.ceil(box.max(axis=0))
    box = np.where(box == box.min(axis=0), low, high)
    return plane_of(np.asarray(box, np.float64))


def _turned(plane: Plane, seen: Points, angle: float) -> Points:
    """The rectangle around what is seen (in the picture) whose top runs at an angle in a plane."""
    middle = plane.corners.mean(axis=0)
    ends = np.array([middle, middle + np.array([np.cos(angle), np.sin(angle)])])
    # the direction as it is in the picture, at the middle of the plane
    (x0, y0), (x1, y1) = mapped(ends, plane.to_picture)
    return along(seen, float(np.arctan2(y1 - y0, x1 - x0)))


def _extent(plane: Plane, seen: Points, lines: Sequence[Corners], is_box: bool) -> Plane:
    """The plane cut to what is to be shown: the ticket, and all of its text."""
    low, high = _bounds(plane.from_picture(seen))
    if lines:
        first, last = _bounds(plane.from_picture(np.array(lines, np.float64).reshape(-1, 2)))
        spare = _AROUND_TEXT * (last - first)
        if is_box:
            low, high = np.maximum(low, first - spare), np.minimum(high, last + spare)
        beyond = _MARGIN * (high - low)
        low, high = np.clip(first, low - beyond, low), np.clip(last, high, high + beyond)
    margin = _MARGIN * float(np.sqrt(np.prod(high - low)))
    return plane.cut(low - margin, high + margin)


def _bounds(points: Points) -> tuple[Points, Points]:
    return points.min(axis=0), points.max(axis=0)


def _within(outline: Points, picture: Pixels) -> Points:
    """The part of an outline that lies in the picture."""
    height, width = picture.shape[:2]
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    area, common = cv2.intersectConvexConvex(outline.astype(np.float32), frame)
    if area < 1 or common is None:
        return outline
    return np.asarray(common.reshape(-1, 2), np.float64)


def _is_box(outline: Points) -> bool:
    """Whether every side runs along the picture's."""
    edges = np.abs(np.roll(outline, -1, axis=0) - outline)
    return bool(edges.min(axis=1).max() < 1)


def _inside(outline: Points, lines: Sequence[Corners]) -> list[Corners]:
    """The lines whose middle lies within an outline, or little beside it."""
    shape = outline.astype(np.float32)
    near = _MARGIN * float(np.hypot(*(outline[2] - outline[0])))
    middles = [np.mean(line, axis=0) for line in lines]
    return [
        line
        for line, (x, y) in zip(lines, middles, strict=True)
        if cv2.pointPolygonTest(shape, (float(x), float(y)), True) > -near
    ]


def _boxed(outline: Points) -> Points:
    """The box around an outline, its first corner that nearest to where the outline's is."""
    (x, y), _, (x2, y2), _ = outline
    first = {(True, True): 0, (False, True): 1, (False, False): 2, (True, False): 3}
    low, high = _bounds(outline)
    box = np.array([low, (high[0], low[1]), high, (low[0], high[1])], np.float64)
    return np.roll(box, -first[bool(x <= x2), bool(y <= y2)], axis=0)


def _drawn(picture: Pixels, found: _Found, lines: Sequence[Corners]) -> View:
    """The view, small print enlarged."""
    plane = found.plane
    text = plane.text(lines)
    area = plane.width * plane.height
    scale = 1.0
    if text.height:
        small = float(np.percentile(text.high, 25))
        scale = float(np.clip(_READABLE / small, 1.0, _ENLARGE))
    scale = min(scale, max(1.0, (_LARGE / area) ** 0.5), (_LARGEST / area) ** 0.5)
    return view_of(picture, plane, found.bend, scale)
