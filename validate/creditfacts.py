"""Facts the decision on input tax and the deduction rules share (domain.md 7.2)."""

import re
from dataclasses import dataclass
from decimal import Decimal

from models.claim import Use
from models.eligibility import Reason
from models.invoice import Invoice, LineItem
from models.ledger import LedgerStatus
from models.text import money, squash
from validate.context import Context

_SHORT_NAME = re.compile(r"\*([^*]{1,20})\*(.*)")
_BLOCKED_SERVICES = {
    "餐饮服务": "catering services",
    "居民日常服务": "daily services for residents",
    "娱乐服务": "entertainment services",
    "贷款服务": "loan services",
}
_LOAN_INTEREST = "贷款利息"
_TRANSPORT = frozenset({"运输服务", "交通运输服务", "旅客运输服务"})
_PASSENGER_BUSINESS = "旅客运输服务"
_PASSENGER_WORDS = ("客运", "旅客", "网约车", "出租车", "打车", "约车", "专车", "快车")
_USES = {
    Use.WELFARE: ("集体福利", "collective welfare"),
    Use.PERSONAL: ("个人消费", "personal consumption"),
    Use.ENTERTAINMENT: ("交际应酬消费", "entertainment of guests"),
    Use.EXEMPT: ("免征增值税项目", "projects exempt from VAT"),
    Use.SIMPLIFIED: ("简易计税项目", "projects taxed by the simplified method"),
    Use.LOSS: ("非正常损失", "abnormal loss"),
    Use.BUSINESS: ("生产经营", "business"),
}
_DEAD = {
    LedgerStatus.VOID: ("已作废", "void"),
    LedgerStatus.RED_FULL: ("已全额红冲", "taken back by a red invoice"),
    LedgerStatus.RED: ("已红冲", "taken back by a red invoice"),
    LedgerStatus.ABNORMAL: ("异常凭证", "an abnormal voucher"),
}
_NO_STATUS = Reason(
    code="status", zh="须确认发票状态正常", en="that its status is normal has to be shown"
)
_NOT_SELECTED = Reason(
    code="selected", zh="须在用途确认中勾选抵扣", en="it has to be confirmed for deduction"
)
_PART_RED = Reason(
    code="red_part",
    zh="部分红冲，红冲部分须转出",
    en="partly taken back; that part is to be taken out",
)
_LINE_TAX = Reason(
    code="line_tax",
    zh="须确认不得抵扣的明细行的税额",
    en="the tax of the lines that are not creditable has to be shown",
)
_NO_USE = Reason(code="use", zh="须确认用途", en="what it is used for has to be stated")


@dataclass(frozen=True, slots=True)
class Blocks:
    """What the use forbids: everything, or lines whose tax is `excluded`."""

    reasons: tuple[Reason, ...] = ()
    whole: bool = False
    excluded: Decimal = Decimal("0.00")
    needs: tuple[Reason, ...] = ()


def short_name(item: LineItem) -> tuple[str, str]:
    """The 商品编码简称 of a line and the rest of its name; "" where the line prints none."""
    match = _SHORT_NAME.fullmatch(squash(item.name))
    return (match[1], match[2]) if match else ("", squash(item.name))


def blocks(invoice: Invoice, context: Context) -> Blocks:
    """What forbids crediting, by lines, by category and by what the claim says of the use."""
    reasons = []
    policy, claim = context.policy, context.claim
    use = claim.use if claim else None
    if use is not None and use in policy.undeductible_uses:
        zh, en = _USES[use]
        reasons.append(Reason(code=f"use_{use}", zh=f"用于{zh}", en=f"used for {en}"))
    category = (claim.category if claim else None) or invoice.category
    if category in policy.undeductible_categories:
        reasons.append(
            Reason(
                code="category",
                zh=f"费用类别为{category}",
                en=f"category {category}",
            )
        )
    whole = bool(reasons)
    found = [(item, service) for item in invoice.items if (service := _blocked_service(item))]
    reasons += [
        Reason(
            code="service",
            zh=f"购进{service}",
            en=_BLOCKED_SERVICES[service],
        )
        for service in dict.fromkeys(service for _, service in found)
    ]
    excluded = sum((item.tax or Decimal(0) for item, _ in found), Decimal("0.00"))
    whole = whole or (bool(found) and len(found) == len(invoice.items))
    unread = any(item.tax is None for item, _ in found)
    return Blocks(tuple(reasons), whole, excluded, (_LINE_TAX,) if unread else ())


