"""What stands in the remark: what the law asks for, and whatever the seller adds."""

import datetime
from dataclasses import dataclass

from synth import numbers
from synth.order import Trait
from synth.truth import Party, Truth
from synth.vat import identity
from synth.vat.deal import Bill, Deal

_BLANK_SHARE = 0.4
_ACCOUNTS_SHARE = 0.5
_ROUNDS = datetime.timedelta(days=150)
"""How long after an invoice its red letter may come."""


@dataclass(frozen=True, slots=True)
class Notes:
    """The remark and what of it is also an extra field."""

    remark: str | None
    red_of: str | None = None


def write(deal: Deal, truth: Truth, bill: Bill, real: Party | None) -> Notes:
    """The remark of an invoice, one line each; 数电票 print accounts there, if at all."""
    rng = deal.rng
    red, red_of = _red(deal) if deal.has(Trait.RED) else (None, None)
    lines = [note for note in (red, _differential(deal, bill), _agency(deal, real)) if note]
    if truth.form.is_digital and rng.random() < _ACCOUNTS_SHARE:
        lines += _accounts(truth)
    if rng.random() >= _BLANK_SHARE:
        text = rng.choice(deal.order.words.remarks)
        free = text.format(
            order=numbers.digits(rng, 11),
            serial=numbers.digits(rng, 4),
            year=truth.day.year,
            month=truth.day.month,
        )
        if len(lines) < 3:
            lines.append(free)
    return Notes("\n".join(lines) or None, red_of)


def _accounts(truth: Truth) -> list[str]:
    lines = []
    for role, party in (("购", truth.buyer), ("销", truth.seller)):
        if party and " " in party.bank:
            name, account = party.bank.rsplit(" ", 1)
            lines.append(f"{role}方开户银行:{name};    银行账号:{account};")
    return lines


def _red(deal: Deal) -> tuple[str, str | None]:
    """The note of a red letter, and the invoice it takes back (domain.md 5.1, 6.1)."""
    rng = deal.side_rng("red")
    before = deal.date - datetime.timedelta(days=rng.randint(1, _ROUNDS.days))
    if before.year < deal.date.year and (deal.form.is_digital or deal.form.is_digital_paper):
        before = datetime.date(deal.date.year, 1, 4)
    blue = identity.draw(rng, deal.form, before, deal.region)
    if blue.code is None or deal.form.is_digital_paper:
        sheet = numbers.digital_number(rng, deal.date, deal.region.number)
        return (
            f"被红冲蓝字数电发票号码：{blue.number} 红字发票信息确认单编号：{sheet}",
            blue.number,
        )
    named = f"对应正数发票代码:{blue.code}号码:{blue.number}"
    key = f"{blue.code}-{blue.number}"
    if not deal.form.is_special:
        return named, key
    sheet = f"{deal.region.code}{deal.date:%y%m}{numbers.digits(rng, 8)}"
    note = f"开具红字增值税专用发票信息表编号{sheet}"
    return (f"{note}\n{named}", key) if rng.random() < 0.6 else (note, None)


def _differential(deal: Deal, bill: Bill) -> str | None:
    if bill.deduction is None:
        return None
    if deal.form.is_digital or deal.form.is_digital_paper:
        return f"差额征税：{bill.deduction:.2f}元。"
    return f"差额征税：{bill.deduction:.2f}。"


def _agency(deal: Deal, real: Party | None) -> str | None:
    """Whom a tax office issued the invoice for, with the id."""
    if real is None:
        return None
    named, known = f"代开企业名称:{real.name}", f"代开企业税号:{real.tax_id}"
    first_id = deal.side_rng("agency").random() < 0.5
    return f"{known} {named}" if first_id else f"{named} {known}"
