"""Thousands of hostile electronic originals, each taken in whole and judged.

    python -m benchmarks.hostile [--per-format 2000] [--seed 1] [--formats pdf,ofd,xml,xbrl,zip,eml]
                                 [--data FOLDER] [--keep FOLDER] [--workers 2]

Good files are drawn, damaged by named mutators (benchmarks.mutations) and read by
`piaohe.pipeline.take_in` in worker processes with limits on time and memory; what a picture would
say is left out (the engine sees nothing). A file is at fault where reading it

    internal_error  ends in a mistake of ours
    raised          raises out of the pipeline
    crash           ends the process
    hang            takes longer than --seconds of the processor
    memory          grows the process by more than --mebibytes
    outside         opens a file or a connection of its own
    unclear         gives neither an invoice nor an error that says what to do
    wrong           accepts an invoice that is not the seed's

The exit code is 1 where any is. The same options give the same files.
"""

import argparse
import multiprocessing
import os
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

from benchmarks.hostile_seeds import FORMATS, seeds
from benchmarks.hostile_worker import Result, Seed, Task, work

FAULTS = ("internal_error", "raised", "crash", "hang", "memory", "outside", "unclear", "wrong")
STATUSES = ("accepted", "review", "rejected", "attachment")
_STARTING = 120.0
"""Seconds by the clock a worker may take besides: to start, to make the file, on a busy machine."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one file may cost: seconds, and MiB the process may grow by."""

    seconds: float = 20.0
    mebibytes: int = 1_536
    workers: int = 2


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    bounds = Bounds(options.seconds, options.mebibytes, options.workers)
    formats = options.formats.split(",")
    good = seeds(formats, options.data)
    results: dict[str, list[Result]] = {kind: [] for kind in formats}
    for kind in formats:
        started = time.perf_counter()
        chosen = [one for one in good if one.kind == kind]
        for one in run(tasks(chosen, options.per_format, options.seed), bounds):
            results[kind].append(one)
            if one.faults:
                print(_said(one), flush=True)
                if options.keep:
                    keep(one, options.keep)
        seconds = time.perf_counter() - started
        print(f"{kind}: {len(chosen)} seeds, {len(results[kind])} files in {seconds:.0f} s")
    print("", *table(results), sep="\n")
    return 1 if any(one.faults for found in results.values() for one in found) else 0


def tasks(good: Sequence[Seed], count: int, run: int) -> list[Task]:
    """So many tasks over the seeds; every mutator comes by as often as any other."""
    random = Random(run)
    return [Task(run, number, random.choice(good)) for number in range(count)] if good else []


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: Task | None = None
    until: float = 0.0


