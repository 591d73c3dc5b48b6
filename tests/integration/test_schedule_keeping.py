"""Chores that look after what is kept."""

import datetime
import hashlib
from pathlib import Path

import pytest

from models.invoice import Invoice
from models.match import Match, MatchState, Side
from piaohe.schedule.counting import census
from piaohe.schedule.keeping import years_before
from piaohe.schedule.runner import Chores
from piaohe.settings import Settings
from piaohe.settings.sections import RetentionSettings, ScheduleSettings
from piaohe.store import FolderOriginals, Store, What
from piaohe.store.arrivals import MATCHING
from piaohe.store.chores import Facts
from piaohe.store.manifest import Backup
from tests.support.web import Clock


def sha(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


@pytest.fixture
def clock(now: datetime.datetime) -> Clock:
    clock = Clock()
    clock.at = now
    return clock


def done(store: Store, clock: Clock, name: str, home: Path, **sections: object) -> Facts:
    run = Chores(store, Settings(home=home, **sections), clock).run(name)
    assert run is not None
    assert run.error is None, run
    return run.facts


def has(store: Store, content: str) -> bool:
    return store.originals.exists(sha(content))


def test_every_original_is_read_in_so_many_nights(store, keep, clock, home) -> None:
    contents = [f"document {number}" for number in range(16)]
    for content in contents:
        keep(content)
    nights = {"schedule": ScheduleSettings(integrity_days=4)}
    read = [done(store, clock, "integrity", home, **nights)["read"] for _ in range(4)]
    assert sum(map(int, read)) == 16
    assert len([each for each in read if each]) > 1
    # the next round begins anew
    assert done(store, clock, "integrity", home, **nights)["read"] == read[0]


def test_what_is_damaged_is_found_told_and_found_repaired(store, keep, clock, home) -> None:
    keep("one")
    keep("two")
    assert isinstance(store.originals, FolderOriginals)
    path = store.originals.path(sha("one"))
    path.chmod(0o644)
    path.write_bytes(b"other")
    store.originals.path(sha("two")).unlink()
    nightly = {"schedule": ScheduleSettings(integrity_days=1)}
    for _ in range(2):
        facts = done(store, clock, "integrity", home, **nightly)
        assert facts == {"read": 2, "wrong": 2, "wrong_in_all": 2}
    with store.reading() as work:
        found = [each for each in work.events.iterate() if each.what is What.ORIGINAL_DAMAGED]
    assert [each.details for each in found] == [{"problem": p} for p in ("damaged", "missing")] or [
        each.details for each in found
    ] == [{"problem": p} for p in ("missing", "damaged")]
    path.unlink()
    for content in ("one", "two"):
        store.originals.put(content.encode())
    assert done(store, clock, "integrity", home, **nightly)["wrong_in_all"] == 0


def test_nothing_is_removed_unless_the_settings_say_so(store, keep, clock, home) -> None:
    keep("invoice", Invoice(number="1"))
    keep("nothing in it")
    keep("unreadable", error="broken_pdf")
    clock.turn(days=365 * 40)
    assert done(store, clock, "retention", home) == {"without_invoice": 0, "with_invoices": 0}
    years = RetentionSettings(invoice_years=30)
    assert done(store, clock, "retention", home, retention=years)["with_invoices"] == 0
    assert has(store, "invoice")
    days = RetentionSettings(without_invoice_days=30)
    facts = done(store, clock, "retention", home, retention=days)
    assert facts == {"without_invoice": 2, "with_invoices": 0}
    assert done(store, clock, "retention", home, retention=days)["without_invoice"] == 0
    assert [has(store, each) for each in ("invoice", "nothing in it", "unreadable")] == [
        True,
        False,
        False,
    ]
    both = RetentionSettings(invoice_years=30, remove_invoices=True)
    assert done(store, clock, "retention", home, retention=both)["with_invoices"] == 1
    assert not has(store, "invoice")
    with store.reading() as work:
        (event,) = [
            each
            for each in work.events.iterate(sha("invoice"))
            if each.what is What.ORIGINAL_REMOVED
        ]
        assert event.details == {"why": "invoice_years"}
        document = work.documents.get(sha("invoice"))
    assert document is not None
    assert document.invoices[0].number == "1"
    # it is known that they are gone: neither the check nor the nightly reading complains
    assert store.check() == []
    nightly = ScheduleSettings(integrity_days=1)
    assert done(store, clock, "integrity", home, schedule=nightly)["wrong"] == 0


def test_young_ones_stay_and_what_was_begun_is_ended(store, keep, clock, home) -> None:
    keep("old", at=clock() - datetime.timedelta(days=31))
    keep("young", at=clock() - datetime.timedelta(days=29))
    with store.unit_of_work() as work:
        # a process died between the audit and the file
        work.marks.put(sha("old"), "removing", clock())
    days = RetentionSettings(without_invoice_days=30)
    done(store, clock, "retention", home, retention=days)
    assert (has(store, "old"), has(store, "young")) == (False, True)
    with store.reading() as work:
        assert work.marks.get(sha("old")) == "removed"


def test_backups_are_made_read_again_and_rotated(store, keep, clock, home, target) -> None:
    schedule = ScheduleSettings(backup_target=target, backup_keep=2)
    for number in range(4):
        keep(f"document {number}")
        facts = done(store, clock, "backup", home, schedule=schedule)
        assert facts == {
            "originals": number + 1,
            "copied": 1,
            "lost": 0,
            "rotated": int(number >= 2),
        }
        clock.turn(days=1)
        # so that something only an old backup names goes with it
        if number == 0:
            days = RetentionSettings(without_invoice_days=1)
            clock.turn(days=1)
            done(store, clock, "retention", home, retention=days)
            break
    for number in (1, 2):
        keep(f"document {number}", at=clock())
        done(store, clock, "backup", home, schedule=schedule)
        clock.turn(hours=1)
    folders = sorted((target / "backups").iterdir())
    assert len(folders) == 2
    assert all(list(Backup(folder).problems()) == [] for folder in folders)
    kept = set(FolderOriginals(target / "originals").iterate())
    assert kept == {sha("document 1"), sha("document 2")}
    with store.reading() as work:
        state = work.chores.get("backup")
    assert state is not None
    assert datetime.datetime.fromisoformat(state.mark) == clock() - datetime.timedelta(hours=1)


def test_without_a_target_there_is_no_backup(store, clock, home) -> None:
    assert done(store, clock, "backup", home) == {"skipped": "no_target"}


def test_a_new_snapshot_is_matched_with_once(store, clock, home, tmp_path) -> None:
    from piaohe.sources.importing import Asked, import_file

    assert done(store, clock, "rematch", home) == {"wanted": 0}
    table = tmp_path / "ledger.csv"
    table.write_text(
        "发票号码,开票日期,价税合计\n26332000000012345678,2026-02-28,113.00\n", "utf-8"
    )
    taken = import_file(store, table, "u8", Asked(clock()))
    assert done(store, clock, "rematch", home) == {"wanted": 1}
    assert done(store, clock, "rematch", home) == {"wanted": 0}
    with store.unit_of_work() as work:
        accepted = work.imports.accept(taken.id, clock())
    changed = accepted is not None and accepted.accepted_at is not None
    assert done(store, clock, "rematch", home) == {"wanted": int(changed)}


def test_it_is_asked_again_when_the_verdict_says(store, clock, home) -> None:
    def missing(key: str, hours: int | None) -> Match:
        return Match(
            side=Side.INVOICE,
            key=key,
            state=MatchState.MISSING,
            cause="N1",
            message="无",
            message_en="none",
            retry_after=clock() + datetime.timedelta(hours=hours) if hours else None,
        )

    with store.unit_of_work() as work:
        work.matches.replace([missing("a", 24), missing("b", 48), missing("c", None)], clock())
    assert done(store, clock, "ask_again", home) == {"due": 0, "asked": 0}
    clock.turn(hours=25)
    assert done(store, clock, "ask_again", home) == {"due": 1, "asked": 0}
    with store.reading() as work:
        assert work.arrivals.wanted(MATCHING) == (1, 0)
    clock.turn(hours=25)
    assert done(store, clock, "ask_again", home)["due"] == 2


def test_what_happened_is_counted_once(store, keep, rich_invoice, clock, home) -> None:
    keep("a", rich_invoice)
    keep("b", error="broken_pdf")
    with store.unit_of_work() as work:
        work.events.add(What.DOCUMENT_DECIDED, sha("a"), clock(), {"state": "review"})
        work.events.add(What.DOCUMENT_GIVEN_UP, sha("c"), clock(), {"error": "disk_full"})
    # events this young may still get company with smaller numbers
    assert done(store, clock, "census", home) == {"events": 0}
    clock.turn(minutes=1)
    assert done(store, clock, "census", home)["events"] > 4
    assert done(store, clock, "census", home) == {"events": 0}
    with store.reading() as work:
        tallies = work.tallies.all()
    assert tallies["decided"] == {"review": 1}
    assert tallies["given_up"] == {"disk_full": 1}
    assert tallies["unreadable"] == {"broken_pdf": 1}
    assert tallies["findings"] == {"R-AMT-01": 1}
    assert tallies["documents_now"] == {"ok": 1, "failed": 1}
    assert census.__doc__


def test_old_history_is_forgotten(store, clock, home) -> None:
    done(store, clock, "rematch", home)
    with store.unit_of_work() as work:
        work.deliveries.add("mail", "{}", clock())
        work.deliveries.add("mail", "{}", clock())
        work.deliveries.delivered(1, clock())
    clock.turn(days=91)
    assert done(store, clock, "tidy", home) == {"runs": 1, "deliveries": 1}
    with store.reading() as work:
        assert work.deliveries.waiting() == 1


def test_years_before_a_leap_day() -> None:
    leap = datetime.datetime(2028, 2, 29, tzinfo=datetime.UTC)
    assert years_before(leap, 30) == datetime.datetime(1998, 2, 28, tzinfo=datetime.UTC)
