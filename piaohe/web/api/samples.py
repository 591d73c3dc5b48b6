"""/v1: invented samples for the first look, handed in and taken away again; the pages do it here
too."""

import hashlib
from functools import cache
from importlib import resources
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from piaohe.access import Permission, Viewer
from piaohe.flow.states import Lane
from piaohe.store import Work
from piaohe.store.originals import Removable
from piaohe.web.api.documents import too_busy
from piaohe.web.api.house_shapes import Samples, SamplesTaken
from piaohe.web.arrival import Busy
from piaohe.web.guard import Needs
from piaohe.web.house import House, house_of
from piaohe.web.problems import Problem, refuses
from piaohe.web.render import lang_of
from piaohe.web.shown import upload_json
from piaohe.web.words import say

router = APIRouter(prefix="/v1", tags=["documents"])

Add = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_ADD))]


@cache
def samples() -> dict[str, tuple[str, bytes]]:
    """SHA-256 -> (name, content) of each. People and companies in them are invented."""
    folder = resources.files("piaohe.web") / "samples"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    contents = [(file.name, file.read_bytes()) for file in files if file.is_file()]
    return {hashlib.sha256(data).hexdigest(): (name, data) for name, data in contents}


def offered(work: Work, viewer: Viewer) -> bool:
    """Whether nobody else has them: somebody else's would be told to be duplicates."""
    return all(set(work.uploads.owners(sha256)) <= {viewer.id} for sha256 in samples())


@router.get("/samples", response_model=Samples)
def listed(request: Request, viewer: Add) -> dict[str, Any]:
    """The samples there are: which the caller has, and whether they are `offered`, that is nobody
    else has them."""
    with house_of(request).store.reading() as work:
        items = [
            {
                "id": sha256,
                "name": name,
                "size": len(data),
                "own": work.uploads.owns(viewer.id, sha256),
            }
            for sha256, (name, data) in samples().items()
        ]
        return {"items": items, "offered": offered(work, viewer)}


@router.post("/samples", status_code=202, response_model=SamplesTaken)
@refuses({409: ("samples_taken",), 429: ("too_many_waiting",)})
def take(request: Request, viewer: Add) -> dict[str, Any]:
    """Hand the samples in as one's own, noted as samples; done once more, nothing changes. 409
    while somebody else has them."""
    house = house_of(request)
    hand_in(house, viewer, lang_of(request))
    with house.store.reading() as work:
        found = [work.uploads.get(sha256, viewer.id) for sha256 in samples()]
    return {"items": [upload_json(one) for one in found if one is not None]}


@router.delete("/samples", status_code=204)
@refuses({409: ("samples_being_read", "samples_used")})
def remove(request: Request, viewer: Add) -> Response:
    """Take one's samples away with all that was made of them; 409 while one is being read, or a
    claim rests on it."""
    take_away(house_of(request), viewer)
    return Response(status_code=204)


def hand_in(house: House, viewer: Viewer, lang: str) -> None:
    """Raises Problem 409 samples_taken, 429 too_many_waiting: then what was taken stays, and the
    rest may be handed in later."""
    with house.store.reading() as work:
        free = offered(work, viewer)
    if not free:
        raise Problem(409, "samples_taken")
    for name, data in samples().values():
        try:
            sha256 = house.arrival.accept(
                data, f"{say('sample.name', lang)}-{name}", viewer.id, Lane.PERSON
            )
        except Busy as busy:
            raise too_busy(busy) from busy
        with house.store.unit_of_work() as work:
            work.notes.put(sha256, viewer.id, say("sample.note", lang), house.clock())


def take_away(house: House, viewer: Viewer) -> None:
    """Raises Problem 409: one is still being read, or a claim rests on it."""
    with house.store.unit_of_work() as work:
        own = [sha256 for sha256 in samples() if work.uploads.owns(viewer.id, sha256)]
        for sha256 in own:
            _check_free(work, viewer, sha256)
            work.removal.remove(sha256)
            work.audits.add(house.clock(), viewer.id, "document.sample_removed", sha256, (None, {}))
    if isinstance(house.store.originals, Removable):
        for sha256 in own:
            house.store.originals.remove(sha256)


def _check_free(work: Work, viewer: Viewer, sha256: str) -> None:
    upload = work.uploads.get(sha256, viewer.id)
    if upload is not None and upload.is_queued:
        raise Problem(409, "samples_being_read")
    if work.removal.is_claimed(sha256) or len(work.uploads.owners(sha256)) > 1:
        raise Problem(409, "samples_used")
