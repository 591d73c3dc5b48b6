"""Truths of fiscal bills: non-tax income, medical, and the toll of roads repaying a loan.

Numbers follow domain.md 1.3; the digits of class and kind in a code, and the second token and field
of the QR (2.3), are guesses.
"""

import datetime
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from models.capital import format_capital
from models.invoice import Detail, Extra, LineItem
from models.text import CENT
from synth import numbers, people
from synth.billwords import Bill, Care, Charge, bill_words, some
from synth.cities import cities
from synth.order import Order, Trait
from synth.truth import Face, Party, Truth
from synth.vocabulary import Region

LAYOUTS = 4
"""Layout variants of each kind of bill; the last is kept back for the benchmark."""
BARE_PAPER = (1, 2)
"""The layouts on paper that print neither 票据代码 nor 项目编码."""
TRAITS = frozenset({Trait.PRIVATE_BUYER, Trait.NO_BUYER_ID})
TRAITS_PAPER = TRAITS | {Trait.SHIFTED, Trait.FAINT}
OWN_MONEY = "自费"
"""The 医保类型 of whoever pays all."""
BOTH_SIDES = "drugs"
"""The name among `Face.details` of a bill that lists articles instead of categories."""

_PRINTED = datetime.date(2012, 3, 1), datetime.date(2021, 11, 30)
_ELECTRONIC = datetime.date(2019, 1, 7), datetime.date(2026, 10, 30)
_CHECK = "0123456789abcdefghijklmnopqrstuvwxyz"
_INKS = ((44, 44, 52), (60, 62, 96), (88, 84, 104))


def make_fiscal(order: Order) -> Truth:
    """A bill of non-tax income, of money passed on, a donation or a membership fee.

    One ordered as fiscal_paper is the old pre-printed form; some of those have no 票据代码, and
    only electronic ones have a QR.
    """
    rng = order.rng()
    paper = is_paper(order)
    region = rng.choice(order.words.regions)
    bill = rng.choice(bill_words().kept_bills if order.kept else bill_words().bills)
    date = day(rng, *(_PRINTED if paper else _ELECTRONIC))
    layout = order.layout(rng, LAYOUTS)
    charges = some(rng, bill.items, 1, 3)
    items = tuple(_charge(rng, each.name, each.unit, each.low, each.high) for each in charges)
    total = _sum(items)
    code = bill_code(region, bill.code, date)
    number, check = _number(rng), _check(rng)
    bare = paper and layout in BARE_PAPER
    shown = () if bare else _item_codes(charges)
    qr = None if paper else payload(code, number, check, date, total)
    return Truth(
        form=order.form,
        seed=order.seed,
        code=None if bare else code,
        number=number,
        date=date,
        total=total,
        check_code=None if paper else check,
        buyer=_payer(order, rng, printed_id=not paper),
        seller=_unit(order, rng, region, bill),
        category="FISCAL_FEE",
        items=items,
        extra=Extra(
            total_in_words=format_capital(total),
            qr=qr,
            payee=order.words.person(rng),
            reviewer=order.words.person(rng) if rng.random() < 0.7 else None,
            details=(*shown, *_channel(rng, paper=paper)),
        ),
        face=_face(
            order, rng, region, {"layout": str(layout), "title": _title(region, bill, paper)}
        ),
    )


def _item_codes(charges: Sequence[Charge]) -> tuple[Detail, ...]:
    return tuple(
        Detail(name="项目编码", value=each.code, row=i)
        for i, each in enumerate(charges)
        if each.code
    )


def make_medical(order: Order) -> Truth:
    """A 医疗门诊 or 医疗住院收费票据（电子）; the patient pays, so a given buyer is not used."""
    rng = order.rng()
    inside = order.form.value == "med_in"
    words = bill_words()
    region = rng.choice(order.words.regions)
    date = day(rng, *_ELECTRONIC)
    layout = order.layout(rng, LAYOUTS)
    drugs = not inside and rng.random() < 0.35
    cares = words.inpatient if inside else words.drugs if drugs else words.outpatient
    chosen = some(rng, cares, 4 if inside else 1, 11)
    items = tuple(_care(rng, each, counted=not inside) for each in chosen)
    total = _sum(items)
    hospital = rng.choice(words.kept_hospitals if order.kept else words.hospitals)
    code = bill_code(region, "0602" if inside else "0601", date)
    number, check = _number(rng), _check(rng)
    kind = "住院" if inside else "门诊"
    title = f"{_place(region)}医疗{kind}收费票据（电子）"
    face = {"layout": str(layout), "title": title}
    return Truth(
        form=order.form,
        seed=order.seed,
        code=code,
        number=number,
        date=date,
        total=total,
        check_code=check,
        buyer=Party(name=order.words.person(rng)),
        seller=Party(name=f"{region.city}市{order.words.brand(rng)}{hospital}"),
        category="MED",
        items=items,
        extra=Extra(
            total_in_words=format_capital(total),
            qr=payload(code, number, check, date, total),
            payee=order.words.person(rng) if rng.random() < 0.5 else f"{rng.randint(1001, 9988)}",
            reviewer=order.words.person(rng) if rng.random() < 0.5 else None,
            details=_patient(rng, date, total, inside=inside),
        ),
        face=_face(order, rng, region, face | ({BOTH_SIDES: "1"} if drugs else {})),
    )


