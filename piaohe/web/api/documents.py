"""/v1: documents handed in, their originals and pictures; and reading without keeping."""

import contextlib
import io
import re
import threading
import time
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Header, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from PIL import Image

from models.document import Document
from models.errors import PiaoheError
from piaohe import version
from piaohe.access import Permission, Viewer
from piaohe.flow.states import Lane
from piaohe.store.reviews import Order, State
from piaohe.web.api.shapes import Capabilities, DocumentPage, DocumentShown, ManyTaken, PageShown
from piaohe.web.arrival import Busy, shown_name
from piaohe.web.drawing import NoPicture, PagePicture
from piaohe.web.guard import Needs
from piaohe.web.house import House, house_of
from piaohe.web.problems import Problem, refuses
from piaohe.web.render import lang_of
from piaohe.web.shown import disposition, from_cursor, state_of, to_cursor, upload_json

router = APIRouter(prefix="/v1", tags=["documents"])

Add = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_ADD))]
Own = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_OWN))]
Take = Annotated[Viewer, Depends(Needs(Permission.ORIGINALS))]
Anybody = Annotated[Viewer, Depends(Needs(Permission.ANYBODY))]

_HOUR = "private, max-age=3600, immutable"
MOST_FILES = 100
LONGEST_WAIT = 20
_ASK_SECONDS = 0.2
_waiting = threading.BoundedSemaphore(8)
"""Who waits keeps a thread from others, so few may; the rest is answered at once."""

Prefer = Annotated[
    str | None,
    Header(max_length=100, description=f"`wait=N`: seconds, {LONGEST_WAIT} at most."),
]
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}}}
_PNG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/png": {}}}}
_JPEG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}}}}


@router.get("/capabilities", response_model=Capabilities, tags=["about"])
def capabilities(request: Request, viewer: Anybody) -> dict[str, Any]:
    """What this installation takes, and what the caller may do."""
    house = house_of(request)
    terms = house.terms
    return {
        "version": version(),
        "limits": {
            "max_bytes": terms.max_bytes,
            "max_pages": terms.max_pages,
            "max_pixels": terms.max_pixels,
            "max_read_bytes": terms.max_read_bytes,
            "page_size": 200,
            "requests_per_minute": house.rates.per_minute,
            "event_streams": house.streams.most,
            "max_wait_seconds": LONGEST_WAIT,
        },
        "permissions": sorted(permission.value for permission in viewer.may),
        "orders": [order.value for order in Order],
        "states": [state.value for state in State],
    }


@router.post(
    "/documents",
    status_code=202,
    response_model=DocumentShown,
    responses={200: {"model": DocumentShown, "description": "It is read already"}},
)
@refuses({422: ("empty_file",), 429: ("too_many_waiting",)})
def upload(request: Request, viewer: Add, file: UploadFile, prefer: Prefer = None) -> JSONResponse:
    """Hand in a document, or a ZIP of them as it is. 202 while it waits to be read, 200 where its
    content is kept already; its id is its SHA-256, so the same content twice is one document and
    the request may be repeated. `Location` is where to ask for the result; with `Prefer: wait=N`
    the answer waits for that up to so many seconds."""
    house = house_of(request)
    receipt = accept(house, viewer, file)
    applied = _waited(house, viewer, receipt, prefer)
    with house.store.reading() as work:
        kept = work.uploads.get(receipt, viewer.id)
    if kept is None:
        raise Problem(404, "not_found")
    headers = {"Location": f"/v1/documents/{receipt}"} | applied
    status = 202 if state_of(kept) == "waiting" else 200
    return JSONResponse(upload_json(kept), status, headers)


