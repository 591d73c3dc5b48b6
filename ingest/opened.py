"""An opened file: what it is, the originals in it, and their pages one at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Protocol, Self, overload

from models.document import Notice
from models.errors import ErrorRecord
from models.original import Original, Signature, StructuredPart
from models.page import FileKind, Page


class PageReader(Protocol):
    """What reads one kind of file."""

    @property
    def page_count(self) -> int: ...

    def page(self, index: int) -> Page:
        """Page `index`, 0-based and within range. Raises DocumentError for a page that is bad."""

    def parts(self) -> tuple[StructuredPart, ...]:
        """The structured data that came with the pages."""

    def signatures(self) -> tuple[Signature, ...]:
        """The verdicts on the file's signatures."""

    def close(self) -> None: ...


class Pages(Sequence[Page]):
    """The pages of an open file. Each is read anew when it is asked for, and none is kept.

    `first` is the index of the first one within the received file. A bad page raises
    DocumentError and ends an iteration; go by index to read those after it.
    """

    def __init__(self, reader: PageReader, first: int = 0) -> None:
        self._reader = reader
        self._first = first

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
        page = self._reader.page(at)
        return replace(page, index=self._first + at) if self._first else page


class Contents(Protocol):
    """What an opened file holds: one original, or those of a container."""

    def originals(self) -> Iterator[Original]: ...

    def pages(self) -> Iterator["Pages"]:
        """The pages of each original, its data and signatures not looked at."""

    @property
    def notices(self) -> tuple[Notice, ...]: ...

    @property
    def problems(self) -> tuple[ErrorRecord, ...]: ...

    def close(self) -> None: ...


class PlainFile:
    """The contents of a file that is no container."""

    problems: tuple[ErrorRecord, ...] = ()

    def __init__(self, kind: FileKind, notices: tuple[Notice, ...], reader: PageReader) -> None:
        self.kind = kind
        self.notices = notices
        self.reader = reader

    def original(self, name: str = "", first_page: int = 0) -> Original:
        reader = self.reader
        return Original(
            name, self.kind, Pages(reader, first_page), reader.parts(), reader.signatures()
        )

    def originals(self) -> Iterator[Original]:
        yield self.original()

    def pages(self) -> Iterator[Pages]:
        yield Pages(self.reader)

    def close(self) -> None:
        self.reader.close()


class OpenedFile:
    """A file that was accepted. Use it in a `with` block; its pages cannot be drawn after that."""

    def __init__(self, kind: FileKind, contents: Contents) -> None:
        self.kind = kind
        self._contents = contents

    def originals(self) -> Iterator[Original]:
        """The files in this one, a plain file being its only one.

        Each can be used until the next is asked for. May be gone through again.
        """
        return self._contents.originals()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is worth saying; of a container complete once its originals were gone through."""
        return self._contents.notices

    @property
    def problems(self) -> tuple[ErrorRecord, ...]:
        """Files inside that could not be opened; complete when `notices` are."""
        return self._contents.problems

    @property
    def page_count(self) -> int:
        return len(self.pages)

    @property
    def pages(self) -> Sequence[Page]:
        """The pages of all originals on end."""
        return _AllPages(self._contents)

    def close(self) -> None:
        """Lets go of the file. May be called twice."""
        self._contents.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _AllPages(Sequence[Page]):
    """The pages of an opened file, whatever original they are in."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    def __len__(self) -> int:
        return sum(map(len, self._contents.pages()))

    @overload
    def __getitem__(self, index: int) -> Page: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequence[Page]": ...
    def __getitem__(self, index: int | slice) -> "Page | Sequence[Page]":
        if isinstance(index, slice):
            raise TypeError("pages are read one at a time: index them with a number")
        at = index + len(self) if index < 0 else index
        for pages in self._contents.pages():
            if 0 <= at < len(pages):
                return pages[at]
            at -= len(pages)
        raise IndexError(f"page {index} of {len(self)}")
