"""The seventh version: the figures of each period, for the trend."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TABLES = ("period_figures",)


def upgrade() -> None:
    op.create_table(
        "period_figures",
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("first", "last", name=op.f("pk_period_figures")),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