def make_toll(order: Order) -> Truth:
    """A 通行费财政电子票据: the toll of roads that repay a government's loan, no tax, no QR."""
    rng = order.rng()
    city = rng.choice(cities(kept=order.kept).cities)
    region = order.words.region_of(city.name)
    date = day(rng, datetime.date(2020, 3, 1), _ELECTRONIC[1])
    layout = order.layout(rng, LAYOUTS)
    count = rng.randint(1, 3)
    plate = f"{city.plate}{rng.choice('ABCDEFGHJKLM')}{numbers.digits(rng, 4)}"
    items = tuple(LineItem(name="车辆通行费", amount=_money(rng, 4, 320)) for _ in range(count))
    total = _sum(items)
    office = rng.choice(("公路管理局", "收费公路管理中心", "公路事业发展中心"))
    unit = f"{region.city}{order.words.brand(rng)}{office}"
    title = rng.choice(("通行费财政电子票据", "收费公路通行费财政票据（电子）"))
    return Truth(
        form=order.form,
        seed=order.seed,
        code=bill_code(region, "0107", date),
        number=_number(rng),
        date=date,
        total=total,
        check_code=_check(rng),
        buyer=_payer(order, rng, printed_id=True),
        seller=Party(name=unit),
        category="TOLL",
        items=items,
        extra=Extra(
            total_in_words=format_capital(total),
            payee=order.words.person(rng),
            reviewer=order.words.person(rng),
            plate=plate,
            details=_passages(rng, plate, date, count),
        ),
        face=_face(order, rng, region, {"layout": str(layout), "title": _place(region) + title}),
    )


def _passages(rng: Random, plate: str, date: datetime.date, count: int) -> tuple[Detail, ...]:
    """A row for each of `count` passages in the weeks before `date`, in the order of their days."""
    kind = rng.choice(("一类客车", "客车", "二类货车", "货车"))
    days = sorted(date - datetime.timedelta(days=rng.randint(1, 30)) for _ in range(count))
    details = []
    for row, passed in enumerate(days):
        values = (
            ("车牌号", plate),
            ("类型", kind),
            ("通行日期起", f"{passed:%Y%m%d}"),
            ("通行日期止", f"{passed:%Y%m%d}"),
        )
        details += [Detail(name=name, value=value, row=row) for name, value in values]
    return tuple(details)


def bill_code(region: Region, kind: str, date: datetime.date) -> str:
    """A 票据代码: region, class and kind (`kind`, four digits), year (domain.md 1.3)."""
    return f"{region.number if region.number < '90' else region.area[:2]}{kind}{date:%y}"


def payload(code: str, number: str, check: str, date: datetime.date, total: Decimal) -> str:
    """The QR of a fiscal e-bill (domain.md 2.3)."""
    return f"CZ-EI-{code[:2]},01,{code},{number},{check},{date:%Y%m%d},{total:.2f}"


def is_paper(order: Order) -> bool:
    """Whether the pre-printed form is ordered, not the electronic one."""
    return order.kind.endswith("_paper")


def day(rng: Random, first: datetime.date, last: datetime.date) -> datetime.date:
    return first + datetime.timedelta(days=rng.randint(0, (last - first).days))


def _number(rng: Random) -> str:
    return f"{rng.randrange(10**5, 4 * 10**8):010d}"


def _check(rng: Random) -> str:
    return "".join(rng.choice(_CHECK) for _ in range(6))


def _money(rng: Random, low: float, high: float) -> Decimal:
    value = Decimal(repr(rng.uniform(low, high)))
    step = Decimal(1) if rng.random() < 0.4 else CENT
    return value.quantize(step, ROUND_HALF_UP).quantize(CENT)


def _sum(items: tuple[LineItem, ...]) -> Decimal:
    return sum((item.amount or Decimal(0) for item in items), Decimal(0))


def _charge(rng: Random, name: str, unit: str, low: float, high: float) -> LineItem:
    price = _money(rng, low, high)
    if price > 1000:
        price = price.quantize(Decimal("1E+1")).quantize(CENT)
    quantity = rng.randint(1, 12) if unit and price < 1000 and rng.random() < 0.5 else 1
    return LineItem(
        name=name,
        unit=unit or None,
        quantity=str(quantity) if unit else None,
        unit_price=f"{price:.2f}" if unit else None,
        amount=price * quantity,
    )


