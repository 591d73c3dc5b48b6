"""Ledger files made for tests. Headings are the tax bureau's, companies invented."""

import io
import zipfile
from collections.abc import Iterable, Sequence

import openpyxl

from models.ledger import Ledger

_FULL = (
    "序号 发票代码 发票号码 数电发票号码 销方识别号 销方名称 购方识别号 购买方名称 开票日期 "
    "税收分类编码 特定业务类型 货物或应税劳务名称 规格型号 单位 数量 单价 金额 税率 税额 价税合计 "
    "发票来源 发票票种 发票状态 是否正数发票 发票风险等级 开票人 备注"
)
FULL = _FULL.split()
LINE_ONLY = {"税收分类编码", "货物或应税劳务名称", "规格型号", "单位", "数量", "单价", "税率"}
BASE = [heading for heading in FULL if heading not in LINE_ONLY]
_TICKED = (
    "序号 勾选状态 数电发票号码 发票代码 发票号码 开票日期 销售方纳税人识别号 销售方纳税人名称 "
    "金额 税额 有效抵扣税额 发票状态 勾选时间 发票来源 发票票种 发票风险等级"
)
TICKED = _TICKED.split()
NUMBER = "26447000001243494438"
SELLER = "91440300MA5XYT123G"
OWN = "91110108MA01ABCD5T"
USUAL = {
    "数电发票号码": NUMBER,
    "销方识别号": SELLER,
    "销方名称": "深圳市云杉测试科技有限公司",
    "购方识别号": OWN,
    "购买方名称": "北京青禾测试有限公司",
    "开票日期": "2026-01-02 10:30:00",
    "金额": 1000.0,
    "税额": 60.0,
    "价税合计": 1060.0,
    "发票来源": "电子发票服务平台",
    "发票票种": "数电发票（普通发票）",
    "发票状态": "正常",
    "是否正数发票": "是",
    "发票风险等级": "正常",
}
PLAIN = ["发票号码", "发票代码", "开票日期", "金额", "税额", "价税合计", "销方名称"]


def row(headings: Sequence[str], **changed: object) -> list[object]:
    values = USUAL | changed
    return [values.get(heading.rstrip("*")) for heading in headings]


def xlsx(sheets: dict[str, Iterable[Sequence[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for cells in rows:
            sheet.append(list(cells))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plain(*rows: Sequence[object], headings: Sequence[str] = PLAIN) -> bytes:
    return xlsx({"Sheet1": [headings, *rows]})


def codes(ledger: Ledger) -> set[str]:
    return {problem.code for problem in ledger.problems}


def rewritten(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """A workbook with bytes of one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.namelist():
            content = source.read(part)
            if part == name:
                assert old in content
                content = content.replace(old, new)
            target.writestr(part, content)
    return out.getvalue()


CSV_TEXT = (
    "发票号码,开票日期,金额,税额,价税合计,销方名称\r\n"
    f'{NUMBER},2026/1/2,"1,000.00",￥60.00,"¥1,060.00",深圳市云杉测试科技有限公司\r\n'
    "\r\n"
    '="00015045",2026年1月3日,（100.00）,-6.00,(106.00),"云杉\r\n测试"\r\n'
    "合计,,900.00,54.00,954.00,\r\n"
)


SMALL_XLSX = xlsx({"s": [BASE, row(BASE)]})
