"""piaohe serve: the pages and the API on the home folder's store, and workers beside them."""

import ipaddress
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import PiaoheError, SettingsError, UsageError
from piaohe import failures
from piaohe.cli.shell import Shell
from piaohe.cli.worker import with_signals
from piaohe.clock import now
from piaohe.flow.supervisor import Supervisor, standard_slots
from piaohe.observe.logs import configure
from piaohe.opening import open_for_work
from piaohe.schedule.runner import Chores
from piaohe.settings import Settings
from piaohe.settings.sections import WebSettings
from piaohe.store import Store
from piaohe.tools import fresh_tools
from piaohe.web import create_app, first_link

if TYPE_CHECKING:
    from fastapi import FastAPI

_REPAIR_SECONDS = 60.0
_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of `serve`; None leaves a setting as it is."""

    home: Path | None = None
    host: str | None = None
    port: int | None = None
    plain_http: bool = False
    workers: bool = True


def serve(shell: Shell, wanted: Wanted) -> int:
    """Serve until interrupted. Gives the exit code."""
    settings = _with_options(shell.settings(wanted.home), wanted)
    web = settings.web
    _refuse_open_air(web, wanted.plain_http)
    configure(settings.observe, "web")
    with open_for_work(settings) as store:
        link = first_link(store, settings, now)
        app = create_app(store, settings, fresh_tools(settings, store), now)
        if not wanted.workers:
            shell.tell(
                "本机不处理文件，请在别处运行 piaohe worker",
                "documents are not carried here; run piaohe worker elsewhere",
            )
        shell.tell(
            f"票核在 {_base(web)} ，Ctrl-C 停止", f"Piaohe is at {_base(web)}; Ctrl-C stops it"
        )
        if link is not None:
            shell.tell(
                f"第一次使用：打开这个一次性链接建立管理员（24 小时内有效）\n{_base(web)}{link}",
                "First use: open this one-time link to make the administrator (good for 24 hours)\n"
                f"{_base(web)}{link}",
            )
        served = _Served(app, web, verbose=shell.verbose)
        beside = Beside(shell, store, settings) if wanted.workers else None
        stopping = beside.stopping if beside else threading.Event()
        with_signals(shell, stopping, lambda: served.run(beside))
        return 0 if served.started else 1


class Beside:
    """Workers that carry documents, and what is done by the clock, while the pages are served."""

    def __init__(self, shell: Shell, store: Store, settings: Settings) -> None:
        self.stopping = threading.Event()
        self._shell = shell
        self._store = store
        self._settings = settings
        # one that is still at work does not keep the program from ending when it is interrupted
        # twice: the slots stop as soon as they find nobody behind them
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let the slots finish what they have."""
        self.stopping.set()
        while self._thread.is_alive():
            # a plain join would not let a second Ctrl-C through
            self._thread.join(_PAUSE_SECONDS)

    def _run(self) -> None:
        """Carry documents. What keeps every slot from it is told, and tried again after a while:
        the pages go on, and somebody may repair the installation meanwhile."""
        slots = self._settings.flow.slots or standard_slots()
        with Chores(self._store, self._settings, now):
            while not self.stopping.is_set():
                try:
                    self._supervisor(slots).run()
                except PiaoheError as error:
                    self._shell.complain(error.record)
                except Exception as error:
                    self._shell.complain(failures.internal_error(error))
                self.stopping.wait(_REPAIR_SECONDS)

    def _supervisor(self, slots: int) -> Supervisor:
        tell, stopping = self._shell.tell, self.stopping
        return Supervisor(self._store, self._settings, slots, tell, now, stopping=stopping)


class _Served:
    """The web server. `started` says afterwards whether it could listen."""

    def __init__(self, app: "FastAPI", web: WebSettings, *, verbose: bool) -> None:
        import uvicorn

        from piaohe.web.server import Server

        self._server = Server(
            app,
            uvicorn.Config(
                app,
                host=web.host,
                port=web.port,
                ssl_certfile=web.tls_certificate,
                ssl_keyfile=web.tls_key,
                log_level="info" if verbose else "warning",
                # paths hold one-time secrets and numbers of invoices
                access_log=False,
                server_header=False,
                # a client that takes its answer slowly does not keep it from ending
                timeout_graceful_shutdown=30,
                # only a proxy on this machine is believed what it says of the client
                proxy_headers=web.public_url is not None,
                forwarded_allow_ips="127.0.0.1,::1",
            ),
        )

    @property
    def started(self) -> bool:
        return self._server.started

    def run(self, beside: Beside | None) -> None:
        """Serve until a signal comes, with workers beside where there are to be some."""
        if beside is not None:
            beside.start()
        # it takes the first signal for itself, ends, and then hands it on; of an exception, the
        # second signal among them, nobody waits for the slots: they end when this program has
        self._server.run()
        if beside is not None:
            beside.stop()


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
    # an address that means all of them is none to go to
    name = "127.0.0.1" if web.host in ("0.0.0.0", "::") else web.host  # noqa: S104
    host = f"[{name}]" if ":" in name else name
    return f"{scheme}://{host}:{web.port}"
