"""The pages of reimbursement claims: one's own, one of them, those to decide on, and on paper."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

import classify
from models.capital import format_capital
from models.claim import Use
from models.eligibility import Eligibility
from models.finding import Finding, Severity
from models.text import MAX_MONEY, from_fen
from piaohe.access import Permission, Viewer
from piaohe.claims import Folder, Gap, Item, Leaf, credit, eligibility, gaps
from piaohe.report import words as called
from piaohe.store import Work
from piaohe.store.claims import OPEN, WAITING, Sheet, Stage, Stated, Wanted
from piaohe.web.api.claims import eligibility_of
from piaohe.web.claims_told import (
    attachments_of,
    free_papers,
    last_approved,
    people_for,
    refusing,
)
from piaohe.web.guard import FormNeeds, Needs
from piaohe.web.house import House, house_of
from piaohe.web.render import lang_of, page
from piaohe.web.shown import from_cursor, to_cursor
from piaohe.web.words import WORDS, say

router = APIRouter(include_in_schema=False)

Own = Annotated[Viewer, Depends(Needs(Permission.CLAIMS_OWN))]
MakeByForm = Annotated[Viewer, Depends(FormNeeds(Permission.CLAIMS_OWN))]
Everyones = Annotated[Viewer, Depends(Needs(Permission.CLAIMS_ALL))]
Cursor = Annotated[str | None, Query(max_length=200)]

PAGE = 50
_WEIGHT = {Severity.REJECT: 0, Severity.WARN: 1, Severity.INFO: 2}
_BOXES = {
    "waiting": (Stage.SUBMITTED, Stage.CHECKED),
    "done": (Stage.APPROVED,),
    "every": tuple(stage for stage in Stage if stage is not Stage.DRAFT),
}
_JS = (
    "claim.stale",
    "claim.theirs",
    "claim.reading",
    "claim.sure",
    "review.signedout",
    "claim.signin",
    "review.offline",
    "review.done",
    "problem.reason_missing",
    "claim.sending",
    "claim.failed",
)


@dataclass(frozen=True, slots=True)
class Told:
    """An invoice of a claim as the page shows it."""

    item: Item
    leaf: Leaf
    number: int
    findings: tuple[Finding, ...]
    credit: Eligibility


@router.get("/claims")
def mine(request: Request, viewer: Own, cursor: Cursor = None) -> HTMLResponse:
    return _list(request, viewer, (Wanted(party=viewer.id), "mine", cursor))


@router.post("/claims")
def make(request: Request, viewer: MakeByForm) -> RedirectResponse:
    house = house_of(request)
    with house.store.unit_of_work() as work:
        # what the last approved one said need not be typed again
        before = last_approved(work, None, viewer.id)
        known = (before or Stated()).model_dump(include={"department", "grade"})
        claim_id = house.claims.make(work, viewer, Stated.model_validate(known))
    return RedirectResponse(f"/claims/{claim_id}", 303)


@router.get("/claims/queue")
def queue(
    request: Request,
    viewer: Everyones,
    box: Annotated[str, Query(max_length=20)] = "waiting",
    cursor: Cursor = None,
) -> HTMLResponse:
    box = box if box in _BOXES else "waiting"
    return _list(request, viewer, (Wanted(stages=_BOXES[box], handed_in=True), box, cursor))


@router.get("/claims/{claim_id}")
def one(request: Request, viewer: Own, claim_id: int) -> HTMLResponse:
    house, lang = house_of(request), lang_of(request)
    with refusing(), house.store.reading() as work:
        folder = house.claims.seen(work, viewer, claim_id)
        history = work.audits.of(f"claim:{claim_id}")
        names = work.people.names()
        before = last_approved(work, folder.sheet)
        free = free_papers(work, viewer, folder)
        following = _following(work, viewer, folder)
    told = _told(house, folder)
    found = gaps(folder)
    return page(
        request,
        "claim.html",
        viewer=viewer,
        folder=folder,
        sheet=folder.sheet,
        told=told,
        findings=_findings(told),
        tax=credit(folder, house.claims.context),
        gaps=_sentence(found, lang),
        blocked=any(gap.blocks for gap in found),
        free=free,
        following=following,
        names=names,
        history=[(audit, f"audit.{audit.what}") for audit in history if _worded(audit.what)],
        categories=classify.categories(),
        attachments=attachments_of(house),
        uses=list(Use),
        before=before,
        people=people_for(names, viewer) if Permission.CLAIMS_FOR in viewer.may else [],
        may_edit=viewer.id == folder.sheet.person_id and folder.sheet.stage in OPEN,
        may_withdraw=viewer.id == folder.sheet.person_id and folder.sheet.stage in OPEN | WAITING,
        may_decide=_may_decide(viewer, folder.sheet),
        may_pay=_may_pay(viewer, folder.sheet),
        texts={key: say(key, lang) for key in _JS},
        yuan=yuan,
        capital=capital,
        category=lambda name: called.category_called(name).say(lang),
    )


@router.get("/claims/{claim_id}/print")
def on_paper(request: Request, viewer: Own, claim_id: int) -> HTMLResponse:
    """A claim for an A4 sheet: its invoices in a table, the sum in figures and in words."""
    house, lang = house_of(request), lang_of(request)
    with refusing(), house.store.reading() as work:
        folder = house.claims.seen(work, viewer, claim_id)
        names = work.people.names()
    return page(
        request,
        "claim_print.html",
        viewer=viewer,
        folder=folder,
        sheet=folder.sheet,
        told=_told(house, folder),
        names=names,
        now=house.clock(),
        yuan=yuan,
        capital=capital,
        category=lambda name: called.category_called(name).say(lang),
    )


def eligibility_shown(work: Work, house: House, invoice_id: str) -> Eligibility:
    """For the review page: `{% import "claim_credit.html" as credit %}` and
    `{{ credit.shown(it, lang, t) }}` show what this gives."""
    return eligibility_of(work, house.claims.context, invoice_id)


def yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def capital(amount: Decimal) -> str:
    """The amount in capital characters; empty for one beyond all invoices."""
    return format_capital(amount) if abs(amount) < min(MAX_MONEY, Decimal(10) ** 12) else ""


def _list(request: Request, viewer: Viewer, asked: tuple[Wanted, str, str | None]) -> HTMLResponse:
    wanted, box, cursor = asked
    found = from_cursor(cursor, 1) if cursor else None
    text = found[0] if found else ""
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    # what waits longest is decided first
    newest = box != "waiting"
    with house_of(request).store.reading() as work:
        sheets = work.claims.find(wanted, before, PAGE + 1, newest=newest)
        count = work.claims.count(wanted)
        names = work.people.names()
    last = sheets[PAGE - 1] if len(sheets) > PAGE else None
    return page(
        request,
        "claims.html",
        viewer=viewer,
        sheets=sheets[:PAGE],
        count=count,
        box=box,
        boxes=list(_BOXES),
        names=names,
        after=to_cursor(str(last.id)) if last else None,
        amount=lambda fen: "" if fen is None else yuan(from_fen(fen)),
    )


def _told(house: House, folder: Folder) -> dict[str, list[Told]]:
    """SHA-256 -> what its invoices are, in order."""
    context, number = house.claims.context, 0
    told: dict[str, list[Told]] = {}
    for leaf in folder.leaves:
        shown = told[leaf.paper.sha256] = []
        for item in leaf.items:
            number += 1
            found = sorted(item.invoice.findings, key=lambda one: _WEIGHT[one.severity])
            tax = eligibility(folder, leaf, item, context)
            shown.append(Told(item, leaf, number, tuple(found), tax))
    return told


def _findings(told: dict[str, list[Told]]) -> list[tuple[Finding, list[Told]]]:
    """What is to be looked at, the heaviest first, each rule once with all it is about; what is
    for the record only is left out."""
    found: dict[tuple[str, str], tuple[Finding, list[Told]]] = {}
    for one in (one for shown in told.values() for one in shown if not one.item.again):
        for finding in one.findings:
            if finding.severity is not Severity.INFO:
                key = (finding.rule, finding.severity.value)
                ones = found.setdefault(key, (finding, []))[1]
                if one not in ones:
                    ones.append(one)
    return sorted(found.values(), key=lambda pair: _WEIGHT[pair[0].severity])


def _sentence(found: list[Gap], lang: str) -> tuple[str, str]:
    """(what blocks, what would be better), each as a list in words."""
    between = ", " if lang == "en" else "、"
    return (
        between.join(gap.say(lang) for gap in found if gap.blocks),
        between.join(gap.say(lang) for gap in found if not gap.blocks),
    )


def _following(work: Work, viewer: Viewer, folder: Folder) -> str:
    """Where the next claim to decide on is; the list where there is none."""
    if viewer.id in folder.sheet.parties or Permission.CLAIMS_ALL not in viewer.may:
        return "/claims"
    waiting = work.claims.find(Wanted(stages=_BOXES["waiting"]), limit=20, newest=False)
    after = [sheet for sheet in waiting if sheet.id != folder.sheet.id]
    after = [sheet for sheet in after if _may_decide(viewer, sheet)]
    return f"/claims/{after[0].id}" if after else "/claims/queue"


def _may_decide(viewer: Viewer, sheet: Sheet) -> bool:
    """Whether the buttons are worth showing; the counter decides itself."""
    checked = sheet.stage is Stage.CHECKED
    needed = Permission.APPROVE if checked else Permission.CLAIMS_CHECK
    apart = viewer.id not in (*sheet.parties, sheet.first_id if checked else None)
    return sheet.stage in WAITING and needed in viewer.may and apart


def _may_pay(viewer: Viewer, sheet: Sheet) -> bool:
    ready = sheet.stage in (Stage.APPROVED, Stage.PAID)
    return ready and Permission.CLAIMS_PAY in viewer.may and viewer.id not in sheet.parties


def _worded(what: str) -> bool:
    return f"audit.{what}" in WORDS
