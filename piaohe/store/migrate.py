"""Bringing a database to the newest version, in one transaction, at opening."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from models.record import Record
from piaohe.store import errors, postgres
from piaohe.store.engine import patient, reading
from piaohe.store.migrations import HEAD

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import Script

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, place: str) -> None:
    """Bring the database to HEAD; nothing happens where it is there already.

    Raises StoreError schema_too_new for a version this program does not know, and
    database_unknown for a database with tables that are not ours. Two processes may call it at
    the same time: the second waits and finds the work done.
    """
    with reading(engine).connect() as connection:
        if current_version(connection) == HEAD:
            return
        if connection.dialect.name == "postgresql":
            postgres.check_server(connection, place)
    with patient(engine).begin() as connection:
        version = _checked_version(connection, place)
        if version == HEAD:
            return
        # loaded only here, because it costs every other opening a fifth of a second
        from alembic import command

        command.upgrade(alembic_config(connection), "head")


class Step(Record):
    """One version a database would be brought to."""

    version: str
    what: str


class Plan(Record):
    """What `upgrade` would do. `current` is None where there are no tables yet."""

    current: str | None
    steps: tuple[Step, ...]


def plan(engine: Engine, place: str) -> Plan:
    """What `upgrade` would do, without doing it. Raises what it would raise."""
    with reading(engine).connect() as connection:
        if connection.dialect.name == "postgresql":
            postgres.check_server(connection, place)
        current = _checked_version(connection, place)
    return Plan(current=current, steps=steps_after(current))


def steps_after(version: str | None) -> tuple[Step, ...]:
    """The versions above one, the next first; all of them above None."""
    found = []
    for revision in _revisions():
        if revision.revision == version:
            break
        found.append(Step(version=revision.revision, what=(revision.doc or "").splitlines()[0]))
    return tuple(reversed(found))


def _checked_version(connection: Connection, place: str) -> str | None:
    """Raises StoreError database_unknown, schema_too_new."""
    version = current_version(connection)
    if version is None and set(inspect(connection).get_table_names()) - {"alembic_version"}:
        raise errors.database_unknown(place)
    if version is not None and not any(each.revision == version for each in _revisions()):
        raise errors.schema_too_new(place, version)
    return version


def current_version(connection: Connection) -> str | None:
    """The version the database says it has, or None where it says nothing."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return str(row[0]) if row else None


def alembic_config(connection: Connection) -> "Config":
    """Alembic's configuration for our versions, on a connection of ours."""
    from alembic.config import Config

    config = Config()
    # a percent sign is special in what Alembic reads this with
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _revisions() -> "list[Script]":
    """Our versions, the newest first."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return list(ScriptDirectory.from_config(config).walk_revisions())
