"""What may become of an arrival: its states, the ways between them, and the steps on its way."""

from enum import IntEnum, StrEnum


class Lane(IntEnum):
    """Who goes first. A person who waits for the answer goes before anything handed in by pile."""

    PERSON = 0
    BATCH = 1


class State(StrEnum):
    """Where an arrival is.

    waiting: in the queue; running: a worker has it; retrying: in the queue again after a while;
    accepted, review, rejected: read and kept, and what was decided; unreadable: kept, but nothing
    can be read from it; dead: given up after too many tries, until a person looks at it;
    cancelled: a person took it out of the queue.
    """

    WAITING = "waiting"
    RUNNING = "running"
    RETRYING = "retrying"
    ACCEPTED = "accepted"
    REVIEW = "review"
    REJECTED = "rejected"
    UNREADABLE = "unreadable"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What is done to a document, in this order. Each is done once, or again from its start.

    read: sniffed, read, classified and checked; keep: kept, its duplicates claimed; match: its
    invoices matched with the ledgers; decide: what a person has to do; notify: said in the audit.
    """

    READ = "read"
    KEEP = "keep"
    MATCH = "match"
    DECIDE = "decide"
    NOTIFY = "notify"


START = State.WAITING

TRANSITIONS: dict[State, dict[State, str]] = {
    State.WAITING: {
        State.RUNNING: "a worker claims it",
        State.CANCELLED: "a person cancels it",
    },
    State.RUNNING: {
        State.ACCEPTED: "decided",
        State.REVIEW: "decided",
        State.REJECTED: "decided",
        State.UNREADABLE: "nothing can be read",
        State.RETRYING: "failed in a way that may pass",
        State.WAITING: "its worker stopped or died",
        State.DEAD: "failed for good, or too often",
        State.CANCELLED: "a person cancels it",
    },
    State.RETRYING: {
        State.WAITING: "its time has come",
        State.CANCELLED: "a person cancels it",
    },
    State.DEAD: {
        State.WAITING: "a person retries it",
        State.CANCELLED: "a person cancels it",
    },
    State.UNREADABLE: {State.WAITING: "a person retries it"},
    State.CANCELLED: {State.WAITING: "a person retries it"},
    State.ACCEPTED: {},
    State.REVIEW: {},
    State.REJECTED: {},
}

QUEUED = frozenset({State.WAITING, State.RETRYING})
"""Those that count as the depth of the queue."""
CANCELLABLE = frozenset(state for state, to in TRANSITIONS.items() if State.CANCELLED in to)
RETRIABLE = frozenset({State.DEAD, State.UNREADABLE, State.CANCELLED})
"""Those a person may put into the queue again."""
DECIDED = frozenset({State.ACCEPTED, State.REVIEW, State.REJECTED})
FINISHED = DECIDED | RETRIABLE
"""Nothing more happens to these on their own."""


def allowed(before: State, after: State) -> bool:
    """Whether an arrival may go from one state to the other."""
    return after in TRANSITIONS[before]


def diagram() -> str:
    """The states and the ways between them, as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {START.value}: arrives"]
    for before, ways in TRANSITIONS.items():
        lines += [f"    {before.value} --> {after.value}: {why}" for after, why in ways.items()]
    lines += [f"    {state.value} --> [*]" for state in TRANSITIONS if state in DECIDED]
    return "\n".join(lines) + "\n"
