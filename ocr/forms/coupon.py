"""定额发票, and tickets by coach and ship: pre-printed paper with a code, a number and a price."""

import re

from models.invoice import Detail, FieldName
from ocr.extract.sheet import Seen, Sheet
from ocr.forms import shapes
from ocr.forms.case import Case, FormReading
from ocr.forms.labelled import of_word
from ocr.forms.lines import lines_of, search
from ocr.forms.rows import Paired, Row, pair_rows
from ocr.forms.ticket import (
    bare_extra,
    decide,
    first,
    identity,
    known,
    lone_days,
    marked_sums,
    one_of_several,
    several,
)
from ocr.resolve.evidence import Verdict
from ocr.words import Word

_FACE = re.compile(
    r"[¥羊Y](\d{1,4})(\.\d{2})?$|^\(?(?:(?:金额|票价|面值|人民币)[:：]?)?(\d{1,4})(?:\.00)?元[整正]?\)?$"
)
_ARROW = re.compile(r"^(?:(?:航线|线路|区间)[:：]?)?(.{2,8}?)(?:[-—一→>＞]{1,3}|至)(.{2,8})$")


def _trip(text: str) -> str | None:
    match = re.fullmatch(r"[A-Z]{0,2}\d{2,5}", text)
    return match[0] if match else None


def _seat(text: str) -> str | None:
    match = re.fullmatch(r"(\d层)?\d{1,3}(?=号?$)", text.removesuffix("号"))
    return match[0] if match else None


def _ignored(text: str) -> str | None:
    return None if text else text


TRIP_ROWS = (
    Row(
        "departure",
        ("始发站", "起点", "起点站", "出发站", "上车站", "乘车站", "发站"),
        shapes.place,
        0.3,
    ),
    Row("destination", ("到达站", "终点", "终点站", "到站", "下车站"), shapes.place, 0.3),
    Row(
        "date",
        (
            "乘车日期",
            "乘船日期",
            "航班日期",
            "航次日期",
            "开船日期",
            "开航日期",
            "发车日期",
            "开车日期",
            "日期",
        ),
        shapes.day,
        4.0,
    ),
    Row(
        "time",
        ("开车时间", "发车时间", "开航时间", "开船时间", "乘车时间", "时间", "检票时间"),
        shapes.clock,
        2.5,
    ),
    Row("ship", ("船名", "船舶", "船"), shapes.anything, 0.1),
    Row("trip_no", ("车次", "班次", "航次", "航班", "次"), _trip, 1.0),
    Row("class", ("舱位", "等级", "席别", "舱等", "舱"), shapes.anything, 0.1),
    Row("seat", ("座号", "座位号", "座位", "座", "号"), _seat, 0.5),
    Row("kind", ("票种", "票类"), shapes.person, 0.1),
    Row("total", ("票价", "价", "金额", "全价"), shapes.amount, 1.5),
    Row("gate", ("检票口",), _ignored, 0.0),
)


def read_quota(case: Case) -> FormReading:
    """A coupon of fixed value: figure and capitals say the same. It has no date of its own."""
    if several(case):
        return one_of_several(case)
    verdicts = identity(case)
    figures = _figures(case.sheet)
    capital, text = _capital(case.words)
    total = _face_value(figures, capital)
    if total is not None:
        verdicts[FieldName.TOTAL] = total
    extra = bare_extra(case).model_copy(update={"total_in_words": text})
    return FormReading(verdicts, (), extra)


def _figures(sheet: Sheet) -> list[Seen]:
    """The value in figures, with ¥ before or 元 behind; a bare figure may be the pale ground's."""
    found = []
    for word in sheet.words:
        if match := _FACE.search(word.text):
            whole, cents = match[1] or match[3], match[2] or ".00"
            found.append(of_word(word, whole + cents))
    return found


def _capital(words: tuple[Word, ...]) -> tuple[Seen | None, str | None]:
    """The value in capitals, and its text as printed."""
    for line in lines_of([word for word in words if not word.label]):
        for text in (line.text, *(word.text for word in line.words)):
            if (found := shapes.capitals(text)) and len(found[1]) >= 3:
                word = max(line.words, key=lambda word: len(word.text))
                return of_word(word, found[0]), found[1].replace("圆", "元")
    return None, None


