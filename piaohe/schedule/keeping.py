"""Chores that look after what is kept: originals, their retention, old history, backups."""

import datetime
from pathlib import Path

from piaohe.schedule.chore import Hands
from piaohe.store import What, errors
from piaohe.store.backup import backup as make_backup
from piaohe.store.chores import Facts
from piaohe.store.manifest import Backup
from piaohe.store.originals import Removable, verify_one
from piaohe.store.rotation import rotate

_PREFIXES = 16**4
_PORTION = 500
_BEYOND = "g"
"""After every SHA-256."""
_REMOVING = "removing"


def integrity(hands: Hands) -> Facts:
    """Read a slice of the originals, and again those that were found wrong before."""
    start = int(hands.mark or 0)
    start = start if start < _PREFIXES else 0
    slice_ = -(-_PREFIXES // hands.settings.schedule.integrity_days)
    end = min(start + slice_, _PREFIXES)
    first, last = f"{start:04x}", f"{end:04x}" if end < _PREFIXES else _BEYOND
    read = wrong = 0
    while True:
        with hands.store.reading() as work:
            portion = work.signs.contents(first, last, _PORTION)
        for sha256 in portion:
            wrong += _verified(hands, sha256)
        read += len(portion)
        if len(portion) < _PORTION:
            break
        first = portion[-1] + "0"
    with hands.store.reading() as work:
        known = work.marks.having(work.marks.DAMAGED, work.marks.MISSING)
    for sha256 in known:
        _verified(hands, sha256)
    with hands.store.unit_of_work() as work:
        hands.remember(work, str(end % _PREFIXES))
        now_wrong = len(work.marks.having(work.marks.DAMAGED, work.marks.MISSING))
    return {"read": read, "wrong": wrong, "wrong_in_all": now_wrong}


def _verified(hands: Hands, sha256: str) -> bool:
    """Read one and mark what is found; gives whether something is wrong with it."""
    with hands.store.reading() as work:
        before = work.marks.get(sha256)
    if before in (work.marks.REMOVED, _REMOVING) and not hands.store.originals.exists(sha256):
        return False
    problem = verify_one(hands.store.originals, sha256)
    if problem == before:
        return problem is not None
    with hands.store.unit_of_work() as work:
        if work.marks.put(sha256, problem, hands.now()) and problem:
            work.events.add(What.ORIGINAL_DAMAGED, sha256, hands.now(), {"problem": problem})
    return problem is not None


def retention(hands: Hands) -> Facts:
    """Remove the originals that may be, by the settings alone; rows and the audit stay."""
    settings, originals = hands.settings.retention, hands.store.originals
    if not isinstance(originals, Removable):
        raise TypeError("these originals cannot be removed")
    with hands.store.reading() as work:
        begun = work.marks.having(_REMOVING)
    _remove(hands, originals, begun)
    without = with_invoices = 0
    if settings.without_invoice_days is not None:
        before = hands.now() - datetime.timedelta(days=settings.without_invoice_days)
        without = _retire(hands, originals, before, with_invoices=False)
    if settings.remove_invoices and settings.invoice_years is not None:
        before = years_before(hands.now(), settings.invoice_years)
        with_invoices = _retire(hands, originals, before, with_invoices=True)
    return {"without_invoice": without, "with_invoices": with_invoices}


def _retire(
    hands: Hands, originals: Removable, before: datetime.datetime, *, with_invoices: bool
) -> int:
    done, after = 0, ""
    why = "invoice_years" if with_invoices else "without_invoice_days"
    while True:
        with hands.store.reading() as work:
            portion = work.signs.received_before(
                before, after, _PORTION, with_invoices=with_invoices
            )
            gone = set(work.marks.having(work.marks.REMOVED))
        if not portion:
            return done
        wanted = [sha256 for sha256 in portion if sha256 not in gone]
        # the audit says it before it is done: nothing goes unsaid, and what was begun is ended
        with hands.store.unit_of_work() as work:
            hands.remember(work, "")
            for sha256 in wanted:
                work.marks.put(sha256, _REMOVING, hands.now())
                work.events.add(What.ORIGINAL_REMOVED, sha256, hands.now(), {"why": why})
        _remove(hands, originals, wanted)
        done, after = done + len(wanted), portion[-1]


def _remove(hands: Hands, originals: Removable, contents: list[str]) -> None:
    for sha256 in contents:
        originals.remove(sha256)
    with hands.store.unit_of_work() as work:
        for sha256 in contents:
            work.marks.put(sha256, work.marks.REMOVED, hands.now())


def years_before(at: datetime.datetime, years: int) -> datetime.datetime:
    """The same day, years ago; the 28th for a 29 February that is not there."""
    day = 28 if (at.month, at.day) == (2, 29) else at.day
    return at.replace(year=at.year - years, day=day)


def tidy(hands: Hands) -> Facts:
    """Forget old runs of chores, and alerts and webhooks that were delivered."""
    before = hands.now() - datetime.timedelta(days=hands.settings.retention.history_days)
    with hands.store.unit_of_work() as work:
        hands.remember(work, "")
        gone = work.deliveries.prune(before) + work.hooks.prune(before)
        return {"runs": work.chores.prune(before), "deliveries": gone}


def backup(hands: Hands) -> Facts:
    """Make a backup, read all of it again, and let old ones make room. Its mark is when the last
    good one was made. Raises StoreError backup_damaged where what was written reads otherwise."""
    schedule = hands.settings.schedule
    if schedule.backup_target is None:
        return {"skipped": "no_target"}
    target = schedule.backup_target
    made = make_backup(
        hands.store, hands.settings.home, target, hands.now(), keys=schedule.backup_keys
    )
    found = Backup(Path(made.folder)).problems()
    if problems := [f"{each.subject}: {each.problem}" for each in found]:
        raise errors.backup_damaged(made.folder, problems)
    old = rotate(target, schedule.backup_keep)
    with hands.store.unit_of_work() as work:
        hands.remember(work, made.manifest.made_at.isoformat())
    return {
        "originals": made.manifest.originals,
        "copied": made.copied,
        "lost": len(made.manifest.lost),
        "rotated": old,
    }
