"""The three amounts, decided together: equation, capitals, QR and lines against each other."""

import itertools
from dataclasses import dataclass
from decimal import Decimal

from models.invoice import FieldName
from models.page import Source
from ocr.extract.amounts import Amounts
from ocr.extract.sheet import Seen
from ocr.resolve.cut import with_cut
from ocr.resolve.evidence import Verdict

CENT = Decimal("0.01")
_SURE = 0.9
_FEWEST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What besides the three printed amounts speaks about them."""

    capital: Decimal | None = None
    qr: Decimal | None = None
    qr_is_total: bool | None = None
    line_amounts: Decimal | None = None
    line_taxes: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Triple:
    amount: Seen | None
    tax: Seen | None
    total: Seen | None

    @property
    def read(self) -> list[Seen]:
        return [seen for seen in (self.amount, self.tax, self.total) if seen is not None]

    @property
    def has_one_print_twice(self) -> bool:
        """Whether one figure was seen as two of them, its column or row being unknown."""
        places = [seen.place for seen in self.read if seen.place is not None]
        return len(set(places)) < len(places)


def decide_money(amounts: Amounts, witnesses: Witnesses) -> dict[FieldName, Verdict]:
    """The verdicts on amount, tax and total.

    All combinations of the readings are weighed; the one most witnesses agree with wins. What was
    not read is derived only from two others of which the total is confirmed by a witness.
    """
    amounts = with_cut(amounts)
    best = max(_triples(amounts), key=lambda triple: _weight(triple, witnesses, amounts))
    best = _completed(best, amounts, witnesses)
    verdicts: dict[FieldName, Verdict] = {}
    for name, winner, readings in (
        (FieldName.AMOUNT, best.amount, amounts.amounts),
        (FieldName.TAX, best.tax, amounts.taxes),
        (FieldName.TOTAL, best.total, amounts.totals),
    ):
        if winner is not None:
            verdict = Verdict(winner, list(readings))
            verdict.confirmed_by = _confirmations(name, best, witnesses, amounts)
            verdict.corrected_by = _correction(name, winner, amounts, verdict.confirmed_by)
            # a sum may fill a gap, but it may not quietly overrule what is printed there
            verdict.contested = winner.source is Source.DERIVED and bool(readings)
            verdicts[name] = verdict
    _mark_contradictions(best, witnesses, amounts, verdicts)
    return verdicts


def _triples(amounts: Amounts) -> list[_Triple]:
    """Every combination of readings, each field also as not read. No print is two of them."""
    options = (
        [*amounts.amounts[:6], None],
        [*amounts.taxes[:6], None],
        [*amounts.totals[:6], *([amounts.capital] if amounts.capital else []), None],
    )
    every = (_Triple(*combination) for combination in itertools.product(*options))
    return [triple for triple in every if not triple.has_one_print_twice]


def _weight(triple: _Triple, witnesses: Witnesses, amounts: Amounts) -> float:
    """How well a combination fits: the sureness of its readings, and who agrees with it."""
    weight = sum(seen.confidence for seen in triple.read)
    if triple.total is not None and triple.total is amounts.capital:
        # the figures are the total as printed; the capitals stand in only where they say otherwise
        weight -= 0.5
    if _adds_up(triple, amounts):
        weight += 1.5
    elif len(triple.read) == 3:
        weight -= 1.5
    total, amount, tax = (_value(seen) for seen in (triple.total, triple.amount, triple.tax))
    if witnesses.capital is not None and total is not None:
        weight += 1.2 if witnesses.capital == total else -0.6
    if witnesses.qr is not None:
        weight += 1.2 if _qr_agrees(amount, total, witnesses) else -0.4
    if witnesses.line_amounts is not None and amount is not None:
        weight += 0.6 if abs(witnesses.line_amounts - amount) <= CENT else 0.0
    if witnesses.line_taxes is not None and tax is not None:
        weight += 0.4 if abs(witnesses.line_taxes - tax) <= CENT else 0.0
    return weight


def _value(seen: Seen | None) -> Decimal | None:
    return Decimal(seen.value) if seen else None


def _adds_up(triple: _Triple, amounts: Amounts) -> bool:
    """Whether amount + tax = total, a tax printed as *** or 免税 counting as nothing."""
    amount, tax, total = (_value(seen) for seen in (triple.amount, triple.tax, triple.total))
    if amount is None or total is None or (tax is None and not amounts.tax_is_blank):
        return False
    return abs(amount + (tax or 0) - total) < CENT


def _qr_agrees(amount: Decimal | None, total: Decimal | None, witnesses: Witnesses) -> bool:
    """Whether the QR's amount is the one it should be; for types whose basis is unsure either."""
    if witnesses.qr_is_total:
        return witnesses.qr == total
    return witnesses.qr == amount or (total is not None and witnesses.qr == total)


