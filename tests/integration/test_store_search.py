"""What lists show follows what changes elsewhere, and can be made anew while it is in use."""

import datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from benchmarks.scale_match import Drawn, draw
from models.duplicate import DuplicateVerdict, Relation, Specimen, Twin
from models.finding import Finding, Severity, Status
from models.match import Match, MatchState, Side
from piaohe.cli.commands import app
from piaohe.matching.kept import once_each
from piaohe.reindex import reindex
from piaohe.store import Store, lean
from piaohe.store.tables.search import SearchRow
from piaohe.store.wanted import Line, Wanted
from tests.support.drawn import document_of

NOW = datetime.datetime(2026, 9, 30, 8, tzinfo=datetime.UTC)


@pytest.fixture
def drawn() -> Drawn:
    return draw(4, 1, disturbed=0)


def keep(store: Store, drawn: Drawn, content: str, at: int, *rules: str) -> str:
    """Keep the drawn invoice at this place as a document of its own."""
    document = document_of(store.originals.put(content.encode()), drawn.invoices[at])
    findings = tuple(
        Finding(rule=rule, severity=Severity.INFO, field=None, message="", message_en="")
        for rule in rules
    )
    invoices = tuple(each.model_copy(update={"findings": findings}) for each in document.invoices)
    later = NOW + datetime.timedelta(seconds=len(found(store)))
    with store.unit_of_work() as work:
        work.documents.add(
            document.model_copy(update={"invoices": invoices}), received_at=later, size=1
        )
    return document.sha256 or ""


def found(store: Store, **wanted: object) -> dict[str, Line]:
    with store.reading() as work:
        lines = work.search.find(Wanted.model_validate(wanted))
    return {line.document_sha256: line for line in lines}


def verdict(key: str, state: MatchState) -> Match:
    return Match(side=Side.INVOICE, key=key, state=state, message="", message_en="")


def twins(documents: list[str]) -> list[Twin]:
    return [
        Twin(where=sha256, document=sha256, index=0, relation=Relation.SAME_INVOICE)
        for sha256 in documents
    ]


def named(store: Store, sha256: str) -> str:
    """What matching calls a document's invoice."""
    with store.reading() as work:
        kept = list(work.leads.kept(documents=[sha256]).values())
        group = work.leads.kept(keys=[kept[0].invoice.key or ""])
        once = once_each(lean(group[turn]) for turn in sorted(group))
    names = {one.document_sha256: one.facts.key for one in once}
    return names.get(sha256, kept[0].invoice.key or "")


def test_a_verdict_that_comes_by_itself_is_listed(store: Store, drawn: Drawn) -> None:
    sha256 = keep(store, drawn, "a", 0)
    name = named(store, sha256)
    with store.unit_of_work() as work:
        work.matches.amend([verdict(name, MatchState.EXACT)], [], NOW)
    assert found(store, match="exact").keys() == {sha256}
    with store.unit_of_work() as work:
        work.matches.amend([], [(Side.INVOICE, name)], NOW)
    assert found(store, match="unmatched").keys() == {sha256}


def test_verdicts_that_came_since_stand_behind_the_others(store: Store) -> None:
    both = [verdict("b", MatchState.EXACT), verdict("a", MatchState.EXACT)]
    with store.unit_of_work() as work:
        work.matches.replace(both, NOW)
        work.matches.amend([verdict(key, MatchState.MISSING) for key in ("d", "a", "c")], [], NOW)
        assert [match.key for match in work.matches.all()] == ["b", "a", "c", "d"]


def test_each_copy_shows_its_own_verdict(store: Store, drawn: Drawn) -> None:
    first, second = keep(store, drawn, "a", 0), keep(store, drawn, "b", 0)
    shown = keep(store, drawn, "c", 0, "R-DUP-02")
    key = named(store, first)
    assert [named(store, sha256) for sha256 in (second, shown)] == [f"{key}#2", key]
    with store.unit_of_work() as work:
        copies = [verdict(key, MatchState.EXACT), verdict(f"{key}#2", MatchState.DUPLICATE)]
        work.matches.replace(copies, NOW)
    states = {sha256: line.match for sha256, line in found(store).items()}
    assert states == {first: "exact", second: "duplicate", shown: "exact"}
    with store.unit_of_work() as work:
        work.removal.remove(first)
    # the verdict went with it; the second is the first from now on
    assert {line.match for line in found(store).values()} == {""}
    assert named(store, second) == key
    with store.unit_of_work() as work:
        work.matches.amend([verdict(key, MatchState.MISSING)], [], NOW)
    states = {sha256: line.match for sha256, line in found(store).items()}
    assert states == {second: "missing", shown: "missing"}


