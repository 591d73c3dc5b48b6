"""The files a command is to work on."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.refusals import refusal
from models.errors import ErrorRecord
from piaohe import failures
from piaohe.cli.shell import Shell

_TABLES = ("xlsx", "xls", "xlsm", "csv", "tsv", "db", "sqlite")
_TEXTS = ("json", "jsonl", "txt", "md", "log", "ini", "toml", "yaml", "yml")
_CODE = ("html", "css", "js", "py", "sh")
OTHER_PAPERS = frozenset({*_TABLES, *_TEXTS, *_CODE})
"""Extensions of files that lie beside documents in a folder and are not meant. A file that is
named on the command line is read whatever it is called."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A file or folder that cannot be read, and why."""

    path: Path
    error: ErrorRecord


@dataclass(slots=True)
class Walk:
    """Goes through files and folders; `skipped` and `links` count what was left out of folders."""

    without: frozenset[Path] = frozenset()
    skipped: int = 0
    links: int = 0

    def files(self, paths: Iterable[Path]) -> Iterator[Path | Unreachable]:
        """Files as given; of folders every file below, sorted by path.

        Hidden files, symbolic links, `without` and OTHER_PAPERS are left out of folders.
        """
        for path in paths:
            # not Path.is_dir: that raises where a folder above has no rights
            if os.path.isdir(path):
                yield from self._below(path)
            elif os.path.isfile(path):
                yield path
            else:
                yield Unreachable(path, _why_not(path))

    def _below(self, folder: Path) -> Iterator[Path | Unreachable]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield Unreachable(folder, failures.unreadable(error))
            return
        for entry in entries:
            path = folder / entry.name
            if entry.name.startswith(".") or self._is_left_out(path):
                continue
            if entry.is_symlink():
                # they may lead in circles, or out of what was meant
                self.links += 1
            elif entry.is_dir(follow_symlinks=False):
                yield from self._below(path)
            elif not entry.is_file(follow_symlinks=False):
                continue
            elif path.suffix.lower().lstrip(".") in OTHER_PAPERS:
                self.skipped += 1
            else:
                yield path

    def _is_left_out(self, path: Path) -> bool:
        return bool(self.without) and path.resolve() in self.without


def tell_left_out(shell: Shell, walk: Walk) -> None:
    """Say what a walk passed over, so that nobody misses a file in silence."""
    if walk.skipped:
        shell.tell(
            f"跳过文件夹里 {walk.skipped} 个明显不是票据的文件（表格、文本等）",
            f"{walk.skipped} files in folders that are clearly no documents were left out",
        )
    if walk.links:
        shell.tell(
            f"跳过文件夹里 {walk.links} 个符号链接；需要时请直接给出它们的路径",
            f"{walk.links} symbolic links in folders were left out; name them if they are meant",
        )


def read_bytes(path: Path, max_bytes: int) -> bytes | ErrorRecord:
    """The bytes of a file, or why they cannot be had. A file that is too large is not loaded."""
    try:
        size = path.stat().st_size
        if size > max_bytes:
            mebibyte = 1024 * 1024
            too_large = refusal("file_too_large", size=size / mebibyte, limit=max_bytes / mebibyte)
            return too_large.record
        return path.read_bytes()
    except OSError as error:
        return failures.unreadable(error)


def _why_not(path: Path) -> ErrorRecord:
    try:
        path.stat()
    except OSError as error:
        return failures.unreadable(error)
    return ErrorRecord(
        code="not_a_file",
        message="既不是文件也不是文件夹",
        hint="请给出文件或文件夹的路径",
        message_en="neither a file nor a folder",
        hint_en="name a file or a folder",
    )
