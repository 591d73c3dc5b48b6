"""The reviewer's desk: taking an invoice in hand, correcting it, deciding on it."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import validate
from models.duplicate import DuplicateVerdict, Specimen
from models.finding import Severity
from models.invoice import FieldName, Invoice
from piaohe import rejudge
from piaohe.access import Permission, Viewer
from piaohe.store import Store, Work
from piaohe.store.people import Fact, Facts
from piaohe.store.reviews import Review, State
from piaohe.store.values import fen_or_none
from piaohe.web.corrections import LONGEST, Unusable, corrected, shown
from piaohe.web.problems import Problem
from validate import duplicates

LEASE_SECONDS = 600


class Verdict(StrEnum):
    """What a person decides; reopen takes a decision back."""

    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"
    REOPEN = "reopen"


_STATES = {Verdict.RETURN: State.RETURNED, Verdict.REJECT: State.REJECTED}


@dataclass(frozen=True, slots=True)
class Manners:
    """What the company asks for: two people where one would decide on their own papers or
    typing, or on so much money (in 分; None for no limit)."""

    four_eyes: bool = True
    limit_fen: int | None = None


class Desk:
    """Reviews of invoices. Who may do what besides the route's permission is decided here."""

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

    def get(self, viewer: Viewer, invoice_id: str) -> Review:
        """An invoice this person may see. Raises Problem 404 for any other."""
        with self._store.reading() as work:
            return _seen(work, viewer, invoice_id)

    def hold(self, viewer: Viewer, invoice_id: str) -> datetime.datetime:
        """Take an invoice in hand; gives until when. Raises Problem 409 held."""
        now = self._clock()
        with self._store.unit_of_work() as work:
            review = _seen(work, viewer, invoice_id)
            if not work.reviews.hold(invoice_id, viewer.id, (now, LEASE_SECONDS)):
                raise _held(work, review)
        return now + datetime.timedelta(seconds=LEASE_SECONDS)

    def release(self, viewer: Viewer, invoice_id: str) -> None:
        with self._store.unit_of_work() as work:
            work.reviews.release(invoice_id, viewer.id)

    def correct(
        self, work: Work, viewer: Viewer, review: Review, typed: Mapping[FieldName, str]
    ) -> None:
        """Take a person's values over and judge the invoice anew.

        Raises Problem: 409 held, 409 decided, 422 unusable_value.
        """
        now = self._clock()
        self._may_change(work, viewer, review)
        try:
            changed = corrected(review.invoice, typed)
        except Unusable as error:
            raise _unusable(error) from error
        names = [name for name in typed if shown(changed, name) != shown(review.invoice, name)]
        if not names:
            return
        fresh = _judged(work, review, changed, (self._context(), now))
        work.reviews.correct(review, fresh, viewer.id)
        before = _facts(review.invoice, names) | {"status": review.invoice.status.value}
        after = _facts(fresh, names) | {"status": fresh.status.value}
        work.audits.add(now, viewer.id, "invoice.corrected", review.id, (before, after))

    def decide(
        self, work: Work, viewer: Viewer, review: Review, decision: tuple[Verdict, str]
    ) -> State:
        """Accept, return, reject or reopen; gives the state it has then.

        Raises Problem: 409 held, decided, reject_open, second_person; 422 reason_missing.
        """
        verdict, reason = decision[0], decision[1].strip()[:LONGEST]
        now = self._clock()
        if verdict is Verdict.REOPEN:
            state = _reopened(review)
        else:
            self._may_change(work, viewer, review)
            if verdict is not Verdict.ACCEPT and not reason:
                raise Problem(422, "reason_missing")
            state = _STATES.get(verdict) or self._accepted(work, viewer, review)
        first = viewer.id if state is State.CHECKED else review.first_id
        ended = state not in (State.OPEN, State.CHECKED)
        work.reviews.decide(
            review.id,
            state=state.value,
            first_id=None if state is State.OPEN else first,
            decided_id=viewer.id if ended else None,
            decided_at=now if ended else None,
            reason=reason or None,
            holder_id=None,
            held_until=None,
        )
        change: tuple[Facts, Facts] = (
            {"state": review.state.value},
            {"state": state.value, "reason": reason or None},
        )
        work.audits.add(now, viewer.id, f"invoice.{verdict.value}", review.id, change)
        return state

    def seen(self, work: Work, viewer: Viewer, invoice_id: str) -> Review:
        """Like `get`, within a unit of work."""
        return _seen(work, viewer, invoice_id)

    def _may_change(self, work: Work, viewer: Viewer, review: Review) -> None:
        if review.state not in (State.OPEN, State.CHECKED):
            raise Problem(409, "decided", state=review.state.value)
        busy = review.holder_id not in (None, viewer.id)
        if busy and (review.held_until or self._clock()) > self._clock():
            raise _held(work, review)

    def _accepted(self, work: Work, viewer: Viewer, review: Review) -> State:
        """accepted, or checked where a second person has to approve."""
        blocking = sorted(
            {f.rule for f in review.invoice.findings if f.severity is Severity.REJECT}
        )
        if blocking:
            raise Problem(409, "reject_open", rules=blocking)
        if not self._manners.four_eyes:
            return State.ACCEPTED
        own = viewer.id in work.uploads.owners(review.document_sha256)
        if review.state is State.CHECKED:
            apart = viewer.id not in (review.first_id, review.corrected_id) and not own
            if not apart or Permission.APPROVE not in viewer.may:
                raise Problem(409, "second_person")
            return State.ACCEPTED
        fen = fen_or_none(review.invoice.total)
        limit = self._manners.limit_fen
        large = limit is not None and fen is not None and abs(fen) >= limit
        typed_by_another = review.corrected_id not in (None, viewer.id)
        approved = Permission.APPROVE in viewer.may and typed_by_another
        alone = own or large or (review.corrected_id is not None and not approved)
        return State.CHECKED if alone else State.ACCEPTED


