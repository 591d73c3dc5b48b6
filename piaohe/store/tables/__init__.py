"""The tables. Types are those SQLite and PostgreSQL share; money is integer 分 in `*_fen`.

A row's `record` is the JSON of its frozen record and is the truth; the other columns repeat what
is searched, joined or counted.
"""

import datetime
import hashlib

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime.datetime]):
    """An instant. Takes aware datetimes only, keeps UTC, gives aware UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(datetime.UTC)

    def process_result_value(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        if value is None:
            return None
        # SQLite keeps no zone: what is there was written as UTC
        return (
            value.replace(tzinfo=datetime.UTC)
            if value.tzinfo is None
            else value.astimezone(datetime.UTC)
        )


class IndexedText(TypeDecorator[str]):
    """Text in an index, of at most `most` bytes of UTF-8: PostgreSQL's indexes take no more than
    2,704 bytes in a row. Of a longer one, which only a hostile file has, the beginning is kept and
    the SHA-256 of all of it; comparisons with the whole text still find it."""

    impl = Text
    cache_ok = True
    _BEGINNING = 200

    def __init__(self, most: int = 2400) -> None:
        super().__init__()
        self.most = most

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or len(value) * 4 <= self.most:
            return value
        data = value.encode("utf-8", "backslashreplace")
        if len(data) <= self.most:
            return value
        return f"{value[: self._BEGINNING]}…{hashlib.sha256(data).hexdigest()}"


KEY = IndexedText()
SHA256 = String(64)
WORD = String(64)
"""Codes, states and numbers: short, ours or checked by us; SQLite ignores the length."""


class Base(DeclarativeBase):
    """The base of the tables; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class DocumentRow(Base):
    """A file by its content. `record` is the Document without its invoices, which have rows."""

    __tablename__ = "documents"

    sha256: Mapped[str] = mapped_column(SHA256, primary_key=True)
    file: Mapped[str] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(WORD)
    size: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(WORD, index=True)
    error_code: Mapped[str | None] = mapped_column(WORD)
    reader_version: Mapped[str | None] = mapped_column(WORD)
    record: Mapped[str] = mapped_column(Text)


class SightingRow(Base):
    """A path at which a content was seen. One content under two names is two sightings."""

    __tablename__ = "sightings"

    path: Mapped[str] = mapped_column(KEY, primary_key=True)
    sha256: Mapped[str] = mapped_column(
        ForeignKey("documents.sha256"), primary_key=True, index=True
    )
    seen_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)


class InvoiceRow(Base):
    """One invoice of a document. `paper_key` is the second identity of a 数电纸质 invoice."""

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("document_sha256", "idx"),
        Index("ix_invoices_date_total_fen", "date", "total_fen"),
    )

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    document_sha256: Mapped[str] = mapped_column(ForeignKey("documents.sha256"))
    idx: Mapped[int] = mapped_column(Integer)
    type: Mapped[str] = mapped_column(WORD)
    form: Mapped[str | None] = mapped_column(WORD)
    key: Mapped[str | None] = mapped_column(KEY, index=True)
    paper_key: Mapped[str | None] = mapped_column(KEY, index=True)
    code: Mapped[str | None] = mapped_column(Text)
    number: Mapped[str | None] = mapped_column(KEY, index=True)
    date: Mapped[datetime.date | None] = mapped_column(Date, index=True)
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    tax_fen: Mapped[int | None] = mapped_column(BigInteger)
    total_fen: Mapped[int | None] = mapped_column(BigInteger)
    buyer_name: Mapped[str | None] = mapped_column(Text)
    buyer_tax_id: Mapped[str | None] = mapped_column(Text)
    seller_name: Mapped[str | None] = mapped_column(Text)
    seller_tax_id: Mapped[str | None] = mapped_column(KEY, index=True)
    category: Mapped[str | None] = mapped_column(WORD)
    status: Mapped[str] = mapped_column(WORD, index=True)
    record: Mapped[str] = mapped_column(Text)


class LedgerRow(Base):
    """A ledger file as imported once: a snapshot, never changed."""

    __tablename__ = "ledgers"

    sha256: Mapped[str] = mapped_column(SHA256, primary_key=True)
    source: Mapped[str] = mapped_column(KEY, index=True)
    layout: Mapped[str] = mapped_column(WORD)
    imported_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    first: Mapped[datetime.date | None] = mapped_column(Date)
    last: Mapped[datetime.date | None] = mapped_column(Date)
    entity_tax_id: Mapped[str | None] = mapped_column(Text)
    row_count: Mapped[int] = mapped_column(Integer)
    problems: Mapped[str] = mapped_column(Text)


class LedgerEntryRow(Base):
    """One line of a snapshot."""

    __tablename__ = "ledger_entries"

    ledger_sha256: Mapped[str] = mapped_column(ForeignKey("ledgers.sha256"), primary_key=True)
    idx: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(KEY, index=True)
    number: Mapped[str | None] = mapped_column(KEY, index=True)
    code: Mapped[str | None] = mapped_column(Text)
    paper_number: Mapped[str | None] = mapped_column(KEY, index=True)
    date: Mapped[datetime.date | None] = mapped_column(Date, index=True)
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    tax_fen: Mapped[int | None] = mapped_column(BigInteger)
    total_fen: Mapped[int | None] = mapped_column(BigInteger)
    buyer_tax_id: Mapped[str | None] = mapped_column(Text)
    seller_tax_id: Mapped[str | None] = mapped_column(KEY, index=True)
    status: Mapped[str] = mapped_column(WORD)
    record: Mapped[str] = mapped_column(Text)


