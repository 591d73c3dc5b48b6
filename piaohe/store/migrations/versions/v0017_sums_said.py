"""Version 17: amounts that stand in a text are found by their mark, as an invoice's own are."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from piaohe.search.bigrams import pieces
from piaohe.search.marks import sums_said
from piaohe.store import fulltext
from piaohe.store.fulltext import Words

revision = "0017"
down_revision = "0016"

_PORTION = 5000
_TEXTS = sa.table("search_texts", sa.column("id"), sa.column("said"), sa.column("marks"))


def upgrade() -> None:
    connection = op.get_bind()
    after = -1
    texts = sa.select(_TEXTS).where(_TEXTS.c.id > sa.bindparam("after")).order_by(_TEXTS.c.id)
    while portion := connection.execute(texts.limit(_PORTION), {"after": after}).all():
        _mark(connection, portion)
        after = portion[-1].id


def downgrade() -> None:
    """What is marked besides does no harm to those who do not ask for it."""


def _mark(connection: sa.Connection, texts: Sequence[sa.Row[tuple[int, str, str]]]) -> None:
    told = [(row, set(row.marks.split())) for row in texts]
    marked = [(row, marks, marks | sums_said(row.said)) for row, marks in told]
    marked = [(row, before, now) for row, before, now in marked if now != before]
    if not marked:
        return
    values = [{"at": row.id, "now": " ".join(sorted(now))} for row, _, now in marked]
    changed = sa.update(_TEXTS).where(_TEXTS.c.id == sa.bindparam("at"))
    connection.execute(changed.values(marks=sa.bindparam("now")), values)
    words = {row.id: frozenset(pieces(row.said.split("\n"))) for row, _, _ in marked}
    fulltext.take(connection, [Words(row.id, words[row.id] | before) for row, before, _ in marked])
    fulltext.put(connection, [Words(row.id, words[row.id] | now) for row, _, now in marked])
