"""invoices x ledger entries -> matches, and for each that is missing, the cause.

`match(invoices, ledgers, options)` is the door; it is pure and sees only what it is given. For a
million on either side there is `compare`, for one new invoice `judge`, both over an `Index` of
entries; `completeness` sums a period up.
"""

from reconcile.affected import affected
from reconcile.facts import EntryFacts, InvoiceFacts, entry_facts, invoice_facts
from reconcile.identity import invoice_key
from reconcile.index import Index
from reconcile.lean import Lean, entry_of_json, invoice_of_json
from reconcile.ledgers import About, about_ledger
from reconcile.matching import Outcome, compare, judge, match
from reconcile.period import Completeness, Figures, completeness
from reconcile.records import Failed, Keyed, Link, Options
from reconcile.touch import (
    asked,
    content_of,
    hashed,
    rows_near,
    rows_of,
    shown,
    taken_back_by,
)

__all__ = [
    "About",
    "Completeness",
    "EntryFacts",
    "Failed",
    "Figures",
    "Index",
    "InvoiceFacts",
    "Keyed",
    "Lean",
    "Link",
    "Options",
    "Outcome",
    "about_ledger",
    "affected",
    "asked",
    "compare",
    "completeness",
    "content_of",
    "entry_facts",
    "entry_of_json",
    "hashed",
    "invoice_facts",
    "invoice_key",
    "invoice_of_json",
    "judge",
    "match",
    "rows_near",
    "rows_of",
    "shown",
    "taken_back_by",
]
