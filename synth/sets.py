"""Labelled folders: documents and the labels.jsonl that says what is on them."""

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from random import Random

from synth.asides import ASIDES, make_aside
from synth.camera import Level
from synth.draw.textlayer import TextLayer
from synth.drawing import Document, make, page_count
from synth.files import Job, Label, MadeFile, Medium, make_file
from synth.kinds import Kind, kind_of
from synth.ledgers import pile
from synth.order import Trait
from synth.originals import dialects_of
from synth.truth import Truth

_PHOTO_SHARE = 1 / 3
_HARD_SHARE = 0.3
"""How many documents are asked for a trait that makes them hard."""
_ORIGINAL_SHARE = 0.4
"""How many documents that have an electronic original are handed in as one."""
_ASIDE_EVERY = 14
"""After so many files comes one that is no invoice."""
_TRIP_SHARE = 0.3
"""How many PDFs of a passenger invoice have their 行程单 behind it."""
_SCENE_SHARE = 0.4
"""How many photos of a small ticket show several of them."""
_SMALL = frozenset({"taxi", "quota", "toll_paper", "bus", "ship", "rail_paper", "vat_roll"})
"""Tickets that people paste side by side onto one sheet."""
_NEIGHBOURS = (1, 1, 2, 2, 3, 3, 4, 5, 7, 9, 11)
_PAIRED = ("vat_e_normal", "vat_special", "dz_normal", "dz_special", "vehicle", "machine")
"""Forms large enough that two of them fill a sheet."""
_TEXTS = (
    *[TextLayer.SEPARATE] * 4,
    *[TextLayer.JOINED] * 2,
    TextLayer.SPLIT,
    TextLayer.SHUFFLED,
    TextLayer.RADICALS,
    TextLayer.NULS,
    TextLayer.UNEMBEDDED,
    TextLayer.GARBLED,
    TextLayer.OUTLINES,
)
"""The text layers of PDFs, the common ones more often."""


def plan(
    count: int, kinds: Sequence[str], seed: int, *, photos: bool, kept: bool = False
) -> list[Job]:
    """What `write_set` will draw: `count` files, the kinds in turn, now and then no invoice.

    Raises UsageError.
    """
    known = [(name, kind_of(name)) for name in kinds]
    jobs: list[Job] = []
    for i in range(count):
        name, kind = known[i % len(known)]
        rng = Random(f"medium:{seed}:{i}")
        truth = _document(name, kind, seed * 100_003 + i, rng, kept=kept)
        stem = f"{i:05d}-{name}"
        # a picture would show the first page only
        if photos and page_count(truth) == 1 and rng.random() < _PHOTO_SHARE:
            more = _neighbours(known, truth, rng, kept=kept)
            jobs.append(_photographed(stem, (truth, *more), rng))
        else:
            jobs.append(_as_file(stem, kind, truth, rng))
        if i % _ASIDE_EVERY == _ASIDE_EVERY - 1:
            jobs.append(_no_invoice(i, truth, rng, photos=photos))
    return jobs


def plan_sheets(count: int, seed: int, *, kept: bool = False) -> list[Job]:
    """Sheets of two to twelve tickets, every sixth of two large forms, captured in every way."""
    jobs: list[Job] = []
    for i in range(count):
        rng = Random(f"sheet:{seed}:{i}")
        pair = i % 6 == 5
        names = _PAIRED if pair else sorted(_SMALL)
        size = 2 if pair else 1 + rng.choice(_NEIGHBOURS)
        documents = tuple(
            make(rng.choice(names), seed * 100_003 + i * 101 + j, kept=kept) for j in range(size)
        )
        level = (Level.SCAN, Level.PHOTO, Level.PHOTO, Level.POOR)[i % 4]
        medium = Medium.SCAN if level is Level.SCAN else Medium.PHOTO
        jobs.append(Job(f"{i:05d}-sheet-{size}.jpg", medium, documents, level, worn=i % 3 == 0))
    return jobs


def plan_pile(seed: int) -> list[Job]:
    """One company's documents (`ledgers.pile`), as files of their kinds."""
    jobs: list[Job] = []
    for i, truth in enumerate(pile(seed)):
        rng = Random(f"pile:{seed}:{i}")
        jobs.append(_as_file(f"{i:05d}-{truth.kind}", kind_of(truth.kind), truth, rng))
    return jobs


