"""The tables of the flow: what waits and runs, who carries it, and how far matching is."""

import datetime

from sqlalchemy import (
    BigInteger,
    Index,
    Integer,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from piaohe.store.tables import KEY, SHA256, WORD, Base, UtcDateTime


class ArrivalRow(Base):
    """A file handed in: its place in the queue, and what became of it. `error` is JSON.

    `turn` orders a lane so that owners take turns; `fence` grows whenever the arrival changes
    hands, and only who knows the newest may write.
    """

    __tablename__ = "arrivals"
    __table_args__ = (
        UniqueConstraint("sha256", "owner"),
        Index("ix_arrivals_queue", "state", "lane", "turn", "id"),
        Index("ix_arrivals_owner", "owner", "lane", "state", "turn"),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    sha256: Mapped[str] = mapped_column(SHA256)
    name: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    batch: Mapped[str] = mapped_column(Text)
    lane: Mapped[int] = mapped_column(Integer)
    turn: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(WORD)
    step: Mapped[str | None] = mapped_column(WORD)
    attempts: Mapped[int] = mapped_column(Integer)
    not_before: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)
    worker: Mapped[str | None] = mapped_column(Text)
    fence: Mapped[int] = mapped_column(Integer)
    finished_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)


class WorkerRow(Base):
    """A process that carries documents, alive while `beats` grows; `seen_at` is for eyes."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(KEY, primary_key=True)
    host: Mapped[str] = mapped_column(Text)
    slot: Mapped[int] = mapped_column(Integer)
    pid: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    beats: Mapped[int] = mapped_column(BigInteger)


class MarkRow(Base):
    """Work that is done for many documents at once: how often it was wanted, and up to which."""

    __tablename__ = "flow_marks"

    name: Mapped[str] = mapped_column(WORD, primary_key=True)
    wanted: Mapped[int] = mapped_column(BigInteger)
    done: Mapped[int] = mapped_column(BigInteger)
