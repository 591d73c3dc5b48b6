"""Lines of an invoice as numbers: what the trained classifier looks at.

Every feature has a name ("t:火锅" is a pair of characters in an item's text); a fixed hash of the
name (CRC-32) is its column, so nothing has to be stored besides the weights. The points of the
hand-made vocabulary have columns of their own after the hashed ones.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from math import log2, sqrt
from zlib import crc32

import numpy as np
import numpy.typing as npt

from classify.scoring import ITEM, line_scores, seller_hits
from classify.vocabulary import Vocabulary
from models.invoice import Invoice, LineItem
from models.text import MAX_MONEY, squash

FEATURES = "category-features-1"
"""Changes whenever the same invoice would give other numbers."""
HASHED = 2**15
LONGEST_TEXT = 200
MOST_LINES = 200
_LONGEST_SELLER = 60
_POINTS = 6.0
"""Points of the vocabulary are divided by those of a sure short name."""
_DIGITS = re.compile(r"\d+")
_LEGAL_FORM = re.compile(
    r"(股份|集团)?(有限责任公司|有限公司|公司)|\((普通|特殊普通)合伙\)|分公司$"
)
_WEIGHTS = {"short": 1.5, "part": 0.7, "text": 2.5, "seller": 1.5}

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an invoice, or the invoice itself where it has none.

    `share` of the invoice's amount; the shares of its rows add up to one. `columns` and `values`
    are the features that are not zero (a column may be there twice: its values add up). `ends`
    tells where the features of each part end: short name, text, points of the vocabulary, seller;
    the rest are those of the paper (kind, special business, rate, amount).
    """

    line: int | None
    share: float
    amount: Decimal | None
    short: str
    text: str
    columns: Ints
    values: Floats
    ends: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass(slots=True)
class _Features:
    columns: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, name: str, value: float = 1.0) -> None:
        self.columns.append(column(name))
        self.values.append(value)

    def add_all(self, names: Iterable[str], weight: float) -> None:
        """Several of one field, with the same length whether there are two or two hundred."""
        several = list(dict.fromkeys(names))
        for name in several:
            self.add(name, weight / sqrt(len(several)))


def column(name: str) -> int:
    """The column of a named feature."""
    return crc32(name.encode("utf-8", "replace")) % HASHED


def size(words: Vocabulary) -> int:
    """How many columns there are."""
    return HASHED + len(words.categories)


def rows(invoice: Invoice, words: Vocabulary) -> tuple[Row, ...]:
    """The lines of an invoice as features; at least one row. Raises nothing."""
    seller = squash((invoice.seller_name or "")[:LONGEST_TEXT])[:_LONGEST_SELLER]
    around, hits = _Features(), [category for category, _ in seller_hits(seller, words)]
    _add_seller(around, seller, hits)
    begins = len(around.columns)
    _add_paper(around, invoice)
    lines = shares(invoice.items) or [(1.0, None, None)]
    return tuple(
        _row(line, share, item, (around, begins, hits), words) for share, line, item in lines
    )


def shares(items: tuple[LineItem, ...]) -> list[tuple[float, int | None, LineItem | None]]:
    """Lines with their share of the amount and place, discounts and blank lines left out."""
    lines = [(n, item) for n, item in enumerate(items[: MOST_LINES * 50]) if item.name.strip()]
    lines = [(n, item) for n, item in lines if item.amount is None or item.amount > 0] or lines
    lines = lines[:MOST_LINES]
    amounts = [_amount(item) for _, item in lines]
    known = [amount for amount in amounts if amount is not None]
    whole = sum(known, Decimal(0))
    if len(known) < len(lines) or not whole:
        return [(1 / len(lines), n, item) for n, item in lines]
    return [
        (float(amount / whole), n, item) for amount, (n, item) in zip(known, lines, strict=True)
    ]


