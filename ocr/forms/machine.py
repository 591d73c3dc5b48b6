"""通用机打发票: sheets and rolls, each province's its own (domain.md 1.4)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from models.geometry import Box
from models.invoice import Detail, Extra, FieldName, LineItem
from ocr.extract.amounts import printed_money
from ocr.extract.sheet import UNLABELLED, Seen, Sheet, seen
from ocr.forms import printed
from ocr.forms.case import Case, FormReading
from ocr.forms.cells import CellLabel, Cells, Filled
from ocr.forms.level import levelled
from ocr.forms.sums import decide_total
from ocr.labels import Label
from ocr.resolve.evidence import Verdict
from ocr.resolve.identity import decide_identity
from ocr.words import Word

LABELS = tuple(
    CellLabel(cell, text)
    for cell, texts in {
        "code": ("机打代码",),
        "number": ("机打号码", "机打票号"),
        "machine_no": ("机器编号", "机器编码", "机器号"),
        "buyer": (
            "付款单位(个人)名称",
            "付款方名称",
            "付款人名称",
            "付款户名",
            "付款单位名称",
            "付款单位(个人)",
            "付款单位",
            "付款方",
            "付款人",
            "购买方名称",
            "购货单位名称",
            "购货单位",
            "购货方名称",
            "购货方",
            "客户名称",
            "顾客名称",
            "交款单位",
            "缴款单位",
        ),
        "seller": (
            "收款方名称",
            "收款单位名称(盖章)",
            "收款单位名称",
            "收款单位",
            "收款方",
            "销售方名称",
            "销货单位名称",
            "销货单位",
            "销货方名称",
            "销货方",
            "收款人名称",
            "开票单位名称",
        ),
        "tax_id": (
            "统一社会信用代码/纳税人识别号",
            "统一社会信用代码",
            "纳税人识别号",
            "税务登记号",
            "税号",
        ),
        "buyer_id": ("付款方识别号", "付款方税号", "付款单位税号", "购方税号", "购货方税号"),
        "seller_id": ("收款方识别号", "收款方税号", "收款单位税号", "销方税号", "销货方税号"),
        "date": ("开票日期", "填开日期", "开票时间"),
        "industry": ("行业分类",),
        "words": ("合计人民币(大写)", "合计金额(大写)", "合计(大写)", "人民币(大写)", "(大写)"),
        "total": ("合计金额(小写)", "合计(小写)", "小写"),
        "check_code": ("校验码",),
        "remark": ("备注",),
        "payee": ("收款员", "收款人"),
        "drawer": ("开票人", "开票员"),
        "foot": ("开票单位(盖章)", "收款单位(盖章)"),
    }.items()
    for text in texts
)
"""What the form prints; a name and what is beside or below it belong together."""

_COLUMNS = (Label.UNIT, Label.QUANTITY, Label.UNIT_PRICE, Label.AMOUNT)
_STEEPEST = 0.08
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def read_machine(case: Case) -> FormReading:
    """Lines at prices with tax, both parties, one sum; no tax is shown."""
    words = levelled(case.words)
    cells = Cells(words, LABELS)
    head = printed.head_of(words, cells)
    verdicts = printed.identity(
        case,
        head,
        printed.digits_in(cells.named("code"), r"\d{12}"),
        printed.digits_in(cells.named("number"), r"\d{8}"),
        dates=Sheet.of(words),
    )
    if check := decide_identity(_check_codes(cells), None):
        verdicts[FieldName.CHECK_CODE] = check
    items = _items(Sheet.of(words), cells)
    verdicts |= _total(cells, items)
    verdicts |= _parties(cells)
    return FormReading(verdicts, items, _extra(case, cells))


def _check_codes(cells: Cells) -> list[Seen]:
    """校验码: beside its label, else the one run of twenty digits that is no party's id."""
    labelled = printed.digits_in(cells.named("check_code"), r"\d{20}")
    if labelled:
        return labelled
    others = ("tax_id", "buyer", "seller")
    free = [each for each in cells.filled if each.cell.name not in others]
    found = [
        seen([word], word.text, UNLABELLED)
        for word in (*cells.loose, *(word for each in free for word in each.words))
        if re.fullmatch(r"\d{20}", word.text)
    ]
    return found if len(found) == 1 else []


def _total(cells: Cells, items: tuple[LineItem, ...]) -> dict[FieldName, Verdict]:
    capital, _ = printed.capital_in(cells.named("words"))
    lines = [item.amount for item in items if item.amount is not None]
    return decide_total(
        printed.money_in(cells.named("total")),
        capital,
        lines=sum(lines, Decimal(0)) if lines and len(lines) == len(items) else None,
    )


def _parties(cells: Cells) -> dict[FieldName, Verdict]:
    buyers, sellers = (
        [_with_line_below(each, cells) for each in cells.named(name)]
        for name in ("buyer", "seller")
    )
    if not any(each.words for each in sellers):
        sellers = cells.named("foot")
    ids = printed.of_party(cells.named("tax_id"), [*buyers, *sellers])
    beside = (ids.get(0, []) if buyers else [], ids.get(len(buyers), []))
    return printed.decide_parties(
        printed.party_in(buyers[:1], [*cells.named("buyer_id"), *beside[0]]),
        printed.party_in(sellers[:1], [*cells.named("seller_id"), *beside[1]]),
    )


