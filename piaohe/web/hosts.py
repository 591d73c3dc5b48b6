"""Only requests that name this host are answered: a page elsewhere cannot have its name point
here and read what is ours."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class KnownHosts:
    """Refuses a Host that is not one of ours; "*" takes any."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.casefold() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and "*" not in self._hosts:
            host = Headers(scope=scope).get("host", "").casefold()
            name = host if host.endswith("]") else host.rsplit(":", 1)[0] if ":" in host else host
            if name not in self._hosts:
                await PlainTextResponse("unknown host", 421)(scope, receive, send)
                return
        await self._app(scope, receive, send)
