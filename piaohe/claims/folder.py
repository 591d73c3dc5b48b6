"""A claim with its papers laid out: what each holds, what it comes to, what the rules know of it.

`open_folder` reads; nothing here writes.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from models.claim import Claim
from models.document import Document, ReadStatus
from models.invoice import Invoice
from models.verdicts import SourceVerdict
from piaohe.matching.kept import record_of
from piaohe.reading import trip_lists
from piaohe.report import words
from piaohe.store import Work
from piaohe.store.claims import Paper, Sheet
from piaohe.store.invoices import invoice_id
from piaohe.store.reviews import State
from validate.creditfacts import is_passenger_transport
from validate.duplicates import keys_of
from validate.sanity import sane_money

YUAN = "CNY"
_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Item:
    """An invoice in a claim. `again`: an earlier one of the claim is the same invoice (the XML
    beside its PDF), so that this one does not count. `record` is what the tax bureau's list says
    of it."""

    id: str
    sha256: str
    index: int
    invoice: Invoice
    state: State
    again: bool = False
    record: SourceVerdict | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Its identities; the last is its place, which every invoice has."""
        return (*keys_of(self.invoice), f"at:{self.id}")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A paper of a claim and what was read from it. `document` is None while it waits to be read;
    `failed` where it could not be."""

    paper: Paper
    name: str
    document: Document | None
    failed: bool
    items: tuple[Item, ...]

    @property
    def counted(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if not item.again)

    @property
    def waiting(self) -> bool:
        return self.document is None and not self.failed

    @property
    def amount(self) -> Decimal | None:
        """What is claimed for it in its currency; None where that is not known."""
        if self.paper.attachment is not None or (self.items and not self.counted):
            return Decimal("0.00")
        if self.paper.paid is not None:
            return self.paper.paid
        totals = [item.invoice.total for item in self.counted]
        known = [total for total in totals if total is not None and sane_money(total)]
        whole = bool(totals) and len(known) == len(totals) and self.paper.currency == YUAN
        return sum(known, Decimal("0.00")) if whole else None


@dataclass(frozen=True, slots=True)
class Folder:
    """A claim with everything in it."""

    sheet: Sheet
    leaves: tuple[Leaf, ...]
    submitter: str
    """Who claims; `maker` where somebody else made it for them."""
    maker: str = ""

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for leaf in self.leaves for item in leaf.items)

    @property
    def totals(self) -> dict[str, Decimal]:
        """Currency -> what is claimed in it, as far as it is known; yuan first, always there."""
        sums = {YUAN: Decimal("0.00")}
        for leaf in self.leaves:
            if leaf.amount is not None and leaf.amount != 0:
                currency = leaf.paper.currency
                sums[currency] = sums.get(currency, Decimal("0.00")) + leaf.amount
        return sums

    @property
    def known(self) -> bool:
        """Whether the totals are all there is, and all in yuan."""
        whole = all(leaf.amount is not None for leaf in self.leaves)
        return whole and list(self.totals) == [YUAN]

    @property
    def keys(self) -> dict[str, str]:
        """Every identity of its invoices -> the invoice's id."""
        found: dict[str, str] = {}
        for item in self.items:
            for key in item.keys:
                found.setdefault(key, item.id)
        return found

    @property
    def attachments(self) -> tuple[str, ...]:
        """What kinds of papers are there beside the invoices: as stated, and as they were read."""
        stated = [leaf.paper.attachment for leaf in self.leaves if leaf.paper.attachment]
        read = [
            words.ATTACHMENTS[one.what].zh
            for leaf in self.leaves
            if leaf.document is not None
            for one in leaf.document.attachments
            if one.what in words.ATTACHMENTS
        ]
        return tuple(dict.fromkeys([*stated, *read]))

    @property
    def mark(self) -> str:
        """Changes with whatever anybody changes of the claim or of its invoices."""
        told = hashlib.sha256(f"{self.sheet.id}:{self.sheet.version}".encode())
        for leaf in self.leaves:
            read = "" if leaf.document is None else str(leaf.document.status)
            told.update(f"\n{leaf.paper.sha256}:{read}".encode())
            for item in leaf.items:
                text = f"{item.state}:{item.invoice.model_dump_json()}"
                told.update(text.encode("utf-8", "backslashreplace"))
        return told.hexdigest()[:20]

    def facts(self, leaf: Leaf) -> Claim:
        """What the rules may know when they judge an invoice of this paper."""
        known = facts(self.sheet, leaf.paper, (self.submitter, self.attachments, len(leaf.counted)))
        return known.model_copy(update={"rides": self._rides(leaf)})

    def _rides(self, leaf: Leaf) -> tuple[Decimal, ...] | None:
        """The prices on the trip list of this paper's invoice; None where that is not known."""
        rode = [one for one in self.leaves if any(map(_is_ride, one.counted))]
        if leaf not in rode or len(leaf.counted) != 1:
            return None
        others = [one.document for one in self.leaves if one is not leaf]
        return trip_lists.prices_for(leaf.document, others, alone=len(rode) == 1)


