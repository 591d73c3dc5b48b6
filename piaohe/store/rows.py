"""All rows of one database into another, of whichever kind either is."""

from collections.abc import Iterator

from sqlalchemy import Connection, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from piaohe.store import indexing
from piaohe.store.tables import Base

_PORTION = 1000


def names() -> list[str]:
    """Our tables, those that others point to first."""
    return [table.name for table in Base.metadata.sorted_tables]


def count(connection: Connection) -> dict[str, int]:
    """The rows of each of our tables."""
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def copy(source: Connection, target: Connection) -> dict[str, int]:
    """Copy every row of our tables, whose empty ones stand ready in `target`; gives how many.

    Both must be at the newest version. Memory holds a portion of a table at a time.
    """
    counts = {}
    for table in Base.metadata.sorted_tables:
        counts[table.name] = 0
        postgres = target.dialect.name == "postgresql"
        write = _copy_in if postgres else _insert
        for portion in _portions(source, table):
            write(target, table, portion)
            counts[table.name] += len(portion)
        if postgres:
            _continue_numbers(target, table)
    indexing.refill(target)
    return counts


def _portions(source: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    query = select(table).order_by(*table.primary_key.columns)
    rows = source.execute(query, execution_options={"yield_per": _PORTION})
    for portion in rows.partitions(_PORTION):
        yield [dict(row._mapping) for row in portion]


def _insert(target: Connection, table: Table, portion: list[dict[str, object]]) -> None:
    target.execute(insert(table), portion)


def _copy_in(target: Connection, table: Table, portion: list[dict[str, object]]) -> None:
    """By COPY, which is many times faster than INSERT where the server is far away."""
    import psycopg

    names = ", ".join(f'"{column.name}"' for column in table.columns)
    prepared = [
        (column.name, column.type.dialect_impl(target.dialect).bind_processor(target.dialect))
        for column in table.columns
    ]
    driver = target.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("not a connection of psycopg")
    statement = f'COPY "{table.name}" ({names}) FROM STDIN'
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copying:
            for row in portion:
                copying.write_row([do(row[name]) if do else row[name] for name, do in prepared])
    except psycopg.Error as error:
        # as SQLAlchemy would have said it
        raise DBAPIError(statement, None, error, hide_parameters=True) from error


def _continue_numbers(target: Connection, table: Table) -> None:
    """Rows that came with their numbers have not moved the sequence that gives the next one."""
    column = table.autoincrement_column
    if column is None:
        return
    name = target.scalar(
        text("SELECT pg_get_serial_sequence(:table, :column)"),
        {"table": table.name, "column": column.name},
    )
    if name is not None:
        last = target.scalar(select(func.max(column)))
        target.execute(
            text("SELECT setval(CAST(:name AS regclass), :last, :used)"),
            {"name": name, "last": last or 1, "used": last is not None},
        )
