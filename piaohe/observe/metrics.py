"""Metrics as Prometheus reads them, from what the database keeps: the processes that do the work
need no ports of their own, and whoever is asked knows of all of them.

Nothing is counted while somebody waits: counters are those of the chore `census`, at most about a
minute old; `piaohe_census_age_seconds` says how old.
"""

import datetime
import threading
import time
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from piaohe import version
from piaohe.observe import stages
from piaohe.observe.picture import Picture, take
from piaohe.settings import Settings
from piaohe.store import Store
from piaohe.store.migrations import HEAD

TYPE = "text/plain; version=0.0.4; charset=utf-8"

_COUNTERS = {
    "decided": (
        "documents_decided",
        "state",
        "Documents carried to their end, by what was decided.",
    ),
    "given_up": ("documents_given_up", "error", "Documents given up after too many tries."),
    "unreadable": ("documents_unreadable", "error", "Documents that could not be read, by why."),
    "invoices": ("invoices_kept", "status", "Invoices kept, by what the rules said of them."),
    "findings": ("findings", "rule", "Findings on invoices when they were kept, by rule."),
}
_GAUGES = {
    "matches_now": ("matches", "state", "Verdicts of matching."),
    "documents_now": ("documents", "status", "Documents kept."),
    "invoices_now": ("invoices", "status", "Invoices kept, by what the rules say of them."),
}


class Metrics:
    """The metrics of one store. What was made is given again for `observe.metrics_seconds`."""

    def __init__(
        self, store: Store, settings: Settings, now: Callable[[], datetime.datetime]
    ) -> None:
        self._store = store
        self._settings = settings
        self._now = now
        self._lock = threading.Lock()
        self._made: tuple[float, bytes] | None = None

    def text(self) -> bytes:
        """What /metrics answers. Raises StoreError."""
        keep = self._settings.observe.metrics_seconds
        with self._lock:
            if self._made is None or time.monotonic() - self._made[0] >= keep:
                picture = take(self._store, self._settings, self._now())
                self._made = (time.monotonic(), render(picture, self._settings))
            return self._made[1]


def render(picture: Picture, settings: Settings) -> bytes:
    """A picture as Prometheus' text."""
    registry = CollectorRegistry()
    registry.register(_Shown([*_families(picture, settings)]))
    return generate_latest(registry)


