"""The pages and the API, on FastAPI.

    app = create_app(store, settings)

Everything a page does goes through the same houses as the API: `piaohe.access` says who may,
`desk` corrects and decides, `arrival` takes documents in, `drawing` makes pictures. Importing this
package loads none of it: `drawing` runs in processes of its own, which have to start quickly.
"""

import datetime
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from piaohe.access import Access
    from piaohe.matching.links import Desk as LinkDesk
    from piaohe.pipeline import Tools
    from piaohe.settings import Settings
    from piaohe.store import Store
    from piaohe.web.house import Terms

__all__ = ["create_app", "first_link"]


def create_app(
    store: "Store",
    settings: "Settings",
    tools: "Callable[[], Tools]",
    clock: Callable[[], datetime.datetime],
    **instead: object,
) -> "FastAPI":
    """The application on a store. `tools` is asked for anew with every correction, `clock` gives
    aware instants. `instead` puts other parts of `House` in place, for tests: access, arrival,
    pictures, terms.
    """
    from piaohe import claims
    from piaohe.flow.arrival import Door
    from piaohe.learning import mapping
    from piaohe.observe.tower import Tower
    from piaohe.tools import limits_of
    from piaohe.vault import Vault
    from piaohe.web.app import make_app
    from piaohe.web.arrival import Queued
    from piaohe.web.drawing import Pictures
    from piaohe.web.house import House
    from piaohe.web.rates import Rates
    from piaohe.web.reading import Reader
    from piaohe.web.review.desk import Desk, Manners
    from piaohe.web.streams import Streams

    web = settings.web
    limit_fen = None if web.approval_limit is None else web.approval_limit * 100
    manners = Manners(web.four_eyes, limit_fen, partial(mapping.of_home, settings.home))
    house = House(
        store=store,
        access=_access(store, settings, clock),
        desk=Desk(store, clock, tools, manners),
        claims=claims.Counter(
            store, clock, lambda: tools().context, claims.Manners(web.four_eyes, limit_fen)
        ),
        arrival=Queued(Door(store, clock, settings.flow.queue_limit), clock, Reader(settings)),
        pictures=Pictures(store.originals, settings.home / "cache" / "pages", limits_of(settings)),
        tower=Tower(store, settings, clock),
        terms=_terms(settings),
        clock=clock,
        linking=_linking(store, settings, tools, clock),
        policy=lambda: tools().context.policy,
        rates=Rates(web.requests_per_minute),
        streams=Streams(store, web.event_streams),
        vault=Vault(settings.home),
    )
    return make_app(replace(house, **instead))  # type: ignore[arg-type]


def first_link(
    store: "Store", settings: "Settings", clock: Callable[[], datetime.datetime]
) -> str | None:
    """The path of the link that makes the administrator; None where there are people."""
    token = _access(store, settings, clock).first_link()
    return f"/join/{token}" if token else None


def _access(
    store: "Store", settings: "Settings", clock: Callable[[], datetime.datetime]
) -> "Access":
    from piaohe.access import Access, Passwords, Stay

    stay = Stay(
        idle=datetime.timedelta(minutes=settings.web.session_idle_minutes),
        most=datetime.timedelta(hours=settings.web.session_hours),
    )
    return Access(store, clock, Passwords(), stay)


def _linking(
    store: "Store",
    settings: "Settings",
    tools: "Callable[[], Tools]",
    clock: Callable[[], datetime.datetime],
) -> "Callable[[], LinkDesk]":
    from piaohe.matching.links import Desk as LinkDesk
    from piaohe.matching.shelf import Shelf
    from piaohe.matching.told import options_for

    shelf = Shelf()
    return lambda: LinkDesk(store, options_for(settings, clock()), tools().context, shelf)


def _terms(settings: "Settings") -> "Terms":
    from urllib.parse import urlsplit

    from piaohe.web.house import Terms

    web = settings.web
    public = urlsplit(web.public_url or "")
    hosts = {"127.0.0.1", "localhost", "[::1]", web.host, *web.allowed_hosts}
    if public.hostname:
        hosts.add(public.hostname)
    secure = public.scheme == "https" or web.tls_certificate is not None
    return Terms(
        language=settings.language,
        secure=secure,
        hosts=tuple(sorted(hosts)),
        public_url=web.public_url,
        max_bytes=settings.limits.max_file_mib * 1024 * 1024,
        max_pages=settings.limits.max_pages,
        max_pixels=settings.limits.max_pixels,
        hooks_private=web.hooks_private,
    )
