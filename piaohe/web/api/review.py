"""/v1: what a reviewer does to whole invoices: twins, splitting, merging, and taking back."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from models.errors import UsageError
from models.geometry import Box
from piaohe.access import Permission, Viewer
from piaohe.matching.links import Decision
from piaohe.store import Work
from piaohe.store.reviews import Review
from piaohe.store.steps import Said
from piaohe.web.api.invoices import Change, IfMatch
from piaohe.web.api.once import Key
from piaohe.web.api.shapes import InvoiceShown, LedgerDone, SplitDone, Twins, Undone
from piaohe.web.guard import Needs
from piaohe.web.house import House, house_of
from piaohe.web.problems import Problem, refuses
from piaohe.web.render import lang_of
from piaohe.web.review import sheets
from piaohe.web.review.sheets import Pair
from piaohe.web.review.twins import twins_of
from piaohe.web.words import say

router = APIRouter(prefix="/v1", tags=["review"])

Own = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_OWN))]
Reviewer = Annotated[Viewer, Depends(Needs(Permission.REVIEW))]
Id = Annotated[str, Field(max_length=80)]
Side = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TwinSaid(_Body):
    """Whether another invoice is the same as this one (`same`: another shape of it, counted once)
    or an invoice of its own (`apart`)."""

    other: Id
    said: Said


class Splitting(_Body):
    """Where the further invoice is on the page: left, top, right, bottom in pixels."""

    region: tuple[Side, Side, Side, Side] | None = None


class Merging(_Body):
    """The invoice this one is a part of."""

    into: Id


class LedgerSaid(_Body):
    """Whether an entry of the ledger is this invoice's; `revoke` takes back what a person said of
    it and an entry, `entry` being the id of that."""

    entry: Annotated[str, Field(max_length=2000)]
    said: Literal["link", "unlink", "revoke"]
    reason: Annotated[str, Field(max_length=300)] = ""


@router.get("/invoices/{invoice_id}/twins", response_model=Twins)
def twins(request: Request, viewer: Own, invoice_id: str) -> dict[str, Any]:
    """Invoices that are the same or look it, with what differs; the gravest first."""
    house, lang = house_of(request), lang_of(request)
    with house.store.reading() as work:
        review = house.desk.seen(work, viewer, invoice_id)
        found = twins_of(work, viewer, review, lang)
    return {"items": [twin.as_json() for twin in found]}


@router.post("/invoices/{invoice_id}/twins", response_model=InvoiceShown)
@refuses({409: ("held", "decided"), 412: ("stale",), 422: ("same_invoice",)})
def say_twin(
    request: Request,
    viewer: Reviewer,
    invoice_id: str,
    body: TwinSaid,
    if_match: IfMatch = None,
    key: Key = None,
) -> JSONResponse:
    """Say of two invoices whether they are one. It is remembered, and both are judged anew."""
    house = house_of(request)

    def work_on(work: Work, review: Review) -> None:
        other = house.desk.seen(work, viewer, body.other)
        sheets.say(work, house.desk, viewer, Pair(review, other), body.said)

    return Change(house, viewer, invoice_id, body.model_dump_json()).done(if_match, key, work_on)


@router.post("/invoices/{invoice_id}/split", response_model=SplitDone)
@refuses({409: ("held", "decided", "too_many_invoices"), 412: ("stale",)})
def split(
    request: Request,
    viewer: Reviewer,
    invoice_id: str,
    body: Splitting,
    if_match: IfMatch = None,
    key: Key = None,
) -> JSONResponse:
    """Make an empty invoice for a further one on the same page. Its id is in `made`."""
    house = house_of(request)
    region = Box(*body.region) if body.region else None

    def work_on(work: Work, review: Review) -> None:
        sheets.split(work, house.desk, viewer, review, region)

    change = Change(house, viewer, invoice_id, f"split {body.model_dump_json()}")
    change.done(if_match, key, work_on)
    with house.store.reading() as work:
        count = len(work.invoices.of(invoice_id[:64]))
    made = house.desk.get(viewer, f"{invoice_id[:64]}-{count - 1}")
    return JSONResponse({"made": made.id, "version": made.version})


@router.post("/invoices/{invoice_id}/merge", response_model=InvoiceShown)
@refuses({409: ("held", "decided"), 412: ("stale",), 422: ("same_invoice",)})
def merge(
    request: Request,
    viewer: Reviewer,
    invoice_id: str,
    body: Merging,
    if_match: IfMatch = None,
    key: Key = None,
) -> JSONResponse:
    """Put this invoice's lines to another one it is a part of; it counts for nothing any more."""
    house = house_of(request)

    def work_on(work: Work, review: Review) -> None:
        main = house.desk.seen(work, viewer, body.into)
        called = main.invoice.number or main.id
        reason = say("review.merged", house.terms.language, name=called)
        sheets.merge(work, house.desk, viewer, Pair(review, main), reason)

    return Change(house, viewer, invoice_id, f"merge {body.into}").done(if_match, key, work_on)


@router.post("/invoices/{invoice_id}/ledger", response_model=LedgerDone)
@refuses({412: ("stale",), 422: ("no_such_link", "no_such_invoice", "no_such_entry")})
def say_ledger(
    request: Request,
    viewer: Reviewer,
    invoice_id: str,
    body: LedgerSaid,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    """Say which entry of the ledger is this invoice's, or is not; it outranks what was found."""
    house = house_of(request)
    review = house.desk.get(viewer, invoice_id)
    Change(house, viewer, invoice_id, "").check_version(review, if_match)
    decision = Decision(invoice_id, body.entry, house.clock(), viewer.id, body.reason)
    desk = house.linking()
    try:
        if body.said == "revoke":
            _check_own_link(house, review, body.entry)
            match = desk.revoke(int(body.entry), decision)
        else:
            match = desk.link(decision) if body.said == "link" else desk.unlink(decision)
    except UsageError as error:
        raise Problem.of(422, error.record) from error
    version = house.desk.get(viewer, invoice_id).version
    return {"version": version, "match": match.model_dump(mode="json") if match else None}


def _check_own_link(house: House, review: Review, link: str) -> None:
    """Raises Problem 422 where the link is not one of the invoice's."""
    with house.store.reading() as work:
        own = {str(one.id) for one in work.links.of(review.invoice.key or review.id)}
    if link not in own:
        raise Problem(422, "no_such_link")


@router.post("/steps/{step_id}/undo", response_model=Undone)
@refuses({409: ("nothing_to_undo",)})
def undo(
    request: Request, viewer: Reviewer, step_id: Annotated[int, Path(ge=1, le=2**53)]
) -> dict[str, Any]:
    """Take back the last step of the caller; 409 where it was not the last, or where somebody
    changed any of it since."""
    house = house_of(request)
    with house.store.unit_of_work() as work:
        step = sheets.undo(work, house.desk, viewer, step_id)
        there = work.reviews.get(step.invoice_id) is not None
    invoice = step.invoice_id if there else f"{step.invoice_id[:64]}-0"
    return {"what": step.what, "invoice": invoice}
