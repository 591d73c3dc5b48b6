"""invoices x ledger entries -> matches, and for each that is missing, the cause.

`match(invoices, ledgers, options)` is the door; it is pure and sees only what it is given.
"""

from reconcile.matching import match
from reconcile.records import Keyed, Options

__all__ = ["Keyed", "Options", "match"]
