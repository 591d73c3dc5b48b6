"""The trained classifier as plain arrays: one row of weights a column, one column a kind."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Self

import numpy as np
from numpy.typing import NDArray

from classify.artefact import Artefact, Header, from_bytes
from classify.kind.features import FEATURES, LAYOUT, Columns, Values, vector
from classify.kind.reading import Reading
from classify.kind.words import words
from models.errors import DependencyMissing

KIND = "kind"
"""What the header of this room's artefact says it is."""
_SHIPPED = "kind-v1.npz"
_SETTINGS = ("temperature", "threshold", "damping")

Scores = NDArray[np.float32]
Chances = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class KindModel:
    """A linear classifier. `weights` is columns x kinds, `bias` a number a kind, `worth` says how
    much each hashed piece counts. Scores by `temperature` become calibrated probabilities;
    below `threshold` nothing is concluded."""

    header: Header
    weights: Scores
    bias: Scores
    worth: Scores

    @property
    def classes(self) -> tuple[str, ...]:
        return self.header.classes

    @property
    def threshold(self) -> float:
        return self.header.settings["threshold"]

    @classmethod
    def load(cls, data: bytes) -> Self:
        """A classifier from a file's bytes.

        Raises DependencyMissing, code classifier_damaged or classifier_other.
        """
        artefact = from_bytes(data, KIND, FEATURES)
        header, arrays = artefact.header, artefact.arrays
        kinds, known = len(header.classes), words().names
        shapes = {"weights": (LAYOUT.width, kinds), "bias": (kinds,), "worth": (LAYOUT.marks,)}
        found = {name: array.shape for name, array in arrays.items()}
        settings = header.settings
        usable = all(settings.get(name, 0.0) > 0 for name in _SETTINGS)
        if found != shapes or not usable or not set(header.classes) <= known.keys():
            raise _unfit()
        whole = {name: _from_half(array) for name, array in arrays.items()}
        if not all(bool(np.isfinite(array).all()) for array in whole.values()):
            raise _unfit()
        return cls(header, whole["weights"], whole["bias"], whole["worth"])

    @classmethod
    @lru_cache(maxsize=1)
    def shipped(cls) -> Self:
        """The classifier this package came with, loaded once. Raises as `load`."""
        return cls.load(files("classify.kind").joinpath(_SHIPPED).read_bytes())

    def artefact(self) -> Artefact:
        """What is kept of it: every number with 16 bits, as unsigned integers."""
        arrays = {"weights": self.weights, "bias": self.bias, "worth": self.worth}
        packed = {name: array.astype("<f2").view("<u2") for name, array in arrays.items()}
        return Artefact(self.header, packed)

    def vector(self, reading: Reading) -> tuple[Columns, Values]:
        """The columns of a page that are not zero, and their values."""
        return vector(reading, self.worth, self.header.settings["damping"])

    def scores(self, columns: Columns, values: Values) -> Scores:
        """A number a kind, the larger the likelier."""
        found: Scores = values @ self.weights[columns] + self.bias
        return found

    def chances(self, columns: Columns, values: Values) -> Chances:
        """A calibrated probability a kind."""
        return softmax(self.scores(columns, values), self.header.settings["temperature"])


def softmax(scores: Scores, temperature: float) -> Chances:
    """Scores of one page as probabilities."""
    scaled = scores.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max())
    found: Chances = powers / powers.sum()
    return found


def _from_half(array: NDArray[np.uint16]) -> Scores:
    return np.ascontiguousarray(array, "<u2").view("<f2").astype(np.float32)


def _unfit() -> DependencyMissing:
    return DependencyMissing(
        "classifier_other",
        "票种分类器文件不适用：数组、类别或设置与当前版本不符",
        "用当前版本的 piaohe 重新训练，或重新安装 piaohe",
        message_en="the classifier of kinds does not fit: arrays, classes or settings are others",
        hint_en="train it again with this version of piaohe, or install piaohe again",
    )
