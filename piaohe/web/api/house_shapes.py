"""What the answers of /v1 about the house itself look like: what happened, webhooks, people,
ledgers, chores."""

import datetime

from models.match import Match
from piaohe.access import Permission, Role
from piaohe.store.alerts import Alert
from piaohe.store.chores import ChoreRun, ChoreState
from piaohe.store.hooks import MessageState
from piaohe.store.imports import Import
from piaohe.web.api.shapes import DocumentShown, Shape


class HappeningShown(Shape):
    id: str
    kind: str
    at: datetime.datetime
    document: str | None
    invoice: str | None
    claim: int | None


class Happenings(Shape):
    """`next` is where to read on."""

    items: list[HappeningShown]
    next: str


class MessageCounts(Shape):
    waiting: int
    delivered: int
    dead: int


class HookShown(Shape):
    id: int
    version: str
    url: str
    kinds: list[str]
    active: bool
    made_at: datetime.datetime
    messages: MessageCounts


class MadeHook(HookShown):
    secret: str


class Hooks(Shape):
    items: list[HookShown]


class MessageShown(Shape):
    """`body` is what is posted; `error` why it did not arrive."""

    id: int
    kind: str
    body: str
    made_at: datetime.datetime
    state: MessageState
    attempts: int
    not_before: datetime.datetime
    delivered_at: datetime.datetime | None
    error: str | None


class HookMessages(Shape):
    items: list[MessageShown]
    next: str | None


class PersonShown(Shape):
    id: int
    login: str
    name: str
    roles: list[Role]
    active: bool
    joined: bool


class Me(PersonShown):
    permissions: list[Permission]
    program: bool


class MadeLink(PersonShown):
    link: str


class People(Shape):
    items: list[PersonShown]


class TokenShown(Shape):
    id: int
    name: str
    scopes: list[Permission]
    made_at: datetime.datetime
    ends_at: datetime.datetime | None
    used_at: datetime.datetime | None
    revoked_at: datetime.datetime | None


class MadeToken(TokenShown):
    secret: str


class Tokens(Shape):
    items: list[TokenShown]


class SourceShown(Shape):
    """`current` is the import in use; `last` the last one tried, which may be doubted."""

    source: str
    current: Import | None
    last: Import | None


class Sources(Shape):
    items: list[SourceShown]


class Snapshots(Shape):
    items: list[Import]
    next: str | None


class Matches(Shape):
    items: list[Match]


class Chores(Shape):
    items: list[ChoreState]


class ChoreRuns(Shape):
    items: list[ChoreRun]
    next: str | None


class Alerts(Shape):
    items: list[Alert]
    undelivered: int


class SampleShown(Shape):
    """`own`: the caller has handed it in."""

    id: str
    name: str
    size: int
    own: bool


class Samples(Shape):
    """`offered`: nobody else has them."""

    items: list[SampleShown]
    offered: bool


class SamplesTaken(Shape):
    items: list[DocumentShown]
