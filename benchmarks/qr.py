"""How many QR codes are read, by each decoder alone, by any of the three, and by our ladder.

    python -m benchmarks.qr [--each N] [--seed S]    on pictures drawn here, in 16 categories
    python -m benchmarks.qr --data FOLDER            on photographs: FOLDER/category/picture.jpg
    python -m benchmarks.qr --synth N                on N documents of synth at each level

A picture of a FOLDER has a text file of the same name beside it: a line for each code, with either
the eight numbers of its four corners or its message (or all eight numbers of a picture on eight
lines of two). A code counts as read where a decoded one overlaps it (intersection by union of the
outlines of 0.4 or more), and, where the message is known, says the same. `--seconds` is what the
ladder may take of the processor, so that a busy machine does not change the figures.
"""

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

import synth
from benchmarks.qr_camera import Truth
from benchmarks.qr_set import Shown, draw_all
from benchmarks.tables import markdown
from models.page import Pixels
from models.view import Corners
from ocr.qr import PATIENT, QUICK, find_codes_in
from ocr.qr.decoders import Found, wechat, zbar, zxing
from synth.camera import Level
from synth.drawing import make, page_count
from synth.files import Job, MadeFile, Medium, make_file
from synth.truth import LabelValue

_OVERLAP = 0.4
_PICTURES = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}
_ANY = "any of three"
_READERS: dict[str, Callable[[Pixels], list[Found]]] = {
    "zxing": zxing,
    "zbar": zbar,
    "wechat": wechat,
}


@dataclass(slots=True)
class Tally:
    """What was read of one category."""

    codes: int = 0
    pictures: int = 0
    read: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)

    def share(self, reader: str) -> float:
        """Per cent of the codes."""
        return 100 * self.read.get(reader, 0) / max(1, self.codes)


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    tallies: dict[str, Tally] = {}
    for shown in _pictures(options):
        tally = tallies.setdefault(shown.category, Tally())
        missed = _judge(shown, tally, options)
        if missed and options.misses:
            print(f"{shown.name}: {missed} of {len(shown.codes)} not read")
    print(_report(tallies, options))


def _pictures(options: argparse.Namespace) -> Iterable[Shown]:
    if options.data:
        return read_folder(options.data)
    if options.synth:
        return draw_synth(options.synth, options.seed)
    return draw_all(options.seed, options.each)


def _judge(shown: Shown, tally: Tally, options: argparse.Namespace) -> int:
    """Count what each reader reads of one picture; gives how many codes the ladder misses."""
    tally.codes += len(shown.codes)
    tally.pictures += 1
    by_any: set[int] = set()
    for name, reader in {} if options.ladder else _READERS.items():
        started = time.process_time()
        found = reader(shown.picture)
        by_any |= _count(shown, tally, name, [(one.corners, one.payload) for one in found])
        tally.seconds[name] = tally.seconds.get(name, 0) + time.process_time() - started
    tally.read[_ANY] = tally.read.get(_ANY, 0) + len(by_any)
    missed = 0
    for seconds in options.seconds:
        started = time.process_time()
        codes = find_codes_in(shown.picture, seconds, time.process_time)
        name = f"ladder {seconds:g} s"
        tally.seconds[name] = tally.seconds.get(name, 0) + time.process_time() - started
        read = _count(shown, tally, name, [(one.corners, one.payload) for one in codes])
        missed = len(shown.codes) - len(read)
    return missed


def _count(shown: Shown, tally: Tally, name: str, found: list[tuple[Corners, str]]) -> set[int]:
    read = matched(shown.codes, found)
    tally.read[name] = tally.read.get(name, 0) + len(read)
    known = {truth.payload for truth in shown.codes}
    wrong = sum(text not in known for _, text in found) if None not in known else 0
    tally.wrong[name] = tally.wrong.get(name, 0) + wrong
    return read


def matched(truths: Sequence[Truth], found: Sequence[tuple[Corners, str]]) -> set[int]:
    """Which of the codes that are there were read; one found stands for one of them."""
    read: set[int] = set()
    for corners, text in found:
        for i, truth in enumerate(truths):
            same = truth.payload is None or truth.payload == text
            placed = not truth.corners or overlap(truth.corners, corners) >= _OVERLAP
            if i not in read and same and placed:
                read.add(i)
                break
    return read


def overlap(one: Corners, other: Corners) -> float:
    """Intersection by union of two convex outlines, 0 to 1."""
    shapes = [cv2.convexHull(np.array(corners, np.float32)) for corners in (one, other)]
    common = float(cv2.intersectConvexConvex(shapes[0], shapes[1])[0])
    union = sum(cv2.contourArea(shape) for shape in shapes) - common
    return common / union if union > 0 else 0.0


