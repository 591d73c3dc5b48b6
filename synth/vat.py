"""Truths of the whole VAT family: parties, lines and sums, whatever form they are printed on."""

import datetime
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import TypeAlias

from models.capital import format_capital
from models.forms import Form
from models.invoice import Extra, LineItem
from models.text import CENT
from synth import numbers
from synth.order import Order
from synth.truth import Face, Party, Truth
from synth.vocabulary import Article, Region, Trade

_SMALL_SCALE_SHARE = 0.25
_ONE_PERCENT_SINCE = datetime.date(2020, 3, 1)  # domain.md 3.4
_PAPER = (Form.VAT_SPECIAL, Form.VAT_NORMAL)
_Identity: TypeAlias = tuple[str | None, str, str | None]
_BLUE, _DARK, _PURPLE = (62, 92, 196), (48, 50, 62), (96, 78, 176)


def make(order: Order) -> Truth:
    """A VAT invoice of `form`: 1 to 8 lines, sums that agree, numbers that obey their rules.

    Without a buyer one is invented; on ordinary electronic invoices it is now and then a private
    person.
    """
    form, words, rng = order.form, order.words, order.rng()
    region = rng.choice(words.regions)
    trade = rng.choice([t for t in words.trades if t.special or not form.is_special])
    date = _date(rng, form)
    items = _lines(rng, trade, date)
    amount = sum((item.amount or Decimal(0) for item in items), Decimal(0))
    tax = sum((item.tax or Decimal(0) for item in items), Decimal(0))
    code, number, check_code = _identity(rng, form, date, region)
    seller = words.company(rng, region, rng.choice(trade.suffixes))
    truth = Truth(
        form=form,
        seed=order.seed,
        code=code,
        number=number,
        date=date,
        amount=amount,
        tax=tax,
        total=amount + tax,
        check_code=check_code,
        buyer=order.buyer or _buyer(order, rng),
        seller=seller,
        category=trade.category,
        items=items,
    )
    extra = _extra(order, rng, truth)
    return truth.model_copy(update={"extra": extra, "face": _face(rng, form, region)})


def _date(rng: Random, form: Form) -> datetime.date:
    """数电票 of 2026, tax-control forms of the years they were common in."""
    first, last = (
        (datetime.date(2026, 3, 2), datetime.date(2026, 10, 30))
        if form.is_digital
        else (datetime.date(2019, 4, 8), datetime.date(2021, 12, 20))
    )
    return first + datetime.timedelta(days=rng.randint(0, (last - first).days))


def _identity(rng: Random, form: Form, date: datetime.date, region: Region) -> _Identity:
    """Code, number and check code, as far as the form has them."""
    if form.is_digital:
        return None, numbers.digital_number(rng, date, region.number), None
    code = numbers.tax_control_code(rng, form, date, region.code)
    number = f"{rng.randrange(10**5, 10**8):08d}"
    return code, number, None if form.is_special else numbers.digits(rng, 20)


def _buyer(order: Order, rng: Random) -> Party:
    if order.form is Form.VAT_E_NORMAL and rng.random() < 0.15:
        return Party(name="个人")
    return order.words.any_company(rng)


def _lines(rng: Random, trade: Trade, date: datetime.date) -> tuple[LineItem, ...]:
    rate = trade.rate
    if rng.random() < _SMALL_SCALE_SHARE:
        rate = 1 if date >= _ONE_PERCENT_SINCE else 3
    count = min(rng.randint(*trade.lines), len(trade.items))
    lines: list[LineItem] = []
    for article in rng.sample(trade.items, count):
        lines.append(_line(rng, article, rate))
        if len(lines) < 8 and rng.random() < trade.discount:
            lines.append(_discount(rng, lines[-1], rate))
    return tuple(lines[:8])


