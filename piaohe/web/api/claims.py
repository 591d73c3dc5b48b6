"""/v1: reimbursement claims made, filled, handed in and decided on; and what input tax is worth."""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

import validate
from models.eligibility import Eligibility
from piaohe.access import Permission, Viewer
from piaohe.claims import Deed, Folder, known_of
from piaohe.claims.counter import LONGEST_REASON
from piaohe.matching.kept import record_of
from piaohe.store import Work
from piaohe.store.claims import Paper, Stage, Stated, Wanted
from piaohe.web.api.once import Key, Once
from piaohe.web.api.shapes import ClaimPage, ClaimShown, EligibilityShown, History
from piaohe.web.claims_told import claim_json, eligibility_json, refusing
from piaohe.web.guard import Needs
from piaohe.web.house import House, house_of
from piaohe.web.problems import Problem, refuses
from piaohe.web.shown import from_cursor, to_cursor

router = APIRouter(prefix="/v1", tags=["claims"])

Own = Annotated[Viewer, Depends(Needs(Permission.CLAIMS_OWN))]
Everyones = Annotated[Viewer, Depends(Needs(Permission.CLAIMS_ALL))]
Documents = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_OWN))]
IfMatch = Annotated[str | None, Header()]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Decision(_Body):
    """`reason` is for the submitter, and needed to return a claim."""

    verdict: Deed
    reason: str = Field("", max_length=LONGEST_REASON)


class Order(StrEnum):
    """newest: made last first; waiting: of those handed in, the one that waits longest first."""

    NEWEST = "newest"
    WAITING = "waiting"


class Filters(_Body):
    """Which claims. `everyones`: not only one's own, where one may see them; `state` may be given
    several times."""

    everyones: bool = False
    state: list[Stage] = Field(default_factory=list, max_length=len(Stage))
    order: Order = Order.NEWEST
    cursor: str | None = Field(None, max_length=200)
    limit: int = Field(50, ge=1, le=200)


@router.get("/claims", response_model=ClaimPage)
@refuses({403: ("not_allowed",)})
def claims(request: Request, viewer: Own, wanted: Annotated[Filters, Query()]) -> dict[str, Any]:
    """A page of claims: one's own, and those others handed in for one, which `made_by` tells and
    only they can change. `count` is of all there are, `next` the cursor of the page after."""
    if wanted.everyones and Permission.CLAIMS_ALL not in viewer.may:
        raise Problem(403, "not_allowed", needs=Permission.CLAIMS_ALL.value)
    stages = tuple(wanted.state)
    if wanted.everyones:
        # drafts are their person's own
        stages = stages or tuple(stage for stage in Stage if stage is not Stage.DRAFT)
    last = _id_of(wanted.cursor) if wanted.cursor else None
    query = Wanted(
        party=None if wanted.everyones else viewer.id,
        stages=stages,
        handed_in=wanted.everyones or wanted.order is Order.WAITING,
    )
    newest = wanted.order is Order.NEWEST
    with house_of(request).store.reading() as work:
        found = work.claims.find(query, last, wanted.limit + 1, newest=newest)
        count = work.claims.count(query)
        names = work.people.names()
    more, found = len(found) > wanted.limit, found[: wanted.limit]
    items = [
        {
            "id": sheet.id,
            "person": names.get(sheet.claimant_id),
            "made_by": names.get(sheet.person_id),
            "state": sheet.stage.value,
            "purpose": sheet.stated.purpose,
            "made_at": sheet.made_at.isoformat(),
            "submitted_at": sheet.submitted_at.isoformat() if sheet.submitted_at else None,
            "total_fen": sheet.total_fen,
        }
        for sheet in found
    ]
    following = to_cursor(str(found[-1].id)) if more else None
    return {"items": items, "count": count, "next": following}


