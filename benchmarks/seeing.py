"""What the engine gets to see: tickets found, turns right, values present in what it recognised.

    python -m benchmarks.seeing [--data FOLDER] [--without STEP,..] [--only STEP,..] [--plain]
                                [--recording FILE] [--worst PICTURE]

FOLDER is a labelled folder whose labels have `corners` and `boxes` (docs/labels.md), as synth
writes them; one without is judged by its values alone. Nothing is extracted here: a value counts as
present when its text stands in what was recognised on its page, so that what is lost before and
after the reading can be told apart. `--plain` shows the engine the whole page as it is.
"""

import argparse
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

import ingest
import ocr
from benchmarks import fixed_sets, worst
from benchmarks.scoring import Values, load_labels
from benchmarks.steps import add_steps, chosen_steps
from benchmarks.tables import markdown, share
from models.errors import DocumentError
from models.text import squash
from models.view import Step
from ocr.engine import OcrEngine
from ocr.engines.paddle import PaddleEngine
from ocr.engines.recorded import Recorder
from ocr.seeing import Seen

_PICTURES = frozenset({"photo", "scan", "screenshot"})
_VALUES = (
    "code",
    "number",
    "date",
    "amount",
    "tax",
    "total",
    "check_code",
    "buyer_name",
    "buyer_tax_id",
    "seller_name",
    "seller_tax_id",
)
_INSIDE, _OTHERS = 0.95, 0.1
"""A ticket is found by a view that shows at least the first share of its values, and of the values
of any other ticket less than the second."""


@dataclass(frozen=True, slots=True)
class Sight:
    """How one labelled ticket was seen. `turned` is None where that cannot be judged."""

    file: str
    level: str
    found: bool | None
    upright: bool | None
    values: int
    missing: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    fixed_sets.check(options.data)
    engine = Recorder(PaddleEngine(), options.recording)
    sights: list[Sight] = []
    by_file: dict[str, list[Values]] = {}
    for label in load_labels(options.data):
        if label.get("kind") in _PICTURES:
            by_file.setdefault(label["file"], []).append(label)
    steps = frozenset[Step]() if options.plain else chosen_steps(options)
    for file, labels in by_file.items():
        sights += judge(labels, look_at(options.data / file, engine, steps, labels))
    if options.recording:
        engine.save(options.recording)
    print(table(sights))
    for one in sorted(sights, key=lambda one: -len(one.missing))[: options.errors]:
        if one.missing or not one.found or not one.upright:
            print(f"  {one.file} found {one.found} upright {one.upright} {' | '.join(one.missing)}")
    if options.worst:
        worst.write(options.worst, options.data, _worst(sights))


def look_at(
    path: Path, engine: OcrEngine, steps: frozenset[Step], labels: Sequence[Values]
) -> dict[int, tuple[Seen, ...]]:
    """What is seen on every labelled page of a file."""
    found: dict[int, tuple[Seen, ...]] = {}
    try:
        with ingest.open(path.read_bytes(), path.name) as opened:
            for index in sorted({int(label.get("page") or 0) for label in labels}):
                picture = opened.pages[index].draw(1.0)
                found[index] = ocr.see(picture, engine, ingest.Looking(steps), steps)
    except DocumentError as error:
        print(f"{path.name}: {error.record.code}")
    return found


def judge(labels: Sequence[Values], seen: dict[int, tuple[Seen, ...]]) -> list[Sight]:
    """Every labelled ticket of one file against what was seen on its page."""
    sights = []
    for label in labels:
        if label.get("attachment"):
            continue
        views = seen.get(int(label.get("page") or 0), ())
        others = [
            one for one in labels if one is not label and one.get("page") == label.get("page")
        ]
        mine = next((one for one in views if _shows(one, label, others)), None)
        known = bool(label.get("corners"))
        text = "\n".join(squash(token.text).upper() for one in views for token in one.tokens)
        wanted = {name: label[name] for name in _VALUES if _is_printed(label, name)}
        missing = (f"{name} {value}" for name, value in wanted.items() if not present(value, text))
        sights.append(
            Sight(
                file=label["file"],
                level=str(label.get("level") or label.get("kind")),
                found=mine is not None if known else None,
                upright=_is_upright(mine, label) if known and mine else None,
                values=len(wanted),
                missing=tuple(missing),
            )
        )
    return sights


