"""/v1: invoices found, corrected and decided on."""

import hashlib
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.invoice import FieldName, Invoice
from models.text import money
from piaohe.access import Permission, Viewer
from piaohe.store import Work
from piaohe.store.people import Reply
from piaohe.store.reviews import Review
from piaohe.web.api.once import Key
from piaohe.web.api.shapes import Held, Hints, History, InvoicePage, InvoiceShown
from piaohe.web.filters import Filters, place_of
from piaohe.web.guard import Needs
from piaohe.web.house import House, house_of
from piaohe.web.meant import instead
from piaohe.web.problems import Problem, refuses
from piaohe.web.review.corrections import LONGEST, hints, shown
from piaohe.web.review.desk import Verdict
from piaohe.web.review.details import More, line_said, sums
from piaohe.web.shown import ZONE, line_json, review_json, to_cursor

router = APIRouter(prefix="/v1", tags=["invoices"])

Own = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_OWN))]
Reviewer = Annotated[Viewer, Depends(Needs(Permission.REVIEW))]
IfMatch = Annotated[str | None, Header()]
Text = Annotated[str, Field(max_length=LONGEST)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Corrections(_Body):
    """Field -> value as typed; an empty text takes the value away. Of an invoice that was returned
    nothing need be corrected to hand it in again."""

    fields: dict[FieldName, Text] = Field(default_factory=dict)


class Amendments(More):
    """What is corrected at once: fields as in `Corrections`, and the rest. What is not named stays
    as it is; `items` are all lines, in their order."""

    fields: dict[FieldName, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _something(self) -> "Amendments":
        if not self.fields and self.more == More():
            raise ValueError("nothing is corrected")
        return self

    @property
    def more(self) -> More:
        """What is corrected besides the fields."""
        return More.model_validate(self.model_dump(exclude={"fields"}))


class Decision(_Body):
    """`reason` is for the submitter, and needed for return and reject."""

    verdict: Verdict
    reason: Text = ""


@router.get("/invoices", response_model=InvoicePage)
def invoices(
    request: Request,
    viewer: Own,
    wanted: Annotated[Filters, Query()],
) -> dict[str, Any]:
    """A page of invoices, the latest received first whatever `order` says: that is the order of
    the page of reviews. `next` is the cursor of the page after."""
    house = house_of(request)
    asked, after = wanted.of(viewer), place_of(wanted.cursor)
    with house.store.reading() as work:
        lines = work.search.find(asked, after, wanted.limit + 1)
        other = instead(work, asked) if not lines and after is None else None
    more, lines = len(lines) > wanted.limit, lines[: wanted.limit]
    cursor = to_cursor(str(lines[-1].place)) if more else None
    items = [line_json(line) for line in lines]
    return {"items": items, "next": cursor, "instead": other.q if other else None}


@router.get("/invoices/{invoice_id}", response_model=InvoiceShown)
def invoice(request: Request, viewer: Own, invoice_id: str) -> JSONResponse:
    """An invoice with its evidence, its findings and where its review stands."""
    return _shown(house_of(request).desk.get(viewer, invoice_id))


@router.get("/invoices/{invoice_id}/history", response_model=History)
def history(request: Request, viewer: Own, invoice_id: str) -> dict[str, Any]:
    """Who did what to it, with what was before and after."""
    house = house_of(request)
    house.desk.get(viewer, invoice_id)
    with house.store.reading() as work:
        found = work.audits.of(invoice_id)
    return {"items": [audit.model_dump(mode="json") for audit in found]}


@router.post("/invoices/{invoice_id}/hints", response_model=Hints)
def say_hints(request: Request, viewer: Own, invoice_id: str, body: Amendments) -> dict[str, Any]:
    """What is to be said of values while they are typed; nothing is kept. Where lines are given,
    `sums` has them added up beside the invoice's own amount and tax."""
    house = house_of(request)
    review = house.desk.get(viewer, invoice_id)
    today = house.clock().astimezone(ZONE).date()
    invoice = review.invoice.model_copy(update={"form": body.form or review.invoice.form})
    found = hints(invoice, body.fields, today)
    answer: dict[str, Any] = {"items": [hint.model_dump(mode="json") for hint in found]}
    if body.items is not None:
        amount, tax = (_money(invoice, body, name) for name in (FieldName.AMOUNT, FieldName.TAX))
        answer["sums"] = sums(body.items, amount, tax).model_dump(mode="json")
    return answer


@router.post("/invoices/{invoice_id}/claim", response_model=Held)
@refuses({409: ("held",)})
def claim(request: Request, viewer: Reviewer, invoice_id: str) -> dict[str, Any]:
    """Take an invoice in hand for ten minutes, or keep it for ten more; 409 while somebody else
    has it."""
    return {"until": house_of(request).desk.hold(viewer, invoice_id).isoformat()}


@router.delete("/invoices/{invoice_id}/claim", status_code=204)
def release(request: Request, viewer: Reviewer, invoice_id: str) -> Response:
    """Put it down again."""
    house_of(request).desk.release(viewer, invoice_id)
    return Response(status_code=204)


@router.post("/invoices/{invoice_id}/corrections", response_model=InvoiceShown)
@refuses({409: ("held", "decided"), 412: ("stale",), 422: ("unusable_value",)})
def correct(
    request: Request,
    viewer: Reviewer,
    invoice_id: str,
    body: Amendments,
    if_match: IfMatch = None,
    key: Key = None,
) -> JSONResponse:
    """Put a person's values in the place of what was read, and judge the invoice anew.

    If-Match names the version that was seen; 412 with both versions where there is another."""
    house = house_of(request)

    def work_on(work: Work, review: Review) -> None:
        house.desk.correct(work, viewer, review, body.fields, body.more)

    change = Change(house, viewer, invoice_id, body.model_dump_json())
    change.typed = body.fields
    return change.done(if_match, key, work_on)


@router.post("/invoices/{invoice_id}/decision", response_model=InvoiceShown)
@refuses(
    {
        409: ("held", "decided", "not_decided", "reject_open", "second_person"),
        412: ("stale",),
        422: ("reason_missing",),
    }
)
def decide(
    request: Request,
    viewer: Reviewer,
    invoice_id: str,
    body: Decision,
    if_match: IfMatch = None,
    key: Key = None,
) -> JSONResponse:
    """Accept, return with a reason, reject with a reason, or take a decision back."""
    house = house_of(request)

    def work_on(work: Work, review: Review) -> None:
        house.desk.decide(work, viewer, review, (body.verdict, body.reason))

    return Change(house, viewer, invoice_id, body.model_dump_json()).done(if_match, key, work_on)


class Change:
    """A change of an invoice: once for an idempotency key, and never of a version not seen."""

    def __init__(self, house: House, viewer: Viewer, invoice_id: str, body: str) -> None:
        self._house = house
        self._viewer = viewer
        self._id = invoice_id
        self._request = hashlib.sha256(f"{invoice_id}\n{body}".encode()).hexdigest()
        self.typed: Mapping[FieldName, str] = {}

    def done(
        self, if_match: str | None, key: str | None, work_on: Callable[[Work, Review], None]
    ) -> JSONResponse:
        """Do it. Raises Problem: 404, 409, 412 stale, 422, 428 no_version."""
        house = self._house
        with house.store.unit_of_work() as work:
            known = work.audits.replied(self._viewer.id, key) if key else None
            if known is not None:
                if known.request != self._request:
                    raise Problem(422, "key_reused")
                return _answer(json.loads(known.body))
            review = house.desk.seen(work, self._viewer, self._id)
            self.check_version(review, if_match)
            work_on(work, review)
        body = review_json(house.desk.get(self._viewer, self._id))
        if key:
            with house.store.unit_of_work() as work:
                if work.audits.replied(self._viewer.id, key) is None:
                    reply = Reply(request=self._request, status=200, body=json.dumps(body))
                    work.audits.reply(self._viewer.id, key, reply, house.clock())
        return _answer(body)

    def check_version(self, review: Review, if_match: str | None) -> None:
        """Raises Problem 412 stale, 428 no_version."""
        if not if_match:
            raise Problem(428, "no_version")
        if if_match.strip().removeprefix("W/").strip('"') not in (review.version, "*"):
            theirs: dict[str, Any] = {name.value: shown(review.invoice, name) for name in FieldName}
            theirs["items"] = [line_said(item) for item in review.invoice.items]
            yours = {name.value: text for name, text in self.typed.items()}
            raise Problem(
                412,
                "stale",
                headers={"ETag": f'"{review.version}"'},
                version=review.version,
                yours=yours,
                theirs=theirs,
                state=review.state.value,
            )


def _money(invoice: Invoice, body: Amendments, name: FieldName) -> Decimal | None:
    """An amount as it is typed, else as it is."""
    return money(body.fields[name]) if name in body.fields else getattr(invoice, name.value)


def _shown(review: Review) -> JSONResponse:
    return _answer(review_json(review))


def _answer(body: dict[str, Any]) -> JSONResponse:
    return JSONResponse(body, headers={"ETag": f'"{body["version"]}"'})
