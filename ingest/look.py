"""A page's picture to the views it is read in: every ticket by itself, upright, flat and clean."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ingest.flatten import cut_out, whole_view
from ingest.ink import has_colour, without_red
from ingest.light import even_light
from ingest.stamps import find_stamps
from ingest.tickets import find_tickets
from models.page import Pixels
from models.stamp import Stamp
from models.view import ALL_STEPS, Corners, Step, View

_MOST = 0.7
"""A view whose longer side is at least this share of the page's is not searched for lines anew."""
_FEWEST = 4
"""Fewer lines beside the tickets are a pen or a card."""


@dataclass(frozen=True, slots=True)
class Looking:
    """Looks at pages taking no other steps than these (`models.view.Look`)."""

    steps: frozenset[Step] = ALL_STEPS

    def cleaned(self, picture: Pixels) -> Pixels:
        """The picture, height x width x 3, without red seals over print; faint print deepened."""
        for step, clean in ((Step.INK, without_red), (Step.LIGHT, even_light)):
            if step in self.steps and (better := clean(picture)) is not None:
                picture = better
        return picture

    def views(self, picture: Pixels, lines: Sequence[Corners]) -> tuple[View, ...]:
        """A view for every ticket; a page that is one good sheet is its own view.

        `lines` are the corners of the lines of text, in the picture's pixels.
        """
        tickets = find_tickets(picture, lines) if Step.TICKETS in self.steps else ()
        if not tickets:
            return (self.whole(picture, lines),)
        views = [
            self._cut(picture, lines, ticket.corners, [lines[at] for at in ticket.lines])
            for ticket in tickets
        ]
        taken = {at for ticket in tickets for at in ticket.lines}
        left = [line for at, line in enumerate(lines) if at not in taken]
        # whatever stands on no ticket is read all the same: nothing may be lost
        rest = [View.whole(picture, left)] if len(left) >= _FEWEST else []
        return (*views, *rest)

    def whole(self, picture: Pixels, lines: Sequence[Corners]) -> View:
        """The page as one ticket, upright and flat."""
        found = whole_view(picture, lines, self.steps)
        return _with_lines(found, picture, lines) if found else View.whole(picture, lines)

    def part(self, picture: Pixels, lines: Sequence[Corners], corners: Corners) -> View:
        """What lies within some corners as one ticket, upright and flat."""
        shape = np.array(corners, np.float32)
        middles = [np.mean(line, axis=0) for line in lines]
        inside = [
            line
            for line, (x, y) in zip(lines, middles, strict=True)
            if cv2.pointPolygonTest(shape, (float(x), float(y)), measureDist=False) >= 0
        ]
        return self._cut(picture, lines, corners, inside)

    def stamps(self, picture: Pixels) -> tuple[Stamp, ...] | None:
        """The red seals in a page's picture; None where it has no colour or nobody may look."""
        if Step.INK not in self.steps or not has_colour(picture):
            return None
        return find_stamps(picture)

    def _cut(
        self, picture: Pixels, lines: Sequence[Corners], corners: Corners, inside: list[Corners]
    ) -> View:
        view = cut_out(picture, corners, inside, self.steps)
        view = _with_lines(view, picture, lines)
        # of what is small on the page only its own picture tells what hides its print
        return view if view.lines else replace(view, pixels=self.cleaned(view.pixels))


def _with_lines(view: View, picture: Pixels, lines: Sequence[Corners]) -> View:
    """A view with the page's lines that lie in it, unless it is worth looking for them anew.

    A view that is most of the page, and was not bent flat, shows its lines hardly better.
    """
    (x0, y0), (x1, y1), _, (x3, y3) = view.outline
    longest = max(math.hypot(x1 - x0, y1 - y0), math.hypot(x3 - x0, y3 - y0))
    if view.bend is not None or longest < _MOST * max(picture.shape[:2]):
        return view
    return view.with_lines_of_page(lines)
