"""From words and harder evidence to what a page is, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classify.kind import reasons
from classify.kind.evidence import Evidence, find_evidence
from classify.kind.features import LAYOUT, Columns
from classify.kind.model import Chances, KindModel
from classify.kind.reading import MOST_TOKENS, Reading, read
from classify.kind.twins import settled
from models.forms import Form
from models.kind import UNKNOWN, KindChance, KindGuess
from models.page import Token

_FEWEST_MARKS = 1
"""Known words a page must have before anything is concluded from words."""
_NO_MARKS = ("没有票据上常见的用语", "none of the words vouchers have")
_HARDLY = 0.02
"""Words that give what the evidence says less than this contradict it."""
_SURE = 0.999
"""Given where evidence leaves no doubt: it may still have been misread."""


@dataclass(frozen=True, slots=True)
class KindClassifier:
    """Tells kinds with a trained model. A `models.kind.Kinds`."""

    model: KindModel

    @property
    def name(self) -> str:
        return "kind"

    @property
    def version(self) -> str:
        return self.model.header.version

    def guess(
        self,
        tokens: Sequence[Token],
        size: tuple[float, float],
        qr: str | None = None,
        stated: Form | None = None,
    ) -> KindGuess:
        """What a page is. Never raises for what is on it."""
        reading = read(tokens, size)
        evidence = find_evidence(reading, qr, stated)
        silent = _silent(reading, len(tokens))
        if silent:
            return _by_evidence(evidence, silent)
        columns, values = self.model.vector(reading)
        if _marks_among(columns) < _FEWEST_MARKS:
            return _by_evidence(evidence, _NO_MARKS)
        alone = self.model.chances(columns, values)
        by_words = settled(alone, reading, self.model.classes)
        chances = _weighed(by_words, evidence, self.model.classes)
        return _decided(_Case(self.model, reading, columns, by_words, chances, evidence))


@dataclass(frozen=True, slots=True)
class _Case:
    """All that is known of one page: chances by words alone, and with the evidence."""

    model: KindModel
    reading: Reading
    columns: Columns
    by_words: Chances
    chances: Chances
    evidence: Evidence | None

    @property
    def best(self) -> str:
        return self.model.classes[int(self.chances.argmax())]

    @property
    def alternatives(self) -> tuple[KindChance, ...]:
        first = np.argsort(-self.chances, kind="stable")[:3]
        return tuple(
            KindChance(kind=self.model.classes[i], probability=_rounded(self.chances[i]))
            for i in first
        )


def _silent(reading: Reading, tokens: int) -> tuple[str, str] | None:
    """Why nothing can be concluded from the words; None where something may."""
    if tokens > MOST_TOKENS:
        return "文字过多，不像一张票据", "far more words than a ticket has"
    if not reading.lines:
        return "没有读到文字", "no words were read"
    if len(reading.lines) > 1 and not (reading.tops.any() or reading.lefts.any()):
        return "所有文字都在同一位置", "all words stand at one place"
    return None


def _marks_among(columns: Columns) -> int:
    return int(np.count_nonzero((columns >= LAYOUT.marks) & (columns < LAYOUT.facts)))


def _by_evidence(evidence: Evidence | None, silent: tuple[str, str]) -> KindGuess:
    """The verdict where the words say nothing."""
    zh, en = silent
    if evidence is None or evidence.odds is not None or len(evidence.kinds) > 1:
        return KindGuess(kind=UNKNOWN, probability=0.0, basis="none", reason=zh, reason_en=en)
    return KindGuess(
        kind=evidence.kinds[0],
        probability=_SURE,
        basis=evidence.basis,
        reason=f"{evidence.zh}；{zh}",
        reason_en=f"{evidence.en}; {en}",
        alternatives=(KindChance(kind=evidence.kinds[0], probability=_SURE),),
    )


def _weighed(by_words: Chances, evidence: Evidence | None, classes: tuple[str, ...]) -> Chances:
    """The chances with the evidence taken into account."""
    if evidence is None:
        return by_words
    allowed = np.array([kind in evidence.kinds for kind in classes])
    if not allowed.any():
        return by_words
    if evidence.odds is not None:
        weighed = by_words * np.where(allowed, evidence.odds, 1.0)
    else:
        weighed = np.where(allowed, by_words + 1e-12, 0.0)
    found: Chances = weighed / weighed.sum()
    return np.minimum(found, _SURE) if evidence.odds is None else found


def _decided(case: _Case) -> KindGuess:
    probability = float(case.chances.max())
    if probability < case.model.threshold:
        zh, en = reasons.undecided(case.alternatives)
        return KindGuess(
            kind=UNKNOWN,
            probability=_rounded(probability),
            basis="none",
            reason=zh,
            reason_en=en,
            alternatives=case.alternatives,
            contradicts=None,
        )
    used = case.evidence is not None and case.best in case.evidence.kinds
    zh, en = reasons.why(
        case.model, case.reading, case.columns, case.best, case.evidence if used else None
    )
    return KindGuess(
        kind=case.best,
        probability=_rounded(probability),
        basis=case.evidence.basis if case.evidence is not None and used else "words",
        reason=zh,
        reason_en=en,
        alternatives=case.alternatives,
        contradicts=_contradiction(case),
    )


def _contradiction(case: _Case) -> str | None:
    """The kind that words or evidence surely speak for where the verdict is another."""
    if case.evidence is None:
        return None
    if case.best not in case.evidence.kinds:
        return case.evidence.kinds[0]
    pairs = zip(case.model.classes, case.by_words, strict=True)
    allowed = sum(float(chance) for kind, chance in pairs if kind in case.evidence.kinds)
    said = case.model.classes[int(case.by_words.argmax())]
    return said if allowed < _HARDLY else None


def _rounded(probability: float) -> float:
    return round(float(probability), 4)
