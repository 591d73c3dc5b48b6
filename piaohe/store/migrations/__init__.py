"""The versions of the database, one file each in `versions/`, applied in order at opening.

A new version is a file `vNNNN_what.py` with `revision`, `down_revision`, `upgrade` and
`downgrade`; HEAD below names the last one. It uses types both SQLite and PostgreSQL have, and a
version that has been released is never edited.
"""

HEAD = "0017"
"""The newest version. Kept here so that opening a database that has it need not load Alembic."""
