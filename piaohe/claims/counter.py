"""Where claims are made, filled, handed in and decided on. Who may do what is decided here,
besides the permission a route asks for."""

import datetime
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import validate
from piaohe.access import Permission, Viewer
from piaohe.claims.folder import Folder, open_folder
from piaohe.claims.judging import gaps, judge, judge_one
from piaohe.store import Store, Work
from piaohe.store.claims import OPEN, WAITING, Hold, Paper, Sheet, Stage, Stated
from piaohe.store.people import Facts
from piaohe.store.reviews import State
from piaohe.store.values import fen_or_none

MOST_PAPERS = 100
LONGEST_REASON = 300


class ClaimRefused(Exception):  # noqa: N818 - reads better at the raise
    """What cannot be done with a claim. `code`: not_found, claim_stale, no_version, claim_closed,
    claim_full, claim_incomplete, claim_for, invoice_taken, invoice_refused, claim_own,
    second_person, reason_missing, claim_step. `more` says which and who."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


class Deed(StrEnum):
    """What others do with a claim that was handed in."""

    ACCEPT = "accept"
    RETURN = "return"
    PAY = "pay"
    EXPORT = "export"


_STEPS = {
    Deed.ACCEPT: (WAITING, Permission.CLAIMS_CHECK),
    Deed.RETURN: (WAITING, Permission.CLAIMS_CHECK),
    Deed.PAY: (frozenset({Stage.APPROVED}), Permission.CLAIMS_PAY),
    Deed.EXPORT: (frozenset({Stage.APPROVED, Stage.PAID}), Permission.CLAIMS_PAY),
}
PAST = {
    Deed.ACCEPT: "claim.accepted",
    Deed.RETURN: "claim.returned",
    Deed.PAY: "claim.paid",
    Deed.EXPORT: "claim.exported",
}


@dataclass(frozen=True, slots=True)
class Manners:
    """Whether nobody decides on a claim of their own, and from how much money on (in 分; None for
    no limit) a second person has to approve."""

    four_eyes: bool = True
    limit_fen: int | None = None


class Counter:
    """Claims of all people. Every change is one unit of work of the caller's."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime.datetime],
        context: Callable[[], validate.Context],
        manners: Manners,
    ) -> None:
        self._store = store
        self._clock = clock
        self._context = context
        self._manners = manners

    @property
    def context(self) -> validate.Context:
        """What the rules may know besides a claim."""
        return self._context()

    def seen(self, work: Work, viewer: Viewer, claim_id: int) -> Folder:
        """A claim this person may see. Raises ClaimRefused not_found for any other."""
        return open_folder(work, self._sheet(work, viewer, claim_id))

    def for_change(self, work: Work, viewer: Viewer, claim_id: int, version: str | None) -> Folder:
        """The same, held until the unit of work ends, in the version that was seen.

        Raises ClaimRefused: not_found, no_version, claim_stale.
        """
        folder = open_folder(work, self._sheet(work, viewer, claim_id, to_change=True))
        if not version:
            raise ClaimRefused("no_version")
        if version.strip().removeprefix("W/").strip('"') not in (folder.mark, "*"):
            raise ClaimRefused("claim_stale", folder=folder)
        return folder

    def make(self, work: Work, viewer: Viewer, stated: Stated) -> int:
        """A new draft of this person's."""
        now, stated = self._clock(), self._for_whom(work, viewer, stated)
        claim_id = work.claims.add(viewer.id, stated, now)
        self._note(work, viewer, "claim.made", claim_id, (None, _told(stated)))
        return claim_id

    def state(self, work: Work, viewer: Viewer, folder: Folder, stated: Stated) -> None:
        """Let the claim say something else; its invoices are judged anew with it."""
        self._own_and_open(viewer, folder)
        if stated == folder.sheet.stated:
            return
        if stated.on_behalf != folder.sheet.stated.on_behalf:
            stated = self._for_whom(work, viewer, stated)
            _refuse_foreign_papers(work, folder, stated)
        work.claims.change(folder.sheet.id, stated)
        before = _told(folder.sheet.stated)
        self._note(
            work, viewer, "claim.changed", folder.sheet.id, _differing(before, _told(stated))
        )
        self._look_through(work, folder.sheet.id)

    def put(self, work: Work, viewer: Viewer, folder: Folder, paper: Paper) -> None:
        """Add a document of this person's, or state something else of it."""
        self._own_and_open(viewer, folder)
        known = {leaf.paper.sha256: leaf.paper for leaf in folder.leaves}
        if known.get(paper.sha256) == paper:
            return
        if not any(work.uploads.owns(one, paper.sha256) for one in folder.sheet.parties):
            # whether there is one that may not be seen is not told
            raise ClaimRefused("not_found")
        if paper.sha256 not in known and len(known) >= MOST_PAPERS:
            raise ClaimRefused("claim_full", most=MOST_PAPERS)
        work.claims.put(folder.sheet.id, paper, viewer.id, self._clock())
        work.claims.change(folder.sheet.id)
        self._note(work, viewer, "claim.added", folder.sheet.id, (None, {"document": paper.sha256}))
        fresh = self._look_through(work, folder.sheet.id, (paper.sha256,), before=folder)
        _refuse_turned_down(fresh, paper.sha256)

    def take_out(self, work: Work, viewer: Viewer, folder: Folder, sha256: str) -> None:
        """Take a document out again; what the claim's rules said of its invoices is withdrawn."""
        self._own_and_open(viewer, folder)
        leaf = next((leaf for leaf in folder.leaves if leaf.paper.sha256 == sha256), None)
        if leaf is None:
            raise ClaimRefused("not_found")
        work.claims.take_out(folder.sheet.id, sha256)
        work.claims.change(folder.sheet.id)
        self._note(work, viewer, "claim.removed", folder.sheet.id, ({"document": sha256}, None))
        self._look_through(work, folder.sheet.id)
        self._let_go(work, folder, sha256)

    def look_through(self, work: Work, viewer: Viewer, claim_id: int) -> None:
        """Judge a claim anew, for one of whose documents was read meanwhile."""
        sheet = self._sheet(work, viewer, claim_id, to_change=True)
        if sheet.stage in OPEN | WAITING:
            papers = work.claims.papers(claim_id)
            self._look_through(work, claim_id, new=[paper.sha256 for paper in papers])

    def submit(self, work: Work, viewer: Viewer, folder: Folder) -> None:
        """Hand a claim in. Raises ClaimRefused: claim_closed, claim_incomplete, invoice_taken."""
        self._own_and_open(viewer, folder)
        now, sheet = self._clock(), folder.sheet
        work.claims.change(
            sheet.id,
            state=Stage.SUBMITTED.value,
            submitted_at=now,
            first_id=None,
            decided_id=None,
            decided_at=None,
            reason=None,
        )
        fresh = self._look_through(work, sheet.id)
        _refuse_incomplete(fresh)
        after: Facts = {"state": Stage.SUBMITTED.value, "total": str(fresh.totals)}
        self._note(work, viewer, "claim.submitted", sheet.id, ({"state": sheet.stage.value}, after))

    def withdraw(self, work: Work, viewer: Viewer, folder: Folder) -> None:
        """Its person takes a claim back for good, as long as it is not approved."""
        sheet = folder.sheet
        if viewer.id != sheet.person_id:
            raise ClaimRefused("not_found")
        if sheet.stage not in OPEN | WAITING:
            raise ClaimRefused("claim_closed", state=sheet.stage.value)
        work.claims.change(sheet.id, state=Stage.WITHDRAWN.value)
        work.claims.release(sheet.id)
        self._let_go(work, folder)
        self._moved(work, viewer, "claim.withdrawn", folder, (Stage.WITHDRAWN, ""))

    def decide(
        self, work: Work, viewer: Viewer, folder: Folder, decision: tuple[Deed, str]
    ) -> Stage:
        """Accept, return with a reason, or note as paid or exported; gives the stage it has then.

        Raises ClaimRefused: claim_step, claim_own, second_person, reason_missing,
        claim_incomplete, invoice_taken.
        """
        deed, reason = decision[0], decision[1].strip()[:LONGEST_REASON]
        sheet, now = folder.sheet, self._clock()
        stages, needed = _STEPS[deed]
        if needed not in viewer.may:
            raise ClaimRefused("not_allowed", needs=needed.value)
        if sheet.stage not in stages:
            raise ClaimRefused("claim_step", state=sheet.stage.value)
        if self._manners.four_eyes and viewer.id in sheet.parties:
            raise ClaimRefused("claim_own")
        stage = self._next(work, viewer, folder, (deed, reason))
        columns: dict[str, Any] = {"state": stage.value, "reason": reason or None}
        # who approved stays to be read when somebody else has paid
        if stage is Stage.CHECKED:
            columns["first_id"] = viewer.id
        elif deed in (Deed.ACCEPT, Deed.RETURN):
            columns |= {"decided_id": viewer.id, "decided_at": now}
        work.claims.change(sheet.id, **columns)
        if stage is Stage.RETURNED:
            work.claims.release(sheet.id)
        self._moved(work, viewer, PAST[deed], folder, (stage, reason))
        return stage

    def _next(
        self, work: Work, viewer: Viewer, folder: Folder, decision: tuple[Deed, str]
    ) -> Stage:
        deed, reason = decision
        if deed is Deed.RETURN:
            if not reason:
                raise ClaimRefused("reason_missing")
            return Stage.RETURNED
        if deed is not Deed.ACCEPT:
            return Stage.PAID if deed is Deed.PAY else Stage.EXPORTED
        _refuse_incomplete(self._look_through(work, folder.sheet.id))
        return self._accepted(viewer, folder)

    def _accepted(self, viewer: Viewer, folder: Folder) -> Stage:
        """approved, or checked where a second person has to approve."""
        sheet, limit = folder.sheet, self._manners.limit_fen
        if sheet.stage is Stage.CHECKED:
            apart = viewer.id not in (sheet.first_id, *sheet.parties)
            if not apart or Permission.APPROVE not in viewer.may:
                raise ClaimRefused("second_person")
            return Stage.APPROVED
        if not self._manners.four_eyes or limit is None:
            return Stage.APPROVED
        # what is in other currencies cannot be held against a limit in yuan
        fen = fen_or_none(folder.totals["CNY"]) if folder.known else None
        return Stage.CHECKED if fen is None or abs(fen) >= limit else Stage.APPROVED

    def _for_whom(self, work: Work, viewer: Viewer, stated: Stated) -> Stated:
        """Somebody else's claim is made by those who may, for somebody who is there."""
        if stated.on_behalf in (None, viewer.id):
            return stated.model_copy(update={"on_behalf": None})
        person = work.people.get(stated.on_behalf or 0)
        if Permission.CLAIMS_FOR not in viewer.may or person is None or not person.active:
            raise ClaimRefused("claim_for")
        return stated

    def _look_through(
        self,
        work: Work,
        claim_id: int,
        new: Collection[str] = (),
        before: Folder | None = None,
    ) -> Folder:
        """Take the invoices of the claim, judge them with it, and add them up. Where it was judged
        `before`, the new papers alone are, unless more or less is attached now."""
        now = self._clock()
        folder = self._opened(work, claim_id)
        taken = work.claims.hold(claim_id, folder.keys, now)
        if taken:
            raise _taken(work, folder, taken[0])
        same = before is not None and before.attachments == folder.attachments
        only = new if same else None
        fresh = judge(work, folder, (self._context(), now), new, only)
        work.claims.change(claim_id, total_fen=fen_or_none(fresh.totals["CNY"]))
        return fresh

    def _let_go(self, work: Work, folder: Folder, sha256: str | None = None) -> None:
        """Judge invoices that the claim no longer has as what they are without it."""
        at = replace(self._context(), claim=None), self._clock()
        for item in folder.items:
            if sha256 in (None, item.sha256) and work.claims.having(item.id) is None:
                judge_one(work, item, at)

    def _opened(self, work: Work, claim_id: int) -> Folder:
        sheet = work.claims.get(claim_id)
        if sheet is None:
            raise ClaimRefused("not_found")
        return open_folder(work, sheet)

    def _sheet(
        self, work: Work, viewer: Viewer, claim_id: int, *, to_change: bool = False
    ) -> Sheet:
        sheet = work.claims.get(claim_id, to_change=to_change) if claim_id < 2**63 else None
        every = Permission.CLAIMS_ALL in viewer.may
        own = sheet is not None and viewer.id in _readers(sheet)
        # of others' only what was handed in
        if sheet is None or not (own or (every and sheet.submitted_at is not None)):
            raise ClaimRefused("not_found")
        return sheet

    def _own_and_open(self, viewer: Viewer, folder: Folder) -> None:
        sheet = folder.sheet
        if viewer.id != sheet.person_id:
            raise ClaimRefused("not_found")
        if sheet.stage not in OPEN:
            raise ClaimRefused("claim_closed", state=sheet.stage.value)

    def _moved(
        self, work: Work, viewer: Viewer, what: str, folder: Folder, to: tuple[Stage, str]
    ) -> None:
        change: tuple[Facts, Facts] = (
            {"state": folder.sheet.stage.value},
            {"state": to[0].value, "reason": to[1] or None},
        )
        self._note(work, viewer, what, folder.sheet.id, change)

    def _note(
        self,
        work: Work,
        viewer: Viewer,
        what: str,
        claim_id: int,
        change: tuple[Facts | None, Facts | None],
    ) -> None:
        work.audits.add(self._clock(), viewer.id, what, f"claim:{claim_id}", change)


