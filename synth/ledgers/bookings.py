"""Vouchers: how an invoice is booked, debit and credit (domain.md 6.5)."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from random import Random

from models.record import Record
from models.text import CENT
from synth.ledgers.entry import Entry, figures
from synth.ledgers.taxwords import DEDUCTIBLE
from synth.truth import Truth


class Booking(Record):
    """A line of a voucher. One of `debit` and `credit` is zero; a red letter books negative."""

    account: str
    account_name: str
    debit: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)


class Voucher(Record):
    """A voucher (记账凭证) for one invoice, for a part of one, or for several together.

    `number` counts within the month of `day`, the day it was posted.
    """

    number: int
    day: datetime.date
    summary: str
    truths: tuple[Truth, ...]
    lines: tuple[Booking, ...]

    @property
    def is_balanced(self) -> bool:
        return sum(b.debit for b in self.lines) == sum(b.credit for b in self.lines)

    @property
    def named(self) -> str:
        """The summary with the numbers of the invoices, as accountants write them."""
        return f"{self.summary} 发票{'、'.join(truth.number for truth in self.truths)}"


_TRAVEL = ("66020101", "管理费用-差旅费")
_CAR = ("66020105", "管理费用-车辆费")
_OFFICE = ("66020102", "管理费用-办公费")
_ACCOUNTS = {
    "TRAVEL_AIR": _TRAVEL,
    "TRAVEL_RAIL": _TRAVEL,
    "TRAVEL_ROADSHIP": _TRAVEL,
    "TAXI": _TRAVEL,
    "HOTEL": _TRAVEL,
    "MEAL": ("66020103", "管理费用-业务招待费"),
    "TOLL": _CAR,
    "PARKING": _CAR,
    "FUEL": _CAR,
    "CAR": _CAR,
    "FREIGHT": ("66010101", "销售费用-运输费"),
    "OFFICE": _OFFICE,
    "IT_HW": _OFFICE,
    "IT_SVC": ("66020107", "管理费用-技术服务费"),
    "TELECOM": ("66020106", "管理费用-通讯费"),
    "RENT": ("66020108", "管理费用-租赁费"),
    "MEETING": ("66020109", "管理费用-会议费"),
    "TRAIN_EDU": ("22110105", "应付职工薪酬-职工教育经费"),
    "CONSULT": ("66020110", "管理费用-中介费"),
    "AD": ("66010102", "销售费用-广告宣传费"),
    "CONSTR": ("160401", "在建工程-装修工程"),
    "WELFARE": ("22110104", "应付职工薪酬-职工福利费"),
    "MED": ("22110104", "应付职工薪酬-职工福利费"),
    "BANK_INSUR": ("66020111", "管理费用-保险费"),
    "MATERIAL": ("140301", "原材料"),
    "FISCAL_FEE": ("66020112", "管理费用-行政事业性收费"),
}
"""Where an expense goes by its category (domain.md 9)."""
_OTHER = ("66020199", "管理费用-其他")
_INPUT_TAX = ("22210101", "应交税费-应交增值税(进项税额)")
_TAX_TO_TICK = ("222104", "应交税费-待认证进项税额")
_PAYERS = (
    ("224101", "其他应付款-员工报销"),
    ("100201", "银行存款-基本户"),
    ("220201", "应付账款-供应商"),
)
_NOT_CREDITED = frozenset({"MEAL", "WELFARE", "MED"})
"""Purchases whose tax may not be credited, whatever the form."""


def vouchers(entries: Iterable[Entry], seed: int, *, parts: int = 1) -> list[Voucher]:
    """One voucher for each entry, or `parts` of them that add up to it; by day posted.

    Posted up to 20 days after the date of issue, numbered from 1 in each month.
    """
    drafts = []
    for place, entry in enumerate(entries):
        rng = Random(f"voucher:{seed}:{place}:{entry.truth.number}")
        day = (entry.truth.date or _day_of_none(rng)) + datetime.timedelta(rng.randint(0, 20))
        shares = _shares(entry.truth, parts)
        drafts += [(day, place, _draft(entry.truth, rng, day, share)) for share in shares]
    return numbered(draft for _, _, draft in sorted(drafts, key=lambda draft: draft[:2]))


def numbered(drafts: Iterable[Voucher]) -> list[Voucher]:
    """The vouchers in the order given, numbered anew in each month."""
    counts: dict[tuple[int, int], int] = {}
    result = []
    for draft in drafts:
        month = draft.day.year, draft.day.month
        counts[month] = counts.get(month, 0) + 1
        result.append(draft.model_copy(update={"number": counts[month]}))
    return result


def together(entries: Iterable[Entry], seed: int) -> Voucher:
    """One voucher that books several invoices under one summary."""
    singles = vouchers(entries, seed)
    return Voucher(
        number=0,
        day=max(single.day for single in singles),
        summary="报销费用",
        truths=tuple(truth for single in singles for truth in single.truths),
        lines=tuple(line for single in singles for line in single.lines),
    )


def _day_of_none(rng: Random) -> datetime.date:
    """When a document without a date (定额发票) was handed in."""
    return datetime.date(2026, 1, 1) + datetime.timedelta(rng.randint(0, 300))


def _shares(truth: Truth, parts: int) -> list[tuple[Decimal, Decimal]]:
    """What is booked each time: 金额 and 税额, the last part taking what rounding leaves."""
    amount, tax, _ = figures(truth)
    each = ((amount / parts).quantize(CENT), (tax / parts).quantize(CENT))
    rest = (amount - each[0] * (parts - 1), tax - each[1] * (parts - 1))
    return [each] * (parts - 1) + [rest]


def _draft(
    truth: Truth, rng: Random, day: datetime.date, share: tuple[Decimal, Decimal]
) -> Voucher:
    amount, tax = share
    category = truth.category or ""
    account, name = _ACCOUNTS.get(category, _OTHER)
    is_credited = tax != 0 and truth.form in DEDUCTIBLE and category not in _NOT_CREDITED
    lines = [Booking(account=account, account_name=name, debit=amount)]
    if is_credited:
        tax_account, tax_name = rng.choice((_INPUT_TAX, _TAX_TO_TICK))
        lines.append(Booking(account=tax_account, account_name=tax_name, debit=tax))
    else:
        lines = [Booking(account=account, account_name=name, debit=amount + tax)]
    payer, payer_name = rng.choice(_PAYERS)
    lines.append(Booking(account=payer, account_name=payer_name, credit=amount + tax))
    summary = f"付{truth.seller.name}款" if truth.seller else f"报销{name.split('-')[-1]}"
    return Voucher(number=0, day=day, summary=summary, truths=(truth,), lines=tuple(lines))
