"""Taxi strips and slips of toll gates: a column of labels, and a machine's print beside it."""

import re

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
    one_of_several,
    several,
)
from ocr.labels import Label
from ocr.resolve.evidence import Verdict

TAXI_ROWS = (
    Row("phone", ("公司电话", "电话", "监督电话"), lambda text: None, 0.0),
    Row("plate", ("车号", "车牌号", "车牌"), shapes.anything, 0.2),
    Row("driver", ("证号", "工号", "司机号"), lambda text: None, 0.0),
    Row("date", ("日期",), shapes.day, 4.0),
    Row("boarded", ("上车", "上车时间"), shapes.clock, 2.5),
    Row("alighted", ("下车", "下车时间"), shapes.clock, 2.5),
    Row("unit_fare", ("单价",), shapes.decimal, 1.0),
    Row("mileage", ("里程", "计程"), shapes.decimal, 1.0),
    Row("waited", ("等候", "候时", "等时"), lambda text: _duration(text), 2.0),
    Row("state", ("状态",), lambda text: None, 0.0),
    Row("extra", ("附加", "燃油附加费", "附加费", "预约叫车服务费"), shapes.amount, 0.5),
    Row("total", ("金额", "总额", "总金额", "合计金额"), shapes.amount, 1.0),
    Row("paid", ("实收金额", "实收"), shapes.amount, 1.0),
    Row("card", ("卡号",), lambda text: None, 0.0),
    Row("balance", ("卡原额", "卡余额"), shapes.amount, 0.3),
)
TOLL_ROWS = (
    Row("road", ("路段",), shapes.place, 0.2),
    Row("entry", ("入口", "入口站", "入站"), shapes.place, 0.3),
    Row("exit", ("出口", "出口站", "出站"), shapes.place, 0.3),
    Row("kind", ("车型", "车类"), shapes.anything, 0.1),
    Row("plate", ("车牌", "车牌号"), shapes.plate, 1.0),
    Row("total", ("金额", "收费金额", "通行费"), shapes.amount, 1.5),
    Row("payee", ("收费员", "收费员号", "工号"), shapes.anything, 0.1),
    Row("date", ("日期", "收费日期"), shapes.day, 4.0),
    Row("time", ("时间", "收费时间"), lambda text: _duration(text), 2.0),
)


def _duration(text: str) -> str | None:
    match = re.search(r"(?<!\d)\d{2}[:：.]\d{2}[:：.]\d{2}(?!\d)", text)
    return match[0] if match else None


def read_taxi(case: Case) -> FormReading:
    """A taxi strip: what the meter printed, wherever it fell beside the labels."""
    if several(case):
        return one_of_several(case)
    paired = pair_rows(case.words, TAXI_ROWS)
    values = paired.values
    totals = [*values.get("total", []), *values.get("paid", [])]
    verdicts = identity(case) | _sure(paired, known(date=_date(values), total=decide(totals)))
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


def _sure(paired: Paired, verdicts: Verdicts) -> Verdicts:
    """Verdicts on values whose pairing might as well be another: contested."""
    if paired.unsure:
        for verdict in verdicts.values():
            verdict.contested, verdict.confirmed_by = True, []
    return verdicts


def _date(values: dict[str, list[Seen]]) -> Verdict | None:
    return decide(values.get("date", []))


def _taxi_plate(case: Case, values: dict[str, list[Seen]]) -> str | None:
    """The plate: printed whole, or its number behind the pre-printed character of the province."""
    provinces = {match[1] for _, match in case.labelled.matching(r"^([一-鿿])(?:[A-Z])?$")}
    for reading in values.get("plate", []):
        text = re.sub(r"[.·•\-_]", "", reading.value.upper())
        if whole := shapes.plate(text):
            return whole
        for province in sorted(provinces):
            if whole := shapes.plate(province + text):
                return whole
    return None


def _company(case: Case) -> Verdict | None:
    """The company where the strip names it beside 单位; a number there is not its name."""
    readings = []
    for label in case.sheet.labels(Label.UNIT):
        for word in case.sheet.right_of(label)[:1]:
            if re.search(r"[一-鿿]{4,}(?:公司|社|队|行)$", word.text):
                readings.append(of_word(word, word.text, LABELLED))
    for found in case.labelled.find("单位"):
        if re.search(r"^[一-鿿()]{4,}(?:公司|社|队|行)$", found.rest):
            readings.append(of_word(found.word, found.rest, LABELLED))
    return decide(readings)


def read_toll(case: Case) -> FormReading:
    """The slip of a motorway's toll gate."""
    if several(case):
        return one_of_several(case)
    paired = pair_rows(case.words, TOLL_ROWS)
    values = paired.values
    verdicts = identity(case) | _sure(
        paired, known(date=_date(values), total=decide(values.get("total", [])))
    )
    extra: Extra = bare_extra(case).model_copy(
        update={
            "departure": first(values.get("entry", [])),
            "destination": first(values.get("exit", [])),
            "plate": first(values.get("plate", [])),
            "payee": first(values.get("payee", [])),
        }
    )
    return FormReading(verdicts, (), extra)
