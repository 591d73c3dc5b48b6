"""What Piaohe reads right on a labelled folder, field by field.

    python -m benchmarks.accuracy --data FOLDER [--kinds photo,pdf] [--types vat_special,...]

FOLDER holds documents and `labels.jsonl` (docs/labels.md). Every file goes through the product's
own door, `piaohe.pipeline.take_in`; nothing is known about it but its bytes.
"""

import argparse
import datetime
import json
import math
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import validate
from benchmarks.scoring import FIELDS, Judged, Score, Values, load_labels, score
from ocr.engines.paddle import PaddleEngine
from piaohe import pipeline
from piaohe.sightings import Sightings


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    labels = [
        label
        for label in load_labels(options.data)
        if (not options.kinds or label.get("kind") in options.kinds)
        and (not options.types or label.get("type") in options.types)
    ]
    if not labels:
        raise SystemExit("no labelled document is left after --kinds and --types")
    started = time.perf_counter()
    readings = read_all(options.data, list(dict.fromkeys(label["file"] for label in labels)))
    seconds = time.perf_counter() - started
    result = score(labels, readings)
    print(table(result))
    print(f"{seconds:.1f} s for {len(readings)} files, loading the engine included")
    for judged in [one for one in result.fields if not one.right][: options.errors]:
        print(f"  {judged.file} | {judged.field} | {judged.expected} | {judged.got}")
    if options.out:
        lines = (
            json.dumps({"file": file, "invoices": invoices}, ensure_ascii=False)
            for file, invoices in readings.items()
        )
        options.out.write_text("\n".join(lines) + "\n", "utf-8")


def read_all(folder: Path, files: Iterable[str]) -> dict[str, Sequence[Values]]:
    """The invoices of every file, in the form of contract.md."""
    tools = pipeline.Tools(
        engine=PaddleEngine(),
        context=validate.Context(today=datetime.datetime.now(datetime.UTC).date()),
        sightings=Sightings(),
    )
    readings: dict[str, Sequence[Values]] = {}
    for file in files:
        outcome = pipeline.take_in((folder / file).read_bytes(), file, tools)
        document = outcome.document.model_dump(mode="json")
        readings[file] = document["invoices"]
    return readings


def table(result: Score) -> str:
    """The fields by kind of capture, with 95 % intervals over all, and the headline figures."""
    kinds = sorted({judged.kind for judged in result.fields})
    lines = [f"{'field':15}{'all':>10}{'%':>7}{'95 %':>14}" + "".join(f"{k:>13}" for k in kinds)]
    for field in (*FIELDS, "all"):
        mine = [one for one in result.fields if field in (one.field, "all")]
        if not mine:
            continue
        right = sum(one.right for one in mine)
        low, high = interval(right, len(mine))
        line = f"{field:15}{f'{right}/{len(mine)}':>10}{100 * right / len(mine):7.1f}"
        line += f"{f'{100 * low:.0f}..{100 * high:.0f}':>14}"
        lines.append(line + "".join(_cell(mine, kind) for kind in kinds))
    lines.append(
        f"whole invoices {result.whole}/{result.invoices}   spurious {result.spurious}   "
        f"accepted {result.accepted}, of them with a wrong field {result.silent}"
    )
    return "\n".join(lines)


def _cell(judged: list[Judged], kind: str) -> str:
    mine = [one for one in judged if one.kind == kind]
    return f"{f'{sum(one.right for one in mine)}/{len(mine)}' if mine else '-':>13}"


def interval(right: int, total: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share."""
    z, share = 1.96, right / total
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    def names(text: str) -> frozenset[str]:
        return frozenset(filter(None, text.split(",")))

    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy")
    parser.add_argument("--data", type=Path, default=Path("samples"), help="a labelled folder")
    parser.add_argument("--kinds", type=names, default=frozenset(), help="photo,scan,pdf,...")
    parser.add_argument("--types", type=names, default=frozenset(), help="vat_special,...")
    parser.add_argument("--errors", type=int, default=40, help="how many wrong fields to list")
    parser.add_argument("--out", type=Path, help="write the readings here, one file a line")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
