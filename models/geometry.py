"""Places on a page. The origin is the top-left corner, x to the right, y down, in pixels."""

from collections.abc import Iterable
from typing import NamedTuple, Self


class Box(NamedTuple):
    """An upright rectangle, in pixels of the page's image. Serialises as [x0, y0, x1, y1]."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def cx(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def cy(self) -> float:
        return (self.y0 + self.y1) / 2

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """The four corners as (x, y), clockwise from the top left."""
        return (self.x0, self.y0), (self.x1, self.y0), (self.x1, self.y1), (self.x0, self.y1)

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    def union(self, other: "Box") -> "Box":
        """The smallest box that holds both."""
        return Box(
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
        )

    def intersection(self, other: "Box") -> "Box | None":
        """The part both share, or None where they do not meet."""
        x0, y0 = max(self.x0, other.x0), max(self.y0, other.y0)
        x1, y1 = min(self.x1, other.x1), min(self.y1, other.y1)
        return Box(x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None

    def grown(self, by: float) -> "Box":
        """The box with every side moved outwards by `by` pixels."""
        return Box(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)

    @classmethod
    def around(cls, points: "tuple[tuple[float, float], ...]") -> Self:
        """The smallest box that holds all points."""
        xs = [x for x, _ in points]
        ys = [y for _, y in points]
        return cls(min(xs), min(ys), max(xs), max(ys))

    @classmethod
    def enclosing(cls, boxes: "Iterable[Box]") -> Self:
        """The smallest box that holds all boxes; there must be one."""
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return cls(min(lefts), min(tops), max(rights), max(bottoms))
