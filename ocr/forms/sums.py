"""The one sum of a form without tax: figures, capitals, code and lines held against each other."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from models.invoice import FieldName, LineItem
from ocr.extract.amounts import Amounts, capital_among, printed_money
from ocr.extract.sheet import LABELLED, UNLABELLED, Seen, seen
from ocr.forms.marked import Marked
from ocr.resolve.evidence import Verdict
from ocr.resolve.money import Witnesses, decide_money
from ocr.words import Word


def find_capital(marked: Marked) -> tuple[Seen | None, str | None]:
    """The amount in capitals as (what it states, its text)."""
    return capital_among(marked.values, lambda word: _after(marked, word))


def find_totals(marked: Marked, keys: Sequence[str], capital: Seen | None) -> list[Seen]:
    """The sum in figures: behind the first of the labels that has any, else on the line of the
    capitals, else the only figures with ¥."""
    for key in keys:
        found: list[Seen] = []
        for mark in marked.of(key):
            found += _figures(marked.right_of(mark, reach=80.0), LABELLED)
        if found:
            return found
    if capital is None or capital.place is None:
        marked_sums = [word for word in marked.values if word.text.startswith("¥")]
        return _figures(marked_sums, UNLABELLED) if len(marked_sums) == 1 else []
    place = capital.place
    line = [word for word in marked.values if word.place.y0 < place.cy < word.place.y1]
    behind = [word for word in line if word.place.x0 > place.x1]
    return _figures(sorted(behind, key=lambda word: word.box.x0), UNLABELLED)


def _figures(words: Sequence[Word], base: float) -> list[Seen]:
    """The first amount among words, with 分."""
    for word in words:
        read = printed_money(word.text)
        if read is not None and "." in word.text:
            return [seen([word], str(read[0]), base * read[1])]
    return []


def decide_total(
    totals: Sequence[Seen],
    capital: Seen | None,
    *,
    coded: Decimal | None = None,
    lines: Decimal | None = None,
) -> dict[FieldName, Verdict]:
    """The verdict on the total; empty where nothing was read.

    `coded` is what the form's code says, `lines` what its lines come to.
    """
    amounts = Amounts(totals=tuple(totals), capital=capital)
    witnesses = Witnesses(
        capital=Decimal(capital.value) if capital else None,
        qr=coded,
        qr_is_total=True if coded is not None else None,
    )
    verdict = decide_money(amounts, witnesses).get(FieldName.TOTAL)
    if verdict is None:
        return {}
    if verdict.contested:
        # no rule compares the sum with this code: nothing may outweigh what contradicts it
        verdict.confirmed_by.clear()
    elif lines is not None and Decimal(verdict.winner.value) == lines:
        verdict.confirmed_by.append("lines")
    return {FieldName.TOTAL: verdict}


def lines_sum(items: Iterable[LineItem]) -> Decimal | None:
    """What the amounts of lines come to; None where one is missing or there are no lines."""
    amounts = [item.amount for item in items]
    if not amounts or None in amounts:
        return None
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def _after(marked: Marked, word: Word) -> list[Word]:
    """The words behind one on its line, left to right."""
    row = [
        other
        for other in marked.values
        if other is not word and other.box.x0 >= word.box.x1 - 2 and other.shares_row(word)
    ]
    return sorted(row, key=lambda other: other.box.x0)
