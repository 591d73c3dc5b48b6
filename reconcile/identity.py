"""When the numbers of two invoices are the same, nearly the same, or may once have been."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from itertools import pairwise

from rapidfuzz.distance import OSA

from reconcile.facts import Facts

_LOOK_ALIKE = "08 06 09 17 14 27 38 35 49 56 58 68 89 79 0O 0D 0Q 1I 1L 2Z 5S 8B 6G 7T 4A 6B 9Q 9G"
_CONFUSABLE = frozenset(frozenset(pair) for pair in _LOOK_ALIKE.split())
"""Pairs that are misread for one another (domain.md 10.2), shapes of printed digits included."""
_DIGITS = "0123456789"
_ENOUGH_LEFT = 12
"""So many last digits of a number are as good as the whole."""
_MOST_CHARACTERS = 40
"""No number is longer; what is longer has no neighbours worth trying."""


class Agreement(Enum):
    """SAME: the same invoice; WEAK: the same short number, with nothing said of one's code."""

    SAME = 0
    WEAK = 1
    NONE = 2


def numbers(side: Facts) -> tuple[str, ...]:
    """All numbers it goes by, the 20-digit one first."""
    return tuple(number for number in (side.long, side.short) if number)


def invoice_key(side: Facts) -> str | None:
    """The key people know it by: the 20-digit number, else code-number."""
    if side.long:
        return side.long
    return f"{side.code or ''}-{side.short}" if side.short else None


def agreement(ours: Facts, theirs: Facts) -> Agreement:
    """Two different 20-digit numbers never agree, whatever else does."""
    if ours.long and theirs.long:
        return Agreement.SAME if ours.long == theirs.long else Agreement.NONE
    if not ours.short or ours.short != theirs.short:
        return Agreement.NONE
    if ours.code and theirs.code:
        return Agreement.SAME if ours.code == theirs.code else Agreement.NONE
    return Agreement.WEAK


@dataclass(frozen=True, slots=True)
class Edit:
    """How one number becomes the other: distance 0 to 2, and whether what differs looks alike.
    Of distance 2 are only two characters that both look alike."""

    distance: int
    confusable: bool
    text: str


def edit_between(ours: str, theirs: str) -> Edit | None:
    """The edit between two numbers if it is one character (a swap of neighbours is one too), or
    two that are both easily misread."""
    distance = OSA.distance(ours, theirs, score_cutoff=2)
    if distance == 0:
        return Edit(0, confusable=False, text="")
    if distance > 1:
        return _two_misread(ours, theirs) if distance == 2 else None
    place = next(
        (i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b),
        min(len(ours), len(theirs)),
    )
    if len(ours) > len(theirs):
        return Edit(1, confusable=False, text=f"-{ours[place]}@{place + 1}")
    if len(ours) < len(theirs):
        return Edit(1, confusable=False, text=f"+{theirs[place]}@{place + 1}")
    confusable = frozenset((ours[place], theirs[place])) in _CONFUSABLE
    return Edit(1, confusable=confusable, text=f"{ours[place]}->{theirs[place]}@{place + 1}")


def _two_misread(ours: str, theirs: str) -> Edit | None:
    if len(ours) != len(theirs):
        return None
    wrong = [(i, a, b) for i, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b]
    if len(wrong) != 2 or any(frozenset((a, b)) not in _CONFUSABLE for _, a, b in wrong):
        return None
    return Edit(2, confusable=True, text=", ".join(f"{a}->{b}@{i + 1}" for i, a, b in wrong))


def edit_of(ours: Facts, theirs: Facts) -> Edit | None:
    """The wrong characters that would make both the same; distance 0 is a wrong code."""
    if ours.long and theirs.long:
        return edit_between(ours.long, theirs.long)
    codes_differ = bool(ours.code and theirs.code and ours.code != theirs.code)
    edits = [
        edit
        for mine in numbers(ours)
        for other in numbers(theirs)
        if (edit := edit_between(mine, other)) and not (codes_differ and edit.distance)
    ]
    return min(edits, key=lambda edit: (edit.distance, not edit.confusable), default=None)


def _look_alikes() -> dict[str, str]:
    found = {digit: set(_DIGITS) - {digit} for digit in _DIGITS}
    for pair in _LOOK_ALIKE.split():
        for both in (pair, pair[::-1]):
            found.setdefault(both[0], set(_DIGITS)).add(both[1])
    return {character: "".join(sorted(others)) for character, others in found.items()}


_INSTEAD = _look_alikes()
"""What may stand for a character: every other digit, and what it is misread for."""


def variants(number: str) -> Iterator[str]:
    """The number and everything one wrong, missing, added or swapped character away from it, so
    that near numbers are a matter of look-up. Some come twice."""
    yield number
    if len(number) > _MOST_CHARACTERS:
        return
    for place, character in enumerate(number):
        head, tail = number[:place], number[place + 1 :]
        yield head + tail
        for other in _INSTEAD.get(character, _DIGITS):
            yield head + other + tail
    for place in range(len(number) + 1):
        head, tail = number[:place], number[place:]
        for digit in _DIGITS:
            yield head + digit + tail
    for place, (first, second) in enumerate(pairwise(number)):
        if first != second:
            yield number[:place] + second + first + number[place + 2 :]


def could_be(number: str, damaged: str) -> bool:
    """Whether `damaged` ("2.53270E+19", or 20 digits that end in zeros) may have been `number`,
    or is the end of it (a field for 16 characters).

    The digits that are left must agree to within one unit of the last of them, since some
    programs round and others cut.
    """
    if _ENOUGH_LEFT <= len(damaged) < len(number) and damaged.isdigit():
        return number.endswith(damaged)
    match = re.fullmatch(r"(\d)(?:\.(\d+))?E\+?(\d{1,3})", damaged.upper())
    if match:
        kept, exponent = 1 + len(match[2] or ""), int(match[3])
    elif re.fullmatch(r"\d{16,}", damaged):
        kept, exponent = 15, len(damaged) - 1
    else:
        return False
    if not re.fullmatch(r"[1-9]\d*", number) or len(number) != exponent + 1 or kept < 4:
        return False
    try:
        return abs(Decimal(number) - Decimal(damaged)) <= Decimal(10) ** (exponent + 1 - kept)
    except InvalidOperation:
        return False
