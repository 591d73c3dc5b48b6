"""Batch sheets: what a separator page says, and the pages that follow it (its two-dimensional code
is `BatchMark.payload`).

    PIAOHE-BATCH:1:<base64url of the JSON of the mark>:<CRC-32 of all before it, 8 hex digits>
"""

import base64
import binascii
import zlib
from collections.abc import Iterable

from pydantic import Field, ValidationError

from models.record import Record

_HEAD = "PIAOHE-BATCH"
VERSION = 1
ATTACHMENT = "batch_sheet"
"""What a sheet is called among the pages that are no invoices."""
_LONGEST = 1000
"""Characters of a payload; ours have at most 800."""
LONGEST_NAME = 40


class BatchMark(Record):
    """What somebody typed when a sheet was made. `serial` tells one sheet from another."""

    serial: str = Field(pattern=r"^[0-9a-f]{8}$")
    name: str = Field(min_length=1, max_length=LONGEST_NAME, pattern=r"\S")
    owner: str = Field("", max_length=LONGEST_NAME)
    department: str = Field("", max_length=LONGEST_NAME)

    @property
    def payload(self) -> str:
        """What the sheet's codes hold: ASCII only, so that every decoder gives the same text."""
        data = self.model_dump_json(exclude_defaults=True).encode()
        body = base64.urlsafe_b64encode(data).decode().rstrip("=")
        text = f"{_HEAD}:{VERSION}:{body}"
        return f"{text}:{_check(text)}"


class BatchSheet(Record):
    """A batch sheet that was met: the page of the received file, counted from 0."""

    page: int = Field(ge=0)
    mark: BatchMark


def parse_mark(payload: str) -> BatchMark | None:
    """The mark a code holds; None for any other code, a damaged one, or one of a version this
    program does not know."""
    text, _, check = payload.rpartition(":")
    parts = text.split(":")
    if len(payload) > _LONGEST or not payload.isascii() or len(parts) != 3:
        return None
    head, version, body = parts
    if head != _HEAD or version != str(VERSION) or check != _check(text):
        return None
    try:
        data = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        mark = BatchMark.model_validate_json(data)
    except (binascii.Error, ValueError, ValidationError):
        return None
    shown = (mark.name, mark.owner, mark.department)
    return mark if all(text.isprintable() for text in shown) else None


def section(page: int | None, sheets: Iterable[BatchSheet]) -> int:
    """How many sheets of a file lie before a page: pages with the same number belong together."""
    return 0 if page is None else sum(sheet.page < page for sheet in sheets)


def _check(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"
