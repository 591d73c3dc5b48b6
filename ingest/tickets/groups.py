"""Which lines of text belong together: neighbours hold together, edges of paper part them."""

import heapq
from collections import defaultdict

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.tickets.edges import Edges, prolonged
from ingest.tickets.lines import Floats, Lines, crossing

Groups = tuple[NDArray[np.intp], ...]
"""The indices of the lines of each group."""
_EVERY = 5.0
"""A point on a line for every so many of its heights."""


def group_lines(lines: Lines, edges: Edges, size: tuple[int, int]) -> Groups:
    """The lines of a picture of `size` (width, height) by the sheet of paper they stand on."""
    if len(lines) < 2:
        return tuple(np.array([i]) for i in range(len(lines)))
    points, owner = _points(lines)
    pairs = _neighbours(points, size)
    pairs = pairs[owner[pairs[:, 0]] != owner[pairs[:, 1]]]
    weight = _bonds(points, owner, pairs, lines, edges)
    return _contracted(len(lines), owner[pairs], weight)


def _points(lines: Lines) -> tuple[Floats, NDArray[np.intp]]:
    """(points along the axes of the lines, the line of each)."""
    reach = np.maximum(lines.length - lines.height, 0) / 2
    count = 1 + np.ceil(2 * reach / (_EVERY * lines.height)).astype(int)
    count = np.minimum(np.where(reach > 0, np.maximum(count, 2), 1), 12)
    owner = np.repeat(np.arange(len(lines)), count)
    at = np.concatenate([np.linspace(-1, 1, n) if n > 1 else np.zeros(1) for n in count])
    return lines.middle[owner] + (at * reach[owner])[:, None] * lines.axis[owner], owner


def _neighbours(points: Floats, size: tuple[int, int]) -> NDArray[np.intp]:
    """Pairs of points that are neighbours (Delaunay)."""
    margin = 10
    plan = cv2.Subdiv2D((-margin, -margin, size[0] + 2 * margin, size[1] + 2 * margin))
    inside = np.clip(points, 1 - margin, np.array(size) + margin - 1).astype(np.float32)
    index = {(float(x), float(y)): i for i, (x, y) in enumerate(inside)}
    for x, y in index:
        plan.insert((x, y))
    found = []
    for x0, y0, x1, y1 in np.asarray(plan.getEdgeList()).tolist():
        one, other = index.get((x0, y0)), index.get((x1, y1))
        if one is not None and other is not None:
            found.append((one, other))
    return np.array(found, np.intp).reshape(-1, 2)


def _bonds(
    points: Floats, owner: NDArray[np.intp], pairs: NDArray[np.intp], lines: Lines, edges: Edges
) -> Floats:
    """How much each pair of neighbours holds together (above 0) or is parted (below)."""
    one, other = points[pairs[:, 0]], points[pairs[:, 1]]
    first, second = owner[pairs[:, 0]], owner[pairs[:, 1]]
    height = (lines.height[first] + lines.height[second]) / 2
    gap = np.hypot(*(other - one).T) / height
    near = np.exp(-gap / 8) + 0.03
    walls = _longer(prolonged(edges, lines), 8.0)
    blocked = np.zeros(len(pairs))
    if len(walls.ends):
        hit = crossing(one, other, walls.ends)
        blocked = (hit * walls.paper).max(axis=1)
    bend = np.abs(lines.angle[first] - lines.angle[second]) % (np.pi / 2)
    bend = np.degrees(np.minimum(bend, np.pi / 2 - bend))
    slim = np.minimum((lines.length / lines.height)[first], (lines.length / lines.height)[second])
    askew = np.where(slim > 3, np.clip((bend - 4) / 4, 0, 1), 0)
    return np.asarray(near * (1 - 4.0 * np.clip((blocked - 0.2) / 0.5, 0, 1) - 1.5 * askew))


def _longer(edges: Edges, by: float) -> Edges:
    """Edges made longer at both ends, since they are not seen quite to the corner."""
    chosen = edges.chosen(edges.paper > 0.15)
    way = chosen.ends[:, 1] - chosen.ends[:, 0]
    unit = way / np.maximum(np.hypot(*way.T), 1e-6)[:, None] * by
    ends = np.stack([chosen.ends[:, 0] - unit, chosen.ends[:, 1] + unit], axis=1)
    return Edges(ends, chosen.paper)


def _contracted(count: int, pairs: NDArray[np.intp], weight: Floats) -> Groups:
    """Lines joined, the strongest bond first, until no bond between groups is left above 0.

    Bonds of joined groups to a third add up, so that one gap in an edge does not outweigh it.
    """
    bonds: list[dict[int, float]] = [defaultdict(float) for _ in range(count)]
    for (one, other), value in zip(pairs.tolist(), weight.tolist(), strict=True):
        bonds[one][other] += value
        bonds[other][one] += value
    parts = [[i] for i in range(count)]
    heap = [(-value, i, j) for i in range(count) for j, value in bonds[i].items() if i < j]
    heapq.heapify(heap)
    while heap:
        value, i, j = heapq.heappop(heap)
        if value >= 0:
            break
        if not parts[i] or not parts[j] or bonds[i].get(j) != -value:
            continue
        if len(bonds[i]) < len(bonds[j]):
            i, j = j, i
        parts[i] += parts[j]
        parts[j] = []
        del bonds[i][j]
        for k, more in bonds[j].items():
            if k == i:
                continue
            del bonds[k][j]
            bonds[i][k] = bonds[k][i] = bonds[i].get(k, 0.0) + more
            heapq.heappush(heap, (-bonds[i][k], min(i, k), max(i, k)))
        bonds[j] = {}
    return tuple(np.array(sorted(part), np.intp) for part in parts if part)
