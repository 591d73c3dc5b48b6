"""The verdict: a category for the invoice and for the parts of its amount, or none and why not."""

from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from classify.features import Row, rows
from classify.habits import HabitLayer
from classify.model import NONE, Model, shipped, softmax
from classify.reasons import Reason, Why
from classify.records import Alternative, Label, Share
from classify.vocabulary import Vocabulary, vocabulary
from models.invoice import Invoice

_CLEAR_LEAD = 0.1
"""Of several categories the first must have this part of the amount more than the others."""
_MOST_ALTERNATIVES = 3

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Judged:
    """The rows of an invoice with what was found for each."""

    rows: tuple[Row, ...]
    classes: tuple[str, ...]
    table: Floats
    """Probabilities, rows x classes."""
    verdicts: tuple[str | None, ...] = ()
    """The category of each row where it is sure."""

    @property
    def whole(self) -> Floats:
        """Probabilities for the invoice: those of its rows, weighted by amount."""
        weights = np.array([row.share for row in self.rows])
        found: Floats = np.minimum(weights @ self.table, 1.0)
        return found

    def best(self) -> list[tuple[str, float]]:
        """Categories with their probability, the likeliest first; ties in the order of names."""
        pairs = zip(self.classes, self.whole.tolist(), strict=True)
        return sorted((p for p in pairs if p[0] != NONE), key=lambda p: (-p[1], p[0]))

    def parts(self) -> list[tuple[str | None, float]]:
        """What part of the amount each category has, the largest first, the unsure part last."""
        sums: dict[str | None, float] = {}
        for row, verdict in zip(self.rows, self.verdicts, strict=True):
            sums[verdict] = sums.get(verdict, 0.0) + row.share
        return sorted(sums.items(), key=lambda p: (p[0] is None, -p[1], p[0] or ""))


def label(invoice: Invoice, model: Model | None = None, habits: HabitLayer | None = None) -> Label:
    """The expense category of an invoice. Never raises for what an invoice holds.

    `model` is the shipped one unless another is given, `habits` what this company's reviewers
    taught (`classify.habits`). Raises DependencyMissing where the shipped model is unusable.
    """
    model = model or shipped()
    words = vocabulary()
    judged = _judge(rows(invoice, words), model, habits)
    best = judged.best()
    category, confidence = _decide(judged, best, model.threshold)
    if category is None:
        reason = _why_not(judged, best, words)
    else:
        reason = Why(model, words).told(invoice, _weightiest(judged, category), category)
    others = [name for name, _ in best if name != category]
    return Label(
        category=category,
        confidence=confidence,
        reason=reason[0],
        reason_en=reason[1],
        second=others[0],
        alternatives=tuple(
            Alternative(category=name, probability=chance)
            for name, chance in best[:_MOST_ALTERNATIVES]
        ),
        split=_split(judged) if invoice.items else (),
    )


def _judge(found: tuple[Row, ...], model: Model, habits: HabitLayer | None) -> _Judged:
    logits = [model.logits(row) for row in found]
    classes = model.classes
    if habits is not None and habits.classes[: len(classes)] == classes:
        logits = [habits.adjusted(row, sums) for row, sums in zip(found, logits, strict=True)]
        classes = habits.classes
    judged = _Judged(found, classes, softmax(np.stack(logits)))
    first, chance = judged.best()[0]
    verdicts = []
    for line in judged.table:
        place = int(line.argmax())
        sure = classes[place] if line[place] >= model.threshold else NONE
        # a line that says nothing goes with the rest of an invoice that is clear
        joins = not sure and chance >= model.threshold
        verdicts.append(sure or (first if joins else None))
    return replace(judged, verdicts=tuple(verdicts))


def _decide(
    judged: _Judged, best: list[tuple[str, float]], threshold: float
) -> tuple[str | None, float]:
    """The category and its confidence, or None and that of the best guess."""
    parts = judged.parts()
    sure = [(name, part) for name, part in parts if name is not None]
    if len(sure) < 2:
        first, chance = best[0]
        return (first if chance >= threshold else None), chance
    unsure = sum(part for name, part in parts if name is None)
    if sure[0][1] < sure[1][1] + unsure + _CLEAR_LEAD:
        return None, best[0][1]
    places = [judged.classes.index(verdict or sure[0][0]) for verdict in judged.verdicts]
    chances = [line[place] for line, place in zip(judged.table, places, strict=True)]
    weights = [row.share for row in judged.rows]
    return sure[0][0], min(1.0, float(np.dot(weights, chances)))


def _weightiest(judged: _Judged, category: str) -> Row:
    """The row that says most for the category: by its probability there and its share."""
    place = judged.classes.index(category)
    weight = [row.share * line[place] for row, line in zip(judged.rows, judged.table, strict=True)]
    return judged.rows[int(np.argmax(weight))]


def _split(judged: _Judged) -> tuple[Share, ...]:
    shares = []
    for category, _ in judged.parts():
        pairs = zip(judged.rows, judged.verdicts, strict=True)
        ours = [row for row, verdict in pairs if verdict == category and row.line is not None]
        amounts = [row.amount for row in ours]
        known = [amount for amount in amounts if amount is not None]
        whole = sum(known, Decimal(0)) if len(known) == len(ours) else None
        lines = tuple(row.line for row in ours if row.line is not None)
        if lines:
            shares.append(Share(category=category, amount=whole, lines=lines))
    return tuple(shares)


def _why_not(judged: _Judged, best: list[tuple[str, float]], words: Vocabulary) -> Reason:
    parts = [name for name, _ in judged.parts() if name is not None]
    if len(parts) > 1:
        names = "、".join(words.name(name) for name in parts[:_MOST_ALTERNATIVES])
        return (
            f"各行分属{names}，金额相当，需要拆分",
            f"its lines belong to {', '.join(parts[:_MOST_ALTERNATIVES])}, none clearly the most",
        )
    bare = not any(row.text or row.short for row in judged.rows)
    if bare and judged.whole[judged.classes.index(NONE)] > best[0][1]:
        return (
            "没有品名，票种和销售方名称不足以判断",
            "no item text, and document kind and seller's name do not tell",
        )
    (first, chance), (second, other) = best[:2]
    if other > chance / 2 and chance + other > 0.5:
        return (
            f"可能是{words.name(first)}（{chance:.0%}），也可能是{words.name(second)}（{other:.0%}）",
            f"perhaps {first} ({chance:.0%}), perhaps {second} ({other:.0%})",
        )
    return (
        f"依据不足：最可能是{words.name(first)}，把握仅{chance:.0%}",
        f"too little to go by: most likely {first}, but only {chance:.0%} sure",
    )
