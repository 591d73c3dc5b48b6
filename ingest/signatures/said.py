"""What is said of a signature, and the one exception of this package."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A remark in Chinese and English."""

    zh: str
    en: str


class CannotTell(Exception):  # noqa: N818 - says what it means at the raise
    """Something is unknown or unreadable here. It never means that a file was altered."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.said = Said(zh, en)


GARBLED = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    NotImplementedError,
    AssertionError,
)
"""What asn1crypto and pyHanko (which asserts) raise for bytes that are not what they should be."""

_MOST = 600


def joined(remarks: Iterable[Said]) -> tuple[str, str]:
    """All remarks as one Chinese and one English text, each said once."""
    unique = tuple(dict.fromkeys(remarks))
    zh = "；".join(said.zh for said in unique)
    en = "; ".join(said.en for said in unique)
    return zh[:_MOST], en[:_MOST]


def some(names: Iterable[str], most: int = 4) -> str:
    """The first few names as a list, for a message."""
    listed = list(names)
    text = ", ".join(listed[:most])
    return text if len(listed) <= most else f"{text}, … ({len(listed)})"