@router.post("/claims", status_code=201, response_model=ClaimShown)
@refuses({422: ("claim_for",)})
def make(request: Request, viewer: Own, body: Stated, key: Key = None) -> JSONResponse:
    """Begin a claim; what is stated may be empty and changed later."""
    house = house_of(request)
    once = Once(house, viewer, key, f"claims\nmake\n{body.model_dump_json()}")
    with refusing(), house.store.unit_of_work() as work:
        known = once.known(work)
        if known is not None:
            return _answer(known, 201)
        claim_id = house.claims.make(work, viewer, body)
        told = claim_json(house.claims.context, house.claims.seen(work, viewer, claim_id))
        once.keep(work, told)
    return _answer(told, 201)


@router.get("/claims/{claim_id}", response_model=ClaimShown)
def claim(request: Request, viewer: Own, claim_id: int) -> JSONResponse:
    """A claim with its documents, its sums, what the rules found and what is missing."""
    house = house_of(request)
    with refusing(), house.store.reading() as work:
        return _answer(claim_json(house.claims.context, house.claims.seen(work, viewer, claim_id)))


@router.get("/claims/{claim_id}/history", response_model=History)
def history(request: Request, viewer: Own, claim_id: int) -> dict[str, Any]:
    """Who did what to it, with what was before and after."""
    house = house_of(request)
    with refusing(), house.store.reading() as work:
        house.claims.seen(work, viewer, claim_id)
        found = work.audits.of(f"claim:{claim_id}")
    return {"items": [audit.model_dump(mode="json") for audit in found]}


@router.patch("/claims/{claim_id}", response_model=ClaimShown)
@refuses({409: ("claim_closed",), 412: ("claim_stale",), 422: ("claim_for",)})
def change(
    request: Request,
    viewer: Own,
    claim_id: int,
    body: Stated,
    if_match: IfMatch = None,
    key: Key = None,
) -> JSONResponse:
    """State something else; what is left out stays. If-Match names the version that was seen."""
    house = house_of(request)

    def work_on(work: Work, folder: Folder) -> None:
        told = body.model_dump(exclude_unset=True)
        stated = Stated.model_validate(folder.sheet.stated.model_dump() | told)
        house.claims.state(work, viewer, folder, stated)

    text = body.model_dump_json(exclude_unset=True)
    return _changed((house, viewer, claim_id), (if_match, key, text), work_on)


@router.put("/claims/{claim_id}/papers", response_model=ClaimShown)
@refuses(
    {409: ("claim_closed", "claim_full", "invoice_taken", "invoice_refused"), 412: ("claim_stale",)}
)
def put(
    request: Request,
    viewer: Own,
    claim_id: int,
    body: Paper,
    if_match: IfMatch = None,
    key: Key = None,
) -> JSONResponse:
    """Add a document one handed in, or state something else of it; 409 with who has its invoice
    and since when, where another claim has it."""
    house = house_of(request)

    def work_on(work: Work, folder: Folder) -> None:
        house.claims.put(work, viewer, folder, body)

    return _changed((house, viewer, claim_id), (if_match, key, body.model_dump_json()), work_on)


@router.delete("/claims/{claim_id}/papers/{sha256}", response_model=ClaimShown)
@refuses({409: ("claim_closed",), 412: ("claim_stale",)})
def take_out(
    request: Request,
    viewer: Own,
    claim_id: int,
    sha256: str,
    if_match: IfMatch = None,
    key: Key = None,
) -> JSONResponse:
    """Take a document out again."""
    house = house_of(request)

    def work_on(work: Work, folder: Folder) -> None:
        house.claims.take_out(work, viewer, folder, sha256)

    return _changed((house, viewer, claim_id), (if_match, key, f"-{sha256}"), work_on)


@router.post("/claims/{claim_id}/check", response_model=ClaimShown)
@refuses({409: ("claim_closed",), 412: ("claim_stale",)})
def check(request: Request, viewer: Own, claim_id: int) -> JSONResponse:
    """Judge its invoices anew, such as after a document of it was read."""
    house = house_of(request)
    with refusing(), house.store.unit_of_work() as work:
        house.claims.look_through(work, viewer, claim_id)
        return _answer(claim_json(house.claims.context, house.claims.seen(work, viewer, claim_id)))


