"""piaohe source, from a proposal to a snapshot in use."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from models.errors import LedgerError
from piaohe.cli.commands import app
from piaohe.cli.ledgers import open_ledgers
from piaohe.settings import Settings
from piaohe.sources.portal_mock import Known, PortalMock

NUMBER = "26447000001243494438"
ROWS = [f"{NUMBER[:-1]}{at},2026-01-0{at + 1},甲公司,{at + 1}000.00" for at in range(6)]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PIAOHE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def go(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--lang", "en", "source", *arguments])

    return go


def write(rows: list[str], heading: str = "c1,c2,c3,c4") -> None:
    Path("ledger.csv").write_text("\n".join([heading, *rows]) + "\n", "utf-8")


def lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """JSON goes to the process's own stdout."""
    return [json.loads(line) for line in capfd.readouterr().out.splitlines() if line[:1] == "{"]


def test_from_a_proposal_to_a_snapshot(run, tmp_path: Path, capfd) -> None:
    write(ROWS)
    assert run("propose", "ledger.csv", "--name", "mine", "--save").exit_code == 0
    assert 'number = ["c1"]' in (tmp_path / "home" / "profiles" / "mine.toml").read_text("utf-8")
    run("preview", "ledger.csv", "--profile", "mine", "--rows", "2", "--json")
    totals = [line["total"] for line in lines(capfd)]
    assert totals == ["1000.00", "2000.00"]
    assert run("add", "books", "--path", "ledger.csv", "--profile", "mine").exit_code == 0
    assert run("import", "books", "--coverage", "2026-01-01..2026-01-31").exit_code == 0
    write(ROWS[:2])
    bad = run("import", "books")
    assert bad.exit_code == 1
    assert "fewer than half" in bad.stderr
    (source,) = open_ledgers([Path("source:books")], Settings(home=tmp_path / "home"))
    assert len(source.ledger.entries) == 6
    assert str(source.ledger.coverage.last) == "2026-01-31"
    assert run("accept", "2").exit_code == 0
    (source,) = open_ledgers([Path("source:books")], Settings(home=tmp_path / "home"))
    assert len(source.ledger.entries) == 2
    (known,) = open_ledgers([Path("ledger.csv")], Settings(home=tmp_path / "home"))
    assert known.ledger.entries[1].number == ROWS[1][:20]
    lines(capfd)
    run("list", "--json")
    listed = lines(capfd)
    assert (listed[0]["source"], listed[0]["current"]["rows"]) == ("books", 2)
    assert "yonyou-nc" in run("list").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("import", "none"), 1, "no_source"),
        (("preview", "none.csv"), 1, "ledger_"),
        (("preview", "ledger.csv", "--profile", "none"), 1, "no_profile"),
        (("add", "x", "--path", "a", "--url", "sqlite://"), 2, "bad_option"),
        (("add", "x", "--url", "sqlite:///a", "--query", "DROP TABLE a"), 1, "sql_refused"),
        (("add", "x", "--from", "none.toml"), 1, "ledger_"),
        (("accept", "9"), 2, "no_import"),
        (("check", "none", "--invoices", "ledger.csv"), 1, "no_source"),
    ],
)
def test_mistakes_are_told(run, arguments: tuple[str, ...], code: int, said: str) -> None:
    write(ROWS)
    result = run(*arguments)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr


def test_a_source_without_a_snapshot_is_no_ledger(run, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no_snapshot"):
        open_ledgers([Path("source:books")], Settings(home=tmp_path / "home"))


def test_the_platform_is_off_until_enabled(run, capfd) -> None:
    line = {"form": "dz_normal", "number": NUMBER, "date": "2026-02-10", "total": "1060.00"}
    Path("i.jsonl").write_text(json.dumps(line) + "\n" + json.dumps({"form": "taxi"}), "utf-8")
    known = Known(number=NUMBER, date=datetime.date(2026, 2, 10), check="1060.00")
    with PortalMock([known]) as mock:
        for name, enabled in (("off", "false"), ("on", "true")):
            text = f'kind = "portal"\nurls = ["{mock.url}"]\nenabled = {enabled}\n'
            Path("p.toml").write_text(text, "utf-8")
            assert run("add", name, "--from", "p.toml").exit_code == 0
            run("check", name, "--invoices", "i.jsonl", "--json")
            codes = [line["answer"]["code"] for line in lines(capfd)]
            assert codes == ["001" if name == "on" else "not_configured", "not_on_platform"]
        assert len(mock.requests) == 1
