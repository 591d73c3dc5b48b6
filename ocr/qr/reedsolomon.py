"""Reed-Solomon codes as QR codes use them: over GF(256) with x^8+x^4+x^3+x^2+1, roots 1, a, a^2...

zxing-cpp corrects errors whose place nobody knows. Where glare or a pen is seen, the place is
known, and so many as twice the codewords can be made good.
"""

from collections.abc import Collection, Sequence
from math import comb, log2

import numpy as np
from numpy.typing import NDArray

_EXP = [1] * 512
for _i in range(1, 512):
    _twice = _EXP[_i - 1] << 1
    _EXP[_i] = _twice ^ 0x11D if _twice > 255 else _twice
_LOG = {_EXP[_i]: _i for _i in range(255)}
_POWERS = np.array(_EXP[:255], np.uint8)
_LOGS = np.array([_LOG.get(_i, 0) for _i in range(256)])


def _times(a: int, b: int) -> int:
    return _EXP[_LOG[a] + _LOG[b]] if a and b else 0


def _over(a: int, b: int) -> int:
    return _EXP[(_LOG[a] - _LOG[b]) % 255] if a else 0


def _value(poly: Sequence[int], x: int) -> int:
    """A polynomial's value; the constant stands first."""
    total = 0
    for factor in reversed(poly):
        total = _times(total, x) ^ factor
    return total


def _values(poly: Sequence[int], powers: NDArray[np.int64]) -> list[int]:
    """A polynomial's values at these powers of a."""
    factors = np.array(poly)
    terms = _POWERS[(_LOGS[factors] + np.outer(powers, np.arange(len(factors)))) % 255]
    values: list[int] = np.bitwise_xor.reduce(np.where(factors > 0, terms, 0), axis=1).tolist()
    return values


def _product(one: Sequence[int], other: Sequence[int]) -> list[int]:
    result = [0] * (len(one) + len(other) - 1)
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            result[i + j] ^= _times(a, b)
    return result


def _syndromes(block: Sequence[int], checks: int) -> list[int]:
    return _values(block[::-1], np.arange(checks))


def corrected(
    block: Sequence[int], checks: int, unsure: Collection[int] = ()
) -> tuple[list[int], float] | None:
    """(the block made right, how unlikely it is, in bits, that chance made it so); None where
    there is too much wrong.

    `checks`: how many of the codewords, at the end, are there for correction. `unsure`: the
    places of codewords that are not to be believed.
    """
    syndromes = _syndromes(block, checks)
    if not any(syndromes):
        return list(block), 8.0 * checks
    if len(unsure) > checks:
        return None
    size = len(block)
    locator = [1]
    for place in unsure:
        locator = _product(locator, [1, _EXP[size - 1 - place]])
    locator = _berlekamp_massey(syndromes, locator, len(unsure))
    values = _values(locator, np.arange(size) - (size - 1))
    roots = [place for place, value in enumerate(values) if value == 0]
    count = len(locator) - 1
    if len(roots) != count or 2 * (count - len(unsure)) + len(unsure) > checks:
        return None
    fixed = _forney(list(block), syndromes, locator, roots)
    if any(_syndromes(fixed, checks)):
        return None
    errors = count - len(unsure)
    return fixed, 8.0 * (checks - len(unsure) - errors) - log2(comb(size, errors))


def _berlekamp_massey(syndromes: Sequence[int], start: list[int], known: int) -> list[int]:
    """The polynomial whose roots tell the places of all errors, those known included."""
    locator, before = list(start), list(start)
    length = known
    for step in range(known, len(syndromes)):
        gap = syndromes[step]
        for i in range(1, len(locator)):
            if i <= step:
                gap ^= _times(locator[i], syndromes[step - i])
        before = [0, *before]
        if gap:
            wider = max(len(locator), len(before))
            old = locator + [0] * (wider - len(locator))
            shift = before + [0] * (wider - len(before))
            if 2 * length <= step + known:
                length = step + known + 1 - length
                before = [_over(value, gap) for value in locator]
            locator = [a ^ _times(gap, b) for a, b in zip(old, shift, strict=True)]
    while len(locator) > 1 and not locator[-1]:
        locator.pop()
    return locator


def _forney(
    block: list[int], syndromes: Sequence[int], locator: Sequence[int], places: Sequence[int]
) -> list[int]:
    """The block with the errors at these places taken away."""
    size = len(block)
    evaluator = _product(syndromes, locator)[: len(syndromes)]
    slope = [value if i % 2 else 0 for i, value in enumerate(locator)][1:]
    for place in places:
        power = (size - 1 - place) % 255
        inverse = _EXP[-power % 255]
        below = _value(slope, inverse)
        if below:
            block[place] ^= _times(_EXP[power], _over(_value(evaluator, inverse), below))
    return block
