"""People, their sessions and keys, and what they did."""

import datetime
import json
from collections.abc import Mapping

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from models.record import Record
from piaohe.store.tables.people import (
    ApiTokenRow,
    AuditRow,
    InvitationRow,
    LoginTryRow,
    PersonRow,
    RepliedRow,
    SessionRow,
)
from piaohe.store.values import clean_text

Fact = str | int | bool | None | list[str]
Facts = Mapping[str, Fact]


class Person(Record):
    """Somebody who may sign in; `password` is its hash, None until the invitation was used."""

    id: int
    login: str
    name: str
    roles: tuple[str, ...]
    active: bool = True
    password: str | None = None


class SignedIn(Record):
    """A session as kept."""

    person: Person
    csrf: str
    made_at: datetime.datetime
    seen_at: datetime.datetime


class ApiToken(Record):
    """A program's key as its owner sees it: without the secret, which is not kept."""

    id: int
    name: str
    scopes: tuple[str, ...]
    made_at: datetime.datetime
    ends_at: datetime.datetime | None = None
    used_at: datetime.datetime | None = None
    revoked_at: datetime.datetime | None = None


class Invitation(Record):
    """A one-time link as kept. Without a person it makes the administrator."""

    person: Person | None
    ends_at: datetime.datetime
    used_at: datetime.datetime | None


class Audit(Record):
    """Somebody did something. `person` is None for what the system or a stranger did."""

    at: datetime.datetime
    person: str | None
    what: str
    subject: str
    before: dict[str, Fact] | None = None
    after: dict[str, Fact] | None = None


class Reply(Record):
    """What was answered once."""

    request: str
    status: int
    body: str


