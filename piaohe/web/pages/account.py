"""Signing in and out, links that work once, people, API tokens, the language."""

from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field, field_validator

from piaohe.access import SCOPES, NewSession, Permission, Refused, Role, Viewer
from piaohe.web.guard import FormNeeds, Needs, cookie_name
from piaohe.web.house import house_of
from piaohe.web.problems import Problem
from piaohe.web.render import LANGUAGE_COOKIE, LANGUAGES, lang_of, page
from piaohe.web.words import say

router = APIRouter(include_in_schema=False)

Stranger = Annotated[Viewer | None, Depends(Needs(Permission.NOBODY))]
StrangersForm = Annotated[Viewer | None, Depends(FormNeeds(Permission.NOBODY))]
Anybody = Annotated[Viewer, Depends(FormNeeds(Permission.ANYBODY))]
Keeper = Annotated[Viewer, Depends(Needs(Permission.PEOPLE))]
KeepersForm = Annotated[Viewer, Depends(FormNeeds(Permission.PEOPLE))]
Owner = Annotated[Viewer, Depends(Needs(Permission.TOKENS))]
OwnersForm = Annotated[Viewer, Depends(FormNeeds(Permission.TOKENS))]
Text = Annotated[str, Form(max_length=300)]
PAGE = 50
"""People on a page."""


class Sought(BaseModel):
    """Which people are shown: by a part of the name or login, by a role, and the page of them.

    `saved` is whose roles were just changed.
    """

    who: str = Field("", max_length=300)
    role: Role | None = None
    at: int = Field(1, ge=1, le=10**6)
    saved: int | None = None

    @field_validator("role", mode="before")
    @classmethod
    def _not_chosen(cls, value: object) -> object:
        """A form sends what was not chosen as an empty text."""
        return None if value == "" else value

    def address(self, **instead: object) -> str:
        """Where these people are shown, or with other values instead."""
        values = self.model_dump(mode="json", exclude_defaults=True, exclude={"saved"}) | instead
        return f"/people?{urlencode(values)}" if values else "/people"


Seeking = Annotated[Sought, Query()]


@router.get("/login")
def login_page(request: Request, viewer: Stranger, to: str = "/") -> Response:
    if viewer is not None:
        return RedirectResponse(local(to), 303)
    return _login(request, to)


@router.post("/login")
def login(
    request: Request,
    _: Annotated[None, Depends(Needs(Permission.NOBODY))],
    name: Text,
    password: Text,
    to: Text = "/",
) -> Response:
    house = house_of(request)
    old = request.cookies.get(cookie_name(house.terms.secure))
    try:
        made = house.access.login(name, password, _place(request), old)
    except Refused as why:
        wait = {"Retry-After": str(why.wait)} if why.wait else {}
        status = 429 if why.wait else 401
        answer = _login(request, to, error=why.code, status=status, name=name)
        answer.headers.update(wait)
        return answer
    return _let_in(request, made, to)


@router.post("/logout")
def logout(request: Request, viewer: Anybody) -> Response:
    house = house_of(request)
    cookie = cookie_name(house.terms.secure)
    house.access.logout(request.cookies.get(cookie, ""))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(cookie, secure=house.terms.secure, httponly=True, samesite="lax")
    return answer


@router.get("/join/{token}")
def join_page(request: Request, viewer: Stranger, token: str) -> HTMLResponse:
    try:
        person = house_of(request).access.invited(token)
    except Refused as why:
        raise Problem(404, why.code) from why
    return page(request, "join.html", person=person, error=None, login="", name="", token=token)


@router.post("/join/{token}")
def join(
    request: Request,
    viewer: StrangersForm,
    token: str,
    password: Text,
    login: Text = "",
    name: Text = "",
) -> Response:
    access = house_of(request).access
    try:
        person = access.invited(token)
        made = access.join(token, login, name, password)
    except Refused as why:
        if why.code == "bad_link":
            raise Problem(404, why.code) from why
        values = {"person": person, "login": login, "name": name, "token": token}
        return page(request, "join.html", 422, error=why.code, **values)
    return _let_in(request, made, "/")


@router.get("/people")
def people(request: Request, viewer: Keeper, sought: Seeking) -> HTMLResponse:
    return _people(request, viewer, sought)


@router.post("/people")
def invite(
    request: Request,
    viewer: KeepersForm,
    login: Text,
    name: Text = "",
    roles: Annotated[list[str] | None, Form()] = None,
) -> HTMLResponse:
    try:
        person, token = house_of(request).access.invite(viewer, login, name, roles or [])
    except Refused as why:
        return _people(request, viewer, Sought(), error=why.code)
    return _people(request, viewer, Sought(), link=(person.name, _link(request, token)))


@router.post("/people/{person_id}")
def change(
    request: Request,
    viewer: KeepersForm,
    person_id: int,
    sought: Seeking,
    roles: Annotated[list[str] | None, Form()] = None,
    active: Annotated[bool, Form()] = False,
) -> Response:
    try:
        done = house_of(request).access.change(viewer, person_id, roles or [], active=active)
    except Refused as why:
        return _people(request, viewer, sought, error=why.code)
    if done is None:
        raise Problem(404, "not_found")
    return RedirectResponse(f"{sought.address(saved=person_id)}#p{person_id}", 303)


