"""A million invoices and a ledger that holds them, some of them disturbed: drawn as lean records.

What is drawn is nothing like a document: numbers, codes, days, sums and parties, with the shapes
and frequencies that matter to matching (few sellers with many invoices, round sums that come
often, numbers of 20 digits and of 8 with a code). `disturb` says what must come of each.
"""

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import itemgetter
from random import Random

from models.forms import Form
from models.ledger import Coverage, LedgerStatus
from models.match import MatchState
from reconcile import About, EntryFacts, InvoiceFacts, Options
from reconcile.facts import clean_name, clean_number, clean_tax_id

OWN = "91110108MA01ABCD5T"
SOURCE = "ledger"
NOW = datetime.datetime(2026, 7, 31, 4, 0, tzinfo=datetime.UTC)
_FIRST, _LAST = datetime.date(2025, 8, 1), datetime.date(2026, 7, 31)
_FIRST_ROW = 2
_MISREAD = {"0": "8", "1": "7", "2": "7", "3": "8", "4": "1", "5": "6", "6": "5", "7": "1"}
_MISREAD |= {"8": "3", "9": "0"}
_PROVINCES = ("11", "31", "44", "33", "32", "51", "37", "42")

Expected = tuple[MatchState, str | None, str]
"""State, cause, and which disturbance it comes from."""


@dataclass(slots=True)
class Drawn:
    """Both sides, what to expect of each invoice that was disturbed (all others are exact), and
    whose each extra row of the ledger is."""

    invoices: list[InvoiceFacts] = field(default_factory=list)
    entries: list[EntryFacts] = field(default_factory=list)
    expected: dict[str, Expected] = field(default_factory=dict)
    owner_of_extra: dict[int, int] = field(default_factory=dict)

    def owner(self, row: int, count: int) -> int | None:
        """Whose entry stands in a row: the place of the invoice as drawn; None for nobody's."""
        place = row - _FIRST_ROW
        return place if place < count else self.owner_of_extra.get(row)

    def options(self) -> Options:
        return Options(now=NOW, entities=(OWN,))

    def about(self) -> list[About]:
        coverage = Coverage(first=_FIRST, last=_LAST, entity_tax_id=OWN)
        return [About(SOURCE, "etax_invoices", coverage, len(self.entries), only_vat=True)]


@dataclass(slots=True)
class Case:
    """One invoice and its entry while they are disturbed; `entry` None is an entry that is not
    there, `more` are rows besides, each with whether it is this invoice's."""

    invoice: InvoiceFacts
    entry: EntryFacts | None
    rng: Random
    more: list[tuple[EntryFacts, bool]] = field(default_factory=list)


