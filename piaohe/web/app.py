"""The application: routes, what guards them, and how errors look."""

import contextlib
import logging
from collections.abc import AsyncIterator
from importlib import resources
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.errors import StoreError
from piaohe import failures, version
from piaohe.access import Permission, Viewer
from piaohe.web import api, pages
from piaohe.web.guard import Needs
from piaohe.web.headers import BodyLimit, SecurityHeaders, Unforeseen
from piaohe.web.hosts import KnownHosts
from piaohe.web.house import House
from piaohe.web.openapi import described
from piaohe.web.problems import Problem
from piaohe.web.render import lang_of, page
from piaohe.web.words import WORDS, say

_log = logging.getLogger("piaohe")

_STATIC = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FORM_ROOM = 64 * 1024
"""Bytes a form may need around a file."""

base = APIRouter()
Stranger = Annotated[Viewer | None, Depends(Needs(Permission.NOBODY))]
Anybody = Annotated[Viewer, Depends(Needs(Permission.ANYBODY))]


@base.get("/static/{name}", include_in_schema=False)
def static(request: Request, viewer: Stranger, name: str) -> Response:
    """A file of ours. The name is looked up among those, never joined to a path."""
    found = _files().get(name)
    if found is None:
        raise Problem(404, "not_found")
    media = _STATIC[name.rsplit(".", 1)[-1]]
    return Response(found, media_type=media, headers={"Cache-Control": "no-cache"})


@base.get("/healthz", include_in_schema=False)
def answers(request: Request, viewer: Stranger) -> dict[str, str]:
    """Whether the service answers."""
    return {"status": "ok"}


@base.get("/v1/openapi.json", include_in_schema=False)
def openapi(request: Request, viewer: Anybody) -> dict[str, Any]:
    """The API as OpenAPI describes it."""
    app: FastAPI = request.app
    return document_of(app)


def document_of(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of an application, made once."""
    made: dict[str, Any] | None = getattr(app.state, "openapi", None)
    if made is None:
        made = app.state.openapi = described(app, app.openapi())
    return made


def make_app(house: House) -> FastAPI:
    """The application over a house."""

    @contextlib.asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        yield
        house.arrival.stop()

    app = FastAPI(
        title="Piaohe",
        version=version(),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=living,
    )
    app.state.house = house
    for router in (base, *api.ROUTERS, *pages.ROUTERS):
        app.include_router(router)
    for kind, handler in (
        (Problem, _problem),
        (HTTPException, _http),
        (RequestValidationError, _invalid),
        (StoreError, _store),
    ):
        app.add_exception_handler(kind, handler)  # type: ignore[arg-type]
    app.add_middleware(Unforeseen, answer=_unforeseen)
    app.add_middleware(BodyLimit, most=house.terms.max_bytes + _FORM_ROOM)
    app.add_middleware(KnownHosts, hosts=house.terms.hosts)
    app.add_middleware(SecurityHeaders, secure=house.terms.secure)
    return app


def _files() -> dict[str, bytes]:
    if not _cache:
        folder = resources.files("piaohe.web") / "static"
        _cache.update(
            {
                file.name: file.read_bytes()
                for file in folder.iterdir()
                if file.name.rsplit(".", 1)[-1] in _STATIC
            }
        )
    return _cache


_cache: dict[str, bytes] = {}


def _problem(request: Request, problem: Problem) -> Response:
    """As JSON for programs and scripts, as a page for people; signed out is led to the door."""
    lang = lang_of(request)
    wants_page = "text/html" in request.headers.get("accept", "")
    if request.url.path.startswith("/v1/") or not wants_page:
        return JSONResponse(
            problem.body(lang),
            problem.status,
            problem.headers,
            media_type="application/problem+json",
        )
    if problem.status == 401 and request.method == "GET":
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(
            str(request.url_for("login_page").include_query_params(to=here)), 303
        )
    answer = page(request, "error.html", problem.status, problem=problem, said=problem.said(lang))
    answer.headers.update(problem.headers)
    return answer


def _http(request: Request, error: HTTPException) -> Response:
    codes = {404: "not_found", 413: "too_large"}
    known = f"status.{error.status_code}" in WORDS
    status = error.status_code if known else 400
    code = codes.get(status, "bad_request")
    return _problem(request, Problem(status, code, headers=error.headers))


def _invalid(request: Request, error: RequestValidationError) -> Response:
    """What is wrong where; the values are not repeated."""
    places = [
        {"where": ".".join(str(part) for part in one["loc"]), "what": one["type"]}
        for one in error.errors()
    ]
    return _problem(request, Problem(422, "invalid", errors=places))


def _store(request: Request, error: StoreError) -> Response:
    """Where things are kept, and what a database said, is for the log and `piaohe doctor` alone."""
    record = error.record
    _log.error("the store: %s", record.message_en, extra={"code": record.code})
    known = "original_missing" if record.code == "original_missing" else "store_unusable"
    said = say(f"problem.{known}", "zh"), say(f"problem.{known}", "en")
    status = 404 if known == record.code else 503
    return _problem(request, Problem(status, record.code, detail=said, retry=record.retry))


def _unforeseen(request: Request, error: Exception) -> Response:
    record = failures.internal_error(error)
    _log.error("a request failed", exc_info=error, extra={"code": record.code})
    return _problem(request, Problem(500, "internal_error"))
