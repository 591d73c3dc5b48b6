"""What was appended to a PDF after it was signed: nothing that matters, notes, or other pages."""

import hashlib
import io
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel

from ingest.signatures.said import GARBLED

_MOST_REVISIONS = 50
_MOST_PAGES = 500
_MOST_OBJECTS = 50_000
_DEEPEST = 60
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")


class Change(StrEnum):
    """What came after the signature.

    none: nothing that shows, such as time stamps, data for later verification, further
    signatures; notes: annotations or filled fields, the pages beneath as they were; pages: other
    pages or other content on them; unknown: it could not be told.
    """

    NONE = "none"
    NOTES = "notes"
    PAGES = "pages"
    UNKNOWN = "unknown"


def since(reader: PdfFileReader, signed: bytes) -> Change:
    """How the file `reader` reads differs from `signed`, its beginning up to the signature's end.

    Never raises for what either holds.
    """
    try:
        before = PdfFileReader(io.BytesIO(signed), strict=False)
        if before.encrypted:
            before.decrypt("")
        appended = reader.xrefs.total_revisions - before.xrefs.total_revisions
        if not 0 < appended <= _MOST_REVISIONS:
            # without a revision of its own, readers that repair files may show it all the same
            return Change.UNKNOWN
        if _harmless(reader, before):
            return Change.NONE
        if list(_pages(before)) != list(_pages(reader)):
            return Change.PAGES
        same = list(_notes(before)) == list(_notes(reader))
        return Change.UNKNOWN if same else Change.NOTES
    except (*GARBLED, PdfError, OSError):
        return Change.UNKNOWN


def _harmless(reader: PdfFileReader, before: PdfFileReader) -> bool:
    """Whether pyHanko's rules of what may follow a signature find nothing but such things."""
    revision = before.xrefs.total_revisions - 1
    try:
        # a later part that does not build on the signed one is no continuation of it
        places = {each.xrefs.get_startxref_for_revision(revision) for each in (reader, before)}
        result = DEFAULT_DIFF_POLICY.review_file(reader, revision) if len(places) == 1 else None
    except (*GARBLED, PdfError):
        return False
    if not isinstance(result, DiffResult):
        return False
    if result.modification_level <= ModificationLevel.LTA_UPDATES:
        return True
    signatures = {name for name, kind in _fields(reader) if kind == "/Sig"}
    return result.modification_level <= ModificationLevel.FORM_FILLING and (
        set(result.changed_form_fields) <= signatures
    )


def _fields(reader: PdfFileReader) -> Iterator[tuple[str, str]]:
    for field in reader.root.get("/AcroForm", {}).get("/Fields", ()):
        found = field.get_object()
        yield str(found.get("/T", "")), str(found.get("/FT", ""))


def _pages(reader: PdfFileReader) -> Iterator[tuple[bytes, tuple[float, ...]]]:
    """What shows of each page but for its annotations: a digest of its content and all that this
    uses, and its shape. Programs that add notes may write the rest of a page anew."""
    for page, inherited in _leaves(reader):
        contents = page.raw_get("/Contents") if "/Contents" in page else None
        yield _digest([contents, inherited.get("/Resources")]), _shape(page, inherited)


def _shape(page: generic.DictionaryObject, inherited: dict[str, Any]) -> tuple[float, ...]:
    """Media box, crop box, turn and unit of a page, with the defaults of those not stated."""
    media = inherited.get("/MediaBox", generic.ArrayObject())
    boxes = (media, inherited.get("/CropBox", media))
    sides = [round(float(side), 2) for box in boxes for side in box.get_object()]
    turn = float(inherited["/Rotate"].get_object()) if "/Rotate" in inherited else 0.0
    return (*sides, turn % 360, float(page.get("/UserUnit", 1)))


def _notes(reader: PdfFileReader) -> Iterator[bytes]:
    for page, _ in _leaves(reader):
        yield _digest(page.get("/Annots"))


def _leaves(
    reader: PdfFileReader,
) -> Iterator[tuple[generic.DictionaryObject, dict[str, Any]]]:
    """The pages in order, each with what it has or inherits of `_INHERITED`."""
    waiting: list[tuple[generic.DictionaryObject, dict[str, Any]]] = [(reader.root["/Pages"], {})]
    for _ in range(_MOST_PAGES * 4):
        if not waiting:
            return
        node, inherited = waiting.pop()
        inherited = inherited | {key: node.raw_get(key) for key in _INHERITED if key in node}
        if "/Kids" in node:
            waiting.extend((kid.get_object(), inherited) for kid in reversed(node["/Kids"]))
        else:
            yield node, inherited
    raise ValueError("too many pages")


def _digest(root: object) -> bytes:
    """A digest of an object and everything it refers to.

    It does not depend on where the parts stand in the file: references count by the order of
    their first visit. Streams go in as they are stored, for unpacking them could fill the memory.
    """
    result = hashlib.sha256()
    visited: dict[object, int] = {}
    waiting: list[tuple[Any, int]] = [(root, 0)]
    for _ in range(_MOST_OBJECTS):
        if not waiting:
            return result.digest()
        item, depth = waiting.pop()
        if depth > _DEEPEST:
            break
        if isinstance(item, generic.IndirectObject):
            if item.reference in visited:
                result.update(b"seen %d;" % visited[item.reference])
                continue
            visited[item.reference] = len(visited)
            item = item.reference.get_object()
        if isinstance(item, generic.DecryptedObjectProxy):
            item = item.decrypted
        stated, inside = _taken_apart(item)
        result.update(b"%d:%b" % (len(stated), stated))
        waiting.extend((inner, depth + 1) for inner in inside)
    raise ValueError("too many objects")


def _taken_apart(item: object) -> tuple[bytes, list[object]]:
    """What an object states itself, and the objects inside it."""
    if isinstance(item, dict):
        keys = sorted(key for key in item if key not in ("/Parent", "/Length"))
        stream = item.encoded_data if isinstance(item, generic.StreamObject) else b""
        raw = item.raw_get if isinstance(item, generic.DictionaryObject) else item.__getitem__
        names = "".join(str(key) for key in keys).encode()
        return b"<<%b>>%b" % (names, stream), [raw(key) for key in keys]
    if isinstance(item, list):
        raw_items = (
            [item.raw_get(index) for index in range(len(item))]
            if isinstance(item, generic.ArrayObject)
            else item
        )
        return b"[%d]" % len(item), raw_items
    if isinstance(item, generic.PdfObject):
        written = io.BytesIO()
        item.write_to_stream(written)
        return written.getvalue(), []
    return repr(item).encode(), []  # None: the key is not there