def draw(count: int, seed: int, disturbed: float = 0.03) -> Drawn:
    """`count` invoices and about as many entries, `disturbed` of them in one of the ways of
    `DISTURBANCES`, each as often as the others. Deterministic."""
    rng = Random(f"scale:{seed}")
    sellers = _sellers(rng, max(4, count // 40))
    drawn = Drawn()
    used: Counter[str] = Counter(dict.fromkeys(DISTURBANCES, 0))
    extra = count + _FIRST_ROW
    for place in range(count):
        invoice, entry = _pair(rng, place, rng.choice(sellers))
        case = Case(invoice, entry, rng)
        if rng.random() < disturbed and (expected := _disturb(case, used)):
            drawn.expected[case.invoice.key] = expected
            for row, is_own in case.more:
                drawn.entries.append(row._replace(row=extra))
                if is_own:
                    drawn.owner_of_extra[extra] = place
                extra += 1
        drawn.invoices.append(case.invoice)
        if case.entry is not None:
            drawn.entries.append(case.entry)
    return drawn


def _disturb(case: Case, used: Counter[str]) -> Expected | None:
    """Disturb an invoice in the least used way that its kind allows."""
    for name, _ in sorted(used.items(), key=itemgetter(1)):
        if result := DISTURBANCES[name](case):
            used[name] += 1
            return *result, name
    return None


def _sellers(rng: Random, count: int) -> list[tuple[str, str, str]]:
    """Province, tax id and name of each; names as they are printed."""
    found = []
    for _ in range(count):
        province = rng.choice(_PROVINCES)
        tax_id = f"91{province}0100MA{rng.randrange(10**7):07d}X"
        found.append(
            (province, tax_id, f"测试（{province}）第{rng.randrange(10**6)}号贸易有限公司")
        )
    return found


def _pair(rng: Random, place: int, seller: tuple[str, str, str]) -> tuple[InvoiceFacts, EntryFacts]:
    """An invoice and its entry that agree, through the cleaning every loader does."""
    province, tax_id, name = seller
    day = _FIRST + datetime.timedelta(days=rng.randrange(360))
    total = rng.choice((10000, 20000, 50000, 100000)) if rng.random() < 0.1 else 0
    total = total or int(rng.lognormvariate(10.5, 1.6)) + 100
    tax = total * 13 // 113
    form = Form.DZ_SPECIAL
    long: str | None = f"{day.year % 100}{province}{rng.randrange(10**16):016d}"
    short = code = None
    kind = rng.random()
    if kind < 0.15:
        form, long = Form.VAT_SPECIAL, None
    elif kind < 0.18:
        form = Form.DZP_SPECIAL
    if form is not Form.DZ_SPECIAL:
        short, code = f"{rng.randrange(10**8):08d}", f"{province}00{rng.randrange(19, 26)}1130"
    invoice = InvoiceFacts(
        key=f"i{place:08d}",
        long=clean_number(long),
        short=clean_number(short),
        code=clean_number(code),
        date=day,
        amount=total - tax,
        tax=tax,
        total=total,
        seller_tax_id=clean_tax_id(tax_id),
        seller_name=clean_name(name),
        buyer_tax_id=clean_tax_id(OWN),
        buyer_name=clean_name("测试买方"),
        form=form,
    )
    entry = EntryFacts(SOURCE, "", place + _FIRST_ROW, *invoice[1:12], LedgerStatus.NORMAL)
    return invoice, entry


Disturbance = Callable[[Case], tuple[MatchState, str | None] | None]


def _misread(case: Case, *, times: int = 1) -> tuple[MatchState, str | None] | None:
    number = case.invoice.long
    if number is None or case.entry is None or case.entry.short:
        return None
    digits = list(number)
    for place in case.rng.sample(range(4, 20), times):
        digits[place] = _MISREAD[digits[place]]
    case.entry = case.entry._replace(long="".join(digits))
    return MatchState.SUGGESTED, "N2"


def _swapped(case: Case) -> tuple[MatchState, str | None] | None:
    number = case.invoice.long
    if number is None or case.entry is None or case.entry.short:
        return None
    place = next((i for i in range(6, 19) if number[i] != number[i + 1]), None)
    if place is None:
        return None
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    case.entry = case.entry._replace(long=wrong)
    return MatchState.SUGGESTED, "N2"


def _other_code(case: Case) -> tuple[MatchState, str | None] | None:
    if case.invoice.long or case.entry is None or case.invoice.code is None:
        return None
    code = case.invoice.code
    case.entry = case.entry._replace(code=code[:5] + _MISREAD[code[5]] + code[6:])
    return MatchState.SUGGESTED, "N3"


def _no_code(case: Case) -> tuple[MatchState, str | None] | None:
    if case.invoice.long or case.entry is None:
        return None
    case.entry = case.entry._replace(code=None)
    return MatchState.EXACT, None


def _paper_number(case: Case) -> tuple[MatchState, str | None] | None:
    if case.invoice.form is not Form.DZP_SPECIAL or case.entry is None:
        return None
    case.entry = case.entry._replace(long=None)
    return MatchState.EXACT, None


def _changed(state: MatchState, cause: str | None, **values: object) -> Disturbance:
    def disturb(case: Case) -> tuple[MatchState, str | None]:
        if case.entry is not None:
            case.entry = case.entry._replace(**values)  # type: ignore[arg-type]
        return state, cause

    return disturb


def _other_day(case: Case) -> tuple[MatchState, str | None] | None:
    if case.entry is None or case.entry.date is None:
        return None
    case.entry = case.entry._replace(date=case.entry.date + datetime.timedelta(days=1))
    return MatchState.MISMATCH, "N4"


def _other_sum(case: Case) -> tuple[MatchState, str | None] | None:
    if case.entry is None or not isinstance(case.entry.total, int):
        return None
    case.entry = case.entry._replace(total=case.entry.total + case.rng.randrange(1, 999) * 7)
    return MatchState.MISMATCH, None


def _sums_crossed(case: Case) -> tuple[MatchState, str | None] | None:
    if case.entry is None or not case.entry.tax:
        return None
    case.entry = case.entry._replace(amount=case.entry.total, total=case.entry.amount)
    return MatchState.MISMATCH, "N5"


def _cut_name(case: Case) -> tuple[MatchState, str | None] | None:
    if case.entry is None or not case.entry.seller_name:
        return None
    name = case.entry.seller_name[:10]
    case.entry = case.entry._replace(seller_name=name, seller_tax_id=None)
    return MatchState.MISMATCH, "N19"


def _taken_back(case: Case) -> tuple[MatchState, str | None] | None:
    number, entry = case.invoice.long, case.entry
    if number is None or entry is None or not isinstance(entry.total, int):
        return None
    red = entry._replace(
        long=f"{number[:4]}{case.rng.randrange(10**16):016d}",
        short=None,
        code=None,
        amount=None,
        tax=None,
        total=-entry.total,
        red_of=(number,),
    )
    case.more.append((red, False))
    return MatchState.MISMATCH, "N9"


def _gone(case: Case) -> tuple[MatchState, str | None]:
    case.entry = None
    return MatchState.MISSING, None


def _gone_as(cause: str, **values: object) -> Disturbance:
    def disturb(case: Case) -> tuple[MatchState, str | None]:
        case.entry = None
        case.invoice = case.invoice._replace(**values)  # type: ignore[arg-type]
        return MatchState.MISSING, cause

    return disturb


def _from_elsewhere(case: Case) -> tuple[MatchState, str | None] | None:
    number, seller = case.invoice.long, case.invoice.seller_tax_id
    if number is None or seller is None:
        return None
    other = next(each for each in _PROVINCES if each != seller[2:4])
    case.invoice = case.invoice._replace(long=number[:2] + other + number[4:])
    case.entry = None
    return MatchState.MISSING, "N12"


def _lost_digits(case: Case) -> tuple[MatchState, str | None] | None:
    if case.invoice.form is not Form.DZ_SPECIAL or case.entry is None or not case.invoice.long:
        return None
    damaged = f"{int(case.invoice.long):.5E}"
    case.entry = case.entry._replace(long=None, damaged=damaged)
    return MatchState.SUGGESTED, "N18"


def _in_parts(case: Case) -> tuple[MatchState, str | None] | None:
    entry = case.entry
    if entry is None or not isinstance(entry.total, int) or not isinstance(entry.tax, int):
        return None
    part, tax = entry.total // 3, entry.tax // 3
    rest, rest_tax = entry.total - part, entry.tax - tax
    case.entry = entry._replace(amount=part - tax, tax=tax, total=part)
    other = entry._replace(amount=rest - rest_tax, tax=rest_tax, total=rest)
    case.more.append((other, True))
    return MatchState.EXACT, None


def _booked_twice(case: Case) -> tuple[MatchState, str | None] | None:
    if case.entry is None:
        return None
    case.more.append((case.entry, True))
    return MatchState.EXACT, None


def _stray_beside(case: Case) -> tuple[MatchState, str | None] | None:
    """An invoice of the same seller, day and sum that nobody handed in."""
    number, entry = case.invoice.long, case.entry
    if number is None or entry is None:
        return None
    other = f"{number[:4]}{case.rng.randrange(10**16):016d}"
    case.more.append((entry._replace(long=other, short=None, code=None), False))
    return MatchState.EXACT, None


DISTURBANCES: dict[str, Disturbance] = {
    "a digit misread": _misread,
    "two digits misread": lambda case: _misread(case, times=2),
    "neighbours swapped": _swapped,
    "another code": _other_code,
    "code left out": _no_code,
    "paper number only": _paper_number,
    "another day": _other_day,
    "another sum": _other_sum,
    "sums crossed": _sums_crossed,
    "name cut off": _cut_name,
    "void": _changed(MatchState.MISMATCH, "N10", status=LedgerStatus.VOID),
    "red-lettered": _changed(MatchState.MISMATCH, "N9", status=LedgerStatus.RED_FULL),
    "only the red letter shows": _taken_back,
    "not there": _gone,
    "not there yet": _gone_as("N1", date=_LAST - datetime.timedelta(days=1)),
    "before the period": _gone_as("N6", date=datetime.date(2025, 3, 3)),
    "another company's": _gone_as("N7", buyer_tax_id="91310000MA1FL0B15M"),
    "buyer mistyped": _gone_as("N8", buyer_tax_id=OWN[:-1] + "7"),
    "a taxi ticket": _gone_as("N13", form=Form.TAXI, long=None, code="111002081021"),
    "QR code against print": _gone_as("N14", against=("R-QR-05",)),
    "seller registered elsewhere": _from_elsewhere,
    "digits lost": _lost_digits,
    "in two parts": _in_parts,
    "booked twice": _booked_twice,
    "another of the same seller and sum": _stray_beside,
}
