"""Coming in, staying, going out; on a real store."""

import datetime

import pytest

from piaohe.access import Access, Permission, Refused, Viewer
from piaohe.store import Store
from tests.support.web import CHEAP, PASSWORD, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(store: Store, clock: Clock) -> Access:
    return Access(store, clock, CHEAP)


@pytest.fixture
def admin(access: Access) -> Viewer:
    return access.join(access.first_link() or "", "admin", "管理员", PASSWORD).viewer


def refused(call: object, *args: object, **more: object) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **more)  # type: ignore[operator]
    return caught.value


def test_the_first_link_makes_one_administrator_once(access: Access, clock: Clock) -> None:
    old, link = access.first_link(), access.first_link()
    assert old
    assert link
    assert refused(access.join, old, "a", "", PASSWORD).code == "bad_link"
    assert refused(access.join, link, "a", "", "short").code == "too_short"
    viewer = access.join(link, "Admin", "", PASSWORD).viewer
    assert Permission.PEOPLE in viewer.may
    assert Permission.APPROVE not in viewer.may
    assert refused(access.join, link, "b", "", PASSWORD).code == "bad_link"
    assert access.first_link() is None


def test_a_link_ends_after_a_day(access: Access, admin: Viewer, clock: Clock) -> None:
    _, token = access.invite(admin, "wang", "", ["clerk"])
    clock.turn(hours=25)
    assert refused(access.invited, token).code == "bad_link"
    assert refused(access.invited, "made up").code == "bad_link"


def test_a_session_lives_while_it_is_used_and_not_for_ever(
    access: Access, admin: Viewer, clock: Clock
) -> None:
    token = access.login("ADMIN", PASSWORD, "here").token
    for _ in range(20):
        clock.turn(hours=7)
        assert access.session(token) is not None
    clock.turn(hours=9)
    assert access.session(token) is None
    token = access.login("admin", PASSWORD, "here").token
    for _ in range(24):
        clock.turn(hours=7)
        access.session(token)
    clock.turn(hours=1)
    assert access.session(token) is None


def test_signing_in_makes_a_new_session_and_ends_the_old_one(access: Access, admin: Viewer) -> None:
    old = access.login("admin", PASSWORD, "here").token
    new = access.login("admin", PASSWORD, "here", old).token
    assert access.session(old) is None
    assert access.session(new) is not None
    access.logout(new)
    assert access.session(new) is None


def test_one_s_own_password_is_changed_by_who_knows_it(access: Access, admin: Viewer) -> None:
    here = access.login("admin", PASSWORD, "here").token
    away = access.login("admin", PASSWORD, "away").token
    new = "another long one"
    assert refused(access.change_password, admin, "wrong", new, "here").code == "bad_password"
    assert refused(access.change_password, admin, PASSWORD, "short", "here").code == "too_short"
    assert access.session(away)
    kept = access.change_password(admin, PASSWORD, new, "here").token
    assert [access.session(token) is None for token in (here, away, kept)] == [True, True, False]
    assert refused(access.login, "admin", PASSWORD, "here").code == "bad_login"
    assert access.login("admin", new, "here")
    for _ in range(5):
        refused(access.change_password, admin, "a guess", new, "here")
    assert refused(access.change_password, admin, new, PASSWORD, "here").code == "too_many_tries"


def test_guessing_is_slowed_down(access: Access, admin: Viewer, clock: Clock) -> None:
    for _ in range(5):
        assert refused(access.login, "admin", "wrong", "there").code == "bad_login"
    late = refused(access.login, "admin", PASSWORD, "elsewhere")
    assert (late.code, late.wait) == ("too_many_tries", 900)
    clock.turn(minutes=16)
    assert access.login("admin", PASSWORD, "there").viewer.id == admin.id
    for at in range(50):
        assert refused(access.login, f"name{at}", "wrong", "there").code == "bad_login"
    assert refused(access.login, "admin", PASSWORD, "there").code == "too_many_tries"
    assert access.login("admin", PASSWORD, "another place").viewer.id == admin.id


def test_who_is_shut_out_is_out_at_once(access: Access, admin: Viewer) -> None:
    person, token = access.invite(admin, "wang", "王某\u202e", ["reviewer"])
    assert person.name == "王某"
    assert refused(access.login, "wang", "", "here").code == "bad_login"
    session = access.join(token, "", "", PASSWORD).token
    secret, _ = access.make_token(access.session(session), "x", ["documents.own"])  # type: ignore[arg-type]
    assert access.bearer(secret) is not None
    assert access.change(admin, person.id, ["reviewer"], active=False) is not None
    assert access.session(session) is None
    assert access.bearer(secret) is None
    assert refused(access.login, "wang", PASSWORD, "here").code == "bad_login"


def test_an_administrator_always_stays(access: Access, admin: Viewer) -> None:
    last = refused(access.change, admin, admin.id, ["clerk"], active=True)
    assert last.code == "last_administrator"
    assert refused(access.invite, admin, "admin", "", ["clerk"]).code == "name_taken"
    assert refused(access.invite, admin, "x", "", ["king"]).code == "bad_roles"
    assert access.change(admin, 99, ["clerk"], active=True) is None


def test_a_token_holds_no_more_than_its_scopes_and_its_owner(
    access: Access, admin: Viewer, clock: Clock
) -> None:
    assert refused(access.make_token, admin, "x", ["people"]).code == "bad_scopes"
    assert refused(access.make_token, admin, "x", ["approve"]).code == "bad_scopes"
    assert refused(access.make_token, admin, "x", []).code == "bad_scopes"
    secret, kept = access.make_token(admin, "ERP", ["documents.add", "review"], days=1)
    assert secret.startswith("ph_")
    viewer = access.bearer(secret)
    assert viewer is not None
    wanted = {Permission.ANYBODY, Permission.DOCUMENTS_ADD, Permission.REVIEW}
    assert viewer.may == wanted
    access.change(admin, admin.id, ["administrator"], active=True)
    viewer = access.bearer(secret)
    assert viewer is not None
    assert Permission.REVIEW not in viewer.may
    clock.turn(days=1, seconds=1)
    assert access.bearer(secret) is None
    again, kept = access.make_token(admin, "ERP", ["documents.add"])
    assert access.revoke_token(admin, kept.id)
    assert not access.revoke_token(admin, kept.id)
    assert access.bearer(again) is None


def test_secrets_are_kept_nowhere_and_deeds_are(store: Store, access: Access, tmp_path) -> None:
    link = access.first_link() or ""
    made = access.join(link, "admin", "", PASSWORD)
    secret, _ = access.make_token(made.viewer, "x", ["documents.add"])
    refused(access.login, "admin", "wrong password", "here")
    store.close()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "home").glob("piaohe.db*"))
    for text in (link, made.token, secret, PASSWORD, "wrong password"):
        assert text.encode() not in kept
    with store.reading() as work:
        deeds = work.audits.of()
    assert [deed.what for deed in deeds] == ["person.joined", "token.made", "login.failed"]
    assert deeds[1].after == {"name": "x", "scopes": ["documents.add"]}
    assert all(deed.at == datetime.datetime(2026, 9, 30, 8, tzinfo=datetime.UTC) for deed in deeds)
