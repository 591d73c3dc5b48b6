"""/v1: batches, and what is in them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from piaohe.access import Permission, Viewer
from piaohe.store.batches import Batch, Member
from piaohe.store.invoices import invoice_id
from piaohe.store.unit import Work
from piaohe.web.api.overview_shapes import BatchPage, BatchShown
from piaohe.web.guard import Needs
from piaohe.web.house import house_of
from piaohe.web.problems import Problem

router = APIRouter()

Own = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_OWN))]
Place = Annotated[int | None, Query(ge=1, lt=2**63)]
_MOST = 100


@router.get("/v1/batches", response_model=BatchPage)
def batches(request: Request, viewer: Own, before: Place = None) -> dict[str, Any]:
    """The batches, the latest first; `next` is `before` of the next page. Whoever may see their
    own documents only gets those of what they handed in."""
    with house_of(request).store.reading() as work:
        found = work.batches.all(_person(viewer), before, _MOST)
        items = [_json(batch) | {"documents": work.batches.count(batch.id)} for batch in found]
    return {"items": items, "next": found[-1].id if len(found) == _MOST else None}


@router.get("/v1/batches/{batch}", response_model=BatchShown)
def batch(
    request: Request, viewer: Own, batch: int, after: Annotated[int, Query(ge=0, lt=2**63)] = 0
) -> dict[str, Any]:
    """A batch and its documents in the order they came, each with its pages in it and the
    invoices on them; `next` is `after` of the next page."""
    with house_of(request).store.reading() as work:
        found = work.batches.get(batch) if batch < 2**63 else None
        if found is None or not _may_see(work, viewer, found):
            raise Problem(404, "not_found")
        members = work.batches.members(batch, after, _MOST)
        told = [_member_json(work, member) for _, member in members]
        count = work.batches.count(batch)
    after_that = members[-1][0] if len(members) == _MOST else None
    return _json(found) | {"documents": count, "items": told, "next": after_that}


def _person(viewer: Viewer) -> int | None:
    return None if Permission.DOCUMENTS_ALL in viewer.may else viewer.id


def _may_see(work: Work, viewer: Viewer, found: Batch) -> bool:
    person = _person(viewer)
    return person is None or work.batches.is_of(found.id, person)


def _member_json(work: Work, member: Member) -> dict[str, Any]:
    invoices = work.invoices.of(member.sha256)
    return {
        "document": member.sha256,
        "first_page": member.first_page,
        "last_page": member.last_page,
        "invoices": [
            invoice_id(member.sha256, at)
            for at, invoice in enumerate(invoices)
            if member.holds(invoice.page)
        ],
    }


def _json(found: Batch) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "owner": found.owner,
        "department": found.department,
        "started_at": found.started_at.isoformat(),
        "sheet": {
            "serial": found.serial,
            "document": found.document_sha256,
            "page": found.page,
        },
    }
