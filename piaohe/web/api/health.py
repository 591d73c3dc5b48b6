"""For whoever keeps it running: alive, ready, and metrics.

GET /healthz/live     200 while the process answers
GET /healthz/ready    200 where documents can be taken in, else 503; says which part is how
GET /metrics          for Prometheus, with a token that holds the scope `metrics`
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from piaohe.access import Permission, Viewer
from piaohe.observe.health import State
from piaohe.observe.metrics import TYPE
from piaohe.web.guard import Needs
from piaohe.web.house import house_of

router = APIRouter(include_in_schema=False)
Stranger = Annotated[Viewer | None, Depends(Needs(Permission.NOBODY))]
Watcher = Annotated[Viewer, Depends(Needs(Permission.METRICS))]


@router.get("/healthz/live")
def live(request: Request, viewer: Stranger) -> dict[str, str]:
    """Whether the process answers; nothing else is asked."""
    return {"status": "ok"}


@router.get("/healthz/ready")
def ready(request: Request, viewer: Stranger) -> Response:
    """Whether documents can be taken in. Words only: strangers may ask."""
    health = house_of(request).tower.health()
    body = {"status": health.state, "checks": {each.name: each.state for each in health.checks}}
    return JSONResponse(body, 503 if health.state is State.FAILED else 200)


@router.get("/metrics")
def metrics(request: Request, viewer: Watcher) -> Response:
    """Everything that is counted."""
    return Response(house_of(request).tower.metrics.text(), media_type=TYPE)
