"""Claims, what they may be made of and what is refused of them, as API and pages tell it."""

import contextlib
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

import validate
from models.eligibility import Eligibility
from piaohe.access import Viewer
from piaohe.claims import ClaimRefused, Folder, Leaf, credit, eligibility, gaps
from piaohe.report import words as called
from piaohe.store import Work
from piaohe.store.claims import OPEN, Sheet, Stage, Stated, Wanted
from piaohe.web.house import House
from piaohe.web.problems import Problem
from piaohe.web.shown import moment
from piaohe.web.words import say

_STATUS = {
    "not_found": 404,
    "not_allowed": 403,
    "no_version": 428,
    "reason_missing": 422,
    "claim_for": 422,
}
_APPROVED = (Stage.APPROVED, Stage.PAID, Stage.EXPORTED)
_BOTH = ("zh", "en")


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """What the counter refuses, as the answer to a request."""
    try:
        yield
    except ClaimRefused as refused:
        raise problem_of(refused) from refused


def problem_of(refused: ClaimRefused) -> Problem:
    """The problem that a refusal is, with who or what stands in the way."""
    if refused.code == "claim_stale":
        return _stale(refused.more["folder"])
    if refused.code == "claim_incomplete":
        missing = refused.more["gaps"]
        zh = "、".join(gap.zh for gap in missing)
        en = ", ".join(gap.en for gap in missing)
        told = _said(refused.code, {"what": zh}, {"what": en})
        return Problem(409, refused.code, detail=told, missing=[gap.code for gap in missing])
    if refused.code == "invoice_taken":
        values = dict(refused.more) | {"since": moment(refused.more["since"])}
        values["number"] = values["number"] or "—"
        told = _said(refused.code, values, values)
        return Problem(409, refused.code, detail=told, **values)
    return Problem(_STATUS.get(refused.code, 409), refused.code, **refused.more)


def _stale(folder: Folder) -> Problem:
    return Problem(
        412,
        "claim_stale",
        headers={"ETag": f'"{folder.mark}"'},
        version=folder.mark,
        theirs=folder.sheet.stated.model_dump(mode="json"),
        state=folder.sheet.stage.value,
    )


def _said(code: str, zh: dict[str, Any], en: dict[str, Any]) -> tuple[str, str]:
    key = f"problem.{code}"
    return say(key, "zh", **zh), say(key, "en", **en)


def eligibility_json(told: Eligibility) -> dict[str, Any]:
    return {**told.model_dump(mode="json"), "certain": told.certain}


def claim_json(context: validate.Context, folder: Folder) -> dict[str, Any]:
    """A claim as the API gives it. Money in yuan as text; sums by currency."""
    sheet = folder.sheet
    tax = credit(folder, context)
    return {
        "id": sheet.id,
        "version": folder.mark,
        "state": sheet.stage.value,
        "person": folder.submitter,
        "made_by": folder.maker or folder.submitter,
        "made_at": sheet.made_at.isoformat(),
        "submitted_at": sheet.submitted_at.isoformat() if sheet.submitted_at else None,
        "decided_at": sheet.decided_at.isoformat() if sheet.decided_at else None,
        "reason": sheet.reason,
        "stated": sheet.stated.model_dump(mode="json"),
        "papers": [_paper(folder, leaf, context) for leaf in folder.leaves],
        "totals": {currency: str(total) for currency, total in folder.totals.items()},
        "input_tax": {"certain": str(tax.sure), "open": str(tax.open)},
        "missing": [
            {"code": gap.code, "zh": gap.zh, "en": gap.en, "blocks": gap.blocks}
            for gap in gaps(folder)
        ],
    }


def _paper(folder: Folder, leaf: Leaf, context: validate.Context) -> dict[str, Any]:
    return {
        **leaf.paper.model_dump(mode="json"),
        "name": leaf.name,
        "state": "waiting" if leaf.waiting else "failed" if leaf.failed else "ok",
        "amount": str(leaf.amount) if leaf.amount is not None else None,
        "invoices": [
            {
                "id": item.id,
                "counted": not item.again,
                "number": item.invoice.number,
                "status": item.invoice.status.value,
                "state": item.state.value,
                "findings": [one.model_dump(mode="json") for one in item.invoice.findings],
                "eligibility": eligibility_json(eligibility(folder, leaf, item, context)),
            }
            for item in leaf.items
        ],
    }


def last_approved(work: Work, sheet: Sheet | None, person_id: int = 0) -> Stated | None:
    """What the last approved claim of the same person said, this one apart."""
    owner = sheet.person_id if sheet else person_id
    claimant = sheet.claimant_id if sheet else person_id
    found = work.claims.find(Wanted(owner=owner, stages=_APPROVED), limit=20)
    fitting = (one for one in found if one.claimant_id == claimant)
    return next((one.stated for one in fitting if sheet is None or one.id != sheet.id), None)


def people_for(names: dict[int, str], viewer: Viewer) -> list[tuple[int, str]]:
    """For whom a claim may be made."""
    return sorted(
        ((id_, name) for id_, name in names.items() if id_ != viewer.id), key=itemgetter(1)
    )


def free_papers(work: Work, viewer: Viewer, folder: Folder) -> list[tuple[str, str]]:
    """(SHA-256, name) of what the person handed in and no claim has."""
    if viewer.id != folder.sheet.person_id or folder.sheet.stage not in OPEN:
        return []
    inside = {leaf.paper.sha256 for leaf in folder.leaves}
    found = []
    for person_id in dict.fromkeys(folder.sheet.parties):
        for sha256 in work.claims.free(person_id):
            upload = work.uploads.get(sha256, person_id)
            if sha256 not in inside and upload is not None:
                inside.add(sha256)
                found.append((sha256, upload.name))
    return found


def attachments_of(house: House) -> list[str]:
    """The kinds of papers that the policy asks for, and those that are read as such."""
    asked = [name for one in house.claims.context.policy.attachments for name in one.need]
    return list(dict.fromkeys([*asked, *(one.zh for one in called.ATTACHMENTS.values())]))
