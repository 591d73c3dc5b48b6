"""The page on which one invoice is reviewed."""

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

import classify
from models.forms import Form
from models.invoice import FieldName
from models.match import Match
from models.text import CENT
from piaohe.access import Permission, Viewer
from piaohe.matching.kept import verdict_of
from piaohe.report import words as called
from piaohe.store import Work
from piaohe.store.claims import Sheet
from piaohe.store.people import Audit
from piaohe.store.reviews import Line, Review
from piaohe.store.said import KeptLink
from piaohe.store.steps import Step
from piaohe.store.wanted import Booked
from piaohe.web import shown
from piaohe.web.api.claims import eligibility_of
from piaohe.web.filters import Filters
from piaohe.web.guard import Needs
from piaohe.web.house import House, house_of
from piaohe.web.render import lang_of, page
from piaohe.web.review import books, details, sheets
from piaohe.web.review.desk import Desk
from piaohe.web.review.twins import twins_of
from piaohe.web.words import WORDS, say

router = APIRouter(include_in_schema=False)

Reviewer = Annotated[Viewer, Depends(Needs(Permission.REVIEW))]
Given = Annotated[Filters, Query()]

_FOLLOWING = 5
_JS = (
    "review.done",
    "review.stale",
    "review.theirs",
    "review.signedout",
    "review.signin",
    "review.restored",
    "review.offline",
    "review.broken",
    "review.unsaved",
    "review.undone",
    "review.line",
    "review.draw",
    "review.as_duplicate",
    "sums.fit",
    "sums.off",
    "sums.tax",
    "sums.figure",
    "problem.reason_missing",
)


class _Found(NamedTuple):
    """What is looked up for the page in one reading."""

    history: list[Audit]
    names: dict[int, str]
    following: Line | None
    next_review: Review | None
    step: Step | None
    verdict: Match | None
    twins: list[Any]
    siblings: list[tuple[str, str]]
    links: list[KeptLink]
    claim: Sheet | None


@router.get("/review/{invoice_id}")
def review(request: Request, viewer: Reviewer, invoice_id: str, queue: Given) -> HTMLResponse:
    """An invoice on the desk; `queue` says what the next ones are."""
    house, lang = house_of(request), lang_of(request)
    with house.store.reading() as work:
        it = house.desk.seen(work, viewer, invoice_id)
        found = _found(work, house, viewer, (it, queue, lang))
        credit = eligibility_of(work, house.claims.context, it.id)
    after = found.following
    return page(
        request,
        "review.html",
        review=it,
        invoice=it.invoice,
        rows=shown.rows_of(it, lang, books.ledger_values(found.verdict)),
        findings=shown.findings_of(it),
        region=shown.region_of(it),
        picture=_picture(it),
        twins=found.twins,
        booked=books.booked(found.verdict, lang),
        siblings=found.siblings,
        links=found.links,
        claim=found.claim if Permission.CLAIMS_ALL in viewer.may else None,
        alike=_alike(it),
        same_verdict=_same_verdict(found.verdict),
        lines=[details.line_text(item) for item in it.invoice.items],
        columns=details.LINE_COLUMNS,
        extras=details.extras_of(it.invoice),
        **_choices(house.desk, lang),
        credit=credit,
        alert=house.desk.tools().alert,
        following=after,
        next=f"/review{f'/{after.id}' if after else ''}?{queue.address()}".rstrip("?"),
        next_picture=_picture(found.next_review) if found.next_review else "",
        step=found.step,
        step_said=_step_said(found.step, lang),
        history=[_told(audit, lang) for audit in found.history],
        names=found.names,
        texts={key: say(key, lang) for key in _JS},
        viewer=viewer,
    )


