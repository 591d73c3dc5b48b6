"""Amounts whose last figures are lost, at the edge of a picture or under a seal."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from models.page import Source
from ocr.extract.amounts import Amounts
from ocr.extract.sheet import Seen

_FEWEST = 3
"""So many figures have to be left for them to tell anything."""
_CONFIDENCE = 0.5
_PRINTED = re.compile(r"\d+(?:\.\d?)?$")


def with_cut(amounts: Amounts) -> Amounts:
    """The amounts seen, and for a print that breaks off what amount + tax = total makes of it.

    That is a reading only where it begins with what is printed and is the only one that does.
    """
    a, t, g = amounts.amounts, amounts.taxes, amounts.totals
    return replace(
        amounts,
        amounts=(*a, *_whole(a, (one - other for one, other in _pairs(g, t)))),
        taxes=(*t, *_whole(t, (one - other for one, other in _pairs(g, a)))),
        totals=(*g, *_whole(g, (one + other for one, other in _pairs(a, t)))),
    )


def _pairs(ones: Iterable[Seen], others: tuple[Seen, ...]) -> Iterator[tuple[Decimal, Decimal]]:
    return ((Decimal(one.value), Decimal(other.value)) for one in ones for other in others)


def _whole(seen: Iterable[Seen], could_be: Iterable[Decimal]) -> Iterator[Seen]:
    """The cut prints among those seen, as the one amount they could be the beginning of."""
    sums = {f"{value:.2f}" for value in could_be}
    for one in seen:
        left = _PRINTED.search(one.raw.replace(",", ""))
        if left is None or one.source is not Source.OCR or len(left[0].replace(".", "")) < _FEWEST:
            continue
        fitting = [value for value in sums if value.startswith(left[0])]
        if len(fitting) == 1 and Decimal(fitting[0]) != Decimal(one.value):
            yield replace(one, value=fitting[0], confidence=_CONFIDENCE)
