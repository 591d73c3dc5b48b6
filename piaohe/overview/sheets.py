"""The tables of an overview to take away, in Chinese: a title, its columns and its rows each."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from models.text import from_fen
from piaohe.overview.figures import Cause, Figures, Group
from piaohe.overview.forecast import Forecast
from piaohe.overview.sums import Sum
from piaohe.report.sheets import Column, Value
from piaohe.report.words import category_called

_SUM = (Column("金额"), Column("张数"))
_APART = (Column("重复张数"), Column("重复金额"), Column("不计入张数"), Column("不计入金额"))
_BEFORE = (Column("上一期金额"), Column("上一期张数"))


class Sheet(NamedTuple):
    """A table. Money in yuan."""

    title: str
    columns: tuple[Column, ...]
    rows: list[tuple[Value, ...]]


def sheets(it: Figures, cause_words: Callable[[Cause], tuple[str, str]]) -> Iterator[Sheet]:
    """Every table of the page; `cause_words` says a cause and what to do next."""
    yield Sheet("概要", (Column("项目", 24), Column("数值", 24)), list(_summary(it)))
    yield _months(it)
    yield _groups("按类别", it.categories, lambda name: category_called(name).zh)
    yield _groups("按部门", it.departments, str)
    yield _groups(
        "按销售方", it.sellers, str, (f"其余 {it.more_sellers[0]} 家", it.more_sellers[1])
    )
    causes = [(cause.cause, *cause_words(cause), *_cells(cause.sum)) for cause in it.causes]
    head = (Column("代码", 8), Column("原因", 30), Column("下一步", 50), *_SUM, *_APART)
    yield Sheet("未入账原因", head, list(causes))
    ages: list[tuple[Value, ...]] = [
        (age.least, age.below, from_fen(age.fen), age.number) for age in it.ages
    ]
    yield Sheet("待处理", (Column("满几天"), Column("不满几天"), *_SUM), ages)


def _summary(it: Figures) -> Iterator[tuple[Value, ...]]:
    yield "期间", f"{it.span.first} 至 {it.span.last}"
    yield "数据截至", it.at.isoformat(timespec="seconds")
    yield "支出合计", from_fen(it.total.fen)
    yield "张数", it.total.number
    yield "上一期支出合计", from_fen(it.before.fen)
    yield "无人工处理张数", it.alone
    yield "全部张数", it.total.found
    for title, one in (("本月", it.this_month), ("下月", it.next_month)):
        yield from _expected(title, one)


def _expected(title: str, one: Forecast | None) -> Iterator[tuple[Value, ...]]:
    if one is None:
        return
    yield f"预计{title}", from_fen(one.expected)
    yield f"预计{title}（低）", from_fen(one.low)
    yield f"预计{title}（高）", from_fen(one.high)


def _months(it: Figures) -> Sheet:
    times = (Column("人工决定张数"), Column("用时中位数（小时）"), Column("九成以内（小时）"))
    head = (Column("月份"), *_SUM, *_APART, Column("较上月"), Column("无人工处理张数"), *times)
    rows: list[tuple[Value, ...]] = [
        (
            month.month,
            *_cells(month.sum),
            from_fen(month.change),
            month.alone,
            month.done,
            _hours(month.half),
            _hours(month.most),
        )
        for month in it.months
    ]
    return Sheet("按月", head, rows)


def _groups(
    title: str,
    groups: tuple[Group, ...],
    call: Callable[[str], str],
    rest: tuple[str, Sum] | None = None,
) -> Sheet:
    rows: list[tuple[Value, ...]] = [
        (
            call(group.name) if group.name else "（未知）",
            *_cells(group.sum),
            from_fen(group.before.fen),
            group.before.number,
        )
        for group in groups
    ]
    if rest is not None and rest[1].found:
        rows.append((rest[0], *_cells(rest[1]), None, None))
    return Sheet(title, (Column("名称", 36), *_SUM, *_APART, *_BEFORE), rows)


def _cells(one: Sum) -> tuple[Value, ...]:
    return (
        from_fen(one.fen),
        one.number,
        one.copies,
        from_fen(one.copies_fen),
        one.refused,
        from_fen(one.refused_fen),
    )


def _hours(hours: float | None) -> Decimal | None:
    return None if hours is None else Decimal(str(round(hours, 2)))