class MatchRow(Base):
    """The latest verdict. `copy` counts, from 0, the verdicts that share side and key."""

    __tablename__ = "matches"

    side: Mapped[str] = mapped_column(WORD, primary_key=True)
    key: Mapped[str] = mapped_column(KEY, primary_key=True)
    copy: Mapped[int] = mapped_column(Integer, primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(WORD, index=True)
    cause: Mapped[str | None] = mapped_column(WORD)
    decided_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    record: Mapped[str] = mapped_column(Text)


class EventRow(Base):
    """The audit: what happened to what, when. Rows are only ever added."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    what: Mapped[str] = mapped_column(WORD)
    subject: Mapped[str] = mapped_column(KEY, index=True)
    details: Mapped[str] = mapped_column(Text)


def _of_document() -> ForeignKey:
    """Checked at the commit: an invoice is claimed before its document is kept."""
    return ForeignKey("documents.sha256", deferrable=True, initially="DEFERRED")


class ClaimRow(Base):
    """Who has the invoice with this key: the first document with it that was kept."""

    __tablename__ = "invoice_claims"

    key: Mapped[str] = mapped_column(KEY, primary_key=True)
    document_sha256: Mapped[str] = mapped_column(_of_document(), index=True)
    idx: Mapped[int] = mapped_column(Integer)
    claimed_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(Text)


class PrintRow(Base):
    """What else of an invoice is compared: its shape, who handed it in, its print as JSON."""

    __tablename__ = "duplicate_prints"
    __table_args__ = (UniqueConstraint("document_sha256", "idx"),)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    document_sha256: Mapped[str] = mapped_column(_of_document())
    idx: Mapped[int] = mapped_column(Integer)
    shape: Mapped[str | None] = mapped_column(WORD)
    received_by: Mapped[str | None] = mapped_column(Text)
    print: Mapped[str | None] = mapped_column(Text)


class BandRow(Base):
    """A part of a print's sketch; prints that are alike have some in common."""

    __tablename__ = "duplicate_bands"
    __table_args__ = ({"sqlite_with_rowid": False},)

    value: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    print_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("duplicate_prints.id"), primary_key=True, index=True
    )


class LinkRow(Base):
    """That an invoice was found to be like one kept before; `record` is the Twin."""

    __tablename__ = "duplicate_links"

    document_sha256: Mapped[str] = mapped_column(_of_document(), primary_key=True)
    idx: Mapped[int] = mapped_column(Integer, primary_key=True)
    other_sha256: Mapped[str] = mapped_column(_of_document(), primary_key=True, index=True)
    other_idx: Mapped[int] = mapped_column(Integer, primary_key=True)
    relation: Mapped[str] = mapped_column(WORD)
    found_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    record: Mapped[str] = mapped_column(Text)


class ImportRow(Base):
    """A ledger as it was asked for once. `sha256` is null where nothing came that could be kept.

    `said` tells where the coverage is from; `counts` and `doubts` are JSON.
    """

    __tablename__ = "ledger_imports"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    source: Mapped[str] = mapped_column(KEY, index=True)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("ledgers.sha256"), index=True)
    imported_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(WORD)
    direction: Mapped[str | None] = mapped_column(WORD)
    first: Mapped[datetime.date | None] = mapped_column(Date)
    last: Mapped[datetime.date | None] = mapped_column(Date)
    entity_tax_id: Mapped[str | None] = mapped_column(Text)
    said: Mapped[str] = mapped_column(WORD)
    row_count: Mapped[int] = mapped_column(Integer)
    counts: Mapped[str] = mapped_column(Text)
    doubts: Mapped[str] = mapped_column(Text)
    accepted_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)


class UseRow(Base):
    """How often an outside system was asked about something on a day (in China)."""

    __tablename__ = "source_uses"

    source: Mapped[str] = mapped_column(IndexedText(1200), primary_key=True)
    subject: Mapped[str] = mapped_column(IndexedText(1200), primary_key=True)
    day: Mapped[datetime.date] = mapped_column(Date, primary_key=True)
    used: Mapped[int] = mapped_column(Integer)


class AnswerRow(Base):
    """What the check platform answered. `request` tells the values it was asked with."""

    __tablename__ = "portal_answers"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    key: Mapped[str] = mapped_column(KEY, index=True)
    request: Mapped[str] = mapped_column(SHA256)
    asked_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(WORD)
    record: Mapped[str] = mapped_column(Text)


class PeriodRow(Base):
    """What a period came to when it was last summed up. `record` is the Figures as JSON."""

    __tablename__ = "period_figures"

    first: Mapped[datetime.date] = mapped_column(Date, primary_key=True)
    last: Mapped[datetime.date] = mapped_column(Date, primary_key=True)
    made_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    record: Mapped[str] = mapped_column(Text)