def _face_value(figures: list[Seen], capital: Seen | None) -> Verdict | None:
    if capital is None:
        return decide(figures)
    agreeing = [reading for reading in figures if reading.value == capital.value]
    if agreeing:
        return Verdict(agreeing[0], [*figures, capital], confirmed_by=["capital_amount"])
    if figures:
        return Verdict(figures[0], [*figures, capital], contested=True)
    return Verdict(capital, [capital])


def read_trip(case: Case) -> FormReading:
    """A ticket by coach or ship; the day of travel is its only date."""
    if several(case):
        return one_of_several(case)
    words = _without_stub(case.words)
    paired = pair_rows(words, TRIP_ROWS)
    values = paired.values
    date = decide(values.get("date", [])) or decide(lone_days(words))
    decided = known(date=date, total=decide(_fares(values, case.words)))
    if paired.unsure:
        for verdict in decided.values():
            verdict.contested, verdict.confirmed_by = True, []
    start, end = _route(paired, words)
    name, known_id = traveller(words)
    ship = first(values.get("ship", []))
    extra = bare_extra(case).model_validate(
        bare_extra(case).model_dump()
        | {
            "departure": start,
            "destination": end,
            "travel_date": date.winner.value if date else None,
            "departure_time": first(values.get("time", [])),
            "trip_no": first(values.get("trip_no", [])),
            "seat": first(values.get("seat", [])),
            "seat_class": first(values.get("class", [])),
            "traveller": name,
            "traveller_id": known_id,
            "details": (Detail(name="船名", value=ship),) if ship else (),
        }
    )
    return FormReading(identity(case) | decided, (), extra)


def _fares(values: dict[str, list[Seen]], words: tuple[Word, ...]) -> list[Seen]:
    """The fare beside its label, and every other print of a sum on the ticket (on its stub)."""
    labelled = values.get("total", [])
    if not labelled:
        return marked_sums(words)
    first_place = labelled[0].place
    return [
        *labelled,
        *(
            other
            for other in marked_sums(words)
            if first_place
            and other.place
            and (
                abs(other.place.cy - first_place.cy) > 1
                or other.place.x1 < first_place.x0
                or other.place.x0 > first_place.x1
            )
        ),
    ]


def _without_stub(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The ticket without the part that is torn off (副券), which repeats its values unlabelled."""
    marks = [word for word in words if re.fullmatch(r"副券?|.{0,2}副券", word.text)]
    if not marks:
        return words
    edge = min(word.box.x0 - 3.5 * word.height for word in marks)
    inside = [word for word in words if word.box.x0 < edge]
    return tuple(inside) if len(inside) > len(words) / 2 else words


def _route(paired: Paired, words: tuple[Word, ...]) -> tuple[str | None, str | None]:
    """From and to: beside their labels, or two names far apart with a line to themselves."""
    start = first(paired.values.get("departure", []))
    end = first(paired.values.get("destination", []))
    if start and end:
        return start, end
    numbers = [word for word in words if re.fullmatch(r"\d{8}", word.text)]
    below = min((word.box.cy for word in numbers), default=0.0)
    for line in lines_of([word for word in words if not word.label and word.box.cy > below]):
        names = [word for word in line.words if shapes.place(word.text)]
        others = [w for w in line.words if w not in names and re.search(r"\w{2}", w.text)]
        if len(names) == 2 and not others:
            one, other = names
            if other.box.x0 - one.box.x1 > 2 * one.height:
                return shapes.place(one.text), shapes.place(other.text)
        if match := _ARROW.match(line.text):
            return shapes.place(match[1]), shapes.place(match[2])
    return start, end


def traveller(words: tuple[Word, ...]) -> tuple[str | None, str | None]:
    """(name, identity number): they stand on one line, in either order."""
    for _, match in search(
        lines_of(words, reach=6.0),
        r"([一-鿿·]{2,8})?((?<!\d)\d{4,14}[*×xX]{2,}\d{2,4}[\dX]?)([一-鿿·]{2,8})?",
    ):
        return match[1] or match[3], match[2]
    return None, None
