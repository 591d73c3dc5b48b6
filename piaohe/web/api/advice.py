"""/v1: what to do about a file, before it is handed in and after it was read."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, UploadFile

from piaohe.access import Permission, Viewer
from piaohe.web.advised import known_of
from piaohe.web.api.documents import at_once, check_may_see, sent
from piaohe.web.api.shapes import AdviceShown, SentenceShown
from piaohe.web.guard import Needs
from piaohe.web.house import house_of
from piaohe.web.problems import refuses

router = APIRouter(prefix="/v1", tags=["documents"])

Add = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_ADD))]
Own = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_OWN))]


@router.post("/advice", response_model=AdviceShown)
@refuses({422: ("empty_file",), 429: ("too_many_waiting",), 503: ("internal_error",)})
def advise(request: Request, viewer: Add, file: UploadFile) -> dict[str, Any]:
    """What can be said of a file without reading it, to be asked before it is handed in; nothing
    is kept. `bad` with `problems`: it cannot be read; `warn`: its picture is blurred, dark, cut
    off, covered, too small or in glare, and `notices` says what to do."""
    house = house_of(request)
    data = sent(file, house.terms.max_read_bytes)
    with at_once():
        told = house.arrival.advise(data, file.filename or "")
    worth = any(one.code.startswith("picture_") for one in told.notices)
    level = "bad" if told.problems else "warn" if worth else "ok"
    return {"level": level, **told.model_dump(mode="json")}


@router.get("/documents/{sha256}/advice", response_model=SentenceShown)
def said(request: Request, viewer: Own, sha256: str) -> dict[str, Any]:
    """The one sentence of what to do about a document: nothing, look at a field, correct it, take
    another picture. `waiting` until it is read."""
    house = house_of(request)
    check_may_see(house, viewer, sha256)
    known = known_of(house, viewer, sha256)
    chinese, english = known.sentence("zh"), known.sentence("en")
    if chinese is None or english is None:
        return {"level": "waiting", "message": None, "message_en": None}
    return {"level": chinese[0], "message": chinese[1], "message_en": english[1]}
