"""Tickets by rail, electronic and of paper: fixed wording instead of labels."""

import re
from collections.abc import Sequence

from models.invoice import Extra, FieldName
from ocr.extract.sheet import LABELLED, Seen
from ocr.forms import shapes
from ocr.forms.case import Case, FormReading
from ocr.forms.coupon import traveller
from ocr.forms.labelled import of_word
from ocr.forms.lines import Line, lines_of, search
from ocr.forms.ticket import (
    Verdicts,
    bare_extra,
    decide,
    held_to_qr,
    known,
    one_of_several,
    several,
)
from ocr.resolve.evidence import Verdict
from ocr.words import Word

_SERIAL = re.compile(r"([A-Z]?\d{2})?[A-Z]{1,2}\d{6,7}")
"""The red number; what newer rolls print before its letter begins with a letter or not."""
_FOOT = r"(?<![\dA-Z])(\d{14})([A-Z]{1,2}\d{6,7})(?!\d)"
_TRAIN = r"[GDCZTKLSY]\d{1,4}"
_ROUTE = re.compile(
    rf"([一-鿿]{{2,8}}?)站?({_TRAIN}|(?<!\d)\d{{4}})[-—→>＞·.]*([一-鿿]{{2,8}}?)站?$"
)
_STATION = re.compile(r"([一-鿿]{2,8}?)站")
_BESIDE = 2.5
"""Line heights the train stands from the line of its stations at most."""
_DAY = r"(20\d{2}年\d{1,2}月\d{1,2}日)"
_DEPARTS = r"(?<![\d:])(([01]\d|2[0-3])[:：;]([0-5]\d))开"
_SEAT = r"(\d{1,2}车(?:\d{1,3}[A-F]?号?(?:[上中下]铺?|(?=\D|$))|无座))"
_CLASS = re.compile(
    r"(?:新空调)?(商务座|特等座|优选一等座|一等座|二等座|高级软卧|一等卧|二等卧|动卧|软卧|硬卧|软座|硬座|无座)"
)
_FARE = (
    r"(?:(?:票价|退票费|改签费|差额)[:：]?)?[¥羊丫半Y￥](\d{1,5}\.\d{1,2})(?!\d)"
    r"|(?<![\d.])(\d{1,5}\.\d)元"
)


def read_rail_e(case: Case) -> FormReading:
    """A 铁路电子客票. Number, date and price stand in its QR as well; it names no seller."""
    if several(case):
        return one_of_several(case)
    lines = lines_of(case.words)
    kept = (
        FieldName.NUMBER,
        FieldName.DATE,
        FieldName.BUYER_NAME,
        FieldName.BUYER_TAX_ID,
    )
    verdicts: Verdicts = {name: case.verdicts[name] for name in kept if name in case.verdicts}
    stated = f"{case.qr.amount:.2f}" if case.qr and case.qr.amount is not None else None
    total = held_to_qr(case, _fares(lines), stated)
    if total is not None:
        verdicts[FieldName.TOTAL] = total
    ticket = next((m[1] for _, m in search(lines, r"电子客票号[:：]?([\dA-Z]{18,28})")), None)
    extra = _journey(case, lines, case.words).model_copy(update={"ticket_no": ticket})
    return FormReading(verdicts, (), extra)


def read_rail_paper(case: Case) -> FormReading:
    """A paper ticket: its red number stands a second time at the end of the line at its foot."""
    if several(case):
        return one_of_several(case)
    lines = lines_of(case.words)
    feet = [(line.seen(m, m[2], 2), m[0]) for line, m in search(lines, _FOOT)]
    days = [line.seen(m, shapes.day(m[1]) or "", 1) for line, m in search(lines, _DAY)]
    verdicts = known(
        number=_number(case.words, lines, [seen for seen, _ in feet]),
        date=decide([day for day in days if day.value]),
        total=decide(_fares(lines)),
    )
    extra = _journey(case, lines, case.words)
    if feet:
        extra = extra.model_copy(update={"ticket_no": feet[0][1]})
    return FormReading(verdicts, (), extra)


def _fares(lines: Sequence[Line]) -> list[Seen]:
    """What was paid: the one sum with ¥ before it or 元 behind it."""
    found = []
    for line, match in search(lines, _FARE):
        group = 1 if match[1] else 2
        value = shapes.amount(match[group])
        if value is not None:
            found.append(line.seen(match, value, group))
    return found