def test_forgetting_a_document_frees_those_it_was_like(store: Store, drawn: Drawn) -> None:
    first, second, third = (keep(store, drawn, name, 0) for name in "abc")
    with store.unit_of_work() as work:
        for own, others in ((second, [first]), (third, [first, second])):
            ours = Specimen(own, 0, own, document_of(own, drawn.invoices[0]).invoices[0])
            work.duplicates.keep(ours, (), DuplicateVerdict.of(twins(others)), NOW)
    assert found(store, twins=True).keys() == {first, second, third}
    with store.unit_of_work() as work:
        work.duplicates.forget(third)
    assert found(store, twins=True).keys() == {first, second}
    with store.unit_of_work() as work:
        work.duplicates.forget(second)
    assert not found(store, twins=True)


def test_the_index_is_made_anew(store: Store, drawn: Drawn) -> None:
    kept = [keep(store, drawn, f"{at}", at) for at in range(4)]
    before = found(store)
    with Session(store.engine) as session, session.begin():
        # a row is lost, one is of nothing, and the words of all are another's
        session.execute(delete(SearchRow).where(SearchRow.document_sha256 == kept[3]))
        session.execute(text("UPDATE search_rows SET invoice_id = 'x' WHERE id = 1"))
        session.execute(text("UPDATE search_texts SET said = '错'"))
    steps: list[tuple[int, int]] = []
    assert reindex(store, lambda done, of: steps.append((done, of))) == 4
    after = found(store)
    assert steps == [(4, 4)]
    assert after.keys() == before.keys()
    assert [after[sha256].place for sha256 in kept[1:3]] == [before[s].place for s in kept[1:3]]
    for sha256 in kept:
        assert sha256 in found(store, q=before[sha256].number)


def index(store: Store) -> list[object]:
    """All that finding works with: rows, texts, names, and in how many rows each word is."""
    if store.engine.dialect.name == "sqlite":
        words = "SELECT term, doc FROM temp.v ORDER BY term"
        before = (
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.v USING fts5vocab(main, search_words, row)"
        )
    else:
        words = "SELECT word, ndoc FROM ts_stat('SELECT words FROM search_words') ORDER BY word"
        before = "SELECT 1"
    tables = (
        "SELECT * FROM search_rows ORDER BY id",
        "SELECT * FROM search_texts ORDER BY id",
        "SELECT folded, name FROM search_names ORDER BY folded",
        "SELECT piece, folded FROM search_name_pieces JOIN search_names ON id = name_id"
        " ORDER BY piece, folded",
    )
    with Session(store.engine) as session:
        session.execute(text(before))
        return [[tuple(row) for row in session.execute(text(each))] for each in (*tables, words)]


def test_the_index_follows_judging_as_if_made_anew(store: Store, drawn: Drawn) -> None:
    """Also where only what does not stand in it has changed, or only its marks."""
    kept = [keep(store, drawn, name, at) for name, at in (("a", 0), ("b", 0), ("c", 1), ("d", 2))]

    def judge(at: int, rule: str, message: str, status: Status) -> None:
        finding = Finding(
            rule=rule, severity=Severity.INFO, field=None, message=message, message_en=""
        )
        before = index(store)
        with store.unit_of_work() as work:
            invoice = work.invoices.of(kept[at])[0]
            assert work.invoices.judged(
                kept[at],
                0,
                invoice.model_copy(update={"findings": (finding,), "status": status}),
            )
        assert (index(store) == before) is (message == "again")

    judge(2, "R-SOR-01", "", Status.REVIEW)
    judge(2, "R-SOR-01", "again", Status.REVIEW)
    judge(2, "R-SOR-01", "", Status.REJECTED)
    judge(1, "R-DUP-02", "", Status.ACCEPTED)
    judge(1, "R-SOR-01", "", Status.ACCEPTED)
    with store.unit_of_work() as work:
        work.removal.remove(kept[3])
    as_it_is = index(store)
    reindex(store)
    assert index(store) == as_it_is
    assert found(store, status="rejected").keys() == {kept[2]}


def test_the_index_is_made_anew_by_a_command(
    home: Path, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIAOHE_HOME", str(home))
    with Store.open(home) as store:
        sha256 = keep(store, drawn, "a", 0)
        with Session(store.engine) as session, session.begin():
            session.execute(delete(SearchRow))
        assert not found(store)
    done = CliRunner().invoke(app, ["--lang", "en", "db", "reindex"])
    assert (done.exit_code, "with 1 invoices" in done.output) == (0, True), done.output
    with Store.open(home) as store:
        assert found(store, q=drawn.invoices[0].long).keys() == {sha256}


def test_what_comes_while_the_index_is_made_anew_is_found(store: Store, drawn: Drawn) -> None:
    first, second = keep(store, drawn, "a", 0), keep(store, drawn, "b", 1)
    with store.unit_of_work() as work:
        documents = work.search.empty()
    assert [name.hex() for name in documents] == [first, second]
    assert found(store).keys() == {first, second}
    third = keep(store, drawn, "c", 2)
    with store.unit_of_work() as work:
        work.search.renew([second, third])
        work.search.renew([first])
        work.search.sweep()
    for sha256, line in found(store).items():
        assert sha256 in found(store, q=line.number)
