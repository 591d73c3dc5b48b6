"""Whether invoices seen on a page are in truth parts of one torn apart, or one seen twice."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from models.invoice import Invoice
from models.view import Corners

_OVERLAP = 0.15
"""The share of the smaller of two tickets that lies on the other: so much of a ticket can be
covered, but what is read of it cannot."""


class Placed(NamedTuple):
    """An invoice and the corners of what was read of it, in page pixels."""

    invoice: Invoice
    corners: Corners


def looks_torn(found: Sequence[Placed], unread: bool) -> bool:
    """Whether at most one of a page's invoices is whole and apart from all others.

    `unread` says that something on the page speaks of an invoice and gave none.
    """
    doubtful = {
        at
        for (one, first), (other, second) in itertools.combinations(enumerate(found), 2)
        if _clash(first, second)
        for at in (one, other)
    }
    whole = [
        at not in doubtful and one.invoice.number is not None and one.invoice.total is not None
        for at, one in enumerate(found)
    ]
    return sum(whole) < 2 and (unread or not all(whole) or not found)


def most_of_one(found: Sequence[Placed]) -> int:
    """How much was read of the invoice of which most was, what was confirmed counting twice."""
    evidence = [one.invoice.fields.values() for one in found]
    counts = (len(each) + sum(bool(one.confirmed_by) for one in each) for each in evidence)
    return max(counts, default=0)


def once(found: Sequence[Placed]) -> tuple[Placed, ...]:
    """Each ticket once: where two views overlap, both may show it.

    Two prints of one number in different places are two tickets, and for the rules to judge.
    """
    kept: list[Placed] = []
    for placed in sorted(found, key=lambda one: -most_of_one([one])):
        if not any(_same(placed, other) for other in kept):
            kept.append(placed)
    return tuple(placed for placed in found if any(placed is one for one in kept))


def _clash(one: Placed, other: Placed) -> bool:
    """Whether two invoices cannot both be: of one number, or in one place."""
    number = one.invoice.number
    same_number = number is not None and number == other.invoice.number
    return same_number or _overlap(one.corners, other.corners) > _OVERLAP


def _same(one: Placed, other: Placed) -> bool:
    """Whether two invoices are one ticket seen twice."""
    number = one.invoice.number
    if number is not None and number != other.invoice.number:
        return False
    return _overlap(one.corners, other.corners) > _OVERLAP


def _overlap(one: Corners, other: Corners) -> float:
    """What two places share, as a share of the smaller."""
    here, there = (cv2.convexHull(np.array(corners, np.float32)) for corners in (one, other))
    common, _ = cv2.intersectConvexConvex(here, there)
    smaller = min(cv2.contourArea(here), cv2.contourArea(there))
    return float(common) / max(1.0, float(smaller))