def _readers(sheet: Sheet) -> tuple[int, ...]:
    """Whose own it is: a draft is its maker's, what was handed in also of whom it is for."""
    return sheet.parties if sheet.submitted_at is not None else (sheet.person_id,)


def _refuse_foreign_papers(work: Work, folder: Folder, stated: Stated) -> None:
    """What somebody else handed in does not stay in a claim that is no longer theirs."""
    parties = folder.sheet.model_copy(update={"stated": stated}).parties
    for leaf in folder.leaves:
        if not any(work.uploads.owns(one, leaf.paper.sha256) for one in parties):
            raise ClaimRefused("claim_for")


def _refuse_incomplete(folder: Folder) -> None:
    blocking = [gap for gap in gaps(folder) if gap.blocks]
    if blocking:
        raise ClaimRefused("claim_incomplete", gaps=blocking)


def _refuse_turned_down(folder: Folder, sha256: str) -> None:
    """A person turned it down: a claim does not bring it back."""
    for item in folder.items:
        if item.sha256 == sha256 and item.state in (State.RETURNED, State.REJECTED, State.MERGED):
            raise ClaimRefused("invoice_refused", number=item.invoice.number)


def _taken(work: Work, folder: Folder, hold: Hold) -> ClaimRefused:
    invoice_id = folder.keys.get(hold.key)
    item = next(item for item in folder.items if item.id == invoice_id)
    who = work.people.names().get(hold.person_id, "?")
    return ClaimRefused(
        "invoice_taken",
        number=item.invoice.number,
        invoice=item.id,
        holder=who,
        since=hold.since,
        own=hold.person_id == folder.sheet.person_id,
    )


def _told(stated: Stated) -> Facts:
    """What is stated, as the audit keeps it."""
    told = stated.model_dump(mode="json", exclude_defaults=True)
    return {name: str(value) for name, value in told.items()}


def _differing(before: Facts, after: Facts) -> tuple[Facts, Facts]:
    names = [name for name in {*before, *after} if before.get(name) != after.get(name)]
    return {n: before.get(n) for n in names}, {n: after.get(n) for n in names}
