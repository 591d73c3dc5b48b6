"""How far level lines are off level: the same robust fit for a slant and for a bend."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ingest.flatten.traces import Traces

Array = NDArray[np.float64]
Basis: TypeAlias = Callable[[Array, Array], Array]
"""From N places (x, y) to what each of M terms contributes there, N x M."""

_NOISE = 0.12
"""Line heights a point is off by itself: ink is not evenly spread over a line of text."""
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Fit:
    """`terms` (M), in line heights; the `level` each line has on the paper; how far each point
    is off its line before and after (N), in line heights."""

    terms: Array
    level: Array
    before: Array
    after: Array


def fit(traces: Traces, basis: Basis, prior: Array, unit: float, level: Array | None = None) -> Fit:
    """The terms under which every line runs level: y = level + basis(x, level) @ terms.

    `unit` is the height of a line of text. `prior` (M x M) is what is believed of the terms
    beforehand, as the inverse of their covariance. `level`, where it is known about, says where
    the basis is asked for; else the mean of each line's points does.
    """
    y: Array = traces.y / unit
    if level is None:
        level = traces.mean(traces.weight, traces.y)
    terms: Array = np.zeros(len(prior))
    weight = traces.weight
    before = y - traces.mean(weight, y)[traces.line]
    off: Array = before
    for _ in range(_ROUNDS):
        shape = basis(traces.x, level[traces.line])
        middle = _means(traces, weight, shape)
        bare = shape - middle[traces.line]
        target = y - traces.mean(weight, y)[traces.line]
        pull = bare.T * (weight / _NOISE**2)
        terms = np.asarray(np.linalg.solve(pull @ bare + prior, pull @ target))
        off = np.asarray(y - shape @ terms)
        level = traces.mean(weight, off) * unit
        off = off - level[traces.line] / unit
        # a line followed astray must not bend the rest
        weight = traces.weight / (1 + (off / (2 * _NOISE)) ** 2)
    return Fit(terms, level, before, off)


def _means(traces: Traces, weight: Array, values: Array) -> Array:
    """The mean over each line's points of every column of `values`."""
    total = np.bincount(traces.line, weight, traces.count)
    share = np.zeros((traces.count, len(traces.line)))
    share[traces.line, np.arange(len(traces.line))] = weight / np.maximum(total, 1e-9)[traces.line]
    return np.asarray(share @ values)
