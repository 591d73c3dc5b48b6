"""Invoices with a known category, made of the words of one part: no pictures, only what is read.

Their variety is that of real reading: with and without the short name, with specifications and
months, with characters misread, several lines, lines of another category, sellers that say
nothing or sell this beside something else, tickets without any line, and documents that cannot
tell, whose right answer is "don't know".
"""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from classify.vocabulary import vocabulary
from models.forms import Form, InvoiceType
from models.invoice import Extra, Invoice, LineItem, type_of
from piaohe.learning.category_words import NOTHING, Group, Words, making

_VAT_FORMS = (
    *(Form.DZ_NORMAL,) * 5,
    *(Form.DZ_SPECIAL,) * 4,
    *(Form.VAT_E_NORMAL,) * 2,
    *(Form.VAT_SPECIAL,) * 2,
    Form.VAT_NORMAL,
    Form.VAT_ROLL,
    Form.BLOCKCHAIN,
    Form.DZP_NORMAL,
    None,
)
_NO_SHORT_NAME = frozenset({Form.VAT_ROLL, Form.MACHINE, Form.FISCAL, Form.QUOTA})
_STATE_MAY_BILL = frozenset({"MED", "TRAIN_EDU", "FISCAL_FEE", "TOLL"})
_TOLD_BY_BUSINESS = frozenset({"CONSTR", "FREIGHT", "TOLL", "FUEL", "CAR", "RENT", "MATERIAL"})
_WORDLESS = 0.25
"""Of the categories with tickets of their own, this part has no line at all."""


@dataclass(frozen=True, slots=True)
class Example:
    """An invoice and the truth: of the whole, and of each line. "" is "cannot be told".

    `groups` are the names of the item groups the lines came from.
    """

    invoice: Invoice
    category: str
    lines: tuple[str, ...]
    groups: tuple[str, ...] = ()


def examples(words: Words, each: int, seed: int) -> list[Example]:
    """`each` invoices of every category, and five times as many that cannot tell."""
    rng = Random(f"{seed}/{words.part}")  # noqa: S311 - must repeat
    made = []
    for category in sorted(words.groups):
        count = each * 5 if category == NOTHING else each
        made += [_example(rng, category, words) for _ in range(count)]
    if NOTHING not in words.groups:
        made += [_bare(rng, words) for _ in range(each)]
    return made


def of_group(words: Words, group: Group, count: int, seed: int) -> list[Example]:
    """Invoices whose only line is of one group."""
    rng = Random(f"{seed}/{words.part}/{group.name}")  # noqa: S311 - must repeat
    return [_lined(rng, group.category, (group,), words) for _ in range(count)]


def _example(rng: Random, category: str, words: Words) -> Example:
    if category == NOTHING and rng.random() < 0.25:
        return _bare(rng, words)
    if category in _TOLD_BY_BUSINESS and rng.random() < 0.08:
        return _told_by_business(rng, category, words)
    if category != NOTHING and making().shapes[category].forms and rng.random() < _WORDLESS:
        return _wordless(rng, category, words)
    groups = words.groups[category]
    count = rng.choices((1, 2, 3, 5), (70, 14, 10, 6))[0]
    weights = [len(group.texts) ** 0.5 for group in groups]
    first = rng.choices(groups, weights)[0]
    chosen = [first] + [
        first if rng.random() < 0.5 else rng.choice(groups) for _ in range(count - 1)
    ]
    if category != NOTHING and rng.random() < 0.06:
        other = rng.choice(sorted(set(words.groups) - {category, NOTHING}))
        chosen.append(rng.choice(words.groups[other]))
    return _lined(rng, category, tuple(chosen), words)


def _lined(rng: Random, category: str, groups: tuple[Group, ...], words: Words) -> Example:
    form = _form(rng, category)
    shape = making().shapes[category]
    rate = _rate(rng, shape.rates)
    short_names = form not in _NO_SHORT_NAME and rng.random() < 0.9
    lines: list[LineItem] = []
    for group in groups:
        theirs = making().shapes[group.category]
        strange = group.category != category
        amount = _amount(rng, theirs.low, theirs.high)
        if strange:
            rate = _rate(rng, theirs.rates)
            whole = sum((line.amount or Decimal(0) for line in lines), Decimal(0))
            amount = min(amount, (whole * Decimal("0.4")).quantize(Decimal("0.01")) or amount)
        name = _name(rng, group, words, short_names=short_names)
        lines.append(LineItem(name=name, amount=amount, tax_rate=rate or None))
    invoice = Invoice(
        form=form,
        seller_name=_seller(rng, category, words),
        items=tuple(lines),
        extra=Extra(special_business=_business(rng, category)),
    )
    invoice = invoice.model_copy(update={"type": type_of(form, invoice.extra)})
    truth = tuple(_truth(group.category) for group in groups)
    return Example(invoice, _truth(category), truth, tuple(group.name for group in groups))


