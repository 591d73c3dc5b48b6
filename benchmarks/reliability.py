"""Whether confidences mean something: of fields stated at 0.99, are 99 % right?

    python -m benchmarks.reliability --data FOLDER [--recording FILE] [--picture FILE]
    python -m benchmarks.reliability --data FOLDER --readings FILE      (accuracy's --out)
    python -m benchmarks.reliability --data FOLDER --uncalibrated --observations FILE

Prints stated confidences against the share right, as a whole, by field and source and by capture;
then what becomes of the invoices: accepted, or why not. `--observations` writes what
`piaohe.learning.calibration` fits its curves on. A value that was not read states nothing and is
not counted; how many are read at all is `benchmarks.accuracy`'s.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from benchmarks import acceptance, fixed_sets, reliability_picture
from benchmarks.acceptance import Fate
from benchmarks.accuracy import read_all, write_block
from benchmarks.scoring import Judged, Readings, Values, load_labels, score
from benchmarks.tables import markdown, share
from models.invoice import Evidence, FieldName, Invoice
from models.page import Source
from ocr.engines.paddle import PaddleEngine
from ocr.engines.recorded import Recorder
from ocr.resolve.calibration import group_of, standing_of, uncalibrated
from piaohe.learning.calibration import Observation, save

BINS = (0.0, 0.5, 0.6, 0.8, 0.9, 0.95, 0.97, 0.99)
"""The lower ends of the bins; the last one reaches to 1."""
_DOC = Path(__file__).parent.parent / "docs" / "accuracy.md"


@dataclass(frozen=True, slots=True)
class Stated:
    """A field that was read, what was stated about it, and whether it is right."""

    judged: Judged
    level: str
    evidence: Evidence

    @property
    def group(self) -> str:
        return group_of(FieldName(self.judged.field))

    @property
    def right(self) -> bool:
        return self.judged.right

    @property
    def confidence(self) -> float:
        return self.evidence.confidence


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    try:
        fixed_sets.check(options.data)
    except ValueError as error:
        raise SystemExit(str(error)) from error
    labels = load_labels(options.data)
    readings = _readings(options, labels)
    stated, fates = gather(labels, readings)
    if options.observations:
        save(options.observations, map(observation, stated))
    text = "\n\n".join((report(stated), acceptance.report(fates)))
    print(text)
    if options.picture:
        reliability_picture.draw(options.picture, _diagrams(stated))
    if options.write:
        write_block(_DOC, options.write, text)


def _readings(options: argparse.Namespace, labels: Sequence[Values]) -> Readings:
    if options.readings:
        lines = map(json.loads, options.readings.read_text("utf-8").splitlines())
        return {line["file"]: line for line in lines}
    files = list(dict.fromkeys(label["file"] for label in labels))
    engine = Recorder(PaddleEngine(), options.recording)
    with uncalibrated() if options.uncalibrated else nullcontext():
        readings = read_all(options.data, files, engine)
    if options.recording:
        engine.save(options.recording)
    return readings


def gather(labels: Sequence[Values], readings: Readings) -> tuple[list[Stated], list[Fate]]:
    """(every labelled field that was read, what became of every labelled invoice)."""
    judged: dict[int, list[Judged]] = defaultdict(list)
    result = score(labels, readings)
    for one in result.fields:
        judged[one.at].append(one)
    stated: list[Stated] = []
    fates: list[Fate] = []
    for whole in result.wholes:
        label = labels[whole.at]
        mine = judged[whole.at]
        invoice = _invoice(readings[whole.file], mine) if whole.found else None
        fates.append(acceptance.fate(label, invoice, wrong=not whole.whole))
        if invoice is not None:
            level = acceptance.level_of(label)
            stated += [
                Stated(one, level, evidence)
                for one in mine
                if one.field in set(FieldName)
                and one.got is not None
                and (evidence := invoice.fields.get(FieldName(one.field)))
            ]
    return stated, fates


def _invoice(reading: Values, judged: Sequence[Judged]) -> Invoice | None:
    """The invoice of a file that was judged: the one that holds all the values judged."""
    for found in reading["invoices"]:
        values = {one.field: found.get(one.field) for one in judged}
        if all(one.got == _text(values[one.field]) for one in judged):
            return Invoice.model_validate(found)
    return None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def observation(stated: Stated) -> Observation:
    """A field as calibration learns from it."""
    return Observation(
        source=stated.evidence.source.value,
        group=stated.group,
        standing=standing_of(stated.evidence).value,
        confidence=stated.confidence,
        right=stated.right,
    )


def report(stated: Sequence[Stated]) -> str:
    """The tables of reliability, in Markdown."""
    surest = [one for one in stated if one.confidence >= BINS[-1]]
    right = sum(one.right for one in surest)
    lines = [
        f"- stated at {BINS[-1]} or more: {len(surest)} of {len(stated)}; "
        f"of these right: {share(right, len(surest))}",
        f"- stated and right differ by {100 * gap(stated):.2f} points in the mean over the bins",
    ]
    parts = (
        _bins(stated),
        _split("field and source", _by(stated, lambda one: f"{one.group}, {_source(one)}")),
        _split("captured as", _by(stated, lambda one: one.level)),
        "\n".join(lines),
    )
    return "\n\n".join(parts)


def bins(stated: Sequence[Stated]) -> Iterator[tuple[str, list[Stated]]]:
    """(name, fields stated in it) of every bin that is not empty, the lowest first."""
    for at, low in enumerate(BINS):
        high = BINS[at + 1] if at + 1 < len(BINS) else 1.01
        inside = [one for one in stated if low <= one.confidence < high]
        if inside:
            yield f"{low:g}..{min(high, 1.0):g}", inside


def gap(stated: Sequence[Stated]) -> float:
    """How far stated confidence and share right lie apart: the mean over bins, by their size."""
    apart = sum(
        abs(sum(one.confidence for one in inside) - sum(one.right for one in inside))
        for _, inside in bins(stated)
    )
    return apart / len(stated) if stated else 0.0


def _bins(stated: Sequence[Stated]) -> str:
    rows = [["stated", "fields", "mean stated", "right", "share (95 %)"]]
    rows += [[name, *_row(inside)] for name, inside in bins(stated)]
    return markdown(rows)


def _row(stated: Sequence[Stated]) -> list[str]:
    right = sum(one.right for one in stated)
    mean = sum(one.confidence for one in stated) / len(stated)
    return [str(len(stated)), f"{mean:.3f}", str(right), share(right, len(stated))]


def _split(head: str, parts: Mapping[str, Sequence[Stated]]) -> str:
    rows = [[head, "fields", "mean stated", "right", "share (95 %)", "at 0.99", "of these right"]]
    for name, mine in parts.items():
        surest = [one for one in mine if one.confidence >= BINS[-1]]
        right = f"{sum(one.right for one in surest)}/{len(surest)}" if surest else "-"
        rows.append([name, *_row(mine), str(len(surest)), right])
    return markdown(rows)


def _diagrams(stated: Sequence[Stated]) -> dict[str, Sequence[Stated]]:
    """What is drawn: everything, and what was read by sight, field by field."""
    seen = [one for one in stated if one.evidence.source is Source.OCR]
    groups = _by(seen, lambda one: f"ocr, {one.group}")
    return {"all": stated, "ocr": seen} | groups


def _source(stated: Stated) -> str:
    """Where a value is from, and how it came out of the comparison of all sources."""
    return f"{stated.evidence.source.value} {standing_of(stated.evidence).value}"


def _by(stated: Sequence[Stated], key: Callable[[Stated], str]) -> dict[str, list[Stated]]:
    parts: dict[str, list[Stated]] = defaultdict(list)
    for one in stated:
        parts[key(one)].append(one)
    return dict(sorted(parts.items()))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability")
    add = parser.add_argument
    add("--data", type=Path, default=Path("samples"), help="a labelled folder")
    add("--recording", type=Path, metavar="FILE", help="what the engine saw, as in accuracy")
    add("--readings", type=Path, metavar="FILE", help="what accuracy --out wrote: reads nothing")
    add("--uncalibrated", action="store_true", help="as the readings' own confidences are")
    add("--observations", type=Path, metavar="FILE", help="write what calibration is fitted on")
    add("--picture", type=Path, metavar="FILE", help="draw the reliability diagram")
    add("--write", metavar="NAME", help="put the tables into docs/accuracy.md, at that mark")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
