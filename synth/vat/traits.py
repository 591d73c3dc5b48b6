"""Which VAT form can have which trait, and how many have one without being asked."""

from random import Random

from models.errors import UsageError
from models.forms import Form
from synth.order import Order, Trait

PAPER = frozenset({Form.VAT_SPECIAL, Form.VAT_NORMAL, Form.DZP_SPECIAL, Form.DZP_NORMAL})
"""Forms printed on pre-printed sprocket paper."""
_ALWAYS = frozenset({Trait.MANY_LINES, Trait.LONG_NAMES, Trait.RED})
_OF_TRADE = frozenset({Trait.DISCOUNT, Trait.MIXED_RATES, Trait.DIFFERENTIAL, Trait.AGENCY})
_OF_ORDINARY = frozenset({Trait.UNTAXED, Trait.NO_BUYER_ID, Trait.PRIVATE_BUYER})
_OLD = frozenset({Form.VAT_SPECIAL, Form.VAT_NORMAL, Form.VAT_E_NORMAL})

_SHARES = {
    Trait.MANY_LINES: 14,
    Trait.LONG_NAMES: 14,
    Trait.DISCOUNT: 16,
    Trait.EXEMPT: 22,
    Trait.UNTAXED: 45,
    Trait.MIXED_RATES: 18,
    Trait.RED: 25,
    Trait.DIFFERENTIAL: 45,
    Trait.AGENCY: 25,
    Trait.OLD_IDS: 25,
    Trait.NO_BUYER_ID: 25,
    Trait.PRIVATE_BUYER: 18,
    Trait.SALES_LIST: 25,
    Trait.SHIFTED: 15,
    Trait.FAINT: 15,
}
"""One of how many documents has a trait by chance."""

_ABOUT_BUYER = frozenset({Trait.NO_BUYER_ID, Trait.PRIVATE_BUYER, Trait.OLD_IDS})
_APART = {
    # 差额征税 allows one line at one rate, and its tax depends on what is deducted
    Trait.DIFFERENTIAL: frozenset(
        {
            Trait.MANY_LINES,
            Trait.DISCOUNT,
            Trait.MIXED_RATES,
            Trait.EXEMPT,
            Trait.UNTAXED,
            Trait.SALES_LIST,
        }
    ),
    # what a red letter takes back is net of the discounts
    Trait.RED: frozenset({Trait.DISCOUNT}),
    # a seller who needs the tax office to issue for him pays at one levy rate
    Trait.AGENCY: frozenset({Trait.MIXED_RATES, Trait.UNTAXED, Trait.DIFFERENTIAL}),
    Trait.UNTAXED: frozenset({Trait.DISCOUNT}),
}


def possible(form: Form) -> frozenset[Trait]:
    """What can make a document of the form harder."""
    traits = _ALWAYS
    if form is Form.TOLL_E:
        return traits | _OF_ORDINARY
    traits |= _OF_TRADE
    if not form.is_special:
        traits |= _OF_ORDINARY | {Trait.EXEMPT}  # a 专票 may be neither (R-TAX-06)
    if not form.is_digital:
        traits |= {Trait.SALES_LIST}
    if form in PAPER:
        traits |= {Trait.SHIFTED, Trait.FAINT}
    if form in _OLD:
        traits |= {Trait.OLD_IDS}
    return traits


def drawn(order: Order) -> frozenset[Trait]:
    """The traits asked for, and those the seed adds by chance.

    Raises UsageError (impossible_traits) for two that no document has together.
    """
    chosen = set(order.traits)
    for trait in order.traits:
        _refuse(trait, _APART.get(trait, frozenset()) & order.traits)
    if order.kind != order.form.value:
        return order.traits  # a special business has lines of its own that would not follow
    rng = Random(f"traits:{order.kind}:{order.seed}:{order.kept}")
    for trait, share in _SHARES.items():
        if rng.randrange(share) or trait not in possible(order.form):
            continue
        if order.buyer and trait in _ABOUT_BUYER:
            continue
        if not _conflicts(trait, chosen):
            chosen.add(trait)
    return frozenset(chosen)


def _conflicts(trait: Trait, chosen: set[Trait]) -> bool:
    return bool(_APART.get(trait, frozenset()) & chosen) or any(
        trait in _APART.get(other, frozenset()) for other in chosen
    )


def _refuse(trait: Trait, others: frozenset[Trait]) -> None:
    if not others:
        return
    names = " ".join(sorted(others))
    raise UsageError(
        "impossible_traits",
        f"这些特征不能同时出现：{trait} 与 {names}",
        "请分开生成",
        message_en=f"no document can be {trait} and {names} at once",
        hint_en="order them one by one",
    )
