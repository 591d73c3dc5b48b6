"""The door: who comes in, how long they stay, and what they may do inside."""

import datetime
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from piaohe.access.passwords import Passwords, unfit
from piaohe.access.permissions import FIRST_ROLES, SCOPES, Permission, Role, permissions_of
from piaohe.access.tokens import API_MARK, hashed, new_token
from piaohe.store import Store
from piaohe.store.people import ApiToken, Facts, Person

LINK_LIFE = datetime.timedelta(hours=24)
TRIES, TRIES_FROM_ONE_PLACE = 5, 50
TRIES_WINDOW = datetime.timedelta(minutes=15)
SEEN_STEP = datetime.timedelta(minutes=1)
"""How exactly the last use of a session is kept; each keeping is a write."""
LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Stay:
    """How long a session lasts: unused, and at all."""

    idle: datetime.timedelta = datetime.timedelta(hours=8)
    most: datetime.timedelta = datetime.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody at work: a person with what they may do here. `csrf` is None for a program."""

    person: Person
    may: frozenset[Permission]
    csrf: str | None = None

    @property
    def id(self) -> int:
        return self.person.id


class NewSession(NamedTuple):
    """What a browser is handed; the token is not kept anywhere."""

    token: str
    viewer: Viewer


class Refused(Exception):  # noqa: N818 - reads better at the raise
    """Not let in. `code`: bad_login, bad_password, too_many_tries (`wait` seconds), bad_link,
    bad_name, name_taken, bad_roles, last_administrator, bad_scopes, and those of
    `passwords.unfit`."""

    def __init__(self, code: str, wait: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.wait = wait


class Access:
    """Signing in and out, invitations, API tokens. Everything done is in the audit."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime.datetime],
        passwords: Passwords | None = None,
        stay: Stay | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._passwords = passwords or Passwords()
        self._stay = stay or Stay()

    # coming in

    def first_link(self) -> str | None:
        """The secret of a link that makes the administrator; None where there are people.

        Each call makes a new one, and the one before stops working.
        """
        token, now = new_token(), self._clock()
        with self._store.unit_of_work() as work:
            if work.people.count():
                return None
            work.people.invite(hashed(token), None, now + LINK_LIFE)
        return token

    def invited(self, token: str) -> Person | None:
        """Whom a link is for; None for the first of all. Raises Refused bad_link."""
        with self._store.reading() as work:
            found = work.people.invitation(hashed(token))
            used = found is None or found.used_at is not None or found.ends_at < self._clock()
            if found is None or used or (found.person is None and work.people.count()):
                raise Refused("bad_link")
            return found.person

    def join(self, token: str, login: str, name: str, password: str) -> NewSession:
        """Use a link: set the password, and for the first of all also the names.

        Raises Refused: bad_link, bad_name, and those of `passwords.unfit`.
        """
        person = self.invited(token)
        login = person.login if person else checked_login(login)
        if why := unfit(password, login):
            raise Refused(why)
        made, now = self._passwords.hash(password), self._clock()
        with self._store.unit_of_work() as work:
            if not work.people.use_invitation(hashed(token), now):
                raise Refused("bad_link")
            if person is None:
                if work.people.count():
                    raise Refused("bad_link")
                roles = tuple(sorted(role.value for role in FIRST_ROLES))
                person = work.people.add(login, _shown(name) or login, roles, now)
            work.people.change(person.id, password=made)
            work.people.sign_out_everywhere(person.id)
            work.audits.add(now, person.id, "person.joined", f"person:{person.id}")
        return self._new_session(person, now)

    def login(self, login: str, password: str, place: str, old: str | None = None) -> NewSession:
        """Sign in from a place (an address); the browser's session before ends.

        Raises Refused: bad_login, too_many_tries.
        """
        now = self._clock()
        person = self._recognised(login, password, place)
        with self._store.unit_of_work() as work:
            if self._passwords.is_dated(person.password or ""):
                work.people.change(person.id, password=self._passwords.hash(password))
            if old:
                work.people.sign_out(hashed(old))
            work.people.drop_old_sessions(now - self._stay.most, now - self._stay.idle)
            work.audits.add(now, person.id, "login", f"person:{person.id}")
        return self._new_session(person, now)

    def change_password(self, viewer: Viewer, old: str, new: str, place: str) -> NewSession:
        """Set one's own password, knowing the one before; every other session of theirs ends.

        Raises Refused: bad_password, too_many_tries, and those of `passwords.unfit`.
        """
        try:
            person = self._recognised(viewer.person.login, old, place)
        except Refused as why:
            raise Refused(
                "bad_password" if why.code == "bad_login" else why.code, why.wait
            ) from why
        if why_not := unfit(new, person.login):
            raise Refused(why_not)
        made, now = self._passwords.hash(new), self._clock()
        with self._store.unit_of_work() as work:
            work.people.change(person.id, password=made)
            work.people.sign_out_everywhere(person.id)
            work.audits.add(now, person.id, "password.changed", f"person:{person.id}")
        return self._new_session(person, now)

    def _recognised(self, login: str, password: str, place: str) -> Person:
        """Whose name and password these are; each try from a place is counted.

        Raises Refused: bad_login, too_many_tries.
        """
        now, name = self._clock(), _compared(login)
        limits = {hashed(f"name:{name}"): TRIES, hashed(f"place:{place}"): TRIES_FROM_ONE_PLACE}
        self._refuse_too_many(limits, now)
        with self._store.reading() as work:
            person = work.people.named(name)
        known = person.password if person and person.active else None
        right = self._passwords.matches(known, password)
        with self._store.unit_of_work() as work:
            if right and person is not None and known is not None:
                work.people.succeeded(hashed(f"name:{name}"))
                return person
            for key in limits:
                work.people.failed(key, now, now - TRIES_WINDOW)
            subject = f"person:{person.id}" if person else "person:?"
            work.audits.add(now, None, "login.failed", subject)
        raise Refused("bad_login")

    def _refuse_too_many(self, limits: dict[str, int], now: datetime.datetime) -> None:
        with self._store.reading() as work:
            for key, most in limits.items():
                count, since = work.people.tries(key, now - TRIES_WINDOW)
                if count >= most and since is not None:
                    left = since + TRIES_WINDOW - now
                    raise Refused("too_many_tries", max(1, int(left.total_seconds())))

    def _new_session(self, person: Person, now: datetime.datetime) -> NewSession:
        token, csrf = new_token(), new_token()
        with self._store.unit_of_work() as work:
            work.people.sign_in(hashed(token), person.id, csrf, now)
        return NewSession(token, Viewer(person, _held(person), csrf))

    # being there

    def session(self, token: str) -> Viewer | None:
        """Who has this session; None where it ended or its person was shut out."""
        now, key = self._clock(), hashed(token)
        with self._store.reading() as work:
            found = work.people.signed_in(key)
        if found is None:
            return None
        over = now - found.made_at > self._stay.most or now - found.seen_at > self._stay.idle
        if over or not found.person.active:
            with self._store.unit_of_work() as work:
                work.people.sign_out(key)
            return None
        if now - found.seen_at > SEEN_STEP:
            with self._store.unit_of_work() as work:
                work.people.seen(key, now)
        return Viewer(found.person, _held(found.person), found.csrf)

    def logout(self, token: str) -> None:
        with self._store.unit_of_work() as work:
            work.people.sign_out(hashed(token))

    # programs

    def bearer(self, token: str) -> Viewer | None:
        """Whose API token this is, with no more than its scopes; None where it is no good."""
        now = self._clock()
        with self._store.reading() as work:
            found = work.people.token(hashed(token))
        if found is None:
            return None
        person, key = found
        ended = key.revoked_at is not None or (key.ends_at is not None and key.ends_at < now)
        if ended or not person.active:
            return None
        if key.used_at is None or now - key.used_at > SEEN_STEP:
            with self._store.unit_of_work() as work:
                work.people.token_used(key.id, now)
        scopes = frozenset(Permission(scope) for scope in key.scopes) & SCOPES
        return Viewer(person, (_held(person) & scopes) | {Permission.ANYBODY})

    def make_token(
        self, viewer: Viewer, name: str, scopes: Iterable[str], days: int | None = None
    ) -> tuple[str, ApiToken]:
        """A new API token: (the secret, shown once, and what is kept). Raises Refused
        bad_scopes for one that there is not or the person does not have."""
        wanted = tuple(sorted(set(scopes)))
        if not wanted or not set(wanted) <= {scope.value for scope in SCOPES & viewer.may}:
            raise Refused("bad_scopes")
        now, secret = self._clock(), new_token(API_MARK)
        ends = None if days is None else now + datetime.timedelta(days=days)
        asked = ApiToken(id=0, name=_shown(name) or "API", scopes=wanted, made_at=now, ends_at=ends)
        with self._store.unit_of_work() as work:
            kept = work.people.add_token(hashed(secret), viewer.id, asked)
            work.audits.add(now, viewer.id, "token.made", f"token:{kept.id}", (None, _facts(kept)))
        return secret, kept

    def revoke_token(self, viewer: Viewer, token_id: int) -> bool:
        """End one's own API token; False where there is none such."""
        now = self._clock()
        with self._store.unit_of_work() as work:
            done = work.people.revoke(token_id, viewer.id, now)
            if done:
                work.audits.add(now, viewer.id, "token.revoked", f"token:{token_id}")
        return done

    # people

    def invite(
        self, viewer: Viewer, login: str, name: str, roles: Iterable[str]
    ) -> tuple[Person, str]:
        """A new person and the secret of the link they set their password with.

        Raises Refused: bad_name, name_taken, bad_roles.
        """
        compared, wanted, now, token = (
            checked_login(login),
            _roles(roles),
            self._clock(),
            new_token(),
        )
        with self._store.unit_of_work() as work:
            if work.people.named(compared):
                raise Refused("name_taken")
            person = work.people.add(compared, _shown(name) or compared, wanted, now)
            work.people.invite(hashed(token), person.id, now + LINK_LIFE)
            after: Facts = {"login": person.login, "roles": list(wanted)}
            work.audits.add(now, viewer.id, "person.invited", f"person:{person.id}", (None, after))
        return person, token

    def invite_again(self, viewer: Viewer, person_id: int) -> str | None:
        """A new link for somebody who lost the password; None where there is nobody such."""
        now, token = self._clock(), new_token()
        with self._store.unit_of_work() as work:
            if work.people.get(person_id) is None:
                return None
            work.people.invite(hashed(token), person_id, now + LINK_LIFE)
            work.audits.add(now, viewer.id, "person.link", f"person:{person_id}")
        return token

    def change(
        self, viewer: Viewer, person_id: int, roles: Iterable[str], *, active: bool
    ) -> Person | None:
        """Other roles, or shut out; None where there is nobody such.

        Raises Refused: bad_roles, last_administrator.
        """
        wanted, now = _roles(roles), self._clock()
        with self._store.unit_of_work() as work:
            person = work.people.get(person_id)
            if person is None:
                return None
            if not (active and Role.ADMINISTRATOR.value in wanted):
                _keep_an_administrator(work.people.all(), person_id)
            work.people.change(person_id, roles=" ".join(wanted), active=active)
            if not active:
                work.people.sign_out_everywhere(person_id)
            before: Facts = {"roles": list(person.roles), "active": person.active}
            after: Facts = {"roles": list(wanted), "active": active}
            subject = f"person:{person_id}"
            work.audits.add(now, viewer.id, "person.changed", subject, (before, after))
        return person.model_copy(update={"roles": wanted, "active": active})


