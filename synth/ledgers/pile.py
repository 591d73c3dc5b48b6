"""A pile of documents of one company, among them one for each cause that can be planted."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from itertools import count
from random import Random

from models.text import CENT
from synth import numbers
from synth.drawing import make
from synth.order import Trait
from synth.truth import Party, Truth
from synth.vocabulary import vocabulary

_OWN = {
    "dz_special": 12,
    "dz_normal": 10,
    "dz_freight": 2,
    "dz_construction": 1,
    "dz_rental": 1,
    "dz_fuel": 1,
    "dz_toll": 1,
    "dzp_special": 2,
    "dzp_normal": 1,
    "dz_vehicle": 1,
    "rail_e": 2,
    "air_e": 1,
    "vat_special": 3,
    "vat_normal": 2,
    "vat_e_normal": 4,
    "vat_e_special": 1,
    "vat_roll": 1,
    "toll_e": 1,
    "taxi": 1,
    "quota": 1,
    "bus": 1,
    "fiscal": 1,
}
"""How many documents of each kind the company has, besides those made for a cause."""
_SETTLED = datetime.timedelta(5)
"""So much older than the newest is what has had time to reach every list."""


def pile(seed: int, company: Party | None = None) -> tuple[Truth, ...]:
    """Some 60 documents as a company's pile holds them, made so that `plant` finds one for each
    cause. All of them can be drawn. Without `company` one is invented."""
    own = company or _company(seed)
    usual = [
        make(kind, seed * 1009 + i, buyer=own)
        for kind, number in _OWN.items()
        for i in range(number)
    ]
    newest = max(t.date for t in usual if t.date and t.kind in ("dz_special", "dz_normal"))
    more = _for_causes(seed, own, newest - _SETTLED)
    # nothing is newer than the invoice that has not arrived yet (N1)
    return tuple(t for t in (*usual, *more) if t.date is None or t.date <= newest)


def _company(seed: int) -> Party:
    return vocabulary().any_company(Random(f"pile:{seed}"))


def _for_causes(seed: int, own: Party, last: datetime.date) -> Iterable[Truth]:
    """Documents that are out of the ordinary in themselves, whatever a ledger says; none is a red
    letter, exempt or newer than `last`."""
    rng = Random(f"pile:{seed}:causes")

    def one(kind: str, place: int, buyer: Party | None, *traits: Trait, head: str = "") -> Truth:
        start = seed * 1009 + 100 * place
        made = (make(kind, start + i, buyer=buyer, traits=traits) for i in count())
        return next(
            t for t in made if t.total > 0 and t.tax and t.day <= last and t.number.startswith(head)
        )

    yield from (one("dz_normal", place, None) for place in (1, 2))
    yield _issued_by(own, one("dz_special", 3, None))
    yield one("dz_normal", 4, _mistyped(own, rng))
    yield _sold_from_elsewhere(one("dz_special", 5, own), rng)
    yield one("dz_special", 6, own, Trait.AGENCY)
    edited = one("dz_special", 7, own)
    yield _with_qr(edited, (edited.total / 2).quantize(CENT))
    yield one("vat_e_normal", 8, own, head="0")


def _mistyped(own: Party, rng: Random) -> Party:
    """The company with one digit of its tax id wrong, as issuers type it."""
    tax_id = own.tax_id or ""
    place = rng.choice([i for i in range(2, 8) if tax_id[i].isdigit()])
    wrong = str((int(tax_id[place]) + rng.randint(1, 9)) % 10)
    return own.model_copy(update={"tax_id": tax_id[:place] + wrong + tax_id[place + 1 :]})


def _issued_by(own: Party, truth: Truth) -> Truth:
    """The document as issued by the company, in its province."""
    number = truth.number[:2] + (own.tax_id or "")[2:4] + truth.number[4:]
    return _with_qr(truth.model_copy(update={"seller": own, "number": number}), truth.total)


def _sold_from_elsewhere(truth: Truth, rng: Random) -> Truth:
    """The seller is registered in another province than the one the number comes from."""
    # a 计划单列市 (9x) is not told from its province by a tax id: the number is then another's
    province = "44" if truth.number[2] == "9" else truth.number[2:4]
    number = truth.number[:2] + province + truth.number[4:]
    sellers = (vocabulary().any_company(rng) for _ in range(100))
    seller = next(each for each in sellers if (each.tax_id or "")[2:4] != province)
    moved = truth.model_copy(update={"seller": seller, "number": number})
    return _with_qr(moved, truth.total)


def _with_qr(truth: Truth, total: Decimal) -> Truth:
    """The 数电票 with a QR code for this sum."""
    qr = numbers.qr_payload(truth.form, None, truth.number, total, truth.day, None)
    return truth.model_copy(update={"extra": truth.extra.model_copy(update={"qr": qr})})
