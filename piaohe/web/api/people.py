"""/v1: people and their roles, and API tokens of one's own.

Tokens hold neither `people` nor `tokens`, so these are for a person's session: a program makes
neither people nor tokens.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from piaohe.access import Permission, Refused, Role, Viewer
from piaohe.store.people import ApiToken, Person
from piaohe.web.api.house_shapes import MadeLink, MadeToken, Me, People, PersonShown, Tokens
from piaohe.web.api.once import Key, Once
from piaohe.web.guard import Needs
from piaohe.web.house import House, house_of
from piaohe.web.problems import Problem, refuses

router = APIRouter(prefix="/v1", tags=["people"])

Anybody = Annotated[Viewer, Depends(Needs(Permission.ANYBODY))]
Keeper = Annotated[Viewer, Depends(Needs(Permission.PEOPLE))]
Owner = Annotated[Viewer, Depends(Needs(Permission.TOKENS))]
Id = Annotated[int, Path(ge=1, lt=2**53)]
Name = Annotated[str, Field(max_length=300)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewPerson(_Body):
    """Somebody to be invited."""

    login: Name
    name: Name = ""
    roles: list[Role] = Field(min_length=1, max_length=10)


class ChangedPerson(_Body):
    """Other roles; not `active` is shut out."""

    roles: list[Role] = Field(min_length=1, max_length=10)
    active: bool


class NewToken(_Body):
    """A program's key. `scopes` are permissions one has oneself; without `days` it has no end."""

    name: Name
    scopes: list[Permission] = Field(min_length=1, max_length=30)
    days: int | None = Field(None, ge=1, le=9999)


@router.get("/me", response_model=Me)
def me(request: Request, viewer: Anybody) -> dict[str, Any]:
    """Who asks, and what they may do."""
    may = sorted(permission.value for permission in viewer.may)
    return person_json(viewer.person) | {"permissions": may, "program": viewer.csrf is None}


@router.get("/people", response_model=People)
def everybody(request: Request, viewer: Keeper) -> dict[str, Any]:
    """Everybody, in the order they came."""
    with house_of(request).store.reading() as work:
        return {"items": [person_json(person) for person in work.people.all()]}


@router.post("/people", status_code=201, response_model=MadeLink)
@refuses({409: ("name_taken", "done_before"), 422: ("bad_name", "bad_roles")})
def invite(request: Request, viewer: Keeper, body: NewPerson, key: Key = None) -> JSONResponse:
    """Invite somebody. `link` is where they set their password; shown once, good for a day."""
    house = house_of(request)
    once = _told_once(house, viewer, key, f"people\n{body.model_dump_json()}")
    try:
        person, secret = house.access.invite(viewer, body.login, body.name, body.roles)
    except Refused as refused:
        raise _problem(refused) from refused
    _keep(house, once, person.id)
    return JSONResponse(person_json(person) | {"link": f"/join/{secret}"}, 201)


@router.put("/people/{person_id}", response_model=PersonShown)
@refuses({409: ("last_administrator",), 422: ("bad_roles",)})
def change(request: Request, viewer: Keeper, person_id: Id, body: ChangedPerson) -> dict[str, Any]:
    """Give somebody other roles, or shut them out."""
    try:
        done = house_of(request).access.change(viewer, person_id, body.roles, active=body.active)
    except Refused as refused:
        raise _problem(refused) from refused
    if done is None:
        raise Problem(404, "not_found")
    return person_json(done)


@router.post("/people/{person_id}/link", status_code=201, response_model=MadeLink)
def link(request: Request, viewer: Keeper, person_id: Id) -> dict[str, Any]:
    """A new link for somebody who lost the password; earlier ones stop working."""
    house = house_of(request)
    secret = house.access.invite_again(viewer, person_id)
    with house.store.reading() as work:
        person = work.people.get(person_id)
    if secret is None or person is None:
        raise Problem(404, "not_found")
    return person_json(person) | {"link": f"/join/{secret}"}


@router.get("/tokens", response_model=Tokens)
def tokens(request: Request, viewer: Owner) -> dict[str, Any]:
    """One's own API tokens, without their secrets, which are not kept."""
    with house_of(request).store.reading() as work:
        return {"items": [token_json(token) for token in work.people.tokens(viewer.id)]}


@router.post("/tokens", status_code=201, response_model=MadeToken)
@refuses({409: ("done_before",), 422: ("bad_scopes", "bad_name")})
def make_token(request: Request, viewer: Owner, body: NewToken, key: Key = None) -> JSONResponse:
    """Make an API token. `secret` is shown this once."""
    house = house_of(request)
    once = _told_once(house, viewer, key, f"tokens\n{body.model_dump_json()}")
    try:
        secret, made = house.access.make_token(viewer, body.name, body.scopes, body.days)
    except Refused as refused:
        raise _problem(refused) from refused
    _keep(house, once, made.id)
    return JSONResponse(token_json(made) | {"secret": secret}, 201)


@router.delete("/tokens/{token_id}", status_code=204)
def revoke(request: Request, viewer: Owner, token_id: Id) -> Response:
    """End an API token of one's own."""
    if not house_of(request).access.revoke_token(viewer, token_id):
        raise Problem(404, "not_found")
    return Response(status_code=204)


def person_json(person: Person) -> dict[str, Any]:
    """Somebody as the API shows them; whether they came yet, never their password."""
    return {
        "id": person.id,
        "login": person.login,
        "name": person.name,
        "roles": list(person.roles),
        "active": person.active,
        "joined": person.password is not None,
    }


def token_json(token: ApiToken) -> dict[str, Any]:
    """A token as its owner sees it."""
    return token.model_dump(mode="json")


def _told_once(house: House, viewer: Viewer, key: str | None, request: str) -> Once:
    """Raises Problem 409 done_before: a secret is not kept, so it cannot be said again."""
    once = Once(house, viewer, key, request)
    with house.store.reading() as work:
        known = once.known(work)
    if known is not None:
        raise Problem(409, "done_before", id=known["id"])
    return once


def _keep(house: House, once: Once, made: int) -> None:
    with house.store.unit_of_work() as work:
        once.keep(work, {"id": made})


def _problem(refused: Refused) -> Problem:
    return Problem(409 if refused.code in _TAKEN else 422, refused.code)


_TAKEN = ("name_taken", "last_administrator")
