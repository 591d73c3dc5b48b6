"""The tables of batches: what was handed in one after the other, and the sheets among it."""

import datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from piaohe.store.tables import KEY, SHA256, WORD, Base, UtcDateTime

_ID = BigInteger().with_variant(Integer, "sqlite")


class TurnRow(Base):
    """A content as it was handed in: in its `stream` (a folder, a person) after those with lower
    ids. Turns of one `run` followed one another without a long pause; its name is the id of the
    first. `is_sheet` says that it is a batch sheet and nothing else, once it is read."""

    __tablename__ = "batch_turns"
    __table_args__ = (
        Index("ix_batch_turns_stream_id", "stream", "id"),
        Index("ix_batch_turns_run_is_sheet_id", "run", "is_sheet", "id"),
    )

    id: Mapped[int] = mapped_column(_ID, primary_key=True, autoincrement=True)
    stream: Mapped[str] = mapped_column(KEY)
    run: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(SHA256, index=True)
    is_sheet: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)


class BatchRow(Base):
    """A batch: begun by the sheet at a turn (then it is the turns after that one in its run, up to
    the next sheet), or by the sheet on the page before `first_page` of a document (then it is the
    pages from there to `last_page`). A turn of 0 stands for none, pages count from 0."""

    __tablename__ = "batches"
    __table_args__ = (UniqueConstraint("document_sha256", "first_page", "turn"),)

    id: Mapped[int] = mapped_column(_ID, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    serial: Mapped[str] = mapped_column(WORD)
    document_sha256: Mapped[str] = mapped_column(SHA256)
    turn: Mapped[int] = mapped_column(BigInteger, index=True)
    first_page: Mapped[int] = mapped_column(Integer)
    last_page: Mapped[int | None] = mapped_column(Integer)
    started_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
