"""What the user is told for every state and cause, and what to do next: the texts."""

from typing import NamedTuple


class Text(NamedTuple):
    message: str
    message_en: str
    action: str
    action_en: str


INVOICE_TEXTS = {
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
    "mismatch/N12": Text(
        "税务机关代开的发票：台账登记的是实际销方：{what}",
        "issued by a tax office for another seller, whom the ledger names: {what_en}",
        "核对备注中的实际销方无误后按一致处理",
        "check the real seller in the remark; then treat it as agreeing",
    ),
    "mismatch/N19": Text(
        "名称写法不同（截断、简称或括号），其余一致：{what}",
        "a name is written otherwise (cut off, shortened, other brackets): {what_en}",
        "请在台账中补全名称",
        "complete the name in the ledger",
    ),
    "mismatch/N20": Text(
        "销方已对该发票发起红字确认，尚未完成",
        "a red-letter confirmation for the invoice has been begun and is not finished",
        "请暂缓入账，待确认单结果",
        "hold it until the confirmation is settled",
    ),
    "duplicate": Text(
        "台账中的这张发票已与另一份文件对应：{what}",
        "another document already accounts for this ledger entry: {what_en}",
        "请确认是否同一发票重复提交，只保留一份",
        "check whether the invoice was handed in twice and keep one",
    ),
    "suggested/N2": Text(
        "台账中有号码只差一两个字符的发票（{what}），疑为号码识别或录入有误",
        "the ledger has an invoice whose number differs by a character or two ({what_en}); "
        "probably misread or mistyped",
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
    "missing/N1/stale": Text(
        "台账导出于 {what}，当时此发票可能尚未进入台账",
        "the ledger was asked on {what_en}, when this invoice may not have reached it yet",
        "请重新导出台账再核对",
        "export the ledger again",
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
    "suggested/sum": Text(
        "台账中有一笔金额等于本发票与同一销方其他发票之和：{what}",
        "the ledger has an entry whose money is that of this invoice and others of the seller: "
        "{what_en}",
        "请确认是否合并入账",
        "check whether they were booked together",
    ),
    "suggested/parts": Text(
        "台账中同一销方有 {what} 笔无号码的记录，合计等于本发票金额",
        "the ledger has {what_en} entries of the seller without a number that add up to it",
        "请确认是否分笔入账",
        "check whether it was booked in parts",
    ),
    "missing/N9": Text(
        "该发票与其红字发票相互冲抵（{what}），台账中均无",
        "the invoice and its red letter cancel each other ({what_en}); the ledger has neither",
        "一般无需入账，保留两份备查",
        "as a rule nothing to book; keep both",
    ),
    "missing/N9/red": Text(
        "红字发票；台账已显示其蓝字发票 {what} 被红冲",
        "a red-letter invoice; the ledger already shows {what_en} as red-lettered",
        "请确认红字发票是否需要单独入账",
        "check whether the red letter has to be booked by itself",
    ),
    "missing/red": Text(
        "红字发票不在台账中，而其蓝字发票 {what} 在",
        "a red-letter invoice that is not in the ledger, while the invoice it takes back, "
        "{what_en}, is",
        "请将红字发票入账，冲减蓝字发票",
        "book the red letter against that invoice",
    ),
    "missing/N12": Text(
        "台账中没有此发票；开票地与销方登记地不在同一省（{what}），可能登记在其他地区",
        "not in the ledger; it was issued in another province than its seller is registered in "
        "({what_en}) and may be listed elsewhere",
        "这不是错误：请用全国范围的查询，并放宽地区条件",
        "no error in itself: search the national account with wider filters",
    ),
    "missing/N13/credit": Text(
        "该台账只列可抵扣的发票，此票种一般不在其中",
        "this ledger lists only invoices whose tax can be credited, as a rule not this kind",
        "请用全量发票查询导出结果核对",
        "compare with the export of all invoices",
    ),
    "missing/N14/portal": Text(
        "台账中没有此发票，开票两天后查验平台仍查无此票（{what}）",
        "not in the ledger, and two days after its date the check platform does not know it "
        "either ({what_en})",
        "请暂停报销，核对查验时的各项输入；确认无误后向税务机关核实",
        "hold it, check what was entered at the platform, then ask the tax authority",
    ),
    "missing/N15": Text(
        "开票日期 {what} 距今已超过五年，查验平台不再提供查验",
        "its date {what_en} is more than five years back; the check platform no longer answers",
        "请持原件向税务机关核实",
        "take the original to the tax authority",
    ),
    "missing/N16": Text(
        "查验平台暂不答复（{what}），不能说明发票是否存在",
        "the check platform would not answer ({what_en}), which says nothing of the invoice",
        "请到时间后再查验",
        "ask again when the time has come",
    ),
    "missing/N17/suspect": Text(
        "台账中没有此发票，但台账本身可能不完整（{what}）",
        "not in the ledger, but the ledger itself may not be whole ({what_en})",
        "请重新导出台账再核对；之前不能认定缺失",
        "export the ledger again; until then it cannot be called absent",
    ),
    "missing/N17/unasked": Text(
        "未能查询外部系统（{what}），不能认定缺失",
        "the outside system could not be asked ({what_en}); it cannot be called absent",
        "请稍后再查",
        "ask again later",
    ),
    "missing/N18": Text(
        "台账中有号码已丢失末尾数字的记录（{what}），可能就是此发票",
        "the ledger has a number that lost its last digits ({what_en}) and may be this one",
        "请在原系统中以文本格式重新导出号码列",
        "export the column of numbers again as text",
    ),
}
