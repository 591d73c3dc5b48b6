"""Reimbursement claims (报销单): kept, found, and which of them has an invoice."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints
from sqlalchemy import Select, delete, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.claim import Count, Trip, Use
from models.record import Record
from models.text import MAX_MONEY
from piaohe.store.tables import InvoiceRow
from piaohe.store.tables.claims import ClaimHoldRow, ClaimPaperRow, SheetRow
from piaohe.store.tables.people import UploadRow
from piaohe.store.values import storable

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Money = Annotated[Decimal, Field(ge=0, le=MAX_MONEY, decimal_places=2, allow_inf_nan=False)]
PersonId = Annotated[int, Field(ge=1, lt=2**63)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Stage(StrEnum):
    """Where a claim stands. checked: accepted by one person, a second has to approve."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    PAID = "paid"
    EXPORTED = "exported"


OPEN = frozenset({Stage.DRAFT, Stage.RETURNED})
"""In which its person may change it."""
WAITING = frozenset({Stage.SUBMITTED, Stage.CHECKED})
"""In which somebody else has to decide."""


class Stated(Record):
    """What a person says of a claim as a whole. Money in yuan. `on_behalf` is the id of the person
    it is for, where that is not the one who makes it."""

    on_behalf: PersonId | None = None
    purpose: Line = ""
    category: Line | None = None
    department: Line | None = None
    grade: Line | None = None
    use: Use | None = None
    trip: Trip | None = None
    overtime: bool = False
    people: Count | None = None
    advance: Money = Decimal(0)
    note: Annotated[str, StringConstraints(max_length=2000)] = ""


