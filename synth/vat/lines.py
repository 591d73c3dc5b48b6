"""The lines of an invoice: what is sold, at what rate, and the sums that follow (domain.md 3.5)."""

import datetime
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from models.invoice import LineItem
from models.text import CENT
from synth.order import Trait
from synth.vat.deal import NAMED_GOODS, Bill, Deal
from synth.vocabulary import Article, Trade

_SHORT = 12
"""Characters of a name that may grow where many lines leave little room."""
EXEMPT, UNTAXED, HIDDEN = "免税", "不征税", "***"
MOST_LINES = 8
"""What a form of fixed height holds."""
_MOST_DIGITAL = 30
_SMALL_SCALE_SHARE = 0.25
_RARELY, _WITHOUT_HABIT = 0.2, 0.15
"""Trades that give discounts as rarely as most: how much of that chance an invoice has."""
_ONE_PERCENT_SINCE = datetime.date(2020, 3, 1)  # domain.md 3.4
_STANDARD = (
    (datetime.date(2018, 5, 1), {13: 17, 9: 11}),
    (datetime.date(2019, 4, 1), {13: 16, 9: 10}),
)
"""Until when which rates stood in the place of today's 13 and 9 per cent."""
_PREPAID = (
    Article(short="预付卡销售", name="购物卡", unit="张", low=100, high=1000, quantity=(1, 20)),
    Article(short="预付卡销售", name="加油卡充值", unit="次", low=200, high=3000, quantity=(1, 3)),
    Article(short="预付卡销售", name="储值卡", unit="张", low=100, high=2000, quantity=(1, 10)),
)
_TAILS = (
    "（含送货上门、安装调试及第一年维护）",
    "（按合同附件一所列明细及数量验收）",
    "（本期结算部分，含税金及一切附加费用）",
    "（第二批次，规格及配置详见采购订单）",
    "（依双方确认的结算单据实开具）",
)
"""What makes a name long; the last is kept back for the benchmark."""


def draw(deal: Deal) -> Bill:
    """The lines of a sale, with all the traits that concern them."""
    if deal.has(Trait.DIFFERENTIAL):
        return _differential(deal)
    lines = _taxed(deal)
    if deal.has(Trait.EXEMPT):
        lines = _spared(lines, EXEMPT, keep=deal.has(Trait.MIXED_RATES) or deal.has(Trait.UNTAXED))
    if deal.has(Trait.UNTAXED):
        prepaid = line(deal.rng, deal.rng.choice(_PREPAID), UNTAXED)
        lines = (*lines[: room(deal) - 1], prepaid) if _in_company(deal) else (prepaid,)
    lines = tuple(_named(deal, each) for each in lines)
    if deal.has(Trait.RED):
        lines = tuple(negated(each) for each in lines)
    return _as_list(deal, lines) if deal.has(Trait.SALES_LIST) else Bill(lines)


def _in_company(deal: Deal) -> bool:
    """Whether an untaxed line stands below others."""
    others = (Trait.EXEMPT, Trait.MIXED_RATES, Trait.MANY_LINES, Trait.SALES_LIST)
    return any(deal.has(trait) for trait in others)


def room(deal: Deal) -> int:
    """How many lines the deal may have."""
    if deal.has(Trait.SALES_LIST):
        return 44
    return _MOST_DIGITAL if deal.form.is_digital else MOST_LINES


def rate_of(deal: Deal) -> str:
    """The rate a seller of the trade charged at that date: small ones the levy rate."""
    small = deal.rng.random() < _SMALL_SCALE_SHARE or deal.has(Trait.AGENCY)
    if small:
        return "1%" if deal.date >= _ONE_PERCENT_SINCE else "3%"
    return standard_rate(deal.trade, deal.date)


def standard_rate(trade: Trade, date: datetime.date) -> str:
    """The trade's standard rate in force at a date (domain.md 3.4)."""
    for until, rates in _STANDARD:
        if date < until:
            return f"{rates.get(trade.rate, trade.rate)}%"
    return f"{trade.rate}%"


