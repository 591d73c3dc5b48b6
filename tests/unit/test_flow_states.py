"""The state machine: complete, and the only one."""

import re
from pathlib import Path

import pytest

from piaohe.flow import states
from piaohe.flow.states import State


def test_every_state_can_be_reached_and_left_or_is_an_end() -> None:
    assert set(states.TRANSITIONS) == set(State)
    reached = {states.START}
    while more := {to for state in reached for to in states.TRANSITIONS[state]} - reached:
        reached |= more
    assert reached == set(State)
    assert all(bool(states.TRANSITIONS[state]) != (state in states.DECIDED) for state in State)


def test_what_is_finished_moves_only_by_a_person() -> None:
    for state in states.FINISHED:
        assert all("a person" in why for why in states.TRANSITIONS[state].values())
    assert states.QUEUED | {State.RUNNING} | states.FINISHED == set(State)
    assert all(states.allowed(state, State.WAITING) for state in states.RETRIABLE)
    assert not states.allowed(State.ACCEPTED, State.WAITING)


def test_the_diagram_shows_every_way() -> None:
    drawn = states.diagram()
    arrows = re.findall(r"^    (\w+) --> (\w+): .+$", drawn, re.MULTILINE)
    ways = {(a.value, b.value) for a, to in states.TRANSITIONS.items() for b in to}
    assert set(arrows) == ways
    assert drawn.startswith("stateDiagram-v2\n    [*] --> waiting")


def test_states_change_in_one_place_only() -> None:
    root = Path(__file__).parents[2] / "piaohe"
    pattern = re.compile(r"\.state = |state=State\.|values\([^)]*state=")
    found = [
        f"{path.relative_to(root)}: {line.strip()}"
        for path in [*root.glob("flow/*.py"), root / "store/arrivals.py"]
        for line in path.read_text("utf-8").splitlines()
        if pattern.search(line)
    ]
    assert found == ["store/arrivals.py: row.state = to.value"]


@pytest.mark.parametrize("state", list(State))
def test_no_state_follows_itself(state: State) -> None:
    assert not states.allowed(state, state)
