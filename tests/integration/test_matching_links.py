"""A person's link or unlink is kept, audited, followed at once, and outlives a new export."""

import pytest

from models.errors import UsageError
from models.ledger import LedgerEntry
from models.match import MatchState, Step
from piaohe.matching.incremental import match_new
from piaohe.matching.kept import Book, books_in_use, match_kept, verdict_of
from piaohe.matching.links import Decision, Desk
from piaohe.matching.shelf import Shelf
from piaohe.store import Store
from tests.support.drawn import kept_document
from tests.support.matching import FILLER, NOW, NUMBER, entry, invoice, ledger, options
from validate import Context

OTHER_NUMBER = "26447000009990001112"
FAR = {"number": OTHER_NUMBER, "total": None, "amount": None, "tax": None} | {
    name: FILLER[name] for name in ("seller_name", "seller_tax_id")
}
"""An entry nothing but a person would take for the invoice's."""
NO_NUMBER = FAR | {"number": None, "voucher_no": "记-7"}


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store, options(), Context(today=NOW.date()), Shelf())


def keep(desk: Desk, *entries: LedgerEntry, name: str = "a") -> None:
    """Match what is kept with a ledger."""
    match_kept(desk.store, [Book(ledger(*entries), f"{name:0>64}")], desk.options, desk.context)


def everything(desk: Desk) -> list[tuple[str, MatchState, Step | None]]:
    with desk.store.reading() as work:
        found = [(one.key, one.state, one.step) for one in work.matches.all()]
    return sorted(found)


@pytest.mark.parametrize("far", [FAR, NO_NUMBER])
def test_a_link_is_followed_and_outlives_a_new_export(desk: Desk, far: dict[str, object]) -> None:
    ids = kept_document(desk.store, NOW, "one", invoice())
    linked = entry(3, **far)
    keep(desk, entry(2, **FILLER), linked)
    decision = Decision(ids[0], linked.key, NOW, reason="电话确认")
    verdict = desk.link(decision)
    assert verdict
    assert (verdict.step, verdict.candidates[0].key) == (Step.PERSON, linked.key)
    with desk.store.reading() as work:
        assert [each.what for each in work.audits.of(ids[0])] == ["match.linked"]
        link = work.links.of(NUMBER)[0]
    at_once = everything(desk)
    with desk.store.reading() as work:
        books = books_in_use(work)
    match_kept(desk.store, books, desk.options, desk.context)
    assert everything(desk) == at_once
    # in the new export other rows stand before it
    moved = entry(9, **far)
    keep(desk, entry(3, **FILLER), moved, name="b")
    with desk.store.reading() as work:
        now = verdict_of(work, ids[0])
    assert now
    assert now.candidates[0].key == moved.key
    after = desk.revoke(link.id, decision)
    assert after
    assert after.state is MatchState.MISSING
    with pytest.raises(UsageError, match=str(link.id)):
        desk.revoke(link.id, decision)


def test_an_unlink_frees_the_entry_for_another(desk: Desk) -> None:
    first, second = (
        kept_document(desk.store, NOW, name, invoice(seller_name=name))[0]
        for name in ("一二", "三四")
    )
    taken = entry(2, seller_name="三四")
    keep(desk, taken, entry(3, **FILLER))
    with desk.store.reading() as work:
        assert [verdict_of(work, each).state for each in (first, second)] == [  # type: ignore[union-attr]
            MatchState.DUPLICATE,
            MatchState.EXACT,
        ]
    verdict = desk.unlink(Decision(second, taken.key, NOW))
    assert verdict
    assert verdict.state is not MatchState.EXACT


def test_what_is_not_there_is_said(desk: Desk) -> None:
    ids = kept_document(desk.store, NOW, "one", invoice())
    keep(desk, entry())
    with pytest.raises(UsageError) as error:
        desk.link(Decision(ids[0], "tax.xlsx#!99", NOW))
    assert error.value.record.code == "no_such_entry"
    with pytest.raises(UsageError) as error:
        desk.link(Decision("nobody", entry().key, NOW))
    assert error.value.record.code == "no_such_invoice"


def test_a_linked_entry_is_not_given_to_a_new_document(desk: Desk) -> None:
    linked = entry(2, **FAR)
    first = kept_document(desk.store, NOW, "one", invoice())
    keep(desk, linked, entry(3, **FILLER))
    desk.link(Decision(first[0], linked.key, NOW))
    second = kept_document(desk.store, NOW, "two", invoice(number=OTHER_NUMBER))
    sha256 = second[0].rpartition("-")[0]
    match_new(desk.store, sha256, desk.options, desk.context, desk.shelf)
    at_once = everything(desk)
    assert (OTHER_NUMBER, MatchState.EXACT, Step.KEY) not in at_once
    with desk.store.reading() as work:
        books = books_in_use(work)
    match_kept(desk.store, books, desk.options, desk.context)
    assert everything(desk) == at_once
