"""Metrics, health and `piaohe status`, over a real database."""

import datetime
import json
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, text
from typer.testing import CliRunner

from models.errors import StoreError
from piaohe.cli.commands import app
from piaohe.observe.metrics import Metrics, render
from piaohe.observe.picture import take
from piaohe.observe.stages import Stages
from piaohe.schedule.runner import Chores
from piaohe.settings import Settings
from piaohe.store import Store
from piaohe.store.alerts import Alert
from piaohe.store.queued import Slip
from piaohe.store.workers import Worker
from tests.support.web import Clock, Site

HOSTILE = '"}\n# HELP x 张三\\'


@pytest.fixture
def clock() -> Clock:
    return Clock()


def samples(body: bytes) -> dict[str, dict[tuple[str, ...], float]]:
    """Name -> the values of its labels, by their names -> the number."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(body.decode()):
        for each in family.samples:
            found.setdefault(each.name, {})[
                tuple(each.labels[name] for name in sorted(each.labels))
            ] = each.value
    return found


def test_what_is_shown(store: Store, tmp_path: Path, clock: Clock) -> None:
    settings = Settings(home=tmp_path)
    stages = Stages()
    for seconds in (0.001, 0.3, 0.4, 400):
        stages.add("read", seconds)
    stages.flush(store)
    stages.flush(store)
    with store.unit_of_work() as work:
        work.arrivals.add("a" * 64, Slip(name="张三.pdf", owner="张三"), clock())
        work.tallies.add("decided", {"accepted": 3, "review": 1})
        work.tallies.add("findings", {"R-AMT-01": 2})
        work.tallies.put("corrected", {"recent": 1, "recent_of": 4, "before": 0, "before_of": 0})
        work.alerts.say(Alert(code="source_down", subject=HOSTILE, raised=True, since=clock()))
        worker = Worker(
            id="w", host="h", slot=0, pid=1, started_at=clock(), seen_at=clock(), beats=1
        )
        work.workers.add(worker)
    clock.turn(seconds=30)
    body = render(take(store, settings, clock()), settings)
    found = samples(body)
    assert found["piaohe_queue_documents"][("batch", "waiting")] == 1
    assert found["piaohe_queue_oldest_seconds"][("batch",)] == 30
    assert found["piaohe_documents_decided_total"] == {("accepted",): 3, ("review",): 1}
    assert found["piaohe_accepted_share"] == {(): 0.75}
    assert found["piaohe_findings_total"] == {("R-AMT-01",): 2}
    assert found["piaohe_corrected_share"] == {("recent",): 0.25}
    buckets = found["piaohe_stage_seconds_bucket"]
    assert (buckets[("0.005", "read")], buckets[("0.5", "read")]) == (1, 3)
    assert buckets[("+Inf", "read")] == found["piaohe_stage_seconds_count"][("read",)] == 4
    assert found["piaohe_stage_seconds_sum"][("read",)] == pytest.approx(400.701)
    assert found["piaohe_alert_raised"] == {("source_down", HOSTILE): 1}
    assert found["piaohe_workers_alive"] == {(): 1}
    assert found["piaohe_disk_free_bytes"][("home",)] > 0
    assert "张三.pdf" not in body.decode()


def test_times_that_could_not_be_written_are_not_lost(store: Store, tmp_path: Path) -> None:
    stages = Stages()
    stages.add("read", 1)
    closed = Store.open(tmp_path / "other")
    with closed.engine.begin() as connection:
        connection.execute(text("DROP TABLE tallies"))
    with pytest.raises(StoreError):
        stages.flush(closed)
    closed.close()
    stages.flush(store)
    with store.reading() as work:
        assert work.tallies.get("stage.read") == {"1": 1, "ms": 1000}


def test_asking_costs_no_counting(store: Store, tmp_path: Path, clock: Clock) -> None:
    """No statement of it goes through documents, invoices or matches; asked twice, it asks once."""
    statements: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    metrics = Metrics(store, Settings(home=tmp_path), clock)
    first = metrics.text()
    asked = len(statements)
    assert asked
    assert not [each for each in statements if " invoices" in each or " documents" in each]
    assert not [each for each in statements if " matches" in each]
    assert metrics.text() is first
    assert len(statements) == asked


def test_who_may_see_it(store: Store, tmp_path: Path) -> None:
    site = Site(store, tmp_path)
    with site.first() as admin, site.stranger() as stranger:
        assert stranger.get("/healthz/live").json() == {"status": "ok"}
        ready = stranger.get("/healthz/ready")
        assert ready.status_code == 200
        assert ready.json()["status"] == "degraded"
        assert ready.json()["checks"] == {
            "database": "ok",
            "schema": "ok",
            "workers": "degraded",
            "disk": "ok",
            "models": "ok",
        }
        assert stranger.get("/metrics").status_code == 401
        answer = admin.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=")
        assert "piaohe_info" in samples(answer.content)
    with site.as_("li", "reviewer") as reviewer:
        assert reviewer.get("/metrics").status_code == 403


def test_not_ready_without_its_database(store: Store, tmp_path: Path) -> None:
    site = Site(store, tmp_path)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with site.stranger() as stranger:
        answer = stranger.get("/healthz/ready")
        assert (answer.status_code, answer.json()["checks"]["schema"]) == (503, "failed")
        with store.engine.begin() as connection:
            connection.execute(text("DROP TABLE chores"))
        answer = stranger.get("/healthz/ready")
        assert (answer.status_code, answer.json()["checks"]["database"]) == (503, "failed")
        assert stranger.get("/healthz/live").status_code == 200


def test_status_and_chores_on_the_command_line(tmp_path: Path, monkeypatch, capfd) -> None:
    monkeypatch.setenv("PIAOHE_HOME", str(tmp_path))
    monkeypatch.setenv("PIAOHE_LANGUAGE", "en")
    runner = CliRunner()
    assert "none was done yet" in runner.invoke(app, ["chores", "list"]).output
    assert runner.invoke(app, ["chores", "run", "nonsense"]).exit_code == 2
    runner.invoke(app, ["chores", "run", "rematch", "--json"])
    assert json.loads(capfd.readouterr().out)["facts"] == {"wanted": 0}
    with Store.open(tmp_path) as store, store.unit_of_work() as work:
        since = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
        facts: dict[str, int | str] = {"failures": 1, "error": "disk_full"}
        alert = Alert(code="chore_failed", subject="backup", raised=True, since=since, facts=facts)
        work.alerts.say(alert)
    shown = runner.invoke(app, ["status"], env={"COLUMNS": "160"}).output
    assert "the chore backup failed (disk_full)" in shown
    assert "docs/runbook.md#chore_failed" in shown
    assert "rematch" in shown
    runner.invoke(app, ["status", "--json"])
    told = json.loads(capfd.readouterr().out)
    assert told["alerts"][0]["code"] == "chore_failed"
    assert told["chores"][0]["name"] == "rematch"
    failed = runner.invoke(app, ["chores", "run", "backup"])
    assert failed.exit_code == 0


def test_chores_and_metrics_agree(store: Store, tmp_path: Path, clock: Clock) -> None:
    settings = Settings(home=tmp_path)
    assert Chores(store, settings, clock).run("census") is not None
    clock.turn(seconds=60)
    found = samples(render(take(store, settings, clock()), settings))
    assert found["piaohe_census_age_seconds"] == {(): 60}
    assert found["piaohe_chore_failures"] == {("census",): 0}
