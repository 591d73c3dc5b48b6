"""Invented samples for the first look: handed in with one click, taken away with another."""

import hashlib
from functools import cache
from importlib import resources
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse

from piaohe.access import Permission, Viewer
from piaohe.flow.states import Lane
from piaohe.store import Work
from piaohe.store.originals import Removable
from piaohe.web.arrival import Busy
from piaohe.web.guard import FormNeeds
from piaohe.web.house import house_of
from piaohe.web.problems import Problem
from piaohe.web.render import lang_of
from piaohe.web.words import say

router = APIRouter(include_in_schema=False)

AddByForm = Annotated[Viewer, Depends(FormNeeds(Permission.DOCUMENTS_ADD))]


@cache
def samples() -> dict[str, tuple[str, bytes]]:
    """SHA-256 -> (name, content) of each. People and companies in them are invented."""
    folder = resources.files("piaohe.web") / "samples"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    contents = [(file.name, file.read_bytes()) for file in files if file.is_file()]
    return {hashlib.sha256(data).hexdigest(): (name, data) for name, data in contents}


def offered(work: Work) -> bool:
    """Whether nobody has them yet: somebody else's would be told to be duplicates."""
    return not any(work.uploads.owners(sha256) for sha256 in samples())


@router.post("/samples")
def try_samples(request: Request, viewer: AddByForm) -> RedirectResponse:
    """Hand the samples in as one's own, noted as samples."""
    house, lang = house_of(request), lang_of(request)
    with house.store.reading() as work:
        free = offered(work)
    if not free:
        raise Problem(409, "samples_taken")
    for name, data in samples().values():
        try:
            sha256 = house.arrival.accept(
                data, f"{say('sample.name', lang)}-{name}", viewer.id, Lane.PERSON
            )
        except Busy as busy:
            wait = {"Retry-After": str(busy.seconds)}
            raise Problem(429, "too_many_waiting", headers=wait) from busy
        with house.store.unit_of_work() as work:
            work.notes.put(sha256, viewer.id, say("sample.note", lang), house.clock())
    return RedirectResponse("/", 303)


@router.post("/samples/remove")
def remove_samples(request: Request, viewer: AddByForm) -> RedirectResponse:
    """Take one's samples away with all that was made of them.

    Raises Problem 409: one is still being read, or a claim rests on it."""
    house = house_of(request)
    with house.store.unit_of_work() as work:
        own = [sha256 for sha256 in samples() if work.uploads.owns(viewer.id, sha256)]
        for sha256 in own:
            _check_free(work, viewer, sha256)
            work.removal.remove(sha256)
            work.audits.add(house.clock(), viewer.id, "document.sample_removed", sha256, (None, {}))
    if isinstance(house.store.originals, Removable):
        for sha256 in own:
            house.store.originals.remove(sha256)
    return RedirectResponse("/", 303)


def _check_free(work: Work, viewer: Viewer, sha256: str) -> None:
    upload = work.uploads.get(sha256, viewer.id)
    if upload is not None and upload.is_queued:
        raise Problem(409, "samples_being_read")
    if work.removal.is_claimed(sha256) or len(work.uploads.owners(sha256)) > 1:
        raise Problem(409, "samples_used")