def split_item(text: str, words: Vocabulary) -> tuple[str, str]:
    """Short name and the rest of a squashed item text; a star the OCR lost is forgiven."""
    match = ITEM.fullmatch(text)
    if match:
        return match[1], match[2]
    if text[:1] in ("*", "※"):
        bare = text[1:]
        known = [name for name in words.short_names if bare.startswith(name)]
        if known:
            short = max(known, key=len)
            return short, bare[len(short) :]
    return "", text


def grams(text: str, prefix: str) -> list[str]:
    """Names of the runs of one to three characters, figures made alike."""
    plain = _DIGITS.sub("0", text.lower())
    if not plain:
        return []
    marked = f"^{plain}$"
    found = [prefix + char for char in plain]
    for length in (2, 3):
        found += [prefix + marked[i : i + length] for i in range(len(marked) - length + 1)]
    return found


def seller_core(seller: str) -> str:
    """A squashed seller's name without its legal form."""
    return _LEGAL_FORM.sub("", seller)


def _amount(item: LineItem) -> Decimal | None:
    if item.amount is None or not item.amount.is_finite() or abs(item.amount) > MAX_MONEY:
        return None
    return abs(item.amount)


def _add_seller(features: _Features, seller: str, hits: list[str]) -> None:
    if not seller:
        features.add("s:none")
        return
    core = seller_core(seller)
    features.add_all(
        (name for name in grams(core[-16:], "s:") if len(name) > 3), _WEIGHTS["seller"]
    )
    for category in hits:
        features.add(f"p:{category}", 1 / sqrt(len(hits)))


def _add_paper(features: _Features, invoice: Invoice) -> None:
    form = invoice.form.value if invoice.form else ""
    features.add(f"k:{invoice.type.value}", 0.5)
    features.add(f"f:{form}", 0.5)
    if not any(item.name.strip() for item in invoice.items[:MOST_LINES]):
        features.add(f"bare:{invoice.type.value}")
        features.add(f"bare:{invoice.type.value}:{form}")
    business = squash((invoice.extra.special_business or "")[:LONGEST_TEXT])
    if business:
        features.add(f"b:{business}")


def _row(
    line: int | None,
    share: float,
    item: LineItem | None,
    around: tuple[_Features, int, list[str]],
    words: Vocabulary,
) -> Row:
    features = _Features()
    name = squash(item.name[:LONGEST_TEXT]) if item else ""
    short, text = split_item(name, words)
    _add_short(features, short, around[2])
    ends = [len(features.columns)]
    features.add_all(grams(text, "t:"), _WEIGHTS["text"])
    ends.append(len(features.columns))
    points = line_scores(f"*{short}*{text}" if short else text, words).points
    order = {category.id: n for n, category in enumerate(words.categories)}
    for category, given in points.items():
        features.columns.append(HASHED + order[category])
        features.values.append(given / _POINTS)
    amount = _amount(item) if item else None
    context, papers, _ = around
    ends += [len(features.columns), len(features.columns) + papers]
    features.columns += context.columns
    features.values += context.values
    _add_figures(features, item, amount)
    return Row(
        line=line,
        share=share,
        amount=amount,
        short=short,
        text=text,
        columns=np.array(features.columns, np.int32),
        values=np.array(features.values, np.float32),
        ends=(ends[0], ends[1], ends[2], ends[3]),
    )


def _add_short(features: _Features, short: str, hits: list[str]) -> None:
    features.add(f"n:{short}", _WEIGHTS["short"])
    for category in hits if short else ():
        # 运输服务 from an airline and 运输服务 from a bus company are different things
        features.add(f"np:{short}:{category}", 1 / sqrt(len(hits)))
    features.add_all((n for n in grams(short, "m:") if len(n) == 4), _WEIGHTS["part"])


def _add_figures(features: _Features, item: LineItem | None, amount: Decimal | None) -> None:
    rate = squash((item.tax_rate or "")[:LONGEST_TEXT])[:8] if item else ""
    features.add(f"r:{rate}", 0.3)
    bucket = int(log2(float(amount))) // 2 if amount is not None and amount >= 1 else -1
    features.add(f"a:{bucket}", 0.3)
