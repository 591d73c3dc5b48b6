"""A company's own categories and account codes: configuration on top of the label.

The rules come from a mapping file that the shell reads (TOML: `[[categories]]` tables with the
fields of `OwnCategory`, `[[rules]]` with those of `MapRule`); the first rule that fits wins, so
special rules stand before general ones.
"""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import Field, model_validator

from classify.records import Label
from classify.vocabulary import vocabulary
from models.invoice import Invoice, LineItem
from models.record import Record
from models.text import squash

MOST_RULES = 2000
MOST_CATEGORIES = 200


class MapRule(Record):
    """When a rule fits (every condition that is given must), and what it books.

    `category` is an id of domain.md 9 or one of the company's own. `seller` and `item` are
    parts of the seller's name and of an item's text, `short_name` the whole name between the
    asterisks. Without `company_category` only the account is set.
    """

    category: str | None = None
    seller: str | None = None
    short_name: str | None = None
    item: str | None = None
    company_category: str | None = None
    account: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "MapRule":
        if not any((self.category, self.seller, self.short_name, self.item)):
            raise ValueError("a rule needs category, seller, short_name or item")
        if not (self.company_category or self.account):
            raise ValueError("a rule needs company_category or account")
        return self


class OwnCategory(Record):
    """A category of the company's own, and the id of domain.md 9 it is a part of."""

    name: str = Field(min_length=1, max_length=40)
    standard: str
    account: str | None = None


class Booking(Record):
    """Where a part of an invoice is booked; `category` is an id of domain.md 9.

    `rule` counts the map's rules from 0 and is None where the default account of domain.md 9
    was taken; `account` is None where neither says one.
    """

    category: str | None
    company_category: str | None
    account: str | None
    amount: Decimal | None
    lines: tuple[int, ...]
    rule: int | None


class CategoryMap(Record):
    """A company's own categories, and its rules in order."""

    categories: tuple[OwnCategory, ...] = Field(default=(), max_length=MOST_CATEGORIES)
    rules: tuple[MapRule, ...] = Field(default=(), max_length=MOST_RULES)

    def standard(self, name: str | None) -> str | None:
        """The id of domain.md 9 of a category, standard or the company's own; None for neither."""
        if any(each.id == name for each in vocabulary().categories):
            return name
        own = self._own(name)
        return own.standard if own else None

    def _own(self, name: str | None) -> OwnCategory | None:
        return next((own for own in self.categories if own.name == name), None)

    def bookings(self, invoice: Invoice, label: Label) -> tuple[Booking, ...]:
        """Where each part of a labelled invoice is booked; one entry for one without lines.

        Lines of one share that different rules book differently become bookings of their own.
        """
        if not label.split:
            return (self._book(label.category, invoice, None, ()),)
        parts: dict[tuple[str | None, str | None, str | None, int | None], list[int]] = {}
        for share in label.split:
            for line in share.lines:
                one = self._book(share.category, invoice, invoice.items[line], (line,))
                key = (one.category, one.company_category, one.account, one.rule)
                parts.setdefault(key, []).append(line)
        return tuple(
            Booking(
                category=category,
                company_category=own,
                account=account,
                amount=_sum([invoice.items[line] for line in lines]),
                lines=tuple(lines),
                rule=rule,
            )
            for (category, own, account, rule), lines in parts.items()
        )

    def _book(
        self, category: str | None, invoice: Invoice, item: LineItem | None, lines: tuple[int, ...]
    ) -> Booking:
        seller = squash(invoice.seller_name or "")
        text = squash(item.name) if item else ""
        own, standard = self._own(category), self.standard(category)
        name = own.name if own else None
        usual = (own.account if own else None) or _default_account(standard)
        for place, rule in enumerate(self.rules):
            if _fits(rule, {category, standard}, seller, text):
                account = rule.account or usual
                return _booking(standard, rule.company_category or name, account, lines, place)
        return _booking(standard, name, usual, lines, None)


def _booking(
    category: str | None,
    own: str | None,
    account: str | None,
    lines: tuple[int, ...],
    rule: int | None,
) -> Booking:
    return Booking(
        category=category,
        company_category=own,
        account=account,
        amount=None,
        lines=lines,
        rule=rule,
    )


def _fits(rule: MapRule, categories: set[str | None], seller: str, text: str) -> bool:
    if rule.category is not None and rule.category not in categories:
        return False
    if rule.seller is not None and squash(rule.seller) not in seller:
        return False
    if rule.short_name is not None and not text.startswith(f"*{squash(rule.short_name)}*"):
        return False
    return rule.item is None or squash(rule.item) in text


def _default_account(category: str | None) -> str | None:
    known = (each.account for each in vocabulary().categories if each.id == category)
    return next(known, None)


def _sum(items: Sequence[LineItem]) -> Decimal | None:
    amounts = [item.amount for item in items]
    if any(amount is None for amount in amounts):
        return None
    return sum((amount for amount in amounts if amount is not None), Decimal(0))
