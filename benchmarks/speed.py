"""Time and memory of reading, as ratios within one run on one machine.

    python -m benchmarks.speed [--picture FILE] [--rounds 5] [--pictures 1000]
                               [--runtime openvino] [--cleaned]
    python -m benchmarks.speed --only electronic [--data FOLDER]

Pictures: the whole of `piaohe.pipeline.take_in`, from bytes to checked invoice, against plain
PaddleOCR with the same weights and threads, from the same bytes to text. The two take turns, and
the median of the rounds counts, so that a noisy machine disturbs both alike. Pictures are one
invoice on a desk and eight tickets on a sheet (benchmarks.speed_pictures).

Electronic originals: `take_in` of every dialect drawn here and of the files of a folder, in
milliseconds after warming up (benchmarks.speed_electronic).
"""

import argparse
import datetime
import gc
import multiprocessing
import os
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

import validate
from benchmarks import speed_electronic
from benchmarks.speed_pictures import megapixels, photo, reduced, sheet, varied
from models.page import Pixels, Token
from models.view import Corners
from ocr.engine import OcrEngine
from ocr.engines.paddle import PaddleEngine, PaddleOptions
from ocr.engines.quiet import hush
from ocr.engines.runners import Runtime
from ocr.engines.weights import DETECTION, RECOGNITION, write_model_folder
from piaohe import pipeline
from piaohe.judging.sightings import Sightings

PHOTO_12 = "photo of 12 megapixels / plain PaddleOCR"
PHOTO_2 = "photo of 2 megapixels / plain PaddleOCR"
SHEET_12 = "sheet of eight, 12 megapixels / plain PaddleOCR"
SHEET_2 = "sheet of eight, 2 megapixels / plain PaddleOCR"
_SETTLED = 50
GROWTH = f"growth of memory after the first {_SETTLED} pictures, %"
GOALS = {
    PHOTO_12: 0.25,
    PHOTO_2: 0.5,
    SHEET_12: 1.0,
    SHEET_2: 1.0,
    GROWTH: 5.0,
    "peak of memory, MiB": 1536.0,
}


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    threads = options.threads or os.cpu_count() or 1
    print(f"{platform.machine()}, {os.cpu_count()} cores, {threads} threads an engine")
    figures: dict[str, float] = {}
    if options.only != "electronic":
        figures |= _of_pictures(options, threads)
    if options.only != "pictures":
        figures |= _of_electronic(options)
    for name, goal in (GOALS | speed_electronic.GOALS).items():
        if name in figures:
            verdict = "met" if figures[name] <= goal else "NOT MET"
            print(f"{name:52}{figures[name]:9.2f}   goal {goal:7.2f}   {verdict}")