def checked_login(login: str) -> str:
    """A login as it is compared. Raises Refused bad_name for one that is none."""
    compared = _compared(login)
    if not 1 <= len(compared) <= LONGEST_NAME or not all(
        char.isalnum() or char in "._-@" for char in compared
    ):
        raise Refused("bad_name")
    return compared


def _compared(login: str) -> str:
    return unicodedata.normalize("NFKC", login[: 4 * LONGEST_NAME]).strip().casefold()


def _shown(name: str) -> str:
    """A person's name without what turns or hides text."""
    kept = "".join(char for char in name if unicodedata.category(char)[0] != "C")
    return kept.strip()[:LONGEST_NAME]


def _held(person: Person) -> frozenset[Permission]:
    known = {role.value for role in Role}
    return permissions_of(Role(role) for role in person.roles if role in known)


def _roles(roles: Iterable[str]) -> tuple[str, ...]:
    wanted = tuple(sorted(set(roles)))
    if not wanted or not set(wanted) <= {role.value for role in Role}:
        raise Refused("bad_roles")
    return wanted


def _keep_an_administrator(people: list[Person], leaving: int) -> None:
    if not any(
        person.active and person.password and Role.ADMINISTRATOR.value in person.roles
        for person in people
        if person.id != leaving
    ):
        raise Refused("last_administrator")


def _facts(token: ApiToken) -> Facts:
    return {"name": token.name, "scopes": list(token.scopes)}
