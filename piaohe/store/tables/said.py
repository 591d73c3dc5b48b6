"""The tables of what people and outside systems said, beside what was read."""

import datetime

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from piaohe.store.tables import KEY, SHA256, Base, IndexedText, UtcDateTime


class LinkRow(Base):
    """That a person linked an invoice with an entry, or took them apart.

    `entry` is the number the entry has, which outlives a new export; where it has none, where it
    stood, and `content` is the hash of what it says.
    """

    __tablename__ = "links"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    invoice: Mapped[str] = mapped_column(KEY, index=True)
    entry: Mapped[str] = mapped_column(KEY, index=True)
    content: Mapped[str | None] = mapped_column(SHA256)
    linked: Mapped[bool] = mapped_column(Boolean)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    revoked_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)
    revoked_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class ConfirmationRow(Base):
    """A 红字发票信息确认单, as the last list that held it says."""

    __tablename__ = "red_confirmations"

    blue: Mapped[str] = mapped_column(IndexedText(1200), primary_key=True)
    number: Mapped[str] = mapped_column(IndexedText(1200), primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    pending: Mapped[bool] = mapped_column(Boolean)
    entered: Mapped[datetime.date | None] = mapped_column(Date)
    read_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)


class BreakerRow(Base):
    """Failures in a row of an endpoint (the hash of its address), for all processes."""

    __tablename__ = "source_breakers"

    source: Mapped[str] = mapped_column(KEY, primary_key=True)
    endpoint: Mapped[str] = mapped_column(SHA256, primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    until: Mapped[datetime.datetime] = mapped_column(UtcDateTime)


class LeadRow(Base):
    """Something an invoice with more to it than its own number may be met by: the hash of a
    number, a seller, an entry. What is exact and plain has none: its number finds it."""

    __tablename__ = "match_leads"

    lead: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    invoice_id: Mapped[str] = mapped_column(String(80), primary_key=True, index=True)


class MatchBookRow(Base):
    """A snapshot the kept verdicts rest on, and what it was taken to cover."""

    __tablename__ = "match_books"

    sha256: Mapped[str] = mapped_column(SHA256, primary_key=True)
    said: Mapped[str] = mapped_column(Text)
