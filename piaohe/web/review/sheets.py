"""What a reviewer does to whole invoices: say of two whether they are one, find a further one on
a page, put one to another it belongs to, and take the last step back."""

import datetime
from typing import NamedTuple

from models.geometry import Box
from models.invoice import Invoice
from piaohe.access import Viewer
from piaohe.learning.corrections import correct_category
from piaohe.store import Work
from piaohe.store.invoices import invoice_id
from piaohe.store.people import Facts
from piaohe.store.reviews import Review, State
from piaohe.store.steps import Said, Scene, Step, Word
from piaohe.web.problems import Problem
from piaohe.web.review import judging
from piaohe.web.review.desk import Desk

MOST_INVOICES = 200
"""Of one document; more are no sheet but a mistake."""


class Pair(NamedTuple):
    """An invoice a person works on, and another one."""

    own: Review
    other: Review


def say(work: Work, desk: Desk, viewer: Viewer, pair: Pair, said: Said) -> None:
    """Take down that two are apart, or are one; both are judged anew with that.

    Of two that are one, the one that came later is the other shape. Raises Problem: 409 held,
    decided; 422 same_invoice.
    """
    own, other = pair
    if own.id == other.id:
        raise Problem(422, "same_invoice")
    desk.check_may_change(work, viewer, own)
    part, main = (own, other) if _rank(own) >= _rank(other) else (other, own)
    at = desk.at()
    before = work.steps.scene([own.id, other.id])
    was = next((w.said.value for w in before.words if _is_about(w, own, other)), None)
    _keep_word(work, viewer, Pair(part, main), (said, at[1]))
    for review in (part, main):
        _settle(work, review, at)
    what = f"invoice.{said.value}"
    for one, two in ((own, other), (other, own)):
        change = ({"twin": two.id, "said": was}, {"twin": two.id, "said": said.value})
        work.audits.add(at[1], viewer.id, what, one.id, change)
    work.steps.add((at[1], viewer.id, what), own.id, before)


def split(work: Work, desk: Desk, viewer: Viewer, review: Review, region: Box | None) -> str:
    """Make an empty invoice to be typed, for a further one on the same page; gives its id.

    `region` is where it is, in pixels of the page. Raises Problem: 409 held, decided, too_many.
    """
    desk.check_may_change(work, viewer, review)
    document = review.document_sha256
    every = work.invoices.of(document)
    if len(every) >= MOST_INVOICES:
        raise Problem(409, "too_many_invoices")
    at = desk.at()
    new = invoice_id(document, len(every))
    before = work.steps.scene([new])
    empty = Invoice(page=review.invoice.page, region=region)
    work.invoices.set(document, (*every, empty))
    made = work.reviews.get(new)
    if made is None:
        raise Problem(404, "not_found")
    fresh = judging.settled(work, made, at)
    work.reviews.correct(made, fresh, viewer.id)
    work.audits.add(at[1], viewer.id, "invoice.split", review.id, (None, {"invoice": new}))
    work.audits.add(at[1], viewer.id, "invoice.added", new, (None, {"invoice": review.id}))
    work.steps.add((at[1], viewer.id, "invoice.split"), new, before)
    return new


def merge(work: Work, desk: Desk, viewer: Viewer, pair: Pair, reason: str) -> None:
    """Put an invoice to another one it is a part of, such as a list of lines on a page of its own:
    the other gets its lines, and it counts for nothing any more.

    Raises Problem: 409 held, decided; 422 same_invoice.
    """
    part, main = pair
    if part.id == main.id:
        raise Problem(422, "same_invoice")
    for review in pair:
        desk.check_may_change(work, viewer, review)
    at = desk.at()
    before = work.steps.scene([part.id, main.id])
    _keep_word(work, viewer, pair, (Said.SAME, at[1]))
    lines = (*main.invoice.items, *part.invoice.items)
    whole = main.invoice.model_copy(update={"items": lines})
    work.reviews.correct(main, judging.judged(work, main, whole, at), viewer.id)
    _settle(work, part, at)
    work.reviews.decide(
        part.id,
        state=State.MERGED.value,
        decided_id=viewer.id,
        decided_at=at[1],
        reason=reason,
        first_id=None,
        holder_id=None,
        held_until=None,
    )
    counts: tuple[Facts, Facts] = (
        {"lines": len(main.invoice.items)},
        {"lines": len(lines), "invoice": part.id},
    )
    work.audits.add(at[1], viewer.id, "invoice.merged", main.id, counts)
    gone = ({"state": part.state.value}, {"state": State.MERGED.value, "invoice": main.id})
    work.audits.add(at[1], viewer.id, "invoice.merged", part.id, gone)
    work.steps.add((at[1], viewer.id, "invoice.merged"), part.id, before)


