"""Air itineraries: tables whose labels stand above their values; sums that add up."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from models.geometry import Box
from models.invoice import Detail, Extra, FieldName
from models.page import Source
from ocr.extract.parties import find_buyer
from ocr.extract.sheet import LABELLED, Seen, run, seen
from ocr.forms import shapes
from ocr.forms.case import Case, FormReading
from ocr.forms.labelled import Found, Labelled, of_word
from ocr.forms.ticket import bare_extra, decide, held_to_qr
from ocr.labels import Label
from ocr.resolve.evidence import Verdict
from ocr.resolve.parties import decide_name, decide_tax_id
from ocr.words import Word

_MONEY_LABELS = {
    "fare": r"票价",
    "fuel": r"燃油附加费",
    "rate": r"增值税税率",
    "tax": r"增值税税额",
    "fund": r"民航发展基金|机场建设费",
    "other": r"其他税费",
    "total": r"合计",
}
_CHARGES = {"fare": "票价", "fuel": "燃油附加费", "fund": "民航发展基金", "other": "其他税费"}
_NOTHING = re.compile(r"(?:YQ|CN|CNY)?EXEMPT|免|XXX|---?")
_CELL = re.compile(r"(?:CNY?|YQ)?[-]?\d[\d,]*\.\d{2}")
_FLIGHT = re.compile(r"(?:[A-Z]{2}|\d[A-Z]|[A-Z]\d)\d{3,4}")
_HEADINGS = frozenset(("承运人", "航班号", "座位等级", "日期", "时间"))
"""What stands beside 自 where it heads a column instead of a row."""
_CENT = Decimal("0.01")


def read_air_e(case: Case) -> FormReading:
    """An electronic itinerary: fare and fuel before tax, the tax by itself, and the sum."""
    cells = money_cells(case.words)
    stated = f"{case.qr.amount:.2f}" if case.qr and case.qr.amount is not None else None
    total = held_to_qr(case, cells.get("total", []), stated)
    tax = _tax_by_rate(case, cells, total, cells.get("tax", []))
    if tax is None:
        tax = decide(cells.get("tax", []))
        _add_up(cells, total, tax)
    number = case.verdicts.get(FieldName.NUMBER)
    date = held_to_qr(
        case, _issued(case), case.qr.date.isoformat() if case.qr and case.qr.date else None
    )
    buyer = find_buyer(case.sheet)
    decided = {
        FieldName.NUMBER: number,
        FieldName.DATE: date,
        FieldName.TAX: tax,
        FieldName.TOTAL: total,
        FieldName.BUYER_NAME: decide_name(buyer),
        FieldName.BUYER_TAX_ID: decide_tax_id(buyer),
        FieldName.SELLER_NAME: decide(_issuer(case)),
    }
    verdicts = {name: verdict for name, verdict in decided.items() if verdict is not None}
    extra = _flight(case).model_copy(update={"details": _charges(cells)})
    return FormReading(verdicts, (), extra)


def read_air_paper(case: Case) -> FormReading:
    """A paper itinerary: prices with tax, and eleven figures of 印刷序号 as its number."""
    cells = money_cells(case.words)
    total = decide(cells.get("total", []))
    _add_up(cells, total, None)
    decided = {
        FieldName.NUMBER: decide(_serial(case.labelled)),
        FieldName.DATE: decide(_issued(case)),
        FieldName.TOTAL: total,
        FieldName.SELLER_NAME: decide(_issuer(case)),
    }
    verdicts = {name: verdict for name, verdict in decided.items() if verdict is not None}
    return FormReading(verdicts, (), _flight(case))


Cells = dict[str, list[Seen]]


def _charges(cells: Cells) -> tuple[Detail, ...]:
    """What the sum is made of, under its labels."""
    return tuple(
        Detail(name=label, value=cells[key][0].value)
        for key, label in _CHARGES.items()
        if cells.get(key)
    )


def money_cells(words: Sequence[Word]) -> Cells:
    """The sums under the headings of the row of money, by heading; 0.00 for EXEMPT."""
    labelled = Labelled(words)
    heads = [
        (key, found.word)
        for key, label in _MONEY_LABELS.items()
        for found in labelled.find(label)
        if not re.match(rf"(?:{label})[一-鿿]", found.word.text)
    ]
    anchor = _money_row(heads)
    row = sorted(
        ((key, word) for key, word in heads if _level(word, anchor)),
        key=lambda pair: pair[1].box.x0,
    )
    cells: Cells = {}
    for index, (key, head) in enumerate(row):
        end = row[index + 1][1].box.x0 if index + 1 < len(row) else float("inf")
        for word in _under(words, head, end - 0.3 * head.height):
            if (value := _sum(word.text)) is not None:
                cells.setdefault(key, []).append(of_word(word, value))
                break
            if _NOTHING.fullmatch(word.text) and word.text != "XXX":
                cells.setdefault(key, []).append(of_word(word, "0.00"))
                break
    return cells


def _money_row(heads: list[tuple[str, Word]]) -> Word | None:
    """A heading of the line on which most of them stand."""
    count, best = 1, None
    for _, word in heads:
        level = {key for key, other in heads if _level(other, word)}
        if len(level) > count:
            count, best = len(level), word
    return best


def _level(word: Word, anchor: Word | None) -> bool:
    return anchor is not None and abs(word.box.cy - anchor.box.cy) < 0.9 * anchor.height


def _under(words: Sequence[Word], head: Word, end: float) -> list[Word]:
    """What stands in the cell under a heading, nearest line first, from left to right."""
    under = [
        word
        for word in words
        if 0.5 * head.height < word.box.cy - head.box.cy < 2.6 * head.height
        and head.box.x0 - 0.8 * head.height <= word.box.x0
        and word.box.cx < end
    ]
    return sorted(under, key=lambda word: word.box.x0)


def _sum(text: str) -> str | None:
    """A sum with its decimals, the currency or the kind of surcharge before it taken away."""
    return shapes.amount(text) if _CELL.fullmatch(text) else None


def _add_up(cells: Cells, total: Verdict | None, tax: Verdict | None) -> None:
    """Mark sum and tax as borne out where the parts add up to the sum.

    A part that was not read leaves the sum unproved: nothing is taken to be zero but 其他税费,
    which is left blank where there is none.
    """
    needed = ("fare", "fuel", "fund", "tax") if tax is not None else ("fare", "fuel", "fund")
    parts = _parts(cells, needed)
    if total is None or parts is None:
        return
    if abs(sum(parts) - Decimal(total.winner.value)) < _CENT:
        for verdict in (total, tax):
            if verdict is not None and not verdict.contested:
                verdict.confirmed_by.append("arithmetic")
    elif tax is not None:
        tax.contested, tax.confirmed_by = True, []
    elif all(cells[key][0].source is not Source.OCR for key in needed):
        total.contested = not total.confirmed_by


def _parts(cells: Cells, needed: Sequence[str]) -> list[Decimal] | None:
    """The sums under the needed headings and 其他税费; None unless each was read once."""
    if any(len(cells.get(key, [])) != 1 for key in needed) or len(cells.get("other", [])) > 1:
        return None
    keys = [*needed, *(key for key in ("other",) if key in cells)]
    return [Decimal(cells[key][0].value) for key in keys]


def _tax_by_rate(
    case: Case, cells: Cells, total: Verdict | None, read: list[Seen]
) -> Verdict | None:
    """The tax where what is left of the sum is also the rate's share of fare and surcharge.

    Two equations that agree to the cent leave one value; a print that says otherwise was misread.
    """
    parts, rate = _parts(cells, ("fare", "fuel", "fund")), _rate(case)
    sure = total is not None and (total.confirmed_by or total.winner.source is Source.QR)
    if total is None or not sure or total.contested or parts is None or rate is None:
        return None
    left = Decimal(total.winner.value) - sum(parts)
    if left <= 0 or abs((parts[0] + parts[1]) * rate - left) > 2 * _CENT:
        return None
    total.confirmed_by.append("arithmetic")
    value = str(left.quantize(_CENT))
    agreeing = [reading for reading in read if reading.value == value]
    if agreeing:
        return Verdict(agreeing[0], read, confirmed_by=["arithmetic"])
    place, raw = (read[0].place, read[0].raw) if read else (None, value)
    derived = Seen(value, raw, Source.DERIVED, 0.9, place)
    return Verdict(derived, read, corrected_by="arithmetic", confirmed_by=["arithmetic"])


def _rate(case: Case) -> Decimal | None:
    """The rate printed in the row of money."""
    rates = {match[1] for _, match in case.labelled.matching(r"^(\d{1,2})%$")}
    return Decimal(rates.pop()) / 100 if len(rates) == 1 else None


def _cell(case: Case, label: str) -> list[Word]:
    """The words of the cell under a label, which ends where the next label of its line begins."""
    for found in case.labelled.find(label):
        end = _cell_end(case, found)
        if words := _under(case.words, found.word, end):
            first = min(words, key=lambda word: word.box.cy)
            return run([word for word in words if word.shares_row(first)], gap=1.2)
    return []


def _cell_end(case: Case, found: Found) -> float:
    """Where the next Chinese label begins on a label's line."""
    beside = [
        word.box.x0
        for word in case.words
        if word.shares_row(found.word)
        and word.box.x0 > found.ends
        and re.match(r"[一-鿿]{2}", word.text)
    ]
    return min(beside, default=float("inf")) - 0.3 * found.word.height


