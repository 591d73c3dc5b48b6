"""Faults of lines, parties and seals."""

from collections.abc import Mapping
from decimal import Decimal
from random import Random

import validate
from benchmarks.planters.base import (
    Planted,
    Planter,
    Plot,
    extra,
    named,
    other_digit,
    person,
    replanted,
    sight,
    text,
    with_,
)
from models.sight import Seals

_NEEDED = frozenset(
    [
        "建筑服务发生地",
        "建筑项目名称",
        "运输工具牌号",
        "起运地",
        "到达地",
        "运输货物名称",
        "产权证书/不动产权证号",
        "不动产地址",
        "通行日期起",
        "车牌号",
        "出行日期",
        "出行人",
        "发动机号码",
        "保险单号",
        "税款所属期",
        "就诊日期",
    ]
)


def _detail_lost(plot: Plot) -> Planted:
    details = plot.invoice.extra.details
    needed = [at for at, one in enumerate(details) if one.name in _NEEDED]
    if not needed:
        return None
    name = details[plot.rng.choice(needed)].name
    kept = tuple(one for one in details if one.name != name)
    return extra(plot, details=kept)


def _own(plot: Plot) -> validate.Entity | None:
    return plot.context.entities[0] if plot.context.entities else None


def _slip(text: str, rng: Random) -> str:
    """A taxpayer id with two characters changed so that its check fails."""
    return other_digit(other_digit(text, 6, rng), 4, rng)


def _id_slip(field: str) -> Planter:
    return lambda plot: text(
        plot, field, lambda text: other_digit(text, 4, plot.rng) if text[:1] == "9" else None
    )


def _same(plot: Plot) -> Planted:
    buyer = plot.invoice.buyer_name
    if not buyer:
        return None
    return with_(plot, seller_name=buyer, seller_tax_id=plot.invoice.buyer_tax_id)


def _sole(plot: Plot) -> Planted:
    if not plot.invoice.seller_tax_id or len(plot.invoice.seller_tax_id) != 18:
        return None
    total = max(plot.invoice.total or Decimal(0), Decimal(150_000))
    return with_(plot, seller_tax_id="92" + plot.invoice.seller_tax_id[2:], total=total)


def _seal(plot: Plot) -> Planted:
    other = plot.rng.choice(("子丑寅卯贸易商行", "辰巳机电设备经营部", "午未货运代理有限公司"))
    return sight(plot, seals=Seals(found=True, texts=(f"{other}发票专用章",)))


PLANTERS: Mapping[str, Planter] = {
    "R-ITEM-01": named("笔记本"),
    "R-ITEM-02": lambda p: named(
        p.rng.choice(("*文具*办公用品", "*金属制品*五金一批", "材料", "*纸制品*日用品"))
    )(p),
    "R-ITEM-03": lambda p: sight(replanted(p, named("（详见销货清单）")(p)), sales_list=False),
    "R-ITEM-04": lambda p: named(
        p.rng.choice(
            (
                "*酒*干白",
                "*餐饮服务*白酒及菜品",
                "*工艺品*商务礼品",
                "*娱乐服务*包厢费",
                "*化妆品*粉底液",
            )
        )
    )(p),
    "R-ITEM-05": lambda p: named(
        p.rng.choice(("*预付卡销售*卡", "*其他*超市购物卡", "*代收款项*代收水费")), "不征税"
    )(p),
    "R-ITEM-06": _detail_lost,
    "R-ITEM-07": named("*经营租赁*通行费", "不征税"),
    "R-BUY-01": lambda p: with_(p, buyer_name="子丑寅卯信息咨询有限公司") if _own(p) else None,
    "R-BUY-02": lambda p: text(p, "buyer_tax_id", lambda t: _slip(t, p.rng)) if _own(p) else None,
    "R-BUY-03": lambda p: with_(p, buyer_name=None),
    "R-BUY-04": lambda p: person(p) if _own(p) else None,
    "R-PTY-01": _id_slip("seller_tax_id"),
    "R-PTY-02": lambda p: text(
        p, "seller_tax_id", lambda t: t[:9] + "O" + t[10:] if len(t) == 18 and t[0] == "9" else None
    ),
    "R-PTY-03": lambda p: with_(p, seller_tax_id="91110105MA00P8L2RU"),
    "R-PTY-04": _same,
    "R-PTY-05": _sole,
    "R-SEAL-01": lambda p: sight(p, seals=Seals(found=False)),
    "R-SEAL-02": _seal,
}
