"""Version 13: what reviewers did, to be undone, and what they said of two invoices."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

TABLES = ("review_steps", "twin_words")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "review_steps",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("invoice_id", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_review_steps_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_steps")),
    )
    op.create_index(op.f("ix_review_steps_person_id"), "review_steps", ["person_id"])
    op.create_table(
        "twin_words",
        sa.Column("invoice_id", sa.String(length=80), nullable=False),
        sa.Column("other_id", sa.String(length=80), nullable=False),
        sa.Column("said", sa.String(length=64), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_twin_words_person_id_people")
        ),
        sa.PrimaryKeyConstraint("invoice_id", "other_id", name=op.f("pk_twin_words")),
    )
    op.create_index(op.f("ix_twin_words_other_id"), "twin_words", ["other_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
