"""The program against hostile names, streams and lines. No picture is read here."""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from piaohe.cli import main
from piaohe.cli.commands import app
from piaohe.cli.shell import Shell, Terminal
from piaohe.cli.stops import NOBODY_READS, finish

ROOT = Path(__file__).parents[2]
PDF = ROOT / "samples" / "01-dz-special.pdf"
CSV = "发票号码,开票日期,价税合计\n26442000000294192198,2026-08-30,11620.38\n"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PIAOHE_")}
    return kept | {"PIAOHE_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}


@pytest.fixture(autouse=True)
def empty_folder(
    tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIAOHE_HOME", environment["PIAOHE_HOME"])


def called(*arguments: object, stdin: str = "") -> int:
    """Call the program within this process and give its exit code."""
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin.encode()))
    try:
        with pytest.raises(SystemExit) as stopped:
            main([str(argument) for argument in arguments])
    finally:
        sys.stdin = before
    return stopped.value.code if isinstance(stopped.value.code, int) else 0


def path_options() -> Iterator[tuple[str, bool]]:
    """(command and parameter, whether Typer itself checks that it is readable)."""
    apps = [app, *(group.typer_instance for group in app.registered_groups)]
    for command in (command for each in apps if each for command in each.registered_commands):
        hints = get_type_hints(command.callback, include_extras=True)
        for name, hint in hints.items():
            kind, *about = get_args(hint) or (hint,)
            if about and "Path" in str(kind):
                yield f"{command.callback} {name}", about[0].readable


def test_no_path_is_refused_before_the_command_can_say_why() -> None:
    """One unreadable file must not stop the others; root, who runs tests, never sees it."""
    found = list(path_options())
    assert len(found) >= 10
    assert [name for name, is_checked in found if is_checked] == []


def test_a_name_cannot_steer_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    name = "\x1b[31m\x1b]0;owned\x07\u202egnp.pdf"
    shutil.copy(PDF, name)
    Path(f"bad{name}").write_text("hello")
    assert called("read", name, f"bad{name}") == 1
    assert called("run", ".") == 1
    said = "".join(capfd.readouterr())
    assert "gnp.pdf" in said
    assert not set("\x1b\x07\u202e") & set(said)


def test_a_reader_that_leaves_is_no_error_in_a_table_either() -> None:
    class Gone(io.StringIO):
        def write(self, text: str, /) -> int:
            raise BrokenPipeError

    def work(shell: Shell) -> int:
        shell.out.print("x")
        return 0

    standing = os.dup(1)
    try:
        assert finish(Shell(out=Terminal(file=Gone())), work) == NOBODY_READS
    finally:
        os.dup2(standing, 1)
        os.close(standing)


@pytest.mark.parametrize("output", [">&-", ">/dev/full"])
@pytest.mark.parametrize("json_too", ["", "--json"])
def test_a_useless_stdout_is_not_called_a_mistake_of_ours(
    environment: dict[str, str], output: str, json_too: str
) -> None:
    if output == ">/dev/full" and not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    line = f'"{sys.executable}" -m piaohe --lang en read nosuch {json_too} {output}'
    done = subprocess.run(line, shell=True, env=environment, capture_output=True, check=False)
    assert done.returncode == 1
    assert "internal_error" not in done.stderr.decode()
    assert ("system_error" in done.stderr.decode()) == (output == ">/dev/full")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"region": [NaN, 1, 2, 3]}', "not_json"),
        ('{"other": Infinity}', "not_json"),
        ('{"other": 1e999}', "not_json"),
        ('{"number": "1", "total": "1e999"}', "not_an_invoice"),
        ('{"number": "1", "tax": "-1e20"}', "not_an_invoice"),
    ],
)
def test_numbers_that_are_none_are_refused(
    capfd: pytest.CaptureFixture[str], line: str, code: str
) -> None:
    Path("invoices.jsonl").write_text(line)
    Path("ledger.csv").write_text(CSV)
    assert called("check", "--json", stdin=line) == 1
    (answer,) = map(json.loads, capfd.readouterr().out.splitlines())
    assert answer["error"]["code"] == code
    assert called("match", "--invoices", "invoices.jsonl", "--ledger", "ledger.csv", "--json") == 1
    assert code in capfd.readouterr().out


def test_the_home_is_never_taken_in(capfd: pytest.CaptureFixture[str]) -> None:
    Path("in").mkdir()
    shutil.copy(PDF, "in")
    for new in (1, 0):
        assert called("run", "in", "--home", "in", "--report", "in") == 0
        assert f"新读取 {new} 个文件" in capfd.readouterr().out


def test_links_are_left_out_and_said(capfd: pytest.CaptureFixture[str]) -> None:
    Path("in").mkdir()
    Path("in/loop").symlink_to(Path("in").absolute())
    Path("in/a.pdf").symlink_to(PDF)
    Path("in/table.csv").write_text("x")
    for command in ("run", "read"):
        assert called(command, "in") == 0
        said = capfd.readouterr()
        assert "2 个符号链接" in said.err
        assert "1 个明显不是票据的文件" in said.err


def test_names_that_are_no_unicode_reach_the_report(capfd: pytest.CaptureFixture[str]) -> None:
    name = os.fsdecode(b"in\xff")
    try:
        Path(name).mkdir()
    except OSError:
        pytest.skip("this file system has Unicode names only")
    shutil.copy(PDF, f"{name}/{name}.pdf")
    Path(f"{name}.csv").write_text(CSV)
    assert called("run", name, "--ledger", f"{name}.csv", "--report", name) == 0
    assert r"in\xff/report.html" in capfd.readouterr().out
    assert r"in\xff.csv" in Path(name, "report.html").read_text("utf-8")


def test_a_folder_given_for_a_ledger_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    Path("ledger.xlsx").mkdir()
    assert called("run", ".", "--ledger", "ledger.xlsx") == 1
    assert "ledger_not_a_file" in capfd.readouterr().err
