"""The verdict: a category, or none and why not."""

from math import exp

from pydantic import Field

from classify.scoring import Scores, score
from classify.vocabulary import Vocabulary, vocabulary
from models.invoice import Invoice
from models.record import Record

_ENOUGH = 3.0
_LEAD = 1.0
_NEVER_SURER = 0.99


class Label(Record):
    """What an invoice was spent on, as far as its words tell.

    `category` is an id of `classify.categories`, or None where the evidence is too weak or two
    categories tie; the reason says which. `confidence` ranks labels; it is not a frequency
    measured on real invoices. Below 0.85 a person should confirm (domain.md 9). `second` is the
    runner-up, where there is one.
    """

    category: str | None
    confidence: float = Field(ge=0, le=1)
    reason: str
    reason_en: str
    second: str | None = None


def label(invoice: Invoice) -> Label:
    """The expense category of an invoice. Never raises for what an invoice holds."""
    words = vocabulary()
    scores = score(invoice, words)
    best = scores.best()
    if not best or best[0][1] < _ENOUGH:
        return _too_weak(scores, best, words)
    (first, points), (second, others) = (*best, ("", 0.0))[:2]
    lead = points - others
    confidence = min(_NEVER_SURER, 1 / (1 + exp(-lead / 2)))
    if lead < _LEAD:
        names = f"{_name(first, words)}与{_name(second, words)}"
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
        reason=f"依据不足：仅{zh}，可能是{_name(first, words)}",
        reason_en=f"too little to go by: only {en}, perhaps {first}",
        second=first,
    )


def _name(category: str, words: Vocabulary) -> str:
    return next((known.name for known in words.categories if known.id == category), category)
