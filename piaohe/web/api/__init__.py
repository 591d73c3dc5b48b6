"""The routes under /v1, and those for whoever keeps it running."""

from piaohe.web.api import (
    arrivals,
    capture,
    claims,
    documents,
    exports,
    health,
    invoices,
    review,
    search,
)

ROUTERS = tuple(
    part.router
    for part in (
        arrivals,
        capture,
        claims,
        documents,
        exports,
        health,
        invoices,
        review,
        search,
    )
)
