"""The tables of people, of what they may do and did, and of reviews."""

import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from piaohe.store.tables import SHA256, WORD, Base, UtcDateTime


class PersonRow(Base):
    """Somebody who may sign in. `login` is the name as it is compared; `roles` by spaces.

    A person without password has been invited and has not come yet.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    login: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    roles: Mapped[str] = mapped_column(Text)
    password: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(Boolean)
    made_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """A browser that is signed in, by the hash of its token."""

    __tablename__ = "sessions"

    token: Mapped[str] = mapped_column(SHA256, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    csrf: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)


class ApiTokenRow(Base):
    """A program's key, by its hash. `scopes` are permissions, by spaces."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    token: Mapped[str] = mapped_column(SHA256, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    scopes: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)


class InvitationRow(Base):
    """A link that works once, by its hash. Without a person it makes the administrator."""

    __tablename__ = "invitations"

    token: Mapped[str] = mapped_column(SHA256, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    ends_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)


class LoginTryRow(Base):
    """Failed sign-ins from one address or for one name (its hash), since a moment."""

    __tablename__ = "login_tries"

    key: Mapped[str] = mapped_column(SHA256, primary_key=True)
    since: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    count: Mapped[int] = mapped_column(Integer)


class AuditRow(Base):
    """Who did what, with what was before and after, as JSON. Rows are only ever added."""

    __tablename__ = "audits"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    what: Mapped[str] = mapped_column(WORD)
    subject: Mapped[str] = mapped_column(Text, index=True)
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)


class RepliedRow(Base):
    """What was answered to a request with an idempotency key. `request` is its hash."""

    __tablename__ = "replied"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    request: Mapped[str] = mapped_column(SHA256)
    status: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)


class UploadRow(Base):
    """That a person handed in a content, under a name. It may still wait to be read."""

    __tablename__ = "uploads"

    sha256: Mapped[str] = mapped_column(SHA256, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)


class ReviewRow(Base):
    """Where the review of an invoice stands. No row is an open one nobody has at hand.

    `version` counts what persons changed; `first_id` accepted first, `decided_id` decided.
    """

    __tablename__ = "reviews"

    invoice_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    state: Mapped[str] = mapped_column(WORD, index=True)
    version: Mapped[int] = mapped_column(Integer)
    corrected_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    first_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Text)
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    held_until: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)
