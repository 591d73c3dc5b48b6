"""Bringing a database to the newest version, in one transaction, at opening."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from piaohe.store import errors
from piaohe.store.engine import READING
from piaohe.store.migrations import HEAD

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, place: str) -> None:
    """Bring the database to HEAD; nothing happens where it is there already.

    Raises StoreError schema_too_new for a version this program does not know, and
    database_unknown for a database with tables that are not ours. Two processes may call it at
    the same time: the second waits and finds the work done.
    """
    with engine.execution_options(**READING).connect() as connection:
        if current_version(connection) == HEAD:
            return
    with engine.begin() as connection:
        version = current_version(connection)
        if version == HEAD:
            return
        if version is None and set(inspect(connection).get_table_names()) - {"alembic_version"}:
            raise errors.database_unknown(place)
        if version is not None and not _known(version):
            raise errors.schema_too_new(place, version)
        # loaded only here, because it costs every other opening a fifth of a second
        from alembic import command

        command.upgrade(alembic_config(connection), "head")


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


def _known(version: str) -> bool:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    revisions = ScriptDirectory.from_config(config).walk_revisions()
    return any(revision.revision == version for revision in revisions)
