"""report.xlsx: the same findings as tables, for those who go on working in a spreadsheet."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from openpyxl import Workbook

import validate
from models.document import Document
from models.invoice import Invoice
from models.match import Match, MatchState
from piaohe.report import words
from piaohe.report.content import Report, Tally
from piaohe.report.files import replacing
from piaohe.report.sheets import Column, Value, add_sheet


def write_xlsx(report: Report, path: Path) -> None:
    """Write the workbook to `path`, replacing an older one only when it is complete.

    Money are numbers, dates are dates, numbers of invoices are text. No cell is a formula, whatever
    a document prints.
    """
    book = Workbook()
    book.remove(book.active)
    add_sheet(book, "汇总", _SUMMARY, _summary_rows(report))
    add_sheet(book, "发票", _INVOICES, _invoice_rows(report))
    add_sheet(book, "明细", _LINES, _line_rows(report))
    add_sheet(book, "发现", _FINDINGS, _finding_rows(report))
    add_sheet(book, "台账差异", _LEDGER, _ledger_rows(report))
    add_sheet(book, "失败文件", _FAILED, _failed_rows(report))
    with replacing(path) as part:
        book.save(part)


def _each(report: Report) -> Iterator[tuple[Document, Invoice, Match | None]]:
    for item in report.items:
        for invoice, match in item.pairs():
            yield item.document, invoice, match


_SUMMARY = (Column("项目", 24), Column("数量", 12), Column("价税合计", 18), Column("说明", 60))


def _summary_rows(report: Report) -> Iterator[Sequence[Value]]:
    made = report.made_at.astimezone(ZoneInfo("Asia/Shanghai"))
    yield "文件夹", None, None, report.folder
    yield "生成时间（北京时间）", None, None, made.strftime("%Y-%m-%d %H:%M")
    summary = report.summary
    yield "文件", summary.documents, None, f"其中 {summary.known} 个此前已入库"
    yield "没有完全读出的文件", summary.failed, None, "见“失败文件”"
    tallies: list[tuple[str, Tally, str]] = [
        ("发票", summary.invoices, ""),
        ("校验通过", summary.accepted, "无需人工处理"),
        ("待复核", summary.review, "见“发现”"),
        ("不通过", summary.rejected, "见“发现”"),
    ]
    if report.ledgers:
        tallies += [
            ("与台账一致", summary.matched, ""),
            ("与台账有差异", summary.different, "见“台账差异”"),
            ("台账中没有", summary.missing, "见“台账差异”"),
            ("有账无票", summary.unclaimed, "见“台账差异”"),
        ]
    for title, tally, remark in tallies:
        yield title, tally.count, tally.total, remark or None
    for ledger in report.ledgers:
        period = f"{ledger.coverage.first or '…'} 至 {ledger.coverage.last or '…'}"
        yield "台账", len(ledger.entries), None, f"{ledger.source}（{period}）"


_INVOICES = (
    Column("文件", 32),
    Column("页", 6),
    Column("票种", 20),
    Column("发票代码", 15),
    Column("发票号码", 23),
    Column("开票日期", 12),
    Column("金额", 14),
    Column("税额", 12),
    Column("价税合计", 14),
    Column("校验码", 23),
    Column("购买方", 30),
    Column("购方税号", 22),
    Column("销售方", 30),
    Column("销方税号", 22),
    Column("类别", 14),
    Column("校验结果", 11),
    Column("台账", 14),
    Column("原因", 8),
    Column("说明", 50),
)


def _invoice_rows(report: Report) -> Iterator[Sequence[Value]]:
    for document, invoice, match in _each(report):
        yield (
            document.file,
            None if invoice.page is None else invoice.page + 1,
            words.kind_of(invoice.form, invoice.type).zh,
            invoice.code,
            invoice.number,
            invoice.date,
            invoice.amount,
            invoice.tax,
            invoice.total,
            invoice.check_code,
            invoice.buyer_name,
            invoice.buyer_tax_id,
            invoice.seller_name,
            invoice.seller_tax_id,
            words.category_called(invoice.category).zh if invoice.category else None,
            words.STATUSES[invoice.status].zh,
            words.STATES[match.state].zh if match else None,
            match.cause if match else None,
            _remark(invoice, match),
        )


def _remark(invoice: Invoice, match: Match | None) -> str | None:
    parts = [words.RENDITION.zh] if validate.is_rendition(invoice) else []
    if match:
        parts.append(match.message)
        if match.step and match.state is not MatchState.EXACT:
            parts.append(f"匹配方式：{words.STEPS[match.step].zh}")
        if match.also:
            others = "、".join(words.cause_called(match.state, cause).zh for cause in match.also)
            parts.append(f"另有：{others}")
    return "；".join(parts) or None


_LINES = (
    Column("文件", 32),
    Column("发票号码", 23),
    Column("行", 6),
    Column("名称", 36),
    Column("规格型号", 18),
    Column("单位", 8),
    Column("数量", 12),
    Column("单价", 16),
    Column("金额", 14),
    Column("税率", 9),
    Column("税额", 12),
)


def _line_rows(report: Report) -> Iterator[Sequence[Value]]:
    for document, invoice, _ in _each(report):
        for at, line in enumerate(invoice.items, start=1):
            yield (
                document.file,
                invoice.number,
                at,
                line.name,
                line.spec,
                line.unit,
                line.quantity,
                line.unit_price,
                line.amount,
                line.tax_rate,
                line.tax,
            )


_FINDINGS = (
    Column("文件", 32),
    Column("发票号码", 23),
    Column("轻重", 9),
    Column("规则", 14),
    Column("字段", 12),
    Column("说明", 60),
    Column("应为", 24),
    Column("实为", 24),
)


def _finding_rows(report: Report) -> Iterator[Sequence[Value]]:
    for document, invoice, _ in _each(report):
        for finding in invoice.findings:
            yield (
                document.file,
                invoice.number,
                words.SEVERITIES[finding.severity].zh,
                finding.rule,
                words.field_called(finding.field).zh if finding.field else None,
                finding.message,
                finding.expected,
                finding.actual,
            )


_LEDGER = (
    Column("哪一边", 10),
    Column("文件或台账位置", 40),
    Column("发票号码", 23),
    Column("结果", 14),
    Column("原因", 8),
    Column("字段", 12),
    Column("票面", 24),
    Column("台账", 24),
    Column("说明", 50),
    Column("怎么办", 50),
)


def _ledger_rows(report: Report) -> Iterator[Sequence[Value]]:
    """A row for each difference; one for a verdict without any, unless all is well."""
    for document, invoice, match in _each(report):
        if match is None or match.state == "exact":
            continue
        head = ("票", document.file, invoice.number, words.STATES[match.state].zh, match.cause)
        differences: list[tuple[str | None, str | None, str | None]] = [
            (words.field_called(name).zh, ours, theirs)
            for candidate in match.candidates[:1]
            for name, (ours, theirs) in candidate.differences.items()
        ]
        for difference in differences or [(None, None, None)]:
            yield (*head, *difference, _remark(invoice, match), match.action or None)
    for left in report.unclaimed:
        entry, match = left.entry, left.match
        number = (entry.number or entry.damaged_number) if entry else None
        place = f"{entry.source} {entry.sheet} 第 {entry.row} 行" if entry else match.key
        yield (
            "账",
            place,
            number,
            "有账无票",
            match.cause,
            "价税合计" if entry else None,
            None,
            str(entry.total) if entry and entry.total is not None else None,
            f"{match.message}（{words.ABSENCES[match.reason].zh}）"
            if match.reason
            else match.message,
            match.action or None,
        )


_FAILED = (
    Column("文件", 40),
    Column("代码", 20),
    Column("原因", 60),
    Column("怎么办", 60),
)


def _failed_rows(report: Report) -> Iterator[Sequence[Value]]:
    for item in report.items:
        error = item.document.error
        if error:
            yield item.document.file, error.code, error.message, error.hint
