"""The lines of the table: cells assigned to columns, wrapped names joined."""

import itertools
import re
from decimal import Decimal

from models.invoice import LineItem
from ocr.extract.amounts import printed_money
from ocr.extract.sheet import Sheet
from ocr.labels import Label
from ocr.words import Word

_RATE = re.compile(r"\d{1,2}(?:\.\d)?%|免税|不征税|出口退税|\*{2,}")
_LIST_NOTE = re.compile(r"\(?详见.{0,4}清单\)?")
_SHORT_NAME = re.compile(r"^[*·]?(?P<short>[一-鿿、]{1,15})[*·”\"“](?=\S)")
"""The 税收分类 short name that begins a line's name, between two stars one of which may be lost."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_GLUED = re.compile(r"-?\d+\.\d+\.\d+")
"""Two figures run into one, both with decimals."""
_PITCH = 2.6
"""Line heights from one line of a cell to the next, at most."""
_CHANCE = 25
"""A quotient must be this many times more exact than chance would have it."""
_HEADING = re.compile(r"[一-鿿()/、]{2,16}")


def find_items(sheet: Sheet) -> tuple[LineItem, ...]:
    """The table's lines, in order; empty where no heading 金额 was found.

    Every line has an amount, and its other figures stand beside it. Its name begins there and
    goes on below.
    """
    if Label.AMOUNT not in sheet.columns or sheet.table_top is None:
        return ()
    cells = _cells(sheet)
    starts = [
        word
        for word in cells.get(Label.AMOUNT, [])
        if printed_money(word.text) is not None and not word.text.startswith("¥")
    ]
    if not starts:
        return ()
    lines: list[dict[Label, list[Word]]] = [{} for _ in starts]
    for column, words in cells.items():
        if column is Label.ITEM:
            for line, name in zip(lines, _names(words, starts), strict=True):
                line[column] = name
            continue
        for word in words:
            index = _line_of(word, starts, wraps=column is Label.SPEC)
            cell = lines[index].setdefault(column, [])
            if _goes_on(word, cell[-1] if cell else starts[index]):
                cell.append(word)
    items = (_item(line, start) for line, start in zip(lines, starts, strict=True))
    return tuple(item for item in items if item is not None)


def _cells(sheet: Sheet) -> dict[Label, list[Word]]:
    """The values between the heading and the row of 合计, by column, from top to bottom."""
    others = _other_headings(sheet)
    edges = _edges(sheet, others)
    end = _table_bottom(sheet)
    top = sheet.table_top or 0.0
    cells: dict[Label, list[Word]] = {}
    inside = sheet.values(lambda word: top + 0.3 * word.height < word.box.cy < end)
    for word in sorted(inside, key=lambda word: word.box.cy):
        if word in others:
            continue
        # numbers are set flush right, text flush left: the middle decides for both
        column = next((label for label, edge in edges if word.box.cx <= edge), None)
        if _SHORT_NAME.match(word.text) and word.box.x0 <= edges[0][1]:
            column = Label.ITEM  # a name may run on far into the next column
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
    top = sheet.table_top
    sums = [*sheet.labels(Label.SUM), *_subtotals(sheet)]
    below = [word.box.y0 for word in sums if top is not None and word.box.cy > top]
    if below:
        return min(below)
    return sheet.table_end - 2.5 * sheet.line_height if sheet.table_end else float("inf")


def _subtotals(sheet: Sheet) -> list[Word]:
    """The 小计 at the foot of a page that has more lines on the next, or its first character."""
    found = sheet.values(lambda word: word.text in ("小计", "小"))
    return [word for word in found if word.text == "小计" or _is_followed_by(sheet, word, "计")]


def _is_followed_by(sheet: Sheet, word: Word, text: str) -> bool:
    return any(
        other.text == text and other.shares_row(word) and other.box.x0 > word.box.x0
        for other in sheet.words
    )


def _other_headings(sheet: Sheet) -> list[Word]:
    """The headings of columns a VAT table does not have, such as 车牌号 or 产权证书号."""
    known = [word.box for word in sheet.columns.values()]
    least = min(box.cy - 0.6 * box.height for box in known)
    most = max(box.cy + 0.6 * box.height for box in known)
    return [
        word
        for word in sheet.values(lambda word: least < word.box.cy < most)
        if _HEADING.fullmatch(word.text)
        and not any(box.x0 < word.box.cx < box.x1 for box in known)
        and any(box.x1 < word.box.x0 for box in known)
    ]


def _edges(sheet: Sheet, others: list[Word]) -> list[tuple[Label | None, float]]:
    """(column, x of its right edge): half-way between neighbouring headings, left to right."""
    headings: list[tuple[Label | None, Word]] = [*sheet.columns.items()]
    headings += [(None, word) for word in others]
    headings.sort(key=lambda heading: heading[1].box.cx)
    edges: list[tuple[Label | None, float]] = []
    if Label.ITEM not in sheet.columns:
        # the first heading was not read; names stand left of whatever the next one is
        edges.append((Label.ITEM, headings[0][1].box.x0 - sheet.line_height))
    for (label, word), (_, following) in itertools.pairwise(headings):
        edges.append((label, (word.box.x1 + following.box.x0) / 2))
    return [*edges, (headings[-1][0], float("inf"))]


def _names(words: list[Word], starts: list[Word]) -> list[list[Word]]:
    """The words of each line's name.

    Where as many names begin as there are lines they go together in order, whatever a slanted
    or shifted print does to their heights; otherwise the heights decide.
    """
    begins = [index for index, word in enumerate(words) if _SHORT_NAME.match(word.text)]
    if len(begins) == len(starts):
        begins[0] = 0
        spans = itertools.pairwise([*begins, len(words)])
        return [_unbroken(words[first:end]) for first, end in spans]
    names: list[list[Word]] = [[] for _ in starts]
    for word in words:
        at = _line_of(word, starts, wraps=True)
        if _goes_on(word, names[at][-1] if names[at] else starts[at]):
            names[at].append(word)
    return names


def _goes_on(word: Word, last: Word) -> bool:
    """Whether a word still belongs to the line, rather than to a table of its own below."""
    return word.box.cy - last.box.cy <= _PITCH * max(word.height, last.height)


def _unbroken(words: list[Word]) -> list[Word]:
    """A name up to the first gap too wide for it to go on below."""
    for at in range(1, len(words)):
        if not _goes_on(words[at], words[at - 1]):
            return words[:at]
    return words


def _line_of(word: Word, starts: list[Word], *, wraps: bool) -> int:
    """The line a cell belongs to: the nearest one, or, where cells wrap, the last one begun."""
    if not wraps:
        return min(range(len(starts)), key=lambda at: abs(starts[at].box.cy - word.box.cy))
    begun = [
        at for at, start in enumerate(starts) if start.box.cy - 0.75 * start.height <= word.box.cy
    ]
    return begun[-1] if begun else 0


def _item(line: dict[Label, list[Word]], start: Word) -> LineItem | None:
    def text(label: Label) -> str | None:
        return "".join(word.text for word in _in_reading_order(line.get(label, []))) or None

    amount = printed_money(start.text)
    name = text(Label.ITEM)
    if amount is None or name is None:
        return None
    rate = text(Label.TAX_RATE)
    # notes on the right margin may stray into the last column: only a figure is the tax
    taxes = (printed_money(word.text) for word in line.get(Label.TAX, []))
    tax = next(filter(None, taxes), None)
    quantity, price = _quantity_and_price(text(Label.QUANTITY), text(Label.UNIT_PRICE), amount[0])
    return LineItem(
        name=_SHORT_NAME.sub(r"*\g<short>*", name),
        spec=text(Label.SPEC),
        unit=text(Label.UNIT),
        quantity=quantity,
        unit_price=price,
        amount=amount[0],
        tax_rate=rate if rate and _RATE.fullmatch(rate) else None,
        tax=tax[0] if tax else None,
    )


def _quantity_and_price(
    quantity: str | None, price: str | None, amount: Decimal
) -> tuple[str | None, str | None]:
    """Quantity and unit price as printed, or None where they are no numbers.

    Right-aligned figures may run into one: they are parted where, and only where, exactly one
    cut makes quantity times price the amount; otherwise neither is given.
    """
    if (quantity is None) != (price is None) and _GLUED.fullmatch(quantity or price or ""):
        return _parted(quantity or price or "", amount) or (None, None)
    quantity = quantity if quantity and _NUMBER.fullmatch(quantity) else None
    price = price if price and _NUMBER.fullmatch(price) else None
    if (quantity is None) == (price is None):
        return quantity, price
    whole = quantity or price or ""
    if parted := _parted(whole, amount):
        return parted
    if price is not None and quantity is None:
        # a price alone that does not make the amount may be two figures in one
        count = _count(price, amount)
        return (count, price) if count else (None, None)
    return quantity, price


def _count(price: str, amount: Decimal) -> str | None:
    """The whole number of pieces a price and an amount tell: a lone digit is easily not seen, but
    no form prints a price without it. None where a price and an amount that have nothing to do
    with each other might fit as well."""
    each = Decimal(price)
    if not each:
        return None
    count = (amount / each).to_integral_value()
    rest = max(abs(count * each - amount), _rounding(price, count))
    sure = count != 0 and _makes(str(count), price, amount)
    return str(count) if sure and rest * _CHANCE <= abs(each) else None


def _parted(whole: str, amount: Decimal) -> tuple[str, str] | None:
    """Two figures run into one, cut where exactly one cut makes their product the amount."""
    cuts = [
        (whole[:at], whole[at:])
        for at in range(1, len(whole))
        if _makes(whole[:at], whole[at:], amount)
    ]
    return cuts[0] if len(cuts) == 1 else None


def _makes(quantity: str, price: str, amount: Decimal) -> bool:
    """Whether quantity times price is the amount, to the precision of the printed price."""
    if not (_NUMBER.fullmatch(quantity) and _NUMBER.fullmatch(price)):
        return False
    if re.match(r"0\d", price) or re.match(r"0\d", quantity):
        return False
    factor = Decimal(quantity)
    return abs(factor * Decimal(price) - amount) <= _rounding(price, factor)


def _rounding(price: str, factor: Decimal) -> Decimal:
    """How far a product may be off because the price is printed rounded (domain.md 3.5)."""
    decimals = len(price.partition(".")[2])
    return max(Decimal("0.01"), abs(factor) * Decimal(5).scaleb(-decimals - 1))


def _in_reading_order(words: list[Word]) -> list[Word]:
    """Words of a cell, line by line and from left to right within a line."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.box.cy):
        if lines and word.shares_row(lines[-1][0]):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [word for line in lines for word in sorted(line, key=lambda word: word.box.x0)]


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
