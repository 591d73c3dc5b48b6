"""Whether invoices seen on a page are in truth parts of one torn apart, or one seen twice."""

import functools
import itertools
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from models.forms import Form
from models.invoice import FieldName, Invoice
from models.page import NOT_PRINTED
from models.view import Corners
from ocr.split import Heads

_OVERLAP = 0.15
"""The share of the smaller of two tickets that lies on the other: so much of a ticket can be
covered, but what is read of it cannot."""

_FILLED = 0.75
"""The share of the least shape around two pieces of one ticket that they fill."""

_NEEDED = frozenset({FieldName.NUMBER, FieldName.TOTAL})


class Placed(NamedTuple):
    """An invoice and the corners of what was read of it, in page pixels."""

    invoice: Invoice
    corners: Corners

    @property
    def is_whole(self) -> bool:
        """Whether it shows what no invoice is without."""
        return self.shows == _NEEDED

    @property
    def shows(self) -> frozenset[FieldName]:
        """What of that is printed on it: a QR code tells what may be torn off."""
        fields = self.invoice.fields
        shown = (name for name in _NEEDED & fields.keys() if fields[name].source not in NOT_PRINTED)
        return frozenset(shown)


class Piece(NamedTuple):
    """A view that may be a part of a ticket, and how it lies on the page.

    `is_whole`: an invoice was read in it with all it needs; `heads`: the heads of forms that stand
    in it; `shown`: for each invoice in it, which of number and total it shows;
    `is_doubtful`: it speaks of an invoice and shows none whole.
    """

    outline: Corners
    is_whole: bool
    heads: Heads
    shown: tuple[frozenset[FieldName], ...]
    is_doubtful: bool


def looks_torn(found: Sequence[Placed], unread: bool) -> bool:
    """Whether at most one of a page's invoices is whole and apart from all others.

    `unread` says that something on the page speaks of an invoice and gave none.
    """
    doubtful = _clashing(found)
    whole = [at not in doubtful and one.is_whole for at, one in enumerate(found)]
    return sum(whole) < 2 and (unread or not all(whole) or not found)


def torn_apart(pieces: Sequence[Piece]) -> list[tuple[int, ...]]:
    """Which pieces, by their places in the list, lie side by side as the parts of one ticket do."""
    groups: list[list[int]] = []
    for at, piece in enumerate(pieces):
        if not piece.is_doubtful:
            continue
        touched = [one for one in groups if any(_adjoin(piece, pieces[other]) for other in one)]
        joined = sorted([at, *itertools.chain.from_iterable(touched)])
        groups = [one for one in groups if one not in touched] + [joined]
    return [tuple(group) for group in groups if _may_be_one([pieces[at] for at in group])]


def _may_be_one(group: Sequence[Piece]) -> bool:
    """Whether pieces have no more than one head among them, and of one invoice no more than each
    a part: one the number, another the total."""
    shown = [one for piece in group for one in piece.shown if one]
    parts = sum(map(len, shown)) == len(frozenset().union(*shown))
    heads = functools.reduce(Heads.beside, (one.heads for one in group))
    return len(group) > 1 and heads.most <= 1 and parts


def _adjoin(one: Piece, other: Piece) -> bool:
    """Whether two pieces fill the least shape around both."""
    here, there = (np.array(each.outline, np.float32) for each in (one, other))
    area = cv2.contourArea(cv2.convexHull(here)) + cv2.contourArea(cv2.convexHull(there))
    around = cv2.contourArea(cv2.convexHull(np.concatenate([here, there])))
    return area > _FILLED * around


def forms_of(found: Sequence[Placed]) -> set[Form]:
    """The forms of invoices that show something and may all be; parts of one are not of two."""
    clashing = _clashing(found)
    apart = [one for at, one in enumerate(found) if at not in clashing]
    told = (one for one in apart if one.shows and not _is_rest(one, apart))
    return {one.invoice.form for one in told if one.invoice.form is not None}


def _is_rest(one: Placed, others: Sequence[Placed]) -> bool:
    """Whether an invoice is the part with the total that another's QR code states."""
    return FieldName.NUMBER not in one.shows and any(
        FieldName.TOTAL not in other.shows and other.invoice.total == one.invoice.total
        for other in others
        if FieldName.NUMBER in other.shows
    )


def _clashing(found: Sequence[Placed]) -> set[int]:
    """Which invoices, by their places in the list, cannot be beside another of them."""
    return {
        at
        for (one, first), (other, second) in itertools.combinations(enumerate(found), 2)
        if _clash(first, second)
        for at in (one, other)
    }


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
