"""The page of one's own documents."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from piaohe.access import Permission, Viewer
from piaohe.web import shown
from piaohe.web.api.documents import accept
from piaohe.web.guard import FormNeeds, Needs
from piaohe.web.house import house_of
from piaohe.web.render import lang_of, page
from piaohe.web.words import say
from piaohe.web.words.capture import SCRIPT

router = APIRouter(include_in_schema=False)

Own = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_OWN))]
AddByForm = Annotated[Viewer, Depends(FormNeeds(Permission.DOCUMENTS_ADD))]


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


def _documents(request: Request, viewer: Viewer) -> dict[str, Any]:
    house = house_of(request)
    with house.store.reading() as work:
        uploads = work.uploads.of(viewer.id)
        contents = [upload.sha256 for upload in uploads]
        states = work.uploads.states(contents)
        notes = work.notes.of(contents, viewer.id)
        failed = [work.documents.get(upload.sha256) for upload in uploads if upload.error]
    lang = lang_of(request)
    why = {one.sha256: one.error for one in failed if one is not None and one.error is not None}
    documents = [
        {
            "upload": upload,
            "state": shown.state_of(upload),
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
        "mib": house.terms.max_bytes // (1024 * 1024),
        "most": house.terms.max_bytes,
        "texts": {key: say(key, lang) for key in SCRIPT},
        "viewer": viewer,
    }
