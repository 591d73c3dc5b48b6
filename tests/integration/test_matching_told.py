"""What is kept of outside systems counts in matching, and the age of it is said."""

import datetime

from models.ledger import LedgerProblem
from models.match import Match
from models.portal import PortalAnswer, RedConfirmation
from piaohe.matching.kept import Book, match_kept
from piaohe.matching.told import troubles
from piaohe.store import Import, ImportState, Store
from reconcile import Options
from tests.support.drawn import kept_document
from tests.support.matching import FILLER, NOW, NUMBER, entry, invoice, ledger, options
from validate import Context

DAY = datetime.timedelta(days=1)
SHA = "a" * 64


def verdict(store: Store, *rows: object, told: Options | None = None, **ours: object) -> Match:
    """The verdict on the one invoice kept, against these rows."""
    kept_document(store, NOW, "one", invoice(**ours))
    given = told or options()
    book = Book(ledger(entry(2, **FILLER), *rows), SHA)
    found = match_kept(store, [book], given, Context(today=NOW.date()))
    return next(iter(found.verdicts.values()))


def imported(store: Store, at: datetime.datetime, **more: object) -> None:
    given = {"source": "tax.xlsx", "imported_at": at} | more
    with store.unit_of_work() as work:
        work.ledgers.add(ledger(entry(2, **FILLER)), SHA, at)
        work.imports.add(Import.model_validate(given))


def test_an_answer_of_the_platform_is_a_cause_and_says_when_it_was_asked(store: Store) -> None:
    asked = NOW - 3 * DAY
    answers = [("009", asked), ("timeout", NOW - DAY), ("002", NOW - DAY)]
    with store.unit_of_work() as work:
        for code, at in answers:
            work.answers.add(NUMBER, "r", PortalAnswer(code=code, asked_at=at))
    found = verdict(store)
    assert found.cause == "N14"
    assert f"{asked.astimezone(datetime.timezone(8 * DAY / 24)):%Y-%m-%d %H:%M}" in found.message
    assert "portal_asked_at" in found.evidence


def test_a_platform_that_gave_no_answer_never_says_that_it_is_not_there(store: Store) -> None:
    with store.unit_of_work() as work:
        work.answers.add(NUMBER, "r", PortalAnswer(code="timeout", asked_at=NOW - DAY))
    found = verdict(store)
    assert found.cause is None
    assert found.evidence["portal"] == "timeout"


def test_a_red_letter_begun_is_a_cause(store: Store) -> None:
    with store.unit_of_work() as work:
        work.confirmations.replace([RedConfirmation(blue=NUMBER, number="r1")], NOW)
    assert verdict(store, entry(3)).cause == "N20"


def test_what_an_old_snapshot_cannot_hold_yet_is_not_missing(store: Store) -> None:
    asked = NOW - 20 * DAY
    imported(store, asked, sha256=SHA)
    found = verdict(store, date=(NOW - 10 * DAY).date())
    assert found.cause == "N1"
    assert found.evidence["ledger_asked_at"] in found.message


def test_an_import_that_is_not_used_is_told(store: Store) -> None:
    imported(store, NOW - 2 * DAY, sha256=SHA)
    with store.reading() as work:
        assert troubles(work) == []
    doubt = LedgerProblem(code="empty", message="没有数据行", message_en="no rows")
    imported(store, NOW, state=ImportState.SUSPECT, doubts=(doubt,))
    imported(store, NOW, source="u8", state=ImportState.SUSPECT, doubts=(doubt,))
    with store.reading() as work:
        (first, line, _), (second, other, other_en) = troubles(work)
    assert (first, second) == ("tax.xlsx", "u8")
    assert f"{NOW - 2 * DAY:%Y-%m-%d}" in line
    assert "没有数据行" in other
    assert "absent" in other_en
