"""The kinds of documents that can be drawn. A new kind is a module for it and a line here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from models.errors import UsageError
from models.forms import Form
from synth import strips, tickets, vat
from synth.draw import air, coupons, digital, electronic, paper, rail, roll, taxi
from synth.draw.sheet import Sheet
from synth.order import Order, Trait
from synth.truth import Truth

Maker = Callable[[Order], Truth]
"""Invents the truth of one document."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How documents of a kind are invented and laid out.

    `forms` are what they can be; a kind of several (数电票 of one business, special or ordinary)
    draws one by the seed. `more` lays out the pages after the first. `on_paper` kinds have no
    electronic original. `traits` is what can make them hard.
    """

    forms: tuple[Form, ...]
    make: Maker
    lay_out: Callable[[Truth], Sheet]
    on_paper: bool = False
    traits: frozenset[Trait] = frozenset()
    more: Callable[[Truth], tuple[Sheet, ...]] | None = None


def _kinds(*kinds: tuple[str, Kind]) -> dict[str, Kind]:
    return dict(kinds)


def _one(form: Form, make: Maker, lay_out: Callable[[Truth], Sheet]) -> tuple[str, Kind]:
    return form.value, Kind((form,), make, lay_out)


def _paper(form: Form, make: Maker, lay_out: Callable[[Truth], Sheet]) -> tuple[str, Kind]:
    return form.value, Kind((form,), make, lay_out, on_paper=True)


KINDS: dict[str, Kind] = _kinds(
    _one(Form.DZ_SPECIAL, vat.make, digital.lay_out),
    _one(Form.DZ_NORMAL, vat.make, digital.lay_out),
    _paper(Form.VAT_SPECIAL, vat.make, paper.lay_out),
    _paper(Form.VAT_NORMAL, vat.make, paper.lay_out),
    _one(Form.VAT_E_NORMAL, vat.make, electronic.lay_out),
    _paper(Form.VAT_ROLL, strips.make_roll, roll.lay_out),
    _paper(Form.TAXI, strips.make_taxi, taxi.lay_out),
    _paper(Form.QUOTA, strips.make_quota, coupons.quota),
    _paper(Form.TOLL_PAPER, strips.make_toll, coupons.toll),
    _paper(Form.BUS, strips.make_bus, coupons.bus),
    _one(Form.RAIL_E, tickets.make_rail, rail.lay_out),
    _paper(Form.RAIL_PAPER, tickets.make_rail, rail.lay_out),
    _one(Form.AIR_E, tickets.make_air, air.lay_out),
    _paper(Form.AIR_PAPER, tickets.make_air, air.lay_out),
)


def kind_of(name: str) -> Kind:
    """The kind of a name. Raises UsageError (code unknown_kind) for one that cannot be drawn."""
    kind = KINDS.get(name)
    if kind is None:
        known = " ".join(KINDS)
        raise UsageError(
            "unknown_kind",
            f"不会绘制这种票据：{name}",
            f"可用的种类：{known}",
            message_en=f"cannot draw this kind: {name}",
            hint_en=f"kinds: {known}",
        )
    return kind


def check_traits(name: str, traits: Iterable[Trait]) -> None:
    """Raises UsageError (code impossible_trait) where the kind cannot have one of them."""
    possible = kind_of(name).traits
    for trait in traits:
        if trait not in possible:
            known = " ".join(sorted(possible)) or "-"
            raise UsageError(
                "impossible_trait",
                f"{name} 不可能有这种特征：{trait}",
                f"可用的特征：{known}",
                message_en=f"{name} cannot be {trait}",
                hint_en=f"it can be: {known}",
            )
