"""Points for each category, from each kind of evidence in the order of domain.md 9.

The points are chosen by hand, on a scale where two points of lead are odds of about e to one:
the document's kind settles the matter, the short name between asterisks is a strong prior, a
whole known item text or a keyword can overrule a prior shared by many categories, and the
seller's name only tips the scales.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from classify.vocabulary import Vocabulary
from models.invoice import Invoice, LineItem
from models.text import MAX_MONEY, squash

_KIND, _SPECIAL_BUSINESS = 8.0, 6.0
_SHORT_NAME, _PHRASE, _KEYWORD, _SHORT_KEYWORD, _SELLER = 6.0, 3.0, 4.0, 3.0, 2.0
ITEM = re.compile(r"[*※]([^*※]{1,20})[*※](.*)")
_LONGEST_TEXT = 200
_MOST_LINES = 200
# A kind that says little about what was bought: a vehicle, fees of all sorts
_WEAK_KINDS: Mapping[str, float] = {"fiscal": 4.0, "vehicle": 5.0, "customs_vat": 4.0}


@dataclass(slots=True)
class Scores:
    """Points by category, and what they were given for, the heaviest first once `best` is asked."""

    points: dict[str, float] = field(default_factory=dict)
    reasons: dict[str, dict[tuple[str, str], float]] = field(default_factory=dict)

    def add(self, category: str, points: float, reason: tuple[str, str]) -> None:
        """Give points, for a reason in Chinese and English."""
        self.points[category] = self.points.get(category, 0.0) + points
        told = self.reasons.setdefault(category, {})
        told[reason] = told.get(reason, 0.0) + points

    def best(self) -> list[tuple[str, float]]:
        """Categories with their points, the best first; ties in the order of their ids."""
        return sorted(self.points.items(), key=lambda entry: (-entry[1], entry[0]))

    def why(self, category: str, most: int = 3) -> tuple[tuple[str, str], ...]:
        """The heaviest reasons for a category."""
        told = self.reasons.get(category, {})
        return tuple(sorted(told, key=lambda reason: (-told[reason], reason))[:most])


def score(invoice: Invoice, words: Vocabulary) -> Scores:
    """The points every category gets from an invoice."""
    scores = Scores()
    _score_kind(scores, invoice, words)
    for share, item in _lines(invoice.items):
        _score_line(scores, share, squash(item.name[:_LONGEST_TEXT]), words)
    seller = squash((invoice.seller_name or "")[:_LONGEST_TEXT])
    matched = seller_hits(seller, words)
    for category, found in matched:
        reason = (f"销售方名称含“{found}”", f"seller's name has {found!r}")
        scores.add(category, _SELLER / len(matched), reason)
    return scores


def line_scores(text: str, words: Vocabulary) -> Scores:
    """The points one squashed item text gives by itself."""
    scores = Scores()
    _score_line(scores, 1.0, text, words)
    return scores


def seller_hits(seller: str, words: Vocabulary) -> list[tuple[str, str]]:
    """Categories whose sellers are called like this squashed name, with the part that says so."""
    return [
        (category, found[0])
        for category, pattern in words.sellers
        if seller and (found := pattern.search(seller)) and found[0]
    ]


def _score_kind(scores: Scores, invoice: Invoice, words: Vocabulary) -> None:
    form = invoice.form.value if invoice.form else ""
    for kind in dict.fromkeys((form, invoice.type.value)):
        for category in words.kinds.get(kind, ()):
            points = _WEAK_KINDS.get(kind, _KIND)
            scores.add(category, points, (f"票种为{kind}", f"the document is a {kind}"))
    business = squash(invoice.extra.special_business or "")
    for category in words.special_business.get(business, ()):
        reason = (f"特定业务“{business}”", f"special business {business!r}")
        scores.add(category, _SPECIAL_BUSINESS, reason)


def _lines(items: tuple[LineItem, ...]) -> list[tuple[float, LineItem]]:
    """Lines with their share of the invoice's amount; discounts and blank lines left out."""
    lines = [item for item in items[:_MOST_LINES] if item.name.strip()]
    lines = [item for item in lines if item.amount is None or item.amount > 0] or lines
    amounts = [abs(item.amount) if item.amount is not None else None for item in lines]
    known = [amount for amount in amounts if amount is not None and amount <= MAX_MONEY]
    whole = sum(known, Decimal(0))
    if len(known) < len(lines) or not whole:
        return [(1 / len(lines), item) for item in lines]
    return [(float(amount / whole), item) for amount, item in zip(known, lines, strict=True)]


def _score_line(scores: Scores, share: float, text: str, words: Vocabulary) -> None:
    match = ITEM.fullmatch(text)
    short, rest = (match[1], match[2]) if match else ("", text)
    for category, weight in words.short_names.get(short, {}).items():
        reason = (f"商品简称*{short}*", f"short name *{short}*")
        scores.add(category, _SHORT_NAME * weight * share, reason)
    _share_out(scores, words.phrases.get(f"*{short}*{rest}", ()), _PHRASE * share, rest)
    for word in dict.fromkeys(words.keyword_pattern.findall(rest)):
        points = _KEYWORD if len(word) > 2 else _SHORT_KEYWORD
        _share_out(scores, words.keywords[word], points * share, word)


def _share_out(scores: Scores, categories: Iterable[str], points: float, word: str) -> None:
    several = tuple(categories)
    for category in several:
        scores.add(category, points / len(several), (f"品名“{word}”", f"item {word!r}"))
