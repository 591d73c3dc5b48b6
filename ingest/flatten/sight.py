"""A plane as it is seen: its text and its ruled lines."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ingest.flatten.fit import Array
from ingest.flatten.frame import Plane
from ingest.flatten.preview import Gray, Small, preview
from ingest.flatten.traces import TextTracer, Traces, ruled
from models.view import Corners, Points

_RULE = 0.1
"""Share of a plane's width (or height) a ruled line must be long to count."""
_RIM = 0.01
"""Share of a sheet's size next to its rim where lines are its edges or those of others."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A plane, the height of its text lines, the course of the ruled lines across and down (with
    x and y exchanged), and what follows its text: so far along `middles`."""

    plane: Plane
    line: float
    across: Traces
    down: Traces
    tracer: TextTracer
    middles: Array

    @property
    def level(self) -> Traces:
        """All that is level on the paper."""
        return self.tracer.measured(self.middles).joined(self.across)


def look(small: Small, plane: Plane, lines: Sequence[Corners], within: Points) -> Sight:
    """A plane with some text in it, in a reduced picture; `within` is the sheet's outline there,
    beyond which no ruled line is its own."""
    text = plane.text(lines)
    line = text.height or 1.0
    seen = preview(small, plane, line)
    sheet = plane.from_picture(within)
    middle = sheet.mean(axis=0)
    sheet = middle + (sheet - middle) * (1 - 2 * _RIM)
    own = np.zeros(seen.ink.shape, np.uint8)
    cv2.fillConvexPoly(own, np.round(sheet * seen.scale).astype(np.int32), (1,))
    across = ruled(seen.across, own, seen.scale, _RULE * plane.width)
    down = ruled(_turned(seen.down), _turned(own), seen.scale, _RULE * plane.height)
    tracer = TextTracer(seen, text)
    return Sight(plane, line, across, down, tracer, tracer.first())


def _turned(mask: Gray) -> Gray:
    return np.ascontiguousarray(mask.T)
