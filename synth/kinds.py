"""The kinds of documents that can be drawn. A new kind is a module for it and a line here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from models.errors import UsageError
from models.forms import Form
from synth import bills, business, duties, local, strips, tickets, vat, vehicles
from synth.business_tables import SPECIALS
from synth.draw import (
    air,
    bill,
    blockchain,
    coupons,
    digital,
    duty,
    electronic,
    machine,
    medical,
    oldbill,
    paper,
    rail,
    roll,
    saleslist,
    ship,
    taxi,
    usedcar,
    vehicle,
)
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


def _one(
    form: Form,
    make: Maker,
    lay_out: Callable[[Truth], Sheet],
    traits: frozenset[Trait] = frozenset(),
) -> tuple[str, Kind]:
    return form.value, Kind((form,), make, lay_out, traits=traits)


def _paper(
    form: Form,
    make: Maker,
    lay_out: Callable[[Truth], Sheet],
    traits: frozenset[Trait] = frozenset(),
) -> tuple[str, Kind]:
    return form.value, Kind((form,), make, lay_out, on_paper=True, traits=traits)


def _digital(form: Form) -> tuple[str, Kind]:
    traits = vat.possible(form)
    return form.value, Kind(
        (form,), business.plain, digital.lay_out, traits=traits, more=digital.more
    )


def _business(name: str) -> tuple[str, Kind]:
    """A 数电票 of a 特定业务."""
    forms, traits = business.forms_of(name), business.traits_of(name)
    return name, Kind(forms, business.make, digital.lay_out, traits=traits, more=digital.more)


def _vat(form: Form, make: Maker, lay_out: Callable[[Truth], Sheet]) -> tuple[str, Kind]:
    """A form of the VAT family, its 销货清单 on the pages after the first."""
    paper = form in vat.PAPER
    return form.value, Kind((form,), make, lay_out, paper, vat.possible(form), saleslist.lay_out)


def _bill(
    form: Form, make: Maker, lay_out: Callable[[Truth], Sheet], *, paper: bool = False
) -> tuple[str, Kind]:
    """A bill or certificate; on pre-printed paper it is a kind of its own, FORM_paper."""
    taxed = form in (Form.CUSTOMS_VAT, Form.TAX_CERT)
    plain, worn = (duties if taxed else bills).TRAITS, (duties if taxed else bills).TRAITS_PAPER
    name = f"{form.value}_paper" if paper else form.value
    return name, Kind((form,), make, lay_out, paper, worn if paper else plain)


KINDS: dict[str, Kind] = _kinds(
    _digital(Form.DZ_SPECIAL),
    _digital(Form.DZ_NORMAL),
    *map(_business, SPECIALS),
    _vat(Form.VAT_SPECIAL, vat.make, paper.lay_out),
    _vat(Form.VAT_NORMAL, vat.make, paper.lay_out),
    _vat(Form.DZP_SPECIAL, vat.make, paper.lay_out),
    _vat(Form.DZP_NORMAL, vat.make, paper.lay_out),
    _vat(Form.VAT_E_NORMAL, vat.make, electronic.lay_out),
    _vat(Form.VAT_E_SPECIAL, vat.make, electronic.lay_out),
    _vat(Form.TOLL_E, vat.make_toll, electronic.lay_out),
    _paper(Form.VAT_ROLL, strips.make_roll, roll.lay_out),
    _paper(Form.TAXI, strips.make_taxi, taxi.lay_out),
    _paper(Form.QUOTA, strips.make_quota, coupons.quota),
    _paper(Form.TOLL_PAPER, strips.make_toll, coupons.toll),
    _paper(Form.BUS, strips.make_bus, coupons.bus),
    _one(Form.RAIL_E, tickets.make_rail, rail.lay_out),
    _paper(Form.RAIL_PAPER, tickets.make_rail, rail.lay_out),
    _one(Form.AIR_E, tickets.make_air, air.lay_out),
    _paper(Form.AIR_PAPER, tickets.make_air, air.lay_out),
    _paper(Form.VEHICLE, vehicles.make_new, vehicle.lay_out, vehicles.TRAITS_OLD),
    _one(Form.DZ_VEHICLE, vehicles.make_new, vehicle.lay_out, vehicles.TRAITS_DIGITAL),
    _paper(Form.DZP_VEHICLE, vehicles.make_new, vehicle.lay_out, vehicles.TRAITS_PAPER),
    _paper(Form.USED_CAR, vehicles.make_used, usedcar.lay_out, vehicles.TRAITS_OLD),
    _one(Form.DZ_USED_CAR, vehicles.make_used, usedcar.lay_out, vehicles.TRAITS_DIGITAL),
    _paper(Form.DZP_USED_CAR, vehicles.make_used, usedcar.lay_out, vehicles.TRAITS_PAPER),
    _paper(Form.MACHINE, local.make_machine, machine.lay_out, local.MACHINE_TRAITS),
    _paper(Form.SHIP, local.make_ship, ship.lay_out, local.SHIP_TRAITS),
    _one(Form.BLOCKCHAIN, local.make_blockchain, blockchain.lay_out, local.BLOCKCHAIN_TRAITS),
    _bill(Form.FISCAL, bills.make_fiscal, bill.fiscal),
    _bill(Form.FISCAL, bills.make_fiscal, oldbill.lay_out, paper=True),
    _one(Form.MED_OUT, bills.make_medical, medical.lay_out),
    _one(Form.MED_IN, bills.make_medical, medical.lay_out),
    _bill(Form.TOLL_FISCAL, bills.make_toll, bill.toll),
    _bill(Form.CUSTOMS_VAT, duties.make_customs, duty.customs),
    _bill(Form.CUSTOMS_VAT, duties.make_customs, duty.customs, paper=True),
    _bill(Form.TAX_CERT, duties.make_certificate, duty.certificate),
    _bill(Form.TAX_CERT, duties.make_certificate, duty.certificate, paper=True),
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
