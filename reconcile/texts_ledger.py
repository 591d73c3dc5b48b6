"""What the user is told of an entry that has no document, by the reason."""

from reconcile.texts import Text

LEDGER_TEXTS = {
    "ledger/never_handed_in": Text(
        "台账有此发票，没有对应的文件",
        "in the ledger, and no document for it",
        "请向经办人或开票方索取发票原件",
        "ask for the original",
    ),
    "ledger/unreadable": Text(
        "台账有此发票；有一份未能识读的文件可能就是它：{what}",
        "in the ledger; a document that could not be read may be it: {what_en}",
        "请重新拍摄或扫描该文件",
        "photograph or scan that document again",
    ),
    "ledger/other_number": Text(
        "台账有此发票，没有此号码的文件；另一号码的文件销方、金额、日期均相符：{what}",
        "in the ledger, and no document with its number; one with another number agrees in "
        "seller, money and day: {what_en}",
        "请核对两者号码，有误的一方更正",
        "compare both numbers and correct the one that is wrong",
    ),
    "ledger/alike": Text(
        "台账有此发票，没有对应的文件；有相似的文件",
        "in the ledger, and no document for it; one alike exists",
        "请人工比对候选文件",
        "compare with the candidates by hand",
    ),
    "ledger/outside": Text(
        "台账有此发票，但不在收集文件的期间或单位之内（{what}）",
        "in the ledger, but outside the period or company documents were collected for ({what_en})",
        "一般无需处理；如需核对请补充该范围的文件",
        "as a rule nothing to do; else collect the documents of that range",
    ),
    "ledger/red_letter": Text(
        "台账中的红字发票，其蓝字发票在：{what}；没有红字发票的文件",
        "a red-letter entry whose blue invoice is there: {what_en}; no document for the red one",
        "请向开票方索取红字发票",
        "ask the issuer for the red-letter invoice",
    ),
    "ledger/netted": Text(
        "台账中此发票与其红字发票相互冲抵：{what}",
        "the entry and its red letter cancel each other: {what_en}",
        "一般无需处理",
        "as a rule nothing to do",
    ),
    "ledger/copy": Text(
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
    "ledger/number_lost": Text(
        "台账的号码被存成了数值，末尾数字已丢失（{what}），无法核对",
        "the ledger kept the number as a number and lost its last digits ({what_en})",
        "请在原系统中以文本格式重新导出号码列",
        "export the column of numbers again as text",
    ),
}