def _seen(work: Work, viewer: Viewer, invoice_id: str) -> Review:
    review = work.reviews.get(invoice_id)
    every = Permission.DOCUMENTS_ALL in viewer.may
    if review is None or not (every or work.uploads.owns(viewer.id, review.document_sha256)):
        # whether there is one that may not be seen is not told
        raise Problem(404, "not_found")
    return review


def _held(work: Work, review: Review) -> Problem:
    name = work.people.names().get(review.holder_id or 0, "?")
    until = review.held_until.isoformat() if review.held_until else None
    return Problem(409, "held", holder=name, until=until)


def _reopened(review: Review) -> State:
    if review.state is State.OPEN:
        raise Problem(409, "not_decided")
    return State.OPEN


def _unusable(error: Unusable) -> Problem:
    return Problem(422, "unusable_value", field=error.field.value, why=error.code)


def _judged(
    work: Work, review: Review, invoice: Invoice, at: tuple[validate.Context, datetime.datetime]
) -> Invoice:
    """The corrected invoice with fresh findings; who has which number is set right."""
    context, now = at
    old = _specimen(work, review)
    new = replace(old, invoice=invoice)
    found = work.duplicates.find(duplicates.lookup_of(new))
    verdict = duplicates.judge(new, found)
    fresh = rejudge.again(invoice, replace(context, seen=verdict))
    if duplicates.keys_of(invoice) != duplicates.keys_of(review.invoice):
        _claim_anew(work, review, (replace(new, invoice=fresh), verdict), now)
    return fresh


def _specimen(work: Work, review: Review, index: int | None = None) -> Specimen:
    """What an invoice of the document is compared by, as it was kept."""
    at = review.index if index is None else index
    invoice = work.invoices.of(review.document_sha256)[at]
    bare = Specimen(document=review.document_sha256, index=at, where=review.file, invoice=invoice)
    kept = work.duplicates.find(duplicates.lookup_of(bare))
    mine = (bare.document, bare.index)
    return next((one for one in kept if (one.document, one.index) == mine), bare)


def _claim_anew(
    work: Work,
    review: Review,
    corrected_one: tuple[Specimen, DuplicateVerdict],
    now: datetime.datetime,
) -> None:
    """Claims and links of the document's invoices, the corrected one among them."""
    document = review.document_sha256
    count = len(work.invoices.of(document))
    every = [
        corrected_one
        if index == review.index
        else (_specimen(work, review, index), work.duplicates.verdict(document, index))
        for index in range(count)
    ]
    work.duplicates.forget(document)
    for specimen, verdict in every:
        work.duplicates.claim(specimen, duplicates.keys_of(specimen.invoice), now)
        bands = duplicates.lookup_of(specimen).bands
        work.duplicates.keep(specimen, bands, verdict, now)


def _facts(invoice: Invoice, names: list[FieldName]) -> dict[str, Fact]:
    return {name.value: shown(invoice, name) for name in names}
