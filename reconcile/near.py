"""What is left after the exact keys: near numbers, things merely alike, and what nobody has."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.ledger import LedgerEntry, LedgerStatus
from models.match import Match, MatchCandidate, MatchState, Side
from reconcile.books import MOST_CANDIDATES, Books, candidate_of
from reconcile.causes import Cause
from reconcile.facts import Differences, differences, same_money, score
from reconcile.identity import Edit
from reconcile.index import NearIndex, Ours, Theirs
from reconcile.messages import said

SUGGESTED_FROM = 0.8
"""From this score on a near match is suggested to a person; none is ever booked by itself."""
RESIDUAL_FROM = 0.4
_CANCELLED = {
    LedgerStatus.VOID: "N10",
    LedgerStatus.RED_FULL: "N9",
    LedgerStatus.RED: "N9",
}


@dataclass(frozen=True, slots=True)
class _Near:
    """A partner that is not exact. `is_damaged`: its number lost digits and may be ours."""

    theirs: Theirs
    score: float
    edit: Edit | None = None
    is_damaged: bool = False

    @property
    def order(self) -> tuple[float, bool, tuple[str, str, int, str, int]]:
        """Best score first; of equals the one whose wrong character is easily misread."""
        confusable = self.edit is not None and self.edit.confusable
        return -self.score, not confusable, self.theirs.order

    @property
    def is_suggested(self) -> bool:
        return self.is_damaged or (self.edit is not None and self.score >= SUGGESTED_FROM)

    @property
    def cause(self) -> str:
        """N18 digits lost, N3 code wrong or missing, N2 one character of the number wrong."""
        if self.is_damaged:
            return "N18"
        return "N2" if self.edit and self.edit.distance else "N3"


def unmatched(ours: Ours, cause: Cause, index: NearIndex, books: Books) -> Match:
    """The match of an invoice no ledger has by key: suggested where one is nearly it, residual
    where one is only like it, else missing. `cause` is why it would be missing."""
    found = sorted(_partners(ours, index), key=lambda near: (not near.is_suggested, *near.order))
    if not found:
        return _absent(ours, cause)
    best, shown = found[0], found[:MOST_CANDIDATES]
    candidates = tuple(
        candidate_of(near.theirs, near.score, _differences(ours, near.theirs)) for near in shown
    )
    if best.is_suggested:
        books.suggested.add(best.theirs.place)
        number = best.theirs.entry.number or best.theirs.entry.damaged_number or ""
        return Match(
            side=Side.INVOICE,
            key=ours.key,
            state=MatchState.SUGGESTED,
            cause=best.cause,
            candidates=candidates,
            evidence=_evidence(best),
            **said(f"suggested/{best.cause}", number),
        )
    for near, shown_as in zip(shown, candidates, strict=True):
        books.alike[near.theirs.place].append(shown_as.model_copy(update={"key": ours.key}))
    absent = _absent(ours, cause)
    said_first = said("residual")
    return absent.model_copy(
        update={
            "state": MatchState.RESIDUAL,
            "candidates": candidates,
            "evidence": absent.evidence | _evidence(best),
            # why it may be missing still matters: what is alike may be another purchase
            **(_both(said_first, absent) if cause.cause else said_first),
        }
    )


def _both(first: dict[str, str], then: Match) -> dict[str, str]:
    return {
        "message": f"{first['message']}；{then.message}",
        "message_en": f"{first['message_en']}; {then.message_en}",
        "action": f"{first['action']}；{then.action}",
        "action_en": f"{first['action_en']}; {then.action_en}",
    }


def _partners(ours: Ours, index: NearIndex) -> list[_Near]:
    """Every free entry that could be suggested or shown, each once."""
    found: dict[int, _Near] = {}
    for theirs in index.damaged(ours):
        points = score(ours.facts, theirs.facts, near_number=True)
        found[theirs.place] = _Near(theirs, points, is_damaged=True)
    for theirs in index.near_number(ours):
        if theirs.place not in found and (edit := ours.identity.edit(theirs.identity)):
            points = score(ours.facts, theirs.facts, near_number=True)
            found[theirs.place] = _Near(theirs, points, edit)
    for theirs in index.same_deal(ours):
        if theirs.place not in found:
            points = score(ours.facts, theirs.facts, near_number=False)
            found[theirs.place] = _Near(theirs, points)
    return [
        near
        for near in found.values()
        if near.is_suggested
        or (near.score >= RESIDUAL_FROM and same_money(ours.facts, near.theirs.facts))
    ]


def _differences(ours: Ours, theirs: Theirs) -> Differences:
    """The differences in values, led by those in number and code."""
    mine, other = ours.identity, theirs.identity
    found: Differences = {}
    number, their_number = mine.long or mine.short, other.long or other.short
    if mine.short and mine.short == other.short and not (mine.long and other.long):
        their_number = number
    if number != their_number or theirs.entry.damaged_number:
        found["number"] = (number, theirs.entry.damaged_number or their_number)
    if mine.code and other.code and mine.code != other.code:
        found["code"] = (mine.code, other.code)
    return found | differences(ours.facts, theirs.facts)


def _evidence(near: _Near) -> dict[str, str]:
    evidence = {"score": f"{near.score:.1f}"}
    if near.edit and near.edit.distance:
        evidence["edit"] = near.edit.text
        evidence["confusable"] = "yes" if near.edit.confusable else "no"
    return evidence


def _absent(ours: Ours, cause: Cause) -> Match:
    """The match of an invoice no ledger has anything like."""
    return Match(
        side=Side.INVOICE,
        key=ours.key,
        state=MatchState.MISSING,
        cause=cause.cause,
        retry_after=cause.retry_after,
        evidence=cause.evidence,
        **said(cause.text, cause.what, cause.what_en),
    )


def unaccounted(entries: Sequence[Theirs], books: Books) -> list[Match]:
    """One match for each entry that no invoice takes and none is suggested for."""
    return [
        _unaccounted(each, books)
        for each in entries
        if each.place not in books.taken and each.place not in books.suggested
    ]


def _unaccounted(theirs: Theirs, books: Books) -> Match:
    entry = theirs.entry
    candidates: tuple[MatchCandidate, ...] = ()
    cause: str | None = None
    if owner := books.spare.get(theirs.place):
        state, texts = MatchState.DUPLICATE, said("ledger/duplicate", owner)
        cause = "N11" if entry.voucher_no else None
        candidates = (MatchCandidate(key=owner, score=1.0),)
    elif resembling := books.alike.get(theirs.place):
        state, texts = MatchState.RESIDUAL, said("ledger/residual")
        ordered = sorted(resembling, key=lambda other: (-other.score, other.key))
        candidates = tuple(ordered[:MOST_CANDIDATES])
    else:
        state = MatchState.MISSING
        cause = "N18" if entry.damaged_number else _CANCELLED.get(entry.status)
        texts = said(f"ledger/{cause}" if cause else "ledger", entry.damaged_number or "")
    return Match(
        side=Side.LEDGER,
        key=entry.key,
        state=state,
        cause=cause,
        candidates=candidates,
        evidence=_known(entry),
        **texts,
    )


def _known(entry: LedgerEntry) -> dict[str, str]:
    """What identifies an entry to a person who looks for its document."""
    values = {
        "number": entry.number or entry.damaged_number,
        "code": entry.code,
        "date": entry.date,
        "total": entry.total if entry.total is not None else entry.amount,
        "seller_name": entry.seller_name,
        "voucher_no": entry.voucher_no,
    }
    return {name: str(value) for name, value in values.items() if value is not None}
