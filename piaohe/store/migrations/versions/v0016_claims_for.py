"""Version 16: whom a claim is for, where somebody else made it, so that they can find it."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CLAIMS = sa.table("claims", sa.column("id"), sa.column("for_id"), sa.column("record"))


def upgrade() -> None:
    # no foreign key: SQLite cannot give one to a table that is there
    op.add_column("claims", sa.Column("for_id", _ID, nullable=True))
    op.create_index(op.f("ix_claims_for_id"), "claims", ["for_id"])
    connection = op.get_bind()
    record = _CLAIMS.c.record
    stated = sa.select(_CLAIMS.c.id, record).where(
        record.contains('"on_behalf":'), ~record.contains('"on_behalf":null')
    )
    for id_, text in connection.execute(stated).all():
        connection.execute(
            sa.update(_CLAIMS)
            .where(_CLAIMS.c.id == id_)
            .values(for_id=json.loads(text).get("on_behalf"))
        )


def downgrade() -> None:
    op.drop_index(op.f("ix_claims_for_id"), "claims")
    op.drop_column("claims", "for_id")
