"""The fourth version: imports of ledgers, quotas of outside systems, answers of the platform."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = ("ledger_imports", "source_uses", "portal_answers")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _imports()
    _uses()
    _answers()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _imports() -> None:
    op.create_table(
        "ledger_imports",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("direction", sa.String(length=64), nullable=True),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("entity_tax_id", sa.Text(), nullable=True),
        sa.Column("said", sa.String(length=64), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("doubts", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["sha256"], ["ledgers.sha256"], name=op.f("fk_ledger_imports_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_imports")),
    )
    op.create_index(op.f("ix_ledger_imports_source"), "ledger_imports", ["source"])
    op.create_index(op.f("ix_ledger_imports_sha256"), "ledger_imports", ["sha256"])


def _uses() -> None:
    op.create_table(
        "source_uses",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "subject", "day", name=op.f("pk_source_uses")),
    )


def _answers() -> None:
    op.create_table(
        "portal_answers",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_answers")),
    )
    op.create_index(op.f("ix_portal_answers_key"), "portal_answers", ["key"])
