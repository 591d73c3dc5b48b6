"""Labelled folders: documents and the labels.jsonl that says what is on them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from synth.degrade import Level, photo
from synth.drawing import SCAN_DPI, draw_pdf, draw_png, make
from synth.kinds import kind_of
from synth.truth import LabelValue, Truth

_PHOTO_SHARE = 1 / 3


@dataclass(frozen=True, slots=True)
class Planned:
    """A file to be: its name, what is on it, and how to draw it. `medium` is pdf, screenshot,
    scan or photo."""

    name: str
    medium: str
    truth: Truth
    draw: Callable[[], bytes]

    @property
    def label(self) -> dict[str, LabelValue]:
        return self.truth.label(self.name, self.medium)


def as_pdf(truth: Truth, stem: str) -> Planned:
    """The document as PDF: an original, or for a paper form a scan in a PDF."""
    medium = "scan" if kind_of(truth.kind).on_paper else "pdf"
    return Planned(f"{stem}.pdf", medium, truth, partial(draw_pdf, truth))


def as_png(truth: Truth, stem: str) -> Planned:
    """The document as PNG: a paper form scanned, an electronic one as on a screen."""
    medium = "scan" if kind_of(truth.kind).on_paper else "screenshot"
    return Planned(f"{stem}.png", medium, truth, partial(draw_png, truth))


def as_photo(truth: Truth, stem: str, level: Level) -> Planned:
    """The document scanned or photographed, as JPEG."""

    def draw() -> bytes:
        return photo(draw_png(truth, dpi=SCAN_DPI), truth.seed, level)

    return Planned(f"{stem}.jpg", "scan" if level is Level.SCAN else "photo", truth, draw)


def write_files(folder: Path, files: Sequence[Planned]) -> None:
    """Draw documents into `folder` and write labels.jsonl, replacing files of the same names."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        (folder / file.name).write_bytes(file.draw())
    (folder / "labels.jsonl").write_text(labels(files), encoding="utf-8")


def labels(files: Sequence[Planned]) -> str:
    """The text of labels.jsonl: one line a document, in the order of `files`."""
    return "".join(json.dumps(file.label, ensure_ascii=False) + "\n" for file in files)


def plan(count: int, kinds: Sequence[str], seed: int, *, photos: bool) -> list[Planned]:
    """What `write_set` will draw. Raises UsageError (unknown_kind)."""
    known = [(name, kind_of(name)) for name in kinds]
    files: list[Planned] = []
    for i in range(count):
        name, kind = known[i % len(known)]
        truth = make(name, seed * 100_003 + i)
        stem = f"{i:05d}-{name}"
        rng = Random(f"medium:{truth.seed}")
        if photos and rng.random() < _PHOTO_SHARE:
            level = rng.choice((Level.PHOTO, Level.PHOTO, Level.POOR))
            files.append(as_photo(truth, stem, level))
        elif kind.on_paper or rng.random() < 0.5:
            files.append(as_png(truth, stem))
        else:
            files.append(as_pdf(truth, stem))
    return files


def write_set(folder: Path, count: int, kinds: Sequence[str], seed: int, *, photos: bool) -> None:
    """Write `count` invented documents of `kinds` in turn, and labels.jsonl, into `folder`.

    About half of the electronic ones are PDFs, the rest pictures. With `photos` about a third of
    all documents are phone photos, one in three of them a poor one.

    Raises UsageError for an unknown kind and DependencyMissing where no font is installed.
    """
    write_files(folder, plan(count, kinds, seed, photos=photos))
