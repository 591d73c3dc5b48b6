"""The simulation of growth: no document is lost, and more is never slower to carry."""

import dataclasses

import pytest

from benchmarks.growing import FLEETS, MEASURED, MINUTES, Fleet, arrivals, cost, simulate, table

SMALL = Fleet("small", 100_000, 2, 1, 1, alone=False)


@pytest.mark.parametrize("documents", [0, 1, 7, 43_201, 10_000_000])
def test_a_month_brings_all_of_its_documents(documents: int) -> None:
    each = list(arrivals(documents))
    assert (len(each), sum(each), min(each) >= 0) == (MINUTES, documents, True)


@pytest.mark.parametrize("slots", [1, 2, 8])
@pytest.mark.parametrize("documents", [1_000, 400_000, 8_000_000])
def test_what_came_was_carried_or_waits(documents: int, slots: int) -> None:
    month = simulate(dataclasses.replace(SMALL, documents=documents, slots=slots))
    assert month.came == documents == month.carried + month.waiting
    assert 0 <= month.waiting <= month.longest_queue
    assert month.wait_p50 <= month.wait_p95 <= month.wait_most


def test_more_slots_wait_less_until_something_else_is_scarce() -> None:
    waits = [
        simulate(dataclasses.replace(SMALL, documents=2_000_000, slots=slots)).wait_p95
        for slots in (2, 4, 8)
    ]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] > waits[-1]
    many = dataclasses.replace(SMALL, documents=10_000_000, slots=1_000, web=9, database=9)
    assert simulate(many).first != "workers"
    assert simulate(dataclasses.replace(many, alone=True)).first == "write lock"


def test_what_is_measured_is_what_is_used() -> None:
    slow = dataclasses.replace(MEASURED, scan=10 * MEASURED.scan)
    assert simulate(SMALL, slow).use["workers"] > simulate(SMALL).use["workers"]
    assert simulate(SMALL, slow).use["web"] == simulate(SMALL).use["web"]
    assert cost(dataclasses.replace(SMALL, slots=4)) > cost(SMALL)


def test_the_document_shows_what_the_simulation_prints() -> None:
    from pathlib import Path

    written = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text("utf-8")
    cells = {_plain(line) for line in written.splitlines()}
    assert [line for line in table().splitlines() if _plain(line) not in cells] == []
    assert len(FLEETS) >= 5


def _plain(line: str) -> str:
    """A row of a table without its padding."""
    return "|".join("-" if set(cell) <= set(" -") else cell.strip() for cell in line.split("|"))
