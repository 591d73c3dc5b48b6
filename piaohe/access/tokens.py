"""Secrets that are handed out once; only their hashes are kept."""

import hashlib
import hmac
import secrets

API_MARK = "ph_"
"""What an API token begins with, so that scanners for leaked secrets can tell it."""


def new_token(mark: str = "") -> str:
    """256 bits that nobody can guess, fit for a cookie or a link."""
    return mark + secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is kept of a token. It is random, so a plain SHA-256 cannot be searched backwards."""
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, in the same time whatever they hold."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