@router.get("/documents", response_model=DocumentPage, response_model_exclude_unset=True)
def handed_in(
    request: Request,
    viewer: Own,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """What the caller handed in, the latest first: its state, and its invoices once it is read."""
    place = from_cursor(cursor, 1) if cursor else (None,)
    if place is None:
        raise Problem(422, "bad_cursor")
    with house_of(request).store.reading() as work:
        found = work.uploads.of(viewer.id, limit + 1, place[0])
        states = work.uploads.states([one.sha256 for one in found])
    more, found = len(found) > limit, found[:limit]
    items = [
        upload_json(one) | {"invoices": _invoices(states.get(one.sha256, []))} for one in found
    ]
    return {"items": items, "next": to_cursor(found[-1].sha256) if more else None}


@router.post("/documents/many", status_code=202, response_model=ManyTaken)
@refuses({422: ("empty_file",), 429: ("too_many_waiting",)})
def upload_many(
    request: Request, viewer: Add, file: Annotated[list[UploadFile], File(max_length=MOST_FILES)]
) -> dict[str, Any]:
    """Hand in several files in one request, which as a whole is no larger than one file may be.
    Each is told of by itself: those that cannot be taken do not keep the others from it."""
    house = house_of(request)
    lang, items = lang_of(request), []
    for one in file:
        told: dict[str, Any] = {"name": shown_name(one.filename or "")}
        try:
            receipt = accept(house, viewer, one)
            with house.store.reading() as work:
                kept = work.uploads.get(receipt, viewer.id)
            told["document"] = upload_json(kept) if kept else None
        except Problem as problem:
            told |= {"code": problem.code, "detail": problem.said(lang)}
        items.append(told)
    return {"items": items}


@router.get("/documents/{sha256}", response_model=DocumentShown, response_model_exclude_unset=True)
def document(
    request: Request, response: Response, viewer: Own, sha256: str, prefer: Prefer = None
) -> dict[str, Any]:
    """Where a document stands, and its invoices once it is read. With `Prefer: wait=N` the answer
    waits up to so many seconds for that."""
    house = house_of(request)
    check_may_see(house, viewer, sha256)
    response.headers.update(_waited(house, viewer, sha256, prefer))
    with house.store.reading() as work:
        kept = work.documents.get(sha256)
        handed_in = work.uploads.get(sha256, viewer.id) or work.uploads.get(sha256)
        states = work.uploads.states([sha256]).get(sha256, [])
    body: dict[str, Any] = {"id": sha256}
    if kept is not None:
        shown = {"status", "error", "notices", "attachments", "findings"}
        told = kept.model_dump(mode="json", include=shown)
        body |= {"state": kept.status.value} | told
    if handed_in is not None:
        body = upload_json(handed_in) | body | {"state": state_of(handed_in)}
    return body | {"invoices": _invoices(states)}


@router.get("/documents/{sha256}/original", response_class=Response, responses=_FILE)
@refuses({404: ("original_missing",)})
def original(request: Request, viewer: Take, sha256: str) -> Response:
    """The file as it came, to be saved: it is never shown as what it says it is."""
    house = house_of(request)
    check_may_see(house, viewer, sha256)
    with house.store.reading() as work:
        handed_in = work.uploads.get(sha256, viewer.id) or work.uploads.get(sha256)
    name = handed_in.name if handed_in else sha256[:12]
    return Response(
        house.store.originals.get(sha256),
        media_type="application/octet-stream",
        headers={"Content-Disposition": disposition(name), "Cache-Control": "private, no-cache"},
    )


@router.get("/documents/{sha256}/pages/{page}.png", response_class=Response, responses=_PNG)
@refuses({404: ("no_picture",)})
def page_png(request: Request, viewer: Own, sha256: str, page: int) -> Response:
    """A page's picture, exact; its longer side is 2,000 pixels at most."""
    shown = _page(request, viewer, sha256, page)
    return Response(shown.png, media_type="image/png", headers={"Cache-Control": _HOUR})


@router.get("/documents/{sha256}/pages/{page}.jpg", response_class=Response, responses=_JPEG)
@refuses({404: ("no_picture",)})
def page_jpeg(request: Request, viewer: Own, sha256: str, page: int) -> Response:
    """The same in fewer bytes."""
    shown = _page(request, viewer, sha256, page)
    out = io.BytesIO()
    with Image.open(io.BytesIO(shown.png), formats=["PNG"]) as image:
        image.save(out, "JPEG", quality=86)
    return Response(out.getvalue(), media_type="image/jpeg", headers={"Cache-Control": _HOUR})


@router.get("/documents/{sha256}/pages/{page}", response_model=PageShown)
@refuses({404: ("no_picture",)})
def page_size(request: Request, viewer: Own, sha256: str, page: int) -> dict[str, Any]:
    """A page's size in pixels, which all boxes refer to; and where its picture is."""
    shown = _page(request, viewer, sha256, page)
    return {
        "width": shown.width,
        "height": shown.height,
        "picture": f"/v1/documents/{sha256}/pages/{page}.jpg",
    }


@router.post("/read")
@refuses({422: ("empty_file",), 429: ("too_many_waiting",), 503: ("internal_error",)})
def read(request: Request, viewer: Add, file: UploadFile) -> Document:
    """Read a small document at once and keep nothing."""
    house = house_of(request)
    data = sent(file, house.terms.max_read_bytes)
    with at_once():
        return house.arrival.read(data, file.filename or "")


def accept(house: House, viewer: Viewer, file: UploadFile) -> str:
    """Take an uploaded file in; gives its SHA-256. Raises Problem 413, 422, 429."""
    data = sent(file, house.terms.max_bytes)
    try:
        # a person looks at the screen; a program hands in piles
        lane = Lane.PERSON if viewer.csrf is not None else Lane.BATCH
        return house.arrival.accept(data, file.filename or "", viewer.id, lane)
    except Busy as busy:
        raise too_busy(busy) from busy


def check_may_see(house: House, viewer: Viewer, sha256: str) -> None:
    """Raises Problem 404 for a document that is not there, or that somebody else handed in and no
    claim for the viewer holds."""
    with house.store.reading() as work:
        own = work.uploads.owns(viewer.id, sha256)
        every = Permission.DOCUMENTS_ALL in viewer.may
        if own or (every and (work.documents.get(sha256) or work.uploads.get(sha256))):
            return
        # whose expenses they are may see the papers
        if work.claims.shows(viewer.id, sha256):
            return
    raise Problem(404, "not_found")


def _invoices(states: list[tuple[str, str, str | None, str | None]]) -> list[dict[str, Any]]:
    return [
        {"id": id_, "status": status, "state": state or State.OPEN.value, "reason": reason}
        for id_, status, state, reason in states
    ]


def _waited(house: House, viewer: Viewer, sha256: str, prefer: str | None) -> dict[str, str]:
    """Wait until a document is read, as long as is asked for; gives the headers that say so."""
    wanted = re.search(r"(?:^|[,;\s])wait=([0-9]{1,6})(?:$|[,;\s])", prefer or "", re.ASCII)
    if wanted is None or not _waiting.acquire(blocking=False):
        return {}
    seconds = min(int(wanted[1]), LONGEST_WAIT)
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            with house.store.reading() as work:
                kept = work.uploads.get(sha256, viewer.id) or work.uploads.get(sha256)
            if kept is None or state_of(kept) != "waiting":
                break
            time.sleep(_ASK_SECONDS)
    finally:
        _waiting.release()
    return {"Preference-Applied": f"wait={seconds}"}


def sent(file: UploadFile, most: int) -> bytes:
    """What was sent as a file. Raises Problem 413 too_large, 422 empty_file."""
    data = file.file.read(most + 1)
    if len(data) > most:
        raise Problem(413, "too_large", max_bytes=most)
    if not data:
        raise Problem(422, "empty_file")
    return data


@contextlib.contextmanager
def at_once() -> Iterator[None]:
    """What keeps a file from being looked at now, as the answer to a request: 429, 503."""
    try:
        yield
    except Busy as busy:
        raise too_busy(busy) from busy
    except PiaoheError as error:
        raise Problem.of(503, error.record) from error


def too_busy(busy: Busy) -> Problem:
    return Problem(429, "too_many_waiting", headers={"Retry-After": str(busy.seconds)})


def _page(request: Request, viewer: Viewer, sha256: str, page: int) -> PagePicture:
    house = house_of(request)
    check_may_see(house, viewer, sha256)
    if not 0 <= page < house.terms.max_pages:
        raise Problem(404, "no_picture")
    try:
        return house.pictures.page(sha256, page)
    except NoPicture as error:
        raise Problem(404, "no_picture") from error
