"""What each 特定业务 prints besides the lines: the rows of its table and what stands in the remark.

Seen on real documents or in their text: passengers, tolls, building, letting. The tables of freight
and of tractors follow the same pattern, 不动产销售, 医疗 and 代收车船税 print theirs by analogy.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from models.invoice import Detail, LineItem
from models.text import CENT
from synth import numbers, people
from synth.business_words import Business, Good, address
from synth.order import Order, Trait
from synth.vat.lines import cents
from synth.vat.toll import plate
from synth.vocabulary import Region

CERTIFICATE = "产权证书/不动产权证号"
_NIGHT = (datetime.timedelta(0), datetime.timedelta(0), datetime.timedelta(days=1))
_VIN = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True)
class Sale:
    """What is known before the extra table is filled."""

    order: Order
    rng: Random
    business: Business
    region: Region
    date: datetime.date
    goods: tuple[Good, ...]
    items: tuple[LineItem, ...]

    @property
    def total(self) -> Decimal:
        """What is paid, with tax."""
        return sum(
            ((i.amount or Decimal(0)) + (i.tax or Decimal(0)) for i in self.items), Decimal(0)
        )

    def before(self, most: int) -> datetime.date:
        """A day up to `most` days before the invoice."""
        return self.date - datetime.timedelta(days=self.rng.randint(0, most))


@dataclass(frozen=True, slots=True)
class Special:
    """The extra table, lines of the remark, fields of Extra, and lines that replace the sale's."""

    details: tuple[Detail, ...] = ()
    remark: tuple[str, ...] = ()
    extra: dict[str, object] = field(default_factory=dict)
    items: tuple[LineItem, ...] = ()


def _details(rows: Iterable[Mapping[str, str]]) -> tuple[Detail, ...]:
    """Rows as details, what is blank left out."""
    return tuple(
        Detail(name=name, value=value, row=i)
        for i, row in enumerate(rows)
        for name, value in row.items()
        if value
    )


def _facts(row: Mapping[str, str]) -> str:
    """Values of a remark as issuers print them: 名:值; 名:值;"""
    return " ".join(f"{name}:{value};" for name, value in row.items())


def _bare(items: tuple[LineItem, ...], *fields: str) -> tuple[LineItem, ...]:
    """The lines without what the form has no column for."""
    blank = dict.fromkeys(fields)
    return tuple(item.model_copy(update=blank) for item in items)


def _none(sale: Sale) -> Special:
    return Special()


def _passenger(sale: Sale) -> Special:
    """Journeys; ride-hailing platforms often print the headings and nothing below them."""
    rng, words = sale.rng, sale.order.words
    good = sale.goods[0]
    count = 0 if rng.random() < 0.3 else rng.choice((1, 1, 1, 2, 3))
    if Trait.MANY_LINES in sale.order.traits:
        count = rng.randint(9, 14)
    who = words.person(rng)
    card = people.id_card(rng, rng.choice(words.regions))
    rows: list[dict[str, str]] = []
    dates = sorted(sale.before(40) for _ in range(count))
    for day in dates:
        start, end = rng.sample(_spots(sale, good), 2)
        rows.append(
            {
                "出行人": who,
                "有效身份证件号": f"{card[:6]}********{card[-4:]}",
                "出行日期": day.isoformat(),
                "出发地": start,
                "到达地": end,
                "等级": rng.choice(good.seats) if good.seats else rng.choice(("", "", "无")),
                "交通工具类型": good.vehicle,
            }
        )
    bare = _bare(sale.items, "unit", "spec")
    if not rows:
        return Special(items=bare)
    first = rows[0]
    typed: dict[str, object] = {
        "traveller": who,
        "traveller_id": first["有效身份证件号"],
        "travel_date": dates[0],
        "departure": first["出发地"],
        "destination": first["到达地"],
        "seat_class": first["等级"] or None,
    }
    return Special(_details(rows), extra=typed, items=bare)


