"""Alerts from the database to a real HTTP server and a real mail server."""

import email
import email.policy
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import ErrorRecord
from piaohe.flow.states import State, Step
from piaohe.observe import notify
from piaohe.schedule.runner import Chores
from piaohe.settings import Settings
from piaohe.settings.sections import AlertSettings
from piaohe.store import Store, What
from piaohe.store.queued import Slip
from tests.support import listeners
from tests.support.listeners import Heard
from tests.support.web import Clock

SECRET = "四月-槐花"


@pytest.fixture
def hook() -> Iterator[Heard]:
    with listeners.http() as heard:
        yield heard


@pytest.fixture
def post() -> Iterator[Heard]:
    with listeners.smtp() as heard:
        yield heard


@pytest.fixture
def settings(tmp_path: Path, hook: Heard, post: Heard) -> Settings:
    return Settings(
        home=tmp_path,
        alerts=AlertSettings(
            webhook_url=f"http://127.0.0.1:{hook.port}/alerts",
            webhook_secret=SECRET,
            mail_to=("a@example.com", "b@example.com"),
            smtp_host="127.0.0.1",
            smtp_port=post.port,
            smtp_security="none",
            disk_gib=1e-6,
        ),
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def process(store: Store, settings: Settings, clock: Clock) -> Chores:
    return Chores(store, settings, clock)


def wait_in_vain(store: Store, clock: Clock) -> None:
    """Put something into the queue, which nobody carries."""
    with store.unit_of_work() as work:
        work.arrivals.add("a" * 64, Slip(name="张三的发票.pdf", owner="张三"), clock())
    clock.turn(minutes=31)


def told(hook: Heard) -> list[tuple[str, str]]:
    bodies = [json.loads(body) for _, body in hook.posts]
    return [(body["code"], body["state"]) for body in bodies]


def test_raised_once_and_resolved_once(
    store: Store, clock: Clock, process: Chores, hook: Heard, post: Heard
) -> None:
    process.run("watch")
    assert hook.posts == post.mails == []
    wait_in_vain(store, clock)
    for _ in range(3):
        process.run("watch")
    assert sorted(told(hook)) == [("queue_stuck", "raised"), ("workers_gone", "raised")]
    assert len(post.mails) == 2
    with store.unit_of_work() as work:
        work.arrivals.cancel(1)
    for _ in range(2):
        process.run("watch")
    assert sorted(told(hook)[2:]) == [("queue_stuck", "resolved"), ("workers_gone", "resolved")]
    with store.reading() as work:
        assert work.alerts.raised() == []
        whats = [event.what for event in work.events.iterate("queue_stuck")]
    assert whats == [What.ALERT_RAISED, What.ALERT_RESOLVED]


def test_what_a_webhook_holds(
    store: Store, clock: Clock, process: Chores, hook: Heard, post: Heard
) -> None:
    wait_in_vain(store, clock)
    process.run("watch")
    headers, body = hook.posts[0]
    assert notify.verify(SECRET, headers, body, clock())
    assert not notify.verify("another", headers, body, clock())
    assert not notify.verify(SECRET, headers, body + b" ", clock())
    later = {**headers, "x-piaohe-timestamp": str(int(headers["x-piaohe-timestamp"]) + 1)}
    assert not notify.verify(SECRET, later, body, clock())
    assert not notify.verify(SECRET, {}, body, clock())
    clock.turn(minutes=6)
    assert not notify.verify(SECRET, headers, body, clock())
    assert json.loads(body)["runbook"] == "docs/runbook.md#queue_stuck"
    to, text = post.mails[0]
    mail = email.message_from_string(text, policy=email.policy.default)
    assert to == ["a@example.com", "b@example.com"]
    assert "队列停滞" in mail["subject"]
    assert "queue_stuck" in mail.get_content()
    assert "张三" not in text + body.decode()


def test_kept_until_it_is_delivered(
    store: Store, clock: Clock, process: Chores, hook: Heard, post: Heard
) -> None:
    hook.status = 500
    wait_in_vain(store, clock)
    process.run("watch")
    # one try for both: a server that is down is not asked for each message
    assert len(hook.posts) == 1
    assert len(post.mails) == 2
    for _ in range(3):
        process.run("watch")
    assert len(hook.posts) == 2
    with store.reading() as work:
        assert work.deliveries.waiting() == 2
    hook.status = 204
    clock.turn(hours=1)
    process.run("watch")
    assert len(hook.posts) == 4
    tries = [headers["x-piaohe-delivery"] for headers, _ in hook.posts]
    assert tries[:2] == tries[2:]
    with store.reading() as work:
        assert work.deliveries.waiting() == 0


def test_nobody_to_tell_is_no_mistake(store: Store, clock: Clock, tmp_path: Path) -> None:
    wait_in_vain(store, clock)
    settings = Settings(home=tmp_path, alerts=AlertSettings(disk_gib=1e-6))
    run = Chores(store, settings, clock).run("watch")
    assert run is not None
    assert run.facts == {"news": 2, "delivered": 0, "channels_down": 0}


def test_what_an_alert_was_about_may_go(
    store: Store, clock: Clock, process: Chores, hook: Heard, settings: Settings
) -> None:
    """A source that is no longer configured is not down."""
    (settings.home / "sources.toml").write_text('[u8]\nkind = "file"\npath = "/nowhere/*.csv"\n')
    assert process.run("pull") is not None
    process.run("watch")
    assert ("source_down", "raised") in told(hook)
    assert ("snapshot_suspect", "raised") in told(hook)
    (settings.home / "sources.toml").unlink()
    process.run("watch")
    assert told(hook)[-1] == ("source_down", "resolved")


def test_a_rate_of_errors(store: Store, clock: Clock, process: Chores, hook: Heard) -> None:
    record = ErrorRecord(code="disk_full", message="满", hint="腾", retry=False)
    for number in range(20):
        with store.unit_of_work() as work:
            work.arrivals.add(f"{number:064x}", Slip(name="x"), clock())
            arrival = work.arrivals.claim("w", clock())
            assert arrival is not None
            if number < 2:
                work.arrivals.fail(arrival.id, Step.READ, record, None)
                details = {"arrival": arrival.id, "error": "disk_full"}
                work.events.add(What.DOCUMENT_GIVEN_UP, arrival.sha256, clock(), details)
            else:
                work.arrivals.finish(arrival.id, State.ACCEPTED, clock())
                work.events.add(
                    What.DOCUMENT_DECIDED, arrival.sha256, clock(), {"state": "accepted"}
                )
    process.run("watch")
    assert told(hook) == [("error_rate", "raised")]
    assert json.loads(hook.posts[0][1])["facts"] == {"given_up": 2, "of": 20}


def test_secrets_are_not_shown(settings: Settings) -> None:
    assert SECRET not in repr(settings) + settings.model_dump_json()


@pytest.mark.parametrize(
    "values",
    [
        {"webhook_url": "https://example.com/x"},
        {"webhook_url": "ftp://example.com", "webhook_secret": "s"},
        {"webhook_url": "https://user:pw@example.com", "webhook_secret": "s"},
        {"mail_to": ("a@example.com",)},
    ],
)
def test_half_a_channel_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        AlertSettings(**values)  # type: ignore[arg-type]
