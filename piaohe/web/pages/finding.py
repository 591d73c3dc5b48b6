"""The pages of finding: the search with its filters, and the queue of reviews."""

import calendar
import datetime
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from models.finding import Status
from models.forms import Form, InvoiceType
from piaohe.access import Permission, Viewer
from piaohe.report import words as called
from piaohe.store.search import MOST
from piaohe.store.wanted import NONE, Facet, Line, Order, State
from piaohe.web import shown
from piaohe.web.api.exports import COLUMNS, FIRST_COLUMNS, FORMATS
from piaohe.web.filters import Filters, place_of
from piaohe.web.guard import Needs
from piaohe.web.house import House, house_of
from piaohe.web.meant import instead, phrase
from piaohe.web.render import lang_of, page
from piaohe.web.words import say

router = APIRouter(include_in_schema=False)

Own = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_OWN))]
Reviewer = Annotated[Viewer, Depends(Needs(Permission.REVIEW))]
Given = Annotated[Filters, Query()]

PAGE = 50
_MOST_OFFSET = 10_000
_FACETS = {
    "type": "kind",
    "category": "category",
    "status": "status",
    "state": "state",
    "match_state": "match",
    "month": "month",
    "seller": "seller",
}
_MOST_VALUES = 8


@router.get("/review")
def queue(request: Request, viewer: Reviewer, filters: Given) -> HTMLResponse:
    """What waits for a person, in the order it should be done."""
    house = house_of(request)
    wanted = filters.of(viewer).model_copy(update={"queue": True})
    offset = min(place_of(filters.cursor) or 0, _MOST_OFFSET)
    with house.store.reading() as work:
        lines = work.search.queue(wanted, filters.order, offset, PAGE + 1)
        count = work.search.count(wanted)
        names = work.people.names()
    after, before = str(offset + PAGE), str(max(0, offset - PAGE))
    return page(
        request,
        "queue.html",
        lines=[_line(line, names, (house, viewer)) for line in lines[:PAGE]],
        count=_counted(count),
        filters=filters,
        filtered=bool(filters.given or filters.q),
        chips=_picks(filters, lang_of(request)),
        queue=f"?{filters.address()}".rstrip("?"),
        after=_more(filters, after) if len(lines) > PAGE else None,
        before=_more(filters, before) if offset else None,
        viewer=viewer,
    )


@router.get("/search", response_model=None)
def search(request: Request, viewer: Own, filters: Given) -> HTMLResponse | RedirectResponse:
    """The search. A phrase becomes filters in the address, which can be changed and kept."""
    if filters.say is not None:
        house = house_of(request)
        meant = _understood(request, viewer, filters)
        if filters.say.strip():
            with house.store.unit_of_work() as work:
                work.views.used(viewer.id, filters.say, house.clock())
        return RedirectResponse(f"/search?{meant.address()}", 303)
    return page(request, "search.html", **_found(request, viewer, filters))


@router.get("/search/rows")
def search_rows(request: Request, viewer: Own, filters: Given) -> HTMLResponse:
    """What is found alone, while somebody types."""
    meant = _understood(request, viewer, filters) if filters.say is not None else filters
    return page(request, "_found.html", **_found(request, viewer, meant))


@router.get("/search/facets")
def search_facets(request: Request, viewer: Own, filters: Given) -> HTMLResponse:
    """What the search can be narrowed by, which its page puts in where it is seen; opened by its
    link, as where no script runs, it is the whole page."""
    with house_of(request).store.reading() as work:
        tally = work.search.facets(filters.of(viewer))
    found = _narrowing(filters, tally.facets, lang_of(request))
    if "hx-request" in request.headers:
        answer = page(request, "_facets.html", facets=found, viewer=viewer)
    else:
        whole = _found(request, viewer, filters)
        answer = page(request, "search.html", facets=found, **whole)
    # one address, two answers: going back must not show the part for the page
    answer.headers["vary"] = "HX-Request"
    return answer


@router.get("/search/similar/{invoice_id}")
def similar(request: Request, viewer: Own, invoice_id: str) -> HTMLResponse:
    """Invoices like one: the same seller and nearly the same amount."""
    house = house_of(request)
    house.desk.get(viewer, invoice_id)
    wanted = Filters().of(viewer)
    with house.store.reading() as work:
        lines = work.search.similar(invoice_id, wanted.owner)
        names = work.people.names()
    found = [_line(line, names, (house, viewer)) for line in lines]
    return page(request, "_lines.html", lines=found, filtered=True, ticks=False, viewer=viewer)


def _understood(request: Request, viewer: Viewer, filters: Filters) -> Filters:
    """The filters there are with those of the phrase in their place, and the words it leaves."""
    meant = phrase(house_of(request), filters.say or "")
    parts: dict[str, Any] = {**filters.given}
    for name in meant.filters:
        if name in ("least", "most"):
            parts.pop("least", None)
            parts.pop("most", None)
    plain = {name: value if name == "kind" else value[0] for name, value in parts.items()}
    for name, values in meant.filters.items():
        plain[name] = list(values) if name == "kind" else values[0]
    return Filters.model_validate({**plain, "q": meant.text, "order": filters.order})


