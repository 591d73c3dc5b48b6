"""A document as a system of record knows it, and what every ledger writes of it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from models.forms import Form
from models.invoice import Invoice, LineItem
from models.record import Record
from models.text import CENT
from synth.truth import Truth

NORMAL = "正常"
VOID = "已作废"
RED_FULL = "已红冲-全额"
RED_PART = "已红冲-部分"
STATES = (NORMAL, VOID, RED_FULL, RED_PART)
"""发票状态 as the tax bureau writes it (domain.md 6.1)."""
RISKS = (NORMAL, "疑点发票", "异常凭证")
"""发票风险等级."""

_RATE = {Form.RAIL_E: Decimal("0.09"), Form.VAT_ROLL: Decimal("0.03")}
"""What is inside the price of forms that print neither 金额 nor 税额: 9 % of a railway journey
(domain.md 1.4); of a roll receipt, whose sellers are mostly small, the levy rate."""


class Entry(Record):
    """A document in a ledger: `truth` is what the ledger says, which need not be what is printed.

    `status` and `risk` are as the tax bureau words them.
    """

    truth: Truth
    status: str = NORMAL
    risk: str = NORMAL


def entries_of(given: Iterable[Truth | Entry]) -> list[Entry]:
    """Documents as entries that say what is printed."""
    return [each if isinstance(each, Entry) else Entry(truth=each) for each in given]


class Figures(NamedTuple):
    """金额, 税额 and 价税合计, in yuan."""

    amount: Decimal
    tax: Decimal
    total: Decimal


def figures(truth: Truth) -> Figures:
    """The three sums a system of record keeps, also of a form that prints only one of them."""
    if truth.amount is not None:
        return Figures(truth.amount, truth.total - truth.amount, truth.total)
    tax = truth.tax
    if tax is None:
        rate = _RATE.get(truth.form, Decimal(0))
        tax = (truth.total * rate / (1 + rate)).quantize(CENT)
    return Figures(truth.total - tax, tax, truth.total)


def is_digital(truth: Truth) -> bool:
    """Whether the document has a 20-digit number."""
    return len(truth.number) == 20


def paper_number(truth: Truth) -> str | None:
    """The 8 digits that go with a 发票代码; None for a 数电票 without paper."""
    return truth.extra.second_number if is_digital(truth) else truth.number


def lines_of(truth: Truth) -> tuple[LineItem, ...]:
    """The lines a ledger lists; one that stands for all where the document prints none that add
    up to its sums (a ticket, a vehicle, prices with tax on a roll receipt)."""
    amount, tax, total = figures(truth)
    items = truth.items
    sums = [(item.amount or Decimal(0), item.tax or Decimal(0)) for item in items]
    if items and sum(a + t for a, t in sums) == total and sum(a for a, _ in sums) == amount:
        return items
    name = items[0].name if items else _NAMES.get(truth.form, "")
    return (LineItem(name=name, amount=amount, tax=tax),)


_NAMES = {
    Form.RAIL_E: "*运输服务*铁路旅客运输服务",
    Form.AIR_E: "*运输服务*航空旅客运输服务",
    Form.VEHICLE: "*机动车*乘用车",
    Form.DZ_VEHICLE: "*机动车*乘用车",
    Form.DZP_VEHICLE: "*机动车*乘用车",
    Form.USED_CAR: "*机动车*二手车",
    Form.DZ_USED_CAR: "*机动车*二手车",
    Form.DZP_USED_CAR: "*机动车*二手车",
}


def invoice_of(truth: Truth) -> Invoice:
    """The invoice a perfect reader makes of a drawn document."""
    label = truth.label("", "")
    known = {name: label[name] for name in Invoice.model_fields if name in label}
    return Invoice.model_validate(known | {"items": truth.items, "extra": truth.extra})
