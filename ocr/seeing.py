"""From a page's picture to what stands on each ticket in it, every one read the right way up."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot

import cv2
import numpy as np

from models.page import Pixels, Token
from models.view import ALL_STEPS, Corners, Look, Step, View, corners_of, direction
from ocr.engine import OcrEngine
from ocr.seals import ReadStamp, read_stamp

_MAKES_SENSE = 0.84
"""Mean confidence of a page read the right way up; upside down, 0.60 to 0.79 was measured."""
_SAMPLE = 12
"""So many of the longest lines tell which end of a page is up."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One ticket as it was read: upright, tokens in pixels of the view."""

    view: View
    tokens: tuple[Token, ...]


class Sighting:
    """What is seen of one page's picture: its tickets, or, asked for later, all of it as one."""

    def __init__(
        self, picture: Pixels, engine: OcrEngine, look: Look, steps: frozenset[Step] = ALL_STEPS
    ) -> None:
        self._engine, self._look, self._steps = engine, look, steps
        self._as_received = picture
        self._picture = look.cleaned(picture)
        self._lines = engine.find_lines(self._picture)

    def tickets(self) -> tuple[Seen, ...]:
        """Every ticket in the picture, from top to bottom."""
        views = self._look.views(self._picture, self._lines)
        if len(views) > 1:
            closer = (_looked_closer(view, self._engine, self._look) for view in views)
            views = tuple(itertools.chain.from_iterable(closer))
        return tuple(_seen(view, self._engine, self._steps) for view in views)

    def whole(self) -> Seen:
        """The page as one ticket."""
        view = self._look.whole(self._picture, self._lines)
        return _seen(view, self._engine, self._steps)

    def around(self, outlines: Sequence[Corners]) -> Seen:
        """What lies within several outlines as one ticket."""
        points = np.array(outlines, np.float32).reshape(-1, 2)
        corners = corners_of(np.asarray(cv2.boxPoints(cv2.minAreaRect(points)), np.float64))
        view = self._look.part(self._picture, self._lines, corners)
        return _seen(view, self._engine, self._steps)

    def stamps(self) -> tuple[ReadStamp, ...] | None:
        """The seals on the page, read; None where nobody could look for any."""
        found = self._look.stamps(self._as_received)
        return None if found is None else tuple(read_stamp(one, self._engine) for one in found)


def see(
    picture: Pixels, engine: OcrEngine, look: Look, steps: frozenset[Step] = ALL_STEPS
) -> tuple[Seen, ...]:
    """Every ticket in a page's picture, from top to bottom."""
    return Sighting(picture, engine, look, steps).tickets()


def _looked_closer(view: View, engine: OcrEngine, look: Look) -> tuple[View, ...]:
    """A view of one of several tickets, or those that it shows when it is looked at closely."""
    view = _searched(view, engine)
    if view.is_whole or view.bend is not None:
        return (view,)
    closer = look.views(view.pixels, view.lines or ())
    return tuple(one.within(view) for one in closer) if len(closer) > 1 else (view,)


def _seen(view: View, engine: OcrEngine, steps: frozenset[Step]) -> Seen:
    view = _set_upright(_searched(view, engine))
    seen = Seen(view, engine.read(view.pixels, view.lines))
    if Step.TURN not in steps or not seen.tokens or sureness(seen.tokens) > _MAKES_SENSE:
        return seen
    return _turned(seen, engine)


def _searched(view: View, engine: OcrEngine) -> View:
    """A view with its lines of text."""
    if view.lines is not None:
        return view
    return replace(view, lines=engine.find_lines(view.pixels))


def _set_upright(view: View) -> View:
    """A view whose lines run down, turned so that they run across."""
    return view.turned(3) if _lies_aside(view) else view


def _lies_aside(view: View) -> bool:
    """Whether most of a view's lines run down: read so, it makes the same sense as set upright."""
    longest = _longest(view)
    down = sum(direction(line) == 1 for line in longest)
    return len(longest) >= 3 and down > len(longest) / 2


def _turned(seen: Seen, engine: OcrEngine) -> Seen:
    """A reading that makes no sense, or that of the view turned, if it makes more."""
    best, sense = seen, _sampled(seen.view, engine)
    for quarters in (2, 1, 3):
        view = seen.view.turned(quarters)
        if quarters != 2:
            # on its side other things look like lines
            view = _searched(replace(view, lines=None), engine)
            if _lies_aside(view):
                continue
        found = _sampled(view, engine)
        if found > sense:
            best, sense = Seen(view, engine.read(view.pixels, view.lines)), found
        if sureness(best.tokens) > _MAKES_SENSE:
            break
    return best


def _sampled(view: View, engine: OcrEngine) -> float:
    """How surely the longest lines are read."""
    longest = _longest(view)
    return sureness(engine.read(view.pixels, longest)) if longest else 0.0


def _longest(view: View) -> list[Corners]:
    return sorted(view.lines or (), key=_length, reverse=True)[:_SAMPLE]


def _length(line: Corners) -> float:
    (x0, y0), (x1, y1) = line[0], line[1]
    return hypot(x1 - x0, y1 - y0)


def sureness(tokens: Sequence[Token]) -> float:
    """The mean confidence of what was read, 0 where nothing was."""
    return sum(token.confidence for token in tokens) / len(tokens) if tokens else 0.0
