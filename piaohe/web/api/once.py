"""A change that is done once for an idempotency key."""

import hashlib
import json
from typing import Annotated, Any

from fastapi import Header

from piaohe.access import Viewer
from piaohe.store import Work
from piaohe.store.people import Reply
from piaohe.web.house import House
from piaohe.web.problems import Problem

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="The same key with the same request gives the same answer for a day.",
    ),
]


class Once:
    """What was answered to a key. `request` tells one request from another."""

    def __init__(self, house: House, viewer: Viewer, key: str | None, request: str) -> None:
        self._house, self._viewer, self._key = house, viewer, key
        self._request = hashlib.sha256(request.encode("utf-8", "backslashreplace")).hexdigest()

    def known(self, work: Work) -> dict[str, Any] | None:
        """What was answered before. Raises Problem 422 where the key was for something else."""
        known = work.audits.replied(self._viewer.id, self._key) if self._key else None
        if known is None:
            return None
        if known.request != self._request:
            raise Problem(422, "key_reused")
        body: dict[str, Any] = json.loads(known.body)
        return body

    def keep(self, work: Work, body: dict[str, Any]) -> None:
        """Remember an answer, in the transaction of what was done."""
        if self._key and work.audits.replied(self._viewer.id, self._key) is None:
            reply = Reply(request=self._request, status=200, body=json.dumps(body))
            work.audits.reply(self._viewer.id, self._key, reply, self._house.clock())
