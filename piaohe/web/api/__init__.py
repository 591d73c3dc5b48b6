"""The routes under /v1, and those for whoever keeps it running."""

from piaohe.web.api import (
    advice,
    arrivals,
    batch_sheet,
    batches,
    capture,
    claim_choices,
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
    samples,
    search,
    standing,
)

ROUTERS = tuple(
    part.router
    for part in (
        advice,
        arrivals,
        # before the one that takes any name for a batch's
        batch_sheet,
        batches,
        capture,
        claim_choices,
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
        samples,
        search,
        standing,
    )
)
