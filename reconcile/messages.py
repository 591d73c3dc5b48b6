"""A state and cause in words."""

from reconcile.texts import INVOICE_TEXTS
from reconcile.texts_ledger import LEDGER_TEXTS

_TEXTS = INVOICE_TEXTS | LEDGER_TEXTS
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
