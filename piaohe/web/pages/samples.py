"""Invented samples for the first look: handed in with one click, taken away with another."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse

from piaohe.access import Permission, Viewer
from piaohe.web.api.samples import hand_in, take_away
from piaohe.web.guard import FormNeeds
from piaohe.web.house import house_of
from piaohe.web.render import lang_of

router = APIRouter(include_in_schema=False)

AddByForm = Annotated[Viewer, Depends(FormNeeds(Permission.DOCUMENTS_ADD))]


@router.post("/samples")
def try_samples(request: Request, viewer: AddByForm) -> RedirectResponse:
    """Hand the samples in as one's own, noted as samples."""
    hand_in(house_of(request), viewer, lang_of(request))
    return RedirectResponse("/", 303)


@router.post("/samples/remove")
def remove_samples(request: Request, viewer: AddByForm) -> RedirectResponse:
    """Take one's samples away with all that was made of them."""
    take_away(house_of(request), viewer)
    return RedirectResponse("/", 303)
