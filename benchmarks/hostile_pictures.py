"""Thousands of hostile pictures, each taken in whole and judged.

    python -m benchmarks.hostile_pictures [--count 2000] [--seeing 100] [--seed 1]
                                          [--formats jpeg,png,webp,tiff,bmp,gif,heic]
                                          [--keep FOLDER] [--workers 2]

Pictures of an invoice are damaged by named mutators (benchmarks.mutations.picture), and those of
`benchmarks.hostile_picture_seeds.specials` are hostile as they are. All are read by
`piaohe.pipeline.take_in` as in benchmarks.hostile, which says what counts as a fault, with an
engine that sees nothing; `--seeing` so many of them, the specials first, with the real one. What
is accepted must be the invoice that was drawn; of the specials nothing may be accepted.

The exit code is 1 where any is at fault. The same options give the same files.
"""

import argparse
import dataclasses
import multiprocessing
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random

import validate
from benchmarks import hostile, hostile_worker
from benchmarks.hostile import Bounds
from benchmarks.hostile_picture_seeds import FORMATS, seeds, specials
from benchmarks.hostile_worker import Result, Task
from benchmarks.mutations.picture import mutate
from models.document import Document
from ocr.engine import OcrEngine
from ocr.engines.paddle import PaddleEngine, PaddleOptions
from piaohe import pipeline
from piaohe.judging.sightings import Sightings

_SEEING_SECONDS = 240.0
"""By the clock, for loading the engine and reading one picture on a busy machine."""


@dataclasses.dataclass(frozen=True, slots=True)
class PictureTask(Task):
    """A picture to read: the `number`-th mutation of its seed, or with -1 the seed as it is."""

    def file(self) -> tuple[str, bytes]:
        if self.number < 0:
            return self.seed.name, self.seed.data
        random = Random(f"{self.run}/{self.seed.kind}/{self.seed.name}/{self.number}")
        return mutate(self.seed.kind, self.seed.data, random, self.number)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    bounds = Bounds(options.seconds, options.mebibytes, options.workers)
    formats = options.formats.split(",")
    todo = tasks(formats, options.count, options.seed)
    results: dict[str, list[Result]] = {}
    started = time.perf_counter()
    for one in judged(hostile.run(todo, bounds)):
        _note(results.setdefault(_row(one), []), one, options.keep)
    for one in judged(seeing(_sample(todo, options.seeing), options.seconds)):
        _note(results.setdefault("seeing", []), one, options.keep)
    count = sum(map(len, results.values()))
    print(f"{count} pictures in {time.perf_counter() - started:.0f} s", "", sep="\n")
    print(*hostile.table(results), sep="\n")
    return 1 if any(one.faults for found in results.values() for one in found) else 0


def tasks(formats: Sequence[str], count: int, run: int) -> list[Task]:
    """The specials, and `count` mutations spread evenly over the formats and their mutators."""
    todo: list[Task] = [PictureTask(run, -1, one) for one in specials() if one.kind in formats]
    by_format = {kind: [one for one in seeds(formats) if one.kind == kind] for kind in formats}
    random = Random(run)
    for number in range(count):
        kind = formats[number % len(formats)]
        todo.append(PictureTask(run, number // len(formats), random.choice(by_format[kind])))
    return todo


def judged(results: Iterable[Result]) -> Iterator[Result]:
    """The results; that something is accepted from a special is a fault."""
    for one in results:
        is_wrong = one.task.number < 0 and one.outcome == "accepted"
        yield dataclasses.replace(one, faults=(*one.faults, "wrong")) if is_wrong else one


def seeing(todo: Sequence[Task], seconds: float) -> Iterator[Result]:
    """The results of reading with the real engine, in one process that is replaced when lost."""
    waiting = list(todo)
    while waiting:
        with multiprocessing.get_context("spawn").Pool(1, initializer=_hush) as pool:
            while waiting:
                task = waiting.pop(0)
                try:
                    found = pool.apply_async(_see, (task,)).get(_SEEING_SECONDS)
                except multiprocessing.TimeoutError:
                    # a process that crashed does not answer either
                    yield Result(task, task.file()[0], "hang", ("hang",), "no answer")
                    break
                if found.seconds > seconds:
                    found = dataclasses.replace(found, faults=(*found.faults, "hang"))
                yield found


def _hush() -> None:
    """Decoders complain on the terminal about what is meant to be broken."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


@cache
def _engine() -> OcrEngine:
    engine = PaddleEngine(PaddleOptions(threads=1))
    engine.load()
    return engine


def _see(task: Task) -> Result:
    done, data = task.file()
    _engine()
    known: tuple[Document, ...] = ()
    if task.number >= 0:
        known = (_taken_in(task.seed.data, task.seed.suffix),)
    started = time.process_time()
    try:
        document = _taken_in(data, task.seed.suffix)
    except Exception as error:
        detail = f"{type(error).__name__}: {error}"[:200]
        return Result(task, done, "raised", ("raised",), detail)
    seconds = time.process_time() - started
    invoices = tuple(invoice for one in known for invoice in one.invoices)
    outcome, faults, detail = hostile_worker.judge(document, invoices)
    return Result(task, done, outcome, tuple(faults), detail, seconds)


def _taken_in(data: bytes, suffix: str) -> Document:
    context = validate.Context(today=hostile_worker.TODAY)
    tools = pipeline.Tools(engine=_engine(), context=context, sightings=Sightings())
    return pipeline.take_in(data, f"a.{suffix}", tools).document


def _sample(todo: Sequence[Task], count: int) -> list[Task]:
    """The specials, then mutations from all over."""
    as_they_are = [one for one in todo if one.number < 0]
    mutated = [one for one in todo if one.number >= 0]
    more = max(0, min(count - len(as_they_are), len(mutated)))
    return [*as_they_are[:count], *mutated[:: max(1, len(mutated) // max(1, more))][:more]]


def _row(result: Result) -> str:
    return result.task.seed.kind if result.task.number >= 0 else "special"


def _note(found: list[Result], one: Result, keep: Path | None) -> None:
    found.append(one)
    if one.faults:
        print(
            f"{'+'.join(one.faults)}: {one.task.seed.kind} {one.task.number} "
            f"({one.task.seed.name}), {one.done}: {one.outcome}; {one.detail}",
            flush=True,
        )
        if keep:
            hostile.keep(one, keep)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile_pictures")
    parser.add_argument("--count", type=int, default=2_000, help="how many mutated pictures")
    parser.add_argument("--seeing", type=int, default=100, help="how many with the real engine")
    parser.add_argument("--seed", type=int, default=1, help="of the mutations")
    parser.add_argument("--formats", default=",".join(FORMATS))
    parser.add_argument("--keep", type=Path, help="a folder for the files at fault")
    parser.add_argument("--seconds", type=float, default=Bounds().seconds)
    parser.add_argument("--mebibytes", type=int, default=Bounds().mebibytes)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
