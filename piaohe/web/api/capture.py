"""/v1: what whoever hands a document in may add to it: its purpose, and corrections."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

import validate
from piaohe.access import Permission, Viewer
from piaohe.store import Work
from piaohe.store.reviews import Review, State
from piaohe.web.api.invoices import Change, Corrections, IfMatch
from piaohe.web.api.once import Key
from piaohe.web.api.shapes import Hints, InvoiceShown
from piaohe.web.guard import Needs
from piaohe.web.house import house_of
from piaohe.web.problems import Problem, refuses
from piaohe.web.shown import ZONE

router = APIRouter(prefix="/v1", tags=["documents"])

Own = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_OWN))]
Anybody = Annotated[Viewer, Depends(Needs(Permission.ANYBODY))]

LONGEST_NOTE = 500


class Note(BaseModel):
    """What a document is about, in the words of whoever handed it in; empty takes it away."""

    model_config = ConfigDict(extra="forbid")

    note: str = Field(max_length=LONGEST_NOTE)


@router.post("/check-fields", response_model=Hints)
def check_fields(request: Request, viewer: Anybody, body: validate.Typed) -> dict[str, Any]:
    """What is to be said of one field or several while they are typed; nothing is looked up and
    nothing is kept. `suggestion` stands where exactly one value would fit."""
    today = house_of(request).clock().astimezone(ZONE).date()
    found = validate.check_fields(body, today)
    return {"items": [hint.model_dump(mode="json") for hint in found]}


@router.get("/documents/{sha256}/note")
def note(request: Request, viewer: Own, sha256: str) -> Note:
    """What the caller said with a document they handed in."""
    house = house_of(request)
    with house.store.reading() as work:
        _check_owner(work, viewer, sha256)
        return Note(note=work.notes.get(sha256, viewer.id))


@router.put("/documents/{sha256}/note")
def set_note(request: Request, viewer: Own, sha256: str, body: Note) -> Note:
    """Say what a document is about that the caller handed in."""
    house = house_of(request)
    said, now = body.note.strip(), house.clock()
    with house.store.unit_of_work() as work:
        _check_owner(work, viewer, sha256)
        before = work.notes.get(sha256, viewer.id)
        if said != before:
            work.notes.put(sha256, viewer.id, said, now)
            change = ({"note": before or None}, {"note": said or None})
            work.audits.add(now, viewer.id, "document.noted", sha256, change)
    return Note(note=said)


@router.post("/invoices/{invoice_id}/own-corrections", response_model=InvoiceShown)
@refuses({409: ("held", "decided"), 412: ("stale",), 422: ("unusable_value",)})
def correct_own(
    request: Request,
    viewer: Own,
    invoice_id: str,
    body: Corrections,
    if_match: IfMatch = None,
    key: Key = None,
) -> JSONResponse:
    """Correct what was read of a document the caller handed in, while nobody decided on it, or
    after it was returned: then it is handed in again. What they type is evidence like any other; a
    second person then has to accept the invoice.

    If-Match names the version that was seen; 412 with both versions where there is another."""
    house = house_of(request)

    def work_on(work: Work, review: Review) -> None:
        _check_owner(work, viewer, review.document_sha256)
        if review.state is not State.OPEN:
            review = house.desk.hand_in_again(work, viewer, review)
        house.desk.correct(work, viewer, review, body.fields)

    change = Change(house, viewer, invoice_id, body.model_dump_json())
    change.typed = body.fields
    return change.done(if_match, key, work_on)


def _check_owner(work: Work, viewer: Viewer, sha256: str) -> None:
    if not work.uploads.owns(viewer.id, sha256):
        # somebody else's is not there, as everywhere
        raise Problem(404, "not_found")
