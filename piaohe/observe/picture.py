"""How everything stands at one moment, taken from the database and the disks: what alerts, metrics
and `piaohe status` are about. Taking it costs as much with a million documents as with none."""

import datetime
import shutil
from pathlib import Path

from models.errors import LedgerError
from models.record import Record
from piaohe.settings import Settings
from piaohe.sources.configured import PortalSource, Sources
from piaohe.store import Store, Work
from piaohe.store.alerts import Alert
from piaohe.store.chores import ChoreState
from piaohe.store.queued import LaneDepth
from piaohe.store.signs import Sign
from piaohe.store.workers import Worker

_GIVEN_UP = "document.given_up"


class SourceView(Record):
    """A source: when what is in use came, when something was last asked for, and whether that is
    trusted. `configured` ones stand in sources.toml."""

    name: str
    configured: bool
    used_at: datetime.datetime | None = None
    asked_at: datetime.datetime | None = None
    suspect: bool = False


class Picture(Record):
    """Times are instants, `disks` the free bytes by place. `ended` counts the last documents that
    were decided or given up, `given_up` those among them, `ended_at` is the last one's time;
    `damaged` are the SHA-256 of originals that are damaged or missing."""

    at: datetime.datetime
    lanes: tuple[LaneDepth, ...]
    workers: tuple[Worker, ...]
    sources: tuple[SourceView, ...]
    chores: tuple[ChoreState, ...]
    alerts: tuple[Alert, ...]
    disks: dict[str, int]
    tallies: dict[str, dict[str, int]]
    ended: int
    given_up: int
    ended_at: datetime.datetime | None
    damaged: tuple[str, ...]
    undelivered: int

    @property
    def queued(self) -> int:
        return sum(lane.waiting + lane.retrying for lane in self.lanes)

    @property
    def oldest_at(self) -> datetime.datetime | None:
        return min((lane.oldest for lane in self.lanes if lane.oldest), default=None)

    def chore(self, name: str) -> ChoreState | None:
        return next((chore for chore in self.chores if chore.name == name), None)

    @property
    def backup_at(self) -> datetime.datetime | None:
        """When the last scheduled backup that was whole was made."""
        mark = chore.mark if (chore := self.chore("backup")) else ""
        return datetime.datetime.fromisoformat(mark) if mark else None

    def age(self, then: datetime.datetime | None) -> float | None:
        """Seconds since then; a clock that was set back makes nothing younger than new."""
        return None if then is None else max(0.0, (self.at - then).total_seconds())

    def living(self, silent_seconds: float) -> list[Worker]:
        """Workers that were seen not longer ago than this, by their own clocks."""
        return [
            each
            for each in self.workers
            if abs((self.at - each.seen_at).total_seconds()) <= silent_seconds
        ]


def take(store: Store, settings: Settings, at: datetime.datetime) -> Picture:
    """How it stands now. Raises StoreError."""
    configured = _configured(settings.home)
    with store.reading() as work:
        ends = work.signs.ends(settings.alerts.error_last)
        names = sorted({*work.signs.sources(), *configured})
        return Picture(
            at=at,
            lanes=tuple(work.arrivals.lanes()),
            workers=tuple(work.workers.all()),
            sources=tuple(_source(work, name, name in configured) for name in names),
            chores=tuple(work.chores.all()),
            alerts=tuple(work.alerts.raised()),
            disks=_disks(settings),
            tallies=work.tallies.all(),
            ended=len(ends),
            given_up=_given_up(ends),
            ended_at=ends[0].at if ends else None,
            damaged=tuple(work.marks.having(work.marks.DAMAGED, work.marks.MISSING)),
            undelivered=work.deliveries.waiting(),
        )


def _configured(home: Path) -> set[str]:
    """The sources whose ledgers are to come; none where their file cannot be read, which the chore
    that reads it says."""
    try:
        sources = Sources(home)
        return {
            name for name in sources.tables() if not isinstance(sources.get(name), PortalSource)
        }
    except LedgerError:
        return set()


def _source(work: Work, name: str, configured: bool) -> SourceView:
    used = work.imports.current(name)
    last = next(iter(work.imports.latest(name, 1)), None)
    return SourceView(
        name=name,
        configured=configured,
        used_at=used.imported_at if used else None,
        asked_at=last.imported_at if last else None,
        suspect=last is not None and not last.in_use,
    )


def _given_up(ends: list[Sign]) -> int:
    return sum(each.what == _GIVEN_UP for each in ends)


def _disks(settings: Settings) -> dict[str, int]:
    places = {"home": settings.home, "backup": settings.schedule.backup_target}
    found = {}
    for name, place in places.items():
        if place is not None:
            try:
                found[name] = shutil.disk_usage(place).free
            except OSError:
                # not there, or not yet: what needs it will say so
                continue
    return found
