"""/v1: webhooks: programs outside that are told of what happens."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from piaohe import hooks
from piaohe.access import Permission, Viewer
from piaohe.store import Work
from piaohe.store.hooks import Hook, Message
from piaohe.vault import Unreadable
from piaohe.web.api.house_shapes import HookMessages, Hooks, HookShown, MadeHook, MessageShown
from piaohe.web.api.once import Key, Once
from piaohe.web.filters import place_of
from piaohe.web.guard import Needs
from piaohe.web.house import House, house_of
from piaohe.web.problems import Problem, refuses
from piaohe.web.shown import to_cursor

router = APIRouter(prefix="/v1/hooks", tags=["webhooks"])

Keeper = Annotated[Viewer, Depends(Needs(Permission.HOOKS))]
Id = Annotated[int, Path(ge=1, lt=2**53)]
IfMatch = Annotated[str | None, Header()]
_REPLIED = "webhook reply"
"""What a secret is sealed for in an answer that is kept for a repeat."""


class NewHook(BaseModel):
    """Where to post, and kinds: `document.decided`, or `claim.*` for all that begins so."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"url": "https://erp.example.com/piaohe", "kinds": ["document.decided"]}
        },
    )

    url: str = Field(max_length=hooks.LONGEST_URL)
    kinds: list[Annotated[str, Field(max_length=64)]] = Field(min_length=1, max_length=50)