def _is_printed(label: Values, name: str) -> bool:
    return bool(label.get(name)) and (not label.get("boxes") or name in label["boxes"])


def present(value: str, text: str) -> bool:
    """Whether a value of a label stands in squashed text, in any of the ways it is printed."""
    value = squash(value).upper()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return _has_date(value, text)
    if re.fullmatch(r"-?\d+\.\d\d", value):
        plain = text.replace(",", "")
        ways = {value, value.removesuffix("0"), value.removesuffix(".00")}
        return any(re.search(rf"(?<!\d){re.escape(way)}(?!\d)", plain) for way in ways)
    return value in text


def _has_date(value: str, text: str) -> bool:
    year, month, day = value.split("-")
    ways = {mark.join((year, month, day)) for mark in ("-", "/", ".", "")}
    ways |= {mark.join((year[2:], month, day)) for mark in ("-", "/", ".")}
    ways |= {f"{year}-{int(month)}-{int(day)}", f"{year}年{int(month)}月{int(day)}日"}
    # where a form has the three words printed, each figure is a line of its own
    pieces = all(piece in text for piece in (f"{year}年", f"{month}月", f"{day}日"))
    return pieces or any(way in text for way in ways)


def _shows(one: Seen, label: Values, others: Iterable[Values]) -> bool:
    """Whether a view shows this ticket, whole and alone."""
    if not label.get("boxes") or _inside(one, label) < _INSIDE:
        return False
    return all(_inside(one, other) < _OTHERS for other in others if other.get("boxes"))


def _inside(one: Seen, label: Values) -> float:
    """The share of a ticket's values whose middles lie in a view."""
    outline = np.array(one.view.outline, np.float32)
    middles = [((x0 + x1) / 2, (y0 + y1) / 2) for x0, y0, x1, y1 in label["boxes"].values()]
    inside = (cv2.pointPolygonTest(outline, middle, False) >= 0 for middle in middles)
    return sum(inside) / len(middles) if middles else 0.0


def _is_upright(one: Seen, label: Values) -> bool:
    """Whether the view's own upper edge points where that of the ticket does."""
    (ax, ay), (bx, by) = one.view.outline[:2]
    (cx, cy), (dx, dy) = label["corners"][:2]
    along = np.array([bx - ax, by - ay]), np.array([dx - cx, dy - cy])
    lengths = float(np.linalg.norm(along[0]) * np.linalg.norm(along[1]))
    cosine = float(along[0] @ along[1]) / lengths if lengths else 0.0
    return cosine > math.cos(math.radians(45))


def table(sights: Sequence[Sight]) -> str:
    """A row a level: tickets found, turns right, values present."""
    rows = [["level", "tickets", "found", "upright", "values present"]]
    for level in [*dict.fromkeys(sorted(one.level for one in sights)), None]:
        mine = [one for one in sights if level in {None, one.level}]
        found = [one.found for one in mine if one.found is not None]
        upright = [one.upright for one in mine if one.upright is not None]
        values = sum(one.values for one in mine)
        present_ones = values - sum(len(one.missing) for one in mine)
        rows.append(
            [
                level or "**all**",
                str(len(mine)),
                share(sum(found), len(found)),
                share(sum(upright), len(upright)),
                f"{present_ones}/{values} {share(present_ones, values)}",
            ]
        )
    return markdown(rows)


def _worst(sights: Iterable[Sight]) -> list[tuple[str, str]]:
    """The ten files of which most was lost, and what."""
    lost: dict[str, list[str]] = {}
    for one in sights:
        lost.setdefault(one.file, []).extend(one.missing)
    ranked = sorted(lost.items(), key=lambda pair: -len(pair[1]))[:10]
    return [(file, "; ".join(missing)) for file, missing in ranked if missing]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seeing")
    add = parser.add_argument
    add("--data", type=Path, default=Path("samples"), help="a labelled folder")
    add("--plain", action="store_true", help="the page as it is: what plain PaddleOCR sees")
    add("--recording", type=Path, help="keep there what the engine saw, to measure again at once")
    add("--errors", type=int, default=40, help="how many tickets to list")
    add("--worst", type=Path, metavar="PICTURE", help="draw the ten worst files there")
    add_steps(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
