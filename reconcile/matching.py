"""Invoices against ledgers: by key, then nearly by key, then the cause of what is left."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.ledger import Ledger, LedgerEntry, LedgerStatus
from models.match import Match, MatchState, Side
from reconcile.books import MOST_CANDIDATES, Books, candidate_of
from reconcile.causes import Diagnosis
from reconcile.facts import (
    Differences,
    corroborated,
    differences,
    facts_of,
    money_compared,
    money_swapped,
    same_money,
    summed,
)
from reconcile.identity import Agreement, invoice_identity
from reconcile.index import NearIndex, NumberIndex, Ours, Theirs, prepared
from reconcile.messages import listed, said
from reconcile.near import unaccounted, unmatched
from reconcile.records import Keyed, Options

_RED_OF = re.compile(r"被红冲蓝字数电(?:发票|票)号码[:：](\d{20})")
_MONEY = frozenset({"amount", "tax", "total"})
_RED = frozenset({LedgerStatus.RED_FULL, LedgerStatus.RED})


@dataclass(frozen=True, slots=True)
class _Hit:
    """An invoice found by key in one ledger, in one row or in several that add up to it."""

    rows: tuple[Theirs, ...]
    agreement: Agreement
    found: Differences
    spare: tuple[Theirs, ...] = ()
    """Further rows of the same invoice in the same ledger: booked more than once."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What judging a hit needs of the ledgers as a whole."""

    red: dict[str, Decimal]
    sources: frozenset[str]


def match(invoices: Sequence[Keyed], ledgers: Sequence[Ledger], options: Options) -> list[Match]:
    """One Match per invoice in the order given, then one per entry no invoice accounts for.

    An exact match needs the same number (domain.md 0.1); which of two copies takes an entry is
    decided by content and key, not by order. Suggestions leave their entry out of the second
    part, since a partner is named. Time grows with the number of both, not with their product.
    """
    entries = prepared(ledgers)
    ours = [
        Ours(place, keyed.key, invoice_identity(keyed.invoice), facts_of(keyed.invoice))
        for place, keyed in enumerate(invoices)
    ]
    books = Books()
    results = _by_key(ours, entries, books)
    rest = [each for each in ours if each.place not in results]
    near = NearIndex(each for each in entries if books.is_free(each))
    diagnosis = Diagnosis(ledgers, options)
    for each in rest:
        cause = diagnosis.of(invoices[each.place].invoice)
        results[each.place] = unmatched(each, cause, near, books)
    by_invoice = [results[place] for place in range(len(ours))]
    return by_invoice + unaccounted(entries, books)


def _by_key(ours: Sequence[Ours], entries: Sequence[Theirs], books: Books) -> dict[int, Match]:
    """Matches of all invoices whose number a ledger has."""
    index = NumberIndex(entries)
    hits = {each.place: found for each in ours if (found := _hits(each, index))}
    claims = [(each, hit) for each in ours for hit in hits.get(each.place, ())]
    owners: dict[int, Ours] = {}
    for each, hit in sorted(claims, key=_claim_order):
        if not any(row.place in owners for row in hit.rows):
            owners.update({row.place: each for row in hit.rows})
            books.spare.update({row.place: each.key for row in hit.spare})
    books.taken.update({place: owner.key for place, owner in owners.items()})
    known = _Known(_red_totals(entries), frozenset(each.entry.source for each in entries))
    results: dict[int, Match] = {}
    for each in ours:
        kept, copies = [], []
        for hit in hits.get(each.place, ()):
            owner = next(owners[row.place] for row in hit.rows if row.place in owners)
            if owner is each:
                kept.append(hit)
            elif _is_copy(each, owner):
                copies.append((hit, owner))
        if copies:
            results[each.place] = _duplicate(each, [hit for hit, _ in copies], copies[0][1])
        elif kept:
            results[each.place] = _found(each, kept, known)
    return results


def _claim_order(claim: tuple[Ours, _Hit]) -> tuple[int, int, str, int]:
    """The surest claim first, whatever the order of input: stronger key, fewer differences."""
    ours, hit = claim
    return hit.agreement.value, len(hit.found), ours.key, ours.place


def _is_copy(ours: Ours, winner: Ours) -> bool:
    """Two invoices may share an entry that lacks a code; they are copies only if theirs agree."""
    return ours.identity.agreement(winner.identity) is not Agreement.NONE


def _hits(ours: Ours, index: NumberIndex) -> list[_Hit]:
    """What each ledger has under the invoice's number, at most one hit for each ledger."""
    by_source: dict[int, dict[Agreement, list[Theirs]]] = defaultdict(lambda: defaultdict(list))
    for theirs in index.find(ours.identity):
        agreement = ours.identity.agreement(theirs.identity)
        if agreement is Agreement.SAME or (
            agreement is Agreement.WEAK and corroborated(ours.facts, theirs.facts)
        ):
            by_source[theirs.source][agreement].append(theirs)
    hits = []
    for _, found in sorted(by_source.items()):
        if found[Agreement.SAME]:
            hits.append(_chosen(ours, found[Agreement.SAME], Agreement.SAME))
        elif weak := _unambiguous(ours, found[Agreement.WEAK]):
            hits.append(_chosen(ours, weak, Agreement.WEAK))
    return hits


