"""The ledger side: an XLSX in the form of the tax bureau's 全量发票查询导出结果 (domain.md 6.1)."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal

from openpyxl import Workbook

from models.forms import Form
from synth.truth import Truth

LINE_HEADINGS = (
    "序号",
    "发票代码",
    "发票号码",
    "数电发票号码",
    "销方识别号",
    "销方名称",
    "购方识别号",
    "购买方名称",
    "开票日期",
    "税收分类编码",
    "特定业务类型",
    "货物或应税劳务名称",
    "规格型号",
    "单位",
    "数量",
    "单价",
    "金额",
    "税率",
    "税额",
    "价税合计",
    "发票来源",
    "发票票种",
    "发票状态",
    "是否正数发票",
    "发票风险等级",
    "开票人",
    "备注",
)
"""The sheet 信息汇总表: one row a line of an invoice."""

_OF_LINES = (*LINE_HEADINGS[9:16], "税率")
BASE_HEADINGS = tuple(name for name in LINE_HEADINGS if name not in _OF_LINES)
"""The sheet 发票基础信息: one row an invoice."""

_KINDS = {
    Form.DZ_SPECIAL: "数电发票（增值税专用发票）",
    Form.DZ_NORMAL: "数电发票（普通发票）",
    Form.VAT_SPECIAL: "增值税专用发票",
    Form.VAT_NORMAL: "增值税普通发票",
    Form.VAT_E_NORMAL: "增值税电子普通发票",
}
_Cell = str | int | Decimal | None


def tax_export(truths: Iterable[Truth]) -> bytes:
    """The workbook listing these invoices, the same bytes every time.

    Like the real export it stores numbers and codes as text, money as numbers, the date with a
    time of day, and gives a wrong `dimension` (only the first cell).
    """
    book = Workbook()
    base = book.active
    base.title = "发票基础信息"
    lines = book.create_sheet("信息汇总表")
    base.append(BASE_HEADINGS)
    lines.append(LINE_HEADINGS)
    row = 0
    for count, truth in enumerate(truths, start=1):
        common = _common(truth)
        totals: dict[str, _Cell] = {
            "序号": count,
            "金额": truth.amount,
            "税额": truth.tax,
            "价税合计": truth.total,
        }
        base.append(_row(BASE_HEADINGS, common | totals))
        for values in _lines(truth):
            row += 1
            lines.append(_row(LINE_HEADINGS, common | values | {"序号": row}))
    buffer = io.BytesIO()
    book.save(buffer)
    return _settled(buffer.getvalue())


def _row(headings: Sequence[str], values: dict[str, _Cell]) -> list[_Cell]:
    return [values.get(name) for name in headings]


def _common(truth: Truth) -> dict[str, _Cell]:
    """The values both sheets repeat. The time of day is made from the number, to be stable."""
    second = int(truth.number[-4:])
    time = f"{9 + second % 9:02d}:{second % 60:02d}:{second // 7 % 60:02d}"
    digital = len(truth.number) == 20
    buyer, seller = truth.buyer, truth.seller
    return {
        "发票代码": truth.code,
        "发票号码": None if digital else truth.number,
        "数电发票号码": truth.number if digital else None,
        "销方识别号": seller.tax_id if seller else None,
        "销方名称": seller.name if seller else None,
        "购方识别号": buyer.tax_id if buyer else None,
        "购买方名称": buyer.name if buyer else None,
        "开票日期": f"{truth.day.isoformat()} {time}",
        "发票来源": "电子发票服务平台" if digital else "增值税发票管理系统",
        "发票票种": _KINDS.get(truth.form),
        "发票状态": "正常",
        "是否正数发票": "是" if truth.total >= 0 else "否",
        "发票风险等级": "正常",
        "开票人": truth.extra.drawer,
        "备注": truth.extra.remark,
    }


def _lines(truth: Truth) -> list[dict[str, _Cell]]:
    return [
        {
            "货物或应税劳务名称": item.name,
            "规格型号": item.spec,
            "单位": item.unit,
            "数量": item.quantity,
            "单价": item.unit_price,
            "金额": item.amount,
            "税率": item.tax_rate,
            "税额": item.tax,
            "价税合计": (item.amount or Decimal(0)) + (item.tax or Decimal(0)),
        }
        for item in truth.items
    ]


def _settled(data: bytes) -> bytes:
    """The workbook without the time it was written, and with the export's wrong dimension."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb">\d{4}-\d\d-\d\dT[\d:]+Z<", b">2026-11-01T00:00:00Z<", content)
            if name.startswith("xl/worksheets/"):
                content = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', content)
            target.writestr(
                zipfile.ZipInfo(name, (2026, 11, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED
            )
    return out.getvalue()
