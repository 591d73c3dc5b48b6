"""卷票: one column of labels and values, line below line, printed by a till (domain.md 1.4)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from models.identifiers import check_character_holds
from models.invoice import FieldName, LineItem
from models.page import Source
from models.text import money
from ocr.extract.amounts import is_cut
from ocr.extract.header import digits
from ocr.extract.parties import Party, repair_tax_id
from ocr.extract.sheet import LABELLED, Seen, seen
from ocr.forms import shapes
from ocr.forms.case import Case, FormReading
from ocr.forms.lines import Line, lines_of
from ocr.forms.ticket import Verdicts, bare_extra, decide, held_to_qr, one_of_several, several
from ocr.resolve.evidence import Verdict
from ocr.resolve.identity import decide_identity, qr_reading
from ocr.resolve.parties import decide_name, decide_tax_id
from ocr.words import Word

_HEADS = (
    ("code", r"发票代码"),
    ("number", r"发票号码"),
    ("second_number", r"机打号码"),
    ("second_code", r"机打代码"),
    ("machine_no", r"机器编号"),
    ("seller_name", r"销[售货]方(?:名称)?|收款单位"),
    ("buyer_name", r"购[买货]方(?:名称)?|付款单位"),
    ("tax_id", r"(?:统一社会信用代码/?)?纳税人识别号|税号"),
    ("date", r"开票日期"),
    ("payee", r"收款[员人]"),
    ("items", r"项目(?:名称)?(?=数量|单价|$)"),
    ("total", r"合计金额\(小写\)|合计\(小写\)|\(?小写\)?合计|合计金额(?=[:：]?[¥\d])"),
    ("words", r"合计金额\(大写\)|合计\(大写\)|\(大写\)"),
    ("check_code", r"校验码"),
)
_HEAD = re.compile("|".join(f"(?P<{key}>{pattern})" for key, pattern in _HEADS))
_GOES_ON = frozenset({"seller_name", "buyer_name", "tax_id", "words", "check_code", "items"})
_MIXED = re.compile(r"[*¥]|\d{8}|.{60}|\d\.\d\d")
"""What no name holds: then lines of something else ran into it."""
_FIGURE = re.compile(r"-?\d{1,12}(?:\.\d{1,12})*")


@dataclass(slots=True)
class _Entry:
    """A label of the strip and the words behind it, on its line and those it goes on on."""

    key: str
    words: list[Word] = field(default_factory=list)
    lines: list[list[Word]] = field(default_factory=list)
    cut: str = ""

    @property
    def text(self) -> str:
        return self.cut + "".join(word.text for word in self.words)


def read_roll(case: Case) -> FormReading:
    """A 卷票: sums are with tax and none is shown; number, code and sum stand in the QR as well."""
    if several(case):
        return one_of_several(case)
    entries = entries_of(lines_of(case.words))
    verdicts = _identity(case, entries)
    capital = _capitals(entries)
    items = _items(entries)
    foreign = _foreign(case, verdicts)
    total = _total(case, entries, capital[0] if capital else None, items)
    if foreign and total is not None and total.winner.source is Source.QR:
        total = None
    if total is not None:
        verdicts[FieldName.TOTAL] = total
    verdicts |= _parties(entries)
    by_key = {entry.key: entry.text for entry in entries}
    machine = re.match(r"\d{12}(?!\d)", digits(by_key.get("machine_no", "")))
    second = re.match(r"\d{8}(?!\d)", digits(by_key.get("second_number", "")))
    extra = bare_extra(case).model_copy(
        update={
            "total_in_words": capital[1] if capital else None,
            "machine_no": machine[0] if machine else None,
            "second_number": second[0] if second else None,
            "payee": shapes.person(by_key.get("payee", "")),
        }
    )
    return FormReading(verdicts, items, extra)


def entries_of(lines: Sequence[Line]) -> list[_Entry]:
    """The strip as labels and what follows each; a line without a label goes on with the last."""
    entries: list[_Entry] = []
    for line in lines:
        hits = list(_HEAD.finditer(line.text))
        if not hits:
            if entries and entries[-1].key in _GOES_ON and not _rule(line.text):
                entries[-1].words += line.words
                entries[-1].lines.append(list(line.words))
            continue
        for index, hit in enumerate(hits):
            end = hits[index + 1].start() if index + 1 < len(hits) else len(line.text)
            entries.append(_entry(line, hit, end))
    return entries


def _entry(line: Line, hit: re.Match[str], end: int) -> _Entry:
    """What stands between one label and the next on a line."""
    start = hit.end()
    while start < end and line.text[start] in ":：":
        start += 1
    words, cut, cursor = [], "", 0
    for word in line.words:
        begins, ends = cursor, cursor + len(word.text)
        cursor = ends
        if ends <= start or begins >= end:
            continue
        if begins < start or ends > end:
            cut += word.text[max(0, start - begins) : max(0, end - begins)]
            words.append(_part(word, max(0, start - begins), min(len(word.text), end - begins)))
        else:
            words.append(word)
    return _Entry(hit.lastgroup or "", words)


def _part(word: Word, start: int, end: int) -> Word:
    return replace(word, text=word.text[start:end], raw=word.text[start:end], label=None)


def _rule(text: str) -> bool:
    return not re.search(r"[\w]", text.replace("_", ""))


def _seen(entry: _Entry, value: str, trust: float = LABELLED) -> Seen:
    return seen(entry.words, value, trust)


def _values(entries: list[_Entry], key: str, pattern: str) -> list[Seen]:
    return [
        _seen(entry, match[0])
        for entry in entries
        if entry.key == key and (match := re.match(pattern, digits(entry.text)))
    ]


def _identity(case: Case, entries: list[_Entry]) -> Verdicts:
    """Code, number, date and check code; the till prints number (and code) a second time."""
    qr = case.qr
    numbers = _values(entries, "number", r"\d{8}(?!\d)")
    numbers += _values(entries, "second_number", r"\d{8}(?!\d)")
    codes = _values(entries, "code", r"\d{12}(?!\d)|\d{10}(?!\d)")
    codes += _values(entries, "second_code", r"\d{12}(?!\d)")
    days = [
        _seen(entry, value)
        for entry in entries
        if entry.key == "date" and (value := shapes.day(entry.text))
    ]
    checks = _values(entries, "check_code", r"\d{20}(?!\d)")
    stated = {
        FieldName.NUMBER: (numbers, qr.number if qr else None),
        FieldName.CODE: (codes, qr.code if qr else None),
        FieldName.DATE: (days, qr.date.isoformat() if qr and qr.date else None),
        FieldName.CHECK_CODE: (checks, qr.check_code if qr else None),
    }
    decided: Verdicts = {}
    for name, (readings, value) in stated.items():
        if readings or not _foreign(case, decided):
            verdict = held_to_qr(case, readings, value)
            if verdict is not None:
                decided[name] = verdict
    return decided


def _foreign(case: Case, decided: Verdicts) -> bool:
    """Whether the QR is of another invoice than the print: it may fill no gap then."""
    number = decided.get(FieldName.NUMBER)
    return case.qr is not None and number is not None and number.winner.value != case.qr.number


def _totals(entries: list[_Entry]) -> list[Seen]:
    return [
        _seen(entry, value)
        for entry in entries
        if entry.key == "total" and (value := shapes.amount(entry.text))
    ]


def _capitals(entries: list[_Entry]) -> tuple[str, str] | None:
    """(the amount, its text) in capitals; None where what is left of them states nothing."""
    entry = next((entry for entry in entries if entry.key == "words"), None)
    stated = shapes.capitals(entry.text) if entry else None
    if entry is None or stated is None:
        return None
    cut = is_cut(_seen(entry, stated[0]), stated[1], _totals(entries))
    return None if cut else stated


def _total(
    case: Case, entries: list[_Entry], capital: str | None, items: tuple[LineItem, ...]
) -> Verdict | None:
    """合计金额 in figures, held against capitals, QR and lines."""
    figures = _totals(entries)
    qr = f"{case.qr.amount:.2f}" if case.qr and case.qr.amount is not None else None
    lines = None
    if items and all(item.amount is not None for item in items):
        lines = str(sum((item.amount for item in items if item.amount is not None), Decimal(0)))
    witnesses = {"qr": qr, "capital_amount": capital, "lines": lines}
    if not figures:
        return _without_figures(case, capital, qr)
    verdict = decide(figures)
    if verdict is None:
        return None
    value = verdict.winner.value
    verdict.confirmed_by += [name for name, said in witnesses.items() if said == value]
    against = [said for said in (qr, capital) if said is not None and said != value]
    if against and len(set(against)) == 1 and len(against) == 2:
        winner = qr_reading(case.qr, case.code, qr)
        if winner is not None:
            return Verdict(winner, figures, corrected_by="qr", confirmed_by=["capital_amount"])
    if against:
        verdict.contested, verdict.confirmed_by = True, []
    return verdict


def _without_figures(case: Case, capital: str | None, qr: str | None) -> Verdict | None:
    """The sum where its figures cannot be read: what QR and capitals both say."""
    stated = qr_reading(case.qr, case.code, qr)
    if stated is None:
        return None
    if capital is None or capital == qr:
        return (
            decide_identity([], stated)
            if capital is None
            else Verdict(stated, [], confirmed_by=["capital_amount"])
        )
    return Verdict(stated, [], contested=True)


def _parties(entries: list[_Entry]) -> Verdicts:
    """Seller and buyer: a name, and the taxpayer id that follows it."""
    decided: Verdicts = {}
    whose: str | None = None
    for entry in entries:
        if entry.key in ("seller_name", "buyer_name"):
            whose = entry.key.removesuffix("_name")
            if (text := entry.text) and not _MIXED.search(text):
                party = Party(names=(_seen(entry, text),))
                verdict = decide_name(party)
                if verdict is not None:
                    decided[FieldName(f"{whose}_name")] = verdict
        elif entry.key == "tax_id" and whose is not None:
            verdict = decide_tax_id(Party(tax_ids=tuple(_tax_ids(entry))))
            if verdict is not None:
                decided[FieldName(f"{whose}_tax_id")] = verdict
            whose = None
    return decided


def _tax_ids(entry: _Entry) -> list[Seen]:
    """The id as read, and as its check character mends it."""
    text = re.sub(r"[^0-9A-Z*]", "", entry.text.upper())
    if len(text) < 6:
        return []
    read = _seen(entry, text)
    if check_character_holds(text) or read.source is not Source.OCR:
        return [read]
    repaired = repair_tax_id(text)
    if repaired is None:
        return [read]
    return [read, Seen(repaired, read.raw, Source.DERIVED, 0.9 * read.confidence, read.place)]


def _items(entries: list[_Entry]) -> tuple[LineItem, ...]:
    """Names on lines of their own, each followed by quantity, price and amount."""
    items: list[LineItem] = []
    name = ""
    for entry in entries:
        if entry.key != "items":
            continue
        for words in entry.lines:
            texts = [word.text for word in words]
            if texts and all(map(_FIGURE.fullmatch, texts)):
                if name:
                    items.append(_line(name, texts))
                name = ""
            else:
                name += "".join(texts)
    return tuple(items)


def _line(name: str, texts: list[str]) -> LineItem:
    """A line of the till: quantity, price and amount, told apart where they ran together.

    A quantity is one thin stroke that readers lose: what price and amount say of it is put back.
    """
    quantity, price, total = _figures("".join(texts)) or _as_read(texts)
    return LineItem(
        name=re.sub(r"^[·•.]?(?=[^*]+\*)", "*", name),
        quantity=quantity,
        unit_price=price,
        amount=money(total) if total else None,
    )


_Figures = tuple[str | None, str | None, str | None]


def _figures(text: str) -> _Figures | None:
    """The one way of cutting a run of figures into quantity, price and their product."""
    ways: set[_Figures] = set()
    match = re.fullmatch(r"(-?\d+)\.(\d\d)(-?\d+\.\d\d)", text)
    if match is None:
        return None
    for cut in range(1, len(match[1])):
        quantity, price = match[1][:cut], f"{match[1][cut:]}.{match[2]}"
        exact = re.fullmatch(r"-?[1-9]\d*", quantity) and re.fullmatch(r"0\.\d\d|[1-9].*", price)
        if exact and Decimal(quantity) * Decimal(price) == Decimal(match[3]):
            ways.add((quantity, price, match[3]))
    return ways.pop() if len(ways) == 1 else None


def _as_read(texts: list[str]) -> _Figures:
    if len(texts) == 3:
        return texts[0], texts[1], texts[2]
    if len(texts) == 2 and all(text.count(".") <= 1 for text in texts):
        price, total = Decimal(texts[0]), Decimal(texts[1])
        whole = price != 0 and total % price == 0
        return (str(int(total / price)) if whole else None), texts[0], texts[1]
    return None, None, texts[0] if len(texts) == 1 else None
