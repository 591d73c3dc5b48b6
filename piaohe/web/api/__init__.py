"""The routes under /v1, and those for whoever keeps it running."""

from piaohe.web.api import (
    arrivals,
    batches,
    capture,
    claim_exports,
    claims,
    documents,
    events,
    exports,
    health,
    hooks,
    invoices,
    overview,
    people,
    review,
    search,
    standing,
)

ROUTERS = tuple(
    part.router
    for part in (
        arrivals,
        batches,
        capture,
        claim_exports,
        claims,
        documents,
        events,
        exports,
        health,
        hooks,
        invoices,
        overview,
        people,
        review,
        search,
        standing,
    )
)
