"""A person's word on an invoice and an entry: kept, audited, and followed at once."""

import datetime
from dataclasses import dataclass

import reconcile
import validate
from models.errors import UsageError
from models.match import Match
from piaohe.matching.incremental import Against, match_around, match_snapshot
from piaohe.matching.kept import verdict_of
from piaohe.matching.shelf import Shelf, in_use, rested_on
from piaohe.store import KeptInvoice, Store, Work
from piaohe.store.said import KeptLink


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what, when and why. `invoice_id` is the kept invoice's (`KeptInvoice.id`),
    `entry` the entry's key (`MatchCandidate.key`)."""

    invoice_id: str
    entry: str
    at: datetime.datetime
    person_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where decisions are followed: the store, what matching is told (`told.options_for`), by what
    invoices are judged again, and the entries. One for each process keeps the entries at hand."""

    store: Store
    options: reconcile.Options
    context: validate.Context
    shelf: Shelf

    def link(self, decision: Decision) -> Match | None:
        """The two belong together: outranks everything else. Gives the invoice's new verdict.

        Raises UsageError no_such_invoice, no_such_entry; StoreError.
        """
        return self._decided(decision, linked=True)

    def unlink(self, decision: Decision) -> Match | None:
        """The two do not belong together, whatever their numbers say. As `link`."""
        return self._decided(decision, linked=False)

    def revoke(self, link_id: int, decision: Decision) -> Match | None:
        """Take a link or unlink back; of the decision only who, when and why matter.

        Raises UsageError no_such_link where there is none in force; StoreError.
        """
        against = self._against()
        with self.store.unit_of_work() as work:
            link = work.links.revoke(link_id, decision.at, decision.person_id)
            if link is None:
                raise _unknown("no_such_link", str(link_id))
            one = _invoice(work, link.invoice)
            _audit(work, "match.revoked", one.id if one else link.invoice, link, decision)
            if one is None:
                return None
            rows = _rows(against.index, link)
            followed = _follow(work, one, rows, against)
        return self._verdict(one.id, is_done=followed)

    def _decided(self, decision: Decision, *, linked: bool) -> Match | None:
        against = self._against()
        index = against.index
        rows = index.standing_at(decision.entry)
        if not rows:
            raise _unknown("no_such_entry", decision.entry)
        entry = index.entries[rows[0]]
        number = reconcile.invoice_key(entry)
        with self.store.unit_of_work() as work:
            one = _invoice(work, decision.invoice_id)
            if one is None:
                raise _unknown("no_such_invoice", decision.invoice_id)
            given = KeptLink(
                invoice=one.invoice.key or one.id,
                entry=number or decision.entry,
                content=None if number else reconcile.content_of(entry),
                linked=linked,
                at=decision.at,
                person_id=decision.person_id,
                reason=decision.reason,
            )
            link = work.links.add(given)
            what = "match.linked" if linked else "match.unlinked"
            _audit(work, what, one.id, link, decision)
            followed = _follow(work, one, rows, against)
        return self._verdict(one.id, is_done=followed)

    def _against(self) -> Against:
        with self.store.reading() as work:
            books = in_use(work)
        index = self.shelf.index(self.store, books)
        return Against(books, index, self.options, self.context)

    def _verdict(self, invoice_id: str, *, is_done: bool) -> Match | None:
        """The verdict as it is now, after everything was brought up to date where need be."""
        if not is_done:
            match_snapshot(self.store, self.options, self.context, self.shelf)
        with self.store.reading() as work:
            return verdict_of(work, invoice_id)


def _follow(work: Work, one: KeptInvoice, rows: list[int], against: Against) -> bool:
    """Judge again what the decision touches; says no where the kept verdicts rest on other books
    or too much hangs together."""
    if work.matches.rests_on() != rested_on(against.books):
        return False
    return match_around(work, [one.id], against, rows) is not None


def _invoice(work: Work, name: str) -> KeptInvoice | None:
    """By its id, or by its key the one that came first."""
    found = work.leads.kept(ids=[name]) or work.leads.kept(keys=[name])
    return found[min(found)] if found else None


def _rows(index: reconcile.Index, link: KeptLink) -> list[int]:
    if link.content:
        return index.standing_at(link.entry)
    return index.find([link.entry.rpartition("-")[2]])


def _audit(work: Work, what: str, subject: str, link: KeptLink, decision: Decision) -> None:
    facts: dict[str, str | int] = {"link": link.id, "entry": link.entry, "reason": decision.reason}
    work.audits.add(decision.at, decision.person_id, what, subject, (None, facts))


_UNKNOWN = {
    "no_such_invoice": ("没有这张发票", "there is no such invoice"),
    "no_such_entry": ("在用的台账中没有这条记录", "the ledgers in use have no such entry"),
    "no_such_link": ("没有这条关联，或已撤销", "there is no such link, or it was taken back"),
}


def _unknown(code: str, what: str) -> UsageError:
    message, message_en = _UNKNOWN[code]
    return UsageError(
        code,
        f"{message}：{what}",
        "请刷新页面后重试",
        message_en=f"{message_en}: {what}",
        hint_en="load the page again",
    )
