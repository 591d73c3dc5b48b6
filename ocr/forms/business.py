"""特定业务 of 数电票 (domain.md 1.4): the business beside the title, and what it prints of its own.

Some businesses have columns of their own in the table of lines (建筑服务, 通行费, 不动产), some a
second table (旅客, 货物, 拖拉机), some labelled values (医疗), some sentences in the remark.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from models.geometry import Box
from models.invoice import TOLL_BUSINESS, Detail, Extra, LineItem
from models.text import squash
from ocr.extract.amounts import printed_money
from ocr.extract.header import iso_date
from ocr.extract.items import find_items
from ocr.forms.businesswords import (
    FACTS,
    HEADINGS,
    LINE_COLUMNS,
    NAMES,
    REMARK_NAMES,
    TABLES,
    TYPED,
    WRAPPED,
    business_by_headings,
)
from ocr.forms.case import Case, FormReading
from ocr.forms.grid import Row, cell_text, heading_row, rows_of
from ocr.forms.marked import Mark, Marked
from ocr.forms.remark import with_remark
from ocr.labels import Label
from ocr.words import Word

_MONEY_COLUMNS = frozenset({"amount", "tax", "rate"})
_VALUE_ENDS = re.compile(r"[;；]|[购销]方开户银行")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{5,6}"
)


def read_digital(case: Case) -> FormReading:
    """A 数电票 with the details of its business, and what its remark says."""
    marked = Marked(case.words, HEADINGS)
    below, places = _below(marked)
    sheet = case.sheet
    items = case.items
    if places:
        # a second table above 合计 must not be taken for lines
        kept = tuple(word for word in sheet.words if not any(_within(word, at) for at in places))
        items = find_items(replace(sheet, words=kept)) or items
    details = [*_of_lines(marked), *below, *remark_details(case.extra.remark or "")]
    business = _business(case) or business_by_headings({each.name for each in details})
    if business is None:
        return FormReading(case.verdicts, case.items, with_remark(case.extra))
    extra = with_remark(case.extra).model_copy(
        update={
            "special_business": business,
            "details": _in_rows(details),
            **typed_fields(details),
        }
    )
    return FormReading(case.verdicts, _with_units(items, details), extra)


def read_toll(case: Case) -> FormReading:
    """A 通行费增值税电子普通发票: taxed ones say 通行费 at the top, a card's top-up does not."""
    marked = Marked(case.words, HEADINGS)
    details = _of_lines(marked)
    update: dict[str, object] = {"details": _in_rows(details), **typed_fields(details)}
    if _business(case) == TOLL_BUSINESS:
        update["special_business"] = TOLL_BUSINESS
    extra = with_remark(case.extra).model_copy(update=update)
    return FormReading(case.verdicts, case.items, extra)


def _business(case: Case) -> str | None:
    """The business named beside the title, above the parties."""
    top = min(
        (word.box.cy for word in case.sheet.labels(Label.NAME, Label.TAX_ID, Label.ITEM)),
        default=float("inf"),
    )
    for word in case.words:
        match = NAMES.fullmatch(word.text)
        if match and word.box.cy < top:
            return REMARK_NAMES.get(match[1], match[1])
    return None


def _of_lines(marked: Marked) -> list[Detail]:
    """The values in columns of their own in the table of lines, a row for each line."""
    headings = heading_row(marked, frozenset(LINE_COLUMNS) | _MONEY_COLUMNS)
    if not any(mark.key in LINE_COLUMNS for mark in headings):
        return []
    # every heading on that line takes its words away, whatever else it is
    row = _same_line(marked, headings[0])
    body = _body(marked, row)
    cells = _aligned(body, row)
    starts = _amounts(cells.get("amount", [])) or _amounts(_under(body, row, "amount"))
    rows = rows_of(cells, starts, WRAPPED)
    return _details(rows, {key: LINE_COLUMNS[key] for key in cells if key in LINE_COLUMNS})


def _amounts(words: Sequence[Word]) -> list[Word]:
    """The words that are amounts of lines."""
    return [
        word
        for word in words
        if printed_money(word.text) is not None and not word.text.startswith("¥")
    ]


def _under(words: Sequence[Word], headings: Sequence[Mark], key: str) -> list[Word]:
    """The words between the headings on either side of one."""
    keys = [mark.key for mark in headings]
    if key not in keys:
        return []
    at = keys.index(key)
    left = headings[at - 1].word.box.x1 if at else float("-inf")
    right = headings[at + 1].word.box.x0 if at + 1 < len(headings) else float("inf")
    return [word for word in words if left < word.box.cx < right]


def _below(marked: Marked) -> tuple[list[Detail], list[tuple[float, float]]]:
    """The rows of a second table and the labelled values, and the heights they stand at."""
    details: list[Detail] = []
    places: list[tuple[float, float]] = []
    for anchor, columns in TABLES:
        headings = heading_row(marked, frozenset(columns), least=min(3, len(columns)))
        if not headings:
            continue
        body = _body(marked, headings)
        cells = _aligned(body, headings)
        starts = sorted(cells.get(anchor, []), key=lambda word: word.box.cy)
        details += _details(rows_of(cells, starts, WRAPPED), columns)
        lines = [mark.word for mark in headings] + body
        places.append((min(w.box.y0 for w in lines), max(w.box.y1 for w in lines)))
        break
    facts = [mark for mark in marked.marks if mark.key in FACTS]
    if len({mark.key for mark in facts}) >= 3:
        found = marked.texts(FACTS)
        details += [Detail(name=name, value=value) for name, value in found.items()]
        places += [(mark.word.box.y0, mark.word.box.y1) for mark in facts]
    return details, places


