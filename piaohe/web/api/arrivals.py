"""/v1: where a document handed in is on its way, and cancelling it or trying it again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from piaohe.access import Permission, Viewer
from piaohe.flow.states import CANCELLABLE, RETRIABLE
from piaohe.store.queued import Arrival
from piaohe.store.unit import Work
from piaohe.web.api.shapes import ArrivalShown
from piaohe.web.guard import Needs
from piaohe.web.house import house_of
from piaohe.web.problems import Problem, refuses

router = APIRouter(prefix="/v1/documents/{sha256}", tags=["documents"])

Add = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_ADD))]
Own = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_OWN))]


@router.get("/arrival", response_model=ArrivalShown)
def arrival(request: Request, viewer: Own, sha256: str) -> dict[str, Any]:
    """Where the document is that the caller handed in."""
    with house_of(request).store.reading() as work:
        return arrival_json(_own(work, viewer, sha256))


@router.post("/cancel", response_model=ArrivalShown)
@refuses({409: ("not_cancellable",)})
def cancel(request: Request, viewer: Add, sha256: str) -> dict[str, Any]:
    """Take a document of one's own out of the queue; what is being read of it is not kept. Once
    it is decided on it stays: 409 not_cancellable."""
    return _changed(request, viewer, sha256, "cancel")


@router.post("/retry", response_model=ArrivalShown)
@refuses({409: ("not_retriable",)})
def retry(request: Request, viewer: Add, sha256: str) -> dict[str, Any]:
    """Try a document of one's own again that was given up, cancelled or could not be read: 409
    not_retriable for any other."""
    return _changed(request, viewer, sha256, "retry")


def arrival_json(found: Arrival) -> dict[str, Any]:
    """An arrival as the API shows it. `step` is the last one done, or that failed."""
    return {
        "id": found.id,
        "document": found.sha256,
        "name": found.name,
        "received_at": found.received_at.isoformat(),
        "finished_at": found.finished_at.isoformat() if found.finished_at else None,
        "state": found.state.value,
        "step": found.step.value if found.step else None,
        "attempts": found.attempts,
        "error": found.error.model_dump(mode="json") if found.error else None,
        "may": [
            word
            for word, fitting in (("cancel", CANCELLABLE), ("retry", RETRIABLE))
            if found.state in fitting
        ],
    }


def _own(work: Work, viewer: Viewer, sha256: str) -> Arrival:
    found = work.arrivals.find(sha256, str(viewer.id))
    if found is None or not work.uploads.owns(viewer.id, sha256):
        raise Problem(404, "not_found")
    return found


def _changed(request: Request, viewer: Viewer, sha256: str, what: str) -> dict[str, Any]:
    house = house_of(request)
    with house.store.unit_of_work() as work:
        before = _own(work, viewer, sha256)
        change = work.arrivals.cancel if what == "cancel" else work.arrivals.requeue
        after = change(before.id)
        if after is None:
            code = "not_cancellable" if what == "cancel" else "not_retriable"
            raise Problem(409, code, state=before.state.value)
        work.audits.add(
            house.clock(),
            viewer.id,
            f"document.{'cancelled' if what == 'cancel' else 'retried'}",
            sha256,
            ({"state": before.state.value}, {"state": after.state.value}),
        )
    return arrival_json(after)
