"""Version 9: reimbursement claims."""

import datetime
from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TABLES = ("claims", "claim_papers", "claim_holds")


def upgrade() -> None:
    _claims()
    _papers()
    _holds()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _serial(
    name: str, *, nullable: bool = False, autoincrement: bool | Literal["auto"] = "auto"
) -> sa.Column[int]:
    """SQLite counts up only what it calls INTEGER."""
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=nullable, autoincrement=autoincrement)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime.datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _claims() -> None:
    people = ("person_id", "first_id", "decided_id")
    op.create_table(
        "claims",
        _serial("id", autoincrement=True),
        _serial("person_id"),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("made_at"),
        _moment("submitted_at", nullable=True),
        _serial("first_id", nullable=True),
        _serial("decided_id", nullable=True),
        _moment("decided_at", nullable=True),
        _text("reason", nullable=True),
        sa.Column("total_fen", sa.BigInteger(), nullable=True),
        _text("record"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        *(_to("claims", name, "people.id") for name in people),
    )
    _index("claims", "person_id")
    _index("claims", "state")


def _papers() -> None:
    op.create_table(
        "claim_papers",
        _serial("claim_id"),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _serial("added_id"),
        _moment("added_at"),
        _text("record"),
        sa.PrimaryKeyConstraint("claim_id", "sha256", name=op.f("pk_claim_papers")),
        _to("claim_papers", "claim_id", "claims.id"),
        _to("claim_papers", "added_id", "people.id"),
    )
    _index("claim_papers", "sha256")


def _holds() -> None:
    op.create_table(
        "claim_holds",
        _text("key"),
        _serial("claim_id"),
        sa.Column("invoice_id", sa.String(length=80), nullable=False),
        _moment("held_at"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_claim_holds")),
        _to("claim_holds", "claim_id", "claims.id"),
    )
    _index("claim_holds", "claim_id")
    _index("claim_holds", "invoice_id")
