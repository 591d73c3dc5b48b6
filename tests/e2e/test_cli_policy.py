"""piaohe policy, and what check makes of a claim, called as programs are."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from piaohe.cli import main
from piaohe.cli.lines import invoice_json
from validate.examples import build, digital

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "policy.toml"
INVOICE = invoice_json(build(digital(category="MEAL"))[0])
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Call:
    """Calls the program: (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIAOHE_HOME", str(tmp_path / "home"))

    def run(*arguments: object, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capfd.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main([str(argument) for argument in arguments])
        said = capfd.readouterr()
        code = stopped.value.code
        return (code if isinstance(code, int) else 0), said.out, said.err

    return run


def test_check_says_that_a_file_is_usable(call: Call) -> None:
    code, out, err = call("policy", "check", EXAMPLE)
    assert (code, out) == (0, "")
    assert "2026-07" in err


@pytest.mark.parametrize(("lang", "words"), [("zh", "第2行：max_age_days"), ("en", "line 2: max")])
def test_check_explains_by_line(call: Call, tmp_path: Path, lang: str, words: str) -> None:
    (tmp_path / "p.toml").write_text("\nmax_age_days = 'x'\n", "utf-8")
    code, out, _ = call("--lang", lang, "policy", "check", "p.toml")
    assert code == 4
    assert words in out
    code, out, _ = call("policy", "check", "p.toml", "--json")
    assert json.loads(out)["line"] == 2


def test_show_gives_the_policy_of_the_home_folder(call: Call, tmp_path: Path) -> None:
    assert json.loads(call("policy", "show", "--json")[1])["version"] == ""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "policy.toml").write_bytes(EXAMPLE.read_bytes())
    assert json.loads(call("policy", "show", "--json")[1])["version"] == "2026-07"
    code, out, _ = call("policy", "show")
    assert code == 0
    assert "max_age_days" in out


def test_diff_says_what_would_change(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("version = 'a'\n", "utf-8")
    (tmp_path / "b.toml").write_text("max_age_days = 5\n", "utf-8")
    (tmp_path / "i.jsonl").write_text(json.dumps(INVOICE) + "\nx\n", "utf-8")
    asked = ("policy", "diff", "a.toml", "b.toml", "--invoices", "i.jsonl", "--today", "2026-09-21")
    code, out, _ = call(*asked, "--json")
    summary, change, refused = map(json.loads, out.splitlines())
    assert code == 1  # the second line is no invoice
    assert (summary["judged"], summary["changed"]) == (1, 1)
    assert summary["by_rule"] == {"R-DATE-03": 1}
    assert summary["settings"]["max_age_days"] == ["365", "5"]
    assert change["rules"] == {"R-DATE-03": [None, "warn"]}
    assert refused["line"] == 2
    assert "R-DATE-03" in call(*asked)[1]


def test_diff_needs_invoices(call: Call) -> None:
    code, _, err = call("policy", "diff", EXAMPLE, EXAMPLE)
    assert code == 2
    assert "nothing_kept" in err


def test_check_hears_the_claim_of_a_line(call: Call) -> None:
    line = INVOICE | {"claim": {"category": "MEAL", "deduct": True}, "record": {"state": "missing"}}
    code, out, _ = call("check", "--json", "--today", "2026-09-21", stdin=json.dumps(line))
    found = json.loads(out)
    assert code == 0
    assert {"R-DED-01", "R-DED-02", "R-SOR-01"} <= {one["rule"] for one in found["findings"]}
    assert found["claim"] == line["claim"]


def test_check_refuses_a_claim_that_cannot_be(call: Call) -> None:
    line = INVOICE | {"claim": {"people": -1}}
    code, out, err = call("check", "--json", stdin=json.dumps(line))
    assert code == 1
    assert json.loads(out)["error"]["code"] == "not_a_claim"
    assert "claim.people" in err
