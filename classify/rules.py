"""The verdict of the hand-made points alone: what the trained classifier is compared with."""

from math import exp

from classify.records import Label
from classify.scoring import Scores, score
from classify.vocabulary import Vocabulary, vocabulary
from models.invoice import Invoice

_ENOUGH = 3.0
_LEAD = 1.0
_NEVER_SURER = 0.99


def label_by_rules(invoice: Invoice) -> Label:
    """The category by points; `confidence` only ranks labels. Never raises."""
    words = vocabulary()
    scores = score(invoice, words)
    best = scores.best()
    if not best or best[0][1] < _ENOUGH:
        return _too_weak(scores, best, words)
    (first, points), (second, others) = (*best, ("", 0.0))[:2]
    lead = points - others
    confidence = min(_NEVER_SURER, 1 / (1 + exp(-lead / 2)))
    if lead < _LEAD:
        names = f"{words.name(first)}与{words.name(second)}"
        return Label(
            category=None,
            confidence=confidence,
            reason=f"{names}的依据相当，无法判断",
            reason_en=f"{first} and {second} are equally well supported",
            second=second or None,
        )
    why = scores.why(first)
    return Label(
        category=first,
        confidence=confidence,
        reason="、".join(zh for zh, _ in why),
        reason_en=", ".join(en for _, en in why),
        second=second or None,
    )


def _too_weak(scores: Scores, best: list[tuple[str, float]], words: Vocabulary) -> Label:
    if not best:
        return Label(
            category=None,
            confidence=0.0,
            reason="品名、票种和销售方名称中没有可判断的依据",
            reason_en="nothing in items, document kind or seller's name points to a category",
        )
    first = best[0][0]
    zh, en = scores.why(first, 1)[0]
    return Label(
        category=None,
        confidence=0.0,
        reason=f"依据不足：仅{zh}，可能是{words.name(first)}",
        reason_en=f"too little to go by: only {en}, perhaps {first}",
        second=first,
    )
