"""What reviewers did, step by step, and taken back again; and what they said of two invoices."""

import datetime
from collections.abc import Iterable, Mapping
from enum import StrEnum

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from models.invoice import Invoice
from models.record import Record
from piaohe.store.invoices import Invoices
from piaohe.store.reviews import Reviews, State
from piaohe.store.tables.people import ReviewRow
from piaohe.store.tables.review import StepRow, TwinWordRow
from piaohe.store.values import storable

_MARKS = TypeAdapter(dict[str, str | None])


class Said(StrEnum):
    """What a person says of two invoices: two of their own, or one and the same."""

    APART = "apart"
    SAME = "same"


class Word(Record):
    """What was said. Of `same` the invoice is one more shape of the other."""

    invoice_id: str
    other_id: str
    said: Said
    person_id: int
    at: datetime.datetime


class Standing(Record):
    """An invoice and where its review stood."""

    invoice: Invoice
    count: int = 0
    state: State = State.OPEN
    corrected_id: int | None = None
    first_id: int | None = None
    decided_id: int | None = None
    decided_at: datetime.datetime | None = None
    reason: str | None = None


class Scene(Record):
    """How some invoices stood by their ids, None for one that was not there; and every word said
    of any of them."""

    standings: dict[str, Standing | None]
    words: tuple[Word, ...] = ()


class Step(Record):
    """Something a person did to an invoice. `after` are the versions of all it changed."""

    id: int
    at: datetime.datetime
    person_id: int
    invoice_id: str
    what: str
    before: Scene
    after: dict[str, str | None]


class Steps:
    """The steps of all reviewers, and the words they said of two invoices."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._invoices = Invoices(session)
        self._reviews = Reviews(session)

    def scene(self, ids: Iterable[str]) -> Scene:
        """How these invoices stand now."""
        wanted = sorted(set(ids))
        words = {(w.invoice_id, w.other_id): w for one in wanted for w in self.words(one)}
        return Scene(
            standings={one: self._standing(one) for one in wanted}, words=tuple(words.values())
        )

    def add(self, done: tuple[datetime.datetime, int, str], invoice_id: str, before: Scene) -> None:
        """Note what was just done: (when, by whom, what), and how it stood before."""
        at, person_id, what = done
        row = StepRow(
            at=at,
            person_id=person_id,
            invoice_id=invoice_id,
            what=what,
            before=storable(before)[1],
            after=_MARKS.dump_json(self._marks(before.standings)).decode(),
        )
        self._session.add(row)
        self._session.flush()

    def last(self, person_id: int) -> Step | None:
        """The last thing this person did that was not taken back, if nobody changed any of it
        since."""
        row = self._session.scalar(
            select(StepRow)
            .where(StepRow.person_id == person_id, StepRow.undone_at.is_(None))
            .order_by(StepRow.id.desc())
            .limit(1)
        )
        if row is None:
            return None
        step = Step(
            id=row.id,
            at=row.at,
            person_id=row.person_id,
            invoice_id=row.invoice_id,
            what=row.what,
            before=Scene.model_validate_json(row.before),
            after=_MARKS.validate_json(row.after),
        )
        return step if self._marks(step.before.standings) == step.after else None

    def undo(self, step: Step, at: datetime.datetime) -> None:
        """Put everything back as it stood. An invoice that was not there before has to be the last
        of its document."""
        for invoice_id, standing in step.before.standings.items():
            self._put_back(invoice_id, standing)
        ids = list(step.before.standings)
        self._session.execute(delete(TwinWordRow).where(_about(ids)))
        for word in step.before.words:
            self.say(word)
        row = self._session.get(StepRow, step.id)
        if row is not None:
            row.undone_at = at
        self._session.flush()

    def say(self, word: Word) -> None:
        """Keep what was said of two invoices, instead of what was said of them before."""
        pair = [word.invoice_id, word.other_id]
        self._session.execute(
            delete(TwinWordRow).where(
                TwinWordRow.invoice_id.in_(pair), TwinWordRow.other_id.in_(pair)
            )
        )
        self._session.add(
            TwinWordRow(
                invoice_id=word.invoice_id,
                other_id=word.other_id,
                said=word.said.value,
                person_id=word.person_id,
                at=word.at,
            )
        )
        self._session.flush()

    def words(self, invoice_id: str) -> list[Word]:
        """What was said of an invoice and others, on either side."""
        rows = self._session.scalars(
            select(TwinWordRow)
            .where(_about([invoice_id]))
            .order_by(TwinWordRow.invoice_id, TwinWordRow.other_id)
        )
        return [
            Word(
                invoice_id=row.invoice_id,
                other_id=row.other_id,
                said=Said(row.said),
                person_id=row.person_id,
                at=row.at,
            )
            for row in rows
        ]

    def _standing(self, invoice_id: str) -> Standing | None:
        review = self._reviews.get(invoice_id)
        if review is None:
            return None
        names = set(Standing.model_fields) - {"invoice"}
        return Standing(invoice=review.invoice, **{name: getattr(review, name) for name in names})

    def _marks(self, standings: Mapping[str, object]) -> dict[str, str | None]:
        found = {one: self._reviews.get(one) for one in standings}
        return {one: review.version if review else None for one, review in found.items()}

    def _put_back(self, invoice_id: str, standing: Standing | None) -> None:
        document, _, index = invoice_id.rpartition("-")
        every = list(self._invoices.of(document))
        if standing is None:
            self._invoices.set(document, tuple(every[: int(index)]))
            self._session.execute(delete(ReviewRow).where(ReviewRow.invoice_id == invoice_id))
            return
        every[int(index)] = standing.invoice
        self._invoices.set(document, tuple(every))
        values = {name: getattr(standing, name) for name in Standing.model_fields}
        # the very version it had: what was done before this step can be taken back next
        again = {"state": standing.state.value, "version": values.pop("count")}
        del values["invoice"]
        self._reviews.decide(invoice_id, **values | again)


def _about(ids: list[str]) -> ColumnElement[bool]:
    return or_(TwinWordRow.invoice_id.in_(ids), TwinWordRow.other_id.in_(ids))
