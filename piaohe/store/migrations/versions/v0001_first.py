"""The first version: documents, invoices, ledgers, matches and the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TABLES = ("documents", "sightings", "invoices", "ledgers", "ledger_entries", "matches", "events")


def upgrade() -> None:
    _documents()
    _sightings()
    _invoices()
    _ledgers()
    _ledger_entries()
    _matches()
    _events()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("reader_version", sa.String(length=64), nullable=True),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_status"), "documents", ["status"])


def _sightings() -> None:
    op.create_table(
        "sightings",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["documents.sha256"], name=op.f("fk_sightings_sha256")),
        sa.PrimaryKeyConstraint("path", "sha256", name=op.f("pk_sightings")),
    )
    op.create_index(op.f("ix_sightings_sha256"), "sightings", ["sha256"])


def _invoices() -> None:
    op.create_table(
        "invoices",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("idx", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("paper_key", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("tax_fen", sa.BigInteger(), nullable=True),
        sa.Column("total_fen", sa.BigInteger(), nullable=True),
        sa.Column("buyer_name", sa.Text(), nullable=True),
        sa.Column("buyer_tax_id", sa.Text(), nullable=True),
        sa.Column("seller_name", sa.Text(), nullable=True),
        sa.Column("seller_tax_id", sa.Text(), nullable=True),
        sa.Column("category", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_sha256"], ["documents.sha256"], name=op.f("fk_invoices_document_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("document_sha256", "idx", name=op.f("uq_invoices_document_sha256_idx")),
    )
    op.create_index(op.f("ix_invoices_date"), "invoices", ["date"])
    op.create_index(op.f("ix_invoices_key"), "invoices", ["key"])
    op.create_index(op.f("ix_invoices_number"), "invoices", ["number"])
    op.create_index(op.f("ix_invoices_paper_key"), "invoices", ["paper_key"])
    op.create_index(op.f("ix_invoices_seller_tax_id"), "invoices", ["seller_tax_id"])
    op.create_index(op.f("ix_invoices_status"), "invoices", ["status"])


def _ledgers() -> None:
    op.create_table(
        "ledgers",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("layout", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("entity_tax_id", sa.Text(), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_ledgers")),
    )
    op.create_index(op.f("ix_ledgers_source"), "ledgers", ["source"])


def _ledger_entries() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("ledger_sha256", sa.String(length=64), nullable=False),
        sa.Column("idx", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("paper_number", sa.Text(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("tax_fen", sa.BigInteger(), nullable=True),
        sa.Column("total_fen", sa.BigInteger(), nullable=True),
        sa.Column("buyer_tax_id", sa.Text(), nullable=True),
        sa.Column("seller_tax_id", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_sha256"], ["ledgers.sha256"], name=op.f("fk_ledger_entries_ledger_sha256")
        ),
        sa.PrimaryKeyConstraint("ledger_sha256", "idx", name=op.f("pk_ledger_entries")),
    )
    op.create_index(op.f("ix_ledger_entries_date"), "ledger_entries", ["date"])
    op.create_index(op.f("ix_ledger_entries_key"), "ledger_entries", ["key"])
    op.create_index(op.f("ix_ledger_entries_number"), "ledger_entries", ["number"])
    op.create_index(op.f("ix_ledger_entries_paper_number"), "ledger_entries", ["paper_number"])
    op.create_index(op.f("ix_ledger_entries_seller_tax_id"), "ledger_entries", ["seller_tax_id"])


def _matches() -> None:
    op.create_table(
        "matches",
        sa.Column("side", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("side", "key", "copy", name=op.f("pk_matches")),
    )
    op.create_index(op.f("ix_matches_state"), "matches", ["state"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_subject"), "events", ["subject"])
