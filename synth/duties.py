"""Truths of what the state itself receipts: 海关进口增值税专用缴款书 and 税收完税证明.

A payment of import VAT is all tax, so only its total is stated; its lines have the 完税价格.
How the digits of a certificate's number are made up is a guess.
"""

import datetime
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from models.capital import format_capital
from models.invoice import Detail, Extra, LineItem
from models.text import CENT
from synth import numbers, people
from synth.bills import day, is_paper
from synth.billwords import Duty, Goods, bill_words, some
from synth.order import Order, Trait
from synth.truth import Face, Party, Truth
from synth.vocabulary import Region

CUSTOMS_LAYOUTS, CERT_LAYOUTS = 3, 4
"""Layout variants; the last is kept back for the benchmark."""
TRAITS: frozenset[Trait] = frozenset()
TRAITS_PAPER = frozenset({Trait.SHIFTED, Trait.FAINT})
OFFICE = "office"
"""The name among `Face.details` of the customs office or the tax office that issues."""

_FIRST, _LAST = datetime.date(2019, 4, 1), datetime.date(2026, 10, 30)
_LOW_RATED = ("4407",)
"""Tariff headings at 9 %; the others are at 13 %."""
_INKS = ((44, 44, 52), (60, 62, 96), (88, 84, 104))


def make_customs(order: Order) -> Truth:
    """A 海关进口增值税专用缴款书: 完税价格 x 税率 = 税款 on every line, no taxpayer id."""
    rng, words = order.rng(), bill_words()
    port, office = rng.choice(words.kept_customs if order.kept else words.customs)
    date = day(rng, _FIRST, _LAST)
    goods = some(rng, words.kept_goods if order.kept else words.goods, 1, 3)
    items = tuple(_imported(rng, each) for each in goods)
    total = sum((item.tax or Decimal(0) for item in items), Decimal(0))
    declared = date - datetime.timedelta(days=rng.randint(0, 4))
    # a declaration's number: port, year, 1 for import, nine digits
    declaration = f"{port}{declared:%Y}1{numbers.digits(rng, 9)}"
    payer = order.buyer or order.words.any_company(rng)
    details = _customs_details(order, rng, payer, (declaration, declared, date))
    tariffs = (Detail(name="税号", value=each.tariff, row=i) for i, each in enumerate(goods))
    return Truth(
        form=order.form,
        seed=order.seed,
        number=f"{declaration}-L{rng.choice((1, 1, 1, 2, 3)):02d}",
        date=date,
        total=total,
        buyer=payer.model_copy(update={"tax_id": None}),
        seller=Party(name="中央金库"),
        items=items,
        extra=Extra(
            total_in_words=format_capital(total),
            drawer=order.words.person(rng),
            reviewer=order.words.person(rng),
            details=(*details, *tariffs),
        ),
        face=_face(order, rng, {"layout": str(order.layout(rng, CUSTOMS_LAYOUTS)), OFFICE: office}),
    )


def _imported(rng: Random, goods: Goods) -> LineItem:
    quantity = rng.randint(goods.least, goods.most)
    price = Decimal(repr(rng.uniform(goods.low, goods.high))) * quantity
    # customs states values for duty in whole yuan
    value = price.quantize(Decimal(1), ROUND_HALF_UP).quantize(CENT)
    rate = 9 if goods.tariff.startswith(_LOW_RATED) else 13
    tax = (value * rate / 100).quantize(CENT, ROUND_HALF_UP)
    return LineItem(
        name=goods.name,
        unit=goods.unit,
        quantity=str(quantity),
        amount=value,
        tax_rate=f"{rate}%",
        tax=tax,
    )


