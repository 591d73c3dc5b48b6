"""The client of the examples against a real server, from a file to its invoices."""

import importlib.util
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from piaohe.store import Store
from piaohe.web.house import Terms
from tests.support.web import SAMPLES, Site, served

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "client.py"


def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("example_client", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def heard(base: str, secret: str) -> list[str]:
    """The kinds of what a stream tells from the beginning, up to the first decision."""
    headers = {"Authorization": f"Bearer {secret}", "Accept": "text/event-stream"}
    kinds: list[str] = []
    with httpx.stream(
        "GET", f"{base}/v1/events", headers=headers | {"Last-Event-ID": "0-0"}, timeout=30
    ) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line.startswith("event: "):
                kinds.append(line.removeprefix("event: "))
            if "document.decided" in kinds:
                break
    return kinds


def test_from_a_file_to_its_invoices(tmp_path: Path) -> None:
    module = example()
    with Store.open(tmp_path / "home") as store, ExitStack() as stack:
        site = Site(store, tmp_path, terms=Terms(hosts=("127.0.0.1", "testserver")))
        with site.as_("li", "reviewer") as li:
            wanted = {"name": "x", "scopes": ["documents.add", "documents.own", "review"]}
            secret = li.post("/v1/tokens", json=wanted).json()["secret"]
        with served(site) as base:
            client = module.Client(base, secret)
            ids = set()
            for name in ("04-dz-normal.xml", "02-dz-normal.pdf"):
                document = client.result(client.upload(SAMPLES / name)["id"])
                ids |= {each["id"] for each in document["invoices"]}
            assert {line["id"] for line in client.invoices(limit="1")} == ids
            assert {each["id"] for one in client.documents() for each in one["invoices"]} == ids
            invoice = client.invoice(sorted(ids)[0])
            fixed = client.correct(invoice, seller_name="某某有限公司")
            assert fixed["invoice"]["seller_name"] == "某某有限公司"
            with pytest.raises(module.Refused) as refused:
                client.correct(invoice, seller_name="别的公司")
            assert (refused.value.status, refused.value.code) == (412, "stale")
            assert client.decide(fixed, "return", "重开")["state"] == "returned"
            client.export(tmp_path / "out.csv", "csv", state="returned")
            _, row = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
            assert "某某有限公司" in row
            assert "document.decided" in heard(base, secret)
            with pytest.raises(module.Refused):
                module.Client(base, "ph_wrong").invoice("x")
            # one who listens still does not keep the server from stopping
            headers = {"Authorization": f"Bearer {secret}", "Accept": "text/event-stream"}
            listener = stack.enter_context(httpx.Client(base_url=base, headers=headers, timeout=30))
            answer = listener.send(listener.build_request("GET", "/v1/events"), stream=True)
            lines = answer.iter_lines()
            assert next(lines) == "retry: 3000"
        # it ended by itself
        assert "still here" not in "".join(lines)
