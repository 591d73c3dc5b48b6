"""The tables finding works with. All of `search_*` follows from other tables and can be made anew
(`indexing.rebuild`); it is kept up to date in the transaction that changes those.

The words themselves stand in `search_words`, which fulltext.py makes: a virtual table on SQLite, a
table with tsvector on PostgreSQL.
"""

import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from piaohe.store.tables import KEY, SHA256, WORD, Base, UtcDateTime

_ID = BigInteger().with_variant(Integer, "sqlite")
_QUEUED: dict[str, Any] = {"sqlite_where": text("queue = 1"), "postgresql_where": text("queue = 1")}
_TWINS: dict[str, Any] = {"sqlite_where": text("twins = 1"), "postgresql_where": text("twins = 1")}


class SearchRow(Base):
    """What lists show, filter, count and order an invoice by. `id` grows as invoices come in.

    `queue` is 1 while a person has to decide; then `risk` (0: blocked) and `light` (minus the
    amount, 1 for none) order the queue. `match_state` is empty where there is no verdict.
    """

    __tablename__ = "search_rows"
    __table_args__ = (
        Index("ix_search_rows_queue_risk", "risk", "light", "id", **_QUEUED),
        Index("ix_search_rows_queue_light", "light", "id", **_QUEUED),
        Index("ix_search_rows_queue_age", "id", **_QUEUED),
        Index("ix_search_rows_twins", "id", **_TWINS),
        Index("ix_search_rows_state", "state", "id"),
        Index("ix_search_rows_match_state", "match_state", "id"),
        Index("ix_search_rows_total_fen", "total_fen", "id"),
    )

    id: Mapped[int] = mapped_column(_ID, primary_key=True, autoincrement=True)
    invoice_id: Mapped[str] = mapped_column(String(80), unique=True)
    document_sha256: Mapped[str] = mapped_column(SHA256, index=True)
    match_key: Mapped[str] = mapped_column(KEY, index=True)
    file: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    type: Mapped[str] = mapped_column(WORD)
    form: Mapped[str | None] = mapped_column(WORD)
    category: Mapped[str | None] = mapped_column(WORD)
    number: Mapped[str | None] = mapped_column(Text)
    date: Mapped[datetime.date | None] = mapped_column(Date)
    total_fen: Mapped[int | None] = mapped_column(BigInteger)
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    seller_name: Mapped[str | None] = mapped_column(Text)
    buyer_name: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(WORD)
    state: Mapped[str] = mapped_column(WORD)
    queue: Mapped[int] = mapped_column(SmallInteger)
    risk: Mapped[int] = mapped_column(SmallInteger)
    light: Mapped[int] = mapped_column(BigInteger)
    match_state: Mapped[str] = mapped_column(WORD)
    match_cause: Mapped[str | None] = mapped_column(WORD)
    twins: Mapped[int] = mapped_column(SmallInteger)


class SearchTextRow(Base):
    """The text an invoice is found by, a field a line, and the marks that stand beside it."""

    __tablename__ = "search_texts"

    id: Mapped[int] = mapped_column(_ID, primary_key=True, autoincrement=False)
    said: Mapped[str] = mapped_column(Text)
    marks: Mapped[str] = mapped_column(Text)


class SearchNameRow(Base):
    """A name of a seller or buyer; `folded` is its normal form."""

    __tablename__ = "search_names"

    id: Mapped[int] = mapped_column(_ID, primary_key=True, autoincrement=True)
    folded: Mapped[str] = mapped_column(KEY, unique=True)
    name: Mapped[str] = mapped_column(Text)


class SearchNamePieceRow(Base):
    """A piece of a name, for finding names that are nearly so."""

    __tablename__ = "search_name_pieces"
    __table_args__ = ({"sqlite_with_rowid": False},)

    piece: Mapped[str] = mapped_column(WORD, primary_key=True)
    name_id: Mapped[int] = mapped_column(_ID, primary_key=True, autoincrement=False)


class ViewRow(Base):
    """Filters somebody keeps under a name; with `shared` the whole company sees them."""

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(_ID, primary_key=True, autoincrement=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool] = mapped_column(Boolean)
    made_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)


class RecentRow(Base):
    """What somebody looked for lately, in their own words."""

    __tablename__ = "recent_searches"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    words: Mapped[str] = mapped_column(KEY, primary_key=True)
    used: Mapped[int] = mapped_column(Integer)
    used_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
