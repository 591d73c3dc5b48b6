"""What somebody types into the one search box, understood: "上个月 中石化 500以上 未入账".

The grammar is data: words with what they stand for, and patterns with what is made of them. Each
word of a phrase is tried alone; whatever is not understood stays text that is searched for. The
same phrase on the same day means the same.
"""

import calendar
import datetime
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from pydantic import Field

from models.record import Record
from models.text import fold, money, to_fen

_LONGEST = 300
_MOST = 20
_FIRST_YEAR = 1990


class Phrase(Record):
    """A phrase understood: filter -> value as an address has it, and the text that is left."""

    filters: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    text: str = ""


Filter: TypeAlias = tuple[str, tuple[str, ...]]
"""A filter and its values, as an address has them."""


class _Span(NamedTuple):
    first: datetime.date
    last: datetime.date


_SPECIAL = ("vat_special", "digital_special")
_ORDINARY = ("vat_general", "vat_electronic", "digital_general", "roll")

WORDS: dict[str, Filter] = {
    **dict.fromkeys(
        ("未入账", "没入账", "未入帐", "unbooked", "unrecorded"), ("match", ("unbooked",))
    ),
    **dict.fromkeys(("已入账", "已入帐", "booked", "recorded"), ("match", ("exact",))),
    **dict.fromkeys(("不一致", "有差异", "mismatch"), ("match", ("mismatch",))),
    **dict.fromkeys(("重复", "重复的", "重复报销", "duplicate", "duplicates"), ("twins", ("1",))),
    **dict.fromkeys(("专票", "专用发票", "special"), ("kind", _SPECIAL)),
    **dict.fromkeys(("普票", "普通发票", "ordinary"), ("kind", _ORDINARY)),
    **dict.fromkeys(
        ("数电", "数电票", "digital"), ("kind", ("digital_special", "digital_general"))
    ),
    **dict.fromkeys(
        ("火车票", "高铁", "高铁票", "动车票", "电子客票", "train"), ("kind", ("train",))
    ),
    **dict.fromkeys(("打车", "出租车", "出租车票", "的士", "taxi"), ("kind", ("taxi",))),
    **dict.fromkeys(
        ("机票", "行程单", "航空运输电子客票行程单", "flight", "air"), ("kind", ("air",))
    ),
    **dict.fromkeys(("过路费", "通行费", "通行费发票", "toll"), ("kind", ("toll",))),
    **dict.fromkeys(("定额", "定额发票"), ("kind", ("quota",))),
    **dict.fromkeys(("卷票", "卷式发票", "增值税普通发票(卷票)"), ("kind", ("roll",))),
    **dict.fromkeys(("电子发票(普通发票)",), ("kind", ("digital_general",))),
    **dict.fromkeys(("电子发票(增值税专用发票)",), ("kind", ("digital_special",))),
    **dict.fromkeys(("机动车销售统一发票", "购车发票"), ("kind", ("vehicle",))),
    **dict.fromkeys(("汽车票", "客运票", "大巴票"), ("form", ("bus",))),
    **dict.fromkeys(("二手车销售统一发票",), ("form", ("used_car",))),
    **dict.fromkeys(("待复核", "未处理", "todo", "queue"), ("queue", ("1",))),
    **dict.fromkeys(("待批准",), ("state", ("checked",))),
    **dict.fromkeys(("已通过", "approved"), ("state", ("accepted",))),
    **dict.fromkeys(("已退回", "退回", "returned"), ("state", ("returned",))),
    **dict.fromkeys(("已拒绝", "refused"), ("state", ("rejected",))),
    **dict.fromkeys(("有阻断", "不通过", "blocked"), ("status", ("rejected",))),
    **dict.fromkeys(("无问题", "clean"), ("status", ("accepted",))),
    **dict.fromkeys(("存疑", "需复核", "doubtful"), ("status", ("review",))),
}
"""Words that are a filter by themselves, and titles of invoices as they are printed."""


def _month(year: int, month: int) -> _Span | None:
    if not (_FIRST_YEAR <= year <= datetime.MAXYEAR - 1 and 1 <= month <= 12):
        return None
    last = calendar.monthrange(year, month)[1]
    return _Span(datetime.date(year, month, 1), datetime.date(year, month, last))


