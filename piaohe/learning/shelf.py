"""The versions that were learnt, as sealed files in the home folder, and which one is active.

    <home>/classifier/<sha256>.habits    a version, by its content
    <home>/classifier/active             its number and SHA-256; not there: the shipped model alone

The database knows the history; this is what is needed to label, without opening it.
"""

import hashlib
import json
from pathlib import Path

from pydantic import ValidationError

from classify.habits import HabitLayer, unpack
from classify.model import Model
from models.errors import DependencyMissing
from models.record import Record
from piaohe.learning import seal
from piaohe.learning.seal import Refused

FOLDER = "classifier"
_ACTIVE, _HABITS = "classifier/active", "classifier/habits"


class Pointer(Record):
    """Which version is active; number 0 is the shipped model alone."""

    number: int
    sha256: str = ""


def put(home: Path, key: bytes, data: bytes) -> str:
    """Keep a version's artefact; gives its SHA-256. Raises StoreError."""
    sha256 = hashlib.sha256(data).hexdigest()
    seal.write(_place(home, sha256), seal.seal(key, _HABITS, data))
    return sha256


def get(home: Path, sha256: str, model: Model) -> HabitLayer:
    """A version's layer. Raises Refused where it is not there, altered, unsigned, or made for
    another model; nothing of it is believed before its seal was checked."""
    if not sha256.isalnum():
        raise Refused("记录已损坏", "its record is damaged")
    data = seal.unseal(seal.read_key(home), _HABITS, seal.read(_place(home, sha256)))
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Refused("内容与版本不符", "it is not the version it is named after")
    try:
        return unpack(data, model)
    except DependencyMissing as error:
        raise Refused(error.record.message, error.record.message_en) from error


def point(home: Path, key: bytes, pointer: Pointer) -> None:
    """Make a version the active one. Raises StoreError."""
    body = json.dumps(pointer.model_dump(), sort_keys=True).encode()
    seal.write(home / FOLDER / "active", seal.seal(key, _ACTIVE, body))


def pointer(home: Path) -> Pointer:
    """Which version is active. Raises Refused where what says so cannot be believed."""
    path = home / FOLDER / "active"
    if not path.exists():
        return Pointer(number=0)
    body = seal.unseal(seal.read_key(home), _ACTIVE, seal.read(path))
    try:
        return Pointer.model_validate_json(body)
    except ValidationError:
        raise Refused("记录已损坏", "its record is damaged") from None


def _place(home: Path, sha256: str) -> Path:
    return home / FOLDER / f"{sha256}.habits"
