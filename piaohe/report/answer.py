"""The sentence at the top of a period's report: what is missing, and why."""

from models.match import MatchState
from piaohe.report.content import DIFFERENT
from piaohe.report.page import format_money
from piaohe.report.period import Group, PeriodReport
from piaohe.report.words import Words

_MOST_CAUSES = 2


def answer(report: PeriodReport) -> Words:
    """What is missing in the period and why, in a sentence of each language."""
    figures, name = report.figures, report.span.name
    invoices = figures.invoices
    if not report.ledgers:
        return Words(
            f"{name.zh}有 {invoices.count} 张发票，合计 {format_money(invoices.total)}；"
            "没有台账可以核对，无法判断缺什么。",
            f"{name.en}: {_invoices(invoices.count)}, {format_money(invoices.total)}; "
            "without a ledger nobody can say what is missing.",
        )
    if not invoices.count and not figures.entries.count:
        return Words(
            f"{name.zh}没有发票，台账中也没有记录。",
            f"{name.en}: no invoices, and no entries in the ledger.",
        )
    zh, en = zip(_of_invoices(report), _of_entries(report), strict=True)
    return Words(f"{name.zh}：{'；'.join(zh)}。", f"{name.en}: {'; '.join(en)}.")


def _of_invoices(report: PeriodReport) -> Words:
    count = report.figures.invoices.count
    if not count:
        return Words("没有收到发票", "no invoices came in")
    if not report.figures.open.count:
        return Words(
            f"{count} 张发票全部与台账一致",
            f"{_invoices(count)}, each of which agrees with the ledger",
        )
    parts_zh, parts_en = [], []
    missing, different = report.state(MatchState.MISSING), report.state(*DIFFERENT)
    if missing.count:
        money = format_money(missing.total)
        parts_zh.append(f"{missing.count} 张（{money}）台账中没有")
        parts_en.append(f"{missing.count} ({money}) not in the ledger")
    if different.count:
        money = format_money(different.total)
        parts_zh.append(f"{different.count} 张（{money}）与台账有差异")
        parts_en.append(f"{different.count} ({money}) different there")
    zh, en = _causes([group for groups in report.open.values() for group in groups], "张")
    return Words(
        f"{count} 张发票中 {'、'.join(parts_zh)}，{zh}",
        f"of {_invoices(count)}, {' and '.join(parts_en)}, {en}",
    )


def _of_entries(report: PeriodReport) -> Words:
    unclaimed = report.figures.unclaimed
    if not unclaimed.count:
        return Words("台账中没有缺票据的记录", "no entry of the ledger lacks its document")
    money = format_money(unclaimed.total)
    zh, en = _causes([group for group in report.without if not group.settled], "笔")
    return Words(
        f"台账另有 {unclaimed.count} 笔（{money}）缺票据，{zh}",
        f"{unclaimed.count} ledger entries ({money}) lack a document, {en}",
    )


def _causes(groups: list[Group], unit: str) -> Words:
    """The most frequent ones; those that share a name count as one."""
    counts: dict[Words, int] = {}
    for group in groups:
        counts[group.name] = counts.get(group.name, 0) + group.tally.count
    first = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:_MOST_CAUSES]
    is_all = len(counts) <= _MOST_CAUSES
    return Words(
        f"{'原因：' if is_all else '主要原因：'}"
        + "、".join(f"{name.zh} {count} {unit}" for name, count in first),
        ("because: " if is_all else "mostly because: ")
        + ", ".join(f"{name.en.lower()} ({count})" for name, count in first),
    )


def _invoices(count: int) -> str:
    return f"{count} invoice" if count == 1 else f"{count} invoices"
