"""Trains the classifier of kinds that the package ships.

    python -m piaohe.learning.kind --out classify/kind/kind-v1.npz

Draws its material from synth (no OCR), garbles it as cameras and engines do, fits a multinomial
linear classifier with scikit-learn, calibrates it and chooses its threshold on layouts and places
of issue it was not fitted on, then fits it on all. The same seed gives the same bytes on one
machine (fonts, NumPy and zlib have a say in them).
"""

import argparse
import importlib
import importlib.metadata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from classify.artefact import Header, to_bytes
from classify.kind.features import FEATURES, LAYOUT, Columns, pieces, vector
from classify.kind.model import KIND, Chances, KindModel, Scores, softmax
from classify.kind.reading import Reading, read
from classify.kind.twins import TWINS, settled, told
from piaohe.learning.kind_material import Drawn, documents
from piaohe.learning.kind_wear import any_harm, seen

VERSION = "kind-v1"
_SEED, _EACH, _WAYS = 7, 30, 4
"""The seed of the shipped artefact, documents of every kind, and how often each is garbled."""
_DAMPING = 60.0
"""Pages of fewer pieces than this are hardly concluded from."""
_SELDOM = 30
"""A piece on fewer garbled pages teaches names, not kinds."""
_STRENGTH = 30.0
"""Inverse strength of the regularisation."""
_HELD_OUT = 4
"""Every so many-th group of a kind is held back for calibration."""
_WRONG = 0.01
"""The share of wrong ones among those decided that the threshold is chosen for."""
_LEAST = 0.7
"""No threshold is lower, however few would be wrong: drawn pages are not all there is."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Garbled pages: words, kinds, and the groups they belong to."""

    readings: tuple[Reading, ...]
    kinds: tuple[str, ...]
    groups: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    model = train(options.seed, options.each)
    data = to_bytes(model.artefact())
    options.out.write_bytes(data)
    header = model.header
    print(f"{options.out}: {len(data)} bytes, {len(header.classes)} kinds, {header.counts}")
    print({name: round(value, 4) for name, value in (header.settings | header.metrics).items()})


def train(seed: int = _SEED, each: int = _EACH) -> KindModel:
    """A classifier from `each` drawn documents of every kind. Raises DependencyMissing without
    fonts, ImportError without scikit-learn."""
    samples = garbled(documents(seed, each), seed)
    held = _held_back(samples)
    rest = _some(samples, ~held)
    back = _some(samples, held)
    trial = fit(rest)
    scores = np.array([trial.scores(*trial.vector(reading)) for reading in back.readings])
    truth = np.array([trial.classes.index(kind) for kind in back.kinds])
    # of twins whose title is lost nothing is to be learnt about how sure to be
    fair = [
        kind not in TWINS or bool(told(reading))
        for kind, reading in zip(back.kinds, back.readings, strict=True)
    ]
    temperature = calibrate(scores[fair], truth[fair])
    chances = np.array(
        [
            settled(softmax(each, temperature), reading, trial.classes)
            for each, reading in zip(scores, back.readings, strict=True)
        ]
    )
    threshold = choose_threshold(chances, truth)
    whole = fit(samples)
    settings = {"temperature": temperature, "threshold": threshold, "damping": _DAMPING}
    header = whole.header.model_copy(
        update={
            "seed": seed,
            "settings": settings,
            "counts": _counts(samples, back),
            "metrics": metrics(chances, truth, threshold),
        }
    )
    return KindModel(header, whole.weights, whole.bias, whole.worth)


def garbled(pages: Iterable[Drawn], seed: int, ways: int = _WAYS) -> Samples:
    """Every page in several states of repair. One left without a word is left out."""
    readings: list[Reading] = []
    kinds: list[str] = []
    groups: list[str] = []
    for number, page in enumerate(pages):
        rng = Random(f"garbled:{seed}:{number}")  # noqa: S311 - it must repeat
        for _ in range(ways):
            tokens, size = seen(page, rng, any_harm(rng))
            reading = read(tokens, size)
            if reading.lines:
                readings.append(reading)
                kinds.append(page.kind)
                groups.append(page.group)
    return Samples(tuple(readings), tuple(kinds), tuple(groups))


