"""The desk at which a configured check platform is asked."""

import datetime
from collections.abc import Callable

from piaohe import clock
from piaohe.sources.configured import PortalSource, Sources, headers_of
from piaohe.sources.failures import ledger_error
from piaohe.sources.http_json import Endpoint
from piaohe.sources.portal import CheckDesk, HttpPortal, OfflinePortal, Portal
from piaohe.sources.shared import guards
from piaohe.store import Store


def desk_of(
    store: Store,
    sources: Sources,
    name: str,
    now: Callable[[], datetime.datetime] = clock.now,
) -> CheckDesk:
    """The desk for a configured platform; one that is not enabled asks nobody.

    Raises LedgerError no_source, bad_sources, secret_missing.
    """
    source = sources.get(name)
    if not isinstance(source, PortalSource):
        raise ledger_error("bad_sources", place=f"[{name}]", why='kind = "portal"')
    portal: Portal = OfflinePortal(now)
    if source.enabled:
        headers = headers_of(source, name)
        endpoints = [Endpoint(url, "POST", {}, headers) for url in source.urls]
        portal = HttpPortal(endpoints, now, name, source.seconds, guard=guards(store, name, now))
    return CheckDesk(store, portal, now, source.per_day, datetime.timedelta(source.keep_days))
