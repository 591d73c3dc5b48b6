"""Batches: what was handed in one after the other, and which of it belongs to which batch sheet.

What belongs to a batch is not written down but follows from the order of the turns, so a sheet
may be read before or after the files that come behind it.
"""

import datetime
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from models.batch import BatchMark, BatchSheet
from models.document import Document
from models.record import Record
from piaohe.store.tables import DocumentRow, InvoiceRow
from piaohe.store.tables.batches import BatchRow, TurnRow
from piaohe.store.tables.people import UploadRow
from piaohe.store.values import clean_text

QUIET = datetime.timedelta(hours=2)
"""After so long without anything handed in, a sheet no longer speaks for what comes."""
_NO_TURN = 0


class Batch(Record):
    """A batch, and the sheet it was begun by: `page` of the document, counted from 0."""

    id: int
    name: str
    owner: str
    department: str
    serial: str
    document_sha256: str
    page: int
    started_at: datetime.datetime


class Member(Record):
    """A document in a batch: its pages from `first_page` to `last_page`; None for its end."""

    sha256: str
    first_page: int
    last_page: int | None

    def holds(self, page: int | None) -> bool:
        """Whether a page is among them; what stands on no page is with the first."""
        at = page or 0
        return self.first_page <= at and (self.last_page is None or at <= self.last_page)


def stream_of(person_id: int) -> str:
    """The stream of what a person hands in."""
    return f"person:{person_id}"


