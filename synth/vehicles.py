"""Truths of 机动车 and 二手车销售统一发票: tax-control paper, 数电 and 数电纸质 (domain.md 1.4).

A new car's invoice splits off the tax, a used car's does not. Makers and models are invented.
"""

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from models.capital import format_capital
from models.forms import Form
from models.invoice import Detail, Extra
from models.text import CENT
from synth import numbers, people
from synth.order import Order, Trait
from synth.truth import Face, Party, Truth
from synth.vehicle_words import (
    PLATE_LETTERS,
    Maker,
    VehicleType,
    engine,
    model,
    plate,
    vehicle_words,
    vin,
)
from synth.vocabulary import Region

LAYOUTS = 3
"""Layout variants of each of the forms; the last is kept back for the benchmark."""
TRAITS_DIGITAL = frozenset({Trait.RED, Trait.PRIVATE_BUYER})
TRAITS_PAPER = TRAITS_DIGITAL | {Trait.SHIFTED, Trait.FAINT}
TRAITS_OLD = TRAITS_PAPER | {Trait.OLD_IDS}

_INKS = ((52, 54, 64), (46, 46, 50), (72, 84, 140), (92, 80, 150))
_OFFICES_MERGED = datetime.date(2018, 7, 5)
_RATES = (
    (datetime.date(2018, 5, 1), 17),
    (datetime.date(2019, 4, 1), 16),
    (datetime.date.max, 13),
)
"""The standard rate before each day (domain.md 3.4)."""


@dataclass(frozen=True, slots=True)
class _Deal:
    """What every part of one document is drawn from."""

    order: Order
    rng: Random
    region: Region
    date: datetime.date
    total: Decimal

    @property
    def red(self) -> bool:
        return Trait.RED in self.order.traits


def make_new(order: Order) -> Truth:
    """The invoice of a new vehicle: 不含税价 + 税额 = 价税合计.

    The buyer's id is printed with the name, in the cell of the taxpayer id, or in both
    (`face.details["id_cell"]`).
    """
    rng = order.rng()
    order = people.with_chance(order, _possible(order.form))
    words = vehicle_words()
    kind = rng.choice(words.types)
    deal = _deal(order, rng, (kind.low, kind.high))
    rate = _rate(deal)
    amount = (deal.total / (1 + Decimal(rate) / 100)).quantize(CENT, ROUND_HALF_UP)
    seller = order.words.company(rng, deal.region, rng.choice(words.dealer_suffixes))
    buyer = _buyer(deal)
    truth = _truth(deal, buyer, seller)
    details = _new_details(deal, kind, rate)
    extra = truth.extra.model_copy(update=_vehicle(deal, kind, details))
    truth = truth.model_copy(
        update={"amount": amount, "tax": deal.total - amount, "category": "CAR", "extra": extra}
    )
    return _with_qr(truth)


def make_used(order: Order) -> Truth:
    """The invoice of a used vehicle: two parties, mostly natural persons, and 车价合计 alone.

    A market or a broker issues it (`face.details["issuer"]`).
    """
    rng = order.rng()
    order = people.with_chance(order, _possible(order.form))
    deal = _deal(order, rng, (8000, 260000))
    seller = people.person(order, rng, deal.region)
    if rng.random() < 0.35:
        seller = order.words.company(rng, deal.region, rng.choice(("商贸有限公司", "科技有限公司")))
    truth = _truth(deal, _buyer(deal), seller)
    kind = rng.choice(vehicle_words().used_types)
    details = [
        Detail(name="登记证号", value=f"{deal.region.area[:2]}00{numbers.digits(rng, 8)}"),
        Detail(name="车辆类型", value=kind),
        Detail(name="转入地车辆管理所名称", value=f"{deal.region.city}市车辆管理所"),
    ]
    details += _issuing(deal)
    update = {
        "plate": plate(rng, deal.region.name),
        "vin": vin(rng, maker := _maker(deal), deal.date.year - rng.randint(2, 9)),
        "vehicle_model": model(rng, maker, "5" if "货" in kind else "6" if "客" in kind else "7"),
        "details": tuple(details),
    }
    truth = truth.model_copy(
        update={"category": "CAR", "extra": truth.extra.model_copy(update=update)}
    )
    return _with_qr(truth)


def _possible(form: Form) -> frozenset[Trait]:
    if form.is_digital:
        return TRAITS_DIGITAL
    return TRAITS_OLD if form.is_tax_control else TRAITS_PAPER