def line(rng: Random, article: Article, rate: str) -> LineItem:
    """A line sold at a round price, with tax (the usual case) or before it.

    A price with tax leaves a unit price of many decimals, as issuing software prints it. `rate`
    is as printed; 免税 and 不征税 leave no tax.
    """
    quantity = rng.randint(*article.quantity)
    price = Decimal(repr(rng.uniform(article.low, article.high))).quantize(
        CENT if article.low < 100 else Decimal("0.1"), ROUND_HALF_UP
    )
    percent = _percent(rate)
    factor = 1 + percent / 100
    if rng.random() < 0.7:
        gross = price * quantity
        amount = cents(gross / factor)
        tax = gross - amount
        unit_price = significant(gross / factor / quantity, rng.choice((15, 15, 10)))
    else:
        amount = price * quantity
        tax = cents(amount * percent / 100)
        unit_price = format(price.normalize(), "f")
    counted = quantity > 1 or rng.random() < 0.7
    return LineItem(
        name=f"*{article.short}*{article.name}",
        spec=rng.choice(article.specs) if article.specs and rng.random() < 0.85 else None,
        unit=article.unit if counted else None,
        quantity=str(quantity) if counted else None,
        unit_price=unit_price if counted else None,
        amount=amount.quantize(CENT),
        tax_rate=rate,
        tax=tax.quantize(CENT) if rate.endswith("%") else None,
    )


def discount(rng: Random, of: LineItem) -> LineItem:
    """A discount line: the name of the line before it and nothing but negative sums."""
    share = Decimal(rng.randint(3, 20)) / 100
    rate = of.tax_rate or ""
    amount = -cents((of.amount or Decimal(0)) * share)
    tax = cents(amount * _percent(rate) / 100) if rate.endswith("%") else None
    return LineItem(name=of.name, amount=amount, tax_rate=rate, tax=tax)


def negated(item: LineItem) -> LineItem:
    """The line as a red letter takes it back: quantity and sums negative, the price as it was."""
    return item.model_copy(
        update={
            "quantity": f"-{item.quantity}" if item.quantity else None,
            "amount": None if item.amount is None else -item.amount,
            "tax": None if item.tax is None else -item.tax,
        }
    )


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def significant(value: Decimal, figures: int) -> str:
    """`value` with that many significant figures, no trailing zeros, no exponent."""
    places = figures - value.adjusted() - 1
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return format(rounded.normalize(), "f")


def _percent(rate: str) -> Decimal:
    return Decimal(rate.removesuffix("%")) if rate.endswith("%") else Decimal(0)


def _taxed(deal: Deal) -> tuple[LineItem, ...]:
    rng = deal.rng
    rate = rate_of(deal)
    most = room(deal)
    lines: list[LineItem] = []
    for i, (article, own) in enumerate(_articles(deal, deal.trade)):
        lines.append(line(rng, article, own or rate))
        if rng.random() < _discounted(deal, first=i == 0) and len(lines) < most:
            lines.append(discount(rng, lines[-1]))
    return tuple(lines[:most])


def _discounted(deal: Deal, *, first: bool) -> float:
    """How likely a discount line follows: a trade's habit, or sure where it is asked for."""
    if deal.has(Trait.RED):
        return 0
    habit = deal.trade.discount
    if deal.has(Trait.DISCOUNT):
        return 1 if first else 2 * habit
    return habit if habit > _RARELY else habit * _WITHOUT_HABIT


def _articles(deal: Deal, trade: Trade) -> list[tuple[Article, str | None]]:
    """What is sold, each with a rate of its own where the invoice mixes rates."""
    rng = deal.rng
    count = min(rng.randint(*trade.lines), len(trade.items))
    chosen = rng.sample(trade.items, count)
    wanted = _wanted(deal, count)
    while len(chosen) < wanted:
        chosen.append(rng.choice(trade.items))
    mixed: list[tuple[Article, str | None]] = [(article, None) for article in chosen]
    if deal.has(Trait.MIXED_RATES):
        others = [
            t
            for t in deal.order.words.trades
            if t.rate != trade.rate and (t.special or not deal.form.is_special)
        ]
        other = rng.choice(others)
        extra = rng.choice(other.items), standard_rate(other, deal.date)
        # the seller of two rates is no small one
        own = standard_rate(trade, deal.date)
        mixed = [(article, own) for article in chosen[: room(deal) - 1]]
        # early enough not to be cut off where discounts fill the form
        mixed.insert(rng.randint(1, min(3, len(mixed))), extra)
    return mixed


