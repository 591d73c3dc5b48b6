"""sources.toml, the guard of queries, and what makes an import suspect."""

from pathlib import Path
from typing import Any

import pytest

from models.errors import LedgerError
from piaohe.sources.configured import Sources, secret, source_of
from piaohe.sources.sql import read_only
from piaohe.sources.suspicion import Counts, doubts

READS = [
    "SELECT 1",
    " select a from b where c = 'x; delete' ; ",
    "WITH a AS (SELECT 1) SELECT * FROM a",
    "(SELECT 1) UNION (SELECT 2)",
    'SELECT "update", [delete], `insert` FROM t -- drop table t',
    "SELECT a /* into */ FROM t WHERE d >= '2026-01-01 10:00:00'",
    "SELECT updated_at, is_deleted FROM t",
    "SELECT $q$ ; delete from t $q$",
]
WRITES = [
    "",
    "DELETE FROM t",
    "SELECT 1; DROP TABLE t",
    "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a",
    "WITH a AS (insert into t values (1) returning 1) select 1",
    "SELECT * INTO copy FROM t",
    "SELECT nextval('s')",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT load_extension('x')",
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    "SELECT 1 /*! ; DELETE FROM t */",
    "SELECT '\\'; DELETE FROM t; --'",
    "SELECT 1 /* /* */ ; delete from t -- */",
    "SELECT 'a",
    "PRAGMA writable_schema = 1",
    "EXPLAIN DELETE FROM t",
    "CALL p()",
    "SELECT 1 FROM t FOR UPDATE",
]


@pytest.mark.parametrize("query", READS)
def test_queries_that_read_are_let_through(query: str):
    assert read_only(query) == query.strip().rstrip("; ")


@pytest.mark.parametrize("query", WRITES)
def test_queries_that_may_write_are_refused(query: str):
    with pytest.raises(LedgerError, match="sql_refused"):
        read_only(query)


SQL = {"kind": "sql", "url_env": "ERP_URL", "query": "SELECT 1"}
HTTP = {
    "kind": "http",
    "urls": ["https://erp.example/api?from=2026"],
    "headers_env": {"Authorization": "ERP_TOKEN"},
    "shape": {"records": "data", "fields": {"number": "no"}},
}


def test_sources_are_added_behind_what_is_there(tmp_path: Path):
    sources = Sources(tmp_path / "home")
    assert sources.tables() == {}
    file = {"kind": "file", "path": 'a\\"*.xlsx', "direction": "in"}
    for name, values in (("tax", file), ("u8", SQL), ("erp", HTTP)):
        sources.add(name, values)
        text = sources.file.read_text("utf-8")
        sources.file.write_text(text + "# a remark\n", "utf-8")
    assert sources.tables() == {"tax": file, "u8": SQL, "erp": HTTP}
    assert sources.file.read_text("utf-8").count("# a remark") == 3
    assert sources.get("erp") == source_of(HTTP, "erp")
    for name, code in (("u8", "source_exists"), ("U 8", "bad_sources")):
        with pytest.raises(LedgerError, match=code):
            sources.add(name, SQL)
    with pytest.raises(LedgerError, match="no_source"):
        sources.get("sap")
    with pytest.raises(LedgerError, match="sql_refused"):
        sources.add("bad", SQL | {"query": "DELETE FROM t"})


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"kind": "ftp"}, "kind"),
        ({"kind": "file"}, "path"),
        (SQL | {"colour": 1}, "colour"),
        (SQL | {"url": "sqlite:///a.db"}, "either url or url_env"),
        (SQL | {"url_env": "a b"}, "url_env"),
        ({"kind": "sql", "url": "postgresql://u:pass@h/d", "query": "SELECT 1"}, "password"),
        (HTTP | {"urls": ["http://erp.example/"]}, "https"),
        (HTTP | {"urls": ["https://u:p@erp.example/"]}, "no user"),
        (HTTP | {"urls": ["https://erp.example/?access_token=1"]}, "headers_env"),
        (HTTP | {"urls": ["file:///etc/passwd"]}, "https"),
        (HTTP | {"headers": {"X-Api-Key": "1"}}, "headers_env"),
        ({"kind": "portal", "urls": ["https://p.example"], "per_day": 6}, "per_day"),
    ],
)
def test_a_bad_source_names_its_key_and_shows_no_value(values: dict[str, Any], named: str):
    with pytest.raises(LedgerError, match="bad_sources") as caught:
        source_of(values, "x")
    assert named in caught.value.record.message
    assert "pass@" not in caught.value.record.message


def test_a_broken_file_and_a_missing_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    sources = Sources(tmp_path)
    for text in ("[a\n", "a = 1\n"):
        sources.file.write_text(text, "utf-8")
        with pytest.raises(LedgerError, match="bad_sources"):
            sources.tables()
    monkeypatch.delenv("ERP_TOKEN", raising=False)
    with pytest.raises(LedgerError, match="secret_missing") as caught:
        secret("ERP_TOKEN", "erp")
    assert "ERP_TOKEN" in caught.value.record.message
    monkeypatch.setenv("ERP_TOKEN", "t")
    assert secret("ERP_TOKEN", "erp") == "t"


@pytest.mark.parametrize(
    ("counts", "usual", "expected"),
    [
        (Counts(rows=100), [], []),
        (Counts(rows=100), [120, 150, 110], []),
        (Counts(rows=59), [120, 150, 110], ["few_rows"]),
        (Counts(rows=60), [120, 150, 110], []),
        (Counts(), [120], ["empty"]),
        (Counts(rows=100, damaged=9), [], []),
        (Counts(rows=100, damaged=10), [], ["numbers_lost"]),
        (Counts(rows=100, problems={"file_cut_off": 1}), [], ["truncated"]),
        (Counts(rows=90, problems={"row_too_wide": 10}), [], ["rows_broken"]),
        (Counts(rows=91, problems={"row_too_wide": 9}), [], []),
    ],
)
def test_what_is_suspect(counts: Counts, usual: list[int], expected: list[str]):
    assert [found.code for found in doubts(counts, usual)] == expected
