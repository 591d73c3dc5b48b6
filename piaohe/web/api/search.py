"""/v1: phrases understood, facets, suggestions, saved views, similar invoices."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from piaohe.access import Permission, Viewer
from piaohe.store.search import MOST
from piaohe.web.api.shapes import Facets, InvoiceLines, Made, Texts, Understood, Views
from piaohe.web.filters import Filters
from piaohe.web.guard import Needs
from piaohe.web.house import house_of
from piaohe.web.meant import phrase
from piaohe.web.problems import Problem, refuses
from piaohe.web.review.corrections import LONGEST
from piaohe.web.shown import line_json

router = APIRouter(prefix="/v1", tags=["search"])

Own = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_OWN))]
Words = Annotated[str, Query(max_length=LONGEST)]


class NewView(BaseModel):
    """`query` is the query of the address of a search."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=60, pattern=r"\S")
    query: str = Field(max_length=2000)
    shared: bool = False


@router.get("/search/phrase", response_model=Understood)
def understood(request: Request, viewer: Own, q: Words = "") -> dict[str, Any]:
    """What a phrase such as "上个月 中石化 500以上" means: filters, and the text that is left."""
    found = phrase(house_of(request), q)
    return {"filters": {k: list(v) for k, v in found.filters.items()}, "q": found.text}


@router.get("/search/facets", response_model=Facets)
def facets(request: Request, viewer: Own, filters: Annotated[Filters, Query()]) -> dict[str, Any]:
    """How many there are by kind, category, verdict, progress, ledger, month and seller (the most
    frequent), over the latest 2,000 found; `more` where there are more than that."""
    with house_of(request).store.reading() as work:
        found = work.search.facets(filters.of(viewer))
    counted = {name: [one.model_dump() for one in every] for name, every in found.facets.items()}
    return {"count": min(found.count, MOST), "more": found.count > MOST, "facets": counted}


@router.get("/search/suggestions", response_model=Texts)
def suggestions(request: Request, viewer: Own, q: Words = "") -> dict[str, Any]:
    """What somebody may be about to type: their own searches, then names."""
    with house_of(request).store.reading() as work:
        recent = work.views.recent(viewer.id, q)
        # names of others' documents are not for those who may see their own only
        every = Permission.DOCUMENTS_ALL in viewer.may
        names = work.search.names(q) if every and q.strip() else []
    return {"items": [*dict.fromkeys([*recent, *names])][:8]}


@router.get("/invoices/{invoice_id}/similar", response_model=InvoiceLines)
def similar(request: Request, viewer: Own, invoice_id: str) -> dict[str, Any]:
    """Invoices of the same seller with nearly the same amount, the latest first."""
    house = house_of(request)
    house.desk.get(viewer, invoice_id)
    with house.store.reading() as work:
        found = work.search.similar(invoice_id, Filters().of(viewer).owner)
    return {"items": [line_json(line) for line in found]}


@router.get("/views", response_model=Views)
def views(request: Request, viewer: Own) -> dict[str, Any]:
    """One's own saved views and those shared with everybody."""
    with house_of(request).store.reading() as work:
        found = work.views.of(viewer.id)
    return {
        "items": [
            {"id": v.id, "name": v.name, "query": v.query, "shared": v.shared, "by": v.by}
            for v in found
        ]
    }


@router.post("/views", status_code=201, response_model=Made)
@refuses({409: ("too_many_views",)})
def keep_view(request: Request, viewer: Own, body: NewView) -> dict[str, Any]:
    """Keep filters under a name; one of the same name is replaced."""
    house = house_of(request)
    with house.store.unit_of_work() as work:
        made = work.views.add(
            viewer.id, body.name.strip(), body.query, house.clock(), shared=body.shared
        )
    if made is None:
        raise Problem(409, "too_many_views")
    return {"id": made}


@router.delete("/views/{view_id}", status_code=204)
def remove_view(request: Request, viewer: Own, view_id: int) -> Response:
    """Take one's own view away."""
    with house_of(request).store.unit_of_work() as work:
        removed = 0 < view_id < 2**63 and work.views.remove(view_id, viewer.id)
    if not removed:
        raise Problem(404, "not_found")
    return Response(status_code=204)
