"""What the routes work with, made once and handed to the application."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from piaohe.access import Access
from piaohe.claims import Counter
from piaohe.matching.links import Desk as LinkDesk
from piaohe.observe.tower import Tower
from piaohe.store import Store
from piaohe.vault import Vault
from piaohe.web.arrival import Arrival
from piaohe.web.drawing import Pictures
from piaohe.web.rates import Rates
from piaohe.web.review.desk import Desk
from piaohe.web.streams import Streams
from validate import Policy


@dataclass(frozen=True, slots=True)
class Terms:
    """What the pages are told of the settings. `public_url` is where browsers find them;
    `secure` cookies are sent over https alone."""

    language: str = "zh"
    secure: bool = False
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    public_url: str | None = None
    max_bytes: int = 100 * 1024 * 1024
    max_pages: int = 500
    max_pixels: int = 120_000_000
    max_read_bytes: int = 10 * 1024 * 1024
    hooks_private: bool = False
    """Whether webhooks may go to plain http and to the own network."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything behind the pages."""

    store: Store
    access: Access
    desk: Desk
    claims: Counter
    arrival: Arrival
    pictures: Pictures
    tower: Tower
    terms: Terms
    clock: Callable[[], datetime.datetime]
    linking: Callable[[], LinkDesk]
    """Where a person says which entry of a ledger is an invoice's."""
    policy: Callable[[], Policy]
    """The company's own rules that are in force."""
    rates: Rates
    streams: Streams
    vault: Vault
    """Seals the secrets of webhooks."""


def house_of(request: Request) -> House:
    """The house a request came to."""
    house: House = request.app.state.house
    return house