def _line(rng: Random, article: Article, rate: int) -> LineItem:
    """A line sold at a round price, with tax (the usual case) or before it.

    A price with tax leaves a unit price of many decimals, as issuing software prints it.
    """
    quantity = rng.randint(*article.quantity)
    price = Decimal(repr(rng.uniform(article.low, article.high))).quantize(
        CENT if article.low < 100 else Decimal("0.1"), ROUND_HALF_UP
    )
    factor = 1 + Decimal(rate) / 100
    if rng.random() < 0.7:
        gross = price * quantity
        amount = _cents(gross / factor)
        tax = gross - amount
        unit_price = _significant(gross / factor / quantity, rng.choice((15, 15, 10)))
    else:
        amount = price * quantity
        tax = _cents(amount * Decimal(rate) / 100)
        unit_price = format(price.normalize(), "f")
    counted = quantity > 1 or rng.random() < 0.7
    return LineItem(
        name=f"*{article.short}*{article.name}",
        spec=rng.choice(article.specs) if article.specs and rng.random() < 0.85 else None,
        unit=article.unit if counted else None,
        quantity=str(quantity) if counted else None,
        unit_price=unit_price if counted else None,
        amount=amount.quantize(CENT),
        tax_rate=f"{rate}%",
        tax=tax.quantize(CENT),
    )


def _discount(rng: Random, line: LineItem, rate: int) -> LineItem:
    """A discount line: the name of the line before it and nothing but negative sums."""
    share = Decimal(rng.randint(3, 20)) / 100
    amount = -_cents((line.amount or Decimal(0)) * share)
    tax = _cents(amount * Decimal(rate) / 100)
    return LineItem(name=line.name, amount=amount, tax_rate=line.tax_rate, tax=tax)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def _significant(value: Decimal, figures: int) -> str:
    """`value` with that many significant figures, no trailing zeros, no exponent."""
    places = figures - value.adjusted() - 1
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return format(rounded.normalize(), "f")


def _remark(order: Order, rng: Random, truth: Truth) -> str | None:
    """数电票 print addresses and accounts, if at all, in the remark; one line each."""
    words = order.words
    lines: list[str] = []
    if truth.form.is_digital and rng.random() < 0.5:
        for role, party in (("购", truth.buyer), ("销", truth.seller)):
            if party and party.bank:
                name, account = party.bank.rsplit(" ", 1)
                lines.append(f"{role}方开户银行:{name};    银行账号:{account};")
    if rng.random() < 0.6:
        text = rng.choice(words.remarks)
        lines.append(
            text.format(
                order=numbers.digits(rng, 11),
                serial=numbers.digits(rng, 4),
                year=truth.day.year,
                month=truth.day.month,
            )
        )
    return "\n".join(lines) or None


def _extra(order: Order, rng: Random, truth: Truth) -> Extra:
    """What the form prints besides: capital amount, QR, remark, people, machine numbers."""
    form = truth.form
    printed = truth.total if form.is_digital else truth.amount or Decimal(0)
    extra = Extra(
        total_in_words=format_capital(truth.total),
        qr=numbers.qr_payload(form, truth.code, truth.number, printed, truth.day, truth.check_code),
        qr_crc="ok",
        remark=_remark(order, rng, truth),
        drawer=order.words.person(rng),
    )
    if form.is_digital:
        return extra
    update: dict[str, object] = {
        "payee": order.words.person(rng),
        "reviewer": order.words.person(rng),
        "machine_no": None if form.is_special else "66" + numbers.digits(rng, 10),
    }
    if form in _PAPER:
        # the machine prints what is pre-printed once more, smaller
        update |= {"second_code": truth.code, "second_number": truth.number}
    return extra.model_copy(update=update)


def _face(rng: Random, form: Form, region: Region) -> Face:
    paper = form in _PAPER
    return Face(
        region=region.name,
        bureau=region.bureau,
        cipher=() if form.is_digital else numbers.cipher(rng),
        copy_no=rng.choice((2, 3)) if form is Form.VAT_SPECIAL else (2 if paper else 0),
        ink=rng.choice((_BLUE, _BLUE, _DARK, _PURPLE)) if paper else (0, 0, 0),
        shift=(rng.uniform(-0.8, 0.8), rng.uniform(-0.7, 0.5)) if paper else (0.0, 0.0),
        downloads=rng.randint(1, 4) if form.is_digital and rng.random() < 0.6 else 0,
        decree=f"税总函〔{rng.choice((2018, 2019))}〕{rng.randint(100, 700)}号示例印务有限公司",
    )
