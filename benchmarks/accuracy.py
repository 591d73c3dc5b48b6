"""What Piaohe reads right on a labelled folder, field by field.

    python -m benchmarks.accuracy --data FOLDER [--kinds photo,pdf] [--forms dz_normal,...]
    python -m benchmarks.accuracy --data bench-v1 --plain      (plain PaddleOCR, the lower bound)

FOLDER holds documents and `labels.jsonl` (docs/labels.md). Every file goes through the product's
own door, `piaohe.pipeline.take_in`; nothing is known about it but its bytes. A folder that says it
is a fixed set (`set.json`) must have been drawn from the seed list committed here.
"""

import argparse
import datetime
import json
import os
import platform
import re
import time
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

import validate
from benchmarks import baseline, crops, fixed_sets, plain
from benchmarks.scoring import Readings, Score, Values, form_of, load_labels, score
from benchmarks.steps import add_steps, chosen_steps
from benchmarks.tables import report
from models.view import ALL_STEPS, Step
from ocr.engine import OcrEngine
from ocr.engines.paddle import PaddleEngine
from ocr.engines.recorded import Recorder
from piaohe import pipeline
from piaohe.judging.sightings import Sightings

_DOC = Path(__file__).parent.parent / "docs" / "accuracy.md"


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    try:
        fixed_sets.check(options.data)
    except ValueError as error:
        raise SystemExit(str(error)) from error
    labels = _chosen(options)
    files = list(dict.fromkeys(label["file"] for label in labels))
    started = time.perf_counter()
    engine = Recorder(PaddleEngine(), options.recording)
    if options.plain:
        readings = read_plain(options.data, files, engine)
    else:
        readings = read_all(options.data, files, engine, chosen_steps(options))
    seconds = time.perf_counter() - started
    if options.recording:
        engine.save(options.recording)
    result = score(labels, readings)
    known = bool(options.recording) and "what the engine saw was kept from an earlier run"
    text = f"{report(result)}\n\n{_circumstances(len(files), known or f'in {seconds:.0f} s')}"
    print(text)
    _keep(options, result, readings, text)


def _chosen(options: argparse.Namespace) -> list[Values]:
    labels = [
        label
        for label in load_labels(options.data)
        if (not options.kinds or label.get("kind") in options.kinds)
        and (not options.types or label.get("type") in options.types)
        and (not options.forms or form_of(label) in options.forms)
    ]
    if not labels:
        raise SystemExit("no labelled document is left after --kinds, --types and --forms")
    return labels


def _keep(options: argparse.Namespace, result: Score, readings: Readings, text: str) -> None:
    """Whatever else was asked for: the worst, crops, readings, a baseline, the document."""
    wrong = [one for one in result.fields if not one.right]
    for one in wrong[: options.errors]:
        print(f"  {one.file} | {one.field} | {one.expected} | {one.got}")
    if options.against:
        print(baseline.compare(result, options.against))
    if options.save:
        baseline.save(result, options.save)
    if options.crops:
        crops.write(options.crops, options.data, wrong[:200])
    if options.out:
        lines = (
            json.dumps({"file": file} | reading, ensure_ascii=False)
            for file, reading in readings.items()
        )
        options.out.write_text("\n".join(lines) + "\n", "utf-8")
    if options.write:
        write_block(_DOC, options.write, text)


def read_all(
    folder: Path,
    files: Iterable[str],
    engine: OcrEngine,
    steps: frozenset[Step] = ALL_STEPS,
) -> Readings:
    """The invoices and attachments of every file, in the form of contract.md."""
    tools = pipeline.Tools(
        engine=engine,
        context=validate.Context(today=datetime.datetime.now(datetime.UTC).date()),
        sightings=Sightings(),
        steps=steps,
    )
    readings: Readings = {}
    for file in files:
        outcome = pipeline.take_in((folder / file).read_bytes(), file, tools)
        document = outcome.document.model_dump(mode="json")
        readings[file] = {name: document[name] for name in ("invoices", "attachments")}
    return readings


def read_plain(folder: Path, files: Iterable[str], engine: OcrEngine) -> Readings:
    """What plain PaddleOCR and a search for shapes find in every file."""
    return {
        file: {"invoices": plain.read((folder / file).read_bytes(), file, engine)} for file in files
    }


def _circumstances(files: int, how: str) -> str:
    """Date, machine and versions, for the foot of a table."""
    today = datetime.datetime.now(datetime.UTC).date()
    versions = ", ".join(f"{name} {version(name)}" for name in ("paddleocr", "onnxruntime"))
    return (
        f"{today}, {platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, {versions}; {files} files, {how}."
    )


def write_block(path: Path, name: str, text: str) -> None:
    """Replace what stands between the marks `<!-- name -->` and `<!-- /name -->` of a document.

    Raises ValueError where the marks are not there.
    """
    whole = path.read_text("utf-8")
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(whole):
        raise ValueError(f"{path} has no place marked {begin}")
    path.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", whole, count=1), "utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    def names(text: str) -> frozenset[str]:
        return frozenset(filter(None, text.split(",")))

    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy")
    add = parser.add_argument
    add("--data", type=Path, default=Path("samples"), help="a labelled folder")
    add("--kinds", type=names, default=frozenset(), help="photo,scan,pdf,...")
    add("--types", type=names, default=frozenset(), help="vat_special,...")
    add("--forms", type=names, default=frozenset(), help="dz_normal,taxi,...")
    add("--plain", action="store_true", help="plain PaddleOCR instead: the lower bound")
    add("--against", type=Path, metavar="BASELINE", help="compare with a score kept by --save")
    add("--save", type=Path, metavar="BASELINE", help="keep the score to compare with later")
    add("--errors", type=int, default=40, help="how many wrong fields to list")
    add("--crops", type=Path, metavar="HTML", help="write a page of pictures of what went wrong")
    add(
        "--recording",
        type=Path,
        metavar="FILE",
        help="keep there what the OCR engine saw, and "
        "do not read again what is in it: extraction can then be measured in a minute",
    )
    add("--out", type=Path, help="write the readings here, one file a line")
    add("--write", metavar="NAME", help="put the tables into docs/accuracy.md, at that mark")
    add_steps(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