def _spots(sale: Sale, good: Good) -> list[str]:
    """Where from and to: the stops of long journeys, or places of one city."""
    if good.stops:
        return list(good.stops)
    city = sale.region.city
    return [f"{city}{spot}" if i % 2 else spot for i, spot in enumerate(sale.business.spots)]


def _freight(sale: Sale) -> Special:
    rng = sale.rng
    regions = sale.order.words.regions
    rows = []
    means = sale.goods[0].vehicle or rng.choice(sale.business.means)
    many = Trait.MANY_LINES in sale.order.traits
    for _ in range(len(sale.items) if many else rng.choice((1, 1, 1, 2, 3))):
        start, end = rng.sample(regions, 2)
        rows.append(
            {
                "运输工具种类": means,
                "运输工具牌号": _vehicle(rng, means, start),
                "起运地": address(start),
                "到达地": address(end),
                "运输货物名称": rng.choice(sale.business.cargo),
            }
        )
    first = rows[0]
    typed: dict[str, object] = {
        "plate": first["运输工具牌号"],
        "departure": first["起运地"],
        "destination": first["到达地"],
    }
    return Special(_details(rows), extra=typed, items=_bare(sale.items, "unit", "spec"))


def _vehicle(rng: Random, means: str, region: Region) -> str:
    match means:
        case "铁路运输":
            return f"{rng.choice('XZ')}{numbers.digits(rng, 4)}"
        case "水路运输":
            return f"禾舟货{numbers.digits(rng, 4)}"
        case "航空运输":
            return f"{rng.choice(('QH', 'YU'))}{numbers.digits(rng, 4)}"
    return plate(rng, region.name)


def _construction(sale: Sale) -> Special:
    """Columns for place and project in every line; the other two values in the remark."""
    rng, words = sale.rng, sale.order.words
    away = rng.random() < 0.3
    site = rng.choice(words.regions) if away else sale.region
    project = rng.choice(sale.business.projects).format(
        city=site.city,
        district="" if site.district.endswith("市") else site.district,
        brand=words.brand(rng),
        year=sale.date.year,
    )
    land = numbers.digits(rng, 16) if rng.random() < 0.25 else "-"
    crossing = {"土地增值税项目编号": land, "跨地（市）标志": "是" if site != sale.region else "否"}
    columns = {"建筑服务发生地": address(site), "建筑项目名称": project}
    rows = [dict(columns) for _ in sale.items]
    rows[0] |= crossing
    remark = [_facts(crossing)]
    if rng.random() < 0.5:
        remark += [f"项目地点：{address(site)}", f"合同名称：{project}"]
    items = _bare(sale.items, "spec", "unit", "quantity", "unit_price")
    return Special(_details(rows), tuple(remark), items=items)


def _rental(sale: Sale) -> Special:
    """The certificate stands where the specification would, the unit under 面积单位."""
    rng = sale.rng
    start = (sale.date - datetime.timedelta(days=rng.choice((0, 0, 31, 62)))).replace(day=1)
    after = start + datetime.timedelta(days=rng.choice((1, 3, 6, 12)) * 31)
    end = after.replace(day=1) - datetime.timedelta(days=1)
    term = f"{start} {end}"
    if sale.goods[0].category == "PARKING":
        term = f"{start} 00:00 {start} 23:59"
    where = f"{address(sale.region)}{rng.choice(sale.order.words.roads)}{rng.randint(1, 400)}号"
    place = {"不动产地址": where}
    lease = {"租赁期起止": term, "跨地（市）标志": rng.choice(("否", "否", "是"))}
    rows = [_deed(sale, item) for item in sale.items]
    rows[0] |= place | lease
    return Special(_details(rows), (_facts(place), _facts(lease)))


def _deed(sale: Sale, item: LineItem) -> dict[str, str]:
    """What stands in the columns of a line about a building."""
    rng = sale.rng
    year = sale.date.year - rng.randint(1, 9)
    number = f"第{numbers.digits(rng, 7)}号"
    title = f"{plate(rng, sale.region.name)[0]}({year}){sale.region.city}市不动产权{number}"
    return {CERTIFICATE: "无" if rng.random() < 0.3 else title, "面积单位": item.unit or ""}