class Batches:
    """The batches of all streams."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def handed_in(self, stream: str, sha256: str, at: datetime.datetime) -> None:
        """Note that a content came in `stream`, after what came in it before."""
        kept = clean_text(stream)
        last = self._session.scalar(
            select(TurnRow).where(TurnRow.stream == kept).order_by(TurnRow.id.desc()).limit(1)
        )
        # a clock that was set back does not end a run
        run = last.run if last is not None and at - last.at <= QUIET else 0
        mark = self._mark(sha256)
        turn = TurnRow(stream=kept, run=run, sha256=sha256, is_sheet=mark is not None, at=at)
        self._session.add(turn)
        self._session.flush()
        turn.run = run or turn.id
        if mark is not None:
            self._begin(sha256, BatchSheet(page=0, mark=mark), at, turn=turn.id)
        self._session.flush()

    def read(self, document: Document, at: datetime.datetime) -> None:
        """Note the sheets of a document that is kept now. Twice changes nothing."""
        sha256 = document.sha256 or ""
        if document.is_batch_sheet:
            turns = TurnRow.sha256 == sha256
            # the last of several sheets in a file is the one that holds
            for turn in self._session.scalars(select(TurnRow).where(turns)):
                self._begin(sha256, document.sheets[-1], turn.at, turn=turn.id)
            self._session.execute(update(TurnRow).where(turns).values(is_sheet=True))
            return
        ends = [*(sheet.page - 1 for sheet in document.sheets[1:]), None]
        for sheet, end in zip(document.sheets, ends, strict=False):
            if end is None or end > sheet.page:
                self._begin(sha256, sheet, at, end=end)

    def get(self, batch: int) -> Batch | None:
        row = self._session.get(BatchRow, batch)
        return _batch(row) if row else None

    def all(
        self, person_id: int | None = None, before: int | None = None, limit: int = 50
    ) -> list[Batch]:
        """The batches, the latest begun first, those before the id `before`; with `person_id`
        only those of what this person handed in."""
        query = select(BatchRow).order_by(BatchRow.id.desc()).limit(limit)
        if before is not None:
            query = query.where(BatchRow.id < before)
        if person_id is not None:
            query = query.where(_of_person(person_id))
        return [_batch(row) for row in self._session.scalars(query)]

    def is_of(self, batch: int, person_id: int) -> bool:
        """Whether a batch is of what this person handed in."""
        query = select(BatchRow.id).where(BatchRow.id == batch, _of_person(person_id))
        return self._session.scalar(query) is not None

    def members(self, batch: int, after: int = 0, limit: int = 100) -> list[tuple[int, Member]]:
        """The documents of a batch in the order they came, each with its place in it; those
        after that place."""
        row = self._session.get(BatchRow, batch)
        if row is None:
            return []
        if row.turn == _NO_TURN:
            one = Member(
                sha256=row.document_sha256, first_page=row.first_page, last_page=row.last_page
            )
            return [] if after else [(1, one)]
        run, end = self._reach(row.turn)
        query = (
            select(TurnRow.id, TurnRow.sha256)
            .where(
                TurnRow.run == run, TurnRow.is_sheet.is_(False), TurnRow.id > max(after, row.turn)
            )
            .order_by(TurnRow.id)
            .limit(limit)
        )
        if end is not None:
            query = query.where(TurnRow.id < end)
        found = [(each[0], each[1]) for each in self._session.execute(query)]
        return [(turn, self._before_sheets(sha256)) for turn, sha256 in found]

    def count(self, batch: int) -> int:
        """How many documents there are in a batch."""
        row = self._session.get(BatchRow, batch)
        if row is None or row.turn == _NO_TURN:
            return int(row is not None)
        run, end = self._reach(row.turn)
        query = select(func.count()).where(
            TurnRow.run == run, TurnRow.is_sheet.is_(False), TurnRow.id > row.turn
        )
        if end is not None:
            query = query.where(TurnRow.id < end)
        return self._session.scalar(query) or 0

    def of(self, sha256: str) -> list[tuple[Batch, Member]]:
        """The batches a document belongs to, by page: that of the sheet before it where there
        is one, then those of the sheets in it."""
        found: list[tuple[Batch, Member]] = []
        before = self._session.scalar(_latest(sha256))
        if before is not None:
            row = self._session.scalar(select(BatchRow).where(BatchRow.turn == before))
            if row is not None:
                found.append((_batch(row), self._before_sheets(sha256)))
        for row in self._session.scalars(_inside(sha256)):
            place = Member(sha256=sha256, first_page=row.first_page, last_page=row.last_page)
            found.append((_batch(row), place))
        return found

    def names(self, contents: Sequence[str]) -> dict[str, str]:
        """The names of the batches these contents belong to, for those that belong to one."""
        found = {sha256: [batch.name for batch, _ in self.of(sha256)] for sha256 in contents}
        return {sha256: "、".join(dict.fromkeys(names)) for sha256, names in found.items() if names}

    def _begin(
        self,
        sha256: str,
        sheet: BatchSheet,
        at: datetime.datetime,
        *,
        turn: int = _NO_TURN,
        end: int | None = None,
    ) -> None:
        """Write a batch down, once."""
        first = sheet.page + 1
        query = select(BatchRow.id).where(
            BatchRow.document_sha256 == sha256,
            BatchRow.first_page == first,
            BatchRow.turn == turn,
        )
        if self._session.scalar(query) is not None:
            return
        mark = sheet.mark
        self._session.add(
            BatchRow(
                name=mark.name,
                owner=mark.owner,
                department=mark.department,
                serial=mark.serial,
                document_sha256=sha256,
                turn=turn,
                first_page=first,
                last_page=end,
                started_at=at,
            )
        )
        self._session.flush()

    def _mark(self, sha256: str) -> BatchMark | None:
        """What a kept content says that is a sheet and nothing else."""
        row = self._session.get(DocumentRow, sha256)
        if row is None or self._session.scalar(
            select(exists().where(InvoiceRow.document_sha256 == sha256))
        ):
            return None
        document = Document.model_validate_json(row.record)
        return document.sheets[-1].mark if document.is_batch_sheet else None

    def _reach(self, turn: int) -> tuple[int, int | None]:
        """The run of a turn, and the turn of the next sheet in it."""
        run = self._session.get_one(TurnRow, turn).run
        later = (TurnRow.run == run, TurnRow.is_sheet.is_(True), TurnRow.id > turn)
        return run, self._session.scalar(select(func.min(TurnRow.id)).where(*later))

    def _before_sheets(self, sha256: str) -> Member:
        """A document as what precedes it has it: its pages up to a sheet of its own."""
        first = self._session.scalar(_inside(sha256).limit(1))
        end = first.first_page - 2 if first is not None else None
        return Member(sha256=sha256, first_page=0, last_page=end)


def _inside(sha256: str) -> Select[BatchRow]:
    own = (BatchRow.document_sha256 == sha256, BatchRow.turn == _NO_TURN)
    return select(BatchRow).where(*own).order_by(BatchRow.first_page)


def _latest(sha256: str) -> Select[int]:
    """The turn of the sheet before the last turn of a content, in the same run."""
    mine = (
        select(TurnRow)
        .where(TurnRow.sha256 == sha256, TurnRow.is_sheet.is_(False))
        .order_by(TurnRow.id.desc())
        .limit(1)
        .subquery()
    )
    sheet = aliased(TurnRow)
    return (
        select(sheet.id)
        .join(mine, and_(sheet.run == mine.c.run, sheet.id < mine.c.id))
        .where(sheet.is_sheet.is_(True))
        .order_by(sheet.id.desc())
        .limit(1)
    )


def _of_person(person_id: int) -> ColumnElement[bool]:
    stream = TurnRow.stream == stream_of(person_id)
    mine = UploadRow.person_id == person_id
    return or_(
        and_(BatchRow.turn != _NO_TURN, BatchRow.turn.in_(select(TurnRow.id).where(stream))),
        and_(
            BatchRow.turn == _NO_TURN,
            BatchRow.document_sha256.in_(select(UploadRow.sha256).where(mine)),
        ),
    )


def _batch(row: BatchRow) -> Batch:
    return Batch(
        id=row.id,
        name=row.name,
        owner=row.owner,
        department=row.department,
        serial=row.serial,
        document_sha256=row.document_sha256,
        page=row.first_page - 1,
        started_at=row.started_at,
    )