def _of_pictures(options: argparse.Namespace, threads: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    if options.pictures:
        figures |= _of_memory(options, threads)
    engine = _Timed(PaddleEngine(PaddleOptions(threads=threads, runtime=options.runtime)))
    tools = _tools(engine)
    plain = _plain_paddle(threads, cleaned=options.cleaned)
    large = sheet()
    shown = {
        PHOTO_12: photo(options.picture, (4032, 3024)),
        PHOTO_2: photo(options.picture, (1632, 1224)),
        SHEET_12: large,
        SHEET_2: reduced(large, 1632),
    }
    print(f"{engine.version}; seconds of the clock (of the processors)")
    for name, data in shown.items():
        engine.seconds = 0.0
        ours, theirs = rounds(
            lambda data=data: pipeline.take_in(data, "photo.jpg", tools),  # type: ignore[misc]
            lambda data=data: plain(data),  # type: ignore[misc]
            options.rounds,
        )
        share = engine.seconds / (options.rounds + 1)
        print(
            f"{name.split(' / ')[0]}, {megapixels(data):.1f} Mpx: read {ours}, of which in the "
            f"engine ({share:.2f}); plain PaddleOCR {theirs}; ratio "
            f"{ours.clock / theirs.clock:.2f} ({ours.processor / theirs.processor:.2f})"
        )
        figures[name] = ours.clock / theirs.clock
    return figures


def _of_memory(options: argparse.Namespace, threads: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as scratch:
        for index, data in enumerate(varied(options.picture, _SETTLED // 2)):
            (Path(scratch) / f"{index:03d}.jpg").write_bytes(data)
        # in a process of its own, so that nothing else counts
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            given = (Path(scratch), options.pictures, options.runtime, threads)
            growth, peak = pool.apply(memory, given)
    return {GROWTH: growth, "peak of memory, MiB": peak}


def _of_electronic(options: argparse.Namespace) -> dict[str, float]:
    found = speed_electronic.files(options.data)
    # in a process of its own, as with pictures
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        growth = pool.apply(speed_electronic.growth, (found, options.documents))
    return speed_electronic.figures(found) | {speed_electronic.GROWTH: growth}


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds by the clock and by the processors, which a busy machine disturbs less."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.2f} ({self.processor:.2f})"


def rounds(
    ours: Callable[[], object], theirs: Callable[[], object], count: int
) -> tuple[Times, Times]:
    """Medians of both, taking turns after one round each to warm up."""
    ours()
    theirs()
    times: tuple[list[Times], list[Times]] = ([], [])
    for _ in range(count):
        for function, kept in zip((ours, theirs), times, strict=True):
            clock, processor = time.perf_counter(), time.process_time()
            function()
            kept.append(Times(time.perf_counter() - clock, time.process_time() - processor))
    return _median(times[0]), _median(times[1])


def _median(times: Sequence[Times]) -> Times:
    return Times(
        statistics.median(one.clock for one in times),
        statistics.median(one.processor for one in times),
    )


class _Timed:
    """An engine whose processor time is counted."""

    def __init__(self, engine: OcrEngine) -> None:
        self._engine = engine
        self.name = engine.name
        self.version = engine.version
        self.seconds = 0.0

    def find_lines(self, picture: Pixels) -> tuple[Corners, ...]:
        started = time.process_time()
        found = self._engine.find_lines(picture)
        self.seconds += time.process_time() - started
        return found

    def read(self, picture: Pixels, lines: Sequence[Corners] | None = None) -> tuple[Token, ...]:
        started = time.process_time()
        found = self._engine.read(picture, lines)
        self.seconds += time.process_time() - started
        return found


def memory(folder: Path, count: int, runtime: Runtime, threads: int) -> tuple[float, float]:
    """(growth in % from the 50th to the last of `count` pictures, peak in MiB) of this process.

    It reads the files of `folder` in turn.
    """
    tools = _tools(PaddleEngine(PaddleOptions(threads=threads, runtime=runtime)))
    files = sorted(folder.iterdir())
    early = 0.0
    for index in range(count):
        file = files[index % len(files)]
        pipeline.take_in(file.read_bytes(), file.name, tools)
        if index == _SETTLED - 1:
            early = _resident()
    growth = 100 * (_resident() - early) / early if early else 0.0
    return growth, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _resident() -> float:
    """The resident memory of this process in MiB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1024**2


def _tools(engine: OcrEngine) -> pipeline.Tools:
    today = datetime.datetime.now(datetime.UTC).date()
    context = validate.Context(today=today)
    return pipeline.Tools(engine=engine, context=context, sightings=Sightings())


def _plain_paddle(threads: int, *, cleaned: bool) -> Callable[[bytes], object]:
    """PaddleOCR as its own documentation has one use it, with our weights and threads.

    `cleaned` gives it the weights without subnormal numbers too (ocr.engines.subnormal).
    """
    hush()
    from paddleocr import PaddleOCR

    with tempfile.TemporaryDirectory() as scratch:
        folders = [
            str(write_model_folder(weights, Path(scratch), as_published=not cleaned))
            for weights in (DETECTION, RECOGNITION)
        ]
        ocr: Any = PaddleOCR(
            text_detection_model_name=DETECTION.model,
            text_detection_model_dir=folders[0],
            text_recognition_model_name=RECOGNITION.model,
            text_recognition_model_dir=folders[1],
            use_doc_orientation_classify=False,
            use_doc_unwarping=False,
            use_textline_orientation=False,
            engine="onnxruntime",
            engine_config={"intra_op_num_threads": threads},
        )

    def read(data: bytes) -> object:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        return ocr.predict(picture)

    return read


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    samples = Path("samples")
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed")
    parser.add_argument("--picture", type=Path, default=_first(samples, "*.png"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--pictures", type=int, default=150, help="how many for the memory test; 0: none"
    )
    parser.add_argument(
        "--runtime", type=Runtime, choices=list(Runtime), default=Runtime.ONNXRUNTIME
    )
    parser.add_argument(
        "--cleaned", action="store_true", help="plain PaddleOCR gets the cleaned weights too"
    )
    parser.add_argument("--documents", type=int, default=1_000, help="the same of originals")
    parser.add_argument("--only", choices=("pictures", "electronic"))
    parser.add_argument("--data", type=Path, help="a folder of electronic originals to measure too")
    parser.add_argument("--threads", type=int, help="default: one a core")
    return parser.parse_args(arguments)


def _first(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    return found[0] if found else folder / pattern


if __name__ == "__main__":
    main()