def _property(sale: Sale) -> Special:
    rng = sale.rng
    house = (
        f"{rng.randint(1, 28)}幢{rng.randint(1, 3)}单元{rng.randint(2, 33)}0{rng.randint(1, 4)}室"
    )
    where = f"{address(sale.region)}{sale.order.words.brand(rng)}花园{house}"
    lot, floor = numbers.digits(rng, 6), numbers.digits(rng, 8)
    unit = f"{sale.region.area}{lot}GB{numbers.digits(rng, 5)}F{floor}"
    code = "不动产单元代码/网签合同备案编号"
    place = {"不动产地址": where, "跨地（市）标志": "否"}
    deed = {code: rng.choice((unit, numbers.digits(rng, 12)))}
    assessed = rng.random() < 0.3
    price = {"实际成交含税金额": f"{sale.total:.2f}"} if assessed else {}
    if assessed:
        price = {"核定计税价格": f"{sale.total * Decimal('0.97'):.2f}"} | price
    rows = [_deed(sale, item) for item in sale.items]
    rows[0] |= place | deed | price
    return Special(_details(rows), tuple(_facts(row) for row in (place, deed, price) if row))


def _toll(sale: Sale) -> Special:
    """A journey in every line: in columns of its own, or, where roads issue it, in the remark."""
    rng = sale.rng
    in_remark = len(sale.items) == 1 and rng.random() < 0.3
    number = plate(rng, sale.region.name)
    days = [sale.before(30) for _ in sale.items]
    rows = [
        {
            "车牌号": number if rng.random() < 0.8 else plate(rng, sale.region.name),
            "车辆类型": rng.choice(("客车", "客车", "客车", "货车")),
            "通行日期起": f"{day:%Y%m%d}",
            "通行日期止": f"{min(sale.date, day + rng.choice(_NIGHT)):%Y%m%d}",
        }
        for day in days
    ]
    typed: dict[str, object] = {"plate": rows[0]["车牌号"]}
    bare = _bare(sale.items, "unit", "quantity", "unit_price")
    if not in_remark:
        return Special(_details(rows), extra=typed, items=bare)
    return _toll_in_remark(sale, rows[0], days[0], typed)


def _toll_in_remark(
    sale: Sale, row: dict[str, str], day: datetime.date, typed: dict[str, object]
) -> Special:
    rng = sale.rng
    midnight = datetime.datetime(day.year, day.month, day.day)  # noqa: DTZ001 - as printed
    start = midnight + datetime.timedelta(
        minutes=rng.randint(300, 1200), seconds=rng.randint(0, 59)
    )
    end = start + datetime.timedelta(minutes=rng.randint(8, 200), seconds=rng.randint(0, 59))
    names = {"city": sale.region.city, "district": sale.region.district[:-1]}
    gates = [spot.format(**names) for spot in rng.sample(sale.business.spots, 2)]
    facts = {
        "车牌号": row["车牌号"],
        "车辆类型": row["车辆类型"],
        "通行日期起/止": f"{start}/{end}",
        "入/出口站": "-".join(gates),
    }
    lines = tuple(f"{name}：{value}" for name, value in facts.items())
    return Special(_details([facts]), lines, typed)


def _patient(sale: Sale) -> dict[str, str]:
    """The patient's part of a medical bill; what the fund and the patient paid is the total."""
    rng, total = sale.rng, sale.total
    fund = cents(total * rng.choice((0, 0, 45, 62, 70)) / 100)
    account = cents((total - fund) * rng.choice((0, 0, 50, 100)) / 100)
    inside = cents((total - fund) * rng.choice((100, 100, 80)) / 100)
    insured = fund > 0
    return {
        "医疗机构类型": rng.choice(sale.business.kinds),
        "医保类型": "职工基本医疗保险" if insured else "自费",
        "医保编号": numbers.digits(rng, 12) if insured else "",
        "性别": rng.choice("男女"),
        "医保统筹基金支付": f"{fund:.2f}",
        "其他支付": "0.00",
        "个人账户支付": f"{account:.2f}",
        "个人现金支付": f"{total - fund - account:.2f}",
        "个人自付": f"{inside:.2f}",
        "个人自费": f"{total - fund - inside:.2f}",
    }


