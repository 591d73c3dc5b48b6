"""What is left after the exact keys: near numbers, and things merely alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.match import Match, MatchCandidate, MatchState, Side, Step
from reconcile.books import MOST_CANDIDATES, World, candidate_of
from reconcile.causes import Cause
from reconcile.compare import (
    Differences,
    contradicts,
    differences,
    is_sibling,
    same_money,
    score,
)
from reconcile.facts import EntryFacts, InvoiceFacts
from reconcile.identity import Edit, edit_of
from reconcile.messages import said

SUGGESTED_FROM = 0.8
"""From this score on a near match is suggested to a person; none is ever booked by itself."""
RESIDUAL_FROM = 0.4
_FOR_ONE_EDIT, _FOR_TWO_EDITS = 5, 4


@dataclass(frozen=True, slots=True)
class _Near:
    """A partner that is not exact, at `place`. `is_damaged`: its number lost digits and may be
    ours; `is_sure`: nothing either side says of money, day or seller speaks against it."""

    place: int
    score: float
    edit: Edit | None = None
    is_damaged: bool = False
    is_sure: bool = False

    @property
    def order(self) -> tuple[bool, float, bool, int]:
        """Suggested first, best score first; of equals the easily misread character first."""
        confusable = self.edit is not None and self.edit.confusable
        return not self.is_suggested, -self.score, not confusable, self.place

    @property
    def is_suggested(self) -> bool:
        if self.is_damaged:
            return True
        return self.edit is not None and (self.score >= SUGGESTED_FROM or self.is_sure)

    @property
    def step(self) -> Step:
        if self.is_damaged:
            return Step.DAMAGED
        return Step.NEAR if self.edit else Step.DEAL

    @property
    def cause(self) -> str:
        """N18 digits lost, N3 code wrong or missing, N2 characters of the number wrong."""
        if self.is_damaged:
            return "N18"
        return "N2" if self.edit and self.edit.distance else "N3"


def unmatched(world: World, place: int, causes: Sequence[Cause]) -> Match:
    """The match of an invoice no ledger has by key: suggested where one is nearly it, residual
    where one is only like it, else missing. `causes` are why it would be missing."""
    ours = world.ours[place]
    found = sorted(_partners(world, place), key=lambda near: near.order)
    if not found:
        return absent(ours, causes)
    best, shown = found[0], found[:MOST_CANDIDATES]
    candidates = tuple(
        candidate_of(theirs, near.score, _differences(ours, theirs))
        for near in shown
        for theirs in (world.entry(near.place),)
    )
    if best.is_suggested:
        return _suggested(world, ours, best, candidates)
    for near, shown_as in zip(shown, candidates, strict=True):
        world.books.alike[near.place].append(shown_as.model_copy(update={"key": ours.key}))
    missing = absent(ours, causes)
    said_first = said("residual")
    return missing.model_copy(
        update={
            "state": MatchState.RESIDUAL,
            "step": best.step,
            "candidates": candidates,
            "evidence": missing.evidence | _evidence(best),
            # why it may be missing still matters: what is alike may be another purchase
            **(_both(said_first, missing) if causes[0].cause else said_first),
        }
    )


def _suggested(
    world: World, ours: InvoiceFacts, best: _Near, candidates: tuple[MatchCandidate, ...]
) -> Match:
    world.books.suggest(best.place)
    theirs = world.entry(best.place)
    number = theirs.long or theirs.short or theirs.damaged or ""
    return Match(
        side=Side.INVOICE,
        key=ours.key,
        state=MatchState.SUGGESTED,
        cause=best.cause,
        step=best.step,
        candidates=candidates,
        evidence=_evidence(best),
        **said(f"suggested/{best.cause}", number),
    )


def _both(first: dict[str, str], then: Match) -> dict[str, str]:
    return {
        "message": f"{first['message']}；{then.message}",
        "message_en": f"{first['message_en']}; {then.message_en}",
        "action": f"{first['action']}；{then.action}",
        "action_en": f"{first['action_en']}; {then.action_en}",
    }


def _partners(world: World, place: int) -> list[_Near]:
    """Every free entry that could be suggested or shown, each once."""
    ours, index, free = world.ours[place], world.index, world.free_for(place)
    found: dict[int, _Near] = {}
    for row in index.damaged(ours, free):
        points = score(ours, world.entry(row), number=_FOR_ONE_EDIT)
        found[row] = _Near(row, points, is_damaged=True)
    for row in index.near_number(ours, free):
        theirs = world.entry(row)
        edit = edit_of(ours, theirs)
        if row not in found and edit and edit.distance <= 1:
            if edit.distance and is_sibling(ours, theirs):
                continue
            points = score(ours, theirs, number=_FOR_ONE_EDIT)
            sure = same_money(ours, theirs) and not contradicts(ours, theirs)
            # with only the code in doubt another roll of the same seller is as likely
            found[row] = _Near(row, points, edit, is_sure=sure and edit.distance == 1)
    for row in world.same_deal(place):
        if row not in found:
            theirs = world.entry(row)
            edit = edit_of(ours, theirs)
            is_near = edit is not None and edit.distance == 2
            points = score(ours, theirs, number=_FOR_TWO_EDITS if is_near else 0)
            found[row] = _Near(row, points, edit if is_near else None)
    return [
        near
        for near in found.values()
        if near.is_suggested
        or (near.score >= RESIDUAL_FROM and same_money(ours, world.entry(near.place)))
    ]


def _differences(ours: InvoiceFacts, theirs: EntryFacts) -> Differences:
    """The differences in values, led by those in number and code."""
    found: Differences = {}
    number, their_number = ours.long or ours.short, theirs.long or theirs.short
    if ours.short and ours.short == theirs.short and not (ours.long and theirs.long):
        their_number = number
    if number != their_number or theirs.damaged:
        found["number"] = (number, theirs.damaged or their_number)
    if ours.code and theirs.code and ours.code != theirs.code:
        found["code"] = (ours.code, theirs.code)
    return found | differences(ours, theirs)


def _evidence(near: _Near) -> dict[str, str]:
    evidence = {"score": f"{near.score:.1f}"}
    if near.edit and near.edit.distance:
        evidence["edit"] = near.edit.text
        evidence["confusable"] = "yes" if near.edit.confusable else "no"
    return evidence


def absent(ours: InvoiceFacts, causes: Sequence[Cause]) -> Match:
    """The match of an invoice no ledger has anything like."""
    first = causes[0]
    evidence: dict[str, str] = {}
    for cause in reversed(causes):
        evidence |= cause.evidence
    also = dict.fromkeys(each.cause for each in causes[1:] if each.cause)
    return Match(
        side=Side.INVOICE,
        key=ours.key,
        state=MatchState.MISSING,
        cause=first.cause,
        also=tuple(cause for cause in also if cause != first.cause),
        retry_after=first.retry_after,
        evidence=evidence,
        **said(first.text, first.what, first.what_en),
    )
