"""The OpenAPI document: what the routes say of themselves, and what holds for all of them."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from piaohe.access import Permission
from piaohe.web.api.shapes import ProblemShown
from piaohe.web.examples import add_examples
from piaohe.web.guard import Needs
from piaohe.web.problems import Problem

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
_CODES = {
    400: ("bad_request",),
    401: ("signed_out",),
    403: ("not_allowed", "foreign_request"),
    404: ("not_found",),
    409: ("done_before", "decided", "held", "not_decided", "second_person", "reject_open"),
    412: ("stale", "claim_stale"),
    413: ("too_large",),
    422: ("invalid", "bad_cursor", "key_reused", "unusable_value", "reason_missing"),
    428: ("no_version",),
    429: ("too_many_requests", "too_many_waiting", "too_many_streams"),
    503: ("overview_making", "database_busy", "database_unreachable"),
}
"""The codes of each status; the first is the example."""
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


def problems_of(route: APIRoute) -> dict[int, str]:
    """The statuses a route may answer with besides those of success."""
    found = {401: "Not signed in", 403: "Not allowed", 422: "Not usable", 429: "Too many requests"}
    names = {one.alias for one in route.dependant.header_params}
    if "{" in route.path:
        found[404] = "There is no such thing, or the caller may not see it"
    if (route.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
        found[400] = "Cannot be parsed"
        found[409] = "Not possible now"
        found[413] = "Larger than is taken"
    if "if-match" in names:
        found |= {412: "Changed meanwhile; both versions are told", 428: "If-Match is missing"}
    return found | {503: "Not available for the moment"}


def _complete(route: APIRoute, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    operation.setdefault("tags", [_TAG_OF.get(route.path.split("/")[2], "documents")])
    answers.pop("4XX", None)
    for status, text in problems_of(route).items():
        codes = _CODES[status]
        answers[str(status)] = {
            "description": f"{text}: " + ", ".join(f"`{code}`" for code in codes),
            "content": {
                _MEDIA: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": _problem(status, codes),
                }
            },
        }
    wait = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
    answers["429"]["headers"] = wait
    need = next(one.call for one in route.dependant.dependencies if isinstance(one.call, Needs))
    if need.permission is not Permission.ANYBODY:
        operation["x-permission"] = need.permission.value
        said = f"Needs the permission `{need.permission.value}`."
        operation["description"] = "\n\n".join((operation.get("description", ""), said)).strip()


def _problem(status: int, codes: tuple[str, ...]) -> dict[str, Any]:
    """What the first of the codes is told as."""
    return Problem(status, codes[0]).body("en")


def _routes(routes: Iterable[BaseRoute]) -> Iterable[APIRoute]:
    """Every route, those of routers within routers too."""
    for route in routes:
        router = getattr(route, "original_router", None)
        if router is not None:
            yield from _routes(router.routes)
        elif isinstance(route, APIRoute):
            yield route
