"""The page of one's own documents."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from models.batch import LONGEST_NAME
from models.errors import ErrorRecord
from piaohe.access import Permission, Viewer
from piaohe.flow.states import CANCELLABLE, RETRIABLE
from piaohe.store import Work
from piaohe.store.uploads import Upload
from piaohe.web import shown
from piaohe.web.api.documents import accept, check_may_see
from piaohe.web.api.samples import offered, samples
from piaohe.web.guard import FormNeeds, Needs
from piaohe.web.house import house_of
from piaohe.web.pages.capture import result_of
from piaohe.web.render import lang_of, page
from piaohe.web.words import say
from piaohe.web.words.capture import SCRIPT

router = APIRouter(include_in_schema=False)

Own = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_OWN))]
AddByForm = Annotated[Viewer, Depends(FormNeeds(Permission.DOCUMENTS_ADD))]


@router.get("/")
def home(request: Request, viewer: Own) -> HTMLResponse:
    return page(request, "home.html", longest=LONGEST_NAME, **_documents(request, viewer))


@router.get("/documents/rows")
def rows(request: Request, viewer: Own) -> HTMLResponse:
    """The table alone, for a page that watches its documents being read."""
    return page(request, "_documents.html", **_documents(request, viewer))


@router.get("/documents/{sha256}")
def document(request: Request, viewer: Own, sha256: str) -> HTMLResponse:
    """One document: its picture, what was read, and what its owner may correct."""
    house = house_of(request)
    check_may_see(house, viewer, sha256)
    with house.store.reading() as work:
        upload = work.uploads.get(sha256, viewer.id) or work.uploads.get(sha256)
        note = work.notes.get(sha256, viewer.id)
        ids = work.uploads.states([sha256]).get(sha256, [])
        pages = {review.invoice.page for one in ids if (review := work.reviews.get(one[0]))}
    lang = lang_of(request)
    return page(
        request,
        "document.html",
        upload=upload,
        note=note,
        pages=sorted(number for number in pages if number is not None),
        texts={key: say(key, lang) for key in SCRIPT},
        **result_of(request, viewer, sha256),
    )


@router.post("/upload")
def upload(request: Request, viewer: AddByForm, file: list[UploadFile]) -> RedirectResponse:
    """What the page does without scripts."""
    for one in file:
        accept(house_of(request), viewer, one)
    return RedirectResponse("/", 303)


def _documents(request: Request, viewer: Viewer) -> dict[str, Any]:
    house = house_of(request)
    with house.store.reading() as work:
        uploads = work.uploads.of(viewer.id)
        contents = [upload.sha256 for upload in uploads]
        states = work.uploads.states(contents)
        notes = work.notes.of(contents, viewer.id)
        why = {one.sha256: _why(work, one) for one in uploads if one.error}
        free = not uploads and offered(work, viewer)
    lang = lang_of(request)
    documents = [
        {
            "upload": upload,
            "state": _state(upload),
            "sample": upload.sha256 in samples(),
            "cancellable": upload.arrival in CANCELLABLE and upload.status is None,
            "retriable": upload.arrival in RETRIABLE,
            "note": notes.get(upload.sha256),
            "why": why.get(upload.sha256),
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
        "offered": free,
        "sampled": any(document["sample"] for document in documents),
        "mib": house.terms.max_bytes // (1024 * 1024),
        "most": house.terms.max_bytes,
        "texts": {key: say(key, lang) for key in SCRIPT},
        "viewer": viewer,
    }


def _state(upload: Upload) -> str:
    """What stands under State; that somebody else was first is said as such."""
    return "twice" if upload.error == "handed_in_before" else shown.state_of(upload)


def _why(work: Work, upload: Upload) -> ErrorRecord | None:
    """Why a document was not taken: what reading it said, else what became of it on its way."""
    document = work.documents.get(upload.sha256)
    if document is not None and document.error is not None:
        return document.error
    arrival = work.arrivals.find(upload.sha256, str(upload.person_id))
    return arrival.error if arrival else None
