"""A check platform for tests and demos: `python -m piaohe.sources.portal_mock --help`.

It knows invoices and a script. It keeps the platform's rules itself: five questions a day for each
invoice, the next-day rule, five years, and the values asked with must agree. A script makes it
fail: each key has a list of codes ("006", "020") or of "hang", "half", "error"; the last one stays.
It is no part of the platform and knows nothing but what it is given.
"""

import argparse
import datetime
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import Field

from models.record import Record

PER_DAY = 5
YEARS = 5
_LARGEST = 100_000
_SAYS = {
    "001": "查验成功",
    "002": "超过该张发票当日查验次数",
    "003": "请求太频繁",
    "005": "请求不合法",
    "006": "查验不一致",
    "007": "验证码失效",
    "009": "查无此票",
    "010": "网络超时",
    "020": "查验行为异常",
    "rqerr": "当日开具发票可于次日进行查验",
}


class Known(Record):
    """An invoice the mock knows. `check` is what it must be asked with."""

    number: str
    date: datetime.date
    check: str
    code: str = ""
    status: str = "正常"
    face: dict[str, str] = Field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.number if len(self.number) == 20 else f"{self.code}-{self.number}"


class PortalMock:
    """The server; `url` is where it listens. Use it in a `with` statement."""

    def __init__(
        self,
        invoices: Iterable[Known] = (),
        script: Mapping[str, Sequence[str]] | None = None,
        *,
        today: datetime.date | None = None,
        port: int = 0,
        hang: float = 30.0,
    ) -> None:
        self._known = {invoice.key: invoice for invoice in invoices}
        self._script = {key: list(steps) for key, steps in (script or {}).items()}
        self._today = today
        self._hang = hang
        self._asked: Counter[tuple[str, datetime.date]] = Counter()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self.requests: list[dict[str, Any]] = []
        handler = type("Handler", (_Handler,), {"mock": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/check"

    def answer(self, body: Mapping[str, Any]) -> str | dict[str, Any]:
        """What a question gets: an answer, or "hang", "half", "error"."""
        with self._lock:
            self.requests.append(dict(body))
            number, code = str(body.get("number", "")), str(body.get("code", ""))
            key = number if len(number) == 20 else f"{code}-{number}"
            steps = self._script.get(key)
            if steps:
                step = steps.pop(0) if len(steps) > 1 else steps[0]
                if step in {"hang", "half", "error"}:
                    return step
                if step != "001":
                    return _said(step)
            return self._judged(key, body)

    def _judged(self, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
        today = self._today or datetime.datetime.now(datetime.UTC).date()
        self._asked[key, today] += 1
        if self._asked[key, today] > PER_DAY:
            return _said("002")
        try:
            date = datetime.datetime.strptime(str(body.get("date")), "%Y%m%d").date()  # noqa: DTZ007
        except ValueError:
            return _said("005")
        if date >= today:
            return _said("rqerr")
        known = self._known.get(key)
        if known is None or (today - date).days > YEARS * 366:
            return _said("009")
        if (known.date, known.check) != (date, str(body.get("check", ""))):
            return _said("006")
        return _said("001") | {"status": known.status, "face": known.face}

    def wait(self) -> None:
        """Say nothing for as long as a hanging system would, or until the server stops."""
        self._stopped.wait(self._hang)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _said(code: str) -> dict[str, Any]:
    return {"code": code, "says": _SAYS.get(code, "")}


class _Handler(BaseHTTPRequestHandler):
    mock: PortalMock

    def do_POST(self) -> None:
        size = min(int(self.headers.get("content-length") or 0), _LARGEST)
        try:
            body = json.loads(self.rfile.read(size))
        except ValueError:
            body = None
        answer = self.mock.answer(body) if isinstance(body, dict) else _said("005")
        if answer == "hang":
            self.mock.wait()
            self.close_connection = True
            return
        data = json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(500 if answer == "error" else 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data) * (2 if answer == "half" else 1)))
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Questions hold figures of invoices: nothing is logged."""


def known_of(line: Mapping[str, Any]) -> Known | None:
    """An invoice as `piaohe read --json` prints it, as the platform would know it."""
    from models.invoice import Invoice
    from piaohe.sources.portal import PortalRequest, request_of

    invoice = Invoice.model_validate(
        {key: value for key, value in line.items() if key in Invoice.model_fields}
    )
    request = request_of(invoice)
    if not isinstance(request, PortalRequest):
        return None
    names = ("seller_name", "seller_tax_id", "buyer_name", "buyer_tax_id", "amount", "tax", "total")
    face = {name: str(value) for name in names if (value := getattr(invoice, name)) is not None}
    return Known(
        number=request.number, code=request.code, date=request.date, check=request.check, face=face
    )


def _read(path: Path) -> list[Known]:
    """Invoices of a JSONL file: documents of `read`, invoices alone, or what `Known` holds."""
    found = []
    for line in path.read_text("utf-8-sig").splitlines():
        if line.strip():
            values = json.loads(line)
            if "check" in values:
                found.append(Known.model_validate(values))
                continue
            several = map(known_of, values.get("invoices", [values]))
            found += [known for known in several if known]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="票核的模拟查验平台 · A mock check platform.")
    parser.add_argument("--port", type=int, default=8089)
    parser.add_argument("--invoices", type=Path, help="JSONL of piaohe read --json")
    parser.add_argument("--script", type=Path, help='JSON: {"<key>": ["006", "hang", "001"]}')
    chosen = parser.parse_args(arguments)
    script = json.loads(chosen.script.read_text("utf-8-sig")) if chosen.script else {}
    invoices = _read(chosen.invoices) if chosen.invoices else []
    with PortalMock(invoices, script, port=chosen.port) as mock:
        sys.stderr.write(f"{mock.url}  ({len(invoices)} invoices)\n")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return 0


if __name__ == "__main__":
    raise SystemExit(main())
