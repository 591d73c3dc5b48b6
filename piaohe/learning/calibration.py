"""Fits the curves that make confidences probabilities (`ocr/resolve/calibration.json`).

    piaohe synth --out DRAWN --count 600 --kinds all --seed 93 --photos
    python -m benchmarks.reliability --data DRAWN --uncalibrated --observations SEEN.jsonl
    python -m piaohe.learning.calibration SEEN.jsonl... --out ocr/resolve/calibration.json

SEEN.jsonl has a line for every field read: how it was read and whether that was right, from
documents drawn by synth with other seeds, words and layouts than those of the benchmarks. Each
curve is an isotonic regression; what few observations speak for leans on the wider curve.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ocr.resolve.calibration import EXACT, Curve, keys_of, value_at

_LEAN = 10.0
"""As so many observations the wider curve counts."""
_FEWEST = 25
"""Observations a point of a curve stands for, at least, and a curve of its own needs."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A field as it was read: source, group and standing as in `ocr.resolve.calibration`, the
    confidence before calibration, and whether the value was right."""

    source: str
    group: str
    standing: str
    confidence: float
    right: bool

    @property
    def keys(self) -> tuple[str, ...]:
        return keys_of(self.source, self.group, self.standing)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m piaohe.learning.calibration")
    parser.add_argument("observations", type=Path, nargs="+", metavar="SEEN.jsonl")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    seen = [one for path in options.observations for one in load(path)]
    options.out.write_text(written(fit(seen), len(seen)), "utf-8")


def save(path: Path, observations: Iterable[Observation]) -> None:
    """Write observations, one a line."""
    lines = (json.dumps(asdict(one)) + "\n" for one in observations)
    path.write_text("".join(lines), "utf-8")


def load(path: Path) -> list[Observation]:
    """The observations `save` wrote. Raises TypeError where a line is none."""
    return [Observation(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def written(curves: dict[str, Curve], count: int) -> str:
    """The artefact as text: a curve a line, so that changes can be read."""
    lines = ",\n".join(f'"{key}": {json.dumps(points)}' for key, points in sorted(curves.items()))
    made = "python -m piaohe.learning.calibration"
    return f'{{"made_by": "{made}",\n"observations": {count},\n"curves": {{\n{lines}\n}}}}\n'


def fit(observations: Iterable[Observation]) -> dict[str, Curve]:
    """A curve for every kind of value that was seen often enough, the widest first.

    What structured data states is no reading and left out.
    """
    ranked: list[dict[str, list[Observation]]] = [defaultdict(list) for _ in range(3)]
    for one in observations:
        if one.confidence < EXACT:
            for rank, key in enumerate(reversed(one.keys)):
                ranked[rank][key].append(one)
    curves: dict[str, Curve] = {}
    for kinds in ranked:
        for key, seen in kinds.items():
            if len(seen) < _FEWEST:
                continue
            wider = next((curves[wide] for wide in seen[0].keys if wide in curves), ())
            curves[key] = isotonic(seen, wider)
    return curves


@dataclass(slots=True)
class _Block:
    """Observations pooled into one point."""

    count: int
    confidence: float
    right: float

    def joined(self, other: "_Block") -> "_Block":
        """Both in one; means weighted by how many each stands for."""
        count = self.count + other.count
        share = other.count / count
        return _Block(
            count,
            self.confidence + share * (other.confidence - self.confidence),
            self.right + share * (other.right - self.right),
        )


def isotonic(observations: Iterable[Observation], wider: Curve = ()) -> Curve:
    """The rising curve nearest to the observations, every point leaning on the wider curve."""
    at: dict[float, list[bool]] = defaultdict(list)
    for one in observations:
        at[one.confidence].append(one.right)
    blocks: list[_Block] = []
    for confidence, rights in sorted(at.items()):
        blocks.append(_Block(len(rights), confidence, sum(rights) / len(rights)))
        while len(blocks) > 1 and _pool(blocks[-2], blocks[-1]):
            blocks[-2:] = [blocks[-2].joined(blocks[-1])]
    if len(blocks) > 1 and blocks[-1].count < _FEWEST:
        blocks[-2:] = [blocks[-2].joined(blocks[-1])]
    points: list[tuple[float, float]] = []
    for block in blocks:
        prior = value_at(wider, block.confidence)
        # however many were right, the next may be wrong: half a wrong one is added (Jeffreys)
        right = (block.count * block.right + 0.5) / (block.count + 1)
        worth = (block.count * right + _LEAN * prior) / (block.count + _LEAN)
        least = points[-1][1] if points else 0.0
        points.append((round(block.confidence, 4), round(max(worth, least), 4)))
    return tuple(points)


def _pool(lower: _Block, upper: _Block) -> bool:
    return lower.count < _FEWEST or lower.right >= upper.right


if __name__ == "__main__":
    main()
