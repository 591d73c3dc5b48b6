"""Small things that several forms print."""

from models.invoice import LineItem
from synth.draw.sheet import Color, Disc, Layer, Line, Pen, Sheet


def printed(item: LineItem) -> tuple[str | None, ...]:
    """What a line prints after name and 规格型号: unit, quantity, price, amount, rate, tax."""
    return (
        item.unit,
        item.quantity,
        item.unit_price,
        None if item.amount is None else f"{item.amount:.2f}",
        item.tax_rate,
        None if item.tax is None else f"{item.tax:.2f}",
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
