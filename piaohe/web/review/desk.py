"""The reviewer's desk: taking an invoice in hand, correcting it, deciding on it."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from classify.company import CategoryMap
from models.errors import UsageError
from models.finding import Severity
from models.invoice import FieldName, Invoice
from piaohe.access import Permission, Viewer
from piaohe.judging import rejudge
from piaohe.learning.corrections import correct_category, correct_kind
from piaohe.pipeline import Tools
from piaohe.store import Store, Work
from piaohe.store.people import Fact, Facts
from piaohe.store.reviews import Review, State
from piaohe.store.values import fen_or_none
from piaohe.web.problems import Problem
from piaohe.web.review import details, judging
from piaohe.web.review.corrections import LONGEST, Unusable, corrected, shown
from piaohe.web.review.details import More

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
    categories: Callable[[], CategoryMap] = field(default=CategoryMap)
    """The company's own categories."""


class Desk:
    """Reviews of invoices. Who may do what besides the route's permission is decided here."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime.datetime],
        tools: Callable[[], Tools],
        manners: Manners,
    ) -> None:
        self._store = store
        self._clock = clock
        self.tools = tools
        self._manners = manners

    @property
    def categories(self) -> CategoryMap:
        """The company's own categories."""
        return self._manners.categories()

    def at(self) -> judging.At:
        """What the rules may know, and when it is."""
        return self.tools().context, self._clock()

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
        self,
        work: Work,
        viewer: Viewer,
        review: Review,
        typed: Mapping[FieldName, str],
        more: More | None = None,
    ) -> None:
        """Take a person's values over and judge the invoice anew.

        Raises Problem: 409 held, 409 decided, 422 unusable_value.
        """
        more = more or More()
        self.check_may_change(work, viewer, review)
        try:
            changed = details.detailed(corrected(review.invoice, typed), more)
        except Unusable as error:
            raise _unusable(error) from error
        relabelled = more.category not in (None, "", review.invoice.category)
        if changed == review.invoice and not relabelled:
            return
        at = self.at()
        before = work.steps.scene([review.id])
        fresh = judging.judged(work, review, changed, at)
        work.reviews.correct(review, fresh, viewer.id)
        self._taught(work, viewer, review, more)
        done = work.reviews.get(review.id) or review
        change = _difference(review.invoice, done.invoice)
        work.audits.add(at[1], viewer.id, "invoice.corrected", review.id, change)
        work.steps.add((at[1], viewer.id, "invoice.corrected"), review.id, before)

    def _taught(self, work: Work, viewer: Viewer, review: Review, more: More) -> None:
        """What a person said the invoice is, taken down to be learnt from."""
        now, by = self._clock(), viewer.person.login
        if more.form is not None and more.form is not review.invoice.form:
            correct_kind(work, (review.id, more.form.value, by), now)
        if more.category in (None, "", review.invoice.category):
            return
        said = (review.id, more.category or "", by)
        try:
            correct_category(work, said, now, self.categories, self._again)
        except UsageError as error:
            raise _unusable(Unusable("category", "no_category")) from error

    def _again(self, invoice: Invoice) -> Invoice:
        return rejudge.again(invoice, self.tools().context)

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
            self.check_may_change(work, viewer, review)
            if verdict is not Verdict.ACCEPT and not reason:
                raise Problem(422, "reason_missing")
            state = _STATES.get(verdict) or self._accepted(work, viewer, review)
        first = viewer.id if state is State.CHECKED else review.first_id
        ended = state not in (State.OPEN, State.CHECKED)
        before = work.steps.scene([review.id])
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
        what = f"invoice.{verdict.value}"
        work.audits.add(now, viewer.id, what, review.id, change)
        work.steps.add((now, viewer.id, what), review.id, before)
        return state

    def hand_in_again(self, work: Work, viewer: Viewer, review: Review) -> Review:
        """Put one's own invoice that was returned before a reviewer once more; who may is the
        caller's to see to. Raises Problem 409 decided for any other."""
        if review.state is not State.RETURNED:
            raise Problem(409, "decided", state=review.state.value)
        work.reviews.decide(
            review.id,
            state=State.OPEN.value,
            first_id=None,
            decided_id=None,
            decided_at=None,
            reason=None,
        )
        change: tuple[Facts, Facts] = (
            {"state": review.state.value, "reason": review.reason},
            {"state": State.OPEN.value},
        )
        work.audits.add(self._clock(), viewer.id, "invoice.resubmitted", review.id, change)
        return _seen(work, viewer, review.id)

    def seen(self, work: Work, viewer: Viewer, invoice_id: str) -> Review:
        """Like `get`, within a unit of work."""
        return _seen(work, viewer, invoice_id)

    def check_may_change(self, work: Work, viewer: Viewer, review: Review) -> None:
        """Raises Problem 409: decided, or held by somebody else."""
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
    return Problem(422, "unusable_value", field=str(error.field), why=error.code)


def _difference(before: Invoice, after: Invoice) -> tuple[Facts, Facts]:
    """What a correction changed, as the history tells it: (before, after)."""
    names = [name for name in FieldName if shown(before, name) != shown(after, name)]
    told: list[dict[str, Fact]] = []
    for invoice in (before, after):
        told.append({name.value: shown(invoice, name) for name in names})
        told[-1]["status"] = invoice.status.value
        if before.items != after.items:
            told[-1]["items"] = [details.line_said(item) for item in invoice.items]
    for name, both in details.changes(before, after).items():
        told[0][name], told[1][name] = both
    return told[0], told[1]
