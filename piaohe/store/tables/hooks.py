"""The tables of alerts and of webhooks: what is raised, who is told of what, and the messages that
are still to be delivered."""

import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from piaohe.store.tables import KEY, WORD, Base, UtcDateTime


class AlertRow(Base):
    """An alert that is raised, or was once. `subject` names the source or chore it is about, and
    is empty where there is only one of its kind. `facts` are numbers and words of ours, as JSON."""

    __tablename__ = "alerts"

    code: Mapped[str] = mapped_column(WORD, primary_key=True)
    subject: Mapped[str] = mapped_column(KEY, primary_key=True)
    raised: Mapped[bool] = mapped_column(Boolean)
    since: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    facts: Mapped[str] = mapped_column(Text)


class DeliveryRow(Base):
    """A message to one channel, kept until it is delivered. `body` is JSON."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_due", "delivered_at", "not_before"),)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    channel: Mapped[str] = mapped_column(WORD)
    body: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer)
    not_before: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(WORD)


class HookRow(Base):
    """Who outside is told of what happens. `kinds` by spaces; `event_mark` and `audit_mark` are
    the last rows of those tables that messages were made of."""

    __tablename__ = "hooks"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    url: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(Text)
    kinds: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(Boolean)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    event_mark: Mapped[int] = mapped_column(BigInteger)
    audit_mark: Mapped[int] = mapped_column(BigInteger)


class HookMessageRow(Base):
    """A message to a hook: `state` is waiting, delivered or dead. `body` is JSON."""

    __tablename__ = "hook_messages"
    __table_args__ = (
        Index("ix_hook_messages_due", "state", "not_before"),
        Index("ix_hook_messages_hook_id", "hook_id", "id"),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    hook_id: Mapped[int] = mapped_column(ForeignKey("hooks.id"))
    kind: Mapped[str] = mapped_column(WORD)
    body: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(WORD)
    attempts: Mapped[int] = mapped_column(Integer)
    not_before: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(WORD)
