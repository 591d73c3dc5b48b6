"""How fast electronic originals are read, and whether a thousand of them make a process grow."""

import datetime
import gc
import resource
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import ingest
import validate
from benchmarks.hostile_seeds import seeds
from benchmarks.hostile_worker import Seed
from models.document import Document
from models.page import Pixels
from models.view import Corners
from ocr.engines.recorded import RecordedEngine
from piaohe import pipeline
from piaohe.judging.sightings import Sightings

GROWTH = "growth of memory from the 200th document on, %"
GOALS = {
    "XML, ms": 5.0,
    "OFD, ms": 30.0,
    "page of a PDF with a text layer, ms": 30.0,
    "drawing a page of an OFD, ms": 150.0,
    GROWTH: 5.0,
}
_ROUNDS = 7
_SETTLED = 200
"""Documents after which caches are full, so that growth is leaking."""


def files(folder: Path | None) -> list[Seed]:
    """The files measured: all dialects drawn here, and those of a folder."""
    return seeds(("xml", "xbrl", "ofd", "pdf"), folder)


def figures(found: Sequence[Seed]) -> dict[str, float]:
    """Medians over the files of medians over rounds, in ms, by the names of `GOALS`.

    Files whose pages had to be drawn because their text layer could not be believed are left out
    of the PDFs. Printed besides: the slowest file of each.
    """
    times: dict[str, dict[str, float]] = defaultdict(dict)
    for one in found:
        engine = _CountingEngine()
        spent = _median(lambda one=one, engine=engine: _read(one, engine))  # type: ignore[misc]
        if one.kind == "pdf" and engine.pictures:
            continue
        pages = _pages(one) if one.kind == "pdf" else 1
        name = {"pdf": "page of a PDF with a text layer, ms", "ofd": "OFD, ms"}.get(
            one.kind, "XML, ms"
        )
        times[name][one.name] = 1000 * spent / pages
        if one.kind == "ofd":
            times["drawing a page of an OFD, ms"][one.name] = 1000 * _drawing(one)
    for name, by_file in times.items():
        worst = max(by_file, key=by_file.__getitem__)
        print(f"{name:52} {len(by_file)} files, slowest {by_file[worst]:.1f} ({worst})")
    return {name: statistics.median(by_file.values()) for name, by_file in times.items()}


def growth(found: Sequence[Seed], count: int = 1_000) -> float:
    """How much this process grows, in %, from the 200th to the last of `count` documents."""
    early = 0.0
    for index in range(count):
        _read(found[index % len(found)], RecordedEngine({}))
        if index + 1 == min(_SETTLED, count // 2):
            early = _resident()
    return 100 * (_resident() - early) / early


class _CountingEngine(RecordedEngine):
    """Sees nothing, and counts the pictures it is shown."""

    def __init__(self) -> None:
        super().__init__({})
        self.pictures = 0

    def find_lines(self, picture: Pixels) -> tuple[Corners, ...]:
        self.pictures += 1
        return super().find_lines(picture)


def _read(one: Seed, engine: RecordedEngine) -> Document:
    tools = pipeline.Tools(
        engine=engine,
        context=validate.Context(today=datetime.date(2026, 9, 30)),
        sightings=Sightings(),
    )
    return pipeline.take_in(one.data, f"a.{one.suffix}", tools).document


def _pages(one: Seed) -> int:
    with ingest.open(one.data, one.name) as opened:
        return opened.page_count


def _drawing(one: Seed) -> float:
    """Seconds from the bytes to the pixels of the first page, at the size pages are read at."""

    def draw() -> None:
        with ingest.open(one.data, one.name) as opened:
            opened.pages[0].draw(1.0)

    return _median(draw)


def _median(function: Callable[[], object]) -> float:
    """Median seconds of the processor, after two rounds to warm up; other work adds none."""
    spent = []
    for _ in range(_ROUNDS + 2):
        started = time.process_time()
        function()
        spent.append(time.process_time() - started)
    return statistics.median(spent[2:])


def _resident() -> float:
    """The resident memory of this process in MiB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1024**2
