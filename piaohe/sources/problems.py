"""What is wrong with a ledger file without making it unusable, row by row."""

from collections import Counter

from models.ledger import LedgerProblem

_MOST = 200
"""Problems of one code listed row by row; above that only their count is."""

_TEXTS = {
    "number_damaged": (
        "发票号码被存成了数值，已丢失末尾数字：{what}；请以文本格式重新导出",
        "the invoice number was kept as a number and has lost digits: {what}; export it as text",
    ),
    "code_damaged": (
        "发票代码被存成了数值，已丢失末尾数字：{what}",
        "the invoice code was kept as a number and has lost digits: {what}",
    ),
    "number_restored": (
        "号码或代码被存成了数值，已补回前导零：{what}",
        "a number or code was kept as a number; its leading zeros were put back: {what}",
    ),
    "number_shortened": (
        "参照字段只存了号码的后 16 位：{what}",
        "the reference holds only the last 16 digits of the number: {what}",
    ),
    "quote_not_closed": (
        "引号没有成对，已按普通字符处理：{what}",
        "a quote is not closed and was taken for a character: {what}",
    ),
    "row_too_wide": (
        "该行的单元格比表头多（金额中的逗号可能没有加引号），未导入：{what}",
        "the row has more cells than the header (a comma within an amount?) and was left out: "
        "{what}",
    ),
    "file_cut_off": (
        "文件在这一行中间中断，后面的数据可能缺失；该行未导入：{what}",
        "the file ends within this row, more may be missing; the row was left out: {what}",
    ),
    "side_unknown": (
        "借贷方向无法识别：{what}",
        "neither debit nor credit: {what}",
    ),
    "row_without_number": (
        "该行没有发票号码，未导入",
        "the row names no invoice and was left out",
    ),
    "amount_unreadable": ("金额无法识别：{what}", "not an amount: {what}"),
    "date_unreadable": ("日期无法识别：{what}", "not a date: {what}"),
    "repeated_row": (
        "同一发票在导出文件中重复出现，只取一次：{what}",
        "the export repeats an invoice; it is taken once: {what}",
    ),
    "sheet_skipped": (
        "工作表「{sheet}」没有可用的表头，未导入",
        "sheet {sheet} has no usable header and was left out",
    ),
    "only_in_lines": (
        "发票只出现在明细表中，金额按明细行合计：{what}",
        "the invoice is only in the sheet of lines; its amounts are their sums: {what}",
    ),
    "no_entries": (
        "文件只有表头，没有数据行；可能是导出不完整",
        "the file has a header and no rows; the export may be incomplete",
    ),
    "coverage_derived": (
        "文件没有说明查询区间，按数据中的开票日期推定：{what}",
        "the file does not state its period; it is taken from the dates in it: {what}",
    ),
}


class Problems:
    """Collects problems, at most `_MOST` of each code in full."""

    def __init__(self) -> None:
        self._listed: list[LedgerProblem] = []
        self._counts: Counter[str] = Counter()

    def add(self, code: str, sheet: str = "", row: int | None = None, what: str = "") -> None:
        self._counts[code] += 1
        if self._counts[code] > _MOST:
            return
        message, message_en = _TEXTS[code]
        self._listed.append(
            LedgerProblem(
                code=code,
                message=message.format(what=what[:60], sheet=sheet),
                message_en=message_en.format(what=what[:60], sheet=sheet),
                sheet=sheet,
                row=row,
            )
        )

    def counts(self) -> dict[str, int]:
        """How many problems of each code there are, those beyond the limit included."""
        return dict(self._counts)

    def listed(self) -> tuple[LedgerProblem, ...]:
        """All problems, those beyond the limit as one line with their count."""
        more = [
            LedgerProblem(
                code=code,
                message=f"另有 {count - _MOST} 行有同样的问题",
                message_en=f"{count - _MOST} more rows have this problem",
            )
            for code, count in self._counts.items()
            if count > _MOST
        ]
        return (*self._listed, *more)
