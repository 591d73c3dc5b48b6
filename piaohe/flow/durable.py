"""The steps of a document as a DBOS workflow: what was done before a crash is not done again.

DBOS remembers the steps and nothing else here. Which document is next, who has it and how often
it was tried stands in `arrivals`, in the same database and transactions as the documents. So a
workflow is started by the worker that claimed the arrival, in its own process; one that another
worker left is taken over through a queue that only this process listens to.

Its database is a file beside the store's own, or PostgreSQL. Only JSON is written there, nothing
is sent anywhere.
"""

import contextlib
import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, TypeVar

from dbos import (
    DBOS,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    SetWorkflowID,
    WorkflowHandle,
)
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from piaohe.flow.states import Step
from piaohe.flow.steps import ForgottenError, Steps
from piaohe.observe.stages import stages
from piaohe.store import errors
from piaohe.store.postgres import parse
from piaohe.store.queued import Arrival

DATABASE_FILE = "piaohe-flow.db"
VERSION = "1"
"""Goes up when steps are added, removed or change what they give. Documents on their way then
start from their first step; those of a version before are not looked at."""

_QUEUE = "worker-"
_TIDY = 1000
_BUSY_SECONDS = 30
_POLL_SECONDS = 0.05
_QUEUE_SECONDS = 0.5
"""Only what another worker left comes by the queue, and looking there costs a few milliseconds."""

T = TypeVar("T")


class Workflows:
    """Runs documents' steps durably, one document at a time. One for each process."""

    def __init__(self, home: Path, url: str | None, worker: str) -> None:
        """Connect to `<home>/piaohe-flow.db`, or to PostgreSQL at `url`, as this worker.

        Raises StoreError home_not_writable and whatever DBOS does where it cannot connect.
        """
        self._queue = f"{_QUEUE}{worker}"
        config: DBOSConfig = {
            "name": "piaohe",
            "application_version": VERSION,
            # never one that was used before: DBOS would take over what that one left
            "executor_id": worker,
            "serializer": DBOSPortableJSONSerializer(),
            "enable_otlp": False,
            "log_level": "ERROR",
            "use_listen_notify": False,
            "notification_listener_polling_interval_sec": 5.0,
            "sys_db_pool_size": 5,
        }
        if url is None:
            config["system_database_engine"] = _sqlite(home / DATABASE_FILE)
        else:
            config["system_database_url"] = parse(url).render_as_string(hide_password=False)
        DBOS(config=config)
        DBOS.listen_queues([self._queue])
        DBOS.launch()
        DBOS.register_queue(
            self._queue,
            worker_concurrency=1,
            polling_interval_sec=_QUEUE_SECONDS,
            on_conflict="always_update",
        )

    def run(self, arrival: Arrival, steps: Steps) -> None:
        """Do the steps that are not done yet. Raises what the step that failed raised."""
        running.take(arrival.id, steps)
        workflow = _id(arrival)
        try:
            with contextlib.suppress(ForgottenError):
                self._go(workflow, arrival)
            if not running.told:
                # it is remembered as done, and the documents know nothing of that: they were
                # brought back from a backup
                self._wait(DBOS.rewind_workflow(workflow, start_step=1, queue_name=self._queue))
        except Exception as error:
            # DBOS gives a copy of an error it has written down, which knows no class of ours
            raise (running.failure or error) from error

    @property
    def step(self) -> Step:
        """The step this process was at last."""
        return running.step

    def forget(self, arrivals: Sequence[Arrival]) -> None:
        """Remove the workflows of finished arrivals."""
        if arrivals:
            DBOS.delete_workflows([_id(arrival) for arrival in arrivals])

    def tidy(self, living: Collection[str]) -> None:
        """Remove what workers left that are no more: their queues, and finished workflows."""
        for queue in DBOS.list_queues():
            worker = queue.name.removeprefix(_QUEUE)
            if queue.name.startswith(_QUEUE) and worker not in living:
                DBOS.delete_queue(queue.name)
        finished = DBOS.list_workflows(
            status="SUCCESS", limit=_TIDY, load_input=False, load_output=False
        )
        gone = [each.workflow_id for each in finished if each.executor_id not in living]
        if gone:
            DBOS.delete_workflows(gone)

    def close(self) -> None:
        """Leave. Its threads are left to the end of the process: DBOS takes seconds to end them."""
        DBOS.delete_queue(self._queue)

    def _go(self, workflow: str, arrival: Arrival) -> None:
        """Start it, or go on where whoever had it before stopped."""
        status = DBOS.get_workflow_status(workflow)
        if status is None:
            with SetWorkflowID(workflow):
                carry(arrival.id)
        elif status.status in ("SUCCESS", "ERROR"):
            first = 1 if status.status == "SUCCESS" else _failed_step(workflow)
            self._wait(DBOS.rewind_workflow(workflow, start_step=first, queue_name=self._queue))
        else:
            self._wait(DBOS.resume_workflow(workflow, queue_name=self._queue))

    def _wait(self, handle: WorkflowHandle[Any]) -> None:
        try:
            handle.get_result(polling_interval_sec=_POLL_SECONDS)
        except Exception:
            if running.failure is not None:
                raise running.failure from None
            raise


class _Running:
    """The arrival this process has, and the step it is at. A workflow's own arguments are kept in
    the database, and what it works with is not of that kind."""

    def __init__(self) -> None:
        self.arrival: int | None = None
        self.steps: Steps | None = None
        self.step = Step.READ
        self.failure: Exception | None = None
        self.told = False

    def take(self, arrival: int, steps: Steps) -> None:
        self.arrival, self.steps = arrival, steps
        self.step, self.failure, self.told = Step.READ, None, False

    def do(self, step: Step, arrival: int, work: Callable[[Steps], T]) -> T:
        """One step, done unless it was done before."""

        def now() -> T:
            if self.steps is None or self.arrival != arrival:
                raise RuntimeError("this process does not hold the arrival")
            self.step = step
            try:
                with stages.time(step.value):
                    result = work(self.steps)
            except Exception as error:
                self.failure = error
                raise
            self.told = step is Step.NOTIFY
            return result

        return DBOS.run_step({"name": step.value}, now)


running = _Running()


@DBOS.workflow(name="document")
def carry(arrival: int) -> str:
    """A document's way from the queue to the archive."""
    outcome = running.do(Step.READ, arrival, lambda steps: steps.read())
    running.do(Step.KEEP, arrival, lambda steps: steps.keep(outcome))
    running.do(Step.MATCH, arrival, lambda steps: steps.match())
    decided = running.do(Step.DECIDE, arrival, lambda steps: steps.decide())
    return running.do(Step.NOTIFY, arrival, lambda steps: steps.notify(decided))


def _id(arrival: Arrival) -> str:
    """One that no other arrival has, not even of a home folder that was begun anew."""
    received = int(arrival.received_at.timestamp() * 1000)
    return f"document-{VERSION}-{arrival.id}-{arrival.sha256[:12]}-{received}"


def _failed_step(workflow: str) -> int:
    """The number of the step that failed, by which all before it are kept."""
    steps = DBOS.list_workflow_steps(workflow)
    done = [step["function_id"] for step in steps if step["error"] is None]
    return max(done, default=0) + 1


def _sqlite(file: Path) -> Engine:
    """An engine on a SQLite file, with transactions begun the way DBOS relies on.

    The commits before a loss of power may be lost in part; then a step is done again.
    """
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise errors.from_os(error, str(file)) from error
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"timeout": _BUSY_SECONDS},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    native: Any = connection
    native.isolation_level = "IMMEDIATE"
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = NORMAL"):
        native.execute(f"PRAGMA {pragma}")
