"""The tables of what reviewers did one by one, and of what they said of two invoices."""

import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from piaohe.store.tables import WORD, Base, UtcDateTime


class StepRow(Base):
    """Something a reviewer did that can be undone: how things stood before, as JSON, and marks of
    how they stood after, by which it is seen whether anybody changed them since."""

    __tablename__ = "review_steps"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    invoice_id: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(WORD)
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    undone_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)


class TwinWordRow(Base):
    """What a person said of two invoices: `apart`, two of their own; or `same`, then the first is
    the one more shape of the other. The ids are no foreign keys, because rows of invoices are made
    anew whenever one changes."""

    __tablename__ = "twin_words"

    invoice_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    other_id: Mapped[str] = mapped_column(String(80), primary_key=True, index=True)
    said: Mapped[str] = mapped_column(WORD)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
