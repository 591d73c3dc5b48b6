"""/v1, to be read only: sources and their snapshots, verdicts of matching, the policy in force, and
for who keeps it running the chores and alerts."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from models.match import Match, Side
from piaohe.access import Permission, Viewer
from piaohe.web.api.house_shapes import Alerts, ChoreRuns, Chores, Matches, Snapshots, Sources
from piaohe.web.filters import place_of
from piaohe.web.guard import Needs
from piaohe.web.house import house_of
from piaohe.web.shown import to_cursor
from validate import Policy

router = APIRouter(prefix="/v1")

Every = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_ALL))]
Own = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_OWN))]
Anybody = Annotated[Viewer, Depends(Needs(Permission.ANYBODY))]
Watcher = Annotated[Viewer, Depends(Needs(Permission.METRICS))]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=200)]


@router.get("/sources", response_model=Sources, tags=["ledgers"])
def sources(request: Request, viewer: Every) -> dict[str, Any]:
    """The ledgers that are asked for: what is in use of each, and how the last import went."""
    with house_of(request).store.reading() as work:
        found = [
            (name, work.imports.current(name), work.imports.latest(name, 1))
            for name in work.imports.sources()
        ]
    return {
        "items": [
            {"source": name, "current": current, "last": last[0] if last else None}
            for name, current, last in found
        ]
    }


@router.get("/snapshots", response_model=Snapshots, tags=["ledgers"])
def snapshots(
    request: Request,
    viewer: Every,
    source: Annotated[str | None, Query(max_length=300)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Imports of ledgers, the latest first: what each covers, and what is doubted."""
    place = place_of(cursor)
    with house_of(request).store.reading() as work:
        found = work.imports.latest(source, limit + 1, place)
    more, found = len(found) > limit, found[:limit]
    return {"items": found, "next": to_cursor(str(found[-1].id)) if more else None}


@router.get("/invoices/{invoice_id}/matches", response_model=Matches, tags=["ledgers"])
def matches(request: Request, viewer: Own, invoice_id: str) -> dict[str, Any]:
    """Whether the ledgers have an invoice, the cause where they have not, and what to do next."""
    house = house_of(request)
    review = house.desk.get(viewer, invoice_id)
    names = [review.invoice.key, f"{review.file}#{review.index}"]
    found: list[Match] = []
    with house.store.reading() as work:
        for name in names:
            found = found or (work.matches.find(Side.INVOICE, name) if name else [])
    return {"items": found}


@router.get("/policy", response_model=Policy, tags=["about"])
def policy(request: Request, viewer: Anybody) -> Policy:
    """The company's own rules that are in force, defaults included."""
    return house_of(request).policy()


@router.get("/chores", response_model=Chores, tags=["operation"])
def chores(request: Request, viewer: Watcher) -> dict[str, Any]:
    """What is done by the clock: when each is due, and how it went last."""
    with house_of(request).store.reading() as work:
        return {"items": work.chores.all()}


@router.get("/chores/runs", response_model=ChoreRuns, tags=["operation"])
def runs(
    request: Request,
    viewer: Watcher,
    name: Annotated[str | None, Query(max_length=64)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """The runs of one chore or of all, the latest first."""
    place = place_of(cursor)
    with house_of(request).store.reading() as work:
        found = work.chores.numbered_runs(name, place, limit + 1)
    more, found = len(found) > limit, found[:limit]
    following = to_cursor(str(found[-1][0])) if more else None
    return {"items": [run for _, run in found], "next": following}


@router.get("/alerts", response_model=Alerts, tags=["operation"])
def alerts(request: Request, viewer: Watcher) -> dict[str, Any]:
    """What is raised now, and how many messages about alerts wait to be delivered."""
    with house_of(request).store.reading() as work:
        return {"items": work.alerts.raised(), "undelivered": work.deliveries.waiting()}
