"""What the user is told for every state and cause, and what to do next."""

from typing import NamedTuple


class Text(NamedTuple):
    message: str
    message_en: str
    action: str
    action_en: str


_TEXTS = {
    "exact": Text("与台账一致", "agrees with the ledger", "", ""),
    "mismatch": Text(
        "台账中有此发票，但不一致：{what}",
        "in the ledger, but different: {what_en}",
        "请核对票面与台账，更正有误的一方",
        "compare the document with the ledger and correct the one that is wrong",
    ),
    "mismatch/RED_PART": Text(
        "台账显示该发票已部分红冲",
        "the ledger says the invoice is partly red-lettered",
        "请按红冲后的余额处理",
        "use only what the red invoice leaves",
    ),
    "mismatch/N4": Text(
        "号码与金额一致，开票日期不同：{what}",
        "number and money agree, the date does not: {what_en}",
        "请更正日期",
        "correct the date",
    ),
    "mismatch/N5": Text(
        "金额与价税合计填反或填错列：{what}",
        "the amount before tax and the total were taken for each other: {what_en}",
        "请更正台账：金额不含税，价税合计含税",
        "correct the ledger: 金额 is before tax, 价税合计 with tax",
    ),
    "mismatch/N9": Text(
        "该发票已被红冲，不能入账",
        "the invoice has been red-lettered and cannot be booked",
        "请退回并索取新的发票",
        "return it and ask for a new invoice",
    ),
    "mismatch/N10": Text(
        "该发票已作废，不能入账",
        "the invoice is void and cannot be booked",
        "请退回并索取新的发票",
        "return it and ask for a new invoice",
    ),
    "duplicate": Text(
        "台账中的这张发票已与另一份文件对应：{what}",
        "another document already accounts for this ledger entry: {what_en}",
        "请确认是否同一发票重复提交，只保留一份",
        "check whether the invoice was handed in twice and keep one",
    ),
    "suggested/N2": Text(
        "台账中有号码只差一个字符的发票（{what}），疑为号码识别或录入有误",
        "the ledger has an invoice whose number differs by one character ({what_en}); probably "
        "misread or mistyped",
        "请对照原件确认号码，确认后更正",
        "compare the number with the original and confirm the correction",
    ),
    "suggested/N3": Text(
        "发票号码相同，发票代码不同或缺失，其余信息相符",
        "the number is the same, the code differs or is missing, the rest agrees",
        "请对照原件确认发票代码",
        "compare the invoice code with the original",
    ),
    "suggested/N18": Text(
        "台账把号码存成了数值，末尾数字已丢失（{what}）；前几位与金额相符",
        "the ledger kept the number as a number and lost its last digits ({what_en}); the first "
        "digits and the money agree",
        "请在原系统中以文本格式重新导出号码列",
        "export the column of numbers again as text",
    ),
    "residual": Text(
        "台账中没有此号码；有相似的记录，但差异较大",
        "the number is not in the ledger; something alike is, but too far off",
        "请人工比对候选记录",
        "compare with the candidates by hand",
    ),
    "missing": Text(
        "台账中没有此发票，原因未能判定",
        "not in the ledger, and nothing shows why",
        "请核对号码；确认无误后向登记人或开票方查询",
        "check the number, then ask who keeps the ledger or the issuer",
    ),
    "missing/number": Text(
        "未读到发票号码，无法在台账中查找",
        "the invoice number was not read, so the ledger cannot be searched",
        "请补录发票号码",
        "enter the invoice number",
    ),
    "missing/N1": Text(
        "台账中还没有此发票；开票不久，可能尚未同步",
        "not in the ledger yet; it was issued only just now and may still be on its way",
        "请稍后重新导出台账再核对",
        "export the ledger again later",
    ),
    "missing/N6": Text(
        "开票日期 {what} 不在台账所含期间内",
        "the invoice's date {what_en} lies outside what the ledger covers",
        "请导出包含该日期的台账",
        "export a ledger that covers this date",
    ),
    "missing/N7": Text(
        "购买方税号不是本单位：{what}",
        "the buyer's tax id is not ours: {what_en}",
        "请确认该发票属于哪个单位，到该单位的台账中查找",
        "find out whose invoice it is and look in that company's ledger",
    ),
    "missing/N7/issued": Text(
        "该发票由本单位开具，不在进项台账中",
        "we issued this invoice ourselves; it is not among those received",
        "请到销项台账中查找",
        "look in the ledger of invoices issued",
    ),
    "missing/N8": Text(
        "购买方税号与本单位只差一两个字符：{what}",
        "the buyer's tax id is one or two characters off ours: {what_en}",
        "请对照原件；若票面有误，请开票方红冲重开",
        "compare with the original; if it is printed so, ask the issuer to issue it anew",
    ),
    "missing/N13": Text(
        "此类票据不在该台账的范围内",
        "documents of this kind are not held by this ledger",
        "请用该票种自己的查验渠道核实",
        "verify it through the channel of its own kind",
    ),
    "missing/N14": Text(
        "台账中没有此发票，且二维码校验不符（{what}），可能被改动",
        "not in the ledger, and its QR code does not check ({what_en}): it may have been altered",
        "请暂停报销，取得电子原件，必要时向税务机关核实",
        "hold it, get the electronic original, ask the tax authority if need be",
    ),
    "missing/N17": Text(
        "台账没有任何数据，可能导出不完整",
        "the ledger holds no rows; the export may be incomplete",
        "请重新导出台账",
        "export the ledger again",
    ),
    "ledger": Text(
        "台账有此发票，没有对应的文件",
        "in the ledger, and no document for it",
        "请向经办人或开票方索取发票原件",
        "ask for the original",
    ),
    "ledger/residual": Text(
        "台账有此发票，没有对应的文件；有相似的文件",
        "in the ledger, and no document for it; one alike exists",
        "请人工比对候选文件",
        "compare with the candidates by hand",
    ),
    "ledger/duplicate": Text(
        "同一发票在台账中重复登记：{what}",
        "the ledger holds this invoice more than once: {what_en}",
        "请核对是否重复入账",
        "check whether it was booked twice",
    ),
    "ledger/N9": Text(
        "台账有此发票，已红冲，没有对应的文件",
        "in the ledger as red-lettered, and no document for it",
        "一般无需处理",
        "as a rule nothing to do",
    ),
    "ledger/N10": Text(
        "台账有此发票，已作废，没有对应的文件",
        "in the ledger as void, and no document for it",
        "一般无需处理",
        "as a rule nothing to do",
    ),
    "ledger/N18": Text(
        "台账的号码被存成了数值，末尾数字已丢失（{what}），无法核对",
        "the ledger kept the number as a number and lost its last digits ({what_en})",
        "请在原系统中以文本格式重新导出号码列",
        "export the column of numbers again as text",
    ),
}

_FIELDS = {
    "number": "号码",
    "code": "代码",
    "date": "开票日期",
    "amount": "金额",
    "tax": "税额",
    "total": "价税合计",
    "seller_name": "销方名称",
    "seller_tax_id": "销方税号",
    "buyer_name": "购方名称",
    "buyer_tax_id": "购方税号",
    "status": "状态",
}


def said(key: str, what: str = "", what_en: str = "") -> dict[str, str]:
    """The four texts of a state and cause, ready for a `Match`. `what_en` defaults to `what`."""
    text = _TEXTS[key]
    values = {"what": what, "what_en": what_en or what}
    return {
        "message": text.message.format(**values),
        "message_en": text.message_en.format(**values),
        "action": text.action,
        "action_en": text.action_en,
    }


def listed(found: dict[str, tuple[str | None, str | None]]) -> tuple[str, str]:
    """Differences in words, Chinese and English: the document's value, then the ledger's."""
    chinese = "；".join(f"{_FIELDS.get(f, f)} 票面 {a}，台账 {b}" for f, (a, b) in found.items())
    english = "; ".join(f"{f}: document {a}, ledger {b}" for f, (a, b) in found.items())
    return chinese, english
