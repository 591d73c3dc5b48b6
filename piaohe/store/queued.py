"""What the queue tells of its documents."""

import datetime

from models.errors import ErrorRecord
from models.record import Record
from piaohe.flow.states import Lane, State, Step


class SupersededError(Exception):
    """Somebody else has the arrival by now, or it was cancelled: whoever gets this must stop."""


class Slip(Record):
    """What comes along with a file that is handed in."""

    name: str
    owner: str = ""
    department: str = ""
    batch: str = ""
    lane: Lane = Lane.BATCH


class Arrival(Record):
    """A file that was handed in. `step` is the last one kept in the database, or that failed."""

    id: int
    sha256: str
    name: str
    owner: str
    department: str
    batch: str
    lane: Lane
    turn: int
    received_at: datetime.datetime
    state: State
    step: Step | None
    attempts: int
    not_before: datetime.datetime | None
    worker: str | None
    fence: int
    finished_at: datetime.datetime | None
    error: ErrorRecord | None


class LaneDepth(Record):
    """What waits in a lane, and since when the first of it does."""

    lane: Lane
    waiting: int
    retrying: int
    running: int
    oldest: datetime.datetime | None
