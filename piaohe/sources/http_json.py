"""A ledger by HTTP: pages of JSON, the records in it, and where in each record a field stands.

Only the configured host is asked, redirects are not followed, and links to a next page must lead
back to the same host. Tokens come from environment variables and appear in no message and no log.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import httpx

from models.record import Record
from piaohe.sources.failures import ledger_error
from piaohe.sources.resilience import Asker, Guard, NotAsked, Patience, Tools, Transient
from piaohe.sources.spool import Spool

MAX_BODY = 64 * 2**20
"""Bytes of one answer."""
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Status codes that may be others in a moment."""
_LONGEST_WAIT = 300.0


class Paging(Record):
    """How more pages are asked for.

    page: `parameter` counts from `first`; offset: it counts records; cursor: it is what the last
    answer holds at `path`; link: the whole address of the next page is at `path`. `size` is sent as
    `size_parameter`. `total` is where an answer says how many records there are in all.
    """

    kind: Literal["none", "page", "offset", "cursor", "link"] = "none"
    parameter: str = "page"
    first: int = 1
    size: int = 200
    size_parameter: str = ""
    path: str = ""
    total: str = ""


class JsonShape(Record):
    """Where an answer keeps its records, and a record its fields: dotted paths (`data.items`,
    `seller.name`, `lines.0.tax`). `fields` is by heading, which a profile or the usual names know.
    """

    records: str = ""
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """What an import may cost. `seconds` is for the whole of it, `quiet` for one silence."""

    max_rows: int = 2_000_000
    max_pages: int = 10_000
    seconds: float = 600.0
    quiet: float = 20.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address with what is sent along. `headers` hold the secrets, already looked up."""

    url: str
    method: Literal["GET", "POST"] = "GET"
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def fetch(
    endpoints: list[Endpoint],
    shape: JsonShape,
    paging: Paging,
    name: str,
    client: "Client",
) -> Spool:
    """All records of all pages, spooled; the caller closes the spool.

    Several endpoints are the same service at several addresses: the first that answers its first
    page gives the others too. Raises LedgerError: source_unreachable, source_too_slow,
    source_refused, answer_incomplete, answer_unusable, too_many_rows, host_not_allowed.
    """
    spool = Spool(shape.fields)
    try:
        _fill(spool, endpoints, shape, paging, client)
    except NotAsked as error:
        code = "answer_incomplete" if spool.rows else "source_unreachable"
        spool.close()
        raise ledger_error(code, name=name, why=error.record.message_en) from None
    except BaseException:
        spool.close()
        raise
    return spool


def _fill(
    spool: Spool, endpoints: list[Endpoint], shape: JsonShape, paging: Paging, client: "Client"
) -> None:
    first = _page(paging, 0, None)
    chosen, answer = client.first(endpoints, first)
    total: int | None = None
    seen: set[str] = set()
    for count in range(1, client.limits.max_pages + 1):
        records = _records(answer, shape.records, client.name)
        total = _total(answer, paging, total)
        for record in records:
            if spool.rows >= client.limits.max_rows:
                limit = str(client.limits.max_rows)
                raise ledger_error("too_many_rows", name=client.name, limit=limit)
            spool.add(at(record, path) for path in shape.fields.values())
        more = _next(answer, paging, len(records), spool.rows, total)
        if more is None:
            break
        if more in seen:
            raise ledger_error("answer_incomplete", name=client.name, why=f"page {more[:60]} again")
        seen.add(more)
        answer = client.get(chosen, _page(paging, count, more))
    else:
        raise ledger_error("too_many_rows", name=client.name, limit=f"{count} pages")
    if total is not None and spool.rows != total:
        why = f"{spool.rows} / {total}"
        raise ledger_error("answer_incomplete", name=client.name, why=why)


@dataclass(frozen=True, slots=True)
class _Ask:
    """What changes from page to page."""

    parameters: Mapping[str, str | int]
    link: str | None = None


def _page(paging: Paging, count: int, more: str | None) -> _Ask:
    parameters: dict[str, str | int] = {}
    if paging.size_parameter:
        parameters[paging.size_parameter] = paging.size
    if paging.kind == "page":
        parameters[paging.parameter] = paging.first + count
    elif paging.kind == "offset":
        parameters[paging.parameter] = int(more or 0)
    elif paging.kind == "cursor" and more is not None:
        parameters[paging.parameter] = more
    return _Ask(parameters, more if paging.kind == "link" else None)


def _next(answer: Any, paging: Paging, found: int, rows: int, total: int | None) -> str | None:
    """What the next page is asked by; None where this was the last."""
    if paging.kind == "none":
        return None
    if paging.kind in {"cursor", "link"}:
        said = at(answer, paging.path)
        return str(said) if said not in (None, "", False) else None
    if found == 0 or (total is not None and rows >= total):
        return None
    if total is None and paging.size_parameter and found < paging.size:
        return None
    return str(rows)


def _records(answer: Any, path: str, name: str) -> list[Any]:
    records = at(answer, path)
    if records is None and isinstance(answer, dict) and path:
        said = next((str(answer[key]) for key in ("message", "msg", "error") if key in answer), "")
        raise ledger_error("answer_unusable", name=name, why=f"{path}: {said[:80] or 'missing'}")
    if not isinstance(records, list):
        raise ledger_error("answer_unusable", name=name, why=f"{path or 'top'}: no list")
    return records


def _total(answer: Any, paging: Paging, before: int | None) -> int | None:
    said = at(answer, paging.total) if paging.total else None
    return int(said) if isinstance(said, int | str) and str(said).isdecimal() else before


def at(value: Any, path: str) -> Any:
    """What stands at a dotted path; None where nothing does. An empty path is the value itself."""
    for part in filter(None, path.split(".")):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


@dataclass
class Client:
    """Asks one source over HTTP. `name` is how messages call it. Close it after use."""

    name: str
    limits: HttpLimits = field(default_factory=HttpLimits)
    patience: Patience = field(default_factory=Patience)
    tools: Tools = field(default_factory=Tools)
    transport: httpx.BaseTransport | None = None
    guard: Callable[[str], Guard] | None = None
    """Gives what watches over an address; by default nobody is left alone longer than this
    client is used."""
    _deadline: float = 0.0

    def __post_init__(self) -> None:
        quiet = min(self.limits.quiet, self.limits.seconds)
        self._client = httpx.Client(
            timeout=httpx.Timeout(quiet, connect=min(quiet, 10.0)),
            follow_redirects=False,
            # neither .netrc nor proxies of the environment: they would see the token
            trust_env=False,
            transport=self.transport,
            headers={"accept": "application/json", "user-agent": "piaohe"},
        )
        self._deadline = self.tools.clock() + self.limits.seconds

    def close(self) -> None:
        self._client.close()

    def first(self, endpoints: list[Endpoint], ask: _Ask) -> tuple[Endpoint, Any]:
        """The first endpoint that answers, and its answer."""
        guards = [self.guard(each.url) for each in endpoints] if self.guard else ()
        asker = Asker(self.name, endpoints, self.patience, self.tools, guards)
        return asker.ask(lambda endpoint: (endpoint, self._answer(endpoint, ask)))

    def get(self, endpoint: Endpoint, ask: _Ask) -> Any:
        """A further page of an endpoint."""
        asker = Asker(self.name, [endpoint], self.patience, self.tools)
        return asker.ask(lambda each: self._answer(each, ask))

    def post(self, endpoint: Endpoint, body: Mapping[str, Any]) -> Any:
        """One question with a JSON body, asked once: the answer. Raises Transient."""
        return self._answer(endpoint, _Ask({}), body)

    def _answer(self, endpoint: Endpoint, ask: _Ask, body: Mapping[str, Any] | None = None) -> Any:
        if self.tools.clock() > self._deadline:
            seconds = f"{self.limits.seconds:g}"
            raise ledger_error("source_too_slow", name=self.name, seconds=seconds)
        url = self._allowed(endpoint, ask.link) if ask.link else endpoint.url
        parameters = {} if ask.link else {**endpoint.parameters, **ask.parameters}
        is_post = endpoint.method == "POST" or body is not None
        try:
            with self._client.stream(
                "POST" if is_post else "GET",
                url,
                params=None if is_post or not parameters else parameters,
                json=(body if body is not None else parameters) if is_post else None,
                headers=dict(endpoint.headers),
            ) as response:
                self._check(response)
                data = b"".join(self._body(response))
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Transient(f"no connection ({type(error).__name__})", sent=False) from None
        except httpx.TimeoutException as error:
            raise Transient(f"timeout ({type(error).__name__})") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
            why = type(error).__name__
            raise ledger_error("answer_unusable", name=self.name, why=why) from None
        except httpx.RemoteProtocolError:
            raise Transient("connection ended within an answer") from None
        except httpx.HTTPError as error:
            raise Transient(type(error).__name__) from None
        return self._parsed(data)

    def _body(self, response: httpx.Response) -> Iterator[bytes]:
        """The body, while neither its size nor its time is beyond what is allowed."""
        size = 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > MAX_BODY:
                raise ledger_error("answer_unusable", name=self.name, why=f"> {MAX_BODY} bytes")
            if self.tools.clock() > self._deadline:
                seconds = f"{self.limits.seconds:g}"
                raise ledger_error("source_too_slow", name=self.name, seconds=seconds)
            yield chunk

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in _PASSING:
            raise Transient(f"HTTP {status}", _retry_after(response))
        if 300 <= status < 400:
            target = response.headers.get("location", "")
            host = _host_of(target) or "?"
            raise ledger_error("host_not_allowed", name=self.name, host=f"{host} (HTTP {status})")
        if status in (401, 403):
            raise ledger_error("source_refused", name=self.name, why=f"HTTP {status}")
        if status >= 400:
            raise ledger_error("answer_unusable", name=self.name, why=f"HTTP {status}")

    def _parsed(self, data: bytes) -> Any:
        try:
            return json.loads(data, parse_float=str, parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            if data.lstrip()[:1] in (b"{", b"[") and data.rstrip()[-1:] not in (b"}", b"]"):
                raise Transient(f"half an answer, {len(data)} bytes") from None
            start = re.sub(r"\s+", " ", data[:40].decode("utf-8", "replace"))
            raise ledger_error("answer_unusable", name=self.name, why=f"no JSON: {start}") from None

    def _allowed(self, endpoint: Endpoint, link: str) -> str:
        """The address of a next page, which must lead to where the first one was."""
        try:
            whole = httpx.URL(endpoint.url).join(link)
        except httpx.InvalidURL:
            raise ledger_error("answer_unusable", name=self.name, why="link") from None
        own = httpx.URL(endpoint.url)
        if (whole.scheme, whole.host, whole.port) != (own.scheme, own.host, own.port):
            raise ledger_error("host_not_allowed", name=self.name, host=whole.host[:80])
        return str(whole)


def _host_of(link: str) -> str:
    try:
        return httpx.URL(link).host
    except httpx.InvalidURL:
        return ""


def _retry_after(response: httpx.Response) -> float | None:
    """The wait a server asks for, in seconds or as a date, at most five minutes."""
    said = response.headers.get("retry-after", "").strip()
    if said.isdecimal():
        return min(float(said[:6]), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(said).timestamp()
    except (TypeError, ValueError):
        return None
    return min(max(until - time.time(), 0.0), _LONGEST_WAIT)


__all__ = [
    "Client",
    "Endpoint",
    "HttpLimits",
    "JsonShape",
    "Paging",
    "at",
    "fetch",
]
