"""How a VAT document looks: ink, copy, layout variant, and the marks that nobody reads."""

from random import Random

from synth import numbers, people
from synth.truth import Face, Party
from synth.vat.deal import Bill, Deal
from synth.vat.traits import PAPER

BLUE, DARK, PURPLE = (62, 92, 196), (48, 50, 62), (96, 78, 176)
LAYOUTS = 5
"""Layout variants of the tax-control forms, of which the last is kept back for the benchmark."""
_USUAL_SHIFT = (0.8, 0.6)
_STAMPED_OWN_COPY = 0.3
_TORN_SHARE = 0.3


def draw(deal: Deal, bill: Bill, seller: Party, real: Party | None) -> Face:
    """The face of an invoice; `real` is who sells where the seller printed is a tax office.

    `details` hold layout (its variant), era (old before mid-2017), mark (printed beside the
    title), strips (torn where the sprocket strips are gone) and stamp (the tax id in the seller's
    seal; absent where he did not stamp).
    """
    rng, form, region = deal.rng, deal.form, deal.region
    paper = form in PAPER
    cipher = () if form.is_digital or form.is_digital_paper else _cipher(deal)
    copy_no = _copy(deal, rng) if paper else 0
    side = deal.side_rng("face")
    details = {
        "layout": str(deal.order.layout(side, LAYOUTS)),
        "era": "old" if deal.is_old else "new",
        "mark": "代开" if real else "",
    }
    if paper and side.random() < _TORN_SHARE:
        details["strips"] = "torn"
    if copy_no != 1 or side.random() < _STAMPED_OWN_COPY:
        details["stamp"] = (real or seller).tax_id or ""
    return Face(
        region=region.name,
        bureau=region.bureau,
        cipher=cipher,
        copy_no=copy_no,
        ink=people.ink_of(deal.order, rng, (BLUE, BLUE, DARK, PURPLE)) if paper else (0, 0, 0),
        shift=people.shift_of(deal.order, rng, _USUAL_SHIFT) if paper else (0.0, 0.0),
        downloads=rng.randint(1, 4) if form.is_digital and rng.random() < 0.6 else 0,
        decree=_decree(deal),
        listed=bill.listed,
        details=details,
    )


def _cipher(deal: Deal) -> tuple[str, ...]:
    """Four lines of 27 characters; before 2015 some printers left 21."""
    old = deal.is_old and deal.side_rng("cipher").random() < 0.5
    return numbers.cipher(deal.rng, 21 if old else 27)


def _copy(deal: Deal, rng: Random) -> int:
    """The sheet of the set. Buyers hand in 发票联 and 抵扣联, now and then a 记账联 turns up."""
    chance = rng.random()
    if deal.form.is_special:
        return 2 if chance < 0.45 else 3 if chance < 0.9 else 1 if chance < 0.97 else 4
    return 2 if chance < 0.9 else 1 if chance < 0.97 else 3


def _decree(deal: Deal) -> str:
    """Who printed the paper by what order, up its left side."""
    rng, year = deal.rng, deal.date.year
    body = "税总发票函" if year > 2022 else "税总函"
    return f"{body}〔{year - rng.choice((0, 1))}〕{rng.randint(100, 700)}号示例印务有限公司"
