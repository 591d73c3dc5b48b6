"""The kinds and the words printed on them, from `words.json` (domain.md 1.2 and 1.4)."""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from pydantic import TypeAdapter

from models.record import Record


class _File(Record):
    """`kinds` maps a kind to its Chinese and English names and to what its titles say; `marks`
    are words that one kind or some of them print."""

    version: int
    kinds: dict[str, tuple[str, str, tuple[str, ...]]]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """`digest` identifies the marks and their order: weights for others are worthless."""

    names: dict[str, tuple[str, str]]
    titles: dict[str, tuple[str, ...]]
    marks: tuple[str, ...]
    digest: str


@lru_cache(maxsize=1)
def words() -> Words:
    """The words shipped with this room, read once."""
    text = files("classify.kind").joinpath("words.json").read_text("utf-8")
    found = TypeAdapter(_File).validate_json(text)
    digest = hashlib.sha256(json.dumps(found.marks, ensure_ascii=True).encode()).hexdigest()
    return Words(
        names={kind: (zh, en) for kind, (zh, en, _) in found.kinds.items()},
        titles={kind: titles for kind, (_, _, titles) in found.kinds.items()},
        marks=found.marks,
        digest=digest[:8],
    )
