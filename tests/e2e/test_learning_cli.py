"""piaohe classifier, called as a program is."""

import datetime
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from models.document import Document, ReadStatus
from models.forms import Form
from models.invoice import Invoice, LineItem
from piaohe.cli import main
from piaohe.doctor import Health
from piaohe.learning import evaluation, shelf
from piaohe.learning.active import SUBJECT
from piaohe.learning.checkup import checkup
from piaohe.store import Store, What

NOW = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def call(home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Calls the program: (exit code, stdout, stderr)."""
    monkeypatch.setenv("PIAOHE_HOME", str(home))
    # a few documents are enough to see that it is measured
    few = evaluation.fixed_set()[::40]
    monkeypatch.setattr(evaluation, "fixed_set", lambda: few)

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
        capfd.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main([str(argument) for argument in ("--lang", "en", "classifier", *arguments)])
        said = capfd.readouterr()
        code = stopped.value.code
        return (code if isinstance(code, int) else 0), said.out, said.err

    return run


def keep(home: Path) -> list[str]:
    """Six kept invoices of coffee; gives their ids."""
    ids = []
    with Store.open(home) as store:
        for n, drink in enumerate(("拿铁", "美式咖啡", "卡布奇诺", "手冲咖啡", "摩卡", "冷萃")):
            line = LineItem(name=f"*餐饮服务*{drink}", amount="30.00")
            invoice = Invoice(
                form=Form.DZ_NORMAL, seller_name=f"{n}号咖啡馆", items=(line,), category="MEAL"
            )
            data = drink.encode()
            sha256 = store.originals.put(data)
            document = Document(
                file=f"/in/{n}.pdf",
                sha256=sha256,
                seconds=0,
                status=ReadStatus.OK,
                invoices=(invoice,),
            )
            with store.unit_of_work() as work:
                work.documents.add(document, received_at=NOW, size=len(data))
            ids.append(f"{sha256}-0")
    return ids


def test_from_corrections_to_a_version_in_use_and_back(call: Call, home: Path) -> None:
    for one in keep(home):
        code, _, err = call("correct", one, "WELFARE", "--by", "甲")
        assert code == 0, err
        assert "MEAL → WELFARE" in err
    assert call("correct", one, "WELFAR")[0] == 2
    assert call("correct", one, "taxi", "--kind")[0] == 0
    code, out, _ = call("train", "--by", "甲", "--json")
    assert code == 0
    assert json.loads(out)["counts"]["corrections"] == 6
    assert "held back" in call("evaluate")[1]
    code, out, _ = call("promote", "--json")
    assert (code, json.loads(out)["worse"]) == (0, [])
    head, version = map(json.loads, call("show", "--json")[1].splitlines())
    assert (head["active"], head["corrections"], head["kind_corrections"]) == (1, 6, 1)
    assert (version["active"], version["trained_by"]) == (True, "甲")
    assert "in use" in call("show")[1]
    assert checkup(home, lambda: 1).health is Health.OK
    assert checkup(home, lambda: 2).health is Health.WARN
    (home / shelf.FOLDER / "active").write_text("{}")
    assert checkup(home).health is Health.WARN
    assert "not signed" in call("show")[2]
    assert call("rollback")[0] == 0
    assert call("rollback")[0] == 2
    assert checkup(home).health is Health.OK


def test_the_mapping_is_checked_and_applied(call: Call, home: Path) -> None:
    keep(home)
    file = home / "categories.toml"
    file.write_text("[[rules]]\ncategory='MEEL'\naccount='1'\n", "utf-8")
    code, out, _ = call("map", "check", file)
    assert (code, "line 2: rules[1].category" in out) == (4, True)
    assert call("map", "apply")[0] == 4
    file.write_text("[[rules]]\nitem='拿铁'\naccount='6602.05'\n", "utf-8")
    assert call("map", "check", file)[0] == 0
    rows = [json.loads(line) for line in call("map", "apply", "--json")[1].splitlines()]
    assert sorted({row["bookings"][0]["account"] for row in rows}) == ["6602.05", "业务招待费/福利"]
    assert {row["category"] for row in rows} == {"MEAL"}
    assert "6602.05" in call("map", "apply")[1]


@pytest.mark.parametrize("command", ["train", "evaluate", "promote", "rollback"])
def test_without_corrections_there_is_nothing_to_do(call: Call, command: str) -> None:
    code, _, err = call(command)
    assert code == 2
    assert "→" in err


def test_what_was_learnt_and_cannot_be_believed_is_told_by_every_run(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIAOHE_HOME", str(home))
    (home / shelf.FOLDER).mkdir(parents=True)
    (home / shelf.FOLDER / "active").write_text('{"number": 7}')
    empty = tmp_path / "empty"
    empty.mkdir()
    for _ in range(2):
        with pytest.raises(SystemExit, match=r"^0$"):
            main(["run", str(empty), "--report", str(tmp_path / "out")])
        assert "classifier_refused" in capfd.readouterr().err
    with Store.open(home) as store, store.reading() as work:
        assert [event.what for event in work.events.iterate(SUBJECT)] == [What.CLASSIFIER_REFUSED]
