"""The program as it is called: stdout, stderr and exit codes. No picture is read here."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from piaohe.cli import main

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
PDF = SAMPLES / "01-dz-special.pdf"
LABEL = json.loads((SAMPLES / "labels.jsonl").read_text("utf-8").partition("\n")[0])
NUMBER, TOTAL, DATE = LABEL["number"], LABEL["total"], LABEL["date"]
TYPED = {
    "type": "vat_special",
    "code": "4400194130",
    "number": "01234567",
    "date": "2019-08-12",
    "amount": "1165.05",
    "tax": "34.95",
    "total": "1200.00",
    "seller_name": "示例有限公司",
}


class Done(NamedTuple):
    """A call that has ended."""

    arguments: tuple[object, ...]
    returncode: int
    stdout: str
    stderr: str


Piaohe = Callable[..., Done]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PIAOHE_")}
    return kept | {"PIAOHE_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}


@pytest.fixture
def piaohe(
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Piaohe:
    """Calls the program in an empty folder, within this process to save its start."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object, stdin: str = "", **variables: str) -> Done:
        for name, value in (environment | variables).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capfd.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main([str(argument) for argument in arguments])
        said = capfd.readouterr()
        code = stopped.value.code
        return Done(arguments, code if isinstance(code, int) else 0, said.out, said.err)

    return call


def lines(done: Done) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_help_loads_no_engine_and_names_every_command(environment: dict[str, str]) -> None:
    code = (
        "import sys\nfrom piaohe.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'paddleocr', 'cv2', 'sqlalchemy', 'openpyxl'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
    for command in ("read", "check", "match", "run", "qr", "doctor", "synth", "config", "db"):
        assert re.search(rf"\b{command}\b", done.stdout)


def test_read_prints_a_line_a_file_in_order_and_says_what_failed(
    piaohe: Piaohe, tmp_path: Path
) -> None:
    (tmp_path / "empty.pdf").touch()
    (tmp_path / "text.jpg").write_text("hello")
    done = piaohe("read", tmp_path / "empty.pdf", PDF, "gone.pdf", tmp_path / "text.jpg", "--json")
    assert done.returncode == 1
    found = lines(done)
    assert [line["status"] for line in found] == ["failed", "ok", "failed", "failed"]
    assert [(line["error"] or {}).get("code") for line in found] == [
        *("empty_file", None),
        *("file_not_found", "not_a_document"),
    ]
    (invoice,) = found[1]["invoices"]
    assert (invoice["number"], invoice["total"], invoice["date"]) == (
        *(NUMBER, TOTAL),
        DATE,
    )
    assert None not in invoice["extra"].values()
    assert len(invoice["fields"]["number"]["box"]) == 4
    assert list(found[1])[:4] == ["file", "sha256", "seconds", "status"]


def test_read_goes_through_a_folder_in_order(piaohe: Piaohe, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "b" / ".hidden").mkdir(parents=True)
    for name in ("c.pdf", "b/2.pdf", "b/1.pdf", ".dot.pdf", "b/.hidden/x.pdf", "ledger.xlsx"):
        (folder / name).touch()
    (folder / "a.pdf").symlink_to(PDF)
    done = piaohe("read", folder, "--json")
    names = [Path(str(line["file"])).relative_to(folder).as_posix() for line in lines(done)]
    assert names == ["b/1.pdf", "b/2.pdf", "c.pdf"]
    assert "1" in done.stderr


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_read_without_json_is_for_people(piaohe: Piaohe, lang: str) -> None:
    done = piaohe("read", PDF, "--lang", lang)
    assert done.returncode == 0
    assert NUMBER in done.stdout
    assert ("Digital special" if lang == "en" else "数电专票") in done.stdout


def test_the_reader_of_a_pipe_may_leave(environment: dict[str, str], tmp_path: Path) -> None:
    command = f"{sys.executable} -m piaohe read {PDF} {PDF} {PDF} --json | head -c 10"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 141)
    assert done.stdout == '{"file": "'


def test_check_gives_fresh_findings_and_keeps_what_it_does_not_know(piaohe: Piaohe) -> None:
    wrong = TYPED | {"tax": "50.00", "plate": "京A", "extra": {"vin": "V"}, "findings": []}
    text = "\n".join([json.dumps(TYPED), "", "{not json", json.dumps(wrong), "[]"])
    done = piaohe("check", "--json", "--today", "2019-07-01", stdin=text)
    assert done.returncode == 1
    right, broken, off, other = lines(done)
    assert (broken["line"], broken["error"]["code"]) == (3, "not_json")
    assert (other["line"], other["error"]["code"]) == (5, "not_json")
    assert right["rules"]["evaluated"] > 5
    assert off["status"] == "rejected"
    assert (off["plate"], off["extra"]["vin"], off["tax"]) == ("京A", "V", "50.00")
    assert {f["rule"] for f in off["findings"]} - {f["rule"] for f in right["findings"]}
    assert right["category"] is None
    assert "category" in {f["rule"] for f in right["findings"]}


def test_check_takes_what_read_prints(piaohe: Piaohe) -> None:
    read = piaohe("read", PDF, "--json")
    done = piaohe("check", "--json", stdin=read.stdout)
    (before,) = lines(read)[0]["invoices"]
    (after,) = lines(done)
    assert done.returncode == 0
    assert after["number"] == before["number"]
    assert after["fields"] == before["fields"]


@pytest.mark.parametrize(
    ("entity", "fired"),
    [("别的公司=91350100M000100Y43", True), ("北京青鹭川科技有限公司=91110108MU3UY2PU8K", False)],
)
def test_check_knows_our_companies(piaohe: Piaohe, entity: str, fired: bool) -> None:
    read = piaohe("read", PDF, "--json")
    done = piaohe("check", "--json", "--entity", entity, stdin=read.stdout)
    rules = {finding["rule"] for finding in lines(done)[0]["findings"]}
    assert any(rule.startswith("R-BUY") for rule in rules) is fired


