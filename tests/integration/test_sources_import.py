"""Imports of configured sources: what comes is kept, what is suspect replaces nothing."""

import datetime
import sqlite3
from pathlib import Path

import pytest

from models.errors import LedgerError
from models.ledger import Coverage
from models.portal import SourceState
from piaohe.sources.configured import Sources
from piaohe.sources.importing import Asked, import_file, import_source, verdict
from piaohe.store import ImportState, Said, What

HOUR = datetime.timedelta(hours=1)
HEAD = "发票号码,开票日期,价税合计\n"


def rows(count: int) -> str:
    return HEAD + "".join(f"2644700000124349{at:04d},2026-01-05,60.00\n" for at in range(count))


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    found = Sources(tmp_path / "home")
    found.add("tax", {"kind": "file", "path": str(tmp_path / "in" / "*.csv"), "direction": "in"})
    found.add(
        "erp",
        {"kind": "sql", "url": f"sqlite:///{tmp_path / 'erp.db'}", "query": "SELECT * FROM t"},
    )
    (tmp_path / "in").mkdir()
    return found


def put(tmp_path: Path, text: str) -> None:
    (tmp_path / "in" / "a.csv").write_text(text, "utf-8")


def test_a_good_import_is_used_and_a_suspect_one_is_not(store, sources, tmp_path, now) -> None:
    assert verdict(store, "tax").state is SourceState.UNASKED
    put(tmp_path, rows(10))
    good = import_source(store, sources, "tax", Asked(now))
    assert (good.rows, good.direction, good.said, good.in_use) == (10, "in", Said.DERIVED, True)
    assert good.counts["dated"] == 10
    assert verdict(store, "tax").state is SourceState.OK
    for at, (text, code) in enumerate(
        [(rows(4), "few_rows"), (HEAD, "empty"), ("", "empty"), (rows(9)[:-20], "truncated")], 1
    ):
        put(tmp_path, text)
        bad = import_source(store, sources, "tax", Asked(now + at * HOUR))
        assert (bad.state, [each.code for each in bad.doubts]) == (ImportState.SUSPECT, [code])
        with store.reading() as work:
            assert work.imports.current("tax") == good
    assert verdict(store, "tax").state is SourceState.SUSPECT
    with store.reading() as work:
        assert len(work.imports.latest("tax")) == 5
        alerts = list(work.events.iterate("tax"))
    assert [alert.what for alert in alerts] == [What.LEDGER_SUSPECTED] * 4
    put(tmp_path, rows(4))
    taken = import_source(store, sources, "tax", Asked(now + 9 * HOUR, accept=True))
    with store.reading() as work:
        assert work.imports.current("tax") == taken
        assert len(work.ledgers.get(taken.sha256).entries) == 4


def test_a_source_that_fails_leaves_the_last_snapshot(store, sources, tmp_path, now) -> None:
    connection = sqlite3.connect(tmp_path / "erp.db")
    connection.execute("CREATE TABLE t (number TEXT, date TEXT, total NUMERIC)")
    connection.execute("INSERT INTO t VALUES ('26447000001243494438', '2026-01-05', 60.5)")
    connection.commit()
    period = Coverage(first=datetime.date(2026, 1, 1), last=datetime.date(2026, 1, 31))
    good = import_source(store, sources, "erp", Asked(now, period))
    assert (good.rows, good.said, good.coverage) == (1, Said.ASKED, period)
    connection.execute("DROP TABLE t")
    connection.commit()
    connection.close()
    failed = import_source(store, sources, "erp", Asked(now + HOUR))
    assert (failed.sha256, failed.doubts[0].code) == (None, "unreadable")
    found = verdict(store, "erp")
    assert (found.state, found.asked_at) == (SourceState.UNASKED, now + HOUR)
    assert found.why
    with store.reading() as work:
        assert work.imports.current("erp") == good


def test_a_mistake_of_ours_is_no_import(store, sources, tmp_path, now) -> None:
    with pytest.raises(LedgerError, match="no_source"):
        import_source(store, sources, "sap", Asked(now))
    nothing = import_source(store, sources, "tax", Asked(now))
    assert nothing.doubts[0].code == "unreadable"
    with pytest.raises(LedgerError, match="source_unreachable"):
        import_file(store, tmp_path / "none.csv", "x", Asked(now))
    with store.reading() as work:
        assert work.imports.latest("sap") == []


def test_a_file_may_be_imported_by_itself(store, tmp_path, now) -> None:
    (tmp_path / "b.csv").write_text(rows(3), "utf-8")
    taken = import_file(store, tmp_path / "b.csv", "b", Asked(now))
    again = import_file(store, tmp_path / "b.csv", "b", Asked(now + HOUR))
    assert (taken.rows, taken.sha256) == (3, again.sha256)
    with store.reading() as work:
        assert work.imports.current("b") == again
