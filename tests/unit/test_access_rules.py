"""Passwords, roles, tokens: what is data and needs no store."""

import pytest

from piaohe.access import ROLES, SCOPES, Permission, Refused, Role, checked_login
from piaohe.access.passwords import unfit
from piaohe.access.tokens import hashed, new_token, same
from tests.support.web import CHEAP


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "too_short"),
        ("x" * 300, "too_long"),
        ("aaaaaaaaaaaa", "too_plain"),
        ("Password-2026", "too_plain"),
        ("zhangsan-2026", "too_plain"),
        ("梅雨四月槐花满地香气浓", None),
        ("correct horse battery", None),
    ],
)
def test_what_is_no_password(password: str, why: str | None) -> None:
    assert unfit(password, "zhangsan") == why


def test_a_hash_is_argon2id_and_fits_its_password_alone() -> None:
    kept = CHEAP.hash("梅雨四月")
    assert kept.startswith("$argon2id$")
    assert CHEAP.matches(kept, "梅雨四月")
    assert not CHEAP.matches(kept, "梅雨五月")
    assert not CHEAP.matches(None, "a password that nobody has")
    assert not CHEAP.matches("no hash", "梅雨四月")


def test_every_role_and_permission_is_used() -> None:
    assert set(ROLES) == set(Role)
    granted = frozenset().union(*ROLES.values())
    assert granted == set(Permission) - {Permission.NOBODY}
    assert not SCOPES & {Permission.PEOPLE, Permission.TOKENS, Permission.NOBODY}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.APPROVER])
def test_only_the_approver_approves(role: Role) -> None:
    assert Permission.APPROVE not in ROLES[role]


@pytest.mark.parametrize(
    ("login", "compared"),
    [
        ("Zhang.San", "zhang.san"),
        (" ｚｈａｎｇ ", "zhang"),
        ("张三", "张三"),
        ("a@b-c", "a@b-c"),
    ],
)
def test_logins_are_compared_folded(login: str, compared: str) -> None:
    assert checked_login(login) == compared


@pytest.mark.parametrize(
    "login", ["", " ", "a b", "a/b", "<script>", "a\u202eb", "x" * 65, "a\x00"]
)
def test_what_is_no_login(login: str) -> None:
    with pytest.raises(Refused, match="bad_name"):
        checked_login(login)


def test_tokens_are_random_and_kept_hashed() -> None:
    one, other = new_token("ph_"), new_token("ph_")
    assert one != other
    assert len(one) > 40
    assert hashed(one) != hashed(other)
    assert len(hashed("\ud800")) == 64
    assert same("é", "é")
    assert not same("a", "b")
