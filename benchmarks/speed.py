"""Time and memory of reading, as ratios within one run on one machine.

    python -m benchmarks.speed [--picture FILE] [--rounds 5] [--pictures 200]
    python -m benchmarks.speed --only electronic [--data FOLDER]

Pictures: the whole of `piaohe.pipeline.take_in`, from bytes to checked invoice, against plain
PaddleOCR with the same weights and threads, from the same bytes to text. The two take turns, and
the median of the rounds counts, so that a noisy machine disturbs both alike.

Electronic originals: `take_in` of every dialect drawn here and of the files of a folder, in
milliseconds after warming up (benchmarks.speed_electronic).
"""

import argparse
import datetime
import gc
import io
import multiprocessing
import os
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

import validate
from benchmarks import speed_electronic
from ocr.engines.paddle import PaddleEngine, PaddleOptions
from ocr.engines.quiet import hush
from ocr.engines.weights import DETECTION, RECOGNITION, write_model_folder
from piaohe import pipeline
from piaohe.sightings import Sightings

GOALS = {
    "photo of 12 megapixels / plain PaddleOCR": 0.5,
    "photo of 2 megapixels / plain PaddleOCR": 1.0,
    "growth of memory after the first 20 pictures, %": 5.0,
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
    # memory first and in a process of its own, so that nothing else counts
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        growth, peak = pool.apply(memory, (options.picture, options.pictures, threads))
    figures = {
        "growth of memory after the first 20 pictures, %": growth,
        "peak of memory, MiB": peak,
    }
    tools = _tools(threads)
    plain = _plain_paddle(threads)
    for megapixels, size in (("12", (4032, 3024)), ("2", (1632, 1224))):
        data = photo(options.picture, size)
        ours, theirs = rounds(
            lambda data=data: pipeline.take_in(data, "photo.jpg", tools),  # type: ignore[misc]
            lambda data=data: plain(data),  # type: ignore[misc]
            options.rounds,
        )
        print(f"{megapixels} megapixels: read {ours:.2f} s, plain PaddleOCR {theirs:.2f} s")
        figures[f"photo of {megapixels} megapixels / plain PaddleOCR"] = ours / theirs
    return figures


def _of_electronic(options: argparse.Namespace) -> dict[str, float]:
    found = speed_electronic.files(options.data)
    # in a process of its own, as with pictures
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        growth = pool.apply(speed_electronic.growth, (found, options.documents))
    return speed_electronic.figures(found) | {speed_electronic.GROWTH: growth}


def rounds(
    ours: Callable[[], object], theirs: Callable[[], object], count: int
) -> tuple[float, float]:
    """Median seconds of both, taking turns after one round each to warm up."""
    ours()
    theirs()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(count):
        for function, kept in zip((ours, theirs), times, strict=True):
            started = time.perf_counter()
            function()
            kept.append(time.perf_counter() - started)
    return statistics.median(times[0]), statistics.median(times[1])


def photo(picture: Path, size: tuple[int, int]) -> bytes:
    """A JPEG of `size` in which the invoice of `picture` lies on a grey desk."""
    with Image.open(picture) as opened:
        invoice = opened.convert("RGB")
    width, height = size
    scale = min(0.9 * width / invoice.width, 0.9 * height / invoice.height)
    invoice = invoice.resize((round(invoice.width * scale), round(invoice.height * scale)))
    noise = np.random.default_rng(1).normal(0, 3, (height, width, 3))
    desk = Image.new("RGB", size, (150, 140, 130))
    desk.paste(invoice, ((width - invoice.width) // 2, (height - invoice.height) // 2))
    noisy = np.clip(np.asarray(desk) + noise, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noisy).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def memory(picture: Path, count: int, threads: int) -> tuple[float, float]:
    """(growth in % from the 20th to the last of `count` pictures, peak in MiB) of this process."""
    tools = _tools(threads)
    sizes = [(4032, 3024), (1632, 1224), (2048, 1365), (1280, 960), (3024, 4032)]
    pictures = [photo(picture, size) for size in sizes]
    early = 0.0
    for index in range(count):
        pipeline.take_in(pictures[index % len(pictures)], "photo.jpg", tools)
        if index == 19:
            early = _resident()
    growth = 100 * (_resident() - early) / early
    return growth, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _resident() -> float:
    """The resident memory of this process in MiB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1024**2


def _tools(threads: int) -> pipeline.Tools:
    today = datetime.datetime.now(datetime.UTC).date()
    engine = PaddleEngine(PaddleOptions(threads=threads))
    context = validate.Context(today=today)
    return pipeline.Tools(engine=engine, context=context, sightings=Sightings())


def _plain_paddle(threads: int) -> Callable[[bytes], object]:
    """PaddleOCR as its own documentation has one use it, with our weights and threads."""
    hush()
    from paddleocr import PaddleOCR

    with tempfile.TemporaryDirectory() as scratch:
        ocr: Any = PaddleOCR(
            text_detection_model_name=DETECTION.model,
            text_detection_model_dir=str(write_model_folder(DETECTION, Path(scratch))),
            text_recognition_model_name=RECOGNITION.model,
            text_recognition_model_dir=str(write_model_folder(RECOGNITION, Path(scratch))),
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
    parser.add_argument("--pictures", type=int, default=200, help="how many for the memory test")
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