def _care(rng: Random, care: Care, *, counted: bool) -> LineItem:
    """A charge; an inpatient bill sums up each kind and says neither unit nor quantity."""
    quantity = rng.randint(1, 6) if care.high < 500 else 1
    return LineItem(
        name=care.name,
        unit=care.unit if counted else None,
        quantity=str(quantity) if counted else None,
        amount=_money(rng, care.low, care.high) * quantity,
    )


def _place(region: Region) -> str:
    """The province as titles have it: 北京市, 江苏省, 广西壮族自治区."""
    return region.bureau.removesuffix("税务局") if region.name != "深圳" else "深圳市"


def _title(region: Region, bill: Bill, paper: bool) -> str:
    return _place(region) + (bill.paper if paper else bill.title)


def _unit(order: Order, rng: Random, region: Region, bill: Bill) -> Party:
    return Party(name=f"{region.city}{order.words.brand(rng)}{rng.choice(bill.units)}")


def _payer(order: Order, rng: Random, *, printed_id: bool) -> Party:
    if order.buyer:
        payer = order.buyer
    elif Trait.PRIVATE_BUYER in order.traits:
        return Party(name=order.words.person(rng))
    else:
        payer = order.words.any_company(rng)
    bare = not printed_id or Trait.NO_BUYER_ID in order.traits
    return payer.model_copy(update={"tax_id": None}) if bare else payer


def _channel(rng: Random, *, paper: bool) -> tuple[Detail, ...]:
    """The 其他信息 some e-bills print, or how money came on paper."""
    if paper:
        return (Detail(name="收款方式", value=rng.choice(("现金", "转账", "POS刷卡"))),)
    if rng.random() < 0.5:
        return ()
    paid = Detail(name="交款方式", value=rng.choice(("电子支付", "转账", "扫码支付", "现金")))
    # twenty digits, as many as a 数电票 has in its number
    return (Detail(name="缴款码", value="4" + numbers.digits(rng, 19)), paid)


def _patient(
    rng: Random, date: datetime.date, total: Decimal, *, inside: bool
) -> tuple[Detail, ...]:
    """The 其他信息 of a medical bill; what the shares of payers come to is the total."""
    words = bill_words()
    insurance = rng.choice(words.insurances)
    insured = insurance != OWN_MONEY

    def share(of: Decimal, percent: int) -> Decimal:
        return (of * (percent if insured else 0) / 100).quantize(CENT)

    fund, other = share(total, rng.randint(30, 80)), share(total, rng.randint(0, 8))
    rest = total - fund - other
    account = share(rest, rng.choice((0, 0, 40, 100)))
    cash, own = rest - account, share(rest, rng.randint(20, 90))
    rows = [("业务流水号", f"{date:%Y%m%d}{numbers.digits(rng, rng.choice((6, 10, 12)))}")]
    if inside:
        rows += _stay(rng, date, cash)
    else:
        rows += [("门诊号", numbers.digits(rng, 9)), ("就诊日期", f"{date:%Y%m%d}")]
    rows += [
        ("医疗机构类型", rng.choice(words.institutions)),
        ("医保类型", insurance),
        ("医保编号", numbers.digits(rng, rng.choice((10, 12))) if insured else ""),
        ("性别", rng.choice("男女")),
        ("医保统筹基金支付", f"{fund:.2f}"),
        ("其他支付", f"{other:.2f}"),
        ("个人账户支付", f"{account:.2f}"),
        ("个人现金支付", f"{cash:.2f}"),
        ("个人自付", f"{own:.2f}"),
        ("个人自费", f"{rest - own:.2f}"),
    ]
    return tuple(Detail(name=name, value=value) for name, value in rows if value)


def _stay(rng: Random, date: datetime.date, cash: Decimal) -> list[tuple[str, str]]:
    """What a bill of 住院 says of the stay, and of the money paid before it."""
    first = date - datetime.timedelta(days=rng.randint(2, 21))
    ahead = Decimal(rng.randint(0, 12) * 500).quantize(CENT)
    return [
        ("住院号", numbers.digits(rng, 8)),
        ("病历号", numbers.digits(rng, 10)),
        ("住院科别", rng.choice(bill_words().departments)),
        ("住院时间", f"{first:%Y%m%d}-{date:%Y%m%d}"),
        ("预缴金额", f"{ahead:.2f}"),
        ("补缴金额", f"{max(cash - ahead, Decimal(0)):.2f}"),
        ("退费金额", f"{max(ahead - cash, Decimal(0)):.2f}"),
    ]


def _face(order: Order, rng: Random, region: Region, details: dict[str, str]) -> Face:
    paper = is_paper(order)
    return Face(
        region=_place(region),
        bureau=region.bureau,
        ink=people.ink_of(order, rng, _INKS) if paper else (0, 0, 0),
        shift=people.shift_of(order, rng, (0.9, 0.8)) if paper else (0.0, 0.0),
        decree=f"{rng.choice(cities(kept=order.kept).printers)}印",
        details=details | ({"paper": "1"} if paper else {}),
    )
