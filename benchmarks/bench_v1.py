"""The fixed set bench-v1: which documents it holds, drawn anew from their seeds.

    python -m benchmarks.bench_v1 --out FOLDER [--part N]

`bench-v1.jsonl` beside this file is the committed list: a line a file, with kinds, seeds, traits
and how it is captured. Words and layouts are those kept back for it (synth/kept.json and the last
layout of each form), which nothing else draws. `--part N` draws every Nth file only.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

NAME = "bench-v1"
LIST = Path(__file__).with_name("bench-v1.jsonl")


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