def _customs_details(
    order: Order, rng: Random, payer: Party, made: tuple[str, datetime.date, datetime.date]
) -> tuple[Detail, ...]:
    declaration, declared, date = made
    bank, _, account = payer.bank.rpartition(" ")
    voyage = f"{declared:%y}{rng.randint(1, 60):02d}{rng.choice('EW')}"
    vessel = f"{rng.choice(bill_words().vessels)}/{voyage}"
    letters = "".join(rng.choice("ABCDEFGHKLMN") for _ in range(3))
    rows = (
        ("科目", "进口增值税"),
        ("预算级次", "中央"),
        ("收款国库", f"中华人民共和国国家金库{rng.choice(order.words.regions).city}市分库"),
        ("账号", account),
        ("开户银行", bank),
        ("申请单位编号", numbers.digits(rng, 10)),
        ("报关单编号", declaration),
        ("合同（批文）号", f"{letters}{declared:%Y}-{rng.randint(12, 940):03d}"),
        ("运输工具（号）", vessel),
        ("缴款期限", f"{date + datetime.timedelta(days=14):%Y年%m月%d日}"),
        ("提/装货单号", f"{letters}U{numbers.digits(rng, 9)}"),
        ("备注", f"一般贸易 照章征税 {declared:%Y-%m-%d} USD {rng.uniform(6.6, 7.3):.4f}"),
    )
    return tuple(Detail(name=name, value=value) for name, value in rows if value)


def make_certificate(order: Order) -> Truth:
    """A 税收完税证明: taxes paid, the receipts they were paid with, for which period."""
    rng, words = order.rng(), order.words
    region = rng.choice(words.regions)
    payer = order.buyer or words.any_company(rng)
    date = day(rng, _FIRST, _LAST)
    taxes = some(rng, bill_words().taxes, 1, 4)
    items = tuple(LineItem(name=each.name, amount=_paid(rng, each)) for each in taxes)
    total = sum((item.amount or Decimal(0) for item in items), Decimal(0))
    details = []
    for row, tax in enumerate(taxes):
        first, last = _period(tax, date)
        paid = min(last + datetime.timedelta(days=rng.randint(3, 15)), date)
        values = (
            ("原凭证号", f"3{region.area}{date:%y%m}{numbers.digits(rng, 7)}"),
            ("品目名称", tax.subject),
            ("税款所属时期", f"{first:%Y-%m-%d}至{last:%Y-%m-%d}"),
            ("入（退）库日期", f"{paid:%Y-%m-%d}"),
        )
        details += [Detail(name=name, value=value, row=row) for name, value in values]
    office = _tax_office(order, rng, region)
    return Truth(
        form=order.form,
        seed=order.seed,
        number=f"3{region.area}{date:%y%m}{numbers.digits(rng, 7)}",
        date=date,
        total=total,
        buyer=payer,
        seller=Party(name=office),
        items=items,
        extra=Extra(
            total_in_words=format_capital(total),
            drawer=rng.choice(("电子税务局", words.person(rng))),
            remark=rng.choice((None, "一般申报 正税", f"税票号码：{numbers.digits(rng, 20)}")),
            details=tuple(details),
        ),
        face=_face(order, rng, {"layout": str(order.layout(rng, CERT_LAYOUTS))}),
    )


def _paid(rng: Random, tax: Duty) -> Decimal:
    low, high = (40, 900) if "附加" in tax.name or tax.name == "印花税" else (200, 60000)
    return Decimal(repr(rng.uniform(low, high))).quantize(CENT, ROUND_HALF_UP)


def _period(tax: Duty, date: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The months before the month of `date` that a tax is paid for; a single day for none."""
    if not tax.months:
        return date, date
    last = date.replace(day=1) - datetime.timedelta(days=1)
    months = last.year * 12 + last.month - tax.months
    return datetime.date(months // 12, months % 12 + 1, 1), last


def _tax_office(order: Order, rng: Random, region: Region) -> str:
    town = f"{region.city}市{region.district}"
    if region.district.endswith("市"):
        town = region.district
    branch = rng.choice(
        ("第一税务所（办税服务厅）", f"{rng.choice(order.words.roads)[:2]}税务所", "")
    )
    return f"国家税务总局{town}税务局{branch}"


def _face(order: Order, rng: Random, details: dict[str, str]) -> Face:
    paper = is_paper(order)
    return Face(
        ink=people.ink_of(order, rng, _INKS) if paper else (0, 0, 0),
        shift=people.shift_of(order, rng, (0.9, 0.8)) if paper else (0.0, 0.0),
        details=details | ({"paper": "1"} if paper else {}),
    )