def _deal(order: Order, rng: Random, price: tuple[int, int]) -> _Deal:
    total = Decimal(rng.randint(price[0] // 100, price[1] // 100)) * 100
    if rng.random() < 0.2:
        total += Decimal(rng.randint(1, 9999)) / 100
    if Trait.RED in order.traits:
        total = -total
    return _Deal(
        order, rng, rng.choice(order.words.regions), _date(order, rng), total.quantize(CENT)
    )


def _date(order: Order, rng: Random) -> datetime.date:
    first, last = datetime.date(2025, 12, 1), datetime.date(2026, 10, 30)
    if order.form.is_tax_control:
        early = Trait.OLD_IDS in order.traits
        first = datetime.date(2015 if early else 2018, 4, 2)
        last = datetime.date(2017, 12, 20) if early else datetime.date(2023, 12, 20)
    return first + datetime.timedelta(days=rng.randint(0, (last - first).days))


def _rate(deal: _Deal) -> int:
    standard = next(rate for end, rate in _RATES if deal.date < end)
    return 3 if deal.rng.random() < 0.06 else standard


def _buyer(deal: _Deal) -> Party:
    order, rng = deal.order, deal.rng
    if order.buyer:
        return order.buyer
    if Trait.PRIVATE_BUYER in order.traits:
        return people.person(order, rng, deal.region)
    company = order.words.any_company(rng)
    if Trait.OLD_IDS in order.traits:
        return people.with_old_id(company, rng, deal.region)
    return company


def _truth(deal: _Deal, buyer: Party, seller: Party) -> Truth:
    """All but the sums, the vehicle and the QR."""
    order, rng = deal.order, deal.rng
    if Trait.OLD_IDS in order.traits and seller.bank:
        seller = people.with_old_id(seller, rng, deal.region)
    code, number, paper = _identity(deal)
    extra = Extra(
        total_in_words=format_capital(deal.total),
        second_number=paper,
        second_code=code if order.form.is_tax_control else None,
        drawer=order.words.person(rng),
        machine_no="66" + numbers.digits(rng, 10) if order.form.is_tax_control else None,
    )
    if deal.red:
        extra = extra.model_copy(update=_red(deal))
    return Truth(
        form=order.form,
        seed=order.seed,
        code=code,
        number=number,
        date=deal.date,
        total=deal.total,
        buyer=buyer,
        seller=seller,
        extra=extra,
        face=_face(deal),
    )


def _identity(deal: _Deal) -> tuple[str | None, str, str | None]:
    """Code, number, and the number printed besides: the machine's own, or that of the paper."""
    form, rng, region = deal.order.form, deal.rng, deal.region
    if form.is_digital:
        return None, numbers.digital_number(rng, deal.date, region.number), None
    code, paper = _code(deal), f"{rng.randrange(10**5, 10**8):08d}"
    if form.is_digital_paper:
        return code, numbers.digital_number(rng, deal.date, region.number), paper
    return code, paper, paper


def _code(deal: _Deal) -> str:
    """Twelve digits (domain.md 1.3): a new vehicle's eighth is 2, a used one's last are 17."""
    rng = deal.rng
    year = (deal.date.year - rng.choice((0, 0, 1))) % 100
    if deal.order.form in (Form.USED_CAR, Form.DZP_USED_CAR):
        return f"0{deal.region.code}{year:02d}{rng.randint(0, 3):03d}17"
    return f"1{deal.region.code}{year:02d}2{numbers.digits(rng, 4)}"


def _red(deal: _Deal) -> dict[str, object]:
    """What a red-letter invoice says of the blue one."""
    rng, form = deal.rng, deal.order.form
    if form.is_tax_control:
        code, number = _code(deal), f"{rng.randrange(10**5, 10**8):08d}"
        remark = f"对应正数发票代码:{code}号码:{number}"
        return {"remark": remark, "red_of": f"{code}-{number}"}
    blue = numbers.digital_number(rng, deal.date, deal.region.number)
    sheet = f"{deal.region.number}{numbers.digits(rng, 18)}"
    remark = f"被红冲蓝字数电发票号码：{blue} 红字发票信息确认单编号：{sheet}"
    return {"remark": remark, "red_of": blue}


def _maker(deal: _Deal) -> Maker:
    words = vehicle_words()
    return deal.rng.choice(words.kept_makers if deal.order.kept else words.makers)


def _vehicle(deal: _Deal, kind: VehicleType, details: list[Detail]) -> dict[str, object]:
    """Maker, model and numbers of a new vehicle, and the papers it came with."""
    rng, maker = deal.rng, _maker(deal)
    if maker.imported:
        papers: tuple[tuple[str, str], ...] = (
            ("产地", maker.place),
            ("进口证明书号", f"{rng.choice('XY')}{rng.choice('IVX')}{numbers.digits(rng, 9)}"),
            ("商检单号", numbers.digits(rng, 15)),
        )
    else:
        letters = "".join(rng.choice(PLATE_LETTERS) for _ in range(3))
        papers = (("产地", maker.place), ("合格证号", letters + numbers.digits(rng, 12)))
    found = (*details, *(Detail(name=name, value=value) for name, value in papers))
    return {
        "vin": vin(rng, maker, deal.date.year),
        "engine_no": engine(rng, kind),
        "vehicle_model": model(rng, maker, kind.figure),
        "details": found,
    }


def _new_details(deal: _Deal, kind: VehicleType, rate: int) -> list[Detail]:
    rng, region = deal.rng, deal.region
    town = "" if region.district.endswith("市") else region.district
    place = f"{region.city}市{town}"
    merged = deal.date >= _OFFICES_MERGED
    office = f"国家税务总局{place}税务局" if merged else f"{place}国家税务局"
    values = [
        ("车辆类型", kind.name),
        ("增值税税率或征收率", f"{rate}%"),
        ("主管税务机关", office),
        ("主管税务机关代码", f"1{region.area}{rng.randint(0, 9999):04d}"),
        ("限乘人数", str(rng.choice(kind.seats))),
    ]
    if kind.tonnage:
        values.append(("吨位", rng.choice(kind.tonnage)))
    return [Detail(name=name, value=value) for name, value in values]


def _issuing(deal: _Deal) -> list[Detail]:
    """The market, or the broker, that issues a used car's invoice."""
    rng, words = deal.rng, vehicle_words()
    market = rng.random() < 0.7
    suffix = rng.choice(words.market_suffixes if market else words.broker_suffixes)
    party = deal.order.words.company(rng, deal.region, suffix)
    if Trait.OLD_IDS in deal.order.traits:
        party = people.with_old_id(party, rng, deal.region)
    role = "二手车市场" if market else "经营、拍卖单位"
    address, phone = party.address.rsplit(" ", 1)
    values = (
        (role, party.name),
        (f"{role}地址", address),
        (f"{role}纳税人识别号", party.tax_id or ""),
        (f"{role}开户银行、账号", party.bank),
        (f"{role}电话", phone),
    )
    return [Detail(name=name, value=value) for name, value in values]


def _face(deal: _Deal) -> Face:
    """How it is printed; `copy_no` 1 is 发票联, further copies differ in what they are for."""
    order, rng = deal.order, deal.rng
    paper = not order.form.is_digital
    new = order.form in (Form.VEHICLE, Form.DZP_VEHICLE)
    copies = (1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 5) if new else (1, 1, 1, 1, 1, 2, 3, 4)
    layout = order.layout(rng, LAYOUTS)
    return Face(
        region=deal.region.name,
        bureau=deal.region.bureau,
        cipher=_cipher(rng, new) if order.form.is_tax_control else (),
        copy_no=rng.choice(copies) if paper else 0,
        ink=people.ink_of(order, rng, _INKS) if paper else (0, 0, 0),
        shift=people.shift_of(order, rng, (1.1, 0.9)) if paper else (0.0, 0.0),
        downloads=rng.randint(1, 3) if not paper and rng.random() < 0.4 else 0,
        decree=_decree(deal),
        details={
            "layout": str(layout),
            "id_cell": rng.choice(("name", "name", "tax", "both")),
        },
    )


def _decree(deal: _Deal) -> str:
    printer = deal.rng.choice(vehicle_words().printers)
    return f"税总函〔{deal.date.year}〕{deal.rng.randint(100, 700)}号 {printer}"


def _cipher(rng: Random, new: bool) -> tuple[str, ...]:
    """The 税控码: five long lines for a new vehicle, twenty digits for a used one."""
    if not new:
        return (numbers.digits(rng, 20),)
    return tuple("".join(rng.choice("0123456789+-*/<>") for _ in range(38)) for _ in range(5))


def _with_qr(truth: Truth) -> Truth:
    """With the tax QR; the oldest paper layout has none.

    Its amount is 不含税价 for a new vehicle on tax-control paper, else what the form ends in
    (domain.md 2.1).
    """
    if truth.form.is_tax_control and truth.face.details["layout"] == "0":
        return truth
    excl = truth.form is Form.VEHICLE and truth.amount is not None
    money = truth.amount if excl and truth.amount is not None else truth.total
    payload = numbers.qr_payload(truth.form, truth.code, truth.number, money, truth.day, None)
    extra = truth.extra.model_copy(update={"qr": payload, "qr_crc": "ok"})
    return truth.model_copy(update={"extra": extra})