def read_folder(folder: Path) -> Iterator[Shown]:
    """The pictures of a folder of categories and what is known of their codes."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in _PICTURES:
            continue
        picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
        beside = path.with_suffix(".txt")
        if picture is None or not beside.is_file():
            print(f"left out: {path}")
            continue
        codes = parse_truth(beside.read_text("utf-8", "replace"))
        category = path.parent.name
        yield Shown(str(path.relative_to(folder)), category, np.asarray(picture, np.uint8), codes)


def parse_truth(text: str) -> tuple[Truth, ...]:
    """The codes of a picture, from the lines that state their corners or messages."""
    codes: list[Truth] = []
    pairs: list[tuple[float, float]] = []
    for line in text.splitlines():
        words = line.split()
        # a line of BoofCV's own heading
        if not words or line.startswith("#") or words == ["SETS"]:
            continue
        try:
            numbers = [float(word) for word in words]
        except ValueError:
            codes.append(Truth((), line.removeprefix("message = ").strip()))
            continue
        if len(numbers) == 8:
            codes.append(Truth(tuple(zip(numbers[::2], numbers[1::2], strict=True)), None))
        elif len(numbers) == 2:
            pairs.append((numbers[0], numbers[1]))
        else:
            codes.append(Truth((), line.strip()))
    codes += [Truth(tuple(pairs[i : i + 4]), None) for i in range(0, len(pairs) - 3, 4)]
    return tuple(codes)


def draw_synth(count: int, seed: int) -> Iterator[Shown]:
    """Documents with codes, scanned and photographed: `count` at each of synth's levels."""
    names = [name for name in synth.KINDS if _payload(_label(name, 0))]
    for level in Level:
        for i in range(count):
            truth = make(names[i % len(names)], seed * 100_003 + i)
            if page_count(truth) > 1 or not _payload(truth.label("", Medium.PHOTO)):
                continue
            medium = Medium.SCAN if level is Level.SCAN else Medium.PHOTO
            made = make_file(Job(f"{level}-{i:03d}-{truth.kind}.jpg", medium, (truth,), level))
            yield _shown(made, level.value)


def _shown(made: MadeFile, category: str) -> Shown:
    picture = cv2.imdecode(np.frombuffer(made.data, np.uint8), cv2.IMREAD_COLOR)
    payloads = (_payload(label) for label in made.labels)
    codes = tuple(Truth((), payload) for payload in payloads if payload)
    return Shown(made.name, category, np.asarray(picture, np.uint8), codes)


def _label(kind: str, seed: int) -> dict[str, LabelValue]:
    return make(kind, seed).label("", Medium.PHOTO)


def _payload(label: dict[str, LabelValue]) -> str | None:
    extra = label.get("extra")
    payload = extra.get("qr") if isinstance(extra, dict) else None
    return payload if isinstance(payload, str) else None


def _report(tallies: dict[str, Tally], options: argparse.Namespace) -> str:
    ladders = [f"ladder {seconds:g} s" for seconds in options.seconds]
    readers = ladders if options.ladder else [*_READERS, _ANY, *ladders]
    rows = [["category", "codes", *readers, *(f"s/picture, {name}" for name in ladders)]]
    for category, tally in sorted(tallies.items()):
        shares = [f"{tally.share(reader):.1f}" for reader in readers]
        times = [f"{tally.seconds[name] / tally.pictures:.3f}" for name in ladders]
        rows.append([category, str(tally.codes), *shares, *times])
    every = list(tallies.values())
    means = [f"{np.mean([tally.share(reader) for tally in every]):.1f}" for reader in readers]
    times = [
        f"{np.mean([tally.seconds[name] / tally.pictures for tally in every]):.3f}"
        for name in ladders
    ]
    rows.append(["**mean**", str(sum(tally.codes for tally in every)), *means, *times])
    wrong = {name: sum(tally.wrong.get(name, 0) for tally in every) for name in readers}
    lines = [
        f"payloads that are not there: {name} {count}" for name, count in wrong.items() if count
    ]
    return "\n".join([markdown(rows), "", *lines]).rstrip()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", type=Path, help="a folder of photographs in sub-folders")
    parser.add_argument("--synth", type=int, metavar="N", help="documents of synth at each level")
    parser.add_argument("--each", type=int, default=12, help="pictures drawn of each category")
    parser.add_argument("--seed", type=int, default=20_261)
    parser.add_argument("--seconds", type=float, nargs="+", default=[QUICK, PATIENT])
    parser.add_argument("--ladder", action="store_true", help="only the ladder")
    parser.add_argument("--misses", action="store_true", help="name what the ladder misses")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
