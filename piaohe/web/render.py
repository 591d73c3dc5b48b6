"""Templates: autoescaped, in the reader's language, with nothing in them that a stranger wrote
unescaped."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from piaohe.access import Permission
from piaohe.web import shown
from piaohe.web.guard import viewer_of
from piaohe.web.house import house_of
from piaohe.web.words import say
from piaohe.web.words.help import screen_of
from piaohe.web.words.tips import tip_of

LANGUAGE_COOKIE = "piaohe_lang"
LANGUAGES = ("zh", "en")

_templates = Environment(
    loader=PackageLoader("piaohe.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals.update(
    money=shown.money_text, moment=shown.moment, file_name=shown.file_name, P=Permission
)


def lang_of(request: Request) -> str:
    """As chosen in this browser, else as the house is set."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else house_of(request).terms.language


def page(request: Request, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    """A page from a template. `t` says a key, `viewer` is who reads it."""
    lang = lang_of(request)
    viewer = values.pop("viewer", None) or viewer_of(request)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    may = viewer.may if viewer else frozenset()
    screen = screen_of(request.url.path) if viewer else ""
    tip = tip_of(screen, may)
    text = _templates.get_template(template).render(
        t=partial(_say, lang),
        lang=lang,
        viewer=viewer,
        may=may,
        screen_at=screen,
        tip=tip[lang == "en"] if tip else "",
        csrf=(viewer.csrf or "") if viewer else "",
        path=request.url.path,
        other=f"/language/{'zh' if lang == 'en' else 'en'}?{urlencode({'to': here})}",
        kind=lambda type_, form: shown.kind(type_, form, lang),
        finding_value=lambda finding, value: shown.told(finding, value, lang),
        **values,
    )
    return HTMLResponse(text, status)


def _say(lang: str, key: str, **values: object) -> str:
    return say(key, lang, **values)
