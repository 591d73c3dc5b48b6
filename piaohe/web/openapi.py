"""The OpenAPI document: what the routes say of themselves, and what holds for all of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from piaohe.access import Permission
from piaohe.web.api.shapes import ProblemShown
from piaohe.web.examples import add_examples
from piaohe.web.guard import Needs
from piaohe.web.problems import Problem, refusals_of
from piaohe.web.words import WORDS

TAGS = {
    "documents": "Files handed in: upload, wait, result; originals and pictures of pages.",
    "invoices": "Invoices that were read: lists, evidence, corrections, decisions.",
    "review": "What a reviewer does to whole invoices: twins, splitting, merging, taking back.",
    "search": "Finding: facets, phrases, suggestions, saved views.",
    "exports": "Selections taken away as XLSX, CSV, JSON by lines or ZIP.",
    "claims": "Reimbursement claims, and what input tax is worth.",
    "overview": "Sums by month, category, department, seller; what is open.",
    "ledgers": "Systems of record: imports, and whether they have an invoice.",
    "events": "What happened, as a list or as server-sent events.",
    "webhooks": "Programs outside that are told of what happens.",
    "people": "People and their roles; API tokens of one's own.",
    "operation": "For whoever keeps it running.",
    "about": "What this installation takes, and the rules in force.",
}
_TAG_OF = {"overview": "overview"}
"""The tags of routes that state none, by the first part of their path."""
_SAID = {
    400: "Cannot be parsed",
    401: "Not signed in",
    403: "Not allowed",
    404: "There is no such thing, or the caller may not see it",
    409: "Not possible now",
    412: "Changed meanwhile; both versions are told",
    413: "Larger than is taken",
    422: "Not usable",
    428: "If-Match is missing",
    429: "Too many requests",
    503: "Not available for the moment",
}
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_STORE = ("database_busy", "database_unreachable", "originals_unreachable")
_STORE_CHANGED = ("database_read_only", "disk_full")
_BY_PARAMETER = {
    "cursor": (422, "bad_cursor"),
    "idempotency-key": (422, "key_reused"),
    "if-match": (428, "no_version"),
}
"""What taking a parameter makes possible."""
_MEDIA = "application/problem+json"
_ABOUT = """Invoices handed in, read, checked, matched and decided on.

Programs send `Authorization: Bearer TOKEN` with a token made under Account. Files go to
`POST /v1/documents`, which answers 202 with a `Location`; there the result appears. Changes name
the version that was seen in `If-Match`; `Idempotency-Key` makes a request safe to repeat. Lists
give `next`, the cursor of the page after. What goes wrong is told as RFC 9457 says, with a stable
`code`; 429 and 503 may be tried again, after `Retry-After` where it is given."""


def described(app: FastAPI, original: dict[str, Any]) -> dict[str, Any]:
    """The document with security, tags and the problems of every route. `original` is FastAPI's."""
    used = {}
    original["paths"] = {
        path: item for path, item in original["paths"].items() if path.startswith("/v1/")
    }
    for route in _routes(app.routes):
        for method in route.methods or ():
            operation = original["paths"].get(route.path, {}).get(method.lower())
            if operation is not None:
                used[route.path, method] = operation
                _complete(route, operation)
    tags = {tag for operation in used.values() for tag in operation.get("tags", ())}
    original["info"]["description"] = _ABOUT
    original["tags"] = [
        {"name": name, "description": text} for name, text in TAGS.items() if name in tags
    ]
    parts = original.setdefault("components", {})
    schema = ProblemShown.model_json_schema()
    parts.setdefault("schemas", {})["Problem"] = schema
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "An API token, ph_…"},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "piaohe_session",
            "description": "A browser that is signed in; changes need the X-CSRF-Token header.",
        },
    }
    for operation in used.values():
        add_examples(operation, parts["schemas"])
    original["security"] = [{"token": []}, {"session": []}]
    return original


def problems_of(route: APIRoute, operation: Mapping[str, Any]) -> dict[int, tuple[str, ...]]:
    """The codes a route may refuse with, by status: those of every route like it, and its own.

    `operation` is the route's in FastAPI's document, for its parameters.
    """
    found: dict[int, list[str]] = {422: ["invalid"], 503: [*_STORE]}
    changing = bool((route.methods or set()) & _CHANGING)
    if changing:
        found[400], found[413], found[403] = ["bad_request"], ["too_large"], ["foreign_request"]
        found[503] += _STORE_CHANGED
    permission = _permission(route)
    if permission is not Permission.NOBODY:
        found[401], found[429] = ["signed_out"], ["too_many_requests"]
    if permission not in (Permission.NOBODY, Permission.ANYBODY):
        found[403] = ["not_allowed", *found.get(403, ())]
    if "{" in route.path:
        found[404] = ["not_found"]
    for parameter in operation.get("parameters", ()):
        if made := _BY_PARAMETER.get(parameter["name"].casefold()):
            found.setdefault(made[0], []).append(made[1])
    for status, codes in refusals_of(route.endpoint).items():
        found[status] = [*codes, *(code for code in found.get(status, ()) if code not in codes)]
    return {status: tuple(codes) for status, codes in sorted(found.items())}


def _complete(route: APIRoute, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    operation.setdefault("tags", [_TAG_OF.get(route.path.split("/")[2], "documents")])
    answers.pop("4XX", None)
    for status, codes in problems_of(route, operation).items():
        answers[str(status)] = {
            "description": f"{_SAID[status]}: " + ", ".join(f"`{code}`" for code in codes),
            "x-codes": list(codes),
            "content": {
                _MEDIA: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": _example(status, codes[0]),
                }
            },
        }
    if "429" in answers:
        wait = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
        answers["429"]["headers"] = wait
    need = _permission(route)
    if need is not Permission.ANYBODY:
        operation["x-permission"] = need.value
        said = f"Needs the permission `{need.value}`."
        operation["description"] = "\n\n".join((operation.get("description", ""), said)).strip()


def _example(status: int, code: str) -> dict[str, Any]:
    """How a problem is told; those of errors that are caught have their words from there."""
    told = None if f"problem.{code}" in WORDS else (_SAID[status], _SAID[status])
    return Problem(status, code, detail=told).body("en")


def _permission(route: APIRoute) -> Permission:
    """The one permission a route states."""
    asked = (one.call for one in route.dependant.dependencies)
    return next(call.permission for call in asked if isinstance(call, Needs))


def _routes(routes: Iterable[BaseRoute]) -> Iterable[APIRoute]:
    """Every route, those of routers within routers too."""
    for route in routes:
        router = getattr(route, "original_router", None)
        if router is not None:
            yield from _routes(router.routes)
        elif isinstance(route, APIRoute):
            yield route
