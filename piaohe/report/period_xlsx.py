"""period.xlsx: the report of a period as tables, for those who go on working in a spreadsheet."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook

from models.match import Side
from piaohe.report import words
from piaohe.report.answer import answer
from piaohe.report.content import Tally
from piaohe.report.files import replacing
from piaohe.report.page import ZONE
from piaohe.report.period import Group, PeriodReport
from piaohe.report.sheets import Column, Value, add_sheet
from piaohe.report.trend import Change, changes
from reconcile.period import Line

_Rows = Iterator[Sequence[Value]]


def write_period_xlsx(report: PeriodReport, path: Path) -> None:
    """Write the workbook to `path`, replacing an older one only when it is complete.

    Money are numbers, dates are dates, numbers of invoices are text. No cell is a formula.
    """
    book = Workbook()
    book.remove(book.active)
    add_sheet(book, "汇总", _SUMMARY, _summary_rows(report))
    add_sheet(book, "结果与原因", _REASONS, _reason_rows(report))
    add_sheet(book, "未对上的发票", _OPEN, _open_rows(report))
    add_sheet(book, "有账无票", _WITHOUT, _without_rows(report))
    add_sheet(book, "金额最大", _TOP, _top_rows(report))
    add_sheet(book, "缺号", _GAPS, _gap_rows(report))
    add_sheet(book, "期末与迟到", _EDGES, _edge_rows(report))
    add_sheet(book, "与上期相比", _TREND, _trend_rows(report))
    with replacing(path) as part:
        book.save(part)


_SUMMARY = (Column("项目", 24), Column("数量", 12), Column("价税合计", 18), Column("说明", 80))


def _summary_rows(report: PeriodReport) -> _Rows:
    figures, summed = report.figures, report.summed
    yield "期间", None, None, f"{report.span.first} 至 {report.span.last}"
    yield "缺什么，为什么", None, None, answer(report).zh
    made = report.made_at.astimezone(ZONE)
    yield "生成时间（北京时间）", None, None, made.strftime("%Y-%m-%d %H:%M")
    tallies = (
        ("发票", figures.invoices, ""),
        ("台账记录", figures.entries, ""),
        ("一致", figures.exact, ""),
        ("没有对上的发票", figures.open, "见“未对上的发票”"),
        ("缺票据的台账记录", figures.unclaimed, "见“有账无票”"),
    )
    for title, tally, remark in tallies:
        yield title, tally.count, tally.total, remark or None
    yield "缺号", figures.gaps, None, "见“缺号”"
    yield "期末截止", len(summed.cut_off), None, "见“期末与迟到”"
    yield "迟到的发票", figures.late, None, "见“期末与迟到”"
    yield "不属于本期", len(summed.outside), None, "见“期末与迟到”"
    for ledger in report.ledgers:
        cover = f"{ledger.coverage.first or '…'} 至 {ledger.coverage.last or '…'}"
        yield "台账", len(ledger.entries), None, f"{ledger.source}（{cover}）"


_REASONS = (
    Column("哪一边", 10),
    Column("结果", 14),
    Column("代号", 8),
    Column("原因", 30),
    Column("数量", 10),
    Column("价税合计", 18),
    Column("怎么办", 60),
)


def _reason_rows(report: PeriodReport) -> _Rows:
    for state, groups in report.open.items():
        for group in groups:
            yield "票", words.STATES[state].zh, group.code or None, *_summed(group)
    for group in report.without:
        yield "账", "无需票据" if group.settled else "缺票据", None, *_summed(group)


def _summed(group: Group) -> Sequence[Value]:
    tally: Tally = group.tally
    return group.name.zh, tally.count, tally.total, group.action.zh or None


_OPEN = (
    Column("结果", 14),
    Column("代号", 8),
    Column("原因", 26),
    Column("发票号码", 34),
    Column("开票日期", 12),
    Column("销售方", 30),
    Column("价税合计", 14),
    Column("说明", 60),
    Column("怎么办", 50),
    Column("匹配方式", 22),
    Column("另有原因", 26),
    Column("文件", 36),
)


def _open_rows(report: PeriodReport) -> _Rows:
    for state, groups in report.open.items():
        for group in groups:
            for row in group.rows:
                match = row.match
                yield (
                    words.STATES[state].zh,
                    group.code or None,
                    group.name.zh,
                    row.number,
                    row.date,
                    row.seller,
                    row.total,
                    match.message,
                    match.action or None,
                    words.STEPS[match.step].zh if match.step else None,
                    "、".join(words.cause_called(state, cause).zh for cause in match.also) or None,
                    row.where,
                )


_WITHOUT = (
    Column("原因", 26),
    Column("缺票据", 10),
    Column("发票号码", 34),
    Column("开票日期", 12),
    Column("销售方", 30),
    Column("价税合计", 14),
    Column("说明", 60),
    Column("怎么办", 50),
    Column("台账位置", 40),
)


def _without_rows(report: PeriodReport) -> _Rows:
    for group in report.without:
        for row in group.rows:
            yield (
                group.name.zh,
                "否" if group.settled else "是",
                row.number,
                row.date,
                row.seller,
                row.total,
                row.match.message,
                row.match.action or None,
                row.where,
            )


_LINE = (
    Column("发票号码或位置", 36),
    Column("开票日期", 12),
    Column("销售方", 30),
    Column("价税合计", 14),
    Column("说明", 60),
)
_TOP = (Column("名次", 8), Column("哪一边", 10), *_LINE)
_EDGES = (Column("哪一类", 14), *_LINE, Column("文件", 36))


def _top_rows(report: PeriodReport) -> _Rows:
    for place, line in enumerate(report.summed.top, start=1):
        yield place, "票" if line.side is Side.INVOICE else "账", *_line(line)


def _edge_rows(report: PeriodReport) -> _Rows:
    summed, files = report.summed, report.files or {}
    for name, lines in (
        ("期末截止", summed.cut_off),
        ("迟到", summed.late),
        ("不属于本期", summed.outside),
    ):
        for line in lines:
            yield name, *_line(line), files.get(line.key)


def _line(line: Line) -> Sequence[Value]:
    return line.key, line.date, line.seller, line.total, line.message


_GAPS = (
    Column("销售方", 34),
    Column("发票代码", 16),
    Column("缺的第一个号码", 26),
    Column("缺的最后一个号码", 26),
    Column("数量", 10),
)


def _gap_rows(report: PeriodReport) -> _Rows:
    for gap in report.summed.gaps:
        yield gap.seller, gap.code, gap.first, gap.last, gap.count


_TREND = (Column("项目", 24), Column("上期", 18), Column("本期", 18), Column("变化", 18))
_UNITS = {"count": "", "money": "，金额", "percent": "（%）"}


def _trend_rows(report: PeriodReport) -> _Rows:
    if report.before is None:
        yield "没有保存过上期的数字", None, None, None
        return
    for change in changes(report.before, report.figures):
        values = (change.before, change.now, change.by)
        yield change.name.zh + _UNITS[change.unit], *(_value(change, value) for value in values)


def _value(change: Change, value: Value) -> Value:
    return value if change.unit != "count" or value is None else int(str(value))
