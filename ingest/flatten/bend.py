"""Curl and folds: how far lines that are level on the paper rise and fall."""

import functools

import numpy as np

from ingest.flatten.fit import Basis, Fit, fit
from ingest.flatten.frame import Plane
from ingest.flatten.nodes import shares, smooth
from ingest.flatten.sight import Sight
from ingest.flatten.traces import Traces
from models.view import Bend

_ROWS, _COLUMNS = 9, 17
_ROUNDS = 2
_ASKING = 0.34
"""Line heights a line has to rise or fall to be worth flattening."""
_BETTER = 0.7
"""A bend is believed that leaves at most this share of what the lines were off."""
_FEWEST = 3
"""Lines a bend is read from at least."""
_STEEPEST = 0.35
"""Pixels the bend may change by from one pixel to the one below; more would fold the picture."""


def bend(sight: Sight) -> Bend | None:
    """How far the points of a flat view of the plane lie from their places, in its units (rows x
    columns x 2, nodes evenly over the plane); None where it is flat, or nothing tells.

    The text is followed freely first, then around where the bend found so far puts it.
    """
    plane, line, tracer, middles = sight.plane, sight.line, sight.tracer, sight.middles
    x, count = tracer.places, len(middles)
    basis = functools.partial(shares, (_ROWS, _COLUMNS), (plane.width, plane.height))
    found: Fit | None = None
    for _ in range(_ROUNDS):
        traces = tracer.measured(middles).joined(sight.across)
        if len(np.unique(traces.line)) < _FEWEST:
            return None
        found = fit(traces, basis, smooth((_ROWS, _COLUMNS)), line, found.level if found else None)
        if _rise(traces, basis, found) < _ASKING:
            return None
        # a line that was lost stays where it was
        lost = np.bincount(traces.line, minlength=traces.count)[:count] == 0
        found.level[:count][lost] = middles[lost].mean(axis=1)
        level = np.repeat(found.level[:count, None], x.shape[1], axis=1)
        middles = level + (basis(x.ravel(), level.ravel()) @ found.terms).reshape(x.shape) * line
    return _believed(plane, line, found) if found else None


def _rise(traces: Traces, basis: Basis, found: Fit) -> float:
    """Line heights between the highest and lowest point of a row, from where the text begins to
    where it ends, beside a straight line; all but the two rows that are most bent have no more."""
    present = np.unique(traces.line)
    x = np.linspace(traces.x.min(), traces.x.max(), _COLUMNS)
    level = np.repeat(found.level[present], len(x))
    high = (basis(np.tile(x, len(present)), level) @ found.terms).reshape(-1, len(x))
    # a row that only slopes is not bent
    ramp = np.linspace(-1, 1, len(x))
    high -= np.outer(high @ ramp / (ramp @ ramp), ramp)
    rises = np.sort(np.ptp(high, axis=1))
    return float(rises[-min(_FEWEST, len(rises))])


def _believed(plane: Plane, line: float, found: Fit) -> Bend | None:
    """The bend, where it makes lines straighter than they were and folds nothing over."""
    before, after = (np.minimum(np.abs(off), 1.0).mean() for off in (found.before, found.after))
    high = found.terms.reshape(_ROWS, _COLUMNS) * line
    steepest = np.abs(np.diff(high, axis=0)).max() / (plane.height / (_ROWS - 1))
    if after > _BETTER * before or steepest > _STEEPEST or not np.isfinite(high).all():
        return None
    return np.stack([np.zeros_like(high), high], axis=2).astype(np.float32)
