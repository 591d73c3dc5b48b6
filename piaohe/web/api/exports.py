"""A selection taken away: XLSX, CSV, JSON by lines, or a ZIP of the originals with an index.

Rows are read a few hundred at a time and sent as they come; a workbook is written to a file that
is gone afterwards. Memory does not grow with the selection.
"""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import StreamingResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from models.errors import StoreError
from models.text import from_fen
from piaohe.access import Permission, Viewer
from piaohe.report import words as called
from piaohe.report.sheets import Value, fill_cell
from piaohe.report.visible import unturned
from piaohe.report.words import Words
from piaohe.store import Store
from piaohe.store.wanted import Line, Wanted
from piaohe.web import shown
from piaohe.web.filters import Filters
from piaohe.web.guard import FormNeeds
from piaohe.web.house import House, house_of
from piaohe.web.problems import Problem, refuses
from piaohe.web.words import say

router = APIRouter()

OwnByForm = Annotated[Viewer, Depends(FormNeeds(Permission.DOCUMENTS_OWN))]

_PORTION = 500
_CHUNK = 64 * 1024
_SHEET = 1_000_000
"""Rows a sheet takes, less a few."""
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_SAFE = frozenset("._- ()（）")
TAKEN: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {}}, "description": "The file"}
}


class Kind(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    ZIP = "zip"


FORMATS = tuple(kind.value for kind in Kind)

_Cell = Callable[[Line], Value]


def _sum(line: Line) -> Value:
    return None if line.total_fen is None else from_fen(line.total_fen)


_COLUMNS: dict[str, tuple[Words, _Cell]] = {
    "kind": (Words("票种", "Kind"), lambda line: shown.kind(line.type, line.form, "zh")),
    "number": (Words("发票号码", "Number"), lambda line: line.number),
    "date": (Words("开票日期", "Date"), lambda line: line.date),
    "seller": (Words("销售方", "Seller"), lambda line: line.seller_name),
    "buyer": (Words("购买方", "Buyer"), lambda line: line.buyer_name),
    "total": (Words("价税合计", "Total"), _sum),
    "category": (
        Words("类别", "Category"),
        lambda line: called.category_called(line.category).zh if line.category else None,
    ),
    "status": (Words("校验结果", "Verdict"), lambda line: say(f"verdict.{line.status}", "zh")),
    "state": (Words("进度", "Progress"), lambda line: say(f"state.{line.state}", "zh")),
    "match": (Words("台账", "Ledger"), lambda line: line.match or None),
    "file": (Words("文件", "File"), lambda line: shown.file_name(line.file)),
    "received": (Words("收到时间", "Received"), lambda line: shown.moment(line.received_at)),
    "id": (Words("编号", "Id"), lambda line: line.id),
}
COLUMNS = tuple((name, title) for name, (title, _) in _COLUMNS.items())
FIRST_COLUMNS = frozenset(_COLUMNS) - {"id", "match"}


@router.post("/v1/exports", response_class=StreamingResponse, tags=["exports"], responses=TAKEN)
@refuses({403: ("not_allowed",), 422: ("nothing_to_export", "too_many_rows")})
def export(
    request: Request,
    viewer: OwnByForm,
    filters: Annotated[Filters, Query()],
    form: Annotated[Kind, Form(alias="format")],
    column: Annotated[list[str] | None, Form()] = None,
    id: Annotated[list[str] | None, Form(max_length=10_000)] = None,  # noqa: A002
) -> StreamingResponse:
    """The invoices the filters of the address find, or of those only the ones with these ids.

    `format` is xlsx, csv, json (an object a line) or zip (the originals and index.csv, for those
    who may take originals); `column` chooses columns. It is recorded who took what away.
    """
    check_may_take(viewer, originals=form is Kind.ZIP)
    house = house_of(request)
    wanted = filters.of(viewer).model_copy(update={"ids": tuple(id or ())})
    columns = [name for name in column or () if name in _COLUMNS] or sorted(
        FIRST_COLUMNS, key=list(_COLUMNS).index
    )
    with house.store.reading() as work:
        first = work.search.find(wanted, limit=1)
        beyond = form is Kind.XLSX and work.search.find(wanted, limit=1, skip=_SHEET)
    if not first:
        raise Problem(422, "nothing_to_export")
    if beyond:
        raise Problem(422, "too_many_rows")
    _record(house, viewer, filters, (form, len(id or ())))
    make, media = _MAKERS[form]
    name = f"piaohe-{house.clock().astimezone(shown.ZONE):%Y%m%d-%H%M}.{form.value}"
    return taken(make(house.store, wanted, columns), media, name)


def check_may_take(viewer: Viewer, *, originals: bool) -> None:
    """Raises Problem 403 not_allowed where originals are among it and the viewer may not."""
    if originals and Permission.ORIGINALS not in viewer.may:
        raise Problem(403, "not_allowed", needs=Permission.ORIGINALS.value)


def taken(parts: Iterator[bytes], media: str, name: str) -> StreamingResponse:
    """A file to be saved, which nothing on the way keeps."""
    headers = {"Content-Disposition": shown.disposition(name), "Cache-Control": "no-store"}
    return StreamingResponse(parts, media_type=media, headers=headers)


def _record(house: House, viewer: Viewer, filters: Filters, what: tuple[Kind, int]) -> None:
    """Who took away what: the filters, not what they found."""
    facts = {"format": what[0].value, "ticked": what[1], "filters": filters.address()}
    with house.store.unit_of_work() as work:
        work.audits.add(house.clock(), viewer.id, "export", "invoices", (None, facts))


def _lines(store: Store, wanted: Wanted) -> Iterator[Line]:
    """Everything that is found, each portion in a transaction of its own."""
    after = None
    while True:
        with store.reading() as work:
            lines = work.search.find(wanted, after, _PORTION)
        yield from lines
        if len(lines) < _PORTION:
            return
        after = lines[-1].place


def _csv(store: Store, wanted: Wanted, columns: list[str]) -> Iterator[bytes]:
    """With a byte order mark, without which Excel takes Chinese for something else."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_COLUMNS[name][0].zh for name in columns])
    out.seek(0)
    yield b"\xef\xbb\xbf" + out.getvalue().encode()
    for line in _lines(store, wanted):
        out.seek(0)
        out.truncate()
        writer.writerow([csv_cell(_COLUMNS[name][1](line)) for name in columns])
        yield out.getvalue().encode("utf-8", "replace")


def csv_cell(value: Value) -> str:
    """Text that no spreadsheet takes for a formula, nor a long number for a number."""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    text = unturned(value)
    if text.startswith(_DANGEROUS):
        return f"'{text}"
    is_long = len(text) > 11 and text.isascii() and text.isdigit()
    return f"\t{text}" if is_long else text


def _json(store: Store, wanted: Wanted, _: list[str]) -> Iterator[bytes]:
    for line in _lines(store, wanted):
        yield (
            json.dumps(shown.line_json(line), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        )


def _xlsx(store: Store, wanted: Wanted, columns: list[str]) -> Iterator[bytes]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("发票")
    sheet.append([_COLUMNS[name][0].zh for name in columns])
    for line in _lines(store, wanted):
        row = []
        for name in columns:
            value = _COLUMNS[name][1](line)
            cell = WriteOnlyCell(sheet)
            if value is not None:
                fill_cell(cell, value)
            row.append(cell)
        sheet.append(row)
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


class Pipe(io.RawIOBase):
    """What a ZIP is written to, and taken from piece by piece."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _zip(store: Store, wanted: Wanted, columns: list[str]) -> Iterator[bytes]:
    """Each original once; index.csv says which file an invoice is in, and which are missing."""
    pipe = Pipe()
    names: dict[str, str] = {}
    with tempfile.TemporaryFile() as index, zipfile.ZipFile(pipe, "w") as archive:
        head = ["原件", *(_COLUMNS[name][0].zh for name in columns)]
        index.write(b"\xef\xbb\xbf" + _csv_line(head))
        for line in _lines(store, wanted):
            if line.document_sha256 not in names:
                names[line.document_sha256] = put_original(
                    store, archive, line.document_sha256, line.file
                )
                yield pipe.take()
            cells = [csv_cell(_COLUMNS[name][1](line)) for name in columns]
            index.write(_csv_line([names[line.document_sha256] or "（原件缺失）", *cells]))
        index.seek(0)
        with archive.open("index.csv", "w", force_zip64=True) as target:
            while chunk := index.read(_CHUNK):
                target.write(chunk)
                yield pipe.take()
    yield pipe.take()


def put_original(store: Store, archive: zipfile.ZipFile, sha256: str, file: str) -> str:
    """Put an original in under a harmless name; an empty name where there is none."""
    plain = shown.file_name(file)
    safe = "".join(c if c.isalnum() or c in _SAFE else "_" for c in plain)[-80:].lstrip(". ")
    name = str(PurePosixPath("originals", f"{sha256[:10]}-{safe}"))
    try:
        archive.writestr(name, store.originals.get(sha256))
    except StoreError:
        return ""
    return name


def _csv_line(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode("utf-8", "replace")


_MAKERS: dict[Kind, tuple[Callable[[Store, Wanted, list[str]], Iterator[bytes]], str]] = {
    Kind.XLSX: (_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Kind.CSV: (_csv, "text/csv; charset=utf-8"),
    Kind.JSON: (_json, "application/x-ndjson"),
    Kind.ZIP: (_zip, "application/zip"),
}
