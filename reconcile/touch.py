"""By what an invoice can be met, so that one more on either side changes only what it can touch.

A lead is a text: of a number, a seller, an entry, an invoice that is taken back. Two invoices that
share no lead, directly or through others, cannot change each other's verdicts.
"""

import hashlib
from collections.abc import Iterable, Iterator

from models.ledger import LedgerStatus
from models.match import Match, MatchState
from reconcile.facts import EntryFacts, Facts, InvoiceFacts
from reconcile.identity import invoice_key, numbers
from reconcile.index import Index

_LASTING = EntryFacts._fields.index("selected")
"""How many of an entry's facts are what it says itself; kept hashes are of these."""


def rows_near(ours: InvoiceFacts, index: Index) -> set[int]:
    """The entries an invoice may have something to do with (`Index.prepare` first)."""
    return _by_number(ours, index) | index.same_deal(ours)


def rows_of(ours: InvoiceFacts, index: Index) -> set[int]:
    """The entries with one of the invoice's numbers, and those booked in one line with them."""
    own = set(index.find(numbers(ours)))
    for row in list(own):
        entry = index.entries[row]
        if entry.shared:
            own.update(index.shared[entry.source, entry.shared[0]])
    return own


def _by_number(ours: InvoiceFacts, index: Index) -> set[int]:
    """By its number or what is left of one, and those without a number of its sellers; the same
    deal under another number is a matter of its seller."""
    rows = rows_of(ours, index)
    rows.update(index.near_number(ours, _anyone))
    rows.update(index.damaged(ours, _anyone))
    for seller in _sellers(ours):
        rows.update(index.numberless.get(seller, ()))
    return rows


def asked(ours: InvoiceFacts, index: Index, rows: Iterable[int]) -> set[str]:
    """The leads by which whatever may change with this invoice is found; `rows` are entries its
    verdicts have to do with, before and now."""
    found = {f"n:{number}" for number in numbers(ours)}
    found.update(f"s:{seller}" for seller in _sellers(ours))
    found.add(f"r:{invoice_key(ours)}")
    if ours.red_of:
        found.update((f"r:{ours.red_of}", f"n:{ours.red_of.rpartition('-')[2]}"))
    for row in rows:
        entry = index.entries[row]
        found.add(f"e:{entry.key}")
        found.update(f"n:{number}" for number in numbers(entry))
        found.update(f"s:{seller}" for seller in _sellers(entry))
    return found


def shown(ours: InvoiceFacts, verdict: Match, index: Index, *, linked: bool) -> set[str]:
    """The leads by which an invoice is to be found; none where its own number is enough, since it
    is exact and there is nothing more to it. `linked`: a person decided on it."""
    own = rows_of(ours, index)
    held = {candidate.key for candidate in verdict.candidates}
    if (
        verdict.state is MatchState.EXACT
        and not (linked or ours.red_of or (ours.long and ours.short))
        and {index.entries[row].key for row in own} == held
    ):
        return set()
    rows = _by_number(ours, index) | {row for key in held for row in index.standing_at(key)}
    found = {f"n:{number}" for number in numbers(ours)}
    found.update(f"s:{seller}" for seller in _sellers(ours))
    if ours.red_of:
        found.add(f"r:{ours.red_of}")
    for row in rows:
        entry = index.entries[row]
        found.update(f"n:{number}" for number in numbers(entry))
        if entry.damaged or entry.key in held:
            found.add(f"e:{entry.key}")
        if entry.key in held:
            found.update(f"s:{seller}" for seller in _sellers(entry))
    return found


def taken_back_by(rows: Iterable[int], index: Index) -> Iterator[int]:
    """The entries that take back, or are taken back by, any of these."""
    for row in rows:
        entry = index.entries[row]
        yield from index.reds.get(invoice_key(entry) or "", ())
        for key in entry.red_of:
            yield from index.find([key.rpartition("-")[2]])


def hashed(lead: str) -> int:
    """A lead as a number of 63 bits, the same in every process."""
    data = hashlib.blake2b(lead.encode("utf-8", "backslashreplace"), digest_size=8).digest()
    return int.from_bytes(data, "big") >> 1


def content_of(entry: EntryFacts) -> str:
    """The hash of what an entry says, wherever it stands and however its invoice fared since:
    SHA-256, 64 characters."""
    bare = entry._replace(sheet="", row=0, status=LedgerStatus.UNKNOWN, risk=None)
    said = repr(bare[:_LASTING])
    return hashlib.sha256(said.encode("utf-8", "backslashreplace")).hexdigest()


def _sellers(side: Facts) -> set[str]:
    return {seller for seller in (side.seller_tax_id, side.seller_name) if seller}


def _anyone(_: int) -> bool:
    return True
