"""Watched folders: what is put there is taken in, and moved away when it is done.

    <folder>/.../invoice.pdf          put there by a scanner, a person, another program
    <folder>/.piaohe/<claim>/...      claimed, by a rename that only one can win
    <folder>/done/.../invoice.pdf     read and kept
    <folder>/failed/.../invoice.pdf   not read, invoice.pdf.txt beside it says why

A claimed file stays in the working folder until what became of it is known, so a stop at any
moment loses nothing: at the next start it is found there, and handed in again, which for the same
content changes nothing. Links are never followed, and no file is opened before it is claimed.

Files of one folder are handed in by name, for a batch sheet speaks for those after it. However
many there are, no more than some hundreds of each folder are looked at, and folders take turns.
"""

import contextlib
import datetime
import errno
import heapq
import itertools
import os
import stat
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesHeaderParser
from pathlib import Path

from ingest.refusals import refusal
from models.errors import ErrorRecord, UsageError
from piaohe import failures, pipeline
from piaohe.clock import now as the_time
from piaohe.flow.arrival import Door, QueueFullError
from piaohe.flow.states import DECIDED, Lane, State
from piaohe.store.queued import Arrival, Slip
from piaohe.store.unit import Work

WORKING, DONE, FAILED = ".piaohe", "done", "failed"
LEVELS = ("batch", "owner", "department")
_UNFINISHED = frozenset({".tmp", ".part", ".partial", ".crdownload", ".download", ".filepart"})
_NO_DOCUMENTS = frozenset({"thumbs.db", "desktop.ini"})

_LEFTOVERS_SECONDS = 60.0
_AT_ONCE = 500
"""So many files of a folder are looked at in one scan, and so many handed in: other folders, and
moving away what is done, are not kept waiting by a pile."""
_LONGEST_BATCH = 80
_HEADERS = 64 * 1024
"""The subject of a mail is looked for in so many of its bytes."""