def _issued(case: Case) -> list[Seen]:
    """填开日期, under its label or beside it, perhaps behind its English name."""
    found: list[Seen] = []
    for label in case.sheet.labels(Label.DATE):
        cell = _under(case.words, label, label.box.x1 + 12 * label.height)
        beside = case.sheet.right_of(label)[:6]
        whole = [*beside, *cell] + [_joined(one, other) for one in beside[-1:] for other in cell]
        for word in whole:
            if (value := shapes.day(word.text)) is not None:
                found.append(of_word(word, value))
                break
    return found


def _joined(start: Word, end: Word) -> Word:
    """What begins on one line of a cell and ends on the next (2024-06- and 03)."""
    text = start.text + end.text if start.text.endswith("-") else ""
    place = Box.enclosing((start.place, end.place))
    confidence = min(start.confidence, end.confidence)
    return replace(start, text=text, raw=text, place=place, confidence=confidence)


def _issuer(case: Case) -> list[Seen]:
    """填开单位: the airline or the agency that issued the itinerary."""
    words = [word for word in _cell(case, "填开单位") if re.search(r"[一-鿿]{2}", word.text)]
    if not words:
        return []
    return [seen(words, "".join(word.text for word in words), LABELLED)]


def _serial(labelled: Labelled) -> list[Seen]:
    """印刷序号: ten figures and, set off, one that checks them."""
    for found in labelled.find("印刷序号"):
        words = labelled.right(found)
        text = re.sub(r"[^\dA-Z]", "", found.rest)
        for count in range(len(words[:3]) + 1):
            body = text + "".join(word.text for word in words[:count])
            if re.fullmatch(r"\d{11}", body):
                return [
                    seen([found.word, *words[:count]] if text else words[:count], body, LABELLED)
                ]
    return []