def _no_invoice(i: int, truth: Truth, rng: Random, *, photos: bool) -> Job:
    """Something else from the pile, in turn, now and then of the invoice before it."""
    names = list(ASIDES)
    name = names[i // _ASIDE_EVERY % len(names)]
    of = truth if rng.random() < 0.5 else None
    aside = make_aside(name, truth.seed, of, truth.kept)
    stem = f"{i:05d}-x-{name}"
    if photos and rng.random() < 0.5:
        return _photographed(stem, (aside,), rng)
    if ASIDES[name].on_paper:
        return Job(f"{stem}.pdf", Medium.SCAN, (aside,))
    if ASIDES[name].on_screen:
        return Job(f"{stem}.png", Medium.SCREENSHOT, (aside,))
    return Job(f"{stem}.pdf", Medium.PDF, (aside,))


def _document(name: str, kind: Kind, seed: int, rng: Random, *, kept: bool) -> Truth:
    hard = kind.traits and rng.random() < _HARD_SHARE
    traits: tuple[Trait, ...] = (rng.choice(sorted(kind.traits)),) if hard else ()
    return make(name, seed, traits=traits, kept=kept)


def _neighbours(
    known: Sequence[tuple[str, Kind]], truth: Truth, rng: Random, *, kept: bool
) -> list[Truth]:
    """Documents on the same picture: small ones, as people paste them on one sheet."""
    small = [name for name, _ in known if name in _SMALL]
    if truth.kind not in _SMALL or rng.random() >= _SCENE_SHARE:
        return []
    more = rng.choice(_NEIGHBOURS)
    return [make(rng.choice(small), truth.seed * 31 + j, kept=kept) for j in range(more)]


def _photographed(stem: str, documents: tuple[Document, ...], rng: Random) -> Job:
    level = rng.choice((Level.PHOTO, Level.PHOTO, Level.POOR))
    worn = rng.random() < 0.3
    return Job(f"{stem}.jpg", Medium.PHOTO, documents, level, worn=worn)


def _as_file(stem: str, kind: Kind, truth: Truth, rng: Random) -> Job:
    """An electronic original, or a paper form scanned."""
    one_page = page_count(truth) == 1
    if kind.on_paper:
        if one_page and rng.random() < 0.5:
            return Job(f"{stem}.jpg", Medium.SCAN, (truth,), Level.SCAN, worn=rng.random() < 0.3)
        text = rng.choice((TextLayer.SEPARATE, TextLayer.SEPARATE, TextLayer.HIDDEN))
        return Job(f"{stem}.pdf", Medium.SCAN, (truth,), text=text)
    found = dialects_of(truth)
    if found and rng.random() < _ORIGINAL_SHARE:
        original = rng.choice(found)
        return Job(f"{stem}.{original.medium}", Medium(original.medium), (truth,), None, original)
    if one_page and rng.random() < 0.3:
        return Job(f"{stem}.png", Medium.SCREENSHOT, (truth,))
    documents: tuple[Document, ...] = (truth,)
    if truth.kind == "dz_passenger" and rng.random() < _TRIP_SHARE:
        documents = (truth, make_aside("trip_list", truth.seed, truth, truth.kept))
    return Job(f"{stem}.pdf", Medium.PDF, documents, text=rng.choice(_TEXTS))


def write_set(
    folder: Path,
    count: int,
    kinds: Sequence[str],
    seed: int,
    *,
    photos: bool,
    workers: int = 1,
) -> None:
    """Write `count` files of invented documents and labels.jsonl into `folder`.

    The kinds come in turn. With `photos` about a third are phone photos, one in three of them a
    poor one. `workers` processes draw; the files are the same however many there are.

    Raises UsageError for an unknown kind and DependencyMissing where no font is installed.
    """
    write_files(folder, plan(count, kinds, seed, photos=photos), workers)


def write_files(folder: Path, jobs: Sequence[Job], workers: int = 1) -> None:
    """Make files in `folder` and write labels.jsonl, replacing files of the same names."""
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    for made in _made(jobs, workers):
        (folder / made.name).write_bytes(made.data)
        lines += [label_line(label) for label in made.labels]
    (folder / "labels.jsonl").write_text("".join(lines), encoding="utf-8")


def _made(jobs: Sequence[Job], workers: int) -> Iterable[MadeFile]:
    if workers <= 1 or len(jobs) < 2 * workers:
        yield from map(make_file, jobs)
        return
    # spawned, because a forked copy of a threaded process may hang
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(make_file, jobs, chunksize=4)


def label_line(label: Label) -> str:
    """A line of labels.jsonl."""
    return json.dumps(label, ensure_ascii=False) + "\n"