def _number(words: Sequence[Word], lines: Sequence[Line], feet: list[Seen]) -> Verdict | None:
    """The number at the top left, borne out by the end of the line at the foot.

    The foot leaves out what newer rolls print before the letter, so alone it does not tell the
    number.
    """
    top = _train_height(lines)
    heads = [
        of_word(word, word.text, LABELLED)
        for word in words
        if (top is None or word.box.cy < top) and _SERIAL.fullmatch(word.text)
    ]
    if len({head.value for head in heads}) > 1:
        return decide(heads)
    foot = feet[0] if len({seen.value for seen in feet}) == 1 else None
    if heads and foot is not None:
        if heads[0].value.endswith(foot.value):
            # figures before the letter may be all there is, or have lost a letter of their own
            whole = not heads[0].value[0].isdigit()
            return Verdict(heads[0], heads, confirmed_by=["second_print"] if whole else [])
        return Verdict(heads[0], [*heads, foot], contested=True)
    if heads:
        return decide(heads)
    return _mended(words, top, foot)


def _mended(words: Sequence[Word], top: float | None, foot: Seen | None) -> Verdict | None:
    """A number whose letter was read as a figure, where all its figures stand at the foot too."""
    if foot is None:
        return None
    for word in words:
        same = word.text[1:] == foot.value[1:] and len(word.text) == len(foot.value)
        if (top is None or word.box.cy < top) and same:
            mended = Seen(foot.value, word.raw, word.source, LABELLED, word.place)
            return Verdict(mended, [foot], corrected_by="second_print")
    return None


def _train_height(lines: Sequence[Line]) -> float | None:
    """The height of the line with the stations and the train."""
    return next((line.cy for line in lines if _ROUTE.search(_hanzi_and_train(line))), None)


def _hanzi_and_train(line: Line) -> str:
    """The line without the pinyin that may stand beside a station."""
    return "".join(
        word.text
        for word in line.words
        if not re.fullmatch(r"[A-Za-z]+", word.text) and not re.match(r"检票", word.text)
    )


def _route(
    lines: Sequence[Line], words: Sequence[Word]
) -> tuple[str | None, str | None, str | None]:
    """(from, train, to): on one line, or the train right above or below its two stations."""
    for line in lines:
        if match := _ROUTE.search(_hanzi_and_train(line)):
            return match[1], match[2], match[3]
    trains = [word for word in words if re.fullmatch(_TRAIN, word.text)]
    for line in lines:
        ends = [match[1] for word in line.words if (match := _STATION.fullmatch(word.text))]
        if len(ends) != 2 or len(ends) != len(line.words):
            continue
        first, last = line.words
        for train in trains:
            near = abs(train.box.cy - line.cy) < _BESIDE * train.height
            if near and first.box.x0 < train.box.cx < last.box.x1:
                return ends[0], train.text, ends[1]
    return None, None, None


def _journey(case: Case, lines: Sequence[Line], words: Sequence[Word]) -> Extra:
    """The trip as printed: from, to, train, day, time, seat and who travelled."""
    start, trip, end = _route(lines, words)
    days = [
        value for _, m in search(lines, _DAY + r".{0,3}?" + _DEPARTS) if (value := shapes.day(m[1]))
    ]
    times = search(lines, _DEPARTS)
    seats = search(lines, _SEAT)
    classes = [match[1] for word in words if (match := _CLASS.fullmatch(word.text))]
    name, known_id = traveller(tuple(words))
    if name is None and known_id is not None:
        name = _beside_id(words, known_id)
    if not days:
        beside = [line for line, _ in times]
        days = [v for line, m in search(beside, _DAY) if (v := shapes.day(m[1]))]
    return Extra.model_validate(
        bare_extra(case).model_dump()
        | {
            "departure": start,
            "destination": end,
            "trip_no": trip,
            "travel_date": days[0] if days else None,
            "departure_time": f"{times[0][1][2]}:{times[0][1][3]}" if times else None,
            "seat": seats[0][1][1] if seats else None,
            "seat_class": classes[0] if classes else None,
            "traveller": name,
            "traveller_id": known_id,
        }
    )


def _beside_id(words: Sequence[Word], known_id: str) -> str | None:
    """The name on the line of the identity number or right above it, far to its right."""
    for anchor in words:
        if known_id not in anchor.text:
            continue
        for word in words:
            near = abs(word.box.cy - anchor.box.cy) < 1.2 * anchor.height
            if near and word.box.x0 > anchor.box.x1 and (name := shapes.person(word.text)):
                return name
    return None
