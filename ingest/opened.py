"""An opened file: what it is, and its pages one at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, overload

from models.document import Notice
from models.page import FileKind, Page


class PageReader(Protocol):
    """What reads one kind of file."""

    @property
    def page_count(self) -> int: ...

    def page(self, index: int) -> Page:
        """Page `index`, 0-based and within range. Raises DocumentError for a page that is bad."""

    def close(self) -> None: ...


class Pages(Sequence[Page]):
    """The pages of an open file. Each is read anew when it is asked for, and none is kept.

    A bad page raises DocumentError and ends an iteration; go by index to read those after it.
    """

    def __init__(self, reader: PageReader) -> None:
        self._reader = reader

    def __len__(self) -> int:
        return self._reader.page_count

    @overload
    def __getitem__(self, index: int) -> Page: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequence[Page]": ...
    def __getitem__(self, index: int | slice) -> "Page | Sequence[Page]":
        if isinstance(index, slice):
            raise TypeError("pages are read one at a time: index them with a number")
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(f"page {index} of {len(self)}")
        return self._reader.page(at)


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file that was accepted. Use it in a `with` block; its pages cannot be drawn after that."""

    kind: FileKind
    notices: tuple[Notice, ...]
    reader: PageReader

    @property
    def page_count(self) -> int:
        return self.reader.page_count

    @property
    def pages(self) -> Pages:
        return Pages(self.reader)

    def close(self) -> None:
        """Lets go of the file. May be called twice."""
        self.reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
