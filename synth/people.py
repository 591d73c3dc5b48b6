"""Natural persons and old taxpayer ids, and how worn or misaligned a print is.

What the makers of vehicle invoices and of local forms share.
"""

import datetime
from dataclasses import replace
from random import Random

from models.identifiers import id_card_check_character, org_check_character
from synth import numbers
from synth.order import Order, Trait
from synth.truth import Party
from synth.vocabulary import Region

Shift = tuple[float, float]
Ink = tuple[int, int, int]
_NO_COUNTY = "98"
"""Digits 5 and 6 of an id number: no county has them, so the number is nobody's."""
_SHARES = {
    Trait.RED: 25,
    Trait.OLD_IDS: 25,
    Trait.NO_BUYER_ID: 25,
    Trait.PRIVATE_BUYER: 5,
    Trait.SHIFTED: 12,
    Trait.FAINT: 12,
}
"""One of how many documents has a trait by chance."""
_ABOUT_BUYER = frozenset({Trait.NO_BUYER_ID, Trait.PRIVATE_BUYER, Trait.OLD_IDS})
_PALE: tuple[Ink, ...] = ((158, 156, 172), (170, 168, 176), (150, 160, 186))


def with_chance(order: Order, possible: frozenset[Trait]) -> Order:
    """The order with traits that chance adds, of those `possible`; none but those asked for about
    a given buyer."""
    rng = Random(f"chance:{order.kind}:{order.seed}:{order.kept}")
    added = {
        trait for trait, share in _SHARES.items() if not rng.randrange(share) and trait in possible
    }
    if order.buyer or _ABOUT_BUYER & order.traits:
        added -= _ABOUT_BUYER
    if Trait.PRIVATE_BUYER in added:
        added -= {Trait.NO_BUYER_ID, Trait.OLD_IDS}
    return replace(order, traits=order.traits | added)


def id_card(rng: Random, region: Region) -> str:
    """A resident identity number with the right check character, of a county there is not."""
    born = datetime.date(1958, 1, 1) + datetime.timedelta(days=rng.randrange(45 * 365))
    first17 = f"{region.area[:4]}{_NO_COUNTY}{born:%Y%m%d}{numbers.digits(rng, 3)}"
    return first17 + id_card_check_character(first17)


def person(order: Order, rng: Random, region: Region) -> Party:
    """A natural person with an id number, an address and a mobile number."""
    words = order.words
    town = "" if region.district.endswith("市") else region.district
    house = f"{rng.randint(1, 300)}号{rng.randint(1, 30)}-{rng.randint(101, 2604)}"
    street = rng.choice(words.roads) + house
    return Party(
        name=words.person(rng),
        tax_id=id_card(rng, region),
        address=f"{region.city}市{town}{street} 100{numbers.digits(rng, 8)}",
    )


def old_id(rng: Random, region: Region) -> str:
    """A 15-digit taxpayer id: six digits of the region and an organisation code."""
    body = "9" + numbers.digits(rng, 7)
    return f"{region.area}{body}{org_check_character(body)}"


def with_old_id(party: Party, rng: Random, region: Region) -> Party:
    """The company under the id it had before 2015."""
    return party.model_copy(update={"tax_id": old_id(rng, region)})


def shift_of(order: Order, rng: Random, usual: Shift) -> Shift:
    """How far (mm) print lies off the form: at most `usual`, or well off where that is ordered."""
    across, down = usual
    if Trait.SHIFTED not in order.traits:
        return rng.uniform(-across, across), rng.uniform(-down, down)
    return (
        rng.choice((-1, 1)) * rng.uniform(1.5, 2.5) * across,
        rng.choice((-1, 1)) * rng.uniform(2.0, 3.0) * down,
    )


def ink_of(order: Order, rng: Random, usual: tuple[Ink, ...]) -> Ink:
    """One of the `usual` inks, or that of a worn ribbon where a faint print is ordered."""
    return rng.choice(_PALE if Trait.FAINT in order.traits else usual)