def test_match_prints_invoices_then_entries_left_over(piaohe: Piaohe, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(
        f"发票号码,开票日期,价税合计\n{NUMBER},{DATE},{TOTAL}\n26442000000294190000,{DATE},1.00\n",
        "utf-8",
    )
    read = piaohe("read", PDF, "--json")
    (tmp_path / "i.jsonl").write_text(read.stdout, "utf-8")
    done = piaohe("match", "--invoices", "i.jsonl", "--ledger", ledger, "--json")
    assert done.returncode == 0
    assert [(line["side"], line["state"]) for line in lines(done)] == [
        ("invoice", "exact"),
        ("ledger", "missing"),
    ]
    assert lines(done)[0]["key"] == NUMBER
    (invoice,) = lines(read)[0]["invoices"]
    again = piaohe(
        *("match", "--invoices", "-", "--ledger", ledger, "--json"), stdin=json.dumps(invoice)
    )
    assert lines(again) == lines(done)


def test_qr_prints_payload_place_and_meaning(piaohe: Piaohe) -> None:
    done = piaohe("qr", PDF, "--json")
    (line,) = lines(done)
    (code,) = line["codes"]
    assert (code["decoder"], code["crc"], len(code["corners"])) == ("zxing", "ok", 4)
    assert code["parsed"]["number"] == NUMBER


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("read",), 2),
        (("reed", "x"), 2),
        (("--lang", "fr", "read", "x"), 2),
        (("check", "--today", "yesterday"), 2),
        (("match", "--invoices", "none.jsonl", "--ledger", SAMPLES / "ledger.xlsx"), 2),
        (("match", "--invoices", "-", "--ledger", "none.xlsx"), 1),
        (("match", "--invoices", "-", "--ledger", PDF), 1),
        (("run", "no-such-folder"), 2),
        (("run", SAMPLES, "--home", "/dev/null/home"), 4),
        (("doctor", "--home", "/dev/null/home"), 4),
        (("db", "upgrade", "--home", "/dev/null/home"), 4),
    ],
)
def test_wrong_calls_exit_as_documented(
    piaohe: Piaohe, arguments: tuple[object, ...], code: int
) -> None:
    done = piaohe(*arguments)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stderr or done.stdout


def test_a_bad_setting_exits_4_and_says_which(piaohe: Piaohe) -> None:
    done = piaohe("read", PDF, PIAOHE_OCR__THREADS="many")
    assert done.returncode == 4
    assert "ocr.threads" in done.stderr


def test_a_bad_policy_exits_4_and_says_which(piaohe: Piaohe, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text("max_age_days = 'x'\n")
    done = piaohe("check", "--policy", "p.toml", stdin=json.dumps(TYPED))
    assert done.returncode == 4
    assert "max_age_days" in done.stderr


def test_config_show_and_db_upgrade(piaohe: Piaohe, tmp_path: Path) -> None:
    shown = lines(piaohe("config", "show", "--json"))[0]
    assert shown["home"] == str(tmp_path / "home")
    assert piaohe("db", "upgrade").returncode == 0
    assert (tmp_path / "home" / "piaohe.db").is_file()


def test_doctor_says_what_it_looked_at(piaohe: Piaohe) -> None:
    done = piaohe("doctor", "--json")
    names = {line["name"] for line in lines(done)}
    assert {"python", "cv2", "weights", "libzbar0", "font", "names", "home", "disk"} <= names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two electronic originals, one twice, and one bad file; no picture."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("01-dz-special.pdf", "02-dz-normal.pdf"):
        shutil.copy(SAMPLES / name, folder)
    shutil.copy(PDF, folder / "copy.pdf")
    (folder / "text.jpg").write_text("hello")
    return folder


def test_run_does_the_main_job_and_then_only_what_is_new(
    piaohe: Piaohe, folder: Path, tmp_path: Path
) -> None:
    arguments = ("run", folder, "--ledger", SAMPLES / "ledger.xlsx", "--report", "out")
    first = piaohe(*arguments)
    assert first.returncode == 1
    assert NUMBER in first.stdout
    assert "新读取 3 个文件，1 个内容重复" in first.stdout
    assert "not_a_document" in first.stderr
    html = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert NUMBER in html
    assert html.count("data:image/jpeg;base64,") == 2
    assert (tmp_path / "out" / "report.xlsx").stat().st_size > 5000
    second = piaohe(*arguments)
    assert "新读取 0 个文件，2 个此前已入库" in second.stdout
    (folder / "text.jpg").unlink()
    shutil.copy(SAMPLES / "03-dz-special.ofd", folder)
    third = piaohe(*arguments)
    assert third.returncode == 0
    assert "新读取 1 个文件，2 个此前已入库" in third.stdout


def test_an_interrupted_run_keeps_what_it_has(
    environment: dict[str, str], piaohe: Piaohe, folder: Path, tmp_path: Path
) -> None:
    for number in range(15):
        shutil.copy(PDF, folder / f"n{number:03}.pdf")
        with (folder / f"n{number:03}.pdf").open("ab") as file:
            file.write(b"\n%" + str(number).encode())
    command = [sys.executable, "-m", "piaohe", "run", str(folder), "--report", "out"]
    process = subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE)
    originals = tmp_path / "home" / "originals"
    while process.poll() is None and len(list(originals.rglob("*"))) < 6:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode in (1, 130)
    assert b"Traceback" not in errors
    done = piaohe("run", folder, "--report", "out")
    assert done.returncode == 1
    assert re.search(r"[1-9]\d* 个此前已入库", done.stdout)
