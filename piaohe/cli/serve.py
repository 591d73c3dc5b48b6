"""piaohe serve: the pages and the API on the home folder's store."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from models.errors import SettingsError, UsageError
from piaohe.cli.shell import Shell, now, today
from piaohe.cli.tools import make_tools
from piaohe.intake import kept_in
from piaohe.opening import open_store
from piaohe.pipeline import Tools
from piaohe.sections import WebSettings
from piaohe.settings import Settings
from piaohe.sightings import Sightings
from piaohe.store import Store
from piaohe.web import create_app, first_link


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of `serve`; None leaves a setting as it is."""

    home: Path | None = None
    host: str | None = None
    port: int | None = None
    plain_http: bool = False


def serve(shell: Shell, wanted: Wanted) -> int:
    """Serve until interrupted. Gives the exit code."""
    settings = _with_options(shell.settings(wanted.home), wanted)
    web = settings.web
    _refuse_open_air(web, wanted.plain_http)
    with open_store(settings) as store:
        link = first_link(store, settings, now)
        app = create_app(store, settings, fresh_tools(settings, store), now)
        shell.tell(
            f"票核在 {_base(web)} ，Ctrl-C 停止", f"Piaohe is at {_base(web)}; Ctrl-C stops it"
        )
        if link is not None:
            shell.tell(
                f"第一次使用：打开这个一次性链接建立管理员（24 小时内有效）\n{_base(web)}{link}",
                "First use: open this one-time link to make the administrator (good for 24 hours)\n"
                f"{_base(web)}{link}",
            )
        return _run(app, web, verbose=shell.verbose)


def fresh_tools(settings: Settings, store: Store) -> Callable[[], Tools]:
    """Gives tools with the day and the policy of now; the engine, whose models are dear, stays."""
    first = make_tools(settings, today(), Sightings(kept_in(store)))

    def tools() -> Tools:
        made = make_tools(settings, today(), Sightings(kept_in(store)))
        return replace(made, engine=first.engine)

    return tools


def _run(app: object, web: WebSettings, *, verbose: bool) -> int:
    import uvicorn

    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=web.host,
        port=web.port,
        ssl_certfile=web.tls_certificate,
        ssl_keyfile=web.tls_key,
        log_level="info" if verbose else "warning",
        # paths hold one-time secrets and numbers of invoices
        access_log=False,
        server_header=False,
        # only a proxy on this machine is believed what it says of the client
        proxy_headers=web.public_url is not None,
        forwarded_allow_ips="127.0.0.1,::1",
    )
    server = uvicorn.Server(config)
    server.run()
    return 0 if server.started else 1


def _with_options(settings: Settings, wanted: Wanted) -> Settings:
    chosen = {"host": wanted.host, "port": wanted.port}
    given = {name: value for name, value in chosen.items() if value is not None}
    web = settings.web.model_copy(update=given)
    if (web.tls_certificate is None) != (web.tls_key is None):
        raise SettingsError(
            "tls_incomplete",
            "web.tls_certificate 和 web.tls_key 要一起设置",
            "请补上另一个，或两个都去掉",
            message_en="web.tls_certificate and web.tls_key go together",
            hint_en="set the other one too, or neither",
        )
    return settings.model_copy(update={"web": web})


def _refuse_open_air(web: WebSettings, plain_http: bool) -> None:
    """Passwords and invoices do not go over a network in plain text unless it was asked for."""
    proxied = (web.public_url or "").startswith("https://")
    if plain_http or proxied or web.tls_certificate is not None or is_local(web.host):
        return
    raise UsageError(
        "plain_http",
        f"{web.host} 不是本机地址，密码和发票会以明文传输",
        "请设置 web.tls_certificate 和 web.tls_key，或在 HTTPS 代理之后设置 web.public_url；"
        "确需明文（如可信内网试用）请加 --plain-http",
        message_en=f"{web.host} is not this machine alone: passwords and invoices would go in "
        "plain text",
        hint_en="set web.tls_certificate and web.tls_key, or web.public_url behind a proxy with "
        "https; if it has to be plain (a trial in a trusted network) add --plain-http",
    )


def is_local(host: str) -> bool:
    """Whether an address is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _base(web: WebSettings) -> str:
    if web.public_url:
        return web.public_url.rstrip("/")
    scheme = "https" if web.tls_certificate else "http"
    host = f"[{web.host}]" if ":" in web.host else web.host
    return f"{scheme}://{host}:{web.port}"