def _with_line_below(filled: Filled, cells: Cells) -> Filled:
    """An empty cell with what stands in no other right below its label, as rolls print names."""
    box = filled.cell.box
    below = [
        word
        for word in cells.loose
        if 0 < word.box.cy - box.cy < 2 * word.height
        and abs(word.box.x0 - box.x0) < word.height
        and re.search(r"[一-鿿]{2}", word.text)
    ]
    return filled if filled.words or not below else Filled(filled.cell, ((below[0],),))


def _items(sheet: Sheet, cells: Cells) -> tuple[LineItem, ...]:
    """The lines between the headings and the sums. On a sheet the name stands beside its figures,
    on a roll on the line above them."""
    columns = {label: sheet.columns[label] for label in _COLUMNS if label in sheet.columns}
    if Label.AMOUNT not in columns or sheet.table_top is None:
        return ()
    sums = [each.cell.box.y0 for name in ("words", "total") for each in cells.named(name)]
    below = [y for y in sums if y > sheet.table_top]
    end = min(below, default=0.0)
    above = sheet.values(lambda word: word.box.cy < end)
    start = min(columns.values(), key=lambda heading: heading.box.cx).box.cy
    inside = [word for word in _along(above, columns) if word.box.cy > start + 0.6 * word.height]
    found: list[LineItem] = []
    waiting = ""
    for row in _rows(inside):
        line, name = _line(row, columns)
        if line is None:
            waiting += name
        else:
            if name and waiting and found:
                longer = found[-1].name + waiting
                found[-1] = found[-1].model_copy(update={"name": longer})
                waiting = ""
            if text := name or waiting:
                found.append(line.model_copy(update={"name": text}))
            waiting = ""
    return tuple(found)


def _along(words: Sequence[Word], columns: dict[Label, Word]) -> list[Word]:
    """The words with their lines made level by how the row of headings leans."""
    headings = [heading.box for heading in columns.values()]
    start, end = min(headings, key=lambda box: box.cx), max(headings, key=lambda box: box.cx)
    slope = (end.cy - start.cy) / (end.cx - start.cx) if end.cx - start.cx > end.height else 0.0
    if abs(slope) > _STEEPEST:
        return [*words]
    return [replace(word, box=_down(word.box, slope * (start.cx - word.box.cx))) for word in words]


def _down(box: Box, by: float) -> Box:
    return Box(box.x0, box.y0 + by, box.x1, box.y1 + by)


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    left = sorted(words, key=lambda word: word.box.cy)
    rows = []
    while left:
        row = [word for word in left if word.shares_row(left[0], 0.5)]
        rows.append(sorted(row, key=lambda word: word.box.x0))
        left = [word for word in left if word not in row]
    return rows


def _line(row: list[Word], columns: dict[Label, Word]) -> tuple[LineItem | None, str]:
    """(the figures of a row, its name); None where it has no amount."""
    first = min(heading.box.x0 for heading in columns.values())
    held: dict[Label, str] = {}
    names: list[str] = []
    for word in row:
        column = _column(word, columns)
        figure = _NUMBER.fullmatch(word.text) or printed_money(word.text) is not None
        if word.box.cx > first and (figure or column is Label.UNIT):
            held[column] = held.get(column, "") + word.text
        else:
            names.append(word.text)
    amount = printed_money(held.get(Label.AMOUNT, ""))
    if amount is None:
        return None, "".join(names)
    quantity, price = held.get(Label.QUANTITY), held.get(Label.UNIT_PRICE)
    line = LineItem(
        name="-",
        unit=held.get(Label.UNIT),
        quantity=quantity if quantity and _NUMBER.fullmatch(quantity) else None,
        unit_price=price if price and _NUMBER.fullmatch(price) else None,
        amount=amount[0],
    )
    return line, "".join(names)


def _column(word: Word, columns: dict[Label, Word]) -> Label:
    """The column whose heading is nearest, by the middle or by the right edge."""

    def away(label: Label) -> float:
        heading = columns[label].box
        return min(abs(word.box.cx - heading.cx), abs(word.box.x1 - heading.x1))

    return min(columns, key=away)


def _extra(case: Case, cells: Cells) -> Extra:
    codes = printed.digits_in(cells.named("code"), r"\d{12}")
    numbers = printed.digits_in(cells.named("number"), r"\d{8}")
    machine = printed.digits_in(cells.named("machine_no"), r"\d{12}")
    industry = printed.text_in(cells.named("industry"))
    return case.extra.model_copy(
        update={
            "total_in_words": printed.capital_in(cells.named("words"))[1],
            "machine_no": machine[0].value if machine else case.extra.machine_no,
            "second_code": codes[0].value if codes else None,
            "second_number": numbers[0].value if numbers else None,
            "payee": printed.text_in(cells.named("payee")) or case.extra.payee,
            "drawer": printed.text_in(cells.named("drawer")) or case.extra.drawer,
            "remark": printed.text_in(cells.named("remark")),
            "details": (Detail(name="行业分类", value=industry),) if industry else (),
        }
    )
