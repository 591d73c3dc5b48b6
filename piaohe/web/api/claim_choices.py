"""/v1: what a claim may be made of: categories, kinds of attachments, people, documents."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

import classify
from models.claim import Use
from piaohe.access import Permission, Viewer
from piaohe.report import words as called
from piaohe.web.api.claim_shapes import ClaimChoices, FreePapers
from piaohe.web.claims_told import (
    attachments_of,
    free_papers,
    last_approved,
    people_for,
    refusing,
)
from piaohe.web.guard import Needs
from piaohe.web.house import house_of

router = APIRouter(prefix="/v1/claims", tags=["claims"])

Own = Annotated[Viewer, Depends(Needs(Permission.CLAIMS_OWN))]


@router.get("/choices", response_model=ClaimChoices)
def choices(request: Request, viewer: Own) -> dict[str, Any]:
    """What may be chosen in a claim: categories, kinds of attachments, uses; `people` a claim may
    be made for, where one may do that; and what the caller's last approved claim said."""
    house = house_of(request)
    with house.store.reading() as work:
        names = work.people.names() if Permission.CLAIMS_FOR in viewer.may else {}
        before = last_approved(work, None, viewer.id)
    return {
        "categories": [
            {
                "id": one.id,
                "zh": called.category_called(one.id).say("zh"),
                "en": called.category_called(one.id).say("en"),
            }
            for one in classify.categories()
        ],
        "attachments": attachments_of(house),
        "uses": [use.value for use in Use],
        "people": [{"id": id_, "name": name} for id_, name in people_for(names, viewer)],
        "department": before.department if before else None,
        "grade": before.grade if before else None,
    }


@router.get("/{claim_id}/free", response_model=FreePapers)
def free(request: Request, viewer: Own, claim_id: int) -> dict[str, Any]:
    """Documents that may be put into a claim of one's own: handed in by oneself, or by the person
    it is for, and in no claim; the latest first, 60 of each at most. None once it is handed in."""
    house = house_of(request)
    with refusing(), house.store.reading() as work:
        found = free_papers(work, viewer, house.claims.seen(work, viewer, claim_id))
    return {"items": [{"document": sha256, "name": name} for sha256, name in found]}
