"""The routes that give pages."""

from piaohe.web.pages import (
    account,
    capture,
    claims,
    documents,
    finding,
    guide,
    overview,
    reviewing,
    samples,
)

ROUTERS = tuple(
    part.router
    for part in (account, capture, claims, documents, finding, guide, overview, reviewing, samples)
)
