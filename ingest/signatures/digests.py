"""Digest algorithms under the names and object identifiers that signatures give them."""

import hashlib

from cryptography.hazmat.primitives import hashes

_SIZES = {"md5": 16, "sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64, "sm3": 32}
_NAMES = {
    "1.2.156.10197.1.401": "sm3",
    "1.2.156.10197.1.401.1": "sm3",
    "1.2.156.10197.1.401.2": "sm3",
    "1.3.14.3.2.26": "sha1",
    "1.2.840.113549.2.5": "md5",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
WEAK = frozenset({"md5", "sha1"})
"""Digests for which two files with the same value can be made."""


def named(text: str) -> str | None:
    """The algorithm an identifier ("1.2.156.10197.1.401") or a name ("SHA-1", "SM3") stands for."""
    key = text.strip()
    plain = key.lower().replace("-", "").replace("_", "")
    return _NAMES.get(key) or (plain if plain in _SIZES else None)


def size(algorithm: str) -> int:
    """The length of its value in bytes."""
    return _SIZES[algorithm]


def of_size(length: int) -> tuple[str, ...]:
    """The algorithms whose value has that many bytes, the likelier first."""
    found = [name for name, size in _SIZES.items() if size == length]
    return tuple(sorted(found, key=lambda name: name != "sm3"))


def digest(algorithm: str, data: bytes) -> bytes:
    """The value for one of the algorithms `named` knows.

    SM3 comes from the cryptography package: a Python built against another OpenSSL may lack it.
    """
    if algorithm == "sm3":
        sm3 = hashes.Hash(hashes.SM3())
        sm3.update(data)
        return sm3.finalize()
    return hashlib.new(algorithm, data, usedforsecurity=False).digest()
