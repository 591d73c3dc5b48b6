"""The pages: documents, the review queue, one review, finding."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from models.finding import Status
from models.invoice import FieldName
from piaohe.access import Permission, Viewer
from piaohe.report import words as called
from piaohe.store.people import Audit
from piaohe.store.reviews import Line, Order, Review, State, Wanted
from piaohe.web import shown
from piaohe.web.api_documents import accept
from piaohe.web.api_invoices import Filters
from piaohe.web.guard import FormNeeds, Needs
from piaohe.web.house import House, house_of
from piaohe.web.render import lang_of, page
from piaohe.web.words import WORDS, say

router = APIRouter(include_in_schema=False)

Own = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_OWN))]
AddByForm = Annotated[Viewer, Depends(FormNeeds(Permission.DOCUMENTS_ADD))]
Reviewer = Annotated[Viewer, Depends(Needs(Permission.REVIEW))]

PAGE = 50
_MOST_OFFSET = 10_000
_JS = (
    "js.sending",
    "js.sent",
    "js.known",
    "js.failed",
    "js.wait",
    "review.done",
    "review.stale",
    "review.theirs",
    "review.signedout",
    "review.offline",
    "review.broken",
    "review.unsaved",
    "problem.reason_missing",
)


@router.get("/")
def home(request: Request, viewer: Own) -> HTMLResponse:
    return page(request, "home.html", **_documents(request, viewer))


@router.get("/documents/rows")
def rows(request: Request, viewer: Own) -> HTMLResponse:
    """The table alone, for a page that watches its documents being read."""
    return page(request, "_documents.html", **_documents(request, viewer))


@router.post("/upload")
def upload(request: Request, viewer: AddByForm, file: list[UploadFile]) -> RedirectResponse:
    """What the page does without scripts."""
    for one in file:
        accept(house_of(request), viewer, one)
    return RedirectResponse("/", 303)


@router.get("/review")
def queue(
    request: Request,
    viewer: Reviewer,
    filters: Annotated[Filters, Query()],
) -> HTMLResponse:
    house = house_of(request)
    wanted = filters.of(viewer).model_copy(update={"queue": True})
    offset = _offset(filters.cursor)
    with house.store.reading() as work:
        lines = work.reviews.queue(wanted, filters.order, offset, PAGE + 1)
        count = work.reviews.count(wanted)
        names = work.people.names()
    after = shown.to_cursor(str(offset + PAGE)) if len(lines) > PAGE else None
    before = shown.to_cursor(str(max(0, offset - PAGE))) if offset else None
    return page(
        request,
        "queue.html",
        lines=[_line(line, names, (house, viewer)) for line in lines[:PAGE]],
        count=count,
        filters=filters,
        orders=list(Order),
        statuses=list(Status),
        states=(State.OPEN, State.CHECKED),
        after=after,
        before=before,
        viewer=viewer,
    )


@router.get("/review/{invoice_id}")
def review(
    request: Request, viewer: Reviewer, invoice_id: str, order: Order = Order.RISK
) -> HTMLResponse:
    house, lang = house_of(request), lang_of(request)
    found = house.desk.get(viewer, invoice_id)
    with house.store.reading() as work:
        history = work.audits.of(invoice_id)
        names = work.people.names()
        follow = work.reviews.queue(Wanted(queue=True), order, 0, 5)
    after = next(
        (line for line in follow if line.id != invoice_id and not _busy(line, viewer)), None
    )
    with house.store.reading() as work:
        next_review = work.reviews.get(after.id) if after else None
    return page(
        request,
        "review.html",
        review=found,
        invoice=found.invoice,
        rows=shown.rows_of(found, lang),
        findings=shown.findings_of(found),
        region=shown.region_of(found),
        picture=_picture(found),
        following=after,
        next_picture=_picture(next_review) if next_review else "",
        order=order,
        history=[_told(audit, lang) for audit in history],
        names=names,
        texts={key: say(key, lang) for key in _JS},
        viewer=viewer,
    )


@router.get("/search")
def search(request: Request, viewer: Own, filters: Annotated[Filters, Query()]) -> HTMLResponse:
    found = _found(request, viewer, filters)
    return page(request, "search.html", viewer=viewer, **found)


@router.get("/search/rows")
def search_rows(
    request: Request, viewer: Own, filters: Annotated[Filters, Query()]
) -> HTMLResponse:
    """The lines alone, while somebody types."""
    return page(request, "_lines.html", viewer=viewer, **_found(request, viewer, filters))


def _found(request: Request, viewer: Viewer, filters: Filters) -> dict[str, Any]:
    house = house_of(request)
    cursor = shown.from_cursor(filters.cursor, 2) if filters.cursor else None
    after = (cursor[0], cursor[1]) if cursor else None
    with house.store.reading() as work:
        lines = work.reviews.find(filters.of(viewer), after, PAGE + 1)
        names = work.people.names()
    last = lines[PAGE - 1] if len(lines) > PAGE else None
    return {
        "lines": [_line(line, names, (house, viewer)) for line in lines[:PAGE]],
        "filters": filters,
        "after": shown.to_cursor(last.received_at.isoformat(), last.id) if last else None,
    }


def _documents(request: Request, viewer: Viewer) -> dict[str, Any]:
    house = house_of(request)
    with house.store.reading() as work:
        uploads = work.uploads.of(viewer.id)
        states = work.uploads.states([upload.sha256 for upload in uploads])
    lang = lang_of(request)
    documents = [
        {
            "upload": upload,
            "state": shown.state_of(upload),
            "invoices": [
                {"id": id_, "status": status, "state": state, "reason": reason}
                for id_, status, state, reason in states.get(upload.sha256, [])
            ],
        }
        for upload in uploads
    ]
    return {
        "documents": documents,
        "waiting": any(document["state"] == "waiting" for document in documents),
        "mib": house.terms.max_bytes // (1024 * 1024),
        "texts": {key: say(key, lang) for key in _JS},
        "viewer": viewer,
    }


def _line(line: Line, names: dict[int, str], at: tuple[House, Viewer]) -> dict[str, Any]:
    """A line, and who else has it at hand."""
    house, viewer = at
    held = line.held_until is not None and line.held_until > house.clock() and _busy(line, viewer)
    return {"it": line, "holder": names.get(line.holder_id or 0) if held else None}


def _busy(line: Line, viewer: Viewer) -> bool:
    return line.holder_id not in (None, viewer.id)


def _picture(review: Review) -> str:
    """Where the size and the picture of the invoice's page are; empty where no page shows it."""
    if review.invoice.page is None:
        return ""
    return f"/v1/documents/{review.document_sha256}/pages/{review.invoice.page}"


def _told(audit: Audit, lang: str) -> dict[str, Any]:
    """A line of the history: who did what, and each value with the one before."""
    key = f"audit.{audit.what}"
    before, after = audit.before or {}, audit.after or {}
    fields = {name.value for name in FieldName}
    changes = [
        (called.field_called(name).say(lang), before.get(name), after[name])
        for name in after
        if name in fields
    ]
    return {
        "at": audit.at,
        "who": audit.person or "—",
        "what": say(key, lang) if key in WORDS else audit.what,
        "changes": changes,
        "reason": after.get("reason"),
    }


def _offset(cursor: str | None) -> int:
    found = shown.from_cursor(cursor, 1) if cursor else None
    text = found[0] if found else "0"
    return min(int(text), _MOST_OFFSET) if text.isascii() and text.isdigit() else 0
