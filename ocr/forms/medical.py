"""医疗门诊 and 医疗住院收费票据: lines in two halves of the table, patient and payers below."""

import re
from collections.abc import Sequence
from decimal import Decimal

from models.invoice import Detail, LineItem
from ocr.extract.amounts import printed_money
from ocr.forms.bill import HEAD, bill_reading, money_of, table_body
from ocr.forms.case import Case, FormReading
from ocr.forms.grid import Row, cell_text, cells_of, columns_of, heading_row, rows_of
from ocr.forms.marked import LabelSpec, Mark, Marked
from ocr.words import Word

_TABLE = (
    LabelSpec("name", r"项目名称|收费项目|项目"),
    LabelSpec("counted", r"数量/?单位"),
    LabelSpec("amount", r"金额(?:\(元\))?"),
    LabelSpec("price", r"收费标准|标准|单价"),
    LabelSpec("note", r"备注"),
)
_COLUMNS = frozenset({"name", "counted", "amount", "price", "note"})
PATIENT = (
    "业务流水号",
    "门诊号",
    "住院号",
    "病历号",
    "就诊日期",
    "住院科别",
    "住院时间",
    "医疗机构类型",
    "医保类型",
    "医保编号",
    "性别",
    "预缴金额",
    "补缴金额",
    "退费金额",
    "医保统筹基金支付",
    "其他支付",
    "个人账户支付",
    "个人现金支付",
    "个人自付",
    "个人自费",
)
"""What is printed below the sum, by its label, in the order it usually is."""
_SPECS = (
    *HEAD,
    LabelSpec("buyer", r"(?:患者|病人)?姓名"),
    *_TABLE,
    *(LabelSpec(name, re.escape(name), glued=len(name) > 3) for name in PATIENT),
)
_COUNTED = re.compile(r"(\d+(?:\.\d+)?)[/／|]?(\D*)")


def read_medical(case: Case) -> FormReading:
    """A medical bill."""
    marked = Marked(case.words, _SPECS)
    items = _lines(marked)
    return bill_reading(case, marked, items, patient_details(marked))


def patient_details(marked: Marked) -> tuple[Detail, ...]:
    """What stands behind the labels of patient and payers."""
    found = marked.texts(dict(zip(PATIENT, PATIENT, strict=True)))
    return tuple(Detail(name=name, value=value) for name, value in found.items())


def _lines(marked: Marked) -> tuple[LineItem, ...]:
    """The lines of both halves, left to right and down."""
    headings = heading_row(marked, _COLUMNS, least=2)
    if not any(mark.key == "amount" for mark in headings):
        return ()
    halves = _halves(headings)
    body = table_body(marked, headings)
    every: list[list[LineItem]] = []
    for at, half in enumerate(halves):
        left = _begins(halves, at, body)
        right = _begins(halves, at + 1, body) if halves[at + 1 :] else None
        mine = [
            word for word in body if word.box.cx > left and (right is None or word.box.cx <= right)
        ]
        every.append(_half(mine, half))
    return _in_order(every)


def _begins(halves: Sequence[Sequence[Mark]], at: int, body: Sequence[Word]) -> float:
    """Where a half begins: half of what is free left of its first heading, or as far left of it
    as the words of the first half stand left of theirs."""
    heading = halves[at][0].word
    least = heading.box.x0 - _reach(halves, at)
    if at == 0 or not body:
        return least
    shift = heading.box.x0 - halves[0][0].word.box.x0
    alike = min(word.box.x0 for word in body) + shift - heading.height / 2
    return min(least, max(alike, halves[at - 1][-1].word.box.x1))


def _reach(halves: Sequence[Sequence[Mark]], at: int) -> float:
    """How far left of its first heading a half begins: half of what is free there."""
    first = halves[at][0].word.box
    if at == 0:
        return float("inf")
    before = halves[at - 1][-1].word.box
    name_to_next = halves[at][1].word.box.x0 - first.x1 if len(halves[at]) > 1 else 0.0
    # headings stand in the middle of their columns: as much is free on the left as on the right
    return min(max(0.0, first.x0 - before.x1) / 2, max(0.0, name_to_next) * 0.6)


def _halves(headings: Sequence[Mark]) -> list[list[Mark]]:
    """The headings, cut where the name's comes again."""
    halves: list[list[Mark]] = []
    for mark in headings:
        if mark.key == "name" or not halves:
            halves.append([])
        halves[-1].append(mark)
    return halves


def _half(words: Sequence[Word], headings: Sequence[Mark]) -> list[LineItem]:
    cells = cells_of(words, columns_of(headings))
    starts = [word for word in cells.get("amount", []) if printed_money(word.text) is not None]
    rows = rows_of(cells, starts, frozenset({"name"}))
    items = (_item(row, money_of(word)) for row, word in zip(rows, starts, strict=True))
    return [item for item in items if item is not None]


def _item(row: Row, amount: Decimal | None) -> LineItem | None:
    name = cell_text(row, "name")
    if name is None or amount is None:
        return None
    counted = _COUNTED.fullmatch(cell_text(row, "counted") or "")
    return LineItem(
        name=name,
        quantity=counted[1] if counted else None,
        unit=(counted[2] or None) if counted else None,
        amount=amount,
    )


def _in_order(halves: Sequence[Sequence[LineItem]]) -> tuple[LineItem, ...]:
    """The lines from left to right where the halves are filled alike; where the left one is
    longer by more than one it was filled first."""
    if len(halves) == 2 and len(halves[0]) - len(halves[1]) > 1:
        return (*halves[0], *halves[1])
    longest = max(map(len, halves), default=0)
    return tuple(half[at] for at in range(longest) for half in halves if at < len(half))