@router.post("/people/{person_id}/link")
def link(request: Request, viewer: KeepersForm, person_id: int, sought: Seeking) -> HTMLResponse:
    house = house_of(request)
    token = house.access.invite_again(viewer, person_id)
    if token is None:
        raise Problem(404, "not_found")
    with house.store.reading() as work:
        name = work.people.names()[person_id]
    return _people(request, viewer, sought, link=(name, _link(request, token)))


@router.get("/account")
def account(request: Request, viewer: Owner, changed: bool = False) -> HTMLResponse:
    return _account(request, viewer, changed=changed)


@router.post("/account/password")
def change_password(request: Request, viewer: OwnersForm, old: Text, new: Text) -> Response:
    try:
        made = house_of(request).access.change_password(viewer, old, new, _place(request))
    except Refused as why:
        answer = _account(request, viewer, error=why.code)
        if why.wait:
            answer.status_code = 429
            answer.headers["Retry-After"] = str(why.wait)
        return answer
    return _let_in(request, made, "/account?changed=1")


@router.post("/account/tokens")
def make_token(
    request: Request,
    viewer: OwnersForm,
    name: Text,
    scopes: Annotated[list[str] | None, Form()] = None,
    days: Text = "",
) -> HTMLResponse:
    plain = days.isascii() and days.isdigit() and 0 < len(days) <= 4
    try:
        secret, _ = house_of(request).access.make_token(
            viewer, name, scopes or [], int(days) if plain else None
        )
    except Refused as why:
        return _account(request, viewer, error=why.code)
    return _account(request, viewer, secret=secret)


@router.post("/account/tokens/{token_id}/revoke")
def revoke_token(request: Request, viewer: OwnersForm, token_id: int) -> RedirectResponse:
    if not house_of(request).access.revoke_token(viewer, token_id):
        raise Problem(404, "not_found")
    return RedirectResponse("/account", 303)


@router.get("/language/{lang}")
def language(
    request: Request, viewer: Stranger, lang: str, to: Annotated[str, Query()] = "/"
) -> Response:
    """Another language in this browser, and back to where one was."""
    answer = RedirectResponse(local(to), 303)
    if lang in LANGUAGES:
        secure = house_of(request).terms.secure
        year = 365 * 24 * 3600
        answer.set_cookie(LANGUAGE_COOKIE, lang, year, secure=secure, samesite="lax", httponly=True)
    return answer


def local(to: str) -> str:
    """A path of ours to go to; "/" for anything else."""
    parts = urlsplit(to)
    outside = parts.scheme or parts.netloc or not to.startswith("/") or to.startswith(("//", "/\\"))
    plain = all(" " < char != "\\" for char in to)
    return "/" if outside or not plain else to


def _login(
    request: Request, to: str, *, error: str | None = None, status: int = 200, name: str = ""
) -> HTMLResponse:
    with house_of(request).store.reading() as work:
        nobody = work.people.count() == 0
    said = say(f"problem.{error}", lang_of(request)) if error else None
    return page(request, "login.html", status, to=local(to), error=said, name=name, nobody=nobody)


def _let_in(request: Request, made: NewSession, to: str) -> RedirectResponse:
    secure = house_of(request).terms.secure
    answer = RedirectResponse(local(to), 303)
    answer.set_cookie(
        cookie_name(secure), made.token, secure=secure, httponly=True, samesite="lax", path="/"
    )
    return answer


def _people(
    request: Request,
    viewer: Viewer,
    sought: Sought,
    *,
    error: str | None = None,
    link: tuple[str, str] | None = None,
) -> HTMLResponse:
    who, role = sought.who.strip(), sought.role.value if sought.role else ""
    with house_of(request).store.reading() as work:
        shown, every = work.people.found(who, role, (sought.at - 1) * PAGE, PAGE)
    values = {"people": shown, "roles": list(Role), "link": link, "error": error}
    values |= {"sought": sought, "every": every, "pages": max(1, -(-every // PAGE))}
    return page(request, "people.html", 422 if error else 200, viewer=viewer, **values)


def _place(request: Request) -> str:
    """Where somebody tries a password from."""
    return request.client.host if request.client else "?"


def _account(
    request: Request,
    viewer: Viewer,
    *,
    error: str | None = None,
    secret: str | None = None,
    changed: bool = False,
) -> HTMLResponse:
    with house_of(request).store.reading() as work:
        tokens = work.people.tokens(viewer.id)
    scopes = sorted(scope.value for scope in SCOPES & viewer.may)
    values = {"tokens": tokens, "scopes": scopes, "secret": secret, "error": error}
    values["changed"] = changed
    return page(request, "account.html", 422 if error else 200, viewer=viewer, **values)


def _link(request: Request, token: str) -> str:
    terms = house_of(request).terms
    base = terms.public_url or f"{request.url.scheme}://{request.url.netloc}"
    return f"{base.rstrip('/')}/join/{token}"
