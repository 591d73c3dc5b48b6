"""The tables of what reviewers corrected and what was learnt from it."""

import datetime

from sqlalchemy import (
    BigInteger,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from piaohe.store.tables import SHA256, WORD, Base, UtcDateTime


class CorrectionRow(Base):
    """A reviewer's correction, a labelled example: `record` has what the example was learnt from.

    `what` is "category" or "kind"; `invoice_id` is no foreign key, because an invoice's row is
    made anew whenever it changes.
    """

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(Text)
    invoice_id: Mapped[str] = mapped_column(String(80), index=True)
    what: Mapped[str] = mapped_column(WORD)
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    record: Mapped[str] = mapped_column(Text)


class ClassifierVersionRow(Base):
    """What was learnt from corrections once. `record` is the Version; the file has its name."""

    __tablename__ = "classifier_versions"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(SHA256)
    trained_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    record: Mapped[str] = mapped_column(Text)


class ClassifierUseRow(Base):
    """That a version was put in use, or taken out of it. Number 0 is the shipped model alone."""

    __tablename__ = "classifier_uses"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(Text)
    how: Mapped[str] = mapped_column(WORD)
    number: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str | None] = mapped_column(Text)
