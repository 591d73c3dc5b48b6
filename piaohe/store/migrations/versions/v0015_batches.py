"""Version 15: batches and their sheets."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

TABLES = ("batch_turns", "batches")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "batch_turns",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("is_sheet", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_turns")),
    )
    op.create_index("ix_batch_turns_stream_id", "batch_turns", ["stream", "id"])
    op.create_index("ix_batch_turns_run_is_sheet_id", "batch_turns", ["run", "is_sheet", "id"])
    op.create_index(op.f("ix_batch_turns_sha256"), "batch_turns", ["sha256"])
    op.create_table(
        "batches",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("serial", sa.String(length=64), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("first_page", sa.Integer(), nullable=False),
        sa.Column("last_page", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint(
            "document_sha256",
            "first_page",
            "turn",
            name=op.f("uq_batches_document_sha256_first_page_turn"),
        ),
    )
    op.create_index(op.f("ix_batches_turn"), "batches", ["turn"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
