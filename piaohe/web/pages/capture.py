"""Capture: the page for a phone, its results, and what makes it an app that opens without a net."""

import hashlib
import json
from functools import lru_cache
from importlib import resources
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from models.finding import Severity
from piaohe.access import Permission, Viewer
from piaohe.store.reviews import Review, State
from piaohe.web import shown
from piaohe.web.advised import known_of
from piaohe.web.api.capture import LONGEST_NOTE
from piaohe.web.api.documents import check_may_see
from piaohe.web.guard import Needs
from piaohe.web.house import House, house_of
from piaohe.web.pages import icon
from piaohe.web.problems import Problem
from piaohe.web.render import lang_of, page
from piaohe.web.words import say
from piaohe.web.words.capture import SCRIPT

router = APIRouter(include_in_schema=False)

Add = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_ADD))]
Own = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_OWN))]
Stranger = Annotated[Viewer | None, Depends(Needs(Permission.NOBODY))]

_SHELL = (
    "capture.css",
    "style.css",
    "icon.svg",
    "camera.js",
    "capture.js",
    "capture_cards.js",
    "common.js",
    "outbox.js",
    "outline.js",
    "own_fields.js",
    "sha256.js",
)
"""Files of ours that the page for a phone needs; the worker keeps them."""
_FIRST = frozenset({"number", "date", "seller_name", "total"})
"""What is shown at once; the rest, where nothing is wrong with it, on demand."""
_SENSES = {"Permissions-Policy": "camera=(self), microphone=(self), geolocation=()"}


@router.get("/capture")
def capture(request: Request, viewer: Add) -> HTMLResponse:
    """Photograph documents and hand them in."""
    return _page(request, viewer)


@router.get("/capture/offline")
def offline(request: Request, viewer: Stranger) -> HTMLResponse:
    """The same without anything of anybody, which a browser may keep and open without a net."""
    request.scope["viewer"] = None
    return _page(request, None)


@router.get("/capture/results/{sha256}")
def result(request: Request, viewer: Own, sha256: str) -> HTMLResponse:
    """What was read of a document, to be corrected, and what to do next."""
    check_may_see(house_of(request), viewer, sha256)
    return page(request, "_capture_result.html", **result_of(request, viewer, sha256))


def result_of(request: Request, viewer: Viewer, sha256: str) -> dict[str, Any]:
    """What `_capture_result.html` shows of a document that the viewer may see."""
    house, lang = house_of(request), lang_of(request)
    known = known_of(house, viewer, sha256)
    return {
        "viewer": viewer,
        "sha256": sha256,
        "waiting": known.waiting,
        "invoices": [_invoice(review, lang, own=known.own) for review in known.reviews],
        "said": known.sentence(lang),
    }


@router.get("/sw.js")
def worker(request: Request, viewer: Stranger) -> Response:
    """The service worker, with a version that changes with any file it keeps."""
    return Response(
        _worker(),
        media_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"},
    )


@router.get("/manifest.webmanifest")
def manifest(request: Request, viewer: Stranger) -> Response:
    """What the application is called and looks like on a home screen."""
    lang = lang_of(request)
    icons = [
        {"src": f"/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"} | use
        for size in icon.SIZES[1:]
        for use in ({}, {"purpose": "maskable"})
    ]
    body = {
        "id": "/capture",
        "name": say("capture.app", lang),
        "short_name": say("app", lang),
        "description": say("capture.about", lang),
        "lang": "en" if lang == "en" else "zh-CN",
        "start_url": "/capture",
        "scope": "/",
        "display": "standalone",
        "background_color": "#15171a",
        "theme_color": "#15171a",
        "icons": icons,
    }
    return Response(
        json.dumps(body, ensure_ascii=False),
        media_type="application/manifest+json",
        headers={"Cache-Control": "no-cache"},
    )


@router.get("/icon-{size}.png")
def icon_png(request: Request, viewer: Stranger, size: int) -> Response:
    if size not in icon.SIZES:
        raise Problem(404, "not_found")
    kept = {"Cache-Control": "public, max-age=86400"}
    return Response(icon.png(size), media_type="image/png", headers=kept)


def _page(request: Request, viewer: Viewer | None) -> HTMLResponse:
    house, lang = house_of(request), lang_of(request)
    answer = page(
        request,
        "capture.html",
        viewer=viewer,
        owner=str(viewer.id) if viewer else "",
        most=house.terms.max_bytes,
        mib=_mib(house),
        longest=LONGEST_NOTE,
        texts={key: say(key, lang) for key in SCRIPT},
    )
    answer.headers.update(_SENSES)
    return answer


def _mib(house: House) -> int:
    return house.terms.max_bytes // (1024 * 1024)


@lru_cache(maxsize=1)
def _worker() -> str:
    folder = resources.files("piaohe.web")
    script = (folder / "static" / "sw.js").read_text("utf-8")
    digest = hashlib.sha256(script.encode())
    for name in _SHELL:
        digest.update((folder / "static" / name).read_bytes())
    for name in ("base.html", "capture.html"):
        digest.update((folder / "templates" / name).read_bytes())
    files = [f"/static/{name}" for name in _SHELL]
    return script.replace("__VERSION__", digest.hexdigest()[:16]).replace(
        '["__FILES__"]', json.dumps(files)
    )


def _invoice(review: Review, lang: str, *, own: bool) -> dict[str, Any]:
    """An invoice of a result: its fields, those that need a look first."""
    rows = shown.rows_of(review, lang)
    doubted = {row.name for row in rows if row.unsure or _told(row)}
    first = [row for row in rows if row.name in _FIRST | doubted]
    return {
        "review": review,
        "first": first,
        "more": [row for row in rows if row not in first],
        "findings": [one for one in shown.findings_of(review) if one.severity != Severity.INFO],
        "may_correct": own and review.state in (State.OPEN, State.RETURNED),
        "returned": own and review.state is State.RETURNED,
        "open": review.state is State.OPEN,
    }


def _told(row: shown.Row) -> bool:
    return any(finding.severity is not Severity.INFO for finding in row.findings)
