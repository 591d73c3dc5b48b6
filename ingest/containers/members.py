"""A container gone through: the files in it that may be invoices, one at a time."""

from collections.abc import Iterator
from typing import NamedTuple

from ingest.containers.archive import archive_files, entry_names, is_ofd, is_package
from ingest.containers.bounds import Bounds, Budget
from ingest.containers.headers import looks_like_mail
from ingest.containers.mail import mail_files
from ingest.containers.names import claims_document
from ingest.containers.parcel import File, Left, Member, left
from ingest.containers.refusals import OVERALL, refusal
from ingest.limits import Limits
from ingest.picture import PictureReader
from ingest.sniff import Foreign, sniff
from models.errors import DocumentError
from models.page import FileKind

_HEAD = 4096
_SMALL_BYTES = 4 * 1024
_SMALL_SIDE = 160
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PICTURES = frozenset(
    {
        FileKind.JPEG,
        FileKind.PNG,
        FileKind.WEBP,
        FileKind.TIFF,
        FileKind.BMP,
        FileKind.GIF,
        FileKind.HEIC,
    }
)
_PACKAGE = Foreign("not_a_document", "Office 等程序的文件", "a file of Office or the like", "", "")
_DEFAULT_BOUNDS = Bounds()


class _Place(NamedTuple):
    """Where a container lies: what its members' names begin with, and how deep, from 1 on."""

    prefix: str
    depth: int


def members(
    data: bytes, kind: FileKind, limits: Limits, bounds: Bounds = _DEFAULT_BOUNDS
) -> Iterator[Member | Left]:
    """The files of a ZIP archive or a mail, and of those nested in it.

    Each is unpacked when it is asked for, and forgotten: besides `data` no more is held at a time
    than one file and the containers it lies in. Two passes give the same files in the same order.

    Raises DocumentError, with a code of the package's table: for what the directory of an archive
    or the build of a mail tells, before the first file; too_many_members and archive_too_large
    also later, where nested containers go beyond what the whole may hold; no_documents at the end,
    if nothing in it can be an invoice and nothing was left aside that might be one.
    """
    found = aside = 0
    for item in _walk(data, kind, _Place("", 1), Budget(limits, bounds)):
        found += isinstance(item, Member) or item.is_problem
        aside += isinstance(item, Left)
        yield item
    if not found:
        raise refusal("no_documents", count=aside)


def unpack_zip(
    data: bytes, limits: Limits, bounds: Bounds = _DEFAULT_BOUNDS
) -> tuple[list[Member], list[Left]]:
    """All members of an archive at once, and what was left aside. Raises as `members` does."""
    return _apart(members(data, FileKind.ZIP, limits, bounds))


def unpack_mail(
    data: bytes, limits: Limits, bounds: Bounds = _DEFAULT_BOUNDS
) -> tuple[list[Member], list[Left]]:
    """All members of a mail at once, and what was left aside. Raises as `members` does."""
    return _apart(members(data, FileKind.EML, limits, bounds))


def _apart(items: Iterator[Member | Left]) -> tuple[list[Member], list[Left]]:
    found: list[Member] = []
    aside: list[Left] = []
    for item in items:
        if isinstance(item, Member):
            found.append(item)
        else:
            aside.append(item)
    return found, aside


def _walk(data: bytes, kind: FileKind, place: _Place, budget: Budget) -> Iterator[Member | Left]:
    files = mail_files if kind is FileKind.EML else archive_files
    for item in files(data, budget):
        if isinstance(item, Left):
            yield Left(place.prefix + item.name, item.reason)
        else:
            yield from _seen(item, place, budget)


def _seen(file: File, place: _Place, budget: Budget) -> Iterator[Member | Left]:
    """The file as a member, or gone through where it is a container, or left aside."""
    name = place.prefix + file.name
    inner = _container(file, budget)
    if inner is None or isinstance(inner, Foreign):
        yield _judged(file, name, inner)
    elif place.depth >= budget.bounds.max_depth:
        yield left(name, "nested_too_deep", limit=budget.bounds.max_depth)
    else:
        yield from _nested(file.data, inner, _Place(name, place.depth + 1), budget)


def _nested(data: bytes, kind: FileKind, place: _Place, budget: Budget) -> Iterator[Member | Left]:
    """The members of a container in a container; if it cannot be read, the others go on."""
    found = 0
    try:
        for item in _walk(data, kind, _Place(f"{place.prefix}/", place.depth), budget):
            found += isinstance(item, Member) or item.is_problem
            yield item
    except DocumentError as error:
        if error.record.code in OVERALL:
            raise
        yield Left(place.prefix, error.record)
        return
    if not found:
        yield left(place.prefix, "nothing_inside")


def _container(file: File, budget: Budget) -> FileKind | Foreign | None:
    """What kind of container the file is, if any; a program's own ZIP file is foreign, OFD none."""
    if file.data.startswith(_ZIP_MARKS):
        try:
            names = entry_names(file.data, budget)
        except DocumentError:
            # said to be a document: whoever reads such documents says what is wrong with it
            return None if file.name.lower().endswith(".ofd") else FileKind.ZIP
        if is_ofd(names):
            return None
        return _PACKAGE if is_package(names) else FileKind.ZIP
    if file.is_mail or looks_like_mail(file.data[:_HEAD]):
        return FileKind.EML
    return None


def _judged(file: File, name: str, known: Foreign | None) -> Member | Left:
    """The file as a member, unless it is clear that no invoice is lost without it."""
    if not file.data:
        if claims_document(name):
            return left(name, "empty_member")
        return left(name, "foreign_file", what="空文件", what_en="an empty file")
    kind = known or sniff(file.data)
    if file.is_inline and _is_decoration(file.data, kind):
        return left(name, "decoration")
    if isinstance(kind, Foreign) and kind.code == "not_a_document" and not claims_document(name):
        return left(name, "foreign_file", what=kind.what.strip(), what_en=kind.what_en)
    return Member(name, file.data)


def _is_decoration(data: bytes, kind: FileKind | Foreign) -> bool:
    """Whether a picture shown in a mail's text is too small to be an invoice, or a drawing."""
    if len(data) < _SMALL_BYTES or b"<svg" in data[:_HEAD].lower():
        return True
    if isinstance(kind, Foreign) or kind not in _PICTURES:
        return False
    try:
        reader = PictureReader(data, kind, Limits())
        page = reader.page(0)
    except DocumentError as error:
        return error.record.code == "image_too_small"
    reader.close()
    return min(page.width, page.height) < _SMALL_SIDE
