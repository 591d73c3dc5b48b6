"""A smooth field over a plane, given at the nodes of a grid: how high lines rise where."""

import functools

import numpy as np

from ingest.flatten.fit import Array

_KINK, _CHANGE = 2.4, 0.48
"""By how much, in line heights, the field is thought to change its slope, across and down, in
a node, times the number of nodes."""
_SLOPE, _SIZE = 16.0, 10.0
"""Line heights across the plane, and altogether, beyond which a field is not believed easily."""

Shape = tuple[int, int]
"""Rows and columns of nodes, evenly over the plane, the outermost on its rim."""


def shares(shape: Shape, size: tuple[float, float], x: Array, y: Array) -> Array:
    """The share each of the nodes (row by row) has in what lies between them, N x nodes; `size`
    is the plane's width and height."""
    rows, columns = shape
    across = np.clip(x / size[0], 0, 1) * (columns - 1)
    down = np.clip(y / size[1], 0, 1) * (rows - 1)
    left = np.minimum(across.astype(np.intp), columns - 2)
    top = np.minimum(down.astype(np.intp), rows - 2)
    right, low = across - left, down - top
    found = np.zeros((len(x), rows * columns))
    each, node = np.arange(len(x)), top * columns + left
    found[each, node] = (1 - right) * (1 - low)
    found[each, node + 1] = right * (1 - low)
    found[each, node + columns] = (1 - right) * low
    found[each, node + columns + 1] = right * low
    return found


@functools.cache
def smooth(shape: Shape) -> Array:
    """What is believed of a field beforehand: it is small, smooth, and smoother down than across.

    A fold across the lines is a kink in each of them; what differs from line to line is what the
    camera's nearness makes of it, which changes evenly.
    """
    rows, columns = (np.eye(count) for count in shape)
    high, wide = (count - 1 for count in shape)
    parts = (
        (np.kron(rows, np.diff(columns, 2, axis=0)), _KINK / wide),
        (np.kron(np.diff(rows, 2, axis=0), columns), _CHANGE / high),
        (np.kron(rows, np.diff(columns, axis=0)), _SLOPE / wide),
        (np.kron(np.diff(rows, axis=0), columns), _SLOPE / 2 / high),
        (np.eye(shape[0] * shape[1]), _SIZE),
    )
    return np.asarray(sum(part.T @ part / size**2 for part, size in parts))


@functools.cache
def slopes(shape: Shape) -> Array:
    """2 x nodes: what to make of a field's nodes to have its slope across, for half the plane's
    width, and by how much that is more at its far side than in its middle."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, count) for count in shape), indexing="ij")
    terms = np.stack([x.ravel(), (x * y).ravel()])
    return np.asarray(terms / (terms**2).sum(axis=1, keepdims=True))
