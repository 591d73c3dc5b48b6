"""Numbers and coordinate systems of OFD: millimetres, y downwards.

A matrix (a, b, c, d, e, f) takes (x, y) to (ax + cy + e, bx + dy + f).
"""

import math
from typing import TypeAlias

from models.geometry import Box

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
Point: TypeAlias = tuple[float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_LARGEST = 1e6
"""No number in a page is larger; a kilometre of paper has as many millimetres."""


class BadContent(ValueError):  # noqa: N818 - reads better at the raise
    """A graphic object, or another part of a page, that makes no sense and is left out."""


def number(text: str | None, default: float = 0.0) -> float:
    """A finite number of sane size, `default` where there is none. Raises BadContent."""
    if text is None or not text.strip():
        return default
    try:
        value = float(text)
    except ValueError as error:
        raise BadContent(f"not a number: {text[:20]}") from error
    if not math.isfinite(value) or abs(value) > _LARGEST:
        raise BadContent(f"out of range: {text[:20]}")
    return value


def numbers(text: str | None) -> list[float]:
    """Numbers parted by spaces (some writers use commas). Raises BadContent."""
    return [number(item) for item in (text or "").replace(",", " ").split()]


def box_of(text: str | None) -> Box | None:
    """An ST_Box "x y width height" as a Box in millimetres; None where it is none."""
    try:
        values = numbers(text)
    except BadContent:
        return None
    if len(values) != 4 or values[2] < 0 or values[3] < 0:
        return None
    x, y, width, height = values
    return Box(x, y, x + width, y + height)


def matrix_of(text: str | None) -> Matrix:
    """A CTM attribute; the identity where it is missing. Raises BadContent."""
    if text is None or not text.strip():
        return IDENTITY
    values = numbers(text)
    if len(values) != 6:
        raise BadContent(f"not a matrix: {text[:40]}")
    a, b, c, d, e, f = values
    return (a, b, c, d, e, f)


def times(outer: Matrix, inner: Matrix) -> Matrix:
    """The matrix that applies `inner`, then `outer`. Raises BadContent where it grows absurd."""
    a, b, c, d, e, f = outer
    g, h, i, j, k, m = inner
    product = (
        a * g + c * h,
        b * g + d * h,
        a * i + c * j,
        b * i + d * j,
        a * k + c * m + e,
        b * k + d * m + f,
    )
    if not all(abs(value) <= _LARGEST for value in product):
        raise BadContent("the matrices multiply to something absurd")
    return product


def moved(x: float, y: float) -> Matrix:
    return (1.0, 0.0, 0.0, 1.0, x, y)


def scaled(x: float, y: float) -> Matrix:
    return (x, 0.0, 0.0, y, 0.0, 0.0)


def turned(degrees: float) -> Matrix:
    """A turn clockwise as seen on the page."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    return (cos, sin, -sin, cos, 0.0, 0.0)


def apply(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def is_true(text: str | None, default: bool) -> bool:
    """An xs:boolean attribute."""
    return default if text is None else text.strip().lower() in {"true", "1"}