def fit(samples: Samples) -> KindModel:
    """A classifier fitted on samples, not yet calibrated; its numbers as they will be kept."""
    linear = importlib.import_module("sklearn.linear_model")
    limits = importlib.import_module("threadpoolctl").threadpool_limits
    worth = _worth(samples.readings)
    matrix = _matrix([vector(reading, worth, _DAMPING) for reading in samples.readings])
    estimator = linear.LogisticRegression(C=_STRENGTH, max_iter=120, tol=1e-3)
    with limits(1):  # one thread adds up in one order
        estimator.fit(matrix, np.array(samples.kinds), sample_weight=_weights(samples.kinds))
    header = Header(
        kind=KIND,
        version=VERSION,
        features=FEATURES,
        code=importlib.metadata.version("piaohe"),
        seed=0,
        classes=tuple(str(kind) for kind in estimator.classes_),
        settings={"temperature": 1.0, "threshold": 0.5, "damping": _DAMPING},
    )
    weights, bias = _half(estimator.coef_.T), _half(estimator.intercept_)
    return KindModel(header, weights, bias, worth)


def calibrate(scores: Scores, truth: NDArray[np.int64]) -> float:
    """The temperature under which the held-back truth is likeliest."""

    def loss(temperature: float) -> float:
        rows = np.array([softmax(each, temperature) for each in scores])
        return float(-np.log(rows[np.arange(len(truth)), truth] + 1e-12).mean())

    low, high = 0.2, 5.0
    for _ in range(40):  # the loss has one valley
        third = (high - low) / 3
        if loss(low + third) < loss(high - third):
            high -= third
        else:
            low += third
    return round((low + high) / 2, 4)


def choose_threshold(chances: Chances, truth: NDArray[np.int64]) -> float:
    """The lowest probability, not below _LEAST, with at most _WRONG wrong among those decided."""
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    for step in range(round(200 * _LEAST), 199):
        decided = sure >= step / 200
        if decided.any() and (~right[decided]).mean() <= _WRONG:
            return step / 200
    return 0.995


def metrics(chances: Chances, truth: NDArray[np.int64], threshold: float) -> dict[str, float]:
    """How good it is on pages of groups it was not fitted on."""
    right = chances.argmax(axis=1) == truth
    decided = chances.max(axis=1) >= threshold
    wrong = float((~right[decided]).mean()) if decided.any() else 0.0
    return {
        "accuracy": float(right.mean()),
        "decided": float(decided.mean()),
        "wrong_of_decided": wrong,
    }


def _counts(samples: Samples, back: Samples) -> dict[str, int]:
    return {
        "pages": len(samples.kinds),
        "groups": len(set(samples.groups)),
        "held_back": len(back.kinds),
        "held_back_groups": len(set(back.groups)),
    }


def _held_back(samples: Samples) -> NDArray[np.bool_]:
    """Which samples calibrate: every fourth group of a kind, at least one where it has two."""
    by_kind: dict[str, set[str]] = {}
    for kind, group in zip(samples.kinds, samples.groups, strict=True):
        by_kind.setdefault(kind, set()).add(group)
    held: set[str] = set()
    for groups in by_kind.values():
        ordered = sorted(groups, key=lambda group: (crc32(group.encode()), group))
        held.update(ordered[: len(groups) // _HELD_OUT or (len(groups) > 1)])
    return np.array([group in held for group in samples.groups])


def _some(samples: Samples, chosen: NDArray[np.bool_]) -> Samples:
    at = np.flatnonzero(chosen)
    return Samples(
        tuple(samples.readings[i] for i in at),
        tuple(samples.kinds[i] for i in at),
        tuple(samples.groups[i] for i in at),
    )


def _worth(readings: Sequence[Reading]) -> Scores:
    """1 for every piece that counts, 0 for those too seldom to be more than somebody's name."""
    counts = np.zeros(LAYOUT.marks, np.int64)
    for reading in readings:
        counts[pieces(reading)] += 1
    return (counts >= _SELDOM).astype(np.float32)


def _half(array: NDArray[Any]) -> Scores:
    return array.astype(np.float16).astype(np.float32)


def _weights(kinds: Sequence[str]) -> NDArray[np.float64]:
    """Every kind counts alike but for a root: those drawn in many variants a little more."""
    names, counts = np.unique(np.array(kinds), return_counts=True)
    share = dict(zip(names, 1 / np.sqrt(counts / counts.mean()), strict=True))
    return np.array([share[kind] for kind in kinds])


def _matrix(rows: Sequence[tuple[Columns, NDArray[np.float32]]]) -> Any:
    sparse = importlib.import_module("scipy.sparse")
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return sparse.csr_matrix((values, columns, ends), (len(rows), LAYOUT.width))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m piaohe.learning.kind")
    parser.add_argument("--out", type=Path, required=True, help="the file to write (.npz)")
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--each", type=int, default=_EACH, help="documents of every kind")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
