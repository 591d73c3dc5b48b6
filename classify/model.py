"""The trained classifier: multinomial logistic regression with its probabilities calibrated.

Trained by scikit-learn (piaohe/learning), applied here with NumPy alone. Besides the categories
there is one class more, `NONE`: texts such as 服务费 that say nothing for sure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from classify.artefact import Artefact, Header, from_bytes
from classify.features import FEATURES, Row, size
from classify.vocabulary import vocabulary
from models.errors import DependencyMissing

KIND = "category"
SHIPPED = "category-v1.npz"
NONE = ""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights (columns x classes), biases, and what turns their sums into probabilities.

    `sharpness` multiplies the sums before the softmax (one over the temperature). `threshold`
    is the probability below which a category is not given. `anchors` are rows of the training,
    for `classify.habits` to know what a habit must not change.
    """

    header: Header
    classes: tuple[str, ...]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    sharpness: float
    threshold: float
    anchors: tuple[tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]], ...] = ()

    def logits(self, row: Row) -> Floats:
        """Calibrated log-odds of the classes (up to a constant) for one row."""
        return self.logits_of(row.columns, row.values)

    def logits_of(self, columns: npt.NDArray[np.int32], values: npt.NDArray[np.float32]) -> Floats:
        """The same for bare features."""
        sums = values @ self.weights[columns] + self.bias
        found: Floats = sums.astype(np.float64) * self.sharpness
        return found


def softmax(logits: Floats) -> Floats:
    """Probabilities along the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    found: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return found


def probabilities(model: Model, rows: Sequence[Row]) -> Floats:
    """Rows x classes."""
    return softmax(np.stack([model.logits(row) for row in rows]))


def load(data: bytes) -> Model:
    """The model in an artefact's bytes. Raises DependencyMissing as `artefact.from_bytes` does."""
    return from_artefact(from_bytes(data, KIND, FEATURES))


def from_artefact(artefact: Artefact) -> Model:
    """The model in an artefact. Raises DependencyMissing where arrays do not fit together."""
    header, arrays = artefact.header, artefact.arrays
    words = vocabulary()
    classes, columns = header.classes, size(words)
    known = {category.id for category in words.categories}
    wanted = {
        "weights": ("<f4", (columns, len(classes))),
        "bias": ("<f4", (len(classes),)),
    }
    fits = all(header.arrays.get(name) == stated for name, stated in wanted.items())
    settings_ok = all(
        0 < header.settings.get(name, 0.0) < 100 for name in ("sharpness", "threshold")
    )
    if not fits or not settings_ok or set(classes) - {NONE} != known:
        raise unfit()
    return Model(
        header=header,
        classes=classes,
        weights=arrays["weights"],
        bias=arrays["bias"],
        sharpness=header.settings["sharpness"],
        threshold=header.settings["threshold"],
        anchors=_anchors(artefact, columns),
    )


@lru_cache(maxsize=1)
def shipped() -> Model:
    """The model that came with this installation, read once.

    Raises DependencyMissing where the file is missing or damaged.
    """
    try:
        data = files("classify").joinpath(SHIPPED).read_bytes()
    except OSError:
        raise unfit() from None
    return load(data)


def _anchors(
    artefact: Artefact, columns: int
) -> tuple[tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]], ...]:
    arrays = artefact.arrays
    if "anchor_ends" not in arrays:
        return ()
    ends, where, values = (
        arrays.get(name, np.zeros(0)) for name in ("anchor_ends", "anchor_columns", "anchor_values")
    )
    types = (ends.dtype.str, where.dtype.str, values.dtype.str)
    if types != ("<i4", "<i4", "<f4") or where.shape != values.shape or ends.ndim != 1:
        raise unfit()
    begins = np.concatenate([np.zeros(1, np.int32), ends])
    if (np.diff(begins) < 0).any() or begins[-1] != where.size:
        raise unfit()
    if where.size and not 0 <= where.min() <= where.max() < columns:
        raise unfit()
    pairs = zip(begins[:-1].tolist(), begins[1:].tolist(), strict=True)
    return tuple((where[a:b], values[a:b]) for a, b in pairs)


def unfit() -> DependencyMissing:
    """The error for an artefact that is sound but not a model."""
    return DependencyMissing(
        "classifier_damaged",
        "费用类别分类器文件缺失或内容不符",
        "随安装包提供的请重新安装 piaohe；自行训练的请重新训练或回退到上一版本",
        message_en="the file of the category classifier is missing or its parts do not fit",
        hint_en="install piaohe again; if it was trained here, train again or roll back",
    )
