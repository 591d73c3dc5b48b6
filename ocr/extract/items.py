"""The lines of the table: cells assigned to columns, wrapped names joined."""

import itertools
import re
from decimal import Decimal

from models.invoice import LineItem
from ocr.extract.amounts import printed_money
from ocr.extract.sheet import Sheet
from ocr.labels import COLUMNS, Label
from ocr.words import Word

_RATE = re.compile(r"\d{1,2}(?:\.\d)?%|免税|不征税|出口退税|\*{2,}")
_LIST_NOTE = re.compile(r"\(?详见.{0,4}清单\)?")


def find_items(sheet: Sheet) -> tuple[LineItem, ...]:
    """The table's lines, in order; empty where no table heading was found.

    A line begins where an amount stands in the 金额 column; everything from there down to the
    next line's beginning belongs to it.
    """
    if Label.AMOUNT not in sheet.columns or sheet.table_top is None:
        return ()
    cells = _cells(sheet)
    starts = sorted(
        (
            word
            for word in cells.get(Label.AMOUNT, [])
            if printed_money(word.text) is not None and not word.text.startswith("¥")
        ),
        key=lambda word: word.box.cy,
    )
    items = []
    for index, start in enumerate(starts):
        top = start.box.cy - 0.75 * start.height
        below = starts[index + 1] if index + 1 < len(starts) else None
        bottom = below.box.cy - 0.75 * below.height if below else float("inf")
        line = {
            column: [word for word in words if top <= word.box.cy < bottom]
            for column, words in cells.items()
        }
        item = _item(line, start)
        if item is not None:
            items.append(item)
    return tuple(items)


def _cells(sheet: Sheet) -> dict[Label, list[Word]]:
    """The values between the heading and the row of 合计, by column, from top to bottom."""
    edges = _edges(sheet)
    end = _table_bottom(sheet)
    top = sheet.table_top or 0.0
    cells: dict[Label, list[Word]] = {}
    for word in sheet.values(lambda word: top + 0.3 * word.height < word.box.cy < end):
        # numbers are set flush right, text flush left: the middle decides for both
        column = next((label for label, edge in edges if word.box.cx <= edge), None)
        if column is not None:
            cells.setdefault(_fitting(column, word, sheet), []).append(word)
    return cells


def _fitting(column: Label, word: Word, sheet: Sheet) -> Label:
    """The column a word belongs to by what it is: no rate is an amount, no amount a rate.

    Headings stand in the middle of their columns, amounts at the right edge: a narrow column of
    rates between two wide ones of amounts would catch them.
    """
    is_rate = bool(_RATE.fullmatch(word.text))
    if is_rate and column in (Label.AMOUNT, Label.TAX) and "*" not in word.text:
        return Label.TAX_RATE if Label.TAX_RATE in sheet.columns else column
    if column is not Label.TAX_RATE or is_rate or printed_money(word.text) is None:
        return column
    rate = sheet.columns[Label.TAX_RATE].box.cx
    wanted = Label.AMOUNT if word.box.cx < rate else Label.TAX
    return wanted if wanted in sheet.columns else column


def _table_bottom(sheet: Sheet) -> float:
    """Where the lines end: above the row of 合计, else above that of 价税合计."""
    sums = [
        label.box.y0
        for label in sheet.labels(Label.SUM)
        if sheet.table_top is not None and label.box.cy > sheet.table_top
    ]
    if sums:
        return min(sums)
    return sheet.table_end - 2.5 * sheet.line_height if sheet.table_end else float("inf")


def _edges(sheet: Sheet) -> list[tuple[Label, float]]:
    """(column, x of its right edge): half-way between neighbouring headings."""
    present = [label for label in COLUMNS if label in sheet.columns]
    edges = []
    for label, following in itertools.pairwise(present):
        left, right = sheet.columns[label].box, sheet.columns[following].box
        edges.append((label, (left.x1 + right.x0) / 2))
    if present:
        edges.append((present[-1], float("inf")))
    return edges


def _item(line: dict[Label, list[Word]], start: Word) -> LineItem | None:
    def text(label: Label) -> str | None:
        words = sorted(line.get(label, []), key=lambda word: word.box.cy)
        return "".join(word.text for word in _in_reading_order(words)) or None

    amount = printed_money(start.text)
    name = text(Label.ITEM)
    if amount is None or name is None:
        return None
    rate = text(Label.TAX_RATE)
    tax_words = [word for word in line.get(Label.TAX, []) if word.shares_row(start, 0.2)]
    tax = printed_money(tax_words[0].text) if tax_words else None
    return LineItem(
        name=name,
        spec=text(Label.SPEC),
        unit=text(Label.UNIT),
        quantity=_number(text(Label.QUANTITY)),
        unit_price=_number(text(Label.UNIT_PRICE)),
        amount=amount[0],
        tax_rate=rate if rate and _RATE.fullmatch(rate) else None,
        tax=tax[0] if tax else None,
    )


def _in_reading_order(words: list[Word]) -> list[Word]:
    """Words of a cell, line by line and from left to right within a line."""
    lines: list[list[Word]] = []
    for word in words:
        if lines and word.shares_row(lines[-1][0]):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [word for line in lines for word in sorted(line, key=lambda word: word.box.x0)]


def _number(text: str | None) -> str | None:
    """A quantity or unit price as printed, or None where it is no number."""
    return text if text and re.fullmatch(r"-?\d+(?:\.\d+)?", text) else None


def line_sums(items: tuple[LineItem, ...]) -> tuple[Decimal, Decimal] | None:
    """(sum of amounts, sum of taxes) where every line has an amount, else None."""
    if not items or any(item.amount is None for item in items):
        return None
    zero = Decimal(0)
    return (
        sum((item.amount or zero for item in items), zero),
        sum((item.tax or zero for item in items), zero),
    )


def is_list_note(item: LineItem) -> bool:
    """Whether a line only points to a 销货清单."""
    return bool(_LIST_NOTE.search(item.name))
