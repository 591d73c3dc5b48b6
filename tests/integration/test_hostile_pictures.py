"""A sample of the hostile pictures: every one gets a clear answer, and none is accepted wrongly.

The whole corpus is run by hand: python -m benchmarks.hostile_pictures.
"""

from random import Random

import pytest

from benchmarks.hostile_picture_seeds import FORMATS, seeds, specials
from benchmarks.hostile_pictures import PictureTask
from benchmarks.hostile_worker import Reader, Seed
from benchmarks.mutations.picture import MUTATORS, mutate

_HUGE = ("huge and white", "huge and one bit")
"""These take seconds each."""


@pytest.mark.parametrize("kind", FORMATS)
def test_mutated_pictures(kind: str) -> None:
    good = seeds([kind])[:2]
    reader = Reader()
    mutators = len(MUTATORS[kind])
    tasks = [PictureTask(3, number, good[number % len(good)]) for number in range(mutators)]
    results = [reader.read(task) for task in tasks]
    at_fault = [(one.done, one.task.seed.name, one.detail) for one in results if one.faults]
    assert not at_fault


@pytest.mark.parametrize(
    "seed",
    [one for one in specials() if one.name not in _HUGE],
    ids=lambda seed: f"{seed.kind} {seed.name}",
)
def test_special_pictures(seed: Seed) -> None:
    result = Reader().read(PictureTask(3, -1, seed))
    assert not result.faults
    assert result.outcome in {"no_text", "image_too_small", "image_too_large"}


def test_the_same_seed_gives_the_same_file() -> None:
    seed = seeds(["png"])[0]
    task = PictureTask(3, 2, seed)
    assert task.file() == task.file()
    assert mutate("png", seed.data, Random(1), 0) != mutate("png", seed.data, Random(1), 1)
