"""What every route asks first: who is it, may they, and does the request come from our page.

A route without `Needs` or `FormNeeds` is a mistake, which a test finds.
"""

import math
from typing import Annotated

from fastapi import Form, Request

from piaohe.access import Permission, Viewer
from piaohe.access.tokens import same
from piaohe.web.house import house_of
from piaohe.web.problems import Problem

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"


def cookie_name(secure: bool) -> str:
    """The session's cookie; with the prefix a browser takes it from https and this host alone."""
    return "__Host-piaohe" if secure else "piaohe_session"


class Needs:
    """A route's dependency: gives the Viewer, where there is one.

    Raises Problem 401 signed_out, 403 not_allowed, 403 foreign_request, 429 too_many_requests.
    """

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def __call__(self, request: Request) -> Viewer | None:
        return self._let_in(request, request.headers.get(CSRF_HEADER, ""))

    def _let_in(self, request: Request, csrf: str) -> Viewer | None:
        viewer = viewer_of(request)
        from_program = viewer is not None and viewer.csrf is None
        if request.method not in SAFE and not from_program:
            _refuse_foreign(request)
            if viewer is not None and not same(csrf, viewer.csrf or "-"):
                raise Problem(403, "foreign_request")
        if self.permission is Permission.NOBODY:
            return viewer
        if viewer is None:
            raise Problem(401, "signed_out", headers={"WWW-Authenticate": "Bearer"})
        if self.permission not in viewer.may:
            raise Problem(403, "not_allowed", needs=self.permission.value)
        return viewer


class FormNeeds(Needs):
    """The same for a plain form, which carries the token in a field."""

    def __call__(self, request: Request, csrf: Annotated[str, Form()] = "") -> Viewer | None:
        return self._let_in(request, csrf)


def viewer_of(request: Request) -> Viewer | None:
    """Who sends a request: a program by its token, else a browser by its cookie."""
    if "viewer" in request.scope:
        known: Viewer | None = request.scope["viewer"]
        return known
    house = house_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() == "bearer":
        viewer = house.access.bearer(token.strip())
        if viewer is not None and (seconds := house.rates.take(token.strip())):
            wait = {"Retry-After": str(math.ceil(seconds))}
            raise Problem(429, "too_many_requests", headers=wait)
    else:
        cookie = request.cookies.get(cookie_name(house.terms.secure))
        viewer = house.access.session(cookie) if cookie else None
    request.scope["viewer"] = viewer
    return viewer


def _refuse_foreign(request: Request) -> None:
    """A browser says which page a form was sent from; another site's is refused."""
    origin = request.headers.get("origin")
    if origin is not None:
        if origin.partition("://")[2] != request.headers.get("host", ""):
            raise Problem(403, "foreign_request")
    elif request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise Problem(403, "foreign_request")