@router.post("/claims/{claim_id}/submit", response_model=ClaimShown)
@refuses(
    {
        409: ("claim_closed", "claim_incomplete", "claim_step", "invoice_taken", "invoice_refused"),
        412: ("claim_stale",),
        422: ("claim_for",),
    }
)
def submit(
    request: Request, viewer: Own, claim_id: int, if_match: IfMatch = None, key: Key = None
) -> JSONResponse:
    """Hand it in; 409 claim_incomplete says what is missing."""
    house = house_of(request)

    def work_on(work: Work, folder: Folder) -> None:
        house.claims.submit(work, viewer, folder)

    return _changed((house, viewer, claim_id), (if_match, key, "submit"), work_on)


@router.post("/claims/{claim_id}/withdraw", response_model=ClaimShown)
@refuses({409: ("claim_closed", "claim_step"), 412: ("claim_stale",)})
def withdraw(
    request: Request, viewer: Own, claim_id: int, if_match: IfMatch = None, key: Key = None
) -> JSONResponse:
    """Take it back for good; its invoices are free for another claim."""
    house = house_of(request)

    def work_on(work: Work, folder: Folder) -> None:
        house.claims.withdraw(work, viewer, folder)

    return _changed((house, viewer, claim_id), (if_match, key, "withdraw"), work_on)


@router.post("/claims/{claim_id}/decision", response_model=ClaimShown)
@refuses(
    {
        403: ("not_allowed",),
        409: (
            "claim_step",
            "claim_own",
            "claim_closed",
            "claim_incomplete",
            "invoice_refused",
            "invoice_taken",
            "second_person",
        ),
        412: ("claim_stale",),
        422: ("reason_missing", "claim_for"),
    }
)
def decide(
    request: Request,
    viewer: Everyones,
    claim_id: int,
    body: Decision,
    if_match: IfMatch = None,
    key: Key = None,
) -> JSONResponse:
    """Accept it, return it with a reason (claims.check); note it as paid or exported
    (claims.pay)."""
    house = house_of(request)

    def work_on(work: Work, folder: Folder) -> None:
        house.claims.decide(work, viewer, folder, (body.verdict, body.reason))

    return _changed((house, viewer, claim_id), (if_match, key, body.model_dump_json()), work_on)


@router.get("/invoices/{invoice_id}/eligibility", response_model=EligibilityShown)
def invoice_eligibility(request: Request, viewer: Documents, invoice_id: str) -> dict[str, Any]:
    """How much input tax of an invoice may be credited, why, and what is still to be shown; with
    what its claim says, where one has it."""
    house = house_of(request)
    review = house.desk.get(viewer, invoice_id)
    with house.store.reading() as work:
        return eligibility_json(eligibility_of(work, house.claims.context, review.id))


def eligibility_of(work: Work, context: validate.Context, invoice_id: str) -> Eligibility:
    """Whether the input tax of a kept invoice may be credited, its claim taken into account.

    Raises Problem 404 for one that is not kept.
    """
    invoice = work.invoices.get(invoice_id)
    if invoice is None:
        raise Problem(404, "not_found")
    claim, record = known_of(work, invoice_id), record_of(work, invoice_id)
    return validate.eligibility(invoice, replace(context, claim=claim, record=record))


def _changed(
    at: tuple[House, Viewer, int],
    asked: tuple[str | None, str | None, str],
    work_on: Callable[[Work, Folder], None],
) -> JSONResponse:
    """Change a claim, never one that was not seen; `asked` is (If-Match, key, what)."""
    (house, viewer, claim_id), (if_match, key, text) = at, asked
    once = Once(house, viewer, key, f"claims\n{claim_id}\n{text}")
    with refusing(), house.store.unit_of_work() as work:
        known = once.known(work)
        if known is not None:
            return _answer(known)
        work_on(work, house.claims.for_change(work, viewer, claim_id, if_match))
        told = claim_json(house.claims.context, house.claims.seen(work, viewer, claim_id))
        once.keep(work, told)
    return _answer(told)


def _answer(body: dict[str, Any], status: int = 200) -> JSONResponse:
    return JSONResponse(body, status, headers={"ETag": f'"{body["version"]}"'})


def _id_of(cursor: str) -> int:
    found = from_cursor(cursor, 1)
    text = found[0] if found else ""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Problem(422, "bad_cursor")
    return int(text)