class Paper(Record):
    """A document in a claim. `attachment` says what kind of paper it is where it is no invoice,
    in the policy's words. `paid` is what was really paid, where it is not what the invoice says,
    in `currency`; `deduct`: its input tax is to be credited."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    attachment: Line | None = None
    category: Line | None = None
    paid: Money | None = None
    currency: Currency = "CNY"
    deduct: bool = False


class Sheet(Record):
    """A claim as kept. `version` counts its changes."""

    id: int
    person_id: int
    stage: Stage
    version: int
    made_at: datetime.datetime
    submitted_at: datetime.datetime | None = None
    first_id: int | None = None
    decided_id: int | None = None
    decided_at: datetime.datetime | None = None
    reason: str | None = None
    total_fen: int | None = None
    stated: Stated = Stated()

    @property
    def claimant_id(self) -> int:
        """Whose expenses they are."""
        return self.stated.on_behalf or self.person_id

    @property
    def parties(self) -> tuple[int, int]:
        """Who made it and whom it is for: neither decides on it."""
        return self.person_id, self.claimant_id


class Hold(Record):
    """That a claim has an invoice."""

    key: str
    claim_id: int
    invoice_id: str
    since: datetime.datetime
    person_id: int


class Wanted(Record):
    """Which claims: made by a person; made by them or handed in for them; in these stages; handed
    in at least once."""

    owner: int | None = None
    party: int | None = None
    stages: tuple[Stage, ...] = ()
    handed_in: bool = False


class Claims:
    """The claims of all people."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, person_id: int, stated: Stated, at: datetime.datetime) -> int:
        """A new draft; gives its id."""
        row = SheetRow(
            person_id=person_id,
            for_id=stated.on_behalf,
            state=Stage.DRAFT.value,
            version=0,
            made_at=at,
            total_fen=0,
            record=storable(stated)[1],
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def get(self, claim_id: int, *, to_change: bool = False) -> Sheet | None:
        """The claim, which nobody else changes until the unit of work ends where `to_change`."""
        query = select(SheetRow).where(SheetRow.id == claim_id)
        if to_change:
            query = query.with_for_update()
        row = self._session.scalar(query)
        return _sheet(row) if row else None

    def change(self, claim_id: int, stated: Stated | None = None, **columns: object) -> None:
        """Set what is stated and columns (state, reason, ...); its version goes up."""
        values = dict(columns)
        if stated is not None:
            values |= {"record": storable(stated)[1], "for_id": stated.on_behalf}
        self._session.execute(
            update(SheetRow)
            .where(SheetRow.id == claim_id)
            .values(version=SheetRow.version + 1, **values),
            execution_options={"synchronize_session": False},
        )
        self._session.expire_all()

    def find(
        self, wanted: Wanted, last: int | None = None, limit: int = 50, *, newest: bool = True
    ) -> list[Sheet]:
        """Claims, the newest first, or of those handed in the one longest waiting; `last` is the
        id of the last claim of the page before."""
        query = _matching(select(SheetRow), wanted)
        if newest:
            query = query.where(SheetRow.id < last) if last is not None else query
            query = query.order_by(SheetRow.id.desc())
        else:
            place = SheetRow.submitted_at, SheetRow.id
            query = query.where(SheetRow.submitted_at.is_not(None)).order_by(*place)
            if last is not None:
                there = select(*place).where(SheetRow.id == last).scalar_subquery()
                query = query.where(tuple_(*place) > there)
        return [_sheet(row) for row in self._session.scalars(query.limit(limit))]

    def count(self, wanted: Wanted) -> int:
        return self._session.scalar(_matching(select(func.count(SheetRow.id)), wanted)) or 0

    # papers

    def papers(self, claim_id: int) -> list[Paper]:
        """Its documents, in the order they were added."""
        rows = self._session.scalars(
            select(ClaimPaperRow.record)
            .where(ClaimPaperRow.claim_id == claim_id)
            .order_by(ClaimPaperRow.position)
        )
        return [Paper.model_validate_json(record) for record in rows]

    def put(self, claim_id: int, paper: Paper, by: int, at: datetime.datetime) -> None:
        """Add a document, or state something else of it."""
        row = self._session.get(ClaimPaperRow, (claim_id, paper.sha256))
        record = storable(paper)[1]
        if row is not None:
            row.record = record
        else:
            last = self._session.scalar(
                select(func.max(ClaimPaperRow.position)).where(ClaimPaperRow.claim_id == claim_id)
            )
            self._session.add(
                ClaimPaperRow(
                    claim_id=claim_id,
                    sha256=paper.sha256,
                    position=(last or 0) + 1,
                    added_id=by,
                    added_at=at,
                    record=record,
                )
            )
        self._session.flush()

    def take_out(self, claim_id: int, sha256: str) -> None:
        self._session.execute(
            delete(ClaimPaperRow).where(
                ClaimPaperRow.claim_id == claim_id, ClaimPaperRow.sha256 == sha256
            )
        )

    # who has which invoice

    def hold(self, claim_id: int, keys: Mapping[str, str], at: datetime.datetime) -> list[Hold]:
        """Take invoices for a claim, and let go of those it had besides: identity -> invoice id.

        Gives what other claims have of them. Atomic: of any number that want an invoice at the
        same moment one gets it; the rest wait for that one to be done, and are told.
        """
        self._session.execute(
            delete(ClaimHoldRow).where(
                ClaimHoldRow.claim_id == claim_id, ClaimHoldRow.key.not_in(list(keys))
            )
        )
        # in order, so that two who want the same ones cannot wait for one another
        rows = [
            {"key": key, "claim_id": claim_id, "invoice_id": keys[key], "held_at": at}
            for key in sorted(keys)
        ]
        if not rows:
            return []
        dialect = sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql
        self._session.execute(dialect.insert(ClaimHoldRow).on_conflict_do_nothing(), rows)
        return [one for one in self.holds(list(keys)) if one.claim_id != claim_id]

    def holds(self, keys: Sequence[str]) -> list[Hold]:
        """Who has these identities."""
        rows = self._session.execute(
            select(ClaimHoldRow, SheetRow.person_id)
            .join(SheetRow, SheetRow.id == ClaimHoldRow.claim_id)
            .where(ClaimHoldRow.key.in_(keys))
            .order_by(ClaimHoldRow.key)
        )
        return [
            Hold(
                key=row.key,
                claim_id=row.claim_id,
                invoice_id=row.invoice_id,
                since=row.held_at,
                person_id=person,
            )
            for row, person in rows
        ]

    def release(self, claim_id: int) -> None:
        """Let go of all its invoices."""
        self._session.execute(delete(ClaimHoldRow).where(ClaimHoldRow.claim_id == claim_id))

    def having(self, invoice_id: str) -> Sheet | None:
        """The claim that has an invoice now."""
        row = self._session.scalar(
            select(SheetRow)
            .join(ClaimHoldRow, ClaimHoldRow.claim_id == SheetRow.id)
            .where(ClaimHoldRow.invoice_id == invoice_id)
            .limit(1)
        )
        return _sheet(row) if row else None

    def shows(self, person_id: int, sha256: str) -> bool:
        """Whether a document is in a claim that was handed in for this person."""
        query = (
            select(ClaimPaperRow.claim_id)
            .join(SheetRow, SheetRow.id == ClaimPaperRow.claim_id)
            .where(ClaimPaperRow.sha256 == sha256, SheetRow.for_id == person_id)
            .where(SheetRow.submitted_at.is_not(None))
        )
        return self._session.scalar(query.limit(1)) is not None

    def free(self, person_id: int, limit: int = 60) -> list[str]:
        """What a person handed in and no claim of theirs has, the latest first: SHA-256s."""
        held = (
            select(InvoiceRow.document_sha256)
            .join(ClaimHoldRow, ClaimHoldRow.invoice_id == InvoiceRow.id)
            .where(InvoiceRow.document_sha256 == UploadRow.sha256)
        )
        query = (
            select(UploadRow.sha256)
            .where(UploadRow.person_id == person_id, ~held.exists())
            .order_by(UploadRow.at.desc(), UploadRow.sha256)
            .limit(limit)
        )
        return list(self._session.scalars(query))


def _matching(query: Select, wanted: Wanted) -> Select:  # type: ignore[type-arg]
    if wanted.owner is not None:
        query = query.where(SheetRow.person_id == wanted.owner)
    if wanted.party is not None:
        # a draft is its maker's alone
        theirs = (SheetRow.for_id == wanted.party) & SheetRow.submitted_at.is_not(None)
        query = query.where((SheetRow.person_id == wanted.party) | theirs)
    if wanted.stages:
        query = query.where(SheetRow.state.in_([stage.value for stage in wanted.stages]))
    if wanted.handed_in:
        query = query.where(SheetRow.submitted_at.is_not(None))
    return query


def _sheet(row: SheetRow) -> Sheet:
    return Sheet(
        id=row.id,
        person_id=row.person_id,
        stage=Stage(row.state),
        version=row.version,
        made_at=row.made_at,
        submitted_at=row.submitted_at,
        first_id=row.first_id,
        decided_id=row.decided_id,
        decided_at=row.decided_at,
        reason=row.reason,
        total_fen=row.total_fen,
        stated=Stated.model_validate_json(row.record),
    )
