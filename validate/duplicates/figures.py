"""The figures that stand on a ticket, as a print of it that bears misreading.

Two pictures of one paper give nearly the same figures; two papers of one seller share only those
that all of its papers have. Lines that hold such figures (telephones, tax ids, the printer's
notice) are told by their words and left out.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import Levenshtein

from models.page import Token
from models.text import squash
from validate.duplicates.keys import digits_like

MOST_FIGURES = 24
LONGEST = 40
_SHORTEST = 3
BANDS = 8
_ROWS = 2
_GRAM = 4
_NEAR_FROM = 6
"""A figure of so many characters is still the same with one of them misread."""

_COMMON = re.compile(
    r"电话|TEL|监督|投诉|举报|热线|识别号|税号|账号|帐号|开户|印刷|印制|[印共]\d|\d份|批准|文号|\d号发票|地址|代码"
)
_MARKS = re.compile(r"[.:·•\-/,'年月日时分秒¥￥]")
_RUN = re.compile(r"[0-9A-Z|]+")
_PREFIX = re.compile(r"NO(?=[0-9])")


def figures_of(tokens: Iterable[Token], without: Iterable[str | None] = ()) -> tuple[str, ...]:
    """The figures on a ticket, longest first: runs with at least three digits.

    Marks between digits are dropped ("09:15" is 0915), letters that look like digits are those.
    `without` are values known to be on many tickets, such as the seller's tax id. At most
    `MOST_FIGURES`; of a longer run than `LONGEST` the beginning.
    """
    common = {digits_like(squash(value).upper()) for value in without if value}
    found: dict[str, None] = {}
    for token in tokens:
        text = squash(token.text).upper()
        if _COMMON.search(text):
            continue
        for run in _RUN.findall(_MARKS.sub("", text)):
            figure = digits_like(_PREFIX.sub("", run))[:LONGEST]
            if sum(map(str.isdigit, run)) >= _SHORTEST and figure not in common:
                found[figure] = None
    return tuple(sorted(found, key=lambda figure: (-len(figure), figure))[:MOST_FIGURES])


def shared(ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """Those of our figures that are among theirs: equal, a part of one, or one character off."""
    return tuple(figure for figure in ours if _among(figure, theirs))


def exactly_shared(ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """Those of our figures that stand among theirs, none of them misread: equal, or a part of one.

    One character off is what a misreading is, and also what the next ticket of a roll is.
    """
    return tuple(figure for figure in ours if any(_part(figure, other) for other in theirs))


def _among(figure: str, others: Sequence[str]) -> bool:
    return any(_part(figure, other) or _misread(figure, other) for other in others)


def _part(figure: str, other: str) -> bool:
    if figure == other:
        return True
    short, long = sorted((figure, other), key=len)
    return len(short) > _SHORTEST and short in long


def _misread(figure: str, other: str) -> bool:
    if min(len(figure), len(other)) < _NEAR_FROM:
        return False
    return Levenshtein.distance(figure, other, score_cutoff=1) <= 1


def alike(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """How much of what stands on both is the same, 0 to 1, long figures counting more."""
    all_of_it = sum(map(len, ours)) + sum(map(len, theirs))
    if not all_of_it:
        return 0.0
    same = sum(map(len, shared(ours, theirs))) + sum(map(len, shared(theirs, ours)))
    return same / all_of_it


def bands_of(figures: Sequence[str]) -> tuple[int, ...]:
    """The sketch prints are found by: `BANDS` numbers below 2**62, or none for too few figures.

    Minhashes of the figures' pieces of four characters, two to a band: prints that share most
    pieces share a band almost surely, those that share few seldom (Broder, On the resemblance
    and containment of documents, 1997).
    """
    pieces = {piece for figure in figures for piece in _pieces(figure)}
    if len(pieces) < _ROWS:
        return ()
    seeds = [int.from_bytes(_digest(piece), "big") for piece in sorted(pieces)]
    rows = [min(_mixed(seed, row) for seed in seeds) for row in range(BANDS * _ROWS)]
    return tuple(_band(at, rows[at * _ROWS : (at + 1) * _ROWS]) for at in range(BANDS))


def _pieces(figure: str) -> Iterable[str]:
    if len(figure) <= _GRAM:
        return (figure,)
    return (figure[at : at + _GRAM] for at in range(len(figure) - _GRAM + 1))


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()


_ALL = (1 << 64) - 1


def _mixed(seed: int, row: int) -> int:
    """One of a family of hashes: the finaliser of SplitMix64 on the seed moved by the row."""
    value = (seed + (row + 1) * 0x9E3779B97F4A7C15) & _ALL
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _ALL
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _ALL
    return value ^ (value >> 31)


def _band(at: int, rows: Sequence[int]) -> int:
    digest = hashlib.blake2b(repr((at, tuple(rows))).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 2