def _found(work: Work, house: House, viewer: Viewer, of: tuple[Review, Filters, str]) -> _Found:
    it, queue, lang = of
    wanted = queue.of(viewer).model_copy(update={"queue": True})
    follow = work.search.queue(wanted, queue.order, 0, _FOLLOWING)
    busy = (None, viewer.id)
    after = next((one for one in follow if one.id != it.id and one.holder_id in busy), None)
    return _Found(
        history=work.audits.of(it.id),
        names=work.people.names(),
        following=after,
        next_review=work.reviews.get(after.id) if after else None,
        step=sheets.last_step(work, viewer, house.clock()),
        verdict=verdict_of(work, it.id),
        twins=twins_of(work, viewer, it, lang),
        siblings=_siblings(work, it),
        claim=work.claims.having(it.id),
        links=[one for one in work.links.of(it.invoice.key or it.id) if not one.revoked_at],
    )


def _alike(it: Review) -> str:
    """The search for invoices of the same seller with nearly the same total; empty without both."""
    seller, total = it.invoice.seller_name, it.invoice.total
    if not seller or total is None:
        return ""
    low, high = sorted((total * 9 / 10, total * 11 / 10))
    near = Filters(seller=seller, least=low.quantize(CENT), most=high.quantize(CENT))
    return near.address()


def _same_verdict(verdict: Match | None) -> str:
    """The search for all that match the ledger as this one does, for the same cause."""
    if verdict is None:
        return ""
    return Filters(match=Booked(verdict.state.value), cause=verdict.cause).address()


def _siblings(work: Work, it: Review) -> list[tuple[str, str]]:
    """The other invoices of the same document: (id, what it is called)."""
    every = work.invoices.of(it.document_sha256)
    return [
        (f"{it.document_sha256}-{at}", one.number or f"{at + 1} / {len(every)}")
        for at, one in enumerate(every)
        if at != it.index
    ]


def _choices(desk: Desk, lang: str) -> dict[str, Any]:
    """What may be chosen: kinds and categories, the company's own among them."""
    own = [(one.name, one.name) for one in desk.categories.categories]
    known = [(one.id, called.category_called(one.id).say(lang)) for one in classify.categories()]
    return {
        "forms": [(form.value, shown.kind(form.type.value, form.value, lang)) for form in Form],
        "categories": known + own,
    }


def _picture(review: Review) -> str:
    """Where the size and the picture of the invoice's page are; empty where no page shows it."""
    if review.invoice.page is None:
        return ""
    return f"/v1/documents/{review.document_sha256}/pages/{review.invoice.page}"


def _step_said(step: Step | None, lang: str) -> str:
    """What would be taken back: what was done, and to which invoice."""
    if step is None:
        return ""
    standing = step.before.standings.get(step.invoice_id)
    number = standing.invoice.number if standing else None
    return " ".join(filter(None, (_deed(step.what, lang), number)))


def _deed(what: str, lang: str) -> str:
    key = f"audit.{what}"
    return say(key, lang) if key in WORDS else what


def _told(audit: Audit, lang: str) -> dict[str, Any]:
    """A line of the history: who did what, and each value with the one before."""
    before, after = audit.before or {}, audit.after or {}
    return {
        "at": audit.at,
        "who": audit.person or "—",
        "what": _deed(audit.what, lang),
        "changes": [
            (label, _said(name, before.get(name), lang), _said(name, after[name], lang))
            for name in after
            if (label := _label(name, lang))
        ],
        "reason": after.get("reason"),
    }


def _label(name: str, lang: str) -> str:
    """What a changed value is called; empty for what the history need not tell."""
    if name in {field.value for field in FieldName}:
        return called.field_called(name).say(lang)
    key = name if name.startswith("extra.") else f"changed.{name}"
    return say(key, lang) if key in WORDS else ""


def _said(name: str, value: object, lang: str) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, list):
        return "\n".join(map(str, value)) or "—"
    if name == "state":
        key = f"state.{value}"
        return say(key, lang) if key in WORDS else str(value)
    if name == "category":
        return called.category_called(str(value)).say(lang)
    if name == "form":
        return shown.kind(Form(str(value)).type.value, str(value), lang)
    return str(value)
