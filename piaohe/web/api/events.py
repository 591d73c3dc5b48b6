"""/v1: what happened to documents, invoices and claims, as a list or told as it happens."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from piaohe.access import Permission, Viewer
from piaohe.store.feed import Place
from piaohe.web.api.house_shapes import Happenings
from piaohe.web.guard import Needs
from piaohe.web.house import House, house_of
from piaohe.web.problems import Problem, refuses
from piaohe.web.streams import FullError, happening_json, may_see, read_after

router = APIRouter(prefix="/v1", tags=["events"])

Anybody = Annotated[Viewer, Depends(Needs(Permission.ANYBODY))]
_LOOKED_AT = 1000
_STREAM = "text/event-stream"


@router.get(
    "/events",
    response_model=Happenings,
    responses={200: {"content": {_STREAM: {"schema": {"type": "string"}}}}},
)
@refuses({422: ("bad_cursor",), 429: ("too_many_streams",)})
async def events(
    request: Request,
    viewer: Anybody,
    after: Annotated[str | None, Query(max_length=50, description="The id read last.")] = None,
    last: Annotated[str | None, Header(alias="Last-Event-ID", max_length=50)] = None,
) -> Response:
    """What happened to what one may see: kinds and ids, no contents.

    As JSON the page after `after`, of the last 1,000 things without it; `next` is where to read
    on, also where nothing was found. With `Accept: text/event-stream` events as they happen, from
    `Last-Event-ID` on; a stream ends after five minutes and is asked for anew, as browsers do by
    themselves. One that falls behind ends earlier. 429 where too many are open."""
    house = house_of(request)
    place = _place(after or last)
    if _STREAM in request.headers.get("accept", ""):
        return await _stream(house, viewer, place)
    return JSONResponse(await run_in_threadpool(_listed, house, viewer, place))


def _place(text: str | None) -> Place | None:
    if not text:
        return None
    found = Place.parse(text)
    if found is None:
        raise Problem(422, "bad_cursor")
    return found


def _listed(house: House, viewer: Viewer, place: Place | None) -> dict[str, Any]:
    if place is None:
        with house.store.settled() as work:
            event, audit = work.feed.end()
        place = Place(max(0, event - _LOOKED_AT // 2), max(0, audit - _LOOKED_AT // 2))
    found, end = read_after(house.store, place, _LOOKED_AT)
    items = [happening_json(told[0]) for told in found if may_see(viewer, told)]
    return {"items": items, "next": str(end)}


async def _stream(house: House, viewer: Viewer, place: Place | None) -> Response:
    stack = AsyncExitStack()
    try:
        lines = await stack.enter_async_context(house.streams.open(viewer, place))
    except FullError:
        raise Problem(429, "too_many_streams", headers={"Retry-After": "30"}) from None

    async def told() -> AsyncIterator[str]:
        async with stack:
            async for line in lines:
                yield line

    # a proxy that gathers lines would keep them from who waits for them
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(told(), media_type=_STREAM, headers=headers)
