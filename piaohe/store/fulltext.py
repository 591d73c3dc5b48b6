"""The index of words, `search_words`: FTS5 on SQLite, tsvector with GIN on PostgreSQL.

It is not among the tables of `Base`, because neither kind of database knows the other's; it is
made by migration, and anew wherever rows are copied. SQLite's holds no text of its own, so what
is taken out has to be told to it once more.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.types import Text, UserDefinedType

from piaohe.search.bigrams import Sought, fts5, tsquery

NAME = "search_words"

_MAKE = {
    "sqlite": (
        f"CREATE VIRTUAL TABLE {NAME} USING fts5(words, content='', detail=none, columnsize=0,"
        " tokenize='unicode61 remove_diacritics 0')",
    ),
    "postgresql": (
        f"CREATE TABLE {NAME} (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
        f"CREATE INDEX ix_{NAME}_words ON {NAME} USING gin (words) WITH (fastupdate = off)",
    ),
}


class Words(NamedTuple):
    """The pieces of one row."""

    id: int
    pieces: frozenset[str]


class _Query(UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "TSQUERY"


def is_derived(name: str) -> bool:
    """Whether a table of the database is this index, or a part SQLite keeps of it."""
    return name == NAME or name.startswith(f"{NAME}_")


def make(connection: Connection) -> None:
    for statement in _MAKE[connection.dialect.name]:
        connection.execute(text(statement))


def drop(connection: Connection) -> None:
    connection.execute(text(f"DROP TABLE {NAME}"))


def clear(connection: Connection) -> None:
    """Take everything out."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"INSERT INTO {NAME} ({NAME}) VALUES ('delete-all')"))  # noqa: S608
    else:
        connection.execute(text(f"TRUNCATE {NAME}"))


def put(connection: Connection, rows: Sequence[Words]) -> None:
    """Put in rows that are not there."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        statement = text(f"INSERT INTO {NAME} (rowid, words) VALUES (:id, :words)")  # noqa: S608
        values = [{"id": row.id, "words": _line(row)} for row in rows]
        connection.execute(statement, values)
        return
    made = text(f"INSERT INTO {NAME} (id, words) VALUES (:id, array_to_tsvector(:words))")  # noqa: S608
    made = made.bindparams(bindparam("words", type_=ARRAY(Text())))
    connection.execute(made, [{"id": row.id, "words": sorted(row.pieces)} for row in rows])


def take(connection: Connection, rows: Sequence[Words]) -> None:
    """Take out rows with the very pieces they were put in with."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        statement = text(
            f"INSERT INTO {NAME} ({NAME}, rowid, words) VALUES ('delete', :id, :words)"  # noqa: S608
        )
        values = [{"id": row.id, "words": _line(row)} for row in rows]
        connection.execute(statement, values)
        return
    statement = text(f"DELETE FROM {NAME} WHERE id = :id")  # noqa: S608
    connection.execute(statement, [{"id": row.id} for row in rows])


class Asked(NamedTuple):
    """The index as a part of a query: join `words` on `id`, where `holds`."""

    words: FromClause
    id: ColumnElement[int]
    holds: ColumnElement[bool]


def asked(dialect: str, query: Sought) -> Asked:
    """The rows with these pieces."""
    if dialect == "sqlite":
        index = table(NAME, column("rowid"))
        holds = literal_column(NAME).op("MATCH", is_comparison=True)(literal(fts5(query)))
        return Asked(index, index.c.rowid, holds)
    index = table(NAME, column("id"), column("words", TSVECTOR))
    wanted = cast(literal(tsquery(query)), _Query())
    return Asked(index, index.c.id, index.c.words.op("@@", is_comparison=True)(wanted))


def few(connection: Connection, query: Sought, most: int) -> list[int] | None:
    """The rows with these pieces, in no order; None where there are more than `most`.

    None on SQLite too, whose index gives its rows the latest first. That of PostgreSQL has no
    order, so for the first lines of a list it may walk back through all rows instead.
    """
    if connection.dialect.name == "sqlite":
        return None
    index = asked(connection.dialect.name, query)
    capped = select(index.id).where(index.holds).limit(most + 1).subquery()
    # in one value: thousands of rows would cost more than finding them
    found = connection.scalar(select(func.array_agg(capped.c.id))) or []
    return None if len(found) > most else list(found)


def _line(row: Words) -> str:
    return " ".join(sorted(row.pieces))
