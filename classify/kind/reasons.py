"""The reason for a verdict, in words a reviewer accepts."""

from collections.abc import Sequence

import numpy as np

from classify.kind.evidence import Evidence
from classify.kind.features import LAYOUT, Columns, is_digital_number
from classify.kind.model import KindModel
from classify.kind.reading import Reading
from classify.kind.words import words
from models.kind import KindChance

_MOST_MARKS = 3


def why(
    model: KindModel, reading: Reading, columns: Columns, kind: str, evidence: Evidence | None
) -> tuple[str, str]:
    """What spoke for a kind, in Chinese and English: evidence, title, words, number."""
    title = _title(reading, kind)
    parts: list[tuple[str, str]] = []
    if title:
        parts.append((f"标题“{title}”", f"title “{title}”"))
    elif words().titles[kind]:
        parts.append(("标题残缺", "title not read whole"))
    spoke = [mark for mark in _marks(model, columns, kind) if mark not in title][:_MOST_MARKS]
    if spoke:
        named = "".join(f"“{mark}”" for mark in spoke)
        parts.append((f"票面有{named}", f"printed: {', '.join(spoke)}"))
    if _has_digital_number(reading):
        parts.append(("有20位发票号码", "a 20-digit number"))
    if evidence is not None:
        parts.append((evidence.zh, evidence.en))
    if not parts:
        parts.append(("由用字和版面推断", "by characters and layout"))
    return "；".join(zh for zh, _ in parts), "; ".join(en for _, en in parts)


def undecided(alternatives: Sequence[KindChance]) -> tuple[str, str]:
    """Why there is no verdict: what it may be."""
    zh = "或".join(
        f"{words().names[each.kind][0]}({each.probability:.0%})" for each in alternatives
    )
    en = " or ".join(
        f"{words().names[each.kind][1]} ({each.probability:.0%})" for each in alternatives
    )
    return f"依据不足，可能是{zh}", f"too little to go by: perhaps {en}"


def _title(reading: Reading, kind: str) -> str:
    """The longest of a kind's titles that stands on the page, or an empty text."""
    run = reading.run
    found = [title for title in words().titles[kind] if title in run]
    return max(found, key=len, default="")


def _marks(model: KindModel, columns: Columns, kind: str) -> list[str]:
    """The marks that speak for a kind more than for others, the weightiest first; of one that is
    part of another, the longer."""
    at = model.classes.index(kind)
    found = columns[(columns >= LAYOUT.marks) & (columns < LAYOUT.facts)]
    weights = model.weights[found]
    others = (weights.sum(axis=1) - weights[:, at]) / max(1, weights.shape[1] - 1)
    lead = weights[:, at] - others
    chosen: list[str] = []
    for i in np.argsort(-lead, kind="stable"):
        mark = words().marks[int(found[i]) - LAYOUT.marks]
        if lead[i] <= 0 or len(chosen) == 2 * _MOST_MARKS:
            break
        if not any(mark in other for other in chosen):
            chosen = [other for other in chosen if other not in mark] + [mark]
    return chosen


def _has_digital_number(reading: Reading) -> bool:
    return any(
        is_digital_number(part)
        for line in reading.lines
        for part in [line[-20:]]
        if part.isascii() and part.isdigit() and not line[:-20][-1:].isdigit()
    )
