"""Ledgers and other outside systems: what they export becomes `models.ledger` records.

`read_ledger(content, name)` reads one file: the tax bureau's exports and plain XLSX or CSV.
"""

from piaohe.sources.reader import open_ledger, read_ledger

__all__ = ["open_ledger", "read_ledger"]