class People:
    """Everybody who may sign in."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count(self) -> int:
        """How many people there are, those shut out included."""
        return self._session.scalar(select(func.count()).select_from(PersonRow)) or 0

    def all(self) -> list[Person]:
        """Everybody, in the order they came."""
        return [_person(row) for row in self._session.scalars(select(PersonRow).order_by("id"))]

    def found(self, said: str, role: str, first: int, most: int) -> tuple[list[Person], int]:
        """(those whose name or login has this in it and who hold this role, in the order they
        came, from the `first` on, at most `most`; how many there are). "" asks for nothing."""
        query = select(PersonRow)
        if said:
            named = func.lower(PersonRow.name).contains(said.lower(), autoescape=True)
            login = PersonRow.login.contains(said.casefold(), autoescape=True)
            query = query.where(named | login)
        if role:
            held = (" " + PersonRow.roles + " ").contains(f" {role} ", autoescape=True)
            query = query.where(held)
        every = self._session.scalar(select(func.count()).select_from(query.subquery())) or 0
        rows = self._session.scalars(query.order_by("id").offset(first).limit(most))
        return [_person(row) for row in rows], every

    def get(self, person_id: int) -> Person | None:
        row = self._session.get(PersonRow, person_id)
        return _person(row) if row else None

    def named(self, login: str) -> Person | None:
        """The person with this login, as it is compared."""
        row = self._session.scalar(select(PersonRow).where(PersonRow.login == login))
        return _person(row) if row else None

    def names(self) -> dict[int, str]:
        """Id -> name, of everybody."""
        rows = self._session.execute(select(PersonRow.id, PersonRow.name))
        return {row.id: row.name for row in rows}

    def add(self, login: str, name: str, roles: tuple[str, ...], at: datetime.datetime) -> Person:
        """A new person without password. The login must be free."""
        row = PersonRow(
            login=clean_text(login),
            name=clean_text(name),
            roles=" ".join(roles),
            password=None,
            active=True,
            made_at=at,
        )
        self._session.add(row)
        self._session.flush()
        return _person(row)

    def change(self, person_id: int, **values: str | bool) -> None:
        """Set `password`, `roles` (by spaces) or `active`."""
        self._session.execute(
            update(PersonRow).where(PersonRow.id == person_id).values(**values),
            execution_options={"synchronize_session": False},
        )

    # sessions

    def sign_in(self, token: str, person_id: int, csrf: str, at: datetime.datetime) -> None:
        """Keep a session by its token's hash."""
        row = {"token": token, "person_id": person_id, "csrf": csrf, "made_at": at, "seen_at": at}
        self._session.execute(insert(SessionRow), [row])

    def signed_in(self, token: str) -> SignedIn | None:
        """The session with this token's hash."""
        found = self._session.execute(
            select(SessionRow, PersonRow)
            .join(PersonRow, PersonRow.id == SessionRow.person_id)
            .where(SessionRow.token == token)
        ).first()
        if found is None:
            return None
        row, person = found
        return SignedIn(
            person=_person(person), csrf=row.csrf, made_at=row.made_at, seen_at=row.seen_at
        )

    def seen(self, token: str, at: datetime.datetime) -> None:
        """The session was used."""
        self._session.execute(
            update(SessionRow).where(SessionRow.token == token).values(seen_at=at)
        )

    def sign_out(self, token: str) -> None:
        self._session.execute(delete(SessionRow).where(SessionRow.token == token))

    def sign_out_everywhere(self, person_id: int) -> None:
        self._session.execute(delete(SessionRow).where(SessionRow.person_id == person_id))

    def drop_old_sessions(self, made: datetime.datetime, seen: datetime.datetime) -> None:
        """Forget sessions made before the one or last seen before the other moment."""
        self._session.execute(
            delete(SessionRow).where((SessionRow.made_at < made) | (SessionRow.seen_at < seen))
        )

    # failed sign-ins

    def tries(self, key: str, since: datetime.datetime) -> tuple[int, datetime.datetime | None]:
        """(how many failed since then, when the first of them was)."""
        row = self._session.get(LoginTryRow, key)
        return (row.count, row.since) if row and row.since >= since else (0, None)

    def failed(self, key: str, at: datetime.datetime, since: datetime.datetime) -> None:
        """One more failed; a count begun before `since` begins anew. Old counts are dropped."""
        self._session.execute(delete(LoginTryRow).where(LoginTryRow.since < since))
        row = self._session.get(LoginTryRow, key, populate_existing=True)
        if row is None:
            self._session.add(LoginTryRow(key=key, since=at, count=1))
        else:
            row.count += 1
        self._session.flush()

    def succeeded(self, key: str) -> None:
        self._session.execute(delete(LoginTryRow).where(LoginTryRow.key == key))

    # links that work once

    def invite(self, token: str, person_id: int | None, ends_at: datetime.datetime) -> None:
        """Keep a link by its hash; earlier ones to the same end stop working."""
        same = InvitationRow.person_id
        same_end = same.is_(None) if person_id is None else same == person_id
        self._session.execute(
            delete(InvitationRow).where(same_end, InvitationRow.used_at.is_(None))
        )
        self._session.add(
            InvitationRow(token=token, person_id=person_id, ends_at=ends_at, used_at=None)
        )
        self._session.flush()

    def invitation(self, token: str) -> Invitation | None:
        row = self._session.get(InvitationRow, token)
        if row is None:
            return None
        person = self.get(row.person_id) if row.person_id is not None else None
        return Invitation(person=person, ends_at=row.ends_at, used_at=row.used_at)

    def use_invitation(self, token: str, at: datetime.datetime) -> bool:
        """Use it up; False where somebody did before."""
        row = self._session.get(InvitationRow, token)
        if row is None or row.used_at is not None:
            return False
        row.used_at = at
        self._session.flush()
        return True

    # API tokens

    def add_token(self, token: str, person_id: int, wanted: ApiToken) -> ApiToken:
        """Keep a program's key by its hash."""
        row = ApiTokenRow(
            token=token,
            person_id=person_id,
            name=clean_text(wanted.name),
            scopes=" ".join(wanted.scopes),
            made_at=wanted.made_at,
            ends_at=wanted.ends_at,
        )
        self._session.add(row)
        self._session.flush()
        return _token(row)

    def tokens(self, person_id: int) -> list[ApiToken]:
        rows = select(ApiTokenRow).where(ApiTokenRow.person_id == person_id).order_by("id")
        return [_token(row) for row in self._session.scalars(rows)]

    def token(self, token: str) -> tuple[Person, ApiToken] | None:
        """Whose key this hash is of, and the key."""
        row = self._session.scalar(select(ApiTokenRow).where(ApiTokenRow.token == token))
        person = self.get(row.person_id) if row else None
        return (person, _token(row)) if row and person else None

    def token_used(self, token_id: int, at: datetime.datetime) -> None:
        self._session.execute(
            update(ApiTokenRow).where(ApiTokenRow.id == token_id).values(used_at=at)
        )

    def revoke(self, token_id: int, person_id: int, at: datetime.datetime) -> bool:
        """End a key of this person; False where there is none such."""
        row = self._session.get(ApiTokenRow, token_id)
        if row is None or row.person_id != person_id or row.revoked_at is not None:
            return False
        row.revoked_at = at
        self._session.flush()
        return True