def _blocked_service(item: LineItem) -> str | None:
    short, rest = short_name(item)
    if short in _BLOCKED_SERVICES:
        return short
    return "贷款服务" if _LOAN_INTEREST in rest else None


def use_needed(context: Context) -> tuple[Reason, ...]:
    """That the use has to be stated, where nobody did."""
    claim = context.claim
    return () if claim is not None and claim.use is not None else (_NO_USE,)


def papers(context: Context) -> tuple[Reason, ...]:
    """What has to be shown of a 专票: that its status is normal, and that it is 已勾选."""
    record = context.record
    if record is None:
        return (_NO_STATUS, _NOT_SELECTED)
    needs = []
    if record.status in {None, LedgerStatus.UNKNOWN}:
        needs.append(_NO_STATUS)
    if record.status is LedgerStatus.RED_PART:
        needs.append(_PART_RED)
    if record.selected is not True:
        needs.append(_NOT_SELECTED)
    return tuple(needs)


def status_blocks(context: Context) -> tuple[Reason, ...]:
    """Why the status in the system of record forbids crediting."""
    status = context.record.status if context.record else None
    if status not in _DEAD:
        return ()
    zh, en = _DEAD[status]
    return (Reason(code="dead", zh=f"发票{zh}", en=f"the invoice is {en}"),)


def text_of(invoice: Invoice, name: str | None = None) -> str:
    """The values printed under a label; without one, all the words of a ticket."""
    details = invoice.extra.details
    if name is not None:
        return squash("".join(detail.value for detail in details if detail.name == name))
    extra = invoice.extra
    parts = [invoice.seller_name, extra.remark, extra.departure, extra.destination]
    parts += [item.name for item in invoice.items]
    parts += [detail.value for detail in details]
    return squash("".join(part or "" for part in parts))


def detail_money(invoice: Invoice, first: str, *more: str) -> Decimal | None:
    """The sum of what is printed under these labels; None where the first has none."""
    found = {
        detail.name: value
        for detail in invoice.extra.details
        if detail.name in {first, *more} and (value := _amount(detail.value)) is not None
    }
    return sum(found.values(), Decimal(0)) if first in found else None


def _amount(text: str) -> Decimal | None:
    return money(squash(text).upper().removeprefix("CNY"))


def is_foreign(invoice: Invoice) -> bool | None:
    """Whether an air ticket says it is not 国内; None where it does not say."""
    mark = text_of(invoice, "国内国际标识")
    return None if not mark else "国内" not in mark and mark.upper() not in {"D", "DOMESTIC"}


def is_passenger_transport(invoice: Invoice) -> bool:
    """Whether a general invoice is for carrying passengers."""
    if invoice.extra.special_business == _PASSENGER_BUSINESS:
        return True
    names = [short_name(item) for item in invoice.items]
    return any(
        short in _TRANSPORT and any(word in short + rest for word in _PASSENGER_WORDS)
        for short, rest in names
    )


def identified(invoice: Invoice) -> bool:
    """Whether a ticket says who travelled: name and identity number."""
    extra = invoice.extra
    return bool(squash(extra.traveller or "") and squash(extra.traveller_id or ""))


def not_staff(invoice: Invoice, context: Context) -> bool:
    """Whether the traveller is known and none of our staff."""
    name = squash(invoice.extra.traveller or "")
    staff = context.staff
    return bool(name) and staff is not None and name not in {squash(known) for known in staff}


def staff_needed(invoice: Invoice, context: Context) -> tuple[Reason, ...]:
    """What has to be shown of the traveller."""
    if not squash(invoice.extra.traveller or ""):
        return (Reason(code="traveller", zh="须确认乘客姓名", en="who travelled has to be shown"),)
    if context.staff is None:
        return (
            Reason(
                code="staff",
                zh="须确认乘客为本单位人员",
                en="that the traveller is of our staff has to be shown",
            ),
        )
    return ()
