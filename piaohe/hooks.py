"""Webhooks: programs outside are told of what happens, until they have taken it.

The events and the audit are written in the transaction of what they tell, so they are the outbox:
`deliver`, a chore, makes messages of what was written since a hook's place and posts what is due,
signed as `piaohe.observe.notify` describes. A message names what happened and to what; contents
are asked for at the API, where rights are looked at.
"""

import datetime
import hashlib
import ipaddress
import json
import logging
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from models.errors import SettingsError
from piaohe.access.tokens import new_token
from piaohe.observe import notify
from piaohe.schedule.chore import Hands
from piaohe.store import Work
from piaohe.store.chores import Facts
from piaohe.store.feed import FAMILIES, Happening, Place
from piaohe.store.hooks import Hook, Message, MessageState
from piaohe.store.people import Fact
from piaohe.vault import Unreadable, Vault, is_sealed

SECRET_MARK = "phs_"  # noqa: S105 - what secrets begin with
MOST_HOOKS = 20
MOST_TRIES = 12
"""With the pauses of `notify.wait`, a bit more than six hours."""
LONGEST_URL = 2000
_SEALED_FOR = "webhook"
_PORTION = 500
_PORTIONS = 20
_AT_ONCE = 100
_log = logging.getLogger("piaohe")


class RefusedUrlError(Exception):
    """An address nothing is posted to; `code`: bad_url, no_https, private_address, unknown_host."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_kind(text: str) -> bool:
    """Whether something of this kind may be told: a name such as `document.decided`, or
    `document.*` for all of a family."""
    family, dot, name = text.partition(".")
    plain = name.replace("_", "").replace(".", "")
    return f"{family}{dot}" in FAMILIES and (name == "*" or (plain.isascii() and plain.isalpha()))


def address_of(url: str, *, private: bool) -> str:
    """The IP address to post to. Without `private` it has to be https, and no address of this
    machine or of a network that is not public.

    Raises RefusedUrlError: bad_url, no_https, private_address, unknown_host.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RefusedUrlError("bad_url") from None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    if not plain or parts.scheme not in ("http", "https") or not parts.hostname:
        raise RefusedUrlError("bad_url")
    if parts.username is not None or parts.password is not None or parts.fragment or port == 0:
        raise RefusedUrlError("bad_url")
    if parts.scheme != "https" and not private:
        raise RefusedUrlError("no_https")
    try:
        found = socket.getaddrinfo(parts.hostname, port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise RefusedUrlError("unknown_host") from None
    addresses = [str(one[4][0]) for one in found]
    if not private and not all(_is_public(address) for address in addresses):
        # one public address among them does not make the others so
        raise RefusedUrlError("private_address")
    return addresses[0]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address.sixtofour or address
    return address.is_global and not address.is_multicast


def subscribe(
    work: Work, vault: Vault, made: tuple[int, datetime.datetime], url: str, kinds: Sequence[str]
) -> tuple[Hook, str]:
    """A new hook, `made` by whom and when, told of what happens from now on; and its secret."""
    secret = new_token(SECRET_MARK)
    wanted = Hook(
        id=0,
        url=url,
        kinds=tuple(dict.fromkeys(kinds)),
        active=True,
        person_id=made[0],
        made_at=made[1],
        place=tuple(work.feed.end()),
    )
    return work.hooks.add(wanted, vault.seal(secret, _SEALED_FOR)), secret


def renew(work: Work, vault: Vault, hook_id: int) -> str:
    """Another secret, with which everything is signed from now on; gives it."""
    secret = new_token(SECRET_MARK)
    work.hooks.keep_secret(hook_id, vault.seal(secret, _SEALED_FOR))
    return secret


def digest(hook: Hook) -> str:
    """Another text for every other address, kinds or pause."""
    told = json.dumps([hook.url, hook.kinds, hook.active])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def facts(hook: Hook) -> dict[str, Fact]:
    """A hook for the audit. Addresses often hold a key behind the host, which is left out."""
    host = urlsplit(hook.url).hostname
    return {"host": host, "kinds": list(hook.kinds), "active": hook.active}


def deliver(hands: Hands) -> Facts:
    """Make messages of what happened, and post what is due."""
    with hands.store.reading() as work:
        every = work.hooks.all()
        bare = [hook.id for hook in every if not is_sealed(work.hooks.secret(hook.id))]
    if bare:
        _seal(hands, bare)
    hooks = [hook for hook in every if hook.active]
    made = sum(_make(hands, hook) for hook in hooks)
    arrived = failed = 0
    for hook in hooks:
        done = _send(hands, hook)
        arrived, failed = arrived + done[0], failed + done[1]
    return {"made": made, "delivered": arrived, "failed": failed}


def again(work: Work, message: Message, at: datetime.datetime) -> Message:
    """Have a message tried again, from the beginning."""
    fresh = message.model_copy(
        update={
            "state": MessageState.WAITING,
            "attempts": 0,
            "not_before": at,
            "delivered_at": None,
            "error": None,
        }
    )
    work.hooks.settle(fresh)
    return fresh


def body_of(happening: Happening) -> str:
    """What a hook is told, as JSON."""
    told = {
        "id": str(Place(*happening.place)),
        "kind": happening.kind,
        "at": happening.at.astimezone(datetime.UTC).isoformat(),
        "document": happening.document,
        "invoice": happening.invoice,
        "claim": happening.claim,
    }
    return json.dumps(told, sort_keys=True)


def _make(hands: Hands, hook: Hook) -> int:
    """Messages of what happened since the hook's place; each portion and the new place in one
    transaction, so nothing is told twice or left out."""
    made = 0
    place = Place(*hook.place)
    for _ in range(_PORTIONS):
        with hands.store.unit_of_work() as work:
            hands.remember(work, "")
            found, end = work.feed.after(place, _PORTION)
            if end == place:
                return made
            told = [(each.kind, body_of(each)) for each in found if hook.wants(each.kind)]
            work.hooks.tell(hook.id, told, hands.now())
            work.hooks.read_on(hook.id, end)
        made, place = made + len(told), end
    return made


def _seal(hands: Hands, hook_ids: Sequence[int]) -> None:
    """Seal secrets that were kept before there were seals."""
    vault = Vault(hands.settings.home)
    with hands.store.unit_of_work() as work:
        hands.remember(work, "")
        for hook_id in hook_ids:
            kept = work.hooks.secret(hook_id) if work.hooks.get(hook_id) else ""
            if kept and not is_sealed(kept):
                work.hooks.keep_secret(hook_id, vault.seal(kept, _SEALED_FOR))


def _send(hands: Hands, hook: Hook) -> tuple[int, int]:
    """Post what is due to a hook, in order; gives (how many arrived, how many did not). After one
    that did not, the others wait for the next time rather than for as many timeouts."""
    with hands.store.reading() as work:
        due = work.hooks.due(hands.now(), hook.id, _AT_ONCE)
        secret = work.hooks.secret(hook.id) if due else ""
    for arrived, message in enumerate(due):
        try:
            target = _target(hands, hook, secret)
            notify.post(target, message.id, message.body, hands.now())
        except notify.UndeliveredError as error:
            _log.warning("a webhook was not delivered", extra={"hook": hook.id})
            _keep(hands, _failed(message, str(error), hands.now()))
            return arrived, 1
        values = {"state": MessageState.DELIVERED, "delivered_at": hands.now(), "error": None}
        _keep(hands, message.model_copy(update=values | {"attempts": message.attempts + 1}))
    return len(due), 0


def _target(hands: Hands, hook: Hook, kept: str) -> notify.Target:
    """Looked at anew each time: a name may lead elsewhere by now. Raises UndeliveredError."""
    try:
        address = address_of(hook.url, private=hands.settings.web.hooks_private)
        secret = Vault(hands.settings.home).open(kept, _SEALED_FOR)
    except RefusedUrlError as error:
        raise notify.UndeliveredError(error.code) from error
    except Unreadable as error:
        raise notify.UndeliveredError("secret_unreadable") from error
    except SettingsError as error:
        raise notify.UndeliveredError(error.record.code) from error
    return notify.Target(hook.url, secret, address)


def _failed(message: Message, error: str, at: datetime.datetime) -> Message:
    tries = message.attempts + 1
    return message.model_copy(
        update={
            "attempts": tries,
            "state": MessageState.DEAD if tries >= MOST_TRIES else MessageState.WAITING,
            "not_before": at + notify.wait(message.attempts),
            "error": error[:64],
        }
    )


def _keep(hands: Hands, message: Message) -> None:
    with hands.store.unit_of_work() as work:
        hands.remember(work, "")
        work.hooks.settle(message)