def _wanted(deal: Deal, count: int) -> int:
    if deal.has(Trait.SALES_LIST):
        return deal.rng.randint(9, 40 if deal.has(Trait.MANY_LINES) else 22)
    if deal.has(Trait.MANY_LINES):
        return deal.rng.randint(12, 26) if deal.form.is_digital else deal.rng.randint(6, 8)
    return count


def _spared(lines: tuple[LineItem, ...], rate: str, *, keep: bool) -> tuple[LineItem, ...]:
    """The lines without tax, their sums what was to be paid.

    With `keep` the first stays taxed, and the discount on it.
    """
    taxed = next((i for i, item in enumerate(lines) if item.name != lines[0].name), 0)
    start = taxed if keep else 0
    return (*lines[:start], *(_without_tax(item, rate) for item in lines[start:]))


def _without_tax(item: LineItem, rate: str) -> LineItem:
    gross = (item.amount or Decimal(0)) + (item.tax or Decimal(0))
    price = significant(gross / Decimal(item.quantity), 15) if item.quantity else None
    return item.model_copy(
        update={"amount": gross, "tax": None, "tax_rate": rate, "unit_price": price}
    )


def _named(deal: Deal, item: LineItem) -> LineItem:
    """The name as software of the time prints it, long where that is asked for."""
    name = item.name
    if deal.date < NAMED_GOODS:
        name = name.rsplit("*", 1)[-1]
    crowded = deal.has(Trait.MANY_LINES) and not deal.form.is_digital
    if deal.has(Trait.LONG_NAMES) and not (crowded and len(name) > _SHORT):
        tails = _TAILS[-1:] if deal.order.kept else _TAILS[:-1]
        # a discount line repeats its name, so the tail follows from the name
        name += tails[sum(map(ord, name)) % len(tails)]
    return item.model_copy(update={"name": name})


def _as_list(deal: Deal, lines: tuple[LineItem, ...]) -> Bill:
    """One line for all; the lines themselves are on the 销货清单."""
    whole = Bill(lines)
    rates = {item.tax_rate for item in lines}
    red = deal.has(Trait.RED)
    bracket = deal.side_rng("bracket").choice(("(详见销货清单)", "（详见销货清单）"))
    item = LineItem(
        name="详见对应正数发票及清单" if red else bracket,
        amount=whole.amount,
        tax_rate=rates.pop() if len(rates) == 1 else None,
        tax=whole.tax,
    )
    return Bill((item,), () if red else lines)


def _differential(deal: Deal) -> Bill:
    """One line taxed on what is left after a deduction: t = (G - K) / (1 + r) x r."""
    rng = deal.rng
    article = rng.choice(deal.trade.items)
    rate = Decimal(5 if rng.random() < 0.6 else 6)
    quantity = rng.randint(*article.quantity)
    price = Decimal(repr(rng.uniform(article.low, article.high) * 4)).quantize(Decimal("0.1"))
    gross = (price * quantity).quantize(CENT)
    deduction = cents(gross * rng.randint(55, 95) / 100)
    tax = cents((gross - deduction) / (1 + rate / 100) * rate / 100)
    amount = gross - tax
    item = LineItem(
        name=f"*{article.short}*{article.name}",
        unit=article.unit,
        quantity=str(quantity),
        unit_price=significant(amount / quantity, 15),
        amount=amount,
        tax_rate=HIDDEN if rng.random() < 0.75 else f"{rate}%",
        tax=tax,
    )
    item = _named(deal, item)
    if deal.has(Trait.RED):
        item, deduction = negated(item), -deduction
    return Bill((item,), deduction=deduction)
