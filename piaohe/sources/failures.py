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
    "bad_profile": _Text(
        "映射方案 {place} 不可用：{why}",
        "the mapping profile {place} is unusable: {why}",
        "请修正该文件，或用 piaohe source propose 重新生成",
        "correct the file, or make it anew with piaohe source propose",
    ),
    "no_profile": _Text(
        "没有名为 {name} 的映射方案（现有：{known}）",
        "there is no mapping profile {name} (there are: {known})",
        "请用 piaohe source list 查看，或用 piaohe source propose 生成",
        "see piaohe source list, or make one with piaohe source propose",
    ),
    "profile_mismatch": _Text(
        "文件的表头与映射方案 {name} 不符，找不到：{missing}",
        "the headings of the file are not those of the profile {name}; not found: {missing}",
        "请确认导出的是同一张表，或为它另建映射方案",
        "make sure it is an export of the same table, or make another profile for it",
    ),
    "sql_refused": _Text(
        "查询被拒绝：{why}",
        "the query is refused: {why}",
        "只允许一条只读的 SELECT（或 WITH … SELECT）；请使用只读账号",
        "only one SELECT (or WITH … SELECT) that reads; use an account that may only read",
    ),
    "sql_failed": _Text(
        "数据库无法执行查询：{why}",
        "the database cannot run the query: {why}",
        "请检查表名、列名和该账号的只读权限",
        "check the names of tables and columns, and the account's right to read them",
    ),
    "source_unreachable": _Text(
        "连不上数据源 {name}：{why}",
        "the source {name} cannot be reached: {why}",
        "请检查地址、网络和账号；稍后可以重试，上一次的快照仍在使用",
        "check address, network and account; try again later, the last snapshot stays in use",
    ),
    "source_too_slow": _Text(
        "数据源 {name} 在 {seconds} 秒内没有给完数据",
        "the source {name} did not finish within {seconds} seconds",
        "请缩小查询范围，或调大该数据源的 seconds；上一次的快照仍在使用",
        "narrow the query or raise the source's seconds; the last snapshot stays in use",
    ),
    "too_many_rows": _Text(
        "数据源 {name} 的行数超过上限 {limit}",
        "the source {name} has more rows than its limit of {limit}",
        "请按月份缩小查询范围，或调大该数据源的 max_rows",
        "narrow the query, to one month say, or raise the source's max_rows",
    ),
    "answer_incomplete": _Text(
        "数据源 {name} 只给了一部分数据：{why}",
        "the source {name} gave only a part: {why}",
        "请稍后重试；不完整的数据没有被采用，上一次的快照仍在使用",
        "try again later; the part was not used, the last snapshot stays in use",
    ),
    "answer_unusable": _Text(
        "数据源 {name} 的回答无法使用：{why}",
        "the answer of the source {name} cannot be used: {why}",
        "请检查接口地址、令牌和 records、fields 的路径",
        "check the address, the token, and the paths in records and fields",
    ),
    "driver_missing": _Text(
        "连接 {name} 需要 {driver}，但没有安装",
        "{name} needs {driver}, which is not installed",
        "请执行：pip install {driver}",
        "run: pip install {driver}",
    ),
    "source_refused": _Text(
        "数据源 {name} 拒绝了请求：{why}",
        "the source {name} refused the request: {why}",
        "请检查令牌或账号是否有效、是否有权限",
        "check that the token or account is valid and has the right",
    ),
    "host_not_allowed": _Text(
        "数据源 {name} 指向了未配置的主机 {host}，已停止",
        "the source {name} points to the host {host}, which is not configured; stopped",
        "如果确实要用该主机，请把它写进这个数据源的 url",
        "if that host is right, write it into the url of this source",
    ),
    "secret_missing": _Text(
        "数据源 {name} 需要环境变量 {variable}，但没有设置",
        "the source {name} needs the environment variable {variable}, which is not set",
        "请在运行 piaohe 的环境里设置它；密码和令牌不写入文件",
        "set it where piaohe runs; passwords and tokens are never written to files",
    ),
    "bad_sources": _Text(
        "数据源设置 {place} 不可用：{why}",
        "the sources in {place} are unusable: {why}",
        "请修正该文件，或用 piaohe source add 重新添加",
        "correct the file, or add the source anew with piaohe source add",
    ),
    "no_source": _Text(
        "没有名为 {name} 的数据源（现有：{known}）",
        "there is no source {name} (there are: {known})",
        "请用 piaohe source list 查看，用 piaohe source add 添加",
        "see piaohe source list; piaohe source add adds one",
    ),
    "no_snapshot": _Text(
        "数据源 {name} 还没有可用的快照",
        "the source {name} has no snapshot in use",
        "请先运行 piaohe source import {name}",
        "run piaohe source import {name} first",
    ),
    "source_exists": _Text(
        "已有名为 {name} 的数据源",
        "there is a source {name} already",
        "请换一个名字，或在 sources.toml 里修改它",
        "take another name, or change it in sources.toml",
    ),
    "formula_without_value": _Text(
        "单元格 {place} 是公式，但文件里没有保存计算结果",
        "cell {place} is a formula and the file does not hold its value",
        "请用 Excel 或 WPS 打开并保存一次，或把公式粘贴为数值",
        "open and save it once in Excel or WPS, or paste the formulas as values",
    ),
}


_RETRY = frozenset({"source_unreachable", "source_too_slow", "answer_incomplete"})
"""Failures that may pass by themselves."""


def ledger_error(code: str, /, **details: str) -> LedgerError:
    """The error for `code` (a key of the table above), its placeholders filled from `details`."""
    text = _TEXTS[code]
    return LedgerError(
        code,
        text.message.format(**details),
        text.hint.format(**details),
        message_en=text.message_en.format(**details),
        hint_en=text.hint_en.format(**details),
        retry=code in _RETRY,
    )