Tell = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class _Look:
    """A file as it was seen, and since when it looks like that (seconds of the given clock)."""

    size: int
    changed: int
    since: float


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A file in the working folder: `inside` is its path in the watched folder."""

    path: Path
    inside: Path


@dataclass(slots=True)
class Folder:
    """One watched folder. `clock` gives seconds that only grow; `levels` says what the names of
    sub-folders mean, from the top."""

    root: Path
    door: Door
    tell: Tell
    clock: Callable[[], float]
    settle_seconds: float
    max_bytes: int
    levels: Sequence[str] = LEVELS
    now: Callable[[], datetime.datetime] = the_time
    _looks: dict[Path, _Look] = field(default_factory=dict)
    _handed_in: dict[Path, tuple[_Claimed, int]] = field(default_factory=dict)
    _leftovers_at: float = float("-inf")
    _gone: bool = False
    _full: bool = False
    _stuck: set[Path] = field(default_factory=set)

    def scan(self) -> bool:
        """Look once: take in what is complete, move away what is finished.

        Gives whether anything is left to wait for. Raises StoreError where the store is unusable.
        """
        try:
            files = self._files()
        except OSError as error:
            self._say_gone(error)
            return True
        self._say_back()
        try:
            self._take_leftovers()
            complete = (path for path in files if self._is_complete(path))
            for path in itertools.islice(complete, _AT_ONCE):
                if (claimed := self._claim(path)) is not None:
                    self._hand_in(claimed, again=True)
            self._full = False
        except QueueFullError as error:
            self._say_full(error)
        there = set(files)
        self._looks = {path: look for path, look in self._looks.items() if path in there}
        self._stuck = {path for path in self._stuck if os.path.lexists(path)}
        self._finish()
        return bool(self._looks or self._handed_in or self._full)

    def _take_leftovers(self) -> None:
        """Hand in what was claimed and not handed in: before a stop, by a watcher that died, when
        the queue was full. Looked for now and then only, for there may be thousands."""
        now = self.clock()
        if now < self._leftovers_at and not self._full:
            return
        for claimed in list(self._claimed()):
            self._hand_in(claimed, again=False)
        self._leftovers_at = now + _LEFTOVERS_SECONDS

    def _files(self) -> list[Path]:
        """The files that may be documents: of each folder the first by name, folders taking turns.
        Raises OSError where the root is gone."""
        piles = list(self._piles(self.root, skip=frozenset({WORKING, DONE, FAILED})))
        turns = itertools.zip_longest(*piles)
        return [path for turn in turns for path in turn if path is not None]

    def _piles(self, folder: Path, skip: frozenset[str] = frozenset()) -> Iterator[list[Path]]:
        """The first files of a folder, then those of each folder in it. Raises OSError."""
        folders: list[str] = []
        with os.scandir(folder) as entries:
            found = (entry for entry in entries if entry.name not in skip)
            names = heapq.nsmallest(_AT_ONCE, _documents(found, folders))
        yield [folder / name for name in names]
        for name in sorted(folders):
            # gone again, or not ours to see; the next look tells
            with contextlib.suppress(OSError):
                yield from self._piles(folder / name)

    def _is_complete(self, path: Path) -> bool:
        """Whether a file has not changed for long enough."""
        try:
            found = path.lstat()
        except OSError:
            return False
        now = self.clock()
        look = self._looks.get(path)
        if look is None or (look.size, look.changed) != (found.st_size, found.st_mtime_ns):
            look = _Look(found.st_size, found.st_mtime_ns, now)
            self._looks[path] = look
        return now - look.since >= self.settle_seconds

    def _claim(self, path: Path) -> _Claimed | None:
        """Rename it into the working folder; None where somebody else was faster."""
        inside = path.relative_to(self.root)
        target = self.root / WORKING / uuid.uuid4().hex / inside
        try:
            self._make_folder(target.parent)
            os.rename(path, target)
        except OSError as error:
            _remove_empty(target.parent, self.root / WORKING)
            if not isinstance(error, FileNotFoundError):
                self._say_stuck(path, error)
            return None
        return _Claimed(target, inside)

    def _make_folder(self, folder: Path) -> None:
        """Make a folder of ours, or raise OSError where a link would lead out of the root."""
        folder.mkdir(parents=True, exist_ok=True)
        if not folder.resolve().is_relative_to(self.root.resolve()):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(folder))

    def _claimed(self) -> Iterator[_Claimed]:
        """What stands in the working folder and was not handed in by this process yet."""
        working = self.root / WORKING
        with contextlib.suppress(OSError):
            for claim in sorted(working.iterdir()):
                for folder, _, names in os.walk(claim):
                    for name in names:
                        path = Path(folder) / name
                        if path not in self._handed_in:
                            yield _Claimed(path, path.relative_to(claim))

    def _hand_in(self, claimed: _Claimed, *, again: bool) -> None:
        """Hand a claimed file in; one that was, and failed, is tried `again` or left as it is."""
        data = _bytes_of(claimed.path, self.max_bytes)
        if isinstance(data, ErrorRecord):
            if not data.retry:
                self._move(claimed, FAILED, data)
            return
        slip = self._slip(claimed.inside)
        if not slip.batch and claimed.inside.suffix.lower() == ".eml":
            slip = slip.model_copy(update={"batch": _subject(data)})
        arrival = None if again else self.door.status(data, slip.owner)
        if arrival is None:
            stream = f"folder:{pipeline.printable(str(self.root / claimed.inside.parent))}"

            def note(work: Work, sha256: str) -> None:
                work.batches.handed_in(stream, sha256, self.now())

            arrival = self.door.accept(data, slip, note).arrival
        self._handed_in[claimed.path] = (claimed, arrival.id)

    def _slip(self, inside: Path) -> Slip:
        """What the path says: the names of its folders mean what `levels` says."""
        meant = dict(zip(self.levels, inside.parent.parts, strict=False))
        printable = {name: pipeline.printable(value) for name, value in meant.items()}
        return Slip(
            name=pipeline.printable(str(self.root / inside)),
            owner=printable.get("owner", ""),
            department=printable.get("department", ""),
            batch=printable.get("batch", ""),
            lane=Lane.BATCH,
        )

    def _finish(self) -> None:
        """Move away what was handed in and is finished by now."""
        finished = self.door.finished([arrival for _, arrival in self._handed_in.values()])
        for path, (claimed, number) in list(self._handed_in.items()):
            arrival = finished.get(number)
            if arrival is None:
                continue
            if arrival.state in DECIDED:
                self._move(claimed, DONE, None)
            else:
                self._move(claimed, FAILED, _why(arrival))
            del self._handed_in[path]

    def _move(self, claimed: _Claimed, where: str, why: ErrorRecord | None) -> None:
        target = self.root / where / claimed.inside
        try:
            self._make_folder(target.parent)
            target = _free(target)
            os.rename(claimed.path, target)
            if why is not None:
                reason = target.with_name(f"{target.name}.txt")
                reason.write_text(_text_of(why), encoding="utf-8", errors="backslashreplace")
        except FileNotFoundError:
            # another watcher of the same folder moved it
            pass
        except OSError as error:
            self._say_stuck(claimed.path, error)
        _remove_empty(claimed.path.parent, self.root / WORKING)

    def _say_gone(self, error: OSError) -> None:
        if not self._gone:
            record = failures.unreadable(error)
            self.tell(
                f"收件文件夹 {self.root} 不可用：{record.message}；恢复后会自动继续",
                f"the folder {self.root} is away: {record.message_en}; it is waited for",
            )
        self._gone = True

    def _say_back(self) -> None:
        if self._gone:
            self.tell(f"收件文件夹 {self.root} 已恢复", f"the folder {self.root} is back")
        self._gone = False

    def _say_full(self, error: QueueFullError) -> None:
        if not self._full:
            self.tell(
                f"{error.record.message}；{self.root} 中的文件留待稍后",
                f"{error.record.message_en}; files in {self.root} wait",
            )
        self._full = True

    def _say_stuck(self, path: Path, error: OSError) -> None:
        if path in self._stuck:
            return
        self._stuck.add(path)
        why = error.strerror or type(error).__name__
        self.tell(f"无法移动 {path}：{why}", f"cannot move {path}: {why}")


def refuse_overlaps(folders: Sequence[Path], home: Path) -> list[Path]:
    """The folders, resolved. Raises UsageError no_folder, folders_overlap: files of one would be
    taken in twice, or the home folder's own would be taken for documents."""
    resolved: list[Path] = []
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(
                "no_folder",
                f"{folder} 不是文件夹",
                "请给出收件文件夹；网络盘请先挂载",
                message_en=f"{folder} is no folder",
                hint_en="name a folder; mount a network share first",
            )
        resolved.append(folder.resolve())
    for at, folder in enumerate(resolved):
        for other in (*resolved[:at], home.resolve()):
            if folder == other or folder in other.parents or other in folder.parents:
                raise UsageError(
                    "folders_overlap",
                    f"文件夹互相包含：{folder} 与 {other}",
                    "请选择互不包含、也不含数据目录的收件文件夹",
                    message_en=f"one of these folders is inside the other: {folder}, {other}",
                    hint_en="choose folders that neither hold one another nor the home folder",
                )
    return resolved


