"""The kinds of documents that can be drawn. A new kind is a module for it and a line here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from models.errors import UsageError
from models.forms import Form
from synth import strips, tickets, vat
from synth.draw import air, coupons, digital, electronic, paper, rail, roll, taxi
from synth.draw.sheet import Sheet
from synth.truth import Party, Truth


class Maker(Protocol):
    """Invents the truth of one document."""

    def __call__(self, form: Form, seed: int, *, buyer: Party | None = None) -> Truth: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """How a form is invented and laid out; `on_paper` forms have no electronic original."""

    make: Maker
    lay_out: Callable[[Truth], Sheet]
    on_paper: bool = False


KINDS: dict[Form, Kind] = {
    Form.DZ_SPECIAL: Kind(vat.make, digital.lay_out),
    Form.DZ_NORMAL: Kind(vat.make, digital.lay_out),
    Form.VAT_SPECIAL: Kind(vat.make, paper.lay_out, on_paper=True),
    Form.VAT_NORMAL: Kind(vat.make, paper.lay_out, on_paper=True),
    Form.VAT_E_NORMAL: Kind(vat.make, electronic.lay_out),
    Form.VAT_ROLL: Kind(strips.make_roll, roll.lay_out, on_paper=True),
    Form.TAXI: Kind(strips.make_taxi, taxi.lay_out, on_paper=True),
    Form.QUOTA: Kind(strips.make_quota, coupons.quota, on_paper=True),
    Form.TOLL_PAPER: Kind(strips.make_toll, coupons.toll, on_paper=True),
    Form.BUS: Kind(strips.make_bus, coupons.bus, on_paper=True),
    Form.RAIL_E: Kind(tickets.make_rail, rail.lay_out),
    Form.RAIL_PAPER: Kind(tickets.make_rail, rail.lay_out, on_paper=True),
    Form.AIR_E: Kind(tickets.make_air, air.lay_out),
    Form.AIR_PAPER: Kind(tickets.make_air, air.lay_out, on_paper=True),
}


def kind_of(form: str) -> Kind:
    """The kind of a form. Raises UsageError (code unknown_kind) for one that cannot be drawn."""
    kind = KINDS.get(Form(form)) if form in set(Form) else None
    if kind is None:
        known = " ".join(KINDS)
        raise UsageError(
            "unknown_kind",
            f"不会绘制这种票据：{form}",
            f"可用的种类：{known}",
            message_en=f"cannot draw this kind: {form}",
            hint_en=f"kinds: {known}",
        )
    return kind