def _found(request: Request, viewer: Viewer, filters: Filters) -> dict[str, Any]:
    house, lang = house_of(request), lang_of(request)
    wanted = filters.of(viewer)
    other = None
    with house.store.reading() as work:
        lines = work.search.find(wanted, place_of(filters.cursor), PAGE + 1)
        if not lines and not filters.cursor:
            other = instead(work, wanted)
        if other:
            wanted = other
            lines = work.search.find(wanted, None, PAGE + 1)
        whole = not filters.cursor and len(lines) <= PAGE
        count = len(lines) if whole else work.search.count(wanted)
        names = work.people.names()
        views = work.views.of(viewer.id)
    last = lines[PAGE - 1] if len(lines) > PAGE else None
    # what goes on from here does so with what was found instead
    meant = filters.model_copy(update={"q": wanted.q}) if other else filters
    return {
        "lines": [_line(line, names, (house, viewer)) for line in lines[:PAGE]],
        "filters": filters,
        "filtered": bool(filters.given or filters.q),
        "ticks": True,
        "chips": _chips(filters, names, lang),
        "meant": meant.address(),
        "narrows": count > 1,
        "count": _counted(count),
        "many": count > MOST,
        "most": MOST,
        "instead": wanted.q if other else None,
        "views": views,
        "columns": [(name, column.say(lang), name in FIRST_COLUMNS) for name, column in COLUMNS],
        "formats": FORMATS,
        "after": _more(meant, str(last.place)) if last else None,
        "viewer": viewer,
    }


def _picks(filters: Filters, lang: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """What the queue can be ordered and narrowed by: a title, and for each value its name, its
    address and whether it is chosen; choosing it once more takes it off."""
    found = [
        (
            say("queue.order", lang),
            [
                (
                    say(f"order.{order}", lang),
                    filters.address(order=order.value),
                    order is filters.order,
                )
                for order in Order
            ],
        )
    ]
    for name, values in (("status", list(Status)), ("state", [State.OPEN, State.CHECKED])):
        now = getattr(filters, name)
        links = []
        for value in values:
            chosen = {} if value is now else {name: value.value}
            called_ = _called(name, value.value, {}, lang)
            links.append((called_, filters.address(without=(name,), **chosen), value is now))
        found.append((say(f"filter.{name}", lang), links))
    if filters.rule:
        found.append(
            (
                say("filter.rule", lang),
                [(filters.rule, filters.address(without=("rule",)), True)],
            )
        )
    return found


def _chips(filters: Filters, names: dict[int, str], lang: str) -> list[tuple[str, str]]:
    """Each filter in words, and the address without it."""
    found = []
    for name, values in filters.given.items():
        label = say(f"filter.{name}", lang)
        said = "、".join(_called(name, value, names, lang) for value in values)
        text = label if name in ("twins", "queue") else f"{label} {said}"
        found.append((text, filters.address(without=(name,))))
    return found


def _called(name: str, value: str, names: dict[int, str], lang: str) -> str:  # noqa: PLR0911
    """What a filter's value is called."""
    if name == "kind":
        return called.TYPES[InvoiceType(value)].say(lang)
    if name == "form":
        return called.kind_of(Form(value), Form(value).type).say(lang)
    if name.startswith("arrived_"):
        return shown.moment(datetime.datetime.fromisoformat(value))
    if name in ("category", "cause") and value == NONE:
        return say(f"filter.{name}.none", lang)
    if name == "category":
        return called.category_called(value).say(lang)
    if name == "by":
        return names.get(int(value), value)
    if name in ("status", "state"):
        return say(f"{'verdict' if name == 'status' else 'state'}.{value}", lang)
    if name == "match":
        return _booked(value, lang)
    return value


def _booked(value: str, lang: str) -> str:
    if value in ("", "unbooked", "unmatched"):
        return say("match.unbooked" if value == "unbooked" else "match.none", lang)
    return next(words.say(lang) for state, words in called.STATES.items() if state.value == value)


def _narrowing(
    filters: Filters, facets: Mapping[str, Sequence[Facet]], lang: str
) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """For each facet its title, and its values with their counts and addresses."""
    found = []
    for facet, name in _FACETS.items():
        values = [one for one in facets.get(facet, ()) if one.value][:_MOST_VALUES]
        if len(values) < 2 and not filters.given.keys().isdisjoint(_narrows(name)):
            continue
        if name == "month":
            values.sort(key=lambda one: one.value, reverse=True)
        links = [
            (_called(name, one.value, {}, lang), one.count, _narrower(filters, name, one.value))
            for one in values
        ]
        if links:
            found.append((say(f"filter.{name}", lang), links))
    return found


def _narrows(name: str) -> tuple[str, ...]:
    """The filters a facet takes the place of."""
    return ("since", "until") if name == "month" else (name,)


def _narrower(filters: Filters, name: str, value: str) -> str:
    """The address of the same search with one value of a facet."""
    chosen: dict[str, object] = {name: value}
    if name == "month":
        year, month = map(int, value.split("-"))
        last = calendar.monthrange(year, month)[1]
        chosen = {"since": f"{value}-01", "until": f"{value}-{last}"}
    return filters.address(without=_narrows(name), **chosen)


def _counted(count: int) -> str:
    return f"{MOST:,}+" if count > MOST else f"{count:,}"


def _more(filters: Filters, place: str) -> str:
    return filters.address(cursor=shown.to_cursor(place))


def _line(line: Line, names: dict[int, str], at: tuple[House, Viewer]) -> dict[str, Any]:
    """A line, and who else has it at hand."""
    house, viewer = at
    busy = line.holder_id not in (None, viewer.id)
    held = line.held_until is not None and line.held_until > house.clock() and busy
    return {"it": line, "holder": names.get(line.holder_id or 0) if held else None}
