"""The fixed set bench-v1: which files it holds, drawn anew from their seeds.

    python -m benchmarks.bench_v1 --out FOLDER [--every N]

`bench-v1.jsonl` beside this file is the committed list: a line a file, with the kinds, seeds and
traits of what is on it and how it was captured. Words and layouts are those kept back for it
(synth/kept.json and the last layout of each form), which nothing else draws. The folder says in
`set.json` which list it was drawn from; benchmarks.accuracy refuses one that does not match.
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
from synth.sets import plan, write_files
from synth.truth import Truth

NAME = "bench-v1"
LIST = Path(__file__).with_name("bench-v1.jsonl")
_A_KIND = 7
"""Files of each kind."""
_SEED = 20_261_122


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    if options.new_list:
        kinds = list(synth.KINDS)
        jobs = plan(_A_KIND * len(kinds), kinds, _SEED, photos=True, kept=True)
        LIST.write_text("".join(_line(job) for job in jobs), "utf-8")
        return
    jobs = read_list()[:: options.every]
    write_files(options.out, jobs, workers=os.cpu_count() or 1)
    note = {"name": NAME, "list": digest(), "files": len(jobs)}
    (options.out / "set.json").write_text(json.dumps(note) + "\n", "utf-8")


def digest() -> str:
    """The SHA-256 of the committed list."""
    return hashlib.sha256(LIST.read_bytes()).hexdigest()


def check(folder: Path) -> None:
    """Raises ValueError where a folder says it is bench-v1 but was drawn from another list."""
    note = folder / "set.json"
    if not note.is_file():
        return
    said = json.loads(note.read_text("utf-8"))
    if said.get("name") == NAME and said.get("list") != digest():
        raise ValueError(
            f"{folder} was drawn from another seed list than benchmarks/{LIST.name}: "
            f"draw it again with python -m benchmarks.bench_v1 --out {folder}"
        )


def read_list() -> list[Job]:
    """The jobs of the committed list."""
    return [_job(json.loads(line)) for line in LIST.read_text("utf-8").splitlines()]


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
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_v1")
    parser.add_argument("--out", type=Path, default=Path(NAME), help="where to draw it")
    parser.add_argument("--every", type=int, default=1, help="draw every Nth file only")
    parser.add_argument(
        "--new-list", action="store_true", help="write the list anew: it becomes another set"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
