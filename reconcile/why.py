"""An invoice that is in the ledger: does it agree, and if not, why not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from models.ledger import LedgerStatus
from models.match import Match, MatchCandidate, MatchState, Side, Step
from reconcile.books import MOST_CANDIDATES, World, candidate_of
from reconcile.compare import (
    MONEY,
    Differences,
    money_compared,
    money_swapped,
    same_money,
    same_name_loosely,
    whole,
)
from reconcile.facts import EntryFacts, InvoiceFacts
from reconcile.identity import Agreement, invoice_key
from reconcile.messages import listed, said

_RED = frozenset({LedgerStatus.RED_FULL, LedgerStatus.RED})
_PLAIN = frozenset({LedgerStatus.NORMAL, LedgerStatus.UNKNOWN})
_PENDING = "red_pending"
_EXACT = said("exact")


@dataclass(frozen=True, slots=True)
class Hit:
    """An invoice found in one ledger, in one row or in several that add up to it."""

    rows: tuple[int, ...]
    agreement: Agreement = Agreement.SAME
    found: Differences = field(default_factory=dict)
    spare: tuple[int, ...] = ()
    """Further rows of the same invoice in the same ledger: booked more than once."""
    step: Step = Step.KEY


def found_match(world: World, place: int, hits: Sequence[Hit]) -> Match:
    """The match of an invoice that has its entries: exact, or mismatch and why.

    The causes of a mismatch in order: N10 void, N9 red-lettered, N20 a red letter begun, N12
    issued for another seller (代开), N5 amounts taken for each other, N4 date, N19 a name
    written otherwise. The first is `cause`, the rest `also`.
    """
    ours = world.ours[place]
    found: Differences = {}
    candidates = []
    hits = sorted(hits, key=lambda hit: -len(hit.found))
    for hit in hits:
        here = hit.found | _status_difference(world, ours, world.entry(hit.rows[0]))
        found = here | found
        candidates += [candidate_of(world.entry(row), 1.0, here) for row in hit.rows]
    causes = list(dict.fromkeys(_causes(world, ours, hits, found)))
    cause = causes[0] if causes else None
    text = (f"mismatch/{cause}" if cause else "mismatch") if found else "exact"
    if found.keys() == {"status"} and not cause:
        text = "mismatch/RED_PART"
    return Match(
        side=Side.INVOICE,
        key=ours.key,
        state=MatchState.MISMATCH if found else MatchState.EXACT,
        cause=cause,
        also=tuple(causes[1:]),
        step=max((hit.step for hit in hits), key=list(Step).index),
        candidates=tuple(candidates[:MOST_CANDIDATES]),
        evidence=_evidence(world, ours, hits),
        **said(text, *listed(found)),
    )


def exact_match(world: World, place: int, rows: tuple[int, ...]) -> Match:
    """What `found_match` says of an invoice whose rows, one in each ledger, agree in everything.

    Made without checks, which are most of the cost where there are a million.
    """
    entries = [world.entry(row) for row in rows]
    evidence = seen(*entries)
    if len(world.index.sources) > len(rows):
        absent_from = set(world.index.sources) - {entry.source for entry in entries}
        evidence["not_in"] = ", ".join(sorted(absent_from))
    if len(rows) > 1:
        evidence["rows"] = str(len(rows))
    candidates = tuple(
        MatchCandidate.model_construct(key=entry.key, score=1.0, differences={})
        for entry in entries[:MOST_CANDIDATES]
    )
    return Match.model_construct(
        side=Side.INVOICE,
        key=world.ours[place].key,
        state=MatchState.EXACT,
        step=Step.KEY,
        candidates=candidates,
        evidence=evidence,
        message=_EXACT["message"],
        message_en=_EXACT["message_en"],
    )


def _evidence(world: World, ours: InvoiceFacts, hits: Sequence[Hit]) -> dict[str, str]:
    rows = [world.entry(row) for hit in hits for row in hit.rows]
    evidence = seen(*(world.entry(hit.rows[0]) for hit in hits))
    if not any(money_compared(ours, row) for row in rows):
        # the number alone agrees: a person should know
        evidence["not_compared"] = "total"
    if absent_from := set(world.index.sources) - {row.source for row in rows}:
        evidence["not_in"] = ", ".join(sorted(absent_from))
    if len(rows) > 1:
        evidence["rows"] = str(len(rows))
    if pending := _pending(world, ours):
        evidence["red_confirmation"] = pending
    if red := _red_entries(world, rows):
        evidence["red_entries"] = red
    return evidence


def _red_entries(world: World, rows: Sequence[EntryFacts]) -> str:
    keys = [invoice_key(row) for row in rows]
    places = [place for key in keys if key for place in world.index.reds.get(key, ())]
    return ", ".join(dict.fromkeys(world.entry(place).key for place in places[:MOST_CANDIDATES]))


def _pending(world: World, ours: InvoiceFacts) -> str | None:
    """The red-letter confirmation that was begun for the invoice."""
    held = world.options.confirmations.get(invoice_key(ours) or "")
    return (held.number or held.state or _PENDING) if held and held.pending else None


def _status_difference(world: World, ours: InvoiceFacts, theirs: EntryFacts) -> Differences:
    """That the ledger, or a list beside it, says the invoice no longer counts in full."""
    status = theirs.status
    if _cancelled(world, theirs):
        shown = LedgerStatus.RED_FULL if status in _PLAIN else status
        return {"status": (LedgerStatus.NORMAL.value, shown.value)}
    if status is LedgerStatus.RED_PART:
        return {"status": (LedgerStatus.NORMAL.value, status.value)}
    return {"status": (LedgerStatus.NORMAL.value, _PENDING)} if _pending(world, ours) else {}


def _cancelled(world: World, theirs: EntryFacts) -> str | None:
    """N9 or N10 where the ledger says the invoice no longer counts."""
    if theirs.status is LedgerStatus.VOID:
        return "N10"
    taken_back = world.index.red.get(invoice_key(theirs) or "")
    mine = whole(theirs)
    nets = isinstance(mine, int) and mine and taken_back == -mine
    return "N9" if nets or theirs.status in _RED else None


def _causes(
    world: World, ours: InvoiceFacts, hits: Sequence[Hit], found: Differences
) -> Iterator[str]:
    """What applies, in the order documented at `found_match`."""
    rows = [world.entry(hit.rows[0]) for hit in hits]
    cancelled = {why for row in rows if (why := _cancelled(world, row))}
    yield from (cause for cause in ("N10", "N9") if cause in cancelled)
    if _pending(world, ours):
        yield "N20"
    if found.keys() & {"seller_name", "seller_tax_id"} and _issued_for(ours, rows):
        yield "N12"
    swapped = any(money_swapped(ours, row, hit.found) for row, hit in zip(rows, hits, strict=True))
    if swapped:
        yield "N5"
    if "date" in found and (swapped or not found.keys() & MONEY):
        agreeing = swapped or all(same_money(ours, row) for row in rows) or len(hits[0].rows) > 1
        if agreeing:
            yield "N4"
    if _names_written_otherwise(ours, rows, found):
        yield "N19"


def _issued_for(ours: InvoiceFacts, rows: Sequence[EntryFacts]) -> bool:
    """Whether the ledger names the real seller of an invoice a tax office issued."""
    name = ours.issued_for
    return bool(name) and any(
        row.seller_name and same_name_loosely(name or "", row.seller_name) for row in rows
    )


def _names_written_otherwise(
    ours: InvoiceFacts, rows: Sequence[EntryFacts], found: Differences
) -> bool:
    """Whether the names that differ are the same but for how they are written (N19); another
    tax id makes it another company."""
    pairs = []
    if "seller_name" in found and "seller_tax_id" not in found:
        pairs += [(ours.seller_name, row.seller_name) for row in rows]
    if "buyer_name" in found and "buyer_tax_id" not in found:
        pairs += [(ours.buyer_name, row.buyer_name) for row in rows]
    return bool(pairs) and all(
        mine and other and same_name_loosely(mine, other)
        for mine, other in pairs
        if mine != other and mine and other
    )


def seen(*entries: EntryFacts) -> dict[str, str]:
    """What else the ledgers say of an invoice's entries, one of each, that a reviewer should see.

    `selected` is "yes" where one of them says that it is ticked for deduction, "no" where none
    does and one says that it is not.
    """
    found: dict[str, str] = {}
    for entry in entries:
        if entry.voucher_no:
            found["voucher_no"] = entry.voucher_no
        if entry.risk and entry.risk != "正常":
            found["risk"] = entry.risk
        if entry.status not in _PLAIN:
            found["ledger_status"] = entry.status.value
        if entry.selected is not None and found.get("selected") != "yes":
            found["selected"] = "yes" if entry.selected else "no"
    return found
