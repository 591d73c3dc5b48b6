"""The page of the overview: figures with their charts, each a way into the list behind it."""

import datetime
import threading
from decimal import Decimal
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field, field_validator

from models.match import MatchState
from models.text import from_fen
from piaohe.access import Permission, Viewer
from piaohe.overview import charts
from piaohe.overview.figures import Cause, Figures, Group
from piaohe.overview.forecast import FEWEST, Forecast
from piaohe.overview.keeping import Keeper
from piaohe.overview.months import LONGEST, Span, month_of, moved
from piaohe.report import words as called
from piaohe.report.words import Words
from piaohe.web import shown
from piaohe.web.guard import Needs
from piaohe.web.house import House, house_of
from piaohe.web.overview_links import Links
from piaohe.web.render import lang_of, page
from piaohe.web.review.corrections import LONGEST as LONGEST_TEXT
from piaohe.web.words import say
from reconcile.texts import INVOICE_TEXTS

router = APIRouter(include_in_schema=False)

Whole = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_ALL))]
Month = Annotated[str, Field(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$")]
TOP = 15
_PRESETS = (("month", 1), ("quarter", 3), ("half", 6), ("year", 12), ("two", 24))
_YEAR, _TWO_YEARS = 12, 24
_DAY = 24
_making = threading.Lock()
_UNITS = {
    "zh": ((10**8, "亿"), (10**4, "万")),
    "en": ((10**9, "bn"), (10**6, "M"), (10**3, "k")),
}


class Asked(BaseModel):
    """Of which months, both included, and of which company: its name as invoices print it.

    Without months it is the twelve up to this one; at most 36 are shown, the last ones.
    """

    model_config = ConfigDict(extra="forbid")

    since: Month | None = None
    until: Month | None = None
    buyer: str | None = Field(None, max_length=LONGEST_TEXT)

    @field_validator("*", mode="before")
    @classmethod
    def _not_given(cls, value: object) -> object:
        """A form sends what was not chosen as an empty text."""
        return None if value == "" else value

    def span(self, today: str) -> Span:
        last = self.until or max(today, self.since or today)
        first = self.since or moved(last, 1 - _YEAR)
        first, last = min(first, last), max(first, last)
        return Span(max(first, moved(last, 1 - LONGEST)), last)

    def address(self, **instead: str) -> str:
        return urlencode(self.model_dump(exclude_none=True) | instead)


Given = Annotated[Asked, Query()]


class Line(NamedTuple):
    """A row of a table with its bar. `share` is of the whole, in percent."""

    name: str
    it: Group
    to: str
    width: float
    share: Decimal | None


@router.get("/overview")
def overview(request: Request, viewer: Whole, asked: Given) -> HTMLResponse:
    """What was spent, how the work goes, what is missing, and what is to come."""
    house, lang = house_of(request), lang_of(request)
    figured = figures_of(request, asked)
    if figured is None:
        return page(request, "overview_making.html", viewer=viewer)
    links = Links(figured.span, asked.buyer, figured.at)
    with house.store.reading() as work:
        people = work.people.names()
        foreign = [] if asked.buyer else work.overview.foreign(*_moments(figured.span))
    today = this_month(house)
    return page(
        request,
        "overview.html",
        it=figured,
        links=links,
        asked=asked,
        companies=_companies(house, asked),
        presets=_presets(asked, today),
        chart=_chart(figured, today),
        short=lambda fen: short(fen, lang),
        percent=percent,
        spell=lambda hours: spell(hours, lang),
        categories=_lines(
            figured.categories, links.category, lambda name: called.category_called(name).say(lang)
        ),
        departments=_lines(figured.departments, links.department, str),
        sellers=_lines(figured.sellers, links.seller, str, figured.total.fen),
        causes=[(*cause_words(cause, lang), cause, links.cause(cause)) for cause in figured.causes],
        cause_widths=charts.widths([cause.sum.fen for cause in figured.causes]),
        age_widths=charts.widths([age.number for age in figured.ages]),
        people=people,
        foreign="、".join(f"{currency} {sum_:,.2f}" for currency, sum_ in foreign),
        expected=_expected(figured),
        today=today,
        following=moved(today, 1),
        FEWEST=FEWEST,
        TWO_YEARS=_TWO_YEARS,
        viewer=viewer,
    )


def figures_of(request: Request, asked: Asked, top: int = TOP) -> Figures | None:
    """The figures that are asked for; None while they are made for the first time."""
    house = house_of(request)
    today = this_month(house)
    return _keeper(request).figures(asked.span(today), asked.buyer, top, today)


def _keeper(request: Request) -> Keeper:
    """The one keeper of this application."""
    state = request.app.state
    with _making:
        if not hasattr(state, "overview"):
            state.overview = Keeper(state.house.store, state.house.clock)
    kept: Keeper = state.overview
    return kept


def this_month(house: House) -> str:
    """The month it is in China."""
    return month_of(house.clock().astimezone(shown.ZONE).date())


def cause_words(cause: Cause, lang: str) -> tuple[str, str]:
    """What a cause is called, and what to do next."""
    if not cause.match:
        return say("match.none", lang), ""
    name = called.cause_called(MatchState(cause.match), cause.cause).say(lang)
    text = INVOICE_TEXTS.get(f"{cause.match}/{cause.cause}") or INVOICE_TEXTS.get(cause.match)
    step = Words(text.action, text.action_en).say(lang) if text else ""
    # what names a value of one invoice says nothing of many
    return name, "" if "{" in step else step


def short(fen: int, lang: str) -> str:
    """An amount in few characters, for beside a bar."""
    yuan = from_fen(fen)
    for size, unit in _UNITS["en" if lang == "en" else "zh"]:
        if abs(yuan) >= size:
            return f"{yuan / size:,.1f}".removesuffix(".0") + unit
    return f"{yuan:,.0f}"


def percent(part: int, whole: int) -> Decimal | None:
    """One digit behind the point; None of nothing."""
    return None if not whole else (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.1"))


def spell(hours: float | None, lang: str) -> str:
    """A time in the unit people would say it in."""
    if hours is None:
        return "—"
    if hours < 1:
        return say("overview.minutes", lang, n=round(60 * hours))
    if hours < 2 * _DAY:
        return say("overview.hours", lang, n=f"{hours:.1f}".removesuffix(".0"))
    return say("overview.days", lang, n=f"{hours / _DAY:.1f}".removesuffix(".0"))


def _moments(span: Span) -> tuple[datetime.datetime, datetime.datetime]:
    """When the span begins and when it is over, in China."""
    ends = (span.first, moved(span.last, 1))
    first, end = (datetime.datetime.fromisoformat(f"{month}-01") for month in ends)
    return first.replace(tzinfo=shown.ZONE), end.replace(tzinfo=shown.ZONE)


def _companies(house: House, asked: Asked) -> list[str]:
    """Our own, and the one that is asked for."""
    own = [entity.name for entity in house.claims.context.entities]
    return list(dict.fromkeys([*own, *([asked.buyer] if asked.buyer else [])]))


def _presets(asked: Asked, today: str) -> list[tuple[str, str, bool]]:
    """Spans people often want: the word, the address, whether it is the one shown."""
    found = []
    for name, count in _PRESETS:
        span = Span.of(today, count)
        address = asked.address(since=span.first, until=span.last)
        found.append((name, f"/overview?{address}", asked.span(today) == span))
    return found


def _lines(groups: tuple[Group, ...], link: Any, call: Any, whole: int | None = None) -> list[Line]:
    total = sum(group.sum.fen for group in groups) if whole is None else whole
    lengths = charts.widths([group.sum.fen for group in groups])
    return [
        Line(
            name=call(group.name) if group.name else "",
            it=group,
            to=link(group.name) if group.sum.found else "",
            width=width,
            share=percent(group.sum.fen, total),
        )
        for group, width in zip(groups, lengths, strict=True)
    ]


def _expected(figured: Figures) -> list[tuple[str, Forecast]]:
    """What is expected of this month and the next, where anything can be."""
    both = (("now", figured.this_month), ("next", figured.next_month))
    return [(name, one) for name, one in both if one is not None]


def _chart(figured: Figures, today: str) -> charts.Columns:
    """A bar for every month; beside the running one what is expected of it and of the next."""
    ahead = _expected(figured) if figured.span.last == today else []
    return charts.columns(
        [month.sum.fen for month in figured.months],
        [(one.low, one.expected, one.high) for _, one in ahead],
    )
