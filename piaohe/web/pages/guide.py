"""Help: a page beside every screen, and the same as a panel over it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from piaohe.access import Permission, Viewer
from piaohe.web.guard import Needs
from piaohe.web.problems import Problem
from piaohe.web.render import page
from piaohe.web.words.help import SCREENS

router = APIRouter(include_in_schema=False)

Anybody = Annotated[Viewer, Depends(Needs(Permission.ANYBODY))]

_HOMES = {
    "documents": ("/", Permission.DOCUMENTS_OWN),
    "capture": ("/capture", Permission.DOCUMENTS_ADD),
    "claims": ("/claims", Permission.CLAIMS_OWN),
    "queue": ("/review", Permission.REVIEW),
    "review": ("/review", Permission.REVIEW),
    "search": ("/search", Permission.DOCUMENTS_OWN),
    "overview": ("/overview", Permission.DOCUMENTS_ALL),
    "people": ("/people", Permission.PEOPLE),
    "account": ("/account", Permission.TOKENS),
}
"""Where each screen is, and who may open it."""


@router.get("/help/{screen}")
def guide(request: Request, viewer: Anybody, screen: str, panel: bool = False) -> HTMLResponse:
    """The help of a screen, for whoever reads it; `panel` gives what goes into the side panel."""
    found = SCREENS.get(screen)
    if found is None:
        raise Problem(404, "not_found")
    fitting = [name for name, (_, need) in _HOMES.items() if need in viewer.may]
    return page(
        request,
        "_guide.html" if panel else "guide.html",
        guide=found,
        parts=found.parts(viewer.may),
        home=_HOMES[screen][0],
        screen=screen,
        others=[(name, SCREENS[name].title) for name in fitting],
        viewer=viewer,
    )
