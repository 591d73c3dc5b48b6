"""Workbooks that come out the same every time, with what real exports have wrong about them."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeAlias

from openpyxl import Workbook

from models.record import Record

Cell: TypeAlias = str | int | float | Decimal | None
"""A float is only ever a number of an invoice that was stored as one (cause N18)."""

_MADE = (2026, 11, 1, 0, 0, 0)


class Sheet(Record):
    """A sheet: its rows as they stand, and the ranges that are merged ("A1:P1")."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[str, ...] = ()


def row(headings: Sequence[str], values: dict[str, Cell]) -> tuple[Cell, ...]:
    """The values in the order of the headings; a star behind a heading is no part of its name."""
    return tuple(values.get(heading.rstrip("*")) for heading in headings)


def workbook(sheets: Iterable[Sheet], *, wrong_dimension: bool = False) -> bytes:
    """An XLSX, the same bytes for the same sheets. Text stays text, Decimal becomes a number.

    With `wrong_dimension` each sheet claims to hold only its first cell, as the tax bureau's
    exports do (domain.md 6.1).
    """
    book = Workbook()
    book.remove(book.active)
    for each in sheets:
        sheet = book.create_sheet(each.title)
        for cells in each.rows:
            sheet.append(cells)
        for area in each.merged:
            sheet.merge_cells(area)
    buffer = io.BytesIO()
    book.save(buffer)
    return _settled(buffer.getvalue(), wrong_dimension=wrong_dimension)


def _settled(data: bytes, *, wrong_dimension: bool) -> bytes:
    """The workbook without the time it was written."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb">\d{4}-\d\d-\d\dT[\d:]+Z<", b">2026-11-01T00:00:00Z<", content)
            if wrong_dimension and name.startswith("xl/worksheets/"):
                content = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', content)
            target.writestr(zipfile.ZipInfo(name, _MADE), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
