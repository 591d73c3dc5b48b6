"""Train the category classifier: `python -m piaohe.learning.category --out FILE`.

Multinomial logistic regression (scikit-learn) on lines made of the training part's words; one
temperature for all classes is fitted on the calibration part, whose groups were not trained on,
and so is the threshold below which no category is given. The same seed gives the same bytes.
Nothing is measured here that decides anything by the test part.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.calibration import CalibratedClassifierCV  # type: ignore[import-untyped]
from sklearn.frozen import FrozenEstimator  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

import piaohe
from classify.artefact import Artefact, Header, to_bytes
from classify.features import FEATURES, HASHED, Row, rows, size
from classify.model import KIND, NONE, Model, from_artefact, probabilities
from classify.vocabulary import vocabulary
from piaohe.learning.category_documents import Example, examples
from piaohe.learning.category_words import Part, words

SEED = 20261122
_EACH = {Part.TRAINING: 400, Part.CALIBRATION: 200}
_WITHOUT_POINTS = 0.3
"""Part of the training rows that must do without the points of the hand-made vocabulary."""
_INVERSE_PENALTY = 2.0
_TOLERANCE = 1e-4
"""How near to the best weights the descent goes."""
_WRONG_ALLOWED = 0.006
"""Among those decided, on the calibration part: the goal of 1 % with a margin for other words."""
_ANCHORS_EACH = 15
_DECIMALS = 5

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows with their truth."""

    rows: tuple[Row, ...]
    truth: tuple[str, ...]

    def matrix(self) -> csr_matrix:
        """Rows x columns."""
        ends = np.cumsum([0, *(row.columns.size for row in self.rows)])
        columns = np.concatenate([row.columns for row in self.rows])
        values = np.concatenate([row.values for row in self.rows])
        found = csr_matrix((values, columns, ends), (len(self.rows), size(vocabulary())))
        found.sum_duplicates()
        return found


def lines_of(made: Sequence[Example]) -> Lines:
    """The lines of examples as features; a document without lines is one line."""
    found, truth = [], []
    for example in made:
        for row in rows(example.invoice, vocabulary()):
            found.append(row)
            truth.append(example.category if row.line is None else example.lines[row.line])
    return Lines(tuple(found), tuple(truth))


def train(seed: int = SEED, each: dict[Part, int] | None = None) -> Artefact:
    """The artefact of a trained and calibrated classifier."""
    each = each or _EACH
    training = lines_of(examples(words(Part.TRAINING), each[Part.TRAINING], seed))
    held = examples(words(Part.CALIBRATION), each[Part.CALIBRATION], seed)
    calibration = lines_of(held)
    training = thinned(training, seed)
    fitted = fit(training, calibration)
    regression = fitted.calibrated_classifiers_[0].estimator.estimator
    (temperature,) = fitted.calibrated_classifiers_[0].calibrators
    arrays = {
        "weights": np.round(regression.coef_.T, _DECIMALS).astype("<f4"),
        "bias": np.round(regression.intercept_, _DECIMALS).astype("<f4"),
        **_anchors(training, seed),
    }
    header = Header(
        kind=KIND,
        version="category-v1",
        features=FEATURES,
        code=piaohe.version(),
        seed=seed,
        classes=tuple(str(name) for name in regression.classes_),
        settings={"sharpness": round(float(temperature.beta_), 6), "threshold": 0.5},
        counts={"training": len(training.rows), "calibration": len(calibration.rows)},
    )
    header = _written(header, arrays)
    threshold, wrong, decided = choose_threshold(from_artefact(Artefact(header, arrays)), held)
    settings = header.settings | {"threshold": threshold}
    metrics = {"calibration_wrong": round(wrong, 5), "calibration_decided": round(decided, 5)}
    return Artefact(header.model_copy(update={"settings": settings, "metrics": metrics}), arrays)


def fit(training: Lines, calibration: Lines) -> Any:
    """The calibrated scikit-learn classifier."""
    regression = LogisticRegression(C=_INVERSE_PENALTY, max_iter=400, tol=_TOLERANCE)
    regression.fit(training.matrix(), np.array(training.truth))
    fitted = CalibratedClassifierCV(FrozenEstimator(regression), method="temperature")
    return fitted.fit(calibration.matrix(), np.array(calibration.truth))


def choose_threshold(model: Model, made: Sequence[Example]) -> tuple[float, float, float]:
    """The lowest threshold with few enough wrong, and what is wrong and decided there.

    Wrong is measured among those decided; decided among those that have a category.
    """
    chances, right, told = [], [], []
    for example in made:
        found = rows(example.invoice, vocabulary())
        whole = np.array([row.share for row in found]) @ probabilities(model, found)
        whole[model.classes.index(NONE)] = 0.0
        best = int(whole.argmax())
        chances.append(float(whole[best]))
        right.append(model.classes[best] == example.category)
        told.append(example.category != NONE)
    chance, good, real = np.array(chances), np.array(right), np.array(told)
    for step in range(50, 99):
        decided = chance >= step / 100
        wrong = float((~good[decided]).mean()) if decided.any() else 0.0
        if wrong <= _WRONG_ALLOWED:
            return step / 100, wrong, float(decided[real].mean())
    return 0.99, 0.0, 0.0


def thinned(lines: Lines, seed: int) -> Lines:
    """Some rows lose the vocabulary's points, lest all that is learnt is to trust them."""
    rng = Random(f"{seed}/points")  # noqa: S311 - must repeat
    made = []
    for row in lines.rows:
        if rng.random() < _WITHOUT_POINTS:
            keep = row.columns < HASHED
            made.append(replace(row, columns=row.columns[keep], values=row.values[keep]))
        else:
            made.append(row)
    return Lines(tuple(made), lines.truth)


def _anchors(lines: Lines, seed: int) -> dict[str, npt.NDArray[Any]]:
    """Some rows of every class, as flat arrays, for `classify.habits`."""
    rng = Random(f"{seed}/anchors")  # noqa: S311 - must repeat
    places: dict[str, list[int]] = {}
    for place, name in enumerate(lines.truth):
        places.setdefault(name, []).append(place)
    chosen = [
        lines.rows[place]
        for name in sorted(places)
        for place in rng.sample(places[name], min(_ANCHORS_EACH, len(places[name])))
    ]
    return {
        "anchor_ends": np.cumsum([row.columns.size for row in chosen]).astype("<i4"),
        "anchor_columns": np.concatenate([row.columns for row in chosen]).astype("<i4"),
        "anchor_values": np.concatenate([row.values for row in chosen]).astype("<f4"),
    }


def _written(header: Header, arrays: dict[str, npt.NDArray[Any]]) -> Header:
    shapes = {name: (array.dtype.str, array.shape) for name, array in arrays.items()}
    return header.model_copy(update={"arrays": shapes})


def main() -> None:
    """Write the artefact and say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    artefact = train(given.seed)
    data = to_bytes(artefact)
    given.out.write_bytes(data)
    header = artefact.header
    print(f"{given.out}: {len(data):,} bytes, {header.settings}, {header.counts}, {header.metrics}")


if __name__ == "__main__":
    main()
