"""Forms that one word of their title tells apart: 专用 or 普通 (domain.md 1.2).

Which of the two it is must not be guessed from anything else: where neither can be read, both
are given the same chance, and the QR or a person decides.
"""

import re

import numpy as np
from numpy.typing import NDArray

from classify.kind.reading import Reading
from models.forms import Form

_TWINS = (
    (Form.DZ_SPECIAL, Form.DZ_NORMAL),
    (Form.DZP_SPECIAL, Form.DZP_NORMAL),
    (Form.VAT_E_SPECIAL, Form.VAT_E_NORMAL),
)
TWINS = frozenset(form.value for pair in _TWINS for form in pair)
"""Kinds that nothing but their title, QR or number tells from another."""
_SIBLINGS = (Form.VAT_SPECIAL, Form.VAT_NORMAL)
"""No twins: only the latter has a 校验码."""
_SPECIAL, _NORMAL = re.compile(r"税专|专用发|专用?票"), re.compile(r"税普|普通发|通发票|普票")
"""Pieces of the titles. A seal's 发票专用章 and a firm's (普通合伙) are none."""
_HEAD, _LONGEST = 0.6, 26
"""A title stands in this upper share of a page, in a line of no more characters."""
_MISREAD = 0.01
"""The chance left to the other of two where the word was read."""

Chances = NDArray[np.float64]


def told(reading: Reading) -> frozenset[int]:
    """Which of two the title names: 0 专用, 1 普通, both, or neither."""
    head = [
        line
        for line, top in zip(reading.lines, reading.tops, strict=True)
        if top <= _HEAD and len(line) <= _LONGEST
    ]
    text = "\n".join(head)
    sides = enumerate((_SPECIAL, _NORMAL))
    return frozenset(side for side, pattern in sides if pattern.search(text))


def settled(chances: Chances, reading: Reading, classes: tuple[str, ...]) -> Chances:
    """The chances with those of each two shared out as the title tells: nearly all to the one it
    names, alike where it names none. What both have together stays the same."""
    sides = told(reading)
    if len(sides) == 2:
        return chances
    found = chances.copy()
    for pair in (*_TWINS, _SIBLINGS) if sides else _TWINS:
        names = [form.value for form in pair]
        if not set(names) <= set(classes):
            continue
        at = [classes.index(name) for name in names]
        share = np.full(2, 0.5)
        for side in sides:
            share[side], share[1 - side] = 1 - _MISREAD, _MISREAD
        found[at] = found[at].sum() * share
    return found
