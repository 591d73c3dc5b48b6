"""Amounts no invoice can have, taken out before anything calculates with them."""

from decimal import Decimal

from models.invoice import MONEY_FIELDS, Invoice
from models.text import MAX_MONEY

_SMALLEST_EXPONENT = -12


def sane(invoice: Invoice) -> Invoice:
    """The invoice without amounts no invoice can have: infinite, beyond `MAX_MONEY`, or with more
    decimals than any original prints. Rules take them for missing."""
    update: dict[str, object] = {
        name.value: None for name in MONEY_FIELDS if not sane_money(getattr(invoice, name.value))
    }
    if not all(sane_money(item.amount) and sane_money(item.tax) for item in invoice.items):
        update["items"] = tuple(
            item.model_copy(
                update={
                    name: None for name in ("amount", "tax") if not sane_money(getattr(item, name))
                }
            )
            for item in invoice.items
        )
    return invoice.model_copy(update=update) if update else invoice


def sane_money(value: Decimal | None) -> bool:
    """Whether a rule may calculate with this amount; None is no obstacle."""
    if value is None:
        return True
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= _SMALLEST_EXPONENT and abs(value) <= MAX_MONEY