def _documents(entries: Iterator["os.DirEntry[str]"], folders: list[str]) -> Iterator[str]:
    """The names of files that may be documents; those of folders are put into `folders`."""
    for entry in entries:
        try:
            # a link may lead out of what was meant
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            elif entry.is_file(follow_symlinks=False) and _may_be_document(entry.name):
                yield entry.name
        except OSError:
            continue


def _may_be_document(name: str) -> bool:
    lower = name.lower()
    return (
        lower not in _NO_DOCUMENTS
        and not lower.startswith("~$")
        and os.path.splitext(lower)[1] not in _UNFINISHED
    )


def _subject(data: bytes) -> str:
    """The subject of a mail, to call its batch; its sender is not asked: that is easily forged."""
    try:
        message = BytesHeaderParser(policy=policy.default).parsebytes(data[:_HEADERS])
        text = str(message.get("subject", ""))
    except Exception:
        # the library's parser gives up in many ways on headers made to hurt
        return ""
    kept = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(kept.split())[:_LONGEST_BATCH]


def _bytes_of(path: Path, max_bytes: int) -> bytes | ErrorRecord:
    """The bytes of a regular file, or why they are not to be had; never those behind a link."""
    try:
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        )
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                return failures.unreadable(IsADirectoryError())
            if found.st_size > max_bytes:
                mebibyte = 1024 * 1024
                size, limit = found.st_size / mebibyte, max_bytes / mebibyte
                return refusal("file_too_large", size=size, limit=limit).record
            return file.read()
    except OSError as error:
        return failures.unreadable(error)


def _why(arrival: Arrival) -> ErrorRecord:
    if arrival.state is State.CANCELLED or arrival.error is None:
        return ErrorRecord(
            code="cancelled",
            message="已被取消",
            hint="需要时再次放入收件文件夹",
            message_en="it was cancelled",
            hint_en="put it into the folder again if it is needed",
        )
    return arrival.error


def _text_of(why: ErrorRecord) -> str:
    lines = [why.message, f"→ {why.hint}", "", why.message_en, f"→ {why.hint_en}", f"({why.code})"]
    return "\n".join(lines) + "\n"


def _free(target: Path) -> Path:
    """The name, or one like it that is not taken."""
    candidate, count = target, 1
    while os.path.lexists(candidate):
        count += 1
        candidate = target.with_name(f"{target.stem}~{count}{target.suffix}")
    return candidate


def _remove_empty(folder: Path, top: Path) -> None:
    """Remove a claim's folders, as far as they are empty."""
    while top in folder.parents:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
