"""R-DUP: the same invoice handed in before."""

from models.finding import Severity
from models.invoice import FieldName
from validate.examples import digital
from validate.registry import Case, Fire, Given, Missing, Outcome, Spec, rule


@rule(
    Spec(
        id="R-DUP-01",
        name="exact duplicate",
        severity=Severity.REJECT,
        zh="发票已存在：{where}",
        en="Already kept: {where}",
        needs=(FieldName.NUMBER, Given.SEEN),
        fails=digital(seen={"26112000000012345678": "2026-09/0001.pdf"}),
        passes=digital(),
    )
)
def exact_duplicate(case: Case) -> Outcome:
    """An invoice with the same key (`Invoice.key`) is already kept."""
    key, seen = case.invoice.key, case.context.seen
    if key is None or seen is None:
        return Missing("缺少发票代码，无法确定唯一标识", "without its code the invoice has no key")
    where = seen.get(key)
    return Fire({"where": where}, field="number", actual=key) if where else None


RULES = (exact_duplicate,)
