"""How two sides differ in their values, and how alike they are."""

import re
from typing import TypeAlias

from reconcile.facts import EntryFacts, Facts, InvoiceFacts, Money, shown

Differences: TypeAlias = dict[str, tuple[str | None, str | None]]

MONEY = frozenset({"amount", "tax", "total"})
_ORDER = ("date", "tax", "seller_tax_id", "seller_name", "buyer_tax_id", "buyer_name")
_LEGAL = re.compile(r"股份|有限|责任|公司|集团|[()（）·.,，\-]")
"""What the names of one company are written with and without."""
_SHORTEST_CUT = 4
_LONGEST_NUMBER = 20
_NEXT = 20
"""Numbers this close may have been issued one after the other."""


def whole(side: Facts) -> Money | None:
    """价税合计, added up where it is not stated."""
    if side.total is None and isinstance(side.amount, int) and isinstance(side.tax, int):
        return side.amount + side.tax
    return side.total


def lone_amount(side: Facts) -> Money | None:
    """The only figure where a ledger has just a column 金额, which may include tax or not."""
    return side.amount if side.tax is None and side.total is None else None


def differences(ours: InvoiceFacts, theirs: EntryFacts) -> Differences:
    """Where both sides say something and it is not the same; what is missing is no difference."""
    found: Differences = {}
    for name in _ORDER:
        _compare(found, name, getattr(ours, name), getattr(theirs, name))
    lone = lone_amount(theirs)
    if lone is not None:
        if lone not in (ours.amount, whole(ours)):
            mine = whole(ours)
            _compare(found, "amount", ours.amount if mine is None else mine, lone)
        return found
    _compare(found, "amount", ours.amount, theirs.amount)
    if None in (ours.amount, theirs.amount) or None not in (ours.total, theirs.total):
        _compare(found, "total", whole(ours), whole(theirs))
    return found


def _compare(found: Differences, name: str, ours: object, theirs: object) -> None:
    if ours is not None and theirs is not None and ours != theirs:
        found[name] = (shown(ours), shown(theirs))


def agrees(ours: InvoiceFacts, theirs: EntryFacts) -> bool:
    """Whether `differences` would find none, and both state the 价税合计 so that this says
    something. Quick: what cannot be judged at a glance is said to be False."""
    for mine, other in zip(ours[4:12], theirs[6:14], strict=True):
        if mine != other and mine is not None and other is not None:
            return False
    return ours[7] is not None and theirs[9] is not None


def same_money(ours: InvoiceFacts, theirs: EntryFacts) -> bool:
    """Whether both sides state the same 价税合计."""
    lone = lone_amount(theirs)
    mine = whole(ours)
    if lone is not None:
        return lone in (ours.amount, mine)
    return mine is not None and mine == whole(theirs)


def money_compared(ours: InvoiceFacts, theirs: EntryFacts) -> bool:
    """Whether both sides state a figure that can be compared."""
    mine, other = whole(ours), whole(theirs)
    pairs = ((ours.amount, theirs.amount), (mine, other), (mine, theirs.amount))
    return any(None not in pair for pair in pairs)


def same_seller(ours: Facts, theirs: Facts) -> bool:
    """Whether the seller is the same by tax id, or by name where one side has no id."""
    if ours.seller_tax_id and theirs.seller_tax_id:
        return ours.seller_tax_id == theirs.seller_tax_id
    return ours.seller_name is not None and ours.seller_name == theirs.seller_name


def same_date(ours: Facts, theirs: Facts) -> bool:
    return ours.date is not None and ours.date == theirs.date


def corroborated(ours: InvoiceFacts, theirs: EntryFacts) -> bool:
    """Whether enough besides a short number speaks for the two being one invoice: the money, or
    where that says nothing or something else both the day and the seller. Numbers of eight
    digits come round again, and one seller sells every day."""
    return (
        same_money(ours, theirs)
        or (ours.amount is not None and ours.amount == theirs.amount)
        or (same_date(ours, theirs) and same_seller(ours, theirs))
    )


def is_sibling(ours: InvoiceFacts, theirs: EntryFacts) -> bool:
    """Whether two numbers are so close that the seller may have issued one after the other, and
    the money says it did: then a near number is no sign of a misreading."""
    if same_money(ours, theirs) or not money_compared(ours, theirs):
        return False
    mine, other = ours.long or ours.short or "", theirs.long or theirs.short or ""
    if len(mine) != len(other) or len(mine) > _LONGEST_NUMBER:
        return False
    if not (mine.isdecimal() and other.isdecimal()):
        return False
    return abs(int(mine) - int(other)) <= _NEXT


def contradicts(ours: Facts, theirs: Facts) -> bool:
    """Whether day or seller, as far as both state them, speak against one another."""
    if ours.date is not None and theirs.date is not None and ours.date != theirs.date:
        return True
    both_ids = ours.seller_tax_id and theirs.seller_tax_id
    both_names = ours.seller_name and theirs.seller_name
    return bool(both_ids or both_names) and not same_seller(ours, theirs)


def score(ours: InvoiceFacts, theirs: EntryFacts, *, number: int) -> float:
    """How alike two invoices are, 0 to 1 (domain.md 6.4, N2); `number` is what the number adds,
    in tenths: 5 within one edit, 4 within two confusable characters, else 0."""
    points = (
        number
        + 2 * same_money(ours, theirs)
        + 2 * same_seller(ours, theirs)
        + 1 * same_date(ours, theirs)
    )
    return points / 10


def money_swapped(ours: InvoiceFacts, theirs: EntryFacts, found: Differences) -> bool:
    """Whether 金额 and 价税合计 were taken for each other (N5)."""
    if not found.keys() & MONEY:
        return False
    mine = whole(ours)
    crossed_total = theirs.total is not None and theirs.total == ours.amount
    crossed_amount = theirs.amount is not None and theirs.amount == mine
    return (crossed_total or crossed_amount) and ours.amount != mine


def same_name_loosely(ours: str, theirs: str) -> bool:
    """Whether one name is the other cut off, or both differ only in the words and brackets that
    companies' names are written with and without (N19)."""
    short, long = sorted((ours, theirs), key=len)
    if len(short) >= _SHORTEST_CUT and long.startswith(short):
        return True
    bare = _LEGAL.sub("", ours)
    return len(bare) >= _SHORTEST_CUT and bare == _LEGAL.sub("", theirs)
