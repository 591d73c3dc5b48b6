"""财政票据: bills of non-tax income, donations, deposits, and of tolls; on paper or electronic.

Seller is the 收款单位, buyer the 交款人; there is no tax, only the total.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from models.invoice import Detail, Extra, FieldName, LineItem
from models.page import Source
from models.text import money
from ocr.extract.amounts import printed_money
from ocr.extract.header import digits, iso_date
from ocr.extract.parties import Party, looks_like_company, with_repair
from ocr.extract.sheet import UNLABELLED, Seen, seen
from ocr.forms.case import Case, FormReading
from ocr.forms.fiscalqr import FiscalQr, parse_fiscal_qr
from ocr.forms.grid import Row, cell_text, cells_of, columns_of, heading_row, rows_of
from ocr.forms.marked import LabelSpec, Mark, Marked
from ocr.forms.sums import decide_total, find_capital, find_totals, lines_sum
from ocr.resolve.evidence import Verdict, of_one_mind
from ocr.resolve.identity import decide_identity
from ocr.resolve.parties import decide_name, decide_tax_id
from ocr.words import Word

HEAD = (
    LabelSpec("code", r"票据代码", glued=True),
    LabelSpec("number", r"票据号码|(?:No\.?|N[oO0°]\.?|№)(?=[:：]?\d{8}|$)", glued=True),
    LabelSpec("check", r"校验码", glued=True),
    LabelSpec("date", r"(?:开.|填.|结算|收费|收款|[缴交]款|打印)日期", glued=True),
    LabelSpec("buyer_id", r"(?:交款人)?统一社会信用代码", glued=True),
    LabelSpec("buyer", r"[交缴]款(?:人\(单位\)|单位或个人|单位\(个人\)|单位|人名称|人)"),
    LabelSpec(
        "seller", r"(?:收[款费]|执收)单位(?:\([公盖]?章\))?|(?:款?单位|位)?\(公?章\)", glued=True
    ),
    LabelSpec("reviewer", r"复核人?"),
    LabelSpec("payee", r"收款人"),
    LabelSpec("drawer", r"开票人"),
    LabelSpec("words", r"(?:金额合计|合计金额|合计|总计)?(?:人民币)?\(大写\)", glued=True),
    LabelSpec("total", r"\(?小写\)?", glued=True),
    LabelSpec("others", r"其他信息"),
)
_TABLE = (
    LabelSpec("item_code", r"项目编码"),
    LabelSpec("name", r"项目名称|收费项目(?:名称)?"),
    LabelSpec("unit", r"单位"),
    LabelSpec("quantity", r"数量"),
    LabelSpec("price", r"收费标准|标准|单价"),
    LabelSpec("amount", r"金额(?:\(元\))?"),
    LabelSpec("note", r"备注"),
    LabelSpec("plate", r"车牌号码?"),
    LabelSpec("vehicle", r"车?辆?类型|车型"),
    LabelSpec("start", r"通行日期起"),
    LabelSpec("end", r"通行日期止"),
)
_OTHERS = {"payment_code": "缴款码", "payment_way": "交款方式", "cash": "收款方式"}
_COLUMNS = frozenset(
    {"item_code", "name", "unit", "quantity", "price", "amount", "note"}
    | {"plate", "vehicle", "start", "end"}
)
_BOXES = re.compile(r"[亿千百十万元角分]+")
_HEADINGS = _COLUMNS | {"tariff", "receipt"}
"""Headings of the tables of all forms read here; days below them are other days."""
_DETAILS = {
    "item_code": "项目编码",
    "plate": "车牌号",
    "vehicle": "类型",
    "start": "通行日期起",
    "end": "通行日期止",
}
_SPECS = (*HEAD, *_TABLE, *(LabelSpec(key, name) for key, name in _OTHERS.items()))
_WRITTEN_DATE = re.compile(r"20\d{2}年\d{1,2}月\d{1,2}日?")
_MENDED = 0.9
_HOSPITAL = re.compile(r"[一-鿿()]{2,}(?:医院|卫生院|卫生室|诊所|门诊部|卫生服务中心)")
_NOT_NAME = re.compile(r"[\d.,\-*/:]*")


def read_bill(case: Case) -> FormReading:
    """A 财政票据 or a 通行费财政电子票据."""
    marked = Marked(case.words, _SPECS)
    items, details = _lines(marked)
    others = [Detail(name=name, value=text) for name, text in marked.texts(_OTHERS).items()]
    return bill_reading(case, marked, items, (*details, *others))


def bill_reading(
    case: Case, marked: Marked, items: tuple[LineItem, ...], details: Sequence[Detail]
) -> FormReading:
    """What every fiscal bill says, with the lines and details of its kind."""
    qr = parse_fiscal_qr(case.code)
    capital, words = find_capital(marked)
    verdicts = _identity(marked, qr) | _parties(marked)
    verdicts |= decide_total(
        find_totals(marked, ("total", "words", "sum"), capital),
        capital,
        coded=qr.amount,
        lines=lines_sum(items),
    )
    extra = Extra(
        total_in_words=words,
        qr=case.code.payload if case.code else None,
        payee=marked.text("payee", gap=1.2),
        reviewer=marked.text("reviewer", gap=1.2),
        drawer=marked.text("drawer", gap=1.2),
        details=tuple(details),
        plate=next((each.value for each in details if each.name == "车牌号"), None),
    )
    return FormReading(verdicts, items, extra)


def _identity(marked: Marked, qr: FiscalQr) -> dict[FieldName, Verdict]:
    """Code, number, check code and date, each held against the QR."""
    pairs = {
        FieldName.CODE: (marked.value("code", _code), qr.code),
        FieldName.NUMBER: (_numbers(marked), qr.number),
        FieldName.CHECK_CODE: (marked.value("check", _check_code), qr.check_code),
        FieldName.DATE: (find_dates(marked) or _lone_day(marked), qr.date),
    }
    decided = {
        name: decide_identity(readings, qr.seen(stated))
        for name, (readings, stated) in pairs.items()
    }
    return {name: verdict for name, verdict in decided.items() if verdict is not None}


def find_dates(marked: Marked) -> list[Seen]:
    """The day of issue: behind its label, else written above the table (2019 年 05 月 07 日)."""
    found = marked.value("date", lambda text: iso_date(digits(text)), gap=3.0)
    return found or written_dates(_above_table(marked))


def _lone_day(marked: Marked) -> list[Seen]:
    """The day old bills have at their foot, where no other is written on them."""
    return of_one_mind(written_dates(marked.values))


def written_dates(words: Sequence[Word]) -> list[Seen]:
    """Days written with 年, 月 and 日, whose parts may stand wide apart."""
    found: list[Seen] = []
    for word in words:
        if not re.match(r"20\d{2}", digits(word.text)):
            continue
        row = [
            other
            for other in words
            if 0 <= other.box.x0 - word.box.x0 < 14 * word.height and other.shares_row(word)
        ]
        row.sort(key=lambda other: other.box.x0)
        match = _WRITTEN_DATE.match(digits("".join(other.text for other in row)))
        if match and (value := iso_date(match[0])):
            found.append(seen(row[:6], value, UNLABELLED))
    return found


def _code(text: str) -> str | None:
    match = re.match(r"\d{8}(?!\d)", digits(text))
    return match[0] if match else None


def _numbers(marked: Marked) -> list[Seen]:
    """The number behind its label, else the one run of ten digits above the table."""
    found = marked.value("number", _number)
    if found:
        return found
    alone = [word for word in _above_table(marked) if re.fullmatch(r"\d{10}", digits(word.text))]
    return [seen(alone, digits(alone[0].text), UNLABELLED)] if len(alone) == 1 else []


def _above_table(marked: Marked) -> list[Word]:
    """The values above the headings of the table; none where no heading was read."""
    headings = [mark.word.box.cy for mark in marked.marks if mark.key in _HEADINGS]
    top = min(headings, default=float("-inf"))
    return [word for word in marked.values if word.box.cy < top]


def _number(text: str) -> str | None:
    """Ten digits; old paper bills of some provinces have eight or nine."""
    match = re.match(r"\d{8,10}(?!\d)", digits(text))
    return match[0] if match else None


def _check_code(text: str) -> str | None:
    match = re.match(r"[0-9A-Za-z]{6}(?![0-9A-Za-z])", text)
    return match[0] if match else None


def _parties(marked: Marked) -> dict[FieldName, Verdict]:
    buyer = Party(names=tuple(names_of(marked, "buyer")), tax_ids=tuple(tax_ids_of(marked)))
    seller = Party(names=tuple(names_of(marked, "seller") or _hospitals(marked)))
    decided = {
        FieldName.BUYER_NAME: decide_name(buyer),
        FieldName.BUYER_TAX_ID: decide_tax_id(buyer),
        FieldName.SELLER_NAME: decide_name(seller),
    }
    return {name: verdict for name, verdict in decided.items() if verdict is not None}


def _hospitals(marked: Marked) -> list[Seen]:
    """The one hospital named above the table: on paper the label at the foot is for its stamp."""
    table = min((m.word.box.cy for m in marked.marks if m.key in _COLUMNS), default=0.0)
    named = [w for w in marked.values if w.box.cy < table and _HOSPITAL.fullmatch(w.text)]
    return of_one_mind([seen([word], word.text, UNLABELLED) for word in named])


def names_of(marked: Marked, key: str) -> list[Seen]:
    """The name behind a label."""
    return [_without_seal(found) for found in marked.value(key, name_text, gap=2.2)[:1]]


def _without_seal(found: Seen) -> Seen:
    """A name without one more character than it ends with: where OCR read it, that is a piece of
    the seal over it."""
    ends_sooner = looks_like_company(found.value[:-1]) and not looks_like_company(found.value)
    if found.source is not Source.OCR or not ends_sooner:
        return found
    return replace(found, value=found.value[:-1], confidence=found.confidence * _MENDED)


def name_text(text: str) -> str | None:
    """A text that may be a name: not figures alone."""
    return None if len(text) < 2 or _NOT_NAME.fullmatch(text) else text


def tax_ids_of(marked: Marked, key: str = "buyer_id") -> list[Seen]:
    """The id behind a label, and its repair where it was misread."""
    found: list[Seen] = []
    for read in marked.value(key, tax_id_text):
        found += with_repair(read)
    return found


def tax_id_text(text: str) -> str | None:
    return text.upper() if re.fullmatch(r"[0-9A-Za-z*]{13,20}", text) else None


def _lines(marked: Marked) -> tuple[tuple[LineItem, ...], tuple[Detail, ...]]:
    """The lines, and what else their table has columns for."""
    headings = heading_row(marked, _COLUMNS)
    boxes = _box_row(marked, headings)
    if not headings or not (boxes or any(mark.key == "amount" for mark in headings)):
        return (), ()
    body = table_body(marked, headings)
    columns = columns_of(headings)
    if boxes:
        left = boxes[0].box.x0 - boxes[0].height
        right = boxes[-1].box.x1 + boxes[-1].height
        boxed = [word for word in body if left < word.box.cx < right]
        body = [word for word in body if word.box.cx <= left]
        starts, sums = _boxed_amounts(boxed, boxes)
        rows = rows_of(cells_of(body, columns), starts, frozenset({"name"}))
        return _items(rows, sums)
    cells = cells_of(body, columns)
    starts = [word for word in cells.get("amount", []) if printed_money(word.text) is not None]
    rows = rows_of(cells, starts, frozenset({"name"}))
    return _items(rows, [money_of(word) for word in starts])


def money_of(word: Word) -> Decimal | None:
    read = printed_money(word.text)
    return read[0] if read else None


def table_body(marked: Marked, headings: Sequence[Mark]) -> list[Word]:
    """The values between the headings and the row of the sum, or whatever comes first below."""
    top = max(mark.word.box.cy for mark in headings)
    ends = [
        mark.word.box.y0
        for mark in marked.marks
        if mark.word.box.cy > top + mark.word.height
        and mark.key in ("words", "total", "others", "seller", "sum")
    ]
    end = min(ends, default=float("inf"))
    return [
        word
        for word in marked.values
        if word.box.cy > top + 0.5 * word.height and word.box.cy < end
    ]


def _items(
    rows: Sequence[Row], amounts: Sequence[Decimal | None]
) -> tuple[tuple[LineItem, ...], tuple[Detail, ...]]:
    items: list[LineItem] = []
    details: list[Detail] = []
    for row, amount in zip(rows, amounts, strict=True):
        name = cell_text(row, "name")
        if amount is None or name is None:
            continue
        for key, label in _DETAILS.items():
            if value := cell_text(row, key):
                details.append(Detail(name=label, value=value, row=len(items)))
        items.append(
            LineItem(
                name=name,
                unit=cell_text(row, "unit"),
                quantity=_figure(cell_text(row, "quantity")),
                unit_price=_figure(cell_text(row, "price")),
                amount=amount,
            )
        )
    return tuple(items), tuple(details)


def _figure(text: str | None) -> str | None:
    return text if text and re.fullmatch(r"\d+(?:\.\d+)?", text) else None


def _box_row(marked: Marked, headings: Sequence[Mark]) -> list[Word]:
    """The headings 十万千百十元角分 of a table with a box for every digit, left to right."""
    if not headings:
        return []
    anchor = headings[0].word
    row = [
        word
        for word in marked.values
        if _BOXES.fullmatch(word.text) and abs(word.box.cy - anchor.box.cy) < 1.5 * anchor.height
    ]
    row.sort(key=lambda word: word.box.x0)
    text = "".join(word.text for word in row)
    return row if len(text) >= 5 and text.endswith("分") else []


def _boxed_amounts(
    words: Sequence[Word], boxes: Sequence[Word]
) -> tuple[list[Word], list[Decimal | None]]:
    """Amounts a digit to a box: the first word of each, and what its digits come to."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.box.cy):
        if lines and word.shares_row(lines[-1][0]):
            lines[-1].append(word)
        else:
            lines.append([word])
    last = boxes[-1].box
    box = last.width / len(boxes[-1].text)
    starts: list[Word] = []
    amounts: list[Decimal | None] = []
    for line in lines:
        line.sort(key=lambda word: word.box.x0)
        text = digits("".join(word.text for word in line))
        # the last digit must stand in the box of 分, else a digit was missed
        whole = text.isdigit() and abs(line[-1].box.x1 - last.x1) < max(0.8 * line[-1].height, box)
        starts.append(line[0])
        amounts.append(money(f"{text[:-2]}.{text[-2:]}") if whole and len(text) >= 3 else None)
    return starts, amounts
