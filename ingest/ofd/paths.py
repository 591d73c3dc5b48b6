"""The outlines of path objects (AbbreviatedData) as lines and cubic curves."""

import math
import re
from collections.abc import Callable
from typing import TypeAlias

from ingest.ofd.matrix import BadContent, Point, number

Segment: TypeAlias = tuple[str, tuple[float, ...]]
"""PDF's own operators: ("m", (x, y)), ("l", (x, y)), ("c", six numbers), ("h", ())."""

_MOST_SEGMENTS = 100_000
_ITEM = re.compile(r"[A-Za-z]|[-+.\d]+(?:[eE][-+]?\d+)?")
_ARGUMENTS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def segments(data: str) -> tuple[Segment, ...]:
    """The segments of an outline. Raises BadContent for what cannot be read."""
    items = _ITEM.findall(data)
    if len(items) > 7 * _MOST_SEGMENTS:
        raise BadContent("the path is too long")
    found: list[Segment] = []
    here, start = (0.0, 0.0), (0.0, 0.0)
    at = 0
    while at < len(items):
        count = _ARGUMENTS.get(items[at])
        if count is None:
            raise BadContent(f"unknown path operator: {items[at][:10]}")
        values = [number(item) for item in items[at + 1 : at + 1 + count]]
        if len(values) < count:
            raise BadContent("a path operator lacks numbers")
        match items[at]:
            case "S" | "M":
                start = (values[0], values[1])
                found.append(("m", start))
            case "C":
                found.append(("h", ()))
            case operator if not found:
                raise BadContent(f"a path begins with {operator}")
            case operator:
                found += _drawn(operator, here, values)
        here = (values[-2], values[-1]) if values else start
        at += 1 + count
    return tuple(found)


def _drawn(operator: str, here: Point, values: list[float]) -> list[Segment]:
    if operator == "L":
        return [("l", (values[0], values[1]))]
    if operator == "B":
        return [("c", tuple(values))]
    if operator == "Q":
        (x0, y0), (x1, y1, x2, y2) = here, values
        first = (x0 + 2 / 3 * (x1 - x0), y0 + 2 / 3 * (y1 - y0))
        second = (x2 + 2 / 3 * (x1 - x2), y2 + 2 / 3 * (y1 - y2))
        return [("c", (*first, *second, x2, y2))]
    return _arc(here, values)


def _arc(here: Point, values: list[float]) -> list[Segment]:
    """An elliptical arc as cubic curves (the end-point form of SVG, W3C SVG 1.1 F.6.5)."""
    rx, ry, turn, large, sweep, x2, y2 = values
    x1, y1 = here
    rx, ry = abs(rx), abs(ry)
    if min(rx, ry) < 1e-6 or (x1, y1) == (x2, y2):
        return [("l", (x2, y2))]
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    dx, dy = (x1 - x2) / 2, (y1 - y2) / 2
    px, py = cos * dx + sin * dy, cos * dy - sin * dx
    grow = math.sqrt(max(1.0, (px / rx) ** 2 + (py / ry) ** 2))
    rx, ry = rx * grow, ry * grow
    below = (rx * py) ** 2 + (ry * px) ** 2
    factor = math.sqrt(max(0.0, ((rx * ry) ** 2 - below) / below))
    if bool(large) == bool(sweep):
        factor = -factor
    cx, cy = factor * rx * py / ry, -factor * ry * px / rx
    first = math.atan2((py - cy) / ry, (px - cx) / rx)
    span = math.atan2((-py - cy) / ry, (-px - cx) / rx) - first
    if sweep and span < 0:
        span += 2 * math.pi
    elif not sweep and span > 0:
        span -= 2 * math.pi
    centre = (cos * cx - sin * cy + (x1 + x2) / 2, sin * cx + cos * cy + (y1 + y2) / 2)

    def place(x: float, y: float) -> Point:
        return (
            cos * rx * x - sin * ry * y + centre[0],
            sin * rx * x + cos * ry * y + centre[1],
        )

    return _curves(first, span, place)


def _curves(first: float, span: float, place: Callable[[float, float], Point]) -> list[Segment]:
    """Arcs of at most a quarter turn of the unit circle, each as one cubic curve."""
    count = max(1, math.ceil(abs(span) / (math.pi / 2) - 1e-9))
    step = span / count
    handle = 4 / 3 * math.tan(step / 4)
    found: list[Segment] = []
    for index in range(count):
        a, b = first + index * step, first + (index + 1) * step
        one = place(math.cos(a) - handle * math.sin(a), math.sin(a) + handle * math.cos(a))
        two = place(math.cos(b) + handle * math.sin(b), math.sin(b) - handle * math.cos(b))
        found.append(("c", (*one, *two, *place(math.cos(b), math.sin(b)))))
    return found