def _flight(case: Case) -> Extra:
    """The first flight of the table, and who flew."""
    words = case.words
    start, end = _stop(words, "自"), _stop(words, "至")
    flight = next((word for word in words if _FLIGHT.fullmatch(word.text)), None)
    row = [word for word in words if flight is not None and word.shares_row(flight, 0.3)]
    day = next((value for word in row if (value := shapes.day(word.text))), None)
    clock = next((value for word in row if (value := shapes.clock(word.text))), None)
    cabins = [word.text for word in row if re.fullmatch(r"[A-Z]", word.text)]
    ticket = next((m[0] for _, m in case.labelled.matching(r"^\d{3}-?\d{10}$")), None)
    names = [word.text for word in _cell(case, "旅客姓名") if shapes.person(word.text)]
    ids = [m for word in words if (m := shapes.masked_id(word.text))]
    return Extra.model_validate(
        bare_extra(case).model_dump()
        | {
            "departure": start,
            "destination": end,
            "travel_date": day,
            "departure_time": clock,
            "trip_no": flight.text if flight else None,
            "seat_class": cabins[0] if cabins else None,
            "ticket_no": ticket.replace("-", "") if ticket else None,
            "traveller": names[0] if names else None,
            "traveller_id": ids[0] if ids else None,
        }
    )


def _stop(words: Sequence[Word], label: str) -> str | None:
    """The airport behind 自 or the first 至."""
    heads = [word for word in words if re.match(rf"{label}[:：]?(?:FROM|TO)?", word.text)]
    for head in sorted(heads, key=lambda word: word.box.cy):
        rest = re.sub(rf"^{label}[:：]?(?:FROM|TO)?", "", head.text)
        beside = sorted(
            (w for w in words if w is not head and w.shares_row(head) and w.box.x0 > head.box.x0),
            key=lambda word: word.box.x0,
        )
        texts = itertools.chain([rest], (word.text for word in beside[:2]))
        for text in texts:
            if re.fullmatch(r"[一-鿿]{2,10}(?:T\d)?", text) and text not in _HEADINGS:
                return text
    return None
