"""From a configured source to a snapshot in the store: fetch, read, judge, keep.

Whatever goes wrong is kept as a suspect import with an alert; the last good one stays in use.
"""

import datetime
import glob
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from models.errors import LedgerError
from models.ledger import Coverage, Ledger, LedgerEntry
from models.portal import SourceHealth, SourceState
from piaohe.clock import now
from piaohe.sources import http_json, sql
from piaohe.sources.configured import (
    FileSource,
    HttpSource,
    PortalSource,
    Sources,
    SqlSource,
    headers_of,
    secret,
)
from piaohe.sources.failures import ledger_error
from piaohe.sources.profile import PROFILES, Profile, Profiles
from piaohe.sources.reader import Reading, open_ledger, open_sheets
from piaohe.sources.resilience import Guard
from piaohe.sources.shared import guards
from piaohe.sources.spool import Spool
from piaohe.sources.suspicion import Tally, doubt, doubts
from piaohe.store import Import, ImportState, Said, Store

_USUAL = 5
"""How many earlier imports tell the usual number of rows."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of the source, and when: `period` only where the query itself is limited."""

    at: datetime.datetime
    period: Coverage | None = None
    accept: bool = False
    """Take it whatever speaks against it: a person has looked."""


def import_source(store: Store, sources: Sources, name: str, asked: Asked) -> Import:
    """Fetch a configured source and keep what came. Gives the import, which may be suspect.

    Raises LedgerError for what is not the source's doing: no_source, bad_sources, bad_profile,
    secret_missing, sql_refused. Any other failure is a suspect import with the reason in `doubts`.
    """
    source = sources.get(name)
    if isinstance(source, PortalSource):
        raise ledger_error("bad_sources", place=f"[{name}]", why="portal: nothing to import")
    profiles = Profiles(sources.home / PROFILES)
    profile = profiles.get(source.profile) if source.profile else None
    stated = Coverage(entity_tax_id=source.entity_tax_id)
    with ExitStack() as stack:
        try:
            opened = _Opening(name, profile, profiles, guards(store, name, now))
            reading, sha256 = _open(stack, source, opened)
            return _kept(store, reading, sha256, asked, (source.direction, stated))
        except LedgerError as error:
            if error.record.code in _OURS:
                raise
            return _failed(store, name, error, asked, source.direction)


_OURS = frozenset(
    {"no_source", "bad_sources", "bad_profile", "no_profile", "secret_missing", "sql_refused"}
)


def import_file(
    store: Store, path: Path, name: str, asked: Asked, profile: Profile | None = None
) -> Import:
    """The same for one file, `name` being the source it belongs to. Raises LedgerError only where
    the file is not there; one that cannot be read is a suspect import."""
    try:
        reading = open_ledger(path, name, profile)
        return _kept(store, reading, _hash(path), asked, (None, Coverage()))
    except OSError as error:
        raise ledger_error("source_unreachable", name=name, why=error.strerror or "") from error
    except LedgerError as error:
        return _failed(store, name, error, asked, None)


def verdict(store: Store, name: str) -> SourceHealth:
    """How a source fared when it was last asked, for matching to weigh what it does not hold."""
    with store.reading() as work:
        last = next(iter(work.imports.latest(name, 1)), None)
    if last is None:
        why, why_en = "从未导入", "never imported"
        return SourceHealth(source=name, state=SourceState.UNASKED, why=why, why_en=why_en)
    why = "；".join(each.message for each in last.doubts)
    why_en = "; ".join(each.message_en for each in last.doubts)
    state = SourceState.OK if last.in_use else SourceState.SUSPECT
    if last.sha256 is None:
        state = SourceState.UNASKED
    return SourceHealth(source=name, state=state, why=why, why_en=why_en, asked_at=last.imported_at)


@dataclass(frozen=True, slots=True)
class _Opening:
    """How a source is opened: its name, its profile and those known, what watches addresses."""

    name: str
    profile: Profile | None
    profiles: Profiles
    guard: Callable[[str], Guard]


def _open(
    stack: ExitStack,
    source: FileSource | SqlSource | HttpSource,
    by: _Opening,
) -> tuple[Reading, str]:
    """The source as a reading, and the hash of its content."""
    name, profile, known = by.name, by.profile, by.profiles.all()
    if isinstance(source, FileSource):
        path = _newest(source.path, name)
        return open_ledger(path, name, profile, known), _hash(path)
    if isinstance(source, SqlSource):
        url = source.url or secret(source.url_env or "", name)
        limits = sql.SqlLimits(source.max_rows, source.seconds)
        spool = stack.enter_context(sql.fetch(url, source.query, name, limits))
    else:
        spool = stack.enter_context(_http(source, name, by.guard))
    if not spool.rows:
        raise ledger_error("empty_ledger")
    return open_sheets([spool.table()], name, profile, known), spool.sha256


