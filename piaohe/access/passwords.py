"""Passwords: argon2id, and what is no password."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

SHORTEST, LONGEST = 10, 256
_COMMON = ("password", "1234567890", "qwertyuiop", "0123456789", "piaohe")


class Passwords:
    """Makes and checks hashes. `hasher` other than argon2-cffi's own is for tests."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys = self._hasher.hash("a password that nobody has")

    def hash(self, password: str) -> str:
        """The hash to keep."""
        return self._hasher.hash(password)

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether it is the password. Without a kept hash it takes as long, and is not."""
        try:
            same = self._hasher.verify(kept or self._nobodys, password[:LONGEST])
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
        return same and kept is not None

    def is_dated(self, kept: str) -> bool:
        """Whether it was made at lower costs than are asked for now."""
        return self._hasher.check_needs_rehash(kept)


def unfit(password: str, login: str) -> str | None:
    """Why it cannot be a password: too_short, too_long, too_plain; None where it can."""
    if len(password) < SHORTEST:
        return "too_short"
    if len(password) > LONGEST:
        return "too_long"
    plain = password.casefold()
    named = len(login) > 3 and login in plain
    if named or len(set(plain)) < 4 or any(word in plain for word in _COMMON):
        return "too_plain"
    return None
