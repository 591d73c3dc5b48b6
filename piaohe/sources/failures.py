"""Why a ledger file cannot be used: every code, its message and what the user can do."""

from typing import NamedTuple

from models.errors import LedgerError


class _Text(NamedTuple):
    message: str
    message_en: str
    hint: str
    hint_en: str


_SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx，再重新导入"
_SAVE_AS_EN = "open it in Excel or WPS, save it as .xlsx and try again"
_EXPORT_AGAIN = "请从原系统重新导出该文件"
_EXPORT_AGAIN_EN = "export the file again from the system it comes from"

_TEXTS = {
    "empty_ledger": _Text(
        "台账文件是空的（0 字节或没有内容）",
        "the ledger file is empty",
        _EXPORT_AGAIN,
        _EXPORT_AGAIN_EN,
    ),
    "old_xls": _Text("这是旧的 .xls 格式", "this is the old .xls format", _SAVE_AS, _SAVE_AS_EN),
    "binary_workbook": _Text(
        "这是 .xlsb 二进制工作簿", "this is a binary .xlsb workbook", _SAVE_AS, _SAVE_AS_EN
    ),
    "html_ledger": _Text(
        "文件内容是网页或 XML，不是表格文件",
        "the file holds a web page or XML, not a spreadsheet",
        _SAVE_AS,
        _SAVE_AS_EN,
    ),
    "encrypted_ledger": _Text(
        "台账文件有密码",
        "the ledger file is protected by a password",
        "请取消密码后另存为 .xlsx，再重新导入",
        "remove the password, save it as .xlsx and try again",
    ),
    "not_a_spreadsheet": _Text(
        "文件不是表格：{what}",
        "the file is not a spreadsheet: {what}",
        "请提供 .xlsx 或 .csv 文件",
        "give an .xlsx or .csv file",
    ),
    "damaged_ledger": _Text(
        "台账文件已损坏，无法打开（{what}）",
        "the ledger file is damaged and cannot be opened ({what})",
        _EXPORT_AGAIN,
        _EXPORT_AGAIN_EN,
    ),
    "ledger_too_large": _Text(
        "台账文件过大：{what}",
        "the ledger file is too large: {what}",
        "请按月份分成几个文件导出",
        "export it in several files, for instance one a month",
    ),
    "unknown_encoding": _Text(
        "无法识别文本编码（已尝试 UTF-8、UTF-16、GB18030）",
        "the text encoding is none of UTF-8, UTF-16 and GB18030",
        "请另存为 UTF-8 编码的 CSV 或 .xlsx",
        "save it as CSV in UTF-8 or as .xlsx",
    ),
    "no_header": _Text(
        "没有找到表头：{what}",
        "no sheet has a row of headings that can be recognised: {what}",
        "表头应至少有 发票号码、开票日期、价税合计；请在第一行写明列名",
        "name the columns in row 1, for instance invoice_number, date and total",
    ),
    "missing_columns": _Text(
        "台账缺少必需的列：{missing}（已识别的列：{found}）",
        "the ledger lacks needed columns: {missing} (found: {found})",
        "请补上缺少的列，或按 发票号码、开票日期、金额、税额、价税合计 命名表头",
        "add the missing columns, or name them invoice_number, date, amount, tax, total",
    ),
    "formula_without_value": _Text(
        "单元格 {place} 是公式，但文件里没有保存计算结果",
        "cell {place} is a formula and the file does not hold its value",
        "请用 Excel 或 WPS 打开并保存一次，或把公式粘贴为数值",
        "open and save it once in Excel or WPS, or paste the formulas as values",
    ),
}


def ledger_error(code: str, **details: str) -> LedgerError:
    """The error for `code` (a key of the table above), its placeholders filled from `details`."""
    text = _TEXTS[code]
    return LedgerError(
        code,
        text.message.format(**details),
        text.hint,
        message_en=text.message_en.format(**details),
        hint_en=text.hint_en,
    )
