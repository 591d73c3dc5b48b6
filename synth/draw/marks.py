"""Small things that several forms print."""

from models.invoice import LineItem
from synth.draw.sheet import Color, Disc, Layer, Line, Pen, Sheet


def printed(item: LineItem) -> tuple[tuple[str, str | None], ...]:
    """What a line prints after name and 规格型号, by field: unit to tax.

    A line without tax prints *** where its tax would stand.
    """
    untaxed = item.tax_rate in ("免税", "不征税", "***")
    return (
        ("unit", item.unit),
        ("quantity", item.quantity),
        ("unit_price", item.unit_price),
        ("amount", None if item.amount is None else f"{item.amount:.2f}"),
        ("tax_rate", item.tax_rate),
        ("tax", ("***" if untaxed else None) if item.tax is None else f"{item.tax:.2f}"),
    )


def cross_out(
    sheet: Sheet, layer: Layer, at: tuple[float, float], radius: float, color: Color
) -> None:
    """The circled cross before a capital amount."""
    x, y = at
    pen, arm = Pen(color, 0.25), radius * 0.7
    sheet.put(
        layer,
        Disc(x, y, radius, pen=pen),
        Line(x - arm, y - arm, x + arm, y + arm, pen),
        Line(x - arm, y + arm, x + arm, y - arm, pen),
    )