def _completed(triple: _Triple, amounts: Amounts, witnesses: Witnesses) -> _Triple:
    """The combination with what was not read filled in from capitals, QR and the equation."""
    amount, tax, total = triple.amount, triple.tax, triple.total
    if total is None and witnesses.qr is not None and witnesses.qr_is_total:
        total = _derived(witnesses.qr, Source.QR)
    if amount is None and witnesses.qr is not None and witnesses.qr_is_total is False:
        amount = _derived(witnesses.qr, Source.QR)
    a, t, g = _value(amount), _value(tax), _value(total)
    if g is None and a is not None and t is not None:
        # nothing was printed legibly: the sum of the two others is shown, but not as certain
        total = _derived(a + t, Source.DERIVED)
    sure = g is not None and (
        witnesses.capital == g or (witnesses.qr == g and witnesses.qr_is_total)
    )
    if sure and g is not None:
        if a is None and t is not None:
            amount = _derived(g - t, Source.DERIVED)
        elif (
            t is None
            and a is not None
            and not amounts.tax_is_blank
            and g > a
            and _shows_cents(amount)
        ):
            # where nothing is left, *** is printed as likely as 0.00
            tax = _derived(g - a, Source.DERIVED)
        elif a is None and amounts.tax_is_blank:
            amount = _derived(g, Source.DERIVED)
    return _Triple(amount, tax, total)


def _shows_cents(seen: Seen | None) -> bool:
    """Whether a figure has as many digits as one with its 分: of a shorter one some were lost."""
    return seen is not None and sum(map(str.isdigit, seen.raw)) >= _FEWEST_DIGITS


def _derived(value: Decimal, source: Source) -> Seen:
    text = str(value.quantize(CENT))
    return Seen(text, text, source, 0.9 if source is Source.QR else 0.8)


def _confirmations(
    name: FieldName, triple: _Triple, witnesses: Witnesses, amounts: Amounts
) -> list[str]:
    """The witnesses that agree with a field's value, none of them its own source."""
    amount, tax, total = (_value(seen) for seen in (triple.amount, triple.tax, triple.total))
    own = {FieldName.AMOUNT: triple.amount, FieldName.TAX: triple.tax}.get(name, triple.total)
    found: list[str] = []
    derived = any(seen.source is Source.DERIVED for seen in triple.read)
    if _adds_up(triple, amounts) and not derived:
        found.append("arithmetic")
    if (
        name is FieldName.TOTAL
        and own not in (None, amounts.capital)
        and total == witnesses.capital
    ):
        found.append("capital_amount")
    from_qr = own is not None and own.source is Source.QR
    if witnesses.qr is not None and not from_qr:
        same = witnesses.qr == total if name is FieldName.TOTAL else witnesses.qr == amount
        basis = name is FieldName.TOTAL or (name is FieldName.AMOUNT and not witnesses.qr_is_total)
        if same and basis:
            found.append("qr")
    lines = witnesses.line_amounts if name is FieldName.AMOUNT else witnesses.line_taxes
    mine = amount if name is FieldName.AMOUNT else tax
    if name is not FieldName.TOTAL and lines is not None and lines == mine:
        found.append("lines")
    return found


def _correction(
    name: FieldName, winner: Seen, amounts: Amounts, confirmed_by: list[str]
) -> str | None:
    """What chose a value that is not simply as printed (a lost decimal point, a difference)."""
    if winner is amounts.capital:
        return "capital_amount"
    if winner.source is Source.DERIVED:
        # amount and tax are derived only where a witness speaks for the total; a total never is
        return None if name is FieldName.TOTAL else "arithmetic"
    if winner.source is not Source.QR and winner.confidence < 0.55 and confirmed_by:
        return confirmed_by[0]
    return None


def _mark_contradictions(
    triple: _Triple, witnesses: Witnesses, amounts: Amounts, verdicts: dict[FieldName, Verdict]
) -> None:
    """Lower the trust in amounts that do not add up, or that capitals or QR contradict."""
    total = _value(triple.total)
    if len(triple.read) == 3 and not _adds_up(triple, amounts):
        for verdict in verdicts.values():
            verdict.contested = not verdict.confirmed_by
    if FieldName.TOTAL in verdicts and total is not None:
        against = witnesses.capital is not None and witnesses.capital != total
        if witnesses.qr is not None and witnesses.qr_is_total:
            against = against or witnesses.qr != total
        # a figure read surely is what stands there, however many witnesses say it is wrong
        against = against or any(
            seen.confidence >= _SURE and _value(seen) != total for seen in amounts.totals
        )
        if against:
            verdicts[FieldName.TOTAL].contested = True