class ChangedHook(NewHook):
    """All of it, and whether it is told anything; what happens meanwhile is told afterwards."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "url": "https://erp.example.com/piaohe",
                "kinds": ["document.decided"],
                "active": False,
            }
        }
    )

    active: bool


@router.get("", response_model=Hooks)
def listed(request: Request, viewer: Keeper) -> dict[str, Any]:
    """Every webhook, with how many messages wait, arrived or were given up."""
    with house_of(request).store.reading() as work:
        found = work.hooks.all()
        counts = work.hooks.counts([hook.id for hook in found])
    return {"items": [hook_json(hook, counts.get(hook.id, {})) for hook in found]}


@router.post("", status_code=201, response_model=MadeHook)
@refuses(
    {
        409: ("too_many_hooks",),
        422: ("bad_kinds", "bad_url", "no_https", "private_address", "unknown_host"),
    }
)
def make(request: Request, viewer: Keeper, body: NewHook, key: Key = None) -> JSONResponse:
    """Have a program told of what happens from now on. `secret` is what messages are signed with,
    and shown this once."""
    house = house_of(request)
    _check(house, body)
    once = Once(house, viewer, key, f"hooks\n{body.model_dump_json()}")
    with house.store.unit_of_work() as work:
        known = once.known(work)
        if known is None:
            if len(work.hooks.all()) >= hooks.MOST_HOOKS:
                raise Problem(409, "too_many_hooks", most=hooks.MOST_HOOKS)
            by = viewer.id, house.clock()
            made, secret = hooks.subscribe(work, house.vault, by, body.url, body.kinds)
            _note(house, work, viewer, "hook.made", (None, made))
            known = hook_json(made, {}) | {"secret": secret}
            once.keep(work, known | {"secret": house.vault.seal(secret, _REPLIED)})
        else:
            known["secret"] = _opened(house, known["secret"])
    return JSONResponse(known, 201, {"Location": f"/v1/hooks/{known['id']}"} | _tag(known))


@router.get("/{hook_id}", response_model=HookShown)
def shown(request: Request, viewer: Keeper, hook_id: Id) -> JSONResponse:
    """One webhook."""
    with house_of(request).store.reading() as work:
        body = hook_json(_found(work, hook_id), work.hooks.counts([hook_id]).get(hook_id, {}))
    return JSONResponse(body, headers=_tag(body))


@router.put("/{hook_id}", response_model=HookShown)
@refuses(
    {412: ("stale",), 422: ("bad_kinds", "bad_url", "no_https", "private_address", "unknown_host")}
)
def change(
    request: Request, viewer: Keeper, hook_id: Id, body: ChangedHook, if_match: IfMatch = None
) -> JSONResponse:
    """Another address or other kinds, or a pause. If-Match names the version that was seen."""
    house = house_of(request)
    _check(house, body)
    with house.store.unit_of_work() as work:
        before = _found(work, hook_id)
        _check_version(before, if_match)
        values = {"url": body.url, "kinds": tuple(body.kinds), "active": body.active}
        after = before.model_copy(update=values)
        work.hooks.change(after)
        _note(house, work, viewer, "hook.changed", (before, after))
        told = hook_json(after, work.hooks.counts([hook_id]).get(hook_id, {}))
    return JSONResponse(told, headers=_tag(told))


@router.post("/{hook_id}/secret", status_code=201, response_model=MadeHook)
def renew(request: Request, viewer: Keeper, hook_id: Id) -> dict[str, Any]:
    """Another `secret`, shown this once; every message from now on is signed with it, also those
    that wait."""
    house = house_of(request)
    with house.store.unit_of_work() as work:
        hook = _found(work, hook_id)
        secret = hooks.renew(work, house.vault, hook_id)
        _note(house, work, viewer, "hook.secret_renewed", (hook, hook))
        counts = work.hooks.counts([hook_id]).get(hook_id, {})
    return hook_json(hook, counts) | {"secret": secret}


@router.delete("/{hook_id}", status_code=204)
def remove(request: Request, viewer: Keeper, hook_id: Id) -> Response:
    """Take it away, with the messages that were not delivered."""
    house = house_of(request)
    with house.store.unit_of_work() as work:
        before = _found(work, hook_id)
        work.hooks.remove(hook_id)
        _note(house, work, viewer, "hook.removed", (before, None))
    return Response(status_code=204)


@router.get("/{hook_id}/messages", response_model=HookMessages)
def messages(
    request: Request,
    viewer: Keeper,
    hook_id: Id,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """What it was told, the latest first, and how that went."""
    before = place_of(cursor)
    with house_of(request).store.reading() as work:
        _found(work, hook_id)
        found = work.hooks.messages(hook_id, before, limit + 1)
    more, found = len(found) > limit, found[:limit]
    following = to_cursor(str(found[-1].id)) if more else None
    return {"items": [message_json(one) for one in found], "next": following}


@router.post("/{hook_id}/messages/{message_id}/redeliver", response_model=MessageShown)
def redeliver(request: Request, viewer: Keeper, hook_id: Id, message_id: Id) -> dict[str, Any]:
    """Have a message tried again, such as one that was given up."""
    house = house_of(request)
    with house.store.unit_of_work() as work:
        message = work.hooks.message(message_id)
        if message is None or message.hook_id != hook_id:
            raise Problem(404, "not_found")
        return message_json(hooks.again(work, message, house.clock()))


def hook_json(hook: Hook, counts: dict[str, int]) -> dict[str, Any]:
    """A webhook as the API shows it."""
    return {
        "id": hook.id,
        "version": version_of(hook),
        "url": hook.url,
        "kinds": list(hook.kinds),
        "active": hook.active,
        "made_at": hook.made_at.isoformat(),
        "messages": {"waiting": 0, "delivered": 0, "dead": 0} | counts,
    }


def version_of(hook: Hook) -> str:
    """Changes with what can be changed."""
    return hooks.digest(hook)


def message_json(message: Message) -> dict[str, Any]:
    """A message as the API shows it."""
    at = message.delivered_at
    return {
        "id": message.id,
        "kind": message.kind,
        "body": message.body,
        "made_at": message.made_at.isoformat(),
        "state": message.state.value,
        "attempts": message.attempts,
        "not_before": message.not_before.isoformat(),
        "delivered_at": at.isoformat() if at else None,
        "error": message.error,
    }


def _found(work: Work, hook_id: int) -> Hook:
    hook = work.hooks.get(hook_id)
    if hook is None:
        raise Problem(404, "not_found")
    return hook


def _opened(house: House, kept: str) -> str:
    """The secret of an answer that was kept. Raises Problem 422 where it cannot be read again."""
    try:
        return house.vault.open(kept, _REPLIED)
    except Unreadable:
        raise Problem(422, "key_reused") from None


def _check(house: House, body: NewHook) -> None:
    """Raises Problem 422 for kinds there are not and addresses nothing is posted to."""
    if not all(hooks.is_kind(kind) for kind in body.kinds):
        raise Problem(422, "bad_kinds")
    try:
        hooks.address_of(body.url, private=house.terms.hooks_private)
    except hooks.RefusedUrlError as refused:
        raise Problem(422, refused.code) from refused


def _check_version(hook: Hook, if_match: str | None) -> None:
    if not if_match:
        raise Problem(428, "no_version")
    if if_match.strip().removeprefix("W/").strip('"') not in (version_of(hook), "*"):
        told = hook_json(hook, {})
        raise Problem(412, "stale", headers=_tag(told), version=told["version"], theirs=told)


def _tag(body: dict[str, Any]) -> dict[str, str]:
    return {"ETag": f'"{body["version"]}"'}


def _note(
    house: House,
    work: Work,
    viewer: Viewer,
    what: str,
    change: tuple[Hook | None, Hook | None],
) -> None:
    told = [hooks.facts(hook) if hook else None for hook in change]
    hook = change[0] or change[1]
    subject = f"hook:{hook.id if hook else 0}"
    work.audits.add(house.clock(), viewer.id, what, subject, (told[0], told[1]))