@dataclass(slots=True)
class _Crew:
    """The worker processes; one that died or was ended is replaced."""

    bounds: Bounds
    workers: list[_Worker] = field(default_factory=list)

    def start(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(theirs, self.bounds.mebibytes), daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self.workers.append(worker)
        return worker

    def give(self, worker: _Worker, task: Task) -> None:
        worker.task = task
        worker.until = time.monotonic() + self.bounds.seconds + _STARTING
        worker.pipe.send(task)

    def end(self, worker: _Worker) -> int | None:
        """Ends a worker and gives its exit code."""
        self.workers.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        return worker.process.exitcode

    def collect(self, worker: _Worker) -> Result | None:
        """The result of a worker that has one, or that it failed; None while it works."""
        task = worker.task
        if task is None:
            return None
        if worker.pipe.poll():
            try:
                found: Result = worker.pipe.recv()
            except (EOFError, ConnectionResetError):
                worker.process.join()
                code = worker.process.exitcode
                self.end(worker)
                return _lost(task, "crash", f"exit code {code}")
            worker.task = None
            return _within(found, self.bounds)
        if time.monotonic() > worker.until:
            self.end(worker)
            return _lost(task, "hang", f"ended after {self.bounds.seconds + _STARTING:.0f} s")
        return None


def run(todo: Iterable[Task], bounds: Bounds) -> Iterator[Result]:
    """The results of the tasks, in the order they are done."""
    waiting = deque(todo)
    crew = _Crew(bounds)
    try:
        while waiting or any(worker.task for worker in crew.workers):
            while waiting and len(crew.workers) < min(bounds.workers, len(waiting) + 1):
                crew.start()
            for worker in crew.workers:
                if worker.task is None and waiting:
                    crew.give(worker, waiting.popleft())
            wait([worker.pipe for worker in crew.workers if worker.task], timeout=1.0)
            for worker in list(crew.workers):
                result = crew.collect(worker)
                if result is not None:
                    yield result
    finally:
        for worker in list(crew.workers):
            crew.end(worker)


def _lost(task: Task, fault: str, detail: str) -> Result:
    return Result(task, task.file()[0], fault, (fault,), detail)


def _within(result: Result, bounds: Bounds) -> Result:
    """The result with what it cost too much added to its faults."""
    more = []
    if result.seconds > bounds.seconds:
        more.append("hang")
    if result.mebibytes > bounds.mebibytes or "MemoryError" in result.detail:
        more.append("memory")
    if not more:
        return result
    costs = f"{result.seconds:.1f} s, {result.mebibytes:.0f} MiB {result.detail}".strip()
    return Result(
        result.task,
        result.done,
        result.outcome,
        (*result.faults, *more),
        costs,
        result.seconds,
        result.mebibytes,
    )


def table(results: dict[str, list[Result]]) -> Iterator[str]:
    """The lines of the report: a row a format, and which errors were given how often."""
    heads = (*STATUSES, "refused", *FAULTS, "slowest s", "peak MiB")
    yield f"{'':8}{'files':>7}" + "".join(f"{head:>15}" for head in heads)
    for kind, found in results.items():
        outcomes = Counter(one.outcome for one in found)
        refused = len(found) - sum(outcomes[name] for name in (*STATUSES, *FAULTS, "nothing"))
        faults = Counter(fault for one in found for fault in one.faults)
        cells = [outcomes[name] for name in STATUSES] + [
            refused,
            *(faults[name] for name in FAULTS),
        ]
        slowest = max((one.seconds for one in found), default=0)
        peak = max((one.mebibytes for one in found), default=0)
        row = "".join(f"{cell:>15}" for cell in cells)
        yield f"{kind:8}{len(found):>7}{row}{slowest:>15.2f}{peak:>15.0f}"
    yield ""
    for kind, found in results.items():
        codes = Counter(one.outcome for one in found if one.outcome not in STATUSES)
        yield f"{kind:8}" + ", ".join(f"{code} {count}" for code, count in codes.most_common())
        dear = sorted(found, key=lambda one: -one.seconds)[:3]
        yield f"{'':8}slowest: " + ", ".join(f"{one.done} {one.seconds:.2f} s" for one in dear)
        yield ""


def _said(result: Result) -> str:
    task = result.task
    return (
        f"{'+'.join(result.faults)}: {task.seed.kind} {task.number} ({task.seed.name}), "
        f"{result.done}: {result.outcome}; {result.detail}"
    )


def keep(result: Result, folder: Path) -> None:
    """Writes a file at fault where it can be looked at."""
    folder.mkdir(parents=True, exist_ok=True)
    done, data = result.task.file()
    name = f"{result.faults[0]}-{result.task.number}-{done.replace(':', '_')}"
    (folder / f"{name}.{result.task.seed.suffix}").write_bytes(data)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile")
    parser.add_argument("--per-format", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1, help="of the mutations")
    parser.add_argument("--formats", default=",".join(FORMATS))
    parser.add_argument("--data", type=Path, help="a folder of good files to start from as well")
    parser.add_argument("--keep", type=Path, help="a folder for the files at fault")
    parser.add_argument("--seconds", type=float, default=Bounds().seconds)
    parser.add_argument("--mebibytes", type=int, default=Bounds().mebibytes)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
