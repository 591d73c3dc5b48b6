"""Ledgers over HTTP: pages, paths, and servers that misbehave. Nothing leaves this process."""

import json
import logging
from collections.abc import Callable

import httpx
import pytest

from models.errors import LedgerError
from piaohe.sources.http_json import Client, Endpoint, HttpLimits, JsonShape, Paging, at, fetch
from piaohe.sources.reader import open_sheets
from piaohe.sources.resilience import Patience, Tools

NUMBER = "26447000001243494438"
SHAPE = JsonShape(
    records="data.items", fields={"invoice_number": "no", "total": "sum.total", "supplier": "who"}
)
URL = "https://erp.example/api/invoices"
SECRET = "Bearer s3cret"


def record(at: int) -> dict[str, object]:
    return {"no": int(NUMBER) + at, "sum": {"total": 1060.5}, "who": "甲"}


def body(*records: object, **more: object) -> dict[str, object]:
    return {"data": {"items": list(records)}} | more


def run(
    handler: Callable[[httpx.Request], httpx.Response],
    paging: Paging | None = None,
    **limits: float,
):
    client = Client(
        "erp",
        HttpLimits(**limits),
        Patience(tries=2, seconds=50.0),
        Tools(sleep=lambda _: None),
        httpx.MockTransport(handler),
    )
    endpoint = Endpoint(URL, headers={"authorization": SECRET})
    try:
        with fetch([endpoint], SHAPE, paging or Paging(), "erp", client) as spool:
            return list(open_sheets([spool.table()], "erp").entries()), spool.sha256
    finally:
        client.close()


def test_numbers_and_money_lose_nothing() -> None:
    entries, sha = run(lambda _: httpx.Response(200, json=body(record(0), record(1))))
    assert [entry.number for entry in entries] == [NUMBER, NUMBER[:-1] + "9"]
    assert [str(entry.total) for entry in entries] == ["1060.50"] * 2
    assert (entries[0].seller_name, entries[0].row) == ("甲", 2)
    assert run(lambda _: httpx.Response(200, json=body(record(0), record(1))))[1] == sha
    scientific = b'{"data": {"items": [{"no": 2.5327E+19, "sum": {"total": 5}}]}}'
    (lost,), _ = run(lambda _: httpx.Response(200, content=scientific))
    assert (lost.number, lost.damaged_number) == (None, "2.5327E+19")


def paged(total: int, size: int, more: Callable[[int], dict[str, object]]):
    """A server of `total` records that gives `size` from where it is asked to."""

    def handler(request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        start = int(asked.get("offset", 0)) or (int(asked.get("page", 1)) - 1) * size
        start = int(asked.get("cursor", start))
        records = [record(place) for place in range(start, min(start + size, total))]
        return httpx.Response(200, json=body(*records, **more(start + size)))

    return handler


PAGINGS = [
    (Paging(kind="page", total="count"), lambda _: {"count": 5}),
    (Paging(kind="page"), lambda _: {}),
    (Paging(kind="page", size=2, size_parameter="n"), lambda _: {}),
    (Paging(kind="offset", parameter="offset"), lambda _: {}),
    (
        Paging(kind="cursor", parameter="cursor", path="next"),
        lambda n: {"next": n} if n < 5 else {},
    ),
    (Paging(kind="link", path="next"), lambda n: {"next": f"?cursor={n}" if n < 5 else None}),
    (Paging(kind="link", path="next"), lambda n: {"next": f"{URL}?cursor={n}" if n < 5 else ""}),
]


@pytest.mark.parametrize(("paging", "more"), PAGINGS)
def test_every_way_of_paging_gives_all(paging: Paging, more) -> None:
    entries, _ = run(paged(5, 2, more), paging)
    assert len({entry.number for entry in entries}) == 5


def answering(*answers: httpx.Response | Exception):
    left = list(answers)

    def handler(_: httpx.Request) -> httpx.Response:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    return handler


GOOD = httpx.Response(200, json=body(record(0)))
BAD = [
    (httpx.ReadTimeout("t"), "source_unreachable"),
    (httpx.ConnectError("c"), "source_unreachable"),
    (httpx.RemoteProtocolError("closed"), "source_unreachable"),
    (httpx.Response(503), "source_unreachable"),
    (httpx.Response(200, content=GOOD.content[:-5]), "source_unreachable"),
    (httpx.Response(401), "source_refused"),
    (httpx.Response(404), "answer_unusable"),
    (httpx.Response(200, content=b"<html>log in</html>"), "answer_unusable"),
    (httpx.Response(200, content=b"{'a': 1}"), "answer_unusable"),
    (httpx.Response(200, json={"code": 7, "message": "no right"}), "answer_unusable"),
    (httpx.Response(200, json={"data": {"items": {"a": 1}}}), "answer_unusable"),
    (httpx.Response(302, headers={"location": "http://10.0.0.1/"}), "host_not_allowed"),
]


@pytest.mark.parametrize(("answer", "code"), BAD)
def test_a_server_that_misbehaves_is_told_and_no_secret_is(answer, code, caplog) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(LedgerError, match=code) as caught:
        run(answering(answer))
    assert "s3cret" not in caplog.text + str(caught.value) + caught.value.record.message


def test_what_passes_is_asked_again() -> None:
    entries, _ = run(answering(httpx.Response(503, headers={"retry-after": "1"}), GOOD))
    assert len(entries) == 1


@pytest.mark.parametrize(
    ("handler", "paging", "code"),
    [
        (paged(5, 2, lambda _: {"count": 9}), PAGINGS[0][0], "answer_incomplete"),
        (paged(5, 2, lambda _: {"next": 2}), PAGINGS[4][0], "answer_incomplete"),
        (
            paged(5, 2, lambda _: {"next": "https://elsewhere.example/x"}),
            PAGINGS[5][0],
            "host_not_allowed",
        ),
        (paged(5, 2, lambda _: {"next": "//10.0.0.1/x"}), PAGINGS[5][0], "host_not_allowed"),
        (answering(GOOD, httpx.ReadTimeout("t")), PAGINGS[1][0], "answer_incomplete"),
    ],
)
def test_a_part_is_never_taken_for_the_whole(handler, paging, code) -> None:
    with pytest.raises(LedgerError, match=code):
        run(handler, paging)


def test_limits_of_rows_and_time() -> None:
    with pytest.raises(LedgerError, match="too_many_rows"):
        run(paged(5, 2, lambda _: {}), Paging(kind="page"), max_rows=3)
    with pytest.raises(LedgerError, match="source_too_slow"):
        run(answering(GOOD), seconds=-1.0)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("", {"a": [{"b": 1}]}), ("a.0.b", 1), ("a.1.b", None), ("a.b", None), ("x", None)],
)
def test_paths(path: str, expected: object) -> None:
    assert at(json.loads('{"a": [{"b": 1}]}'), path) == expected