def _same_line(marked: Marked, anchor: Mark) -> list[Mark]:
    row = [
        mark
        for mark in marked.marks
        if abs(mark.word.box.cy - anchor.word.box.cy) <= 1.1 * anchor.word.height
    ]
    return sorted(row, key=lambda mark: mark.word.box.x0)


def _body(marked: Marked, headings: Sequence[Mark]) -> list[Word]:
    """The values between headings and the next line of sums or headings below them."""
    top = max(mark.word.box.cy for mark in headings)
    ends = [
        mark.word.box.y0
        for mark in marked.marks
        if mark.word.box.cy > top + 1.2 * mark.word.height and mark.key != "currency"
    ]
    end = min(ends, default=float("inf"))
    return [
        word
        for word in marked.values
        if word.box.cy > top + 0.5 * word.height and word.box.cy < end
    ]


def _aligned(words: Sequence[Word], headings: Sequence[Mark]) -> Row:
    """Words by the heading they are aligned with: left, right or middle edge, whichever is best."""
    cells: Row = {}
    for word in sorted(words, key=lambda word: word.box.cy):
        key = "name" if word.text.startswith("*") else _nearest(word.box, headings)
        cells.setdefault(key, []).append(word)
    return cells


def _nearest(box: Box, headings: Sequence[Mark]) -> str:
    def apart(mark: Mark) -> float:
        other = mark.word.box
        return min(abs(box.x0 - other.x0), abs(box.cx - other.cx), abs(box.x1 - other.x1))

    return min(headings, key=apart).key


def _details(rows: Sequence[Row], columns: dict[str, str]) -> list[Detail]:
    return [
        Detail(name=name, value=value, row=at)
        for at, row in enumerate(rows)
        for key, name in columns.items()
        if (text := cell_text(row, key)) and (value := _as_printed(key, text))
    ]


def _as_printed(key: str, text: str) -> str:
    """A value; number plates have no letters O and I, which are what OCR makes of 0 and 1."""
    if key not in ("plate", "transport_no"):
        return text
    plate = text[:2] + text[2:].upper().replace("O", "0").replace("I", "1")
    return plate if _PLATE.fullmatch(plate) else text


def remark_details(remark: str) -> list[Detail]:
    """The values a remark states under names of their own: 名:值; 名:值;"""
    names = "|".join(sorted(map(re.escape, REMARK_NAMES), key=len, reverse=True))
    label = rf"(?<![一-鿿])({names})[:：]"
    found: list[Detail] = []
    matches = list(re.finditer(label, remark))
    for at, match in enumerate(matches):
        end = matches[at + 1].start() if at + 1 < len(matches) else len(remark)
        rest = _VALUE_ENDS.split(remark[match.end() : end])[0]
        value = rest.strip(" :：;,.，。")
        if value:
            found.append(Detail(name=REMARK_NAMES[match[1]], value=value))
    return found


def _in_rows(details: Sequence[Detail]) -> tuple[Detail, ...]:
    """The details row by row, each row as found."""
    return tuple(sorted(details, key=lambda each: each.row))


def typed_fields(details: Sequence[Detail]) -> dict[str, object]:
    """The fields of Extra that the first row's details fill."""
    typed: dict[str, object] = {}
    for each in details:
        name = TYPED.get(each.name)
        if name is None or each.row or name in typed:
            continue
        value: object = squash(each.value)
        if name == "travel_date":
            value = iso_date(each.value)
        if name == "plate" and "牌号" in each.name and each.name != "运输工具牌号":
            value = value if _PLATE.fullmatch(str(value)) else None
        if value:
            typed[name] = value
    return Extra.model_validate(typed).model_dump(include=set(typed)) if typed else {}


def _with_units(items: tuple[LineItem, ...], details: Sequence[Detail]) -> tuple[LineItem, ...]:
    """Lines whose unit stands under 面积单位."""
    units = {each.row: each.value for each in details if each.name == "面积单位"}
    return tuple(
        item.model_copy(update={"unit": units[at]}) if at in units and not item.unit else item
        for at, item in enumerate(items)
    )


def _within(word: Word, place: tuple[float, float]) -> bool:
    return place[0] <= word.box.cy <= place[1]


def continued_details(
    first: Sequence[Detail], second: Sequence[Detail], lines: int
) -> tuple[Detail, ...]:
    """The details of an invoice's next page after those of `lines` lines before it: columns of
    the lines go on counting, what is printed once does not."""
    own = set(LINE_COLUMNS.values())
    moved = [
        each.model_copy(update={"row": each.row + lines}) if each.name in own else each
        for each in second
    ]
    return _in_rows([*first, *moved])
