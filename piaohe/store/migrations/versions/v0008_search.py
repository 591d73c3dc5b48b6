"""The eighth version: what is found by words, saved views, recent searches."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from piaohe.store import fulltext, indexing

revision = "0008"
down_revision = "0007"

TABLES = (
    "search_rows",
    "search_texts",
    "search_names",
    "search_name_pieces",
    "saved_views",
    "recent_searches",
)
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _rows()
    _texts()
    _people()
    connection = op.get_bind()
    fulltext.make(connection)
    indexing.rebuild(connection)


def downgrade() -> None:
    fulltext.drop(op.get_bind())
    for table in reversed(TABLES):
        op.drop_table(table)


def _rows() -> None:
    op.create_table(
        "search_rows",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("invoice_id", sa.String(80), nullable=False),
        sa.Column("document_sha256", sa.String(64), nullable=False),
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("form", sa.String(64)),
        sa.Column("category", sa.String(64)),
        sa.Column("number", sa.Text()),
        sa.Column("date", sa.Date()),
        sa.Column("total_fen", sa.BigInteger()),
        sa.Column("amount_fen", sa.BigInteger()),
        sa.Column("seller_name", sa.Text()),
        sa.Column("buyer_name", sa.Text()),
        sa.Column("status", sa.String(64), nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("queue", sa.SmallInteger(), nullable=False),
        sa.Column("risk", sa.SmallInteger(), nullable=False),
        sa.Column("light", sa.BigInteger(), nullable=False),
        sa.Column("match_state", sa.String(64), nullable=False),
        sa.Column("match_cause", sa.String(64)),
        sa.Column("twins", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_rows")),
        sa.UniqueConstraint("invoice_id", name=op.f("uq_search_rows_invoice_id")),
    )
    for name, columns in (("document_sha256", ["document_sha256"]), ("match_key", ["match_key"])):
        op.create_index(op.f(f"ix_search_rows_{name}"), "search_rows", columns)
    for name in ("state", "match_state", "total_fen"):
        op.create_index(f"ix_search_rows_{name}", "search_rows", [name, "id"])
    for name, columns, where in (
        ("queue_risk", ["risk", "light", "id"], "queue = 1"),
        ("queue_light", ["light", "id"], "queue = 1"),
        ("queue_age", ["id"], "queue = 1"),
        ("twins", ["id"], "twins = 1"),
    ):
        part: dict[str, Any] = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
        op.create_index(f"ix_search_rows_{name}", "search_rows", columns, **part)


def _texts() -> None:
    op.create_table(
        "search_texts",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_texts")),
    )
    op.create_table(
        "search_names",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_names")),
        sa.UniqueConstraint("folded", name=op.f("uq_search_names_folded")),
    )
    op.create_table(
        "search_name_pieces",
        sa.Column("piece", sa.String(64), nullable=False),
        sa.Column("name_id", _ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("piece", "name_id", name=op.f("pk_search_name_pieces")),
        sqlite_with_rowid=False,
    )


def _people() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_saved_views_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    op.create_index(op.f("ix_saved_views_person_id"), "saved_views", ["person_id"])
    op.create_table(
        "recent_searches",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_recent_searches_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "words", name=op.f("pk_recent_searches")),
    )
