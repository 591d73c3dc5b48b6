"""Taxi strips and slips of toll gates: a column of labels, and a machine's print beside it."""

import re
from dataclasses import replace
from decimal import Decimal

from models.invoice import Extra, FieldName
from ocr.extract.sheet import LABELLED, Seen
from ocr.forms import shapes
from ocr.forms.case import Case, FormReading
from ocr.forms.labelled import of_word
from ocr.forms.rows import Paired, Row, pair_rows
from ocr.forms.ticket import (
    Verdicts,
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


def _duration(text: str) -> str | None:
    match = re.search(r"(?<!\d)\d{2}[:：.]\d{2}[:：.]\d{2}(?!\d)", text)
    return match[0] if match else None


def _ignored(text: str) -> str | None:
    """For labels whose values nobody asks for: they only part the others."""
    return None if text else text


def _plate_part(text: str) -> str | None:
    """A plate, or what the meter prints of it behind a pre-printed character of the province."""
    body = re.sub(r"[.·•\-_]", "", text.upper())
    if whole := shapes.plate(body):
        return whole
    return body if re.fullmatch(r"[A-Z][A-Z0-9]*\d{3,}[A-Z]?", body) and len(body) > 5 else None


_FIRST_KM = 5
"""No city's starting fare goes farther."""
_COMPANY = re.compile(r"^[一-鿿()]{4,}(?:公司|社|队|行)$")

TAXI_ROWS = (
    Row("phone", ("公司电话", "电话", "监督电话"), _ignored, 0.0),
    Row("plate", ("车号", "车牌号", "车牌号码", "车牌"), _plate_part, 0.5),
    Row("driver", ("证号", "工号", "司机号"), _ignored, 0.0),
    Row("date", ("日期", "期"), shapes.day, 4.0),
    Row("boarded", ("上车", "上车时间"), shapes.clock, 2.5),
    Row("alighted", ("下车", "下车时间"), shapes.clock, 2.5),
    Row("unit_fare", ("单价",), shapes.decimal, 1.0),
    Row("mileage", ("里程", "计程"), shapes.decimal, 1.0),
    Row("waited", ("等候", "候时", "等时"), _duration, 2.0),
    Row("state", ("状态",), _ignored, 0.0),
    Row("extra", ("附加", "燃油附加费", "附加费", "预约叫车服务费"), shapes.amount, 0.5),
    Row("total", ("金额", "全额", "总额", "总金额", "合计金额"), shapes.amount, 1.0),
    Row("paid", ("实收金额", "实收"), shapes.amount, 1.0),
    Row("card", ("卡号",), _ignored, 0.0),
    Row("balance", ("卡原额", "卡余额"), shapes.amount, 0.3),
)
TOLL_ROWS = (
    Row("road", ("路段",), shapes.place, 0.2),
    Row("entry", ("入口", "入口站", "入站"), shapes.place, 0.3),
    Row("exit", ("出口", "出口站", "出站"), shapes.place, 0.3),
    Row("kind", ("车型", "车类"), shapes.anything, 0.1),
    Row("plate", ("车牌", "车牌号"), shapes.plate, 1.0),
    Row("total", ("金额", "全额", "额", "收费金额", "通行费"), shapes.amount, 1.5),
    Row("payee", ("收费员", "收费员号", "工号"), shapes.anything, 0.1),
    Row("date", ("日期", "收费日期", "期"), shapes.day, 4.0),
    Row("time", ("时间", "收费时间"), _duration, 2.0),
)


def read_taxi(case: Case) -> FormReading:
    """A taxi strip: what the meter printed, wherever it fell beside the labels."""
    if several(case):
        return one_of_several(case)
    paired = pair_rows(case.words, TAXI_ROWS)
    values = paired.values
    total = decide([*values.get("total", []), *values.get("paid", [])])
    if total is not None and _zeros_unclear(case, values):
        _doubt_eights(total)
    if total is not None and _below_meter(total, values):
        total.contested, total.confirmed_by = True, []
    verdicts = identity(case) | _sure(paired, known(date=_taxi_date(case, values), total=total))
    company = _company(case)
    if company is not None:
        verdicts[FieldName.SELLER_NAME] = company
    extra = bare_extra(case).model_copy(
        update={
            "plate": _taxi_plate(case, values),
            "mileage": first(values.get("mileage", [])),
            "unit_fare": first(values.get("unit_fare", [])),
            "boarded": first(values.get("boarded", [])),
            "alighted": first(values.get("alighted", [])),
        }
    )
    return FormReading(verdicts, (), extra)


def _zeros_unclear(case: Case, values: dict[str, list[Seen]]) -> bool:
    """Whether this print's zeros or threes were read as eights: then a time cannot be one."""
    parts = [
        int(part) for one in values.get("waited", []) for part in re.findall(r"\d+", one.value)
    ]
    hours = [match[1] for _, match in case.labelled.matching(r"^(\d\d)[:：;±=]\d\d$")]
    return any(part > 59 for part in parts) or any("8" in hour > "23" for hour in hours)


def _below_meter(total: Verdict, values: dict[str, list[Seen]]) -> bool:
    """Whether a sum is less than the way cost at the printed price: a figure was lost then."""
    price, way = first(values.get("unit_fare", [])), first(values.get("mileage", []))
    if price is None or way is None:
        return False
    return Decimal(total.winner.value) < (Decimal(way) - _FIRST_KM) * Decimal(price)


def _doubt_eights(total: Verdict) -> None:
    """A sum whose eights may be zeros: nothing here tells which, so both readings stand."""
    read = total.winner
    if "8" in read.value:
        total.losers.append(replace(read, value=read.value.replace("8", "0"), confidence=0.5))
        total.contested, total.confirmed_by = True, []


def _sure(paired: Paired, verdicts: Verdicts) -> Verdicts:
    """Verdicts on values whose pairing might as well be another: contested."""
    if paired.unsure:
        for verdict in verdicts.values():
            verdict.contested, verdict.confirmed_by = True, []
    return verdicts


def _date(values: dict[str, list[Seen]]) -> Verdict | None:
    return decide(values.get("date", []))


def _taxi_date(case: Case, values: dict[str, list[Seen]]) -> Verdict | None:
    """The date, which some cities print before the time of getting in or out (成都)."""
    return _date(values) or decide(case.labelled.value(r"[上下]车(?:时间)?", shapes.day))


def _taxi_plate(case: Case, values: dict[str, list[Seen]]) -> str | None:
    """The plate, with the pre-printed character of the province where the meter left it out."""
    provinces = sorted({match[0] for _, match in case.labelled.matching(r"^[一-鿿]$")})
    for reading in values.get("plate", []):
        for province in ("", *provinces):
            if whole := shapes.plate(province + reading.value):
                return whole
    return None


def _company(case: Case) -> Verdict | None:
    """The company where the strip names it beside 单位; a number there is not its name."""
    readings: list[Seen] = []
    for found in case.labelled.find("(?:开票)?单位(?:名称)?"):
        beside = case.labelled.right(found)[:1]
        for text, word in ((found.rest, found.word), *((other.text, other) for other in beside)):
            if _COMPANY.search(text):
                readings.append(of_word(word, text, LABELLED))
                break
    return decide(readings)


def read_toll(case: Case) -> FormReading:
    """The slip of a motorway's toll gate."""
    if several(case):
        return one_of_several(case)
    paired = pair_rows(case.words, TOLL_ROWS)
    values = paired.values
    totals = values.get("total") or marked_sums(case.words)
    date = _date(values) or decide(lone_days(case.words))
    verdicts = identity(case) | _sure(paired, known(date=date, total=decide(totals)))
    extra: Extra = bare_extra(case).model_copy(
        update={
            "departure": first(values.get("entry", [])),
            "destination": first(values.get("exit", [])),
            "plate": first(values.get("plate", [])),
            "payee": first(values.get("payee", [])),
        }
    )
    return FormReading(verdicts, (), extra)