def _is_ride(item: Item) -> bool:
    return is_passenger_transport(item.invoice)


def facts(sheet: Sheet, paper: Paper, about: tuple[str, tuple[str, ...], int]) -> Claim:
    """A claim as the rules know it, for one of its papers. `about` is (who claims, which kinds of
    papers are attached, how many invoices the paper holds).

    What was paid for a sheet of several tickets says nothing of a single one, so it is left out.
    """
    submitter, attachments, count = about
    stated, submitted = sheet.stated, sheet.submitted_at
    return Claim(
        submitter=submitter,
        grade=stated.grade or None,
        department=stated.department or None,
        category=paper.category or stated.category or None,
        purpose=stated.purpose or None,
        use=stated.use,
        date=submitted.astimezone(_ZONE).date() if submitted else None,
        trip=stated.trip,
        overtime=stated.overtime,
        people=stated.people,
        paid=paper.paid if count == 1 and paper.currency == YUAN else None,
        deduct=paper.deduct,
        attachments=attachments,
    )


def open_folder(work: Work, sheet: Sheet) -> Folder:
    """The claim with its papers, what was read from them and where their reviews stand."""
    papers = work.claims.papers(sheet.id)
    states = work.uploads.states([paper.sha256 for paper in papers])
    seen: set[str] = set()
    leaves = tuple(_leaf(work, paper, states.get(paper.sha256, ()), seen) for paper in papers)
    names = work.people.names()
    maker = "" if sheet.claimant_id == sheet.person_id else names.get(sheet.person_id, "?")
    return Folder(sheet, leaves, names.get(sheet.claimant_id, "?"), maker)


def _leaf(
    work: Work,
    paper: Paper,
    states: Iterable[tuple[str, str, str | None, str | None]],
    seen: set[str],
) -> Leaf:
    document = work.documents.get(paper.sha256)
    handed_in = work.uploads.get(paper.sha256)
    invoices = document.invoices if document and paper.attachment is None else ()
    by_id = {id_: State(state or State.OPEN.value) for id_, _, state, _ in states}
    name = handed_in.name if handed_in else (document.file if document else paper.sha256[:12])
    failed = document.status is ReadStatus.FAILED if document else _gave_up(handed_in)
    items = tuple(
        replace(item, record=record_of(work, item.id))
        for item in _items(paper.sha256, invoices, by_id, seen)
    )
    return Leaf(paper, name, document, failed, items)


def _gave_up(handed_in: object) -> bool:
    return getattr(handed_in, "error", None) is not None


def _items(
    sha256: str, invoices: Sequence[Invoice], states: dict[str, State], seen: set[str]
) -> tuple[Item, ...]:
    items = []
    for index, invoice in enumerate(invoices):
        id_ = invoice_id(sha256, index)
        item = Item(id_, sha256, index, invoice, states.get(id_, State.OPEN))
        again = not seen.isdisjoint(item.keys)
        seen.update(item.keys)
        items.append(Item(id_, sha256, index, invoice, item.state, again))
    return tuple(items)
