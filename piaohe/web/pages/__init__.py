"""The routes that give pages."""

from piaohe.web.pages import account, capture, claims, documents, finding, reviewing

ROUTERS = tuple(part.router for part in (account, capture, claims, documents, finding, reviewing))
