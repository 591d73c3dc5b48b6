"""Version 10: what people link and what portals answer."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TABLES = ("links", "red_confirmations", "source_breakers", "match_leads", "match_books")


def upgrade() -> None:
    _links()
    op.create_table(
        "red_confirmations",
        sa.Column("blue", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("entered", sa.Date(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("blue", "number", name=op.f("pk_red_confirmations")),
    )
    op.create_table(
        "source_breakers",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "endpoint", name=op.f("pk_source_breakers")),
    )
    op.create_table(
        "match_leads",
        sa.Column("lead", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("invoice_id", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("lead", "invoice_id", name=op.f("pk_match_leads")),
    )
    op.create_index(op.f("ix_match_leads_invoice_id"), "match_leads", ["invoice_id"])
    op.create_table(
        "match_books",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_match_books")),
    )


def _links() -> None:
    op.create_table(
        "links",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("content", sa.String(64), nullable=True),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_links_person_id")),
        sa.ForeignKeyConstraint(["revoked_id"], ["people.id"], name=op.f("fk_links_revoked_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_invoice"), "links", ["invoice"])
    op.create_index(op.f("ix_links_entry"), "links", ["entry"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