def _truth(category: str) -> str:
    return "" if category == NOTHING else category


def _form(rng: Random, category: str) -> Form | None:
    if category in _STATE_MAY_BILL and rng.random() < (0.7 if category == "FISCAL_FEE" else 0.1):
        return rng.choice((Form.FISCAL, Form.FISCAL, Form.MACHINE))
    return rng.choice(_VAT_FORMS)


def _wordless(rng: Random, category: str, words: Words) -> Example:
    """A ticket or bill whose kind says it all."""
    form = Form(rng.choice(making().shapes[category].forms))
    seller = _seller(rng, category, words) if rng.random() < 0.5 else None
    kind = type_of(form, None)
    told = form if rng.random() < 0.75 or kind is InvoiceType.OTHER else None
    return Example(Invoice(form=told, type=kind, seller_name=seller), category, ())


def _told_by_business(rng: Random, category: str, words: Words) -> Example:
    """No line was read, but the special business (特定业务) stands beside the title."""
    known = {each.id: each.special_business for each in vocabulary().categories}
    extra = Extra(special_business=rng.choice(known[category]))
    form = rng.choice((Form.DZ_NORMAL, Form.DZ_SPECIAL, None))
    seller = _seller(rng, category, words) if rng.random() < 0.5 else None
    invoice = Invoice(form=form, type=type_of(form, extra), seller_name=seller, extra=extra)
    return Example(invoice, category, ())


def _bare(rng: Random, words: Words) -> Example:
    """No line was read, or nothing of it: the seller alone does not tell what was bought."""
    category = rng.choice(sorted(words.groups))
    seller = _seller(rng, category, words) if rng.random() < 0.8 else None
    form = rng.choice((*_VAT_FORMS, Form.MACHINE, Form.QUOTA))
    items = (LineItem(name=rng.choice(("?", "1", ".", "*"))),) if rng.random() < 0.2 else ()
    invoice = Invoice(form=form, type=type_of(form, None), seller_name=seller, items=items)
    return Example(invoice, "", ("",) * len(items))


def _business(rng: Random, category: str) -> str | None:
    known = {each.id: each.special_business for each in vocabulary().categories}
    names = known.get(category, ())
    if names and rng.random() < 0.3:
        return rng.choice(names)
    travel = ("TRAVEL_AIR", "TRAVEL_RAIL", "TRAVEL_ROADSHIP", "TAXI")
    return "旅客运输服务" if category in travel and rng.random() < 0.3 else None


def _name(rng: Random, group: Group, words: Words, *, short_names: bool) -> str:
    text = rng.choice(group.texts)
    short = rng.choice(group.shorts) if short_names else ""
    if group.category != NOTHING and rng.random() < 0.55:
        text = rng.choice(words.layouts).format(
            item=text,
            spec=rng.choice(words.specs),
            month=rng.choice(words.months),
            brand=rng.choice(words.brands),
            number=str(rng.randint(100, 99999)),
        )
    text = _misread(rng, text)
    if not short:
        return text
    chance = rng.random()
    star = "※" if chance < 0.02 else "＊" if chance < 0.05 else "*"
    return f"{star}{short}{'' if 0.05 < chance < 0.07 else star}{text}"


def _misread(rng: Random, text: str) -> str:
    if len(text) < 3 or rng.random() > 0.12:
        return text
    place = rng.randrange(len(text))
    char = making().misread.get(text[place], "" if rng.random() < 0.4 else text[place])
    return text[:place] + char + text[place + 1 :]


def _seller(rng: Random, category: str, words: Words) -> str | None:
    chance = rng.random()
    if chance < 0.07:
        return None
    whose = category
    if chance < (0.75 if category == NOTHING else 0.18):
        whose = NOTHING
    elif category == NOTHING:
        whose = rng.choice(sorted(words.endings))
    elif chance < 0.26 and words.also.get(category):
        whose = rng.choice(words.also[category])
    ending = rng.choice(words.endings.get(whose) or words.endings[NOTHING])
    brand, place = rng.choice(words.brands), rng.choice(words.places)
    shape = rng.choice(("{place}{brand}{end}",) * 4 + ("{brand}（{place}）{end}", "{brand}{end}"))
    return _misread(rng, shape.format(place=place, brand=brand, end=ending))


def _rate(rng: Random, rates: tuple[str, ...]) -> str:
    return rng.choices(rates, [0.5**n for n in range(len(rates))])[0] if rng.random() < 0.95 else ""


def _amount(rng: Random, low: float, high: float) -> Decimal:
    value = low * (high / low) ** rng.random()
    return Decimal(f"{value:.2f}")
