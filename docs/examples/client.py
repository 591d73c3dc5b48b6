"""A client of the API in one page, with nothing but the standard library.

    python client.py https://piaohe.example.com TOKEN invoice.pdf ...

Hands files in, waits until each is read, prints what was read; then lists invoices. Requests are
repeated where that is safe: an upload is known by its content, changes carry an Idempotency-Key.
"""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TRIES = 6
AGAIN = {429, 502, 503, 504}


class Refused(Exception):  # noqa: N818 - called like what the server does
    """What the server answered; `code` is stable, see docs/api.md."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status, self.code = status, problem.get("code", "")
        super().__init__(f"{status} {self.code}: {problem.get('detail', '')}")


class Client:
    """`base` such as https://piaohe.example.com; `token` is made on the page of one's account."""

    def __init__(self, base: str, token: str, seconds: float = 60) -> None:
        self._base, self._seconds = base.rstrip("/"), seconds
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    def upload(self, path: Path, wait: int = 20) -> dict[str, Any]:
        """Hand a file in; gives its document, read already where that took no longer."""
        mark = uuid.uuid4().hex
        name = urllib.parse.quote(path.name)
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + path.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        kind = f"multipart/form-data; boundary={mark}"
        headers = {"Content-Type": kind, "Prefer": f"wait={wait}"}
        return self._ask("POST", "/v1/documents", body, headers)

    def result(self, document: str, seconds: float = 300) -> dict[str, Any]:
        """Wait for a document; gives it with its invoices. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self._ask("GET", f"/v1/documents/{document}", headers={"Prefer": "wait=20"})
            if found["state"] != "waiting":
                return found
            time.sleep(0.5)
        raise TimeoutError(document)

    def invoice(self, invoice: str) -> dict[str, Any]:
        """An invoice with its evidence and findings."""
        return self._ask("GET", f"/v1/invoices/{invoice}")

    def invoices(self, **filters: str) -> Iterator[dict[str, Any]]:
        """All that the filters find, the latest received first."""
        return self._walked("/v1/invoices", filters)

    def documents(self) -> Iterator[dict[str, Any]]:
        """What the token's owner handed in, the latest first, each with its state."""
        return self._walked("/v1/documents", {})

    def correct(self, invoice: dict[str, Any], **fields: str) -> dict[str, Any]:
        """Correct fields of an invoice as it was seen; 412 stale where somebody was faster."""
        return self._change(invoice, "corrections", {"fields": fields})

    def decide(self, invoice: dict[str, Any], verdict: str, reason: str = "") -> dict[str, Any]:
        """accept, return, reject or reopen an invoice as it was seen."""
        return self._change(invoice, "decision", {"verdict": verdict, "reason": reason})

    def export(self, path: Path, kind: str = "xlsx", **filters: str) -> None:
        """Save what the filters find as xlsx, csv, json (an object a line) or zip (originals)."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        form = urllib.parse.urlencode({"format": kind}).encode()
        query = urllib.parse.urlencode(filters)
        path.write_bytes(self._send("POST", f"/v1/exports?{query}", form, headers))

    def _change(self, invoice: dict[str, Any], what: str, body: dict[str, Any]) -> dict[str, Any]:
        """Change the version of an invoice that was seen, and once only."""
        headers = {
            "Content-Type": "application/json",
            "If-Match": f'"{invoice["version"]}"',
            "Idempotency-Key": uuid.uuid4().hex,
        }
        path = f"/v1/invoices/{invoice['id']}/{what}"
        return self._ask("POST", path, json.dumps(body).encode(), headers)

    def _walked(self, path: str, filters: dict[str, str]) -> Iterator[dict[str, Any]]:
        """The items of all pages of a list."""
        cursor: str | None = ""
        while cursor is not None:
            query = urllib.parse.urlencode(filters | ({"cursor": cursor} if cursor else {}))
            page = self._ask("GET", f"{path}?{query}")
            yield from page["items"]
            cursor = page["next"]

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._send(method, path, body, headers))
        return found

    def _send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> bytes:
        """One request, repeated while the server is busy or cannot be reached."""
        url = self._base + path
        for count in range(TRIES):
            request = urllib.request.Request(  # noqa: S310 - the address is the caller's own
                url, body, self._headers | (headers or {}), method=method
            )
            try:
                with urllib.request.urlopen(request, timeout=self._seconds) as answer:  # noqa: S310
                    answered: bytes = answer.read()
                    return answered
            except urllib.error.HTTPError as error:
                if error.code not in AGAIN or count == TRIES - 1:
                    raise Refused(error.code, _problem(error)) from None
                wait = error.headers.get("Retry-After", "")
            except urllib.error.URLError:
                if count == TRIES - 1:
                    raise
                wait = ""
            time.sleep(float(wait) if wait.isdigit() else 0.5 * 2**count)
        raise AssertionError("unreachable")


def _problem(error: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.load(error)
    except ValueError:
        found = {}
    return found


def main() -> None:
    base, token, *files = sys.argv[1:]
    client = Client(base, token)
    for file in files:
        document = client.result(client.upload(Path(file))["id"])
        print(file, document["state"], document["error"] or "")
        for each in document["invoices"]:
            read = client.invoice(each["id"])["invoice"]
            print(" ", read["number"], read["date"], read["total"], each["status"])
    for line in client.invoices():
        print(
            line["received_at"], line["number"], line["seller_name"], line["total"], line["state"]
        )


if __name__ == "__main__":
    main()
