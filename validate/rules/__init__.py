"""The rules, a module for each group of domain.md 8, and their order."""

from validate.registry import Rule
from validate.rules import (
    amounts,
    dates,
    document,
    duplicates,
    numbers,
    parties,
    qr,
    signatures,
    structure,
    tax,
)

ALL: tuple[Rule, ...] = (
    *document.RULES,
    *numbers.RULES,
    *qr.RULES,
    *dates.RULES,
    *amounts.RULES,
    *tax.RULES,
    *parties.RULES,
    *duplicates.RULES,
    *signatures.RULES,
    *structure.RULES,
)
