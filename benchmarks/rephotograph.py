"""Labelled documents scanned and photographed anew: layouts nobody here drew, on lived-in paper.

    python -m benchmarks.rephotograph --data FOLDER --out FOLDER [--seed S] [--long-side PIXELS]

The first page of each document of one label is drawn, put before synth's scanner and camera (a
scan and a good photo each) and labelled as before. Electronic originals lose their data on the
way and have to be read by sight; documents without a page are left out. Score what comes out
with `python -m benchmarks.accuracy --data`.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import cv2
from PIL import Image

import ingest
from models.errors import DocumentError
from models.page import Page, Pixels
from synth.camera import Level, photo
from synth.draw.picture import Drawn
from synth.draw.place import REGION, Place

_LEVELS = (Level.SCAN, Level.PHOTO)
_LONG_SIDE_MM = 210
"""As long as most forms are; it only sets how coarse paper and dirt look beside the print."""
_MM_PER_INCH = 25.4


def rephotograph(data: Path, out: Path, seed: int, long_side: int) -> int:
    """Write the pictures and labels.jsonl; gives how many pictures there are."""
    out.mkdir(parents=True, exist_ok=True)
    labels: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (data / "labels.jsonl").read_text("utf-8").splitlines():
        label = json.loads(line)
        labels[label["file"]].append(label)
    lines = []
    for at, (name, those) in enumerate(sorted(labels.items())):
        drawn = _drawn(data / name) if len(those) == 1 else None
        if drawn is None:
            continue
        for level in _LEVELS:
            file = f"{at:03d}-{level.value}-{Path(name).stem[:24]}.jpg"
            shot = photo(drawn, seed * 1000 + at, level, long_side=long_side)
            (out / file).write_bytes(shot.data)
            lines.append(json.dumps({**those[0], "file": file, "kind": level.value}))
    (out / "labels.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return len(lines)


def _drawn(path: Path) -> Drawn | None:
    """A document's first page as a sheet to be photographed; None where it has none."""
    try:
        with ingest.open(path.read_bytes(), path.name) as opened:
            pages = [page for original in opened.originals() for page in original.pages]
            return _sheet(pages[0]) if pages else None
    except DocumentError:
        return None


def _sheet(page: Page) -> Drawn:
    pixels: Pixels = page.draw(1.0)
    image = Image.fromarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
    dpi = max(image.size) * _MM_PER_INCH / _LONG_SIDE_MM
    return as_drawn(image, dpi, electronic=not page.is_picture)


def as_drawn(image: Image.Image, dpi: float, *, electronic: bool = False) -> Drawn:
    """A picture as a page before the camera, of which only the outline is known."""
    right, below = float(image.width), float(image.height)
    corners = ((0.0, 0.0), (right, 0.0), (right, below), (0.0, below))
    return Drawn(image, dpi, (Place(REGION, corners),), electronic)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a labelled folder")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--long-side", type=int, default=2400)
    given = parser.parse_args()
    print(rephotograph(given.data, given.out, given.seed, given.long_side), "pictures")


if __name__ == "__main__":
    main()