def _unambiguous(ours: Ours, rows: Sequence[Theirs]) -> list[Theirs]:
    """Rows found by a short number alone, if they are one invoice: several codes decide nothing
    unless only one of them has no difference."""
    codes = {row.identity.code for row in rows}
    if len(codes) == 1:
        return list(rows)
    clean = [row for row in rows if not differences(ours.facts, row.facts)]
    return clean if len({row.identity.code for row in clean}) == 1 else []


def _chosen(ours: Ours, rows: Sequence[Theirs], agreement: Agreement) -> _Hit:
    """The row that agrees best, or all of them where only their sum agrees."""
    compared = [(differences(ours.facts, row.facts), row) for row in rows]
    found, best = min(compared, key=lambda pair: (len(pair[0]), pair[1].order))
    if len(rows) > 1 and found.keys() & _MONEY:
        together = summed([row.facts for row in rows])
        left = differences(ours.facts, together)
        if same_money(ours.facts, together) and not left.keys() & _MONEY:
            return _Hit(tuple(rows), agreement, left)
    spare = tuple(row for row in rows if row is not best)
    return _Hit((best,), agreement, found, spare)


def _red_totals(entries: Iterable[Theirs]) -> dict[str, Decimal]:
    """For each blue number, what red invoices that name it take back (N9)."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for theirs in entries:
        if theirs.entry.remark and (not theirs.entry.positive or "被红冲" in theirs.entry.remark):
            for number in _RED_OF.findall(theirs.entry.remark.replace(" ", "")):
                totals[number] += theirs.facts.whole or Decimal(0)
    return totals


def _found(ours: Ours, hits: Sequence[_Hit], known: "_Known") -> Match:
    """The match of an invoice that takes its entries: exact, or mismatch and why."""
    found: Differences = {}
    evidence: dict[str, str] = {}
    candidates = []
    cause = part = None
    swapped = False
    for hit in hits:
        here = dict(hit.found)
        if why := _cancelled(hit.rows[0], known.red):
            cause = why
        part = part or (hit.rows[0].entry.status is LedgerStatus.RED_PART)
        if why or hit.rows[0].entry.status is LedgerStatus.RED_PART:
            here["status"] = (LedgerStatus.NORMAL.value, _shown_status(hit.rows[0].entry))
        swapped = swapped or money_swapped(ours.facts, hit.rows[0].facts, hit.found)
        found = here | found
        evidence |= _seen(hit.rows[0].entry)
        candidates += [candidate_of(row, 1.0, here) for row in hit.rows]
    if not any(money_compared(ours.facts, row.facts) for hit in hits for row in hit.rows):
        # the number alone agrees: a person should know
        evidence["not_compared"] = "total"
    if absent_from := known.sources - {hit.rows[0].entry.source for hit in hits}:
        evidence["not_in"] = ", ".join(sorted(absent_from))
    if not found:
        state, text = MatchState.EXACT, "exact"
    else:
        state = MatchState.MISMATCH
        cause = cause or ("N5" if swapped else None) or _date_only(ours, hits, found)
        text = f"mismatch/{cause}" if cause else "mismatch"
        if part and found.keys() == {"status"}:
            text = "mismatch/RED_PART"
    return Match(
        side=Side.INVOICE,
        key=ours.key,
        state=state,
        cause=cause,
        candidates=tuple(candidates[:MOST_CANDIDATES]),
        evidence=evidence,
        **said(text, *listed(found)),
    )


def _cancelled(theirs: Theirs, red: dict[str, Decimal]) -> str | None:
    """N9 or N10 where the ledger says the invoice no longer counts."""
    if theirs.entry.status is LedgerStatus.VOID:
        return "N10"
    taken_back = red.get(theirs.identity.long or "")
    whole = theirs.facts.whole
    if theirs.entry.status in _RED or (whole and taken_back == -whole):
        return "N9"
    return None


def _shown_status(entry: LedgerEntry) -> str:
    """The entry's own status, or the one that red entries beside it give it."""
    is_plain = entry.status in (LedgerStatus.NORMAL, LedgerStatus.UNKNOWN)
    return (LedgerStatus.RED_FULL if is_plain else entry.status).value


def _date_only(ours: Ours, hits: Sequence[_Hit], found: Differences) -> str | None:
    agree = all(same_money(ours.facts, hit.rows[0].facts) for hit in hits)
    return "N4" if found.keys() == {"date"} and agree else None


def _seen(entry: LedgerEntry) -> dict[str, str]:
    """What else the ledger says of an entry that a reviewer should see."""
    facts = {
        "voucher_no": entry.voucher_no,
        "risk": entry.risk,
        "ledger_status": entry.status.value,
    }
    return {
        name: value
        for name, value in facts.items()
        if value and value not in ("正常", LedgerStatus.UNKNOWN.value, LedgerStatus.NORMAL.value)
    }


def _duplicate(ours: Ours, hits: Sequence[_Hit], winner: Ours) -> Match:
    rows = [row for hit in hits for row in hit.rows]
    evidence = {"taken_by": winner.key} | _seen(rows[0].entry)
    found = hits[0].found
    return Match(
        side=Side.INVOICE,
        key=ours.key,
        state=MatchState.DUPLICATE,
        cause="N11" if rows[0].entry.voucher_no else None,
        candidates=tuple(candidate_of(row, 1.0, found) for row in rows[:MOST_CANDIDATES]),
        evidence=evidence,
        **said("duplicate", winner.key),
    )
