"""The invoices of a claim judged with what it says, and what it still lacks."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

import validate
from models.claim import Claim
from models.eligibility import Eligibility
from models.finding import Finding, Severity
from models.invoice import Invoice
from piaohe.claims.folder import Folder, Item, Leaf, open_folder
from piaohe.judging import rejudge, relations
from piaohe.store import What, Work
from piaohe.store.people import Facts
from piaohe.store.reviews import State
from validate.rules.claims import OF_CLAIM

At = tuple[validate.Context, datetime.datetime]
"""What the rules may know, and when it is."""

_REFUSED = (State.RETURNED, State.REJECTED, State.MERGED)
_ATTACHMENTS_MISSING = "R-POL-05"


@dataclass(frozen=True, slots=True)
class Gap:
    """What a claim still lacks; `blocks`: it cannot be submitted or accepted without."""

    code: str
    zh: str
    en: str
    blocks: bool = True

    def say(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Credit:
    """Input tax of a claim in yuan: `sure` is creditable, `open` once what is needed is shown."""

    sure: Decimal
    open: Decimal


def known_of(work: Work, invoice_id: str) -> Claim | None:
    """What the claim that has an invoice says of it; None where no claim has it."""
    sheet = work.claims.having(invoice_id)
    if sheet is None:
        return None
    folder = open_folder(work, sheet)
    found = (leaf for leaf in folder.leaves for item in leaf.items if item.id == invoice_id)
    leaf = next(found, None)
    return folder.facts(leaf) if leaf else None


def judge(
    work: Work,
    folder: Folder,
    at: At,
    new: Collection[str] = (),
    only: Collection[str] | None = None,
) -> Folder:
    """Judge the invoices of the claim with what it says, and keep what was found; gives the claim
    with them. `only` names the papers (SHA-256) it is about, None all of them; those of `new` ones
    are also held against what else is kept of their sellers and travellers."""
    context, now = at
    leaves = []
    for leaf in folder.leaves:
        sha256, items = leaf.paper.sha256, leaf.items
        if only is None or sha256 in only:
            known = replace(context, claim=folder.facts(leaf))
            items = tuple(
                replace(item, invoice=judge_one(work, item, (known, now), look=sha256 in new))
                for item in items
            )
        leaves.append(replace(leaf, items=items))
    return replace(folder, leaves=tuple(leaves))


def judge_one(work: Work, item: Item, at: At, *, look: bool = False) -> Invoice:
    """Judge an invoice anew; without a claim in the context as one that no claim has. `look`: what
    is kept of others that bear on it is looked up again.

    A person who accepted it did not know the claim: what then blocks it opens the review again.
    """
    context, now = replace(at[0], record=item.record), at[1]
    if look:
        others = work.relations.find(item.invoice)
        context = replace(context, related=relations.relate(item.invoice, others, complete=True))
    fresh = rejudge.again(item.invoice, context, OF_CLAIM)
    if fresh == item.invoice or not work.invoices.judged(item.sha256, item.index, fresh):
        return fresh
    details = {"key": fresh.key, "status": fresh.status.value}
    work.events.add(What.INVOICE_JUDGED, f"{item.sha256}#{item.index}", now, details)
    before = {finding.rule for finding in item.invoice.findings}
    blocking = sorted({f.rule for f in _rejecting(fresh) if f.rule not in before})
    if blocking and item.state in (State.ACCEPTED, State.CHECKED):
        _reopen(work, item, blocking, now)
    return fresh


def _reopen(work: Work, item: Item, blocking: list[str], now: datetime.datetime) -> None:
    work.reviews.decide(
        item.id, state=State.OPEN.value, first_id=None, decided_id=None, decided_at=None
    )
    change: tuple[Facts, Facts] = (
        {"state": item.state.value},
        {"state": State.OPEN.value, "rules": blocking},
    )
    work.audits.add(now, None, "invoice.reopen", item.id, change)


def eligibility(folder: Folder, leaf: Leaf, item: Item, context: validate.Context) -> Eligibility:
    """Whether the input tax of an invoice of the claim may be credited."""
    known = replace(context, claim=folder.facts(leaf), record=item.record)
    return validate.eligibility(item.invoice, known)


def credit(folder: Folder, context: validate.Context) -> Credit:
    """The input tax of all invoices of the claim, each counted once."""
    found = [
        eligibility(folder, leaf, item, context) for leaf in folder.leaves for item in leaf.counted
    ]
    zero = Decimal("0.00")
    return Credit(
        sure=sum((one.amount for one in found if one.certain), zero),
        open=sum((one.amount for one in found if not one.certain), zero),
    )


def gaps(folder: Folder) -> list[Gap]:
    """What the claim lacks, what blocks first."""
    found = [*_stated(folder), *_of_papers(folder), *_of_invoices(folder)]
    return sorted(found, key=lambda gap: not gap.blocks)


def _stated(folder: Folder) -> list[Gap]:
    stated, found = folder.sheet.stated, []
    if not stated.purpose:
        found.append(Gap("purpose", "事由", "what it was for"))
    if not any(leaf.paper.attachment is None for leaf in folder.leaves):
        found.append(Gap("invoices", "发票或收据", "an invoice or receipt"))
    trip = stated.trip
    if trip is not None:
        if trip.first is None or trip.last is None:
            found.append(Gap("trip_days", "出差起止日期", "first and last day of the trip"))
        elif trip.last < trip.first:
            found.append(Gap("trip_order", "正确的出差日期（止日早于起日）", "trip days in order"))
        if not trip.cities:
            found.append(Gap("trip_city", "出差城市", "the city of the trip", blocks=False))
    return found


def _of_papers(folder: Folder) -> list[Gap]:
    waiting = sum(leaf.waiting for leaf in folder.leaves)
    unread = sum(
        not leaf.waiting and leaf.paper.attachment is None and leaf.amount is None
        for leaf in folder.leaves
    )
    found = []
    if waiting:
        found.append(Gap("waiting", f"{waiting} 份仍在识别", f"{waiting} still being read"))
    if unread:
        found.append(Gap("amount", f"{unread} 份的实付金额", f"the amount paid of {unread}"))
    return found


def _of_invoices(folder: Folder) -> list[Gap]:
    items = [item for item in folder.items if not item.again]
    refused = sum(item.state in _REFUSED for item in items)
    blocked = sum(bool(_rejecting(item.invoice)) for item in items)
    missing = [
        name
        for item in items
        for finding in item.invoice.findings
        if finding.rule == _ATTACHMENTS_MISSING and finding.expected
        for name in finding.expected.split("、")
    ]
    found = []
    if refused:
        zh, en = f"更换 {refused} 张被退回或拒绝的发票", f"another for {refused} turned down"
        found.append(Gap("refused", zh, en))
    if blocked:
        zh, en = f"解决 {blocked} 张发票的阻断问题", f"{blocked} blocked to be settled"
        found.append(Gap("blocked", zh, en))
    names = list(dict.fromkeys(name for name in missing if name not in folder.attachments))
    if names:
        listed = "、".join(names)
        found.append(Gap("attachments", f"附件：{listed}", f"attachments: {listed}", blocks=False))
    return found


def _rejecting(invoice: Invoice) -> list[Finding]:
    return [finding for finding in invoice.findings if finding.severity is Severity.REJECT]
