"""The fixed sets: which files each holds, drawn anew from their seeds.

    python -m benchmarks.fixed_sets NAME --out FOLDER [--every N]

    bench-v1    every kind of document, captured in every way
    sheets-v1   sheets of up to a dozen tickets, pasted or loose, scanned or photographed

`NAME.jsonl` beside this file is the committed list: a line a file, with the kinds, seeds and
traits of what is on it and how it was captured. Words and layouts are those kept back for these
sets (synth/kept.json and the last layout of each form), which nothing else draws. The folder says
in `set.json` which list it was drawn from; benchmarks refuse one that does not match.
"""

import argparse
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import synth
from synth.aside import Aside
from synth.asides import make_aside
from synth.camera import Level
from synth.draw.textlayer import TextLayer
from synth.drawing import Document
from synth.files import Job, Medium
from synth.order import Trait
from synth.originals import Original, dialects_of
from synth.sets import plan, plan_sheets, write_files
from synth.truth import Truth

NAMES = ("bench-v1", "sheets-v1")
_A_KIND = 7
"""Files of each kind in bench-v1."""
_SHEETS = 60
_SEED = 20_261_122


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    if options.new_list:
        _list(options.name).write_text("".join(map(_line, _planned(options.name))), "utf-8")
        return
    jobs = read_list(options.name)[:: options.every]
    out = options.out or Path(options.name)
    write_files(out, jobs, workers=os.cpu_count() or 1)
    note = {"name": options.name, "list": digest(options.name), "files": len(jobs)}
    (out / "set.json").write_text(json.dumps(note) + "\n", "utf-8")


def _planned(name: str) -> list[Job]:
    if name == "sheets-v1":
        return plan_sheets(_SHEETS, _SEED, kept=True)
    kinds = list(synth.KINDS)
    return plan(_A_KIND * len(kinds), kinds, _SEED, photos=True, kept=True)


def digest(name: str) -> str:
    """The SHA-256 of the committed list."""
    return hashlib.sha256(_list(name).read_bytes()).hexdigest()


def _list(name: str) -> Path:
    return Path(__file__).with_name(f"{name}.jsonl")


def check(folder: Path) -> None:
    """Raises ValueError where a folder says it is a fixed set but was drawn from another list."""
    note = folder / "set.json"
    if not note.is_file():
        return
    said = json.loads(note.read_text("utf-8"))
    name = said.get("name")
    if name in NAMES and said.get("list") != digest(name):
        raise ValueError(
            f"{folder} was drawn from another seed list than benchmarks/{name}.jsonl: "
            f"draw it again with python -m benchmarks.fixed_sets {name} --out {folder}"
        )


def read_list(name: str) -> list[Job]:
    """The jobs of the committed list."""
    return [_job(json.loads(line)) for line in _list(name).read_text("utf-8").splitlines()]


def _line(job: Job) -> str:
    values = {
        "file": job.name,
        "medium": job.medium,
        "level": job.level,
        "original": job.original.name if job.original else None,
        "text": job.text,
        "worn": job.worn,
        "documents": [_written(document) for document in job.documents],
    }
    return json.dumps(values, ensure_ascii=False) + "\n"


def _written(document: Document) -> dict[str, Any]:
    if isinstance(document, Aside):
        of = _written(document.of) if document.of else None
        return {"aside": document.kind, "seed": document.seed, "of": of}
    return {"kind": document.kind, "seed": document.seed, "traits": list(document.traits)}


def _document(written: dict[str, Any]) -> Document:
    if "aside" in written:
        of = _invoice(written["of"]) if written["of"] else None
        return make_aside(written["aside"], written["seed"], of, kept=True)
    return _invoice(written)


def _invoice(written: dict[str, Any]) -> Truth:
    traits = [Trait(one) for one in written["traits"]]
    return synth.make(written["kind"], written["seed"], traits=traits, kept=True)


def _job(line: dict[str, Any]) -> Job:
    documents = tuple(_document(each) for each in line["documents"])
    return Job(
        name=line["file"],
        medium=Medium(line["medium"]),
        documents=documents,
        level=Level(line["level"]) if line["level"] else None,
        original=_original(line["original"], documents[0]),
        text=TextLayer(line["text"]),
        worn=line["worn"],
    )


def _original(name: str | None, document: Document) -> Original | None:
    """The original of that name. Raises KeyError where the document has none such."""
    if name is None or isinstance(document, Aside):
        return None
    return {original.name: original for original in dialects_of(document)}[name]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fixed_sets")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--out", type=Path, help="where to draw it; default: a folder of its name")
    parser.add_argument("--every", type=int, default=1, help="draw every Nth file only")
    parser.add_argument(
        "--new-list", action="store_true", help="write the list anew: it becomes another set"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
