"""When alerts are raised and resolved, and that each is explained."""

import datetime
import re
from pathlib import Path
from typing import Any

import pytest

from piaohe.flow.states import Lane
from piaohe.observe.codes import ALERTS, said
from piaohe.observe.judging import Level, judge
from piaohe.observe.picture import Picture, SourceView
from piaohe.settings import Settings
from piaohe.settings.sections import ScheduleSettings
from piaohe.store.chores import ChoreState
from piaohe.store.queued import LaneDepth
from piaohe.store.workers import Worker

NOW = datetime.datetime(2026, 3, 1, 8, tzinfo=datetime.UTC)
RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"
RAISE, HOLD, CLEAR = Level.RAISE, Level.HOLD, Level.CLEAR


def ago(**by: float) -> datetime.datetime:
    return NOW - datetime.timedelta(**by)


def picture(**instead: Any) -> Picture:
    calm = {
        "at": NOW,
        "lanes": (),
        "workers": (),
        "sources": (),
        "chores": (),
        "alerts": (),
        "disks": {},
        "tallies": {},
        "ended": 0,
        "given_up": 0,
        "ended_at": None,
        "damaged": (),
        "undelivered": 0,
    }
    return Picture(**{**calm, **instead})


def waits(minutes: float, **more: Any) -> dict[str, Any]:
    lane = LaneDepth(lane=Lane.BATCH, waiting=5, retrying=0, running=0, oldest=ago(minutes=minutes))
    return {"lanes": (lane,), **more}


def corrected(recent: int, before: int, of: int = 200) -> dict[str, Any]:
    seen = {"recent": recent, "recent_of": of, "before": before, "before_of": of}
    return {"tallies": {"corrected": seen}}


def source(configured: bool = True, **fields: Any) -> dict[str, Any]:
    return {"sources": (SourceView(name="u8", configured=configured, **fields),)}


def chore(name: str, failures: int, **fields: Any) -> dict[str, Any]:
    made = ChoreState(name=name, schedule="x", due_at=NOW, failures=failures, **fields)
    return {"chores": (made,)}


WORKER = Worker(
    id="a", host="a", slot=0, pid=1, started_at=ago(hours=1), seen_at=ago(seconds=1), beats=1
)

CASES: list[tuple[str, dict[str, Any], Level | None]] = [
    ("queue_stuck", {}, CLEAR),
    ("queue_stuck", waits(31), RAISE),
    ("queue_stuck", waits(31, ended_at=ago(minutes=1)), CLEAR),
    ("queue_stuck", waits(31, ended_at=ago(minutes=20)), HOLD),
    ("queue_stuck", waits(31, ended_at=ago(minutes=40)), RAISE),
    ("queue_stuck", waits(20), HOLD),
    ("queue_stuck", waits(-600), CLEAR),
    ("workers_gone", waits(2), RAISE),
    ("workers_gone", waits(0.5), HOLD),
    ("workers_gone", waits(2, workers=(WORKER,)), CLEAR),
    (
        "workers_gone",
        waits(2, workers=(WORKER.model_copy(update={"seen_at": ago(hours=1)}),)),
        RAISE,
    ),
    ("error_rate", {"ended": 19, "given_up": 19}, CLEAR),
    ("error_rate", {"ended": 200, "given_up": 20}, RAISE),
    ("error_rate", {"ended": 200, "given_up": 15}, HOLD),
    ("error_rate", {"ended": 200, "given_up": 10}, CLEAR),
    ("accuracy_drift", corrected(50, 20), RAISE),
    ("accuracy_drift", corrected(35, 20), HOLD),
    ("accuracy_drift", corrected(20, 50), CLEAR),
    ("accuracy_drift", corrected(100, 0, of=199), CLEAR),
    ("original_damaged", {"damaged": ("0" * 64,)}, RAISE),
    ("original_damaged", {}, CLEAR),
    ("disk_low", {"disks": {"home": 4 * 1024**3}}, RAISE),
    ("disk_low", {"disks": {"home": int(5.5 * 1024**3)}}, HOLD),
    ("disk_low", {"disks": {"home": 7 * 1024**3}}, CLEAR),
    ("snapshot_suspect", source(suspect=True, used_at=NOW), RAISE),
    ("snapshot_suspect", source(suspect=False, used_at=NOW), CLEAR),
    ("source_down", source(used_at=ago(hours=49), asked_at=NOW), RAISE),
    ("source_down", source(used_at=ago(hours=47), asked_at=NOW), CLEAR),
    ("source_down", source(asked_at=NOW), RAISE),
    ("source_down", source(), HOLD),
    ("source_down", source(configured=False, used_at=ago(days=90)), None),
    ("chore_failed", chore("integrity", 1), RAISE),
    ("chore_failed", chore("integrity", 0), CLEAR),
    ("chore_failed", chore("watch", 2), HOLD),
    ("chore_failed", chore("watch", 3), RAISE),
    ("backup_old", {}, HOLD),
    ("backup_old", chore("backup", 1, finished_at=NOW), RAISE),
    ("backup_old", chore("backup", 0, mark=ago(days=1).isoformat()), CLEAR),
    ("backup_old", chore("backup", 0, mark=ago(days=3).isoformat()), RAISE),
]


@pytest.mark.parametrize(("code", "seen", "level"), CASES)
def test_levels(code: str, seen: dict[str, Any], level: Level | None) -> None:
    settings = Settings(schedule=ScheduleSettings(backup_target=Path("/nowhere")))
    found = [sight for sight in judge(picture(**seen), settings) if sight.code == code]
    assert [sight.level for sight in found] == ([level] if level else [])
    for sight in found:
        zh, en = said(sight.code, sight.subject, sight.facts, raised=True)
        assert min(len(zh), len(en)) > 5
        assert "{" not in zh + en


def test_backups_nobody_asked_for_are_no_alert() -> None:
    assert not [each for each in judge(picture(), Settings()) if each.code == "backup_old"]


def test_every_alert_has_a_section_that_says_what_to_do() -> None:
    sections = re.findall(r"(?m)^## (\S+)$", RUNBOOK.read_text("utf-8"))
    assert sorted(sections) == sorted(ALERTS)
    assert {code for code, _, _ in CASES} == set(ALERTS)
