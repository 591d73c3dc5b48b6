"""Whether this process can do its work: asked by whoever keeps it running."""

import datetime
import functools
import shutil
from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError

from models.errors import PiaoheError, StoreError
from models.record import Record
from piaohe.settings import Settings
from piaohe.store import Store
from piaohe.store.engine import reading
from piaohe.store.migrate import current_version
from piaohe.store.migrations import HEAD

LEAST_DISK = 200 * 1024**2
"""Bytes below which nothing is taken in any more."""
_SILENT_SECONDS = 60.0


class State(StrEnum):
    """ok; degraded: uploads are kept and wait; failed: nothing can be taken in."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


class Check(Record):
    """One thing looked at."""

    name: str
    state: State


class Health(Record):
    """All of it; the state is the worst there is."""

    checks: tuple[Check, ...]

    @property
    def state(self) -> State:
        order = (State.FAILED, State.DEGRADED)
        states = {check.state for check in self.checks}
        return next((state for state in order if state in states), State.OK)


def look(store: Store, settings: Settings, at: datetime.datetime) -> Health:
    """Look at the database, its version, the disk, the models and the workers. Raises nothing.

    Missing workers or models only degrade: what is handed in is kept and read later.
    """
    database = _database(store)
    return Health(
        checks=(
            database,
            *(_inside(store, settings, at) if database.state is State.OK else ()),
            _disk(settings),
            _models(settings),
        )
    )


def _inside(store: Store, settings: Settings, at: datetime.datetime) -> list[Check]:
    try:
        return [_schema(store), _workers(store, settings, at)]
    except (StoreError, SQLAlchemyError):
        # it went away this moment
        return [_check("database", good=False)]


def _check(name: str, *, good: bool, bad: State = State.FAILED) -> Check:
    return Check(name=name, state=State.OK if good else bad)


def _database(store: Store) -> Check:
    try:
        with store.reading() as work:
            work.chores.get("")
    except StoreError:
        return _check("database", good=False)
    return _check("database", good=True)


def _schema(store: Store) -> Check:
    with reading(store.engine).connect() as connection:
        return _check("schema", good=current_version(connection) == HEAD)


def _workers(store: Store, settings: Settings, at: datetime.datetime) -> Check:
    limit = max(_SILENT_SECONDS, 3 * settings.flow.dead_after_seconds)
    with store.reading() as work:
        ages = [abs((at - each.seen_at).total_seconds()) for each in work.workers.all()]
    return _check("workers", good=any(age <= limit for age in ages), bad=State.DEGRADED)


def _disk(settings: Settings) -> Check:
    try:
        free = shutil.disk_usage(settings.home).free
    except OSError:
        return _check("disk", good=False)
    return _check("disk", good=free >= LEAST_DISK)


def _models(settings: Settings) -> Check:
    """Whether the files of the reading engine are there, and are the ones we know."""
    folder = settings.ocr.model_dir
    good = folder.is_dir() if folder is not None else _packaged()
    return _check("models", good=good, bad=State.DEGRADED)


@functools.cache
def _packaged() -> bool:
    """Asked once: they are hashed, and do not change while this process lives."""
    try:
        from ocr.engines.weights import DETECTION, RECOGNITION, packaged_file

        for weights in (DETECTION, RECOGNITION):
            packaged_file(weights)
    except (PiaoheError, ImportError):
        return False
    return True
