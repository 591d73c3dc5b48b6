"""The tables of what is done by the clock, and of what is counted for those who watch."""

import datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from piaohe.store.tables import KEY, SHA256, WORD, Base, UtcDateTime


class ChoreRow(Base):
    """A chore: when it is due, who is at it, and how it went last.

    `holder` is the process that is at it, alive while `beats` grows. `mark` is how far the chore
    came, in its own words; `failures` counts those since it last went well.
    """

    __tablename__ = "chores"

    name: Mapped[str] = mapped_column(WORD, primary_key=True)
    schedule: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)
    holder: Mapped[str | None] = mapped_column(Text)
    beats: Mapped[int] = mapped_column(BigInteger)
    mark: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)
    succeeded_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(WORD)
    facts: Mapped[str] = mapped_column(Text)


class ChoreRunRow(Base):
    """One run of a chore. `facts` are its counts as JSON."""

    __tablename__ = "chore_runs"
    __table_args__ = (Index("ix_chore_runs_name_id", "name", "id"),)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    name: Mapped[str] = mapped_column(WORD)
    started_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    ok: Mapped[bool] = mapped_column(Boolean)
    error: Mapped[str | None] = mapped_column(WORD)
    facts: Mapped[str] = mapped_column(Text)


class TallyRow(Base):
    """A number that is kept so that nobody has to count: `name` with a `label` of it."""

    __tablename__ = "tallies"

    name: Mapped[str] = mapped_column(WORD, primary_key=True)
    label: Mapped[str] = mapped_column(KEY, primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class OriginalMarkRow(Base):
    """What is known of an original: "removed" on purpose, or found "damaged" or "missing"."""

    __tablename__ = "original_marks"

    sha256: Mapped[str] = mapped_column(SHA256, primary_key=True)
    what: Mapped[str] = mapped_column(WORD, index=True)
    at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