def last_step(work: Work, viewer: Viewer, now: datetime.datetime) -> Step | None:
    """What this person did last, if it can still be taken back."""
    step = work.steps.last(viewer.id)
    if step is None or not _removable(work, step.before):
        return None
    reviews = [work.reviews.get(one) for one in step.before.standings]
    return None if any(review and _is_held(review, viewer, now) for review in reviews) else step


def undo(work: Work, desk: Desk, viewer: Viewer, step_id: int) -> Step:
    """Take back what this person did last. Raises Problem 409 nothing_to_undo where somebody
    changed any of it since, or where it was not the last."""
    at = desk.at()
    step = last_step(work, viewer, at[1])
    if step is None or step.id != step_id:
        raise Problem(409, "nothing_to_undo")
    _untaught(work, desk, viewer, step)
    now = {one: work.reviews.get(one) for one in step.before.standings}
    work.steps.undo(step, at[1])
    for one, was in now.items():
        back = work.reviews.get(one)
        near = back or work.reviews.get(f"{one.rpartition('-')[0]}-0")
        if near is not None:
            judging.reclaimed(work, near, at[1])
        states = (_state(was), _state(back))
        change = ({"what": step.what, **states[0]}, {"what": None, **states[1]})
        work.audits.add(at[1], viewer.id, "invoice.undone", one, change)
    return step


def _is_held(review: Review, viewer: Viewer, now: datetime.datetime) -> bool:
    """Whether somebody else has it at hand."""
    other = review.holder_id not in (None, viewer.id)
    return other and review.held_until is not None and review.held_until > now


def _state(review: Review | None) -> dict[str, str | None]:
    return {
        "state": review.state.value if review else None,
        "status": review.invoice.status.value if review else None,
    }


def _untaught(work: Work, desk: Desk, viewer: Viewer, step: Step) -> None:
    """What was taught with a correction of the category is set right with one back; what had no
    category before stays taught, because nothing else is known of it."""
    by = viewer.person.login
    for one, before in step.before.standings.items():
        now = work.invoices.get(one)
        if before is None or now is None or before.invoice.category in (None, now.category):
            continue
        correct_category(
            work, (one, before.invoice.category or "", by), desk.at()[1], desk.categories
        )


def _removable(work: Work, before: Scene) -> bool:
    """Whether every invoice that was not there is still the last of its document."""
    return all(
        standing is not None or len(work.invoices.of(one[:64])) == int(one[65:]) + 1
        for one, standing in before.standings.items()
    )


def _settle(work: Work, review: Review, at: judging.At) -> None:
    fresh = judging.settled(work, review, at)
    if work.invoices.judged(review.document_sha256, review.index, fresh):
        # seen as it was by whoever has it open
        work.reviews.decide(review.id)


def _keep_word(
    work: Work, viewer: Viewer, pair: Pair, said: tuple[Said, datetime.datetime]
) -> None:
    word = Word(
        invoice_id=pair.own.id,
        other_id=pair.other.id,
        said=said[0],
        person_id=viewer.id,
        at=said[1],
    )
    work.steps.say(word)


def _is_about(word: Word, own: Review, other: Review) -> bool:
    return {word.invoice_id, word.other_id} == {own.id, other.id}


def _rank(review: Review) -> tuple[datetime.datetime, str, int]:
    return (review.received_at, review.document_sha256, review.index)
