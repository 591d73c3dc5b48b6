"""When an alert is raised and when it is resolved, by how everything stands.

Between the two lies a stretch in which neither is said, so that a value that wavers about its
limit is told once.
"""

from collections.abc import Iterator
from enum import StrEnum

from pydantic import Field

from models.record import Record
from piaohe.observe.picture import Picture
from piaohe.settings import Settings
from piaohe.settings.sections import AlertSettings
from piaohe.store.chores import Facts

_FEW = 20
"""Fewer documents say nothing of a rate."""
_PATIENCE = 3
"""Runs of a chore of every few minutes that may fail in a row."""
_SILENT_SECONDS = 60.0
_OFTEN = frozenset({"watch", "census", "rematch"})


class Level(StrEnum):
    RAISE = "raise"
    HOLD = "hold"
    CLEAR = "clear"


class Sight(Record):
    """What is to be said of an alert: raise it, resolve it, or leave it as it is."""

    code: str
    subject: str = ""
    level: Level
    facts: Facts = Field(default_factory=dict)


def judge(picture: Picture, settings: Settings) -> list[Sight]:
    """Every alert there could be. One that is raised and not among them is about something that
    is no more."""
    alerts = settings.alerts
    return [
        _stuck(picture, alerts),
        _workers(picture, settings),
        _errors(picture, alerts),
        _drift(picture, alerts),
        _damaged(picture),
        *_disks(picture, alerts),
        *_sources(picture, alerts),
        *_chores(picture),
        *_backups(picture, settings),
    ]


def _level(*, bad: bool, good: bool) -> Level:
    return Level.RAISE if bad else Level.CLEAR if good else Level.HOLD


def _stuck(picture: Picture, alerts: AlertSettings) -> Sight:
    """A queue that is long is not stuck: nothing ended, though something waits."""
    limit = alerts.stuck_minutes * 60.0
    waits, quiet = picture.age(picture.oldest_at), picture.age(picture.ended_at)
    bad = waits is not None and waits >= limit and (quiet is None or quiet >= limit)
    good = waits is None or waits < limit / 2 or (quiet is not None and quiet < limit / 2)
    facts: Facts = {"waiting": picture.queued, "minutes": int((waits or 0) // 60)}
    return Sight(code="queue_stuck", level=_level(bad=bad, good=good), facts=facts)


def _workers(picture: Picture, settings: Settings) -> Sight:
    living = len(picture.living(max(_SILENT_SECONDS, 3 * settings.flow.dead_after_seconds)))
    waits = picture.age(picture.oldest_at)
    bad = living == 0 and waits is not None and waits >= _SILENT_SECONDS
    facts: Facts = {"waiting": picture.queued}
    level = _level(bad=bad, good=living > 0 or waits is None)
    return Sight(code="workers_gone", level=level, facts=facts)


def _errors(picture: Picture, alerts: AlertSettings) -> Sight:
    share = picture.given_up / picture.ended if picture.ended >= _FEW else 0.0
    level = _level(bad=share >= alerts.error_share, good=share <= alerts.error_share / 2)
    facts: Facts = {"given_up": picture.given_up, "of": picture.ended}
    return Sight(code="error_rate", level=level, facts=facts)


def _drift(picture: Picture, alerts: AlertSettings) -> Sight:
    """Whether people correct more than they did before."""
    seen = picture.tallies.get("corrected", {})
    recent_of, before_of = seen.get("recent_of", 0), seen.get("before_of", 0)
    grown = 0.0
    if min(recent_of, before_of) >= alerts.drift_last:
        grown = seen.get("recent", 0) / recent_of - seen.get("before", 0) / before_of
    level = _level(bad=grown >= alerts.drift_share, good=grown <= alerts.drift_share / 2)
    facts: Facts = {
        "recent": seen.get("recent", 0),
        "before": seen.get("before", 0),
        "of": recent_of,
    }
    return Sight(code="accuracy_drift", level=level, facts=facts)


def _damaged(picture: Picture) -> Sight:
    level = _level(bad=bool(picture.damaged), good=not picture.damaged)
    facts: Facts = {"count": len(picture.damaged), "first": next(iter(picture.damaged), "")}
    return Sight(code="original_damaged", level=level, facts=facts)


def _disks(picture: Picture, alerts: AlertSettings) -> Iterator[Sight]:
    limit = alerts.disk_gib * 1024**3
    for place, free in picture.disks.items():
        level = _level(bad=free < limit, good=free >= limit * 1.2)
        facts: Facts = {"free_mib": free // 1024**2}
        yield Sight(code="disk_low", subject=place, level=level, facts=facts)


def _sources(picture: Picture, alerts: AlertSettings) -> Iterator[Sight]:
    limit = alerts.source_hours * 3600
    for source in picture.sources:
        yield Sight(
            code="snapshot_suspect",
            subject=source.name,
            level=_level(bad=source.suspect, good=not source.suspect),
        )
        if not source.configured:
            continue
        age, asked = picture.age(source.used_at), source.asked_at is not None
        bad = age >= limit if age is not None else asked
        facts: Facts = {"hours": int((age or 0) // 3600)}
        level = _level(bad=bad, good=age is not None and age < limit)
        yield Sight(code="source_down", subject=source.name, level=level, facts=facts)


def _chores(picture: Picture) -> Iterator[Sight]:
    for chore in picture.chores:
        patience = _PATIENCE if chore.name in _OFTEN else 1
        level = _level(bad=chore.failures >= patience, good=chore.failures == 0)
        facts: Facts = {"failures": chore.failures, "error": chore.error or ""}
        yield Sight(code="chore_failed", subject=chore.name, level=level, facts=facts)


def _backups(picture: Picture, settings: Settings) -> Iterator[Sight]:
    """Nobody is told of backups that were never asked for."""
    if settings.schedule.backup_target is None:
        return
    chore, age = picture.chore("backup"), picture.age(picture.backup_at)
    limit = settings.alerts.backup_days * 86400
    tried = chore is not None and chore.finished_at is not None
    bad = age >= limit if age is not None else tried
    facts: Facts = {"hours": int((age or 0) // 3600)}
    level = _level(bad=bad, good=age is not None and age < limit)
    yield Sight(code="backup_old", level=level, facts=facts)
