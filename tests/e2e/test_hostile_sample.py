"""A sample of the hostile files of benchmarks.hostile, in worker processes as there."""

import datetime
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.hostile import Bounds, keep, run, table, tasks
from benchmarks.hostile_seeds import FORMATS, seeds
from benchmarks.hostile_worker import Reader, Result, Seed, Task, Watch, judge, wrong_in
from benchmarks.mutations import MUTATORS
from models.document import Document, ReadStatus
from models.finding import Status
from models.invoice import Invoice

A_FORMAT = 40
FIRST = 41
"""Seed of the sample; benchmarks.hostile counts from 1."""


@pytest.fixture(scope="module")
def good() -> list[Seed]:
    return seeds(FORMATS, kinds=1)


def test_no_file_of_the_sample_is_at_fault(good: list[Seed]) -> None:
    todo = [
        task
        for kind in FORMATS
        for task in tasks([one for one in good if one.kind == kind], A_FORMAT, FIRST)
    ]
    results = list(run(todo, Bounds(seconds=60)))
    assert [(one.task.seed.kind, one.done, one.detail) for one in results if one.faults] == []
    assert Counter(one.task.seed.kind for one in results) == dict.fromkeys(FORMATS, A_FORMAT)
    outcomes = Counter(one.outcome for one in results)
    assert outcomes["accepted"] > 20
    assert outcomes["damaged_xml"] > 5
    assert outcomes["pdf_too_complex"] > 0


def test_every_seed_can_be_mutated_in_every_way_and_always_alike(good: list[Seed]) -> None:
    for kind in ("xml", "eml"):
        seed = next(one for one in good if one.kind == kind)
        for number in range(len(MUTATORS[kind])):
            task = Task(1, number, seed)
            done, data = task.file()
            assert task.file() == (done, data)


KNOWN = Invoice(
    number="26112000000000000001",
    date=datetime.date(2026, 3, 1),
    total=Decimal("10.00"),
    status=Status.ACCEPTED,
)


@pytest.mark.parametrize(
    ("update", "wrong"),
    [
        ({}, ""),
        ({"seller_name": "x"}, ""),
        ({"tax": Decimal(1)}, "tax: 1 for None"),
        ({"number": "26112000000000000002", "status": Status.REVIEW}, ""),
        ({"total": Decimal("1.00")}, "total: 1.00 for 10.00"),
    ],
)
def test_an_accepted_invoice_that_is_another_is_wrong(
    update: dict[str, object], wrong: str
) -> None:
    assert wrong_in(KNOWN.model_copy(update=update), (KNOWN,)) == wrong


def test_a_file_that_gives_neither_invoice_nor_error_is_unclear() -> None:
    document = Document(file="a.xml", sha256=None, seconds=0, status=ReadStatus.OK)
    assert judge(document, ())[1] == ["unclear"]
    assert judge(document.model_copy(update={"invoices": (KNOWN,)}), (KNOWN,))[:2] == (
        "accepted",
        [],
    )


def test_what_is_opened_outside_is_seen(tmp_path: Path) -> None:
    watch = Watch()
    seen: list[str] = []
    (tmp_path / "x").write_text("")
    watch.seen = seen
    (tmp_path / "x").read_text()
    Path(__file__).read_text("utf-8")
    watch.seen = None
    assert seen == [f"open {(tmp_path / 'x').resolve()}"]


def test_a_file_at_fault_is_kept_and_counted(tmp_path: Path) -> None:
    task = Task(1, 0, Seed("xml", "one", b"<EInvoice><EIid>26112000000000000001</EIid></EInvoice>"))
    result = Reader().read(task)
    assert not result.faults
    bad = Result(task, result.done, "internal_error", ("internal_error",))
    keep(bad, tmp_path)
    (kept,) = tmp_path.iterdir()
    assert kept.read_bytes() == task.file()[1]
    row = next(line for line in table({"xml": [result, bad]}) if line.startswith("xml"))
    assert row.split()[:2] == ["xml", "2"]