def _months_ago(today: datetime.date, count: int) -> _Span | None:
    at = today.year * 12 + today.month - 1 - count
    return _month(at // 12, at % 12 + 1)


def _year(year: int) -> _Span | None:
    if not _FIRST_YEAR <= year < datetime.MAXYEAR:
        return None
    return _Span(datetime.date(year, 1, 1), datetime.date(year, 12, 31))


def _quarter(year: int, quarter: int) -> _Span | None:
    first, last = _month(year, quarter * 3 - 2), _month(year, quarter * 3)
    return _Span(first.first, last.last) if first and last else None


def _back(today: datetime.date, days: int) -> _Span:
    return _Span(today - datetime.timedelta(days=days), today)


def _week(today: datetime.date, ago: int) -> _Span:
    monday = today - datetime.timedelta(days=today.weekday() + 7 * ago)
    return _Span(monday, monday + datetime.timedelta(days=6))


def _one_quarter(today: datetime.date, ago: int) -> _Span | None:
    at = today.year * 4 + (today.month - 1) // 3 - ago
    return _quarter(at // 4, at % 4 + 1)


_When = Callable[[datetime.date], _Span | None]

DAYS: dict[str, _When] = {
    **dict.fromkeys(("今天", "today"), lambda day: _Span(day, day)),
    **dict.fromkeys(
        ("昨天", "yesterday"), lambda day: _Span(*[day - datetime.timedelta(days=1)] * 2)
    ),
    **dict.fromkeys(("本周", "这周", "thisweek"), lambda day: _week(day, 0)),
    **dict.fromkeys(("上周", "lastweek"), lambda day: _week(day, 1)),
    **dict.fromkeys(("本月", "这个月", "当月", "thismonth"), lambda day: _months_ago(day, 0)),
    **dict.fromkeys(("上月", "上个月", "lastmonth"), lambda day: _months_ago(day, 1)),
    **dict.fromkeys(("上上月", "上上个月"), lambda day: _months_ago(day, 2)),
    **dict.fromkeys(("本季度", "这个季度", "thisquarter"), lambda day: _one_quarter(day, 0)),
    **dict.fromkeys(("上季度", "上个季度", "lastquarter"), lambda day: _one_quarter(day, 1)),
    **dict.fromkeys(("今年", "本年", "thisyear"), lambda day: _year(day.year)),
    **dict.fromkeys(("去年", "lastyear"), lambda day: _year(day.year - 1)),
    **dict.fromkeys(("前年",), lambda day: _year(day.year - 2)),
}
"""Words for a span of days, counted from today."""

_SUM = r"(?:¥|rmb)?(\d[\d,]*(?:\.\d{1,2})?(?:万|k)?)(?:元|块)?"
_ENGLISH = {
    name.casefold(): at
    for names in (calendar.month_name, calendar.month_abbr)
    for at, name in enumerate(names)
    if name
}


def _fen(text: str) -> int | None:
    factor = {"万": 10_000, "k": 1000}.get(text[-1], 1)
    value = money(text.rstrip("万k"))
    return None if value is None else to_fen(value) * factor


def _between(found: re.Match[str], _: datetime.date) -> dict[str, str] | None:
    low, high = _fen(found[1]), _fen(found[2])
    if low is None or high is None or low > high:
        return None
    return {"least": _yuan(low), "most": _yuan(high)}


def _amount(*names: str) -> "_Make":
    """One amount, for each of these filters."""

    def make(found: re.Match[str], _: datetime.date) -> dict[str, str] | None:
        fen = _fen(found[1] or found[2])
        return None if fen is None else dict.fromkeys(names, _yuan(fen))

    return make


def _days(span: Callable[[re.Match[str], datetime.date], _Span | None]) -> "_Make":
    def make(found: re.Match[str], today: datetime.date) -> dict[str, str] | None:
        days = span(found, today)
        return {"since": f"{days.first}", "until": f"{days.last}"} if days else None

    return make


def _past_month(found: re.Match[str], today: datetime.date) -> _Span | None:
    """A month without its year is the last one of that name that has begun."""
    month = int(found[1])
    return _month(today.year - (month > today.month), month)


def _one_day(year: str, month: str, day: str) -> _Span | None:
    try:
        at = datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return _Span(at, at) if at.year >= _FIRST_YEAR else None


_Make = Callable[[re.Match[str], datetime.date], dict[str, str] | None]

PATTERNS: tuple[tuple[str, _Make], ...] = (
    (rf"{_SUM}(?:-|~|到|至|\.\.){_SUM}", _between),
    (rf"{_SUM}(?:以上|起|\+)|(?:大于|超过|>=?|≥|over|above){_SUM}", _amount("least")),
    (rf"{_SUM}(?:以下|以内)|(?:小于|低于|不到|<=?|≤|under|below){_SUM}", _amount("most")),
    (r"¥(\d[\d,]*(?:\.\d{1,2})?)|(\d[\d,]*(?:\.\d{1,2})?)(?:元|块)", _amount("least", "most")),
    (r"(\d{4})年", _days(lambda found, _: _year(int(found[1])))),
    (r"(\d{1,2})月份?", _days(_past_month)),
    (r"(\d{4})[-./年](\d{1,2})月?", _days(lambda found, _: _month(int(found[1]), int(found[2])))),
    (
        r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?",
        _days(lambda found, _: _one_day(found[1], found[2], found[3])),
    ),
    (
        r"(?:最近|近|last)(\d{1,3})(?:天|days?)",
        _days(lambda found, today: _back(today, int(found[1]))),
    ),
    (r"q([1-4])", _days(lambda found, today: _quarter(today.year, int(found[1])))),
    (r"(\d{4})q([1-4])", _days(lambda found, _: _quarter(int(found[1]), int(found[2])))),
)
"""Patterns of a whole word, and what is made of what they found."""

_COMPILED = [(re.compile(pattern), make) for pattern, make in PATTERNS]
_BY = re.compile(r"(.+?)(?:交的|提交的|上传的|的票)|by:(.+)")
_RULE = re.compile(r"r-[a-z0-9]{2,8}-\d{2,3}")
_JOIN = re.compile(
    r"\b(this|last) (week|month|quarter|year)\b|\b(over|above|under|below|last) (?=\d)"
)

_HANDED = re.compile(r"(\S+)\s+(交的|提交的|上传的)(?=\s|$)")


def understand(
    text: str,
    today: datetime.date,
    named: Mapping[str, Filter] | None = None,
    people: Mapping[str, int] | None = None,
) -> Phrase:
    """What a phrase means. `named` are the filters that have a name, of up to three words, and
    `people` the id of each by name; both in any case.

    A later word of one kind takes the place of an earlier one. Never raises.
    """
    typed = fold(text)[:_LONGEST]
    joined = _JOIN.sub(lambda found: found[0].replace(" ", ""), typed)
    joined = _HANDED.sub(r"\1\2", joined)
    names = {fold(name).casefold(): given for name, given in (named or {}).items()}
    persons = {name.casefold(): id_ for name, id_ in (people or {}).items()}
    filters: dict[str, tuple[str, ...]] = {}
    left: list[str] = []
    words = joined.split()[:_MOST]
    while words:
        taken = next((n for n in (3, 2) if " ".join(words[:n]).casefold() in names), 1)
        word = " ".join(words[:taken])
        found = _word(word.casefold(), today) or _named(word.casefold(), names, persons)
        filters |= found
        left += [] if found else [word]
        del words[:taken]
    return Phrase(filters=filters, text=" ".join(left))


def _word(word: str, today: datetime.date) -> dict[str, tuple[str, ...]]:
    if word in WORDS:
        name, values = WORDS[word]
        return {name: values}
    if word in DAYS:
        span = DAYS[word](today)
        return _dates(span)
    if word in _ENGLISH:
        month = _ENGLISH[word]
        return _dates(_month(today.year - (month > today.month), month))
    if _RULE.fullmatch(word):
        return {"rule": (word.upper(),)}
    for pattern, make in _COMPILED:
        match = pattern.fullmatch(word)
        made = make(match, today) if match else None
        if made:
            return {name: (value,) for name, value in made.items()}
    return {}


def _named(
    word: str, names: Mapping[str, Filter], people: Mapping[str, int]
) -> dict[str, tuple[str, ...]]:
    by = _BY.fullmatch(word)
    person = people.get(by[1] or by[2]) if by else None
    if person is not None:
        return {"by": (str(person),)}
    return dict([names[word]]) if word in names else {}


def _dates(span: _Span | None) -> dict[str, tuple[str, ...]]:
    return {"since": (f"{span.first}",), "until": (f"{span.last}",)} if span else {}


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}" if fen % 100 else str(fen // 100)
