"""What keeps a program from writing to its home folder and database, found before it begins.

Reading needs less than writing, and an opening only reads where the tables are up to date: a role
that may only read, a standby or a disk that is mounted read-only would show hours later, at the
first document.
"""

import errno
import os
from pathlib import Path

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from piaohe.store import errors, fulltext
from piaohe.store.tables import Base

_SERVER = text(
    "SELECT pg_is_in_recovery() AS standby,"
    " current_setting('default_transaction_read_only') = 'on' AS read_only"
)
# a table's numbers may come from a sequence, which has rights of its own
_LACKING = text("""
    WITH ours AS (
        SELECT oid FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace
          AND relkind IN ('r', 'p') AND relname = ANY(:tables)
    ), wanted AS (
        SELECT c.oid, c.relname, c.relkind, r.name FROM pg_class c
        JOIN LATERAL unnest(
            CASE WHEN c.relkind = 'S' THEN ARRAY['USAGE']
                 ELSE ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'] END
        ) AS r(name) ON true
        WHERE c.oid IN (SELECT oid FROM ours) OR c.relkind = 'S' AND EXISTS (
            SELECT FROM pg_depend d
            WHERE d.objid = c.oid AND d.deptype = 'a' AND d.refobjid IN (SELECT oid FROM ours)
        )
    )
    SELECT relname, string_agg(name, ', ' ORDER BY name) AS rights FROM wanted
    WHERE NOT CASE WHEN relkind = 'S' THEN has_sequence_privilege(oid, name)
                   ELSE has_table_privilege(oid, name) END
    GROUP BY relname ORDER BY relname
""").bindparams(bindparam("tables", type_=ARRAY(Text())))


def check_server(connection: Connection, place: str) -> None:
    """Raises StoreError database_read_only where PostgreSQL would refuse a unit of work."""
    server = connection.execute(_SERVER).one()
    if server.standby:
        raise errors.database_standby(place)
    if server.read_only:
        raise errors.database_read_only(place, ["default_transaction_read_only = on"])
    tables = [fulltext.NAME, *(table.name for table in Base.metadata.sorted_tables)]
    lacking = connection.execute(_LACKING, {"tables": tables})
    if missing := [f"{row.relname}: {row.rights}" for row in lacking]:
        raise errors.database_read_only(place, missing)


def check_places(places: list[Path]) -> None:
    """Raises StoreError home_not_writable for a folder or file that cannot be written to; those
    that are not there are left out."""
    for place in places:
        wanted = os.W_OK | os.X_OK if place.is_dir() else os.W_OK
        # what SQLite keeps beside its file comes and goes
        if os.access(place, wanted) or not place.exists():
            continue
        read_only = os.statvfs(place).f_flag & os.ST_RDONLY if hasattr(os, "statvfs") else 0
        code = errno.EROFS if read_only else errno.EACCES
        raise errors.home_not_writable(str(place), os.strerror(code))
