"""Capture: the page for a phone, its results, and what makes it an app that opens without a net."""

import hashlib
import json
from functools import lru_cache
from importlib import resources
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from models.document import Document
from models.finding import Severity
from piaohe.access import Permission, Viewer
from piaohe.store.reviews import Review, State
from piaohe.store.uploads import Upload
from piaohe.web import shown
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
    upload, document, reviews = _kept(house, viewer, sha256)
    with house.store.reading() as work:
        own = work.uploads.owns(viewer.id, sha256)
    waiting = _waits(upload)
    return {
        "viewer": viewer,
        "sha256": sha256,
        "waiting": waiting,
        "invoices": [_invoice(review, lang, own=own) for review in reviews],
        "said": None if waiting else _advice(upload, document, (reviews, lang)),
    }


def sentence(house: House, viewer: Viewer, sha256: str, lang: str) -> tuple[str, str] | None:
    """What `result_of` says of a document in one sentence: (ok, warn or bad; the sentence)."""
    upload, document, reviews = _kept(house, viewer, sha256)
    return None if _waits(upload) else _advice(upload, document, (reviews, lang))


def _kept(
    house: House, viewer: Viewer, sha256: str
) -> tuple[Upload | None, Document | None, list[Review]]:
    with house.store.reading() as work:
        upload = work.uploads.get(sha256, viewer.id) or work.uploads.get(sha256)
        document = work.documents.get(sha256)
        ids = [found[0] for found in work.uploads.states([sha256]).get(sha256, [])]
        reviews = [review for id_ in ids if (review := work.reviews.get(id_)) is not None]
    return upload, document, reviews


def _waits(upload: Upload | None) -> bool:
    return upload is not None and shown.state_of(upload) == "waiting"


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


def _advice(
    upload: Upload | None, document: Document | None, found: tuple[list[Review], str]
) -> tuple[str, str]:
    """(how it looks, the one sentence about what to do): ok, warn or bad."""
    reviews, lang = found
    english = lang == "en"
    if document is None:
        code = upload.error if upload else None
        return "bad", say("capture.unread", lang, code=code or "?")
    if document.error is not None:
        error = document.error
        text, hint = (error.message_en, error.hint_en) if english else (error.message, error.hint)
        return "bad", f"{text} {hint}".strip() if english else f"{text}。{hint}"
    for notice in document.notices:
        if notice.code.startswith("picture_"):
            return "warn", notice.message_en if english else notice.message
    if not reviews:
        return "bad", say("capture.nothing", lang)
    return _judged(reviews, lang)


def _judged(reviews: list[Review], lang: str) -> tuple[str, str]:
    """The sentence where reading went well: what the rules found decides."""
    if any(review.state is State.RETURNED for review in reviews):
        return "warn", say("capture.returned", lang)
    if all(review.state is not State.OPEN for review in reviews):
        return "ok", say("capture.decided", lang)
    open_ones = [review for review in reviews if review.state is State.OPEN]
    findings = [finding for one in open_ones for finding in one.invoice.findings]
    weights = {finding.severity for finding in findings}
    if Severity.REJECT in weights:
        blocking = {one.rule for one in findings if one.severity is Severity.REJECT}
        again = all(rule.startswith("R-DUP-") for rule in blocking)
        return "bad", say("capture.twice" if again else "capture.blocked", lang)
    if Severity.WARN in weights:
        return "warn", say("capture.doubts", lang)
    rows = [row for review in open_ones for row in shown.rows_of(review, lang)]
    if any(row.unsure for row in rows):
        return "warn", say("capture.unsure", lang)
    return "ok", say("capture.clean", lang)
