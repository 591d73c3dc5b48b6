"""Telling a batch sheet from everything else by its codes."""

from collections.abc import Sequence

import numpy as np

from models.batch import BatchMark, parse_mark
from models.errors import ErrorRecord
from models.page import Code, Page
from models.taxqr import parse_tax_qr
from ocr.qr import PATIENT, find_codes

_ENOUGH = 2
"""A sheet shows its code at every corner and in the middle. One alone may be on a paper that was
photographed together with a sheet, or stuck on an invoice."""
_RIM = 0.04
_DARKER = 50
_MOST_INK = 0.0005
"""The share of a blank page that may be darker than its paper by so many of 255 levels; one short
line of print is ten times that."""


def find_mark(page: Page, codes: Sequence[Code]) -> BatchMark | None:
    """What a page says that is a batch sheet; None for any other.

    The same code must be read twice, at two places, with no other sheet's beside it; and a page
    with an invoice's code is that invoice. `codes` are those found at a first look; where there is
    one of ours among them, the others are looked for patiently.
    """
    if not any(parse_mark(code.payload) for code in codes):
        return None
    if len(_marks(codes)) < _ENOUGH:
        codes = find_codes(page, PATIENT)
    marks = _marks(codes)
    if any(parse_tax_qr(code.payload) for code in codes) or len(set(marks)) != 1:
        return None
    return marks[0] if len(marks) >= _ENOUGH else None


def is_blank_back(page: Page, problems: Sequence[ErrorRecord]) -> bool:
    """Whether a page on which no text was found, after a sheet, is its blank back, as scanners
    that take both sides have it, and no invoice too faint to read."""
    if [problem.code for problem in problems] != ["no_text"]:
        return False
    picture = page.draw(0.25)
    y, x = (int(side * _RIM) for side in picture.shape[:2])
    light = picture[y : picture.shape[0] - y, x : picture.shape[1] - x].mean(axis=2)
    if not light.size:
        return False
    return bool(np.mean(light < np.median(light) - _DARKER) < _MOST_INK)


def _marks(codes: Sequence[Code]) -> list[BatchMark]:
    found = (parse_mark(code.payload) for code in codes)
    return [mark for mark in found if mark is not None]