def _outpatient(sale: Sale) -> Special:
    rng = sale.rng
    day = f"{sale.before(20):%Y%m%d}"
    facts = {
        "业务流水号": day + numbers.digits(rng, 8),
        "门诊号": numbers.digits(rng, 10),
        "就诊日期": day,
    }
    return Special(_details([facts | _patient(sale)]))


def _inpatient(sale: Sale) -> Special:
    rng = sale.rng
    left = sale.before(10)
    came = left - datetime.timedelta(days=rng.randint(2, 21))
    paid = (sale.total / 1000).quantize(Decimal(1)) * 1000
    facts = {
        "业务流水号": f"{left:%Y%m%d}{numbers.digits(rng, 8)}",
        "住院号": numbers.digits(rng, 8),
        "就诊日期": f"{came:%Y%m%d}-{left:%Y%m%d}",
    }
    own = _patient(sale)
    due = Decimal(own["个人现金支付"]) - paid
    ends = {
        "预缴金额": f"{paid:.2f}",
        "补缴金额": f"{max(due, Decimal(0)):.2f}",
        "退费金额": f"{max(-due, Decimal(0)):.2f}",
    }
    return Special(_details([facts | own | ends]))


def _vessel_tax(sale: Sale) -> Special:
    """What an insurer collects for the state stands in the remark and in no sum."""
    rng = sale.rng
    tax = Decimal(rng.choice((300, 360, 420, 480, 660, 900, 1200))).quantize(CENT)
    late = cents(tax * rng.randint(1, 60) / 2000) if rng.random() < 0.2 else Decimal("0.00")
    number = plate(rng, sale.region.name)
    vin = "L" + "".join(rng.choice(_VIN) for _ in range(10)) + numbers.digits(rng, 6)
    year = sale.date.year
    facts = {
        "保险单号": f"P{sale.region.code}{year}{numbers.digits(rng, 11)}",
        "车牌号/船舶登记号": number,
        "税款所属期": f"{year}-01-01至{year}-12-31",
        "代收车船税金额": f"{tax:.2f}",
        "滞纳金": f"{late:.2f}",
        "金额合计": f"{tax + late:.2f}",
        "车架号": vin,
    }
    return Special(_details([facts]), (_facts(facts),), {"plate": number, "vin": vin})


def _tractor(sale: Sale) -> Special:
    rng = sale.rng
    rows = [
        {
            "发动机号码": f"{rng.choice('ABQY')}{numbers.digits(rng, 7)}",
            "底盘号/机架号": f"{rng.choice(('T', 'LS'))}{sale.date:%y}{numbers.digits(rng, 8)}",
        }
        for _ in sale.items
    ]
    typed: dict[str, object] = {"engine_no": rows[0]["发动机号码"], "vin": rows[0]["底盘号/机架号"]}
    return Special(_details(rows), extra=typed)


SPECIALS: dict[str, Callable[[Sale], Special]] = {
    "dz_passenger": _passenger,
    "dz_freight": _freight,
    "dz_construction": _construction,
    "dz_rental": _rental,
    "dz_property": _property,
    "dz_fuel": _none,
    "dz_toll": _toll,
    "dz_medical_out": _outpatient,
    "dz_medical_in": _inpatient,
    "dz_vessel_tax": _vessel_tax,
    "dz_produce": _none,
    "dz_purchase": _none,
    "dz_scrap": _none,
    "dz_tractor": _tractor,
    "dz_rare_earth": _none,
}
"""What fills the extra table, by kind."""