def _http(source: HttpSource, name: str, guard: Callable[[str], Guard]) -> Spool:
    headers = headers_of(source, name)
    endpoints = [
        http_json.Endpoint(url, source.method, source.parameters, headers) for url in source.urls
    ]
    limits = http_json.HttpLimits(max_rows=source.max_rows, seconds=source.seconds)
    client = http_json.Client(name, limits, guard=guard)
    try:
        return http_json.fetch(endpoints, source.shape, source.paging, name, client)
    finally:
        client.close()


def _newest(pattern: str, name: str) -> Path:
    """The file of that name, or the newest of those it stands for."""
    found = [Path(each) for each in glob.glob(str(Path(pattern).expanduser()))]
    files = [path for path in found if path.is_file()]
    if not files:
        raise ledger_error("source_unreachable", name=name, why=f"no file {pattern}")
    return max(files, key=lambda path: (path.stat().st_mtime_ns, str(path)))


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kept(
    store: Store,
    reading: Reading,
    sha256: str,
    asked: Asked,
    whose: tuple[str | None, Coverage],
) -> Import:
    """Read to the end, judge, and keep in one transaction."""
    direction, stated = whose
    tally = Tally()
    with tempfile.TemporaryFile("w+b") as spooled:
        for entry in tally.passing(reading.entries()):
            spooled.write(entry.model_dump_json().encode("utf-8", "backslashreplace") + b"\n")
        counts = tally.counts(reading.problem_counts)
        coverage, said = _coverage(reading, stated, asked)
        head = Ledger(
            source=reading.name,
            layout=reading.layout,
            entries=(),
            coverage=coverage,
            problems=reading.problems,
        )
        with store.reading() as work:
            usual = _usual(work.imports.latest(reading.name), _days(coverage, said))
        against = doubts(counts, usual)
        is_taken = not against or asked.accept
        with store.unit_of_work() as work:
            work.ledgers.add_stream(head, _entries(spooled), sha256, asked.at)
            return work.imports.add(
                Import(
                    source=reading.name,
                    imported_at=asked.at,
                    sha256=sha256,
                    state=ImportState.SUSPECT if against else ImportState.GOOD,
                    coverage=coverage,
                    direction=direction,
                    said=said,
                    rows=counts.rows,
                    counts=counts.flat(),
                    doubts=against,
                    accepted_at=asked.at if against and is_taken else None,
                )
            )


def _entries(spooled: BinaryIO) -> Iterator[LedgerEntry]:
    spooled.seek(0)
    for line in spooled:
        yield LedgerEntry.model_validate_json(line)


def _coverage(reading: Reading, stated: Coverage, asked: Asked) -> tuple[Coverage, Said]:
    """What the import covers: as asked, else as the file states, else by the dates in it."""
    own = reading.coverage
    entity = stated.entity_tax_id or own.entity_tax_id
    if asked.period:
        return asked.period.model_copy(update={"entity_tax_id": entity}), Said.ASKED
    said = Said.DERIVED if own.first else Said.UNKNOWN
    if reading.states_period:
        said = Said.STATED
    return own.model_copy(update={"entity_tax_id": entity}), said


def _usual(before: Sequence[Import], days: int | None) -> list[int]:
    """Row counts of earlier good imports, left out those known to be of many more days."""
    return [
        each.rows
        for each in before
        if each.in_use
        and (
            days is None
            or (theirs := _days(each.coverage, each.said)) is None
            or theirs <= 2 * days
        )
    ][:_USUAL]


def _days(coverage: Coverage, said: Said) -> int | None:
    """The days asked for or stated; days derived from the rows say nothing of what is missing."""
    if said not in {Said.ASKED, Said.STATED} or not coverage.first or not coverage.last:
        return None
    return (coverage.last - coverage.first).days + 1


def _failed(
    store: Store, name: str, error: LedgerError, asked: Asked, direction: str | None
) -> Import:
    """Keep that nothing came, and why."""
    is_empty = error.record.code == "empty_ledger"
    reason = doubt("empty") if is_empty else doubt("unreadable", error.record.code)
    words = (
        {}
        if is_empty
        else {
            "message": error.record.message,
            "message_en": error.record.message_en,
        }
    )
    with store.unit_of_work() as work:
        return work.imports.add(
            Import(
                source=name,
                imported_at=asked.at,
                state=ImportState.SUSPECT,
                direction=direction,
                doubts=(reason.model_copy(update=words),),
            )
        )
