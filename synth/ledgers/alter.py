"""How the same invoice can stand otherwise in a ledger: every change one cause makes."""

import datetime
from random import Random

from models.invoice import LineItem
from models.text import CENT
from synth import numbers
from synth.ledgers.entry import Figures, figures, is_digital
from synth.truth import Party, Truth
from synth.vat.lines import negated

_LOOKS_LIKE = dict(zip("0123456789", "8778968134", strict=True))
"""For each digit one it is misread as (domain.md 10.2)."""


def misread(truth: Truth, rng: Random) -> Truth:
    """One digit of the number is one that looks alike (N2)."""
    place = rng.randrange(len(truth.number) - 6, len(truth.number))
    wrong = _LOOKS_LIKE[truth.number[place]]
    return _numbered(truth, truth.number[:place] + wrong + truth.number[place + 1 :])


def swapped(truth: Truth) -> Truth:
    """The last two neighbours of the number that differ, in the wrong order (N2)."""
    number = truth.number
    place = next(i for i in range(len(number) - 2, 0, -1) if number[i] != number[i + 1])
    turned = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    return _numbered(truth, turned)


def other_number(truth: Truth, rng: Random) -> str:
    """A number of the same year and province, nowhere near."""
    if not is_digital(truth):
        return f"{(int(truth.number) + 12_345_678) % 10**8:08d}"
    return truth.number[:5] + "9" + numbers.digits(rng, len(truth.number) - 6)


def other_code(truth: Truth) -> Truth:
    """A digit of the 发票代码, within its year and batch, is another (N3)."""
    code = truth.code or ""
    wrong = _LOOKS_LIKE[code[-3]]
    return truth.model_copy(update={"code": f"{code[:-3]}{wrong}{code[-2:]}"})


def dated(truth: Truth, day: datetime.date) -> Truth:
    return truth.model_copy(update={"date": day})


def sold_by(truth: Truth, name: str, tax_id: str | None = None) -> Truth:
    return truth.model_copy(update={"seller": Party(name=name, tax_id=tax_id)})


def loosely_named(truth: Truth) -> Truth:
    """The seller's name with blanks and half-width brackets (N19)."""
    seller = truth.seller or Party(name="")
    name = seller.name.replace("（", " (").replace("）", ") ")
    return truth.model_copy(
        update={"seller": seller.model_copy(update={"name": f"{name[:4]} {name[4:]} "})}
    )


def shortly_named(truth: Truth) -> Truth:
    """The seller's name cut off at ten characters (N19)."""
    return sold_by(truth, truth.seller.name[:10] if truth.seller else "")


def red_letter(truth: Truth, rng: Random, day: datetime.date, *, part: bool = False) -> Truth:
    """The red-letter invoice that takes all or, with `part`, a third of a 数电票 back."""
    number = other_number(truth, rng)
    confirmation = f"{number[:4]}{numbers.digits(rng, 16)}"
    remark = f"被红冲蓝字数电发票号码：{truth.number} 红字发票信息确认单编号：{confirmation}"
    extra = truth.extra.model_copy(update={"remark": remark, "red_of": truth.number, "qr": None})
    amount, tax, total = _third(truth) if part else figures(truth)
    lines = (_one_line(truth, amount, tax),) if part else tuple(map(negated, truth.items))
    return truth.model_copy(
        update={
            "number": number,
            "date": day,
            "amount": -amount,
            "tax": -tax,
            "total": -total,
            "items": lines,
            "extra": extra,
        }
    )


def _third(truth: Truth) -> Figures:
    amount, tax = ((value / 3).quantize(CENT) for value in figures(truth)[:2])
    return Figures(amount, tax, amount + tax)


def _one_line(truth: Truth, amount: object, tax: object) -> LineItem:
    name = truth.items[0].name if truth.items else ""
    return negated(LineItem.model_validate({"name": name, "amount": amount, "tax": tax}))


def _numbered(truth: Truth, number: str) -> Truth:
    return truth.model_copy(update={"number": number})
