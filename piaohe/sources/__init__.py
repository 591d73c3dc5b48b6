"""Ledgers and other outside systems: what they export becomes `models.ledger` records.

`read_ledger(data, name)` reads one file: the tax bureau's exports and plain XLSX or CSV.
"""

from piaohe.sources.reader import read_ledger

__all__ = ["read_ledger"]
