"""Who outside is told of what happens, and the messages until they are delivered."""

import datetime
from collections.abc import Iterable, Sequence
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models.record import Record
from piaohe.store.feed import Place
from piaohe.store.tables.hooks import HookMessageRow, HookRow
from piaohe.store.values import clean_text


class MessageState(StrEnum):
    """waiting: to be tried, or tried again; dead: given up, until somebody has it tried again."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class Hook(Record):
    """A subscription without its secret. `kinds` are names, or beginnings that end in `*`."""

    id: int
    url: str
    kinds: tuple[str, ...]
    active: bool
    person_id: int
    made_at: datetime.datetime
    place: tuple[int, int]

    def wants(self, kind: str) -> bool:
        """Whether it is told of something of this kind."""
        return any(
            kind.startswith(each[:-1]) if each.endswith("*") else kind == each
            for each in self.kinds
        )


class Message(Record):
    """A message to a hook. `error` is the code of why it did not arrive."""

    id: int
    hook_id: int
    kind: str
    body: str
    made_at: datetime.datetime
    state: MessageState
    attempts: int
    not_before: datetime.datetime
    delivered_at: datetime.datetime | None = None
    error: str | None = None


class Hooks:
    """Subscriptions and their messages."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, hook: Hook, secret: str) -> Hook:
        """Keep a new one with its secret as it is kept, sealed; gives it with its id."""
        row = HookRow(
            url=clean_text(hook.url),
            secret=secret,
            kinds=" ".join(hook.kinds),
            active=hook.active,
            person_id=hook.person_id,
            made_at=hook.made_at,
            event_mark=hook.place[0],
            audit_mark=hook.place[1],
        )
        self._session.add(row)
        self._session.flush()
        return _hook(row)

    def all(self) -> list[Hook]:
        """Every hook, in the order they were made."""
        return [_hook(row) for row in self._session.scalars(select(HookRow).order_by(HookRow.id))]

    def get(self, hook_id: int) -> Hook | None:
        row = self._session.get(HookRow, hook_id)
        return _hook(row) if row else None

    def secret(self, hook_id: int) -> str:
        """What its messages are signed with, as it is kept."""
        return self._session.get_one(HookRow, hook_id).secret

    def keep_secret(self, hook_id: int, secret: str) -> None:
        """Keep another, or the same sealed."""
        self._session.get_one(HookRow, hook_id).secret = secret
        self._session.flush()

    def change(self, hook: Hook) -> None:
        """Set address, kinds and whether it is active."""
        row = self._session.get_one(HookRow, hook.id)
        row.url, row.kinds, row.active = clean_text(hook.url), " ".join(hook.kinds), hook.active
        self._session.flush()

    def read_on(self, hook_id: int, place: Place) -> None:
        """Messages were made of all up to this place."""
        row = self._session.get_one(HookRow, hook_id)
        row.event_mark, row.audit_mark = place
        self._session.flush()

    def remove(self, hook_id: int) -> None:
        """Take it away with its messages."""
        messages = delete(HookMessageRow).where(HookMessageRow.hook_id == hook_id)
        self._session.execute(messages)
        self._session.execute(delete(HookRow).where(HookRow.id == hook_id))

    # messages

    def tell(self, hook_id: int, told: Iterable[tuple[str, str]], at: datetime.datetime) -> None:
        """New messages, as (kind, body)."""
        self._session.add_all(
            HookMessageRow(
                hook_id=hook_id,
                kind=kind,
                body=body,
                made_at=at,
                state=MessageState.WAITING.value,
                attempts=0,
                not_before=at,
            )
            for kind, body in told
        )
        self._session.flush()

    def due(self, at: datetime.datetime, hook_id: int, limit: int) -> list[Message]:
        """A hook's messages to be tried now, the oldest first."""
        query = (
            select(HookMessageRow)
            .where(
                HookMessageRow.hook_id == hook_id,
                HookMessageRow.state == MessageState.WAITING.value,
                HookMessageRow.not_before <= at,
            )
            .order_by(HookMessageRow.id)
            .limit(limit)
        )
        return [_message(row) for row in self._session.scalars(query)]

    def messages(self, hook_id: int, before: int | None, limit: int) -> list[Message]:
        """A hook's messages, the latest first."""
        query = select(HookMessageRow).where(HookMessageRow.hook_id == hook_id)
        if before is not None:
            query = query.where(HookMessageRow.id < before)
        rows = self._session.scalars(query.order_by(HookMessageRow.id.desc()).limit(limit))
        return [_message(row) for row in rows]

    def message(self, message_id: int) -> Message | None:
        row = self._session.get(HookMessageRow, message_id)
        return _message(row) if row else None

    def settle(self, message: Message) -> None:
        """Keep how a try went, or that it is to be tried again. One whose hook was removed
        meanwhile is gone."""
        row = self._session.get(HookMessageRow, message.id)
        if row is not None:
            row.state, row.attempts = message.state.value, message.attempts
            row.not_before, row.delivered_at = message.not_before, message.delivered_at
            row.error = message.error
            self._session.flush()

    def counts(self, hook_ids: Sequence[int]) -> dict[int, dict[str, int]]:
        """Hook -> state -> how many messages."""
        rows = self._session.execute(
            select(HookMessageRow.hook_id, HookMessageRow.state, func.count())
            .where(HookMessageRow.hook_id.in_(hook_ids))
            .group_by(HookMessageRow.hook_id, HookMessageRow.state)
        )
        found: dict[int, dict[str, int]] = {}
        for hook_id, state, count in rows:
            found.setdefault(hook_id, {})[state] = count
        return found

    def prune(self, before: datetime.datetime) -> int:
        """Forget what was delivered before; gives how many."""
        gone = delete(HookMessageRow).where(HookMessageRow.delivered_at < before)
        return len(self._session.execute(gone.returning(HookMessageRow.id)).all())


def _hook(row: HookRow) -> Hook:
    return Hook(
        id=row.id,
        url=row.url,
        kinds=tuple(row.kinds.split()),
        active=row.active,
        person_id=row.person_id,
        made_at=row.made_at,
        place=(row.event_mark, row.audit_mark),
    )


def _message(row: HookMessageRow) -> Message:
    return Message(
        id=row.id,
        hook_id=row.hook_id,
        kind=row.kind,
        body=row.body,
        made_at=row.made_at,
        state=MessageState(row.state),
        attempts=row.attempts,
        not_before=row.not_before,
        delivered_at=row.delivered_at,
        error=row.error,
    )
