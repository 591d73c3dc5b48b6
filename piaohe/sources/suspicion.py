"""Whether what came from a source can be the whole of it (domain.md 6.4 N17, N18)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from pydantic import Field

from models.ledger import LedgerEntry, LedgerProblem
from models.record import Record

_MANY = 0.1
"""The share of rows from which a defect is that of the export, not of a row."""
_FEW = 0.5
"""Of the usual number of rows."""
_BROKEN = frozenset({"row_too_wide", "quote_not_closed"})

_TEXTS = {
    "empty": (
        "没有任何数据行，可能是导出不完整",
        "there are no rows; the export may be incomplete",
    ),
    "truncated": ("文件在一行中间中断", "the file ends within a row"),
    "numbers_lost": (
        "{what} 的行的发票号码被存成了数值，已丢失末尾数字",
        "{what} of the rows hold the invoice number as a number that has lost digits",
    ),
    "rows_broken": (
        "{what} 行的格式有问题，未能正常读取",
        "{what} rows are written in a way that could not be read",
    ),
    "few_rows": (
        "只有 {what} 行，不到平时的一半",
        "there are {what} rows, fewer than half as many as usual",
    ),
    "unreadable": ("无法读取：{what}", "cannot be read: {what}"),
}


class Counts(Record):
    """What an import held, counted."""

    rows: int = 0
    numbered: int = 0
    damaged: int = 0
    negative: int = 0
    dated: int = 0
    problems: dict[str, int] = Field(default_factory=dict)

    def flat(self) -> dict[str, int]:
        """All counts under one name each, problems as `problem:<code>`."""
        own = self.model_dump(exclude={"problems"})
        return own | {f"problem:{code}": count for code, count in self.problems.items()}


def doubts(counts: Counts, usual: Sequence[int]) -> tuple[LedgerProblem, ...]:
    """What speaks against taking an import for the whole ledger; nothing where all is well.

    `usual` are the row counts of earlier good imports of the same source.
    """
    found = []
    if not counts.rows:
        found.append(doubt("empty"))
    if counts.problems.get("file_cut_off"):
        found.append(doubt("truncated"))
    if counts.damaged and counts.damaged >= _MANY * counts.rows:
        found.append(doubt("numbers_lost", f"{counts.damaged} / {counts.rows}"))
    broken = sum(counts.problems.get(code, 0) for code in _BROKEN)
    if broken and broken >= _MANY * (counts.rows + broken):
        found.append(doubt("rows_broken", str(broken)))
    if usual and 0 < counts.rows < _FEW * median(usual):
        found.append(doubt("few_rows", f"{counts.rows} ({median(usual):g})"))
    return tuple(found)


def doubt(code: str, what: str = "") -> LedgerProblem:
    """One reason, in words."""
    message, message_en = _TEXTS[code]
    return LedgerProblem(
        code=code, message=message.format(what=what), message_en=message_en.format(what=what)
    )


class Tally:
    """Counts entries as they pass."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def passing(self, entries: Iterable[LedgerEntry]) -> Iterable[LedgerEntry]:
        """The same entries, counted on the way."""
        for entry in entries:
            self._counts["rows"] += 1
            self._counts["numbered"] += entry.number is not None
            self._counts["damaged"] += entry.damaged_number is not None
            self._counts["negative"] += not entry.positive
            self._counts["dated"] += entry.date is not None
            yield entry

    def counts(self, problems: dict[str, int]) -> Counts:
        """What has passed; `problems` are counts by code."""
        return Counts(**self._counts, problems=problems)
