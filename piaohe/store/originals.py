"""The originals: every received file, byte for byte, under the name of its content.

An original is written once and never changed. Its row in the database comes after it, so a loss
of power between the two leaves a file nobody knows of yet, which the next run takes in as if it
were new, and never a row without its file.
"""

import contextlib
import hashlib
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from models.errors import StoreError
from models.record import Record
from piaohe.store import errors

_SHA256 = re.compile(r"[0-9a-f]{64}")
_INCOMING = ".incoming"
_BAD = frozenset({"original_damaged", "original_missing", "original_unreadable"})
"""Codes of errors that are about one original, and not about all of them."""


class Originals(Protocol):
    """A store of byte strings by their SHA-256 (64 lower-case hex digits)."""

    def put(self, data: bytes) -> str:
        """Keep `data` for good and give its SHA-256; a second time changes nothing.

        Raises StoreError original_damaged where a copy is there that is not what it should be,
        home_not_writable or disk_full where it cannot be written.
        """
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes. Raises StoreError original_missing, _unreadable or _damaged."""
        ...

    def exists(self, sha256: str) -> bool:
        """Whether something is kept under this name; its content is not looked at."""
        ...

    def iterate(self) -> Iterator[str]:
        """The SHA-256 of everything kept, in order."""
        ...


@runtime_checkable
class Removable(Protocol):
    """Originals that can be removed: only retention does, where the settings say so."""

    def remove(self, sha256: str) -> None:
        """Remove an original for good; one that is not there is no mistake. Raises StoreError."""
        ...


class OriginalProblem(Record):
    """An original that is not as it should be."""

    sha256: str
    problem: Literal["damaged", "missing"]


def place_of(sha256: str) -> str:
    """Where an original stands below its root: `ab/cd/abcd...`. Raises ValueError for what is no
    SHA-256."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lower-case hex")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def verify(originals: Originals, expected: Iterable[str] = ()) -> Iterator[OriginalProblem]:
    """Read everything kept and yield what is damaged, then what of `expected` is missing.

    Nothing is repaired or removed. Raises StoreError where the originals cannot be reached.
    """
    seen: set[str] = set()
    for sha256 in originals.iterate():
        seen.add(sha256)
        if verify_one(originals, sha256):
            yield OriginalProblem(sha256=sha256, problem="damaged")
    for sha256 in expected:
        if sha256 not in seen:
            yield OriginalProblem(sha256=sha256, problem="missing")


def verify_one(originals: Originals, sha256: str) -> Literal["damaged", "missing"] | None:
    """Read one original; gives what is wrong with it. Raises StoreError as `verify` does."""
    try:
        originals.get(sha256)
    except StoreError as error:
        if error.record.code not in _BAD:
            raise
        return "missing" if error.record.code == "original_missing" else "damaged"
    return None


class FolderOriginals:
    """Originals in a folder: `root/ab/cd/abcd...`, read-only files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the file stands, or would stand. Raises ValueError for what is no SHA-256."""
        return self.root / place_of(sha256)

    def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.path(sha256)
        try:
            if not target.exists():
                self._write(data, target)
            if target.stat().st_size != len(data) or hash_file(target) != sha256:
                raise errors.original_damaged(sha256)
            # also when it was there: whoever wrote it may have died before this point
            for folder in (target.parent, target.parent.parent, self.root, self.root.parent):
                sync_folder(folder)
        except OSError as error:
            raise errors.from_os(error, str(self.root)) from error
        return sha256

    def get(self, sha256: str) -> bytes:
        try:
            data = self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise errors.original_missing(sha256) from error
        except OSError as error:
            raise errors.original_unreadable(sha256, error) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise errors.original_damaged(sha256)
        return data

    def exists(self, sha256: str) -> bool:
        # not Path.is_file: that raises where the folder has no rights
        return os.path.isfile(self.path(sha256))

    def iterate(self) -> Iterator[str]:
        for first in _children(self.root):
            for second in _children(first):
                for file in _children(second):
                    if file.name[:4] == first.name + second.name and _SHA256.fullmatch(file.name):
                        yield file.name

    def remove(self, sha256: str) -> None:
        """Remove an original for good; one that is not there is no mistake. Raises StoreError."""
        try:
            _remove(self.path(sha256))
        except OSError as error:
            raise errors.from_os(error, str(self.root)) from error

    def remove_drafts(self, before: float) -> int:
        """Remove what writers that died left half written, last touched before the epoch second."""
        removed = 0
        # no right to look there: whoever wants to write will be told
        with contextlib.suppress(FileNotFoundError, PermissionError):
            for draft in (self.root / _INCOMING).iterdir():
                with contextlib.suppress(OSError):
                    if draft.stat().st_mtime < before:
                        _remove(draft)
                        removed += 1
        return removed

    def _write(self, data: bytes, target: Path) -> None:
        """Bring `data` to `target` in one step that cannot replace what is there."""
        incoming = self.root / _INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = incoming / uuid.uuid4().hex
        try:
            with draft.open("xb") as file:
                file.write(data)
                file.flush()
                draft.chmod(0o444)
                os.fsync(file.fileno())
            _link(draft, target)
        finally:
            _remove(draft)


def _link(draft: Path, target: Path) -> None:
    """Give the draft its name unless the name is taken; then the other one's content counts."""
    try:
        if os.name == "nt":  # pragma: no cover - renaming refuses a taken name there
            draft.rename(target)
        else:
            os.link(draft, target)
    except FileExistsError:
        pass
    except OSError:
        # a file system without hard links; content is the same whoever comes first
        if not target.exists():
            draft.rename(target)


def _remove(draft: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if os.name == "nt":  # pragma: no cover - a read-only file cannot be removed there
            draft.chmod(0o644)
        draft.unlink()


def sync_folder(folder: Path) -> None:
    """Make the folder's entries survive a loss of power; Windows has no such call."""
    if os.name == "nt":  # pragma: no cover
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def hash_file(path: Path) -> str:
    """The SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _children(folder: Path) -> list[Path]:
    """What stands in the folder, by name; nothing where it is none."""
    try:
        return sorted(child for child in folder.iterdir() if child.name != _INCOMING)
    except (FileNotFoundError, NotADirectoryError):
        return []