class _Shown(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def _families(picture: Picture, settings: Settings) -> Iterator[Metric]:
    info = _gauge("info", "Versions of program and database.", ("version", "schema"))
    info.add_metric([version(), HEAD], 1)
    yield info
    yield from _queue(picture, settings)
    yield from _tallied(picture.tallies)
    yield from _shares(picture.tallies)
    yield from _stages(picture.tallies)
    yield from _sources(picture)
    yield from _chores(picture)
    yield from _rest(picture)


def _queue(picture: Picture, settings: Settings) -> Iterator[Metric]:
    depth = _gauge("queue_documents", "Documents in the queue.", ("lane", "state"))
    oldest = _gauge("queue_oldest_seconds", "How long the oldest has waited.", ("lane",))
    for lane in picture.lanes:
        name = lane.lane.name.lower()
        for state in ("waiting", "retrying", "running"):
            depth.add_metric([name, state], getattr(lane, state))
        oldest.add_metric([name], picture.age(lane.oldest) or 0.0)
    yield depth
    yield oldest
    silent = max(60.0, 3 * settings.flow.dead_after_seconds)
    workers = _gauge("workers", "Worker processes that live, by host.", ("host",))
    hosts: dict[str, int] = {}
    for worker in picture.living(silent):
        hosts[worker.host] = hosts.get(worker.host, 0) + 1
    for host, count in sorted(hosts.items()):
        workers.add_metric([host], count)
    yield workers
    yield _single("workers_alive", "Worker processes that live.", sum(hosts.values()))


def _tallied(tallies: Mapping[str, Mapping[str, int]]) -> Iterator[Metric]:
    for key, (name, label, text) in _COUNTERS.items():
        counter = CounterMetricFamily(f"piaohe_{name}", text, labels=(label,))
        for value, count in tallies.get(key, {}).items():
            counter.add_metric([value], count)
        yield counter
    for key, (name, label, text) in _GAUGES.items():
        gauge = _gauge(name, text, (label,))
        for value, count in tallies.get(key, {}).items():
            gauge.add_metric([value], count)
        yield gauge


def _shares(tallies: Mapping[str, Mapping[str, int]]) -> Iterator[Metric]:
    decided = tallies.get("decided", {})
    if total := sum(decided.values()):
        share = decided.get("accepted", 0) / total
        yield _single("accepted_share", "Share of documents accepted without a person.", share)
    corrected = _gauge("corrected_share", "Share of reviews people corrected.", ("window",))
    seen = tallies.get("corrected", {})
    for window in ("recent", "before"):
        if of := seen.get(f"{window}_of", 0):
            corrected.add_metric([window], seen.get(window, 0) / of)
    yield corrected


def _stages(tallies: Mapping[str, Mapping[str, int]]) -> Iterator[Metric]:
    family = HistogramMetricFamily(
        "piaohe_stage_seconds", "How long each step of a document takes.", labels=("stage",)
    )
    for name, times in tallies.items():
        if not name.startswith(stages.PREFIX):
            continue
        buckets, total = [], 0
        for bound in (*(f"{each:g}" for each in stages.BOUNDS), stages.OVER):
            total += times.get(bound, 0)
            buckets.append(("+Inf" if bound == stages.OVER else bound, float(total)))
        seconds = times.get(stages.TOTAL, 0) / 1000
        family.add_metric([name.removeprefix(stages.PREFIX)], buckets, seconds)
    yield family


def _sources(picture: Picture) -> Iterator[Metric]:
    age = _gauge("source_age_seconds", "Age of the snapshot in use.", ("source",))
    suspect = _gauge("source_suspect", "1 where the last snapshot is not trusted.", ("source",))
    for source in picture.sources:
        if source.used_at is not None:
            age.add_metric([source.name], picture.age(source.used_at) or 0.0)
        suspect.add_metric([source.name], source.suspect)
    yield age
    yield suspect


def _chores(picture: Picture) -> Iterator[Metric]:
    good = _gauge("chore_age_seconds", "Since a chore last went well.", ("chore",))
    failures = _gauge("chore_failures", "Failed runs in a row.", ("chore",))
    for chore in picture.chores:
        if chore.succeeded_at is not None:
            good.add_metric([chore.name], picture.age(chore.succeeded_at) or 0.0)
        failures.add_metric([chore.name], chore.failures)
    yield good
    yield failures
    if (age := picture.age(picture.backup_at)) is not None:
        yield _single("backup_age_seconds", "Since the last sound backup was made.", age)
    census = picture.chore("census")
    if census is not None and (age := picture.age(census.succeeded_at)) is not None:
        yield _single("census_age_seconds", "How old the counters are.", age)


def _rest(picture: Picture) -> Iterator[Metric]:
    disks = _gauge("disk_free_bytes", "Room on the disks.", ("place",))
    for place, free in picture.disks.items():
        disks.add_metric([place], free)
    yield disks
    alerts = _gauge("alert_raised", "Alerts that are raised.", ("code", "subject"))
    for alert in picture.alerts:
        alerts.add_metric([alert.code, alert.subject], 1)
    yield alerts
    yield _single("alerts_undelivered", "Messages not delivered yet.", picture.undelivered)
    yield _single("originals_damaged", "Originals found damaged or missing.", len(picture.damaged))


def _gauge(name: str, text: str, labels: tuple[str, ...]) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"piaohe_{name}", text, labels=labels)


def _single(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"piaohe_{name}", text, value=value)
