"""Faults of sums, signs, rates and taxes."""

from collections.abc import Mapping
from decimal import Decimal

from benchmarks.planters.base import (
    CENT,
    Planted,
    Planter,
    Plot,
    extra,
    line,
    more,
    other_digit,
    person,
    with_,
)
from models.capital import format_capital
from models.invoice import LineItem


def other_total(plot: Plot, total: Decimal) -> Planted:
    """Another total, spelt out as it is, and no QR code to contradict it."""
    words = format_capital(total) if plot.invoice.extra.total_in_words else None
    more = plot.invoice.extra.model_copy(update={"total_in_words": words, "qr": None})
    return with_(plot, total=total, extra=more)


def _negative(plot: Plot) -> Planted:
    total = plot.invoice.total
    if total is None or total <= 0:
        return None
    more = plot.invoice.extra.model_copy(update={"total_in_words": None, "qr": None})
    return with_(plot, total=-total, extra=more)


def _marked_red(plot: Plot) -> Planted:
    number = plot.invoice.number or ""
    if (plot.invoice.total or Decimal(-1)) <= 0 or len(number) < 8:
        return None
    return extra(plot, remark=f"被红冲蓝字数电发票号码：{other_digit(number, -3, plot.rng)}")


def _tax_off(plot: Plot) -> Planted:
    """Tax and total raised together, so that they still add up."""
    tax, total = plot.invoice.tax, plot.invoice.total
    rated = plot.invoice.items and all(item.tax_rate for item in plot.invoice.items)
    if tax is None or total is None or not rated or _is_differential(plot):
        return None
    more = plot.invoice.extra.model_copy(update={"total_in_words": None, "qr": None})
    by = Decimal(plot.rng.randint(150, 900)) / 100
    return with_(plot, tax=tax + by, total=total + by, extra=more)


def _line_amount(item: LineItem) -> dict[str, object] | None:
    whole = item.quantity and item.unit_price
    if not whole or item.amount is None or item.amount <= 0:
        return None
    # more than the precision of a price of two decimals explains
    return {"amount": item.amount + Decimal(11) + (item.amount / 10).quantize(CENT)}


def _line_tax(item: LineItem) -> dict[str, object] | None:
    rated = (item.tax_rate or "").endswith("%") and item.tax_rate not in ("1.5%", "2%")
    return {"tax": item.tax + Decimal("0.37")} if rated and item.tax is not None else None


def _no_tax(item: LineItem) -> dict[str, object] | None:
    rated = (item.tax_rate or "").endswith("%") and item.tax
    return {"tax": Decimal("0.00")} if rated and abs(item.amount or Decimal(0)) >= 1 else None


def _taxed_though_exempt(item: LineItem) -> dict[str, object] | None:
    return {"tax_rate": "免税"} if item.tax else None


def _code_of_nothing_sold(item: LineItem) -> dict[str, object] | None:
    rated = (item.tax_rate or "").endswith("%") and "通行费" not in item.name
    return {"tax_code": "6070000000000000000"} if rated else None


def _old_rate(item: LineItem) -> dict[str, object] | None:
    return {"tax_rate": "17%"} if (item.tax_rate or "").endswith("%") else None


_MISFITS = (
    ("*餐饮服务*餐费", "13%"),
    ("*住宿服务*住宿费", "9%"),
    ("*文具*记号笔", "6%"),
    ("*预付卡销售*提货卡", "13%"),
    ("*建筑服务*改造工程", "6%"),
    ("*计算机*工作站", "9%"),
    ("*医疗服务*体检", "13%"),
    ("*收派服务*快递", "9%"),
    ("*供电*电费", "6%"),
)


def _is_differential(plot: Plot) -> bool:
    return "差额征税" in (plot.invoice.extra.remark or "")


def _misfit(plot: Plot) -> Planted:
    if _is_differential(plot):
        return None
    name, rate = plot.rng.choice(_MISFITS)
    return line(plot, lambda item: {"name": name, "tax_rate": rate} if item.tax else None)


def _more_rates(plot: Plot) -> Planted:
    items = plot.invoice.items
    if len({item.tax_rate for item in items}) != 1 or items[0].tax_rate not in ("6%", "13%"):
        return None
    other = LineItem(name="*图书*行业年鉴", amount=CENT, tax_rate="9%", tax=Decimal("0.00"))
    return with_(plot, items=(*items, other))


def _differential(plot: Plot) -> Planted:
    total, tax = plot.invoice.total, plot.invoice.tax
    if not total or not tax or total <= 100:
        return None
    return extra(plot, remark=f"差额征税：{total * Decimal('0.613'):.2f}元。")


def _charge(name: str, by: str) -> Planter:
    def plant(plot: Plot) -> Planted:
        details = tuple(
            one.model_copy(update={"value": f"{Decimal(one.value) + Decimal(by):.2f}"})
            if one.name == name
            else one
            for one in plot.invoice.extra.details
        )
        return extra(plot, details=details)

    return plant


PLANTERS: Mapping[str, Planter] = {
    "R-AMT-01": more("total", "10.00"),
    "R-AMT-02": lambda p: line(p, lambda i: {"amount": i.amount + 20} if i.amount else None),
    "R-AMT-03": lambda p: line(p, lambda i: {"tax": i.tax + 2} if i.tax else None),
    "R-AMT-04": lambda p: line(p, _line_amount),
    "R-AMT-05": lambda p: None if _is_differential(p) else line(p, _line_tax),
    "R-AMT-06": _tax_off,
    "R-AMT-07": lambda p: extra(p, total_in_words=format_capital((p.invoice.total or CENT) + 100)),
    "R-AMT-08": lambda p: (
        extra(p, total_in_words="壹贰圆整") if p.invoice.extra.total_in_words else None
    ),
    "R-AMT-09": _negative,
    "R-AMT-10": _marked_red,
    "R-AMT-11": _charge("民航发展基金", "20"),
    "R-AMT-12": _charge("票价", "100"),
    "R-AMT-13": more("total", "0.50"),
    "R-AMT-14": lambda p: other_total(p, Decimal(p.rng.randint(1_000_001, 9_000_000))),
    "R-AMT-15": lambda p: other_total(p, (p.invoice.total or CENT) + Decimal("0.005")),
    "R-TAX-01": lambda p: (
        line(p, _old_rate) if p.invoice.date and p.invoice.date.year > 2018 else None
    ),
    "R-TAX-02": _misfit,
    "R-TAX-03": lambda p: line(p, _taxed_though_exempt),
    "R-TAX-04": lambda p: line(p, _no_tax),
    "R-TAX-05": lambda p: line(p, _code_of_nothing_sold),
    "R-TAX-06": person,
    "R-TAX-07": _more_rates,
    "R-TAX-08": _differential,
}