class Audits:
    """Who did what; added and read, never changed. Answers given once stand beside it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        at: datetime.datetime,
        person_id: int | None,
        what: str,
        subject: str,
        change: tuple[Facts | None, Facts | None] = (None, None),
    ) -> None:
        """Somebody did something; `change` is (before, after)."""
        before, after = (None if one is None else _json(one) for one in change)
        row = {"at": at, "person_id": person_id, "what": what, "subject": clean_text(subject)}
        self._session.execute(insert(AuditRow), [row | {"before": before, "after": after}])

    def of(self, subject: str | None = None, limit: int = 200) -> list[Audit]:
        """The latest on a subject, or on everything; the oldest of them first."""
        query = (
            select(AuditRow, PersonRow.name)
            .outerjoin(PersonRow, PersonRow.id == AuditRow.person_id)
            .order_by(AuditRow.id.desc())
            .limit(limit)
        )
        if subject is not None:
            query = query.where(AuditRow.subject == subject)
        found = [_audit(row, name) for row, name in self._session.execute(query)]
        return found[::-1]

    def replied(self, person_id: int, key: str) -> Reply | None:
        """What was answered to this person's request with this idempotency key."""
        row = self._session.get(RepliedRow, (person_id, key))
        return Reply(request=row.request, status=row.status, body=row.body) if row else None

    def reply(self, person_id: int, key: str, reply: Reply, at: datetime.datetime) -> None:
        """Remember an answer; those of a day ago are forgotten."""
        old = at - datetime.timedelta(days=1)
        self._session.execute(delete(RepliedRow).where(RepliedRow.at < old))
        row = {"person_id": person_id, "key": key, "at": at}
        self._session.execute(insert(RepliedRow), [row | reply.model_dump()])


def _person(row: PersonRow) -> Person:
    return Person(
        id=row.id,
        login=row.login,
        name=row.name,
        roles=tuple(row.roles.split()),
        active=row.active,
        password=row.password,
    )


def _token(row: ApiTokenRow) -> ApiToken:
    return ApiToken(
        id=row.id,
        name=row.name,
        scopes=tuple(row.scopes.split()),
        made_at=row.made_at,
        ends_at=row.ends_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )


def _audit(row: AuditRow, name: str | None) -> Audit:
    return Audit(
        at=row.at,
        person=name,
        what=row.what,
        subject=row.subject,
        before=json.loads(row.before) if row.before else None,
        after=json.loads(row.after) if row.after else None,
    )


def _json(facts: Facts) -> str:
    return json.dumps(dict(facts), ensure_ascii=True, sort_keys=True)
