"""通行费增值税电子普通发票: stretches of road, or money put on an ETC card (domain.md 1.4)."""

import datetime
from decimal import Decimal
from random import Random

from models.invoice import Detail, LineItem
from synth import numbers
from synth.order import Order, Trait
from synth.vat.deal import Bill, Deal
from synth.vat.lines import UNTAXED, cents, negated
from synth.vocabulary import Trade

BUSINESS = "通行费"
COLUMNS = ("车牌号", "类型", "通行日期起", "通行日期止")
"""The columns in the place of 规格型号 to 单价."""
_RATES = ("3%", "3%", "9%", "9%", "5%")
_SUFFIXES = ("高速公路有限公司", "高速公路股份有限公司", "公路发展有限公司", "路桥建设有限公司")
_PLATES = {
    "北京": "京", "上海": "沪", "天津": "津", "重庆": "渝", "江苏": "苏", "浙江": "浙",
    "广东": "粤", "深圳": "粤", "四川": "川", "湖北": "鄂", "山东": "鲁", "陕西": "陕",
    "福建": "闽", "河南": "豫", "湖南": "湘", "河北": "冀", "安徽": "皖", "江西": "赣",
    "辽宁": "辽", "吉林": "吉", "黑龙江": "黑", "山西": "晋", "广西": "桂", "云南": "云",
    "贵州": "贵", "海南": "琼", "甘肃": "甘", "青海": "青", "宁夏": "宁", "新疆": "新",
    "内蒙古": "蒙", "西藏": "藏", "大连": "辽", "宁波": "浙", "厦门": "闽", "青岛": "鲁",
}  # fmt: skip


def trades(order: Order) -> tuple[Trade, ...]:
    """The one line of business that issues these; what it sells `draw` makes up."""
    return (
        Trade(
            category="TOLL",
            rate=9,
            suffixes=_SUFFIXES,
            lines=(1, 4),
            items=order.words.trades[0].items,
            special=False,
        ),
    )


def plate(rng: Random, province: str) -> str:
    """A number plate of the province, of letters and digits in use since 1992."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    tail = numbers.digits(rng, 5)
    if rng.random() < 0.6:
        tail = rng.choice(letters) + tail[1:]
    return f"{_PLATES.get(province, '京')}{rng.choice('ABCDEF')}{tail}"


def draw(deal: Deal) -> Bill:
    """A line a stretch, with its days of passing; a top-up is one untaxed line."""
    rng = deal.rng
    vehicle = plate(rng, deal.region.name), rng.choice(("客车", "客车", "客车", "货车"))
    if deal.has(Trait.UNTAXED):
        item = LineItem(
            name="*预付卡销售*ETC充值",
            amount=Decimal(rng.choice((100, 200, 300, 500, 1000, 2000))).quantize(Decimal("0.01")),
            tax_rate=UNTAXED,
        )
        rows = [(item, (*vehicle, "", ""))]
    else:
        count = rng.randint(5, 8) if deal.has(Trait.MANY_LINES) else rng.choice((1, 1, 1, 2, 3))
        rows = [_stretch(deal, vehicle) for _ in range(count)]
    items = tuple(item for item, _ in rows)
    if deal.has(Trait.RED):
        items = tuple(negated(item) for item in items)
    details = tuple(
        Detail(name=name, value=value, row=row)
        for row, (_, values) in enumerate(rows)
        for name, value in zip(COLUMNS, values, strict=True)
        if value
    )
    return Bill(items, details=details)


def _stretch(deal: Deal, vehicle: tuple[str, str]) -> tuple[LineItem, tuple[str, str, str, str]]:
    rng = deal.rng
    rate = rng.choice(_RATES)
    gross = Decimal(rng.randint(350, 18_000)) / 100
    amount = cents(gross / (1 + Decimal(rate.removesuffix("%")) / 100))
    start = deal.date - datetime.timedelta(days=rng.randint(2, 40))
    end = start + datetime.timedelta(days=rng.choice((0, 0, 0, 1)))
    name = (
        "*经营租赁*通行费"
        if rate != "9%"
        else rng.choice(("*经营租赁*通行费", "*不动产租赁*通行费"))
    )
    item = LineItem(name=name, amount=amount, tax_rate=rate, tax=cents(gross) - amount)
    return item, (*vehicle, f"{start:%Y%m%d}", f"{end:%Y%m%d}")
