"""用途确认信息: the invoices whose input tax a company has ticked, as XLSX (domain.md 6.1)."""

import datetime
from collections.abc import Iterable

from synth.ledgers.entry import Entry, figures, is_digital, paper_number
from synth.ledgers.tax_export import issued_at, listed, source_of
from synth.ledgers.taxwords import DEDUCTIBLE, KINDS
from synth.ledgers.workbook import Cell, Sheet, row, workbook
from synth.truth import Truth

DEDUCTION_HEADINGS = (
    "序号",
    "勾选状态",
    "数电发票号码",
    "发票代码",
    "发票号码",
    "开票日期",
    "销售方纳税人识别号",
    "销售方纳税人名称",
    "金额",
    "税额",
    "有效抵扣税额",
    "发票状态",
    "勾选时间",
    "发票来源",
    "发票票种",
    "发票风险等级",
)
FIRST_ROW = 4
"""Above stand a merged title, the own tax id with the period, and the headings."""


def deduction_export(
    entries: Iterable[Truth | Entry],
    entity: str,
    month: datetime.date,
    *,
    unticked: frozenset[str] = frozenset(),
    yes_no: bool = False,
) -> bytes:
    """The workbook of `entity` (a tax id) for the 税款所属期 `month` lies in.

    Only documents whose tax may be credited are listed, all ticked but the numbers in `unticked`.
    With `yes_no` the column is 是否勾选 with 是 and 否. There are no columns for the buyer, who is
    the entity. Same bytes every time.
    """
    headings = tuple("是否勾选" if yes_no and h == "勾选状态" else h for h in DEDUCTION_HEADINGS)
    words = ("是", "否") if yes_no else ("已勾选", "未勾选")
    rows: list[tuple[Cell, ...]] = [
        ("用途确认信息",),
        ("纳税人识别号", entity, None, "税款所属期", f"{month:%Y%m}"),
        headings,
    ]
    ticked = [entry for entry in listed(entries) if entry.truth.form in DEDUCTIBLE]
    for count, entry in enumerate(ticked, start=1):
        open_ = entry.truth.number in unticked
        values = _values(entry) | {
            "序号": count,
            headings[1]: words[open_],
            "勾选时间": None
            if open_
            else f"{month:%Y-%m}-{1 + count % 28:02d} 10:{count % 60:02d}:00",
        }
        rows.append(row(headings, values))
    last = chr(ord("A") + len(headings) - 1)
    sheet = Sheet(title="用途确认信息", rows=tuple(rows), merged=(f"A1:{last}1",))
    return workbook([sheet], wrong_dimension=True)


def _values(entry: Entry) -> dict[str, Cell]:
    truth = entry.truth
    amount, tax, _ = figures(truth)
    return {
        "数电发票号码": truth.number if is_digital(truth) else None,
        "发票代码": truth.code,
        "发票号码": paper_number(truth),
        "开票日期": issued_at(truth).date().isoformat(),
        "销售方纳税人识别号": truth.seller.tax_id if truth.seller else None,
        "销售方纳税人名称": truth.seller.name if truth.seller else None,
        "金额": amount,
        "税额": tax,
        "有效抵扣税额": tax,
        "发票状态": entry.status,
        "发票来源": source_of(truth),
        "发票票种": KINDS[truth.form],
        "发票风险等级": entry.risk,
    }
