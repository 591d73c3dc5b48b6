"""A company's own habits, learnt from its reviewers' corrections, on top of any model.

A habit layer is a second, small logistic regression whose sums are added to those of the model:
it starts at zero (nothing changes) and is trained on the corrections together with the model's
anchors, rows of the training it must go on answering as before. So it finds by itself whether a
correction was about the item, the seller or the paper: what only the corrections have in common
gets the weight. Trained and applied with NumPy alone; the same habits give the same layer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from classify.artefact import Artefact, Header, from_bytes
from classify.features import HASHED, Row, rows
from classify.model import NONE, Model, softmax, unfit
from classify.vocabulary import vocabulary
from models.forms import Form, InvoiceType
from models.invoice import Extra, Invoice, LineItem
from models.record import Record

KIND = "category-habits"
MOST_HABITS = 1000
"""The newest that count; older ones have been seen by the version before."""
_MOST_OWN_CLASSES = 200
_STEPS = 200
_PENALTY = 0.003
_UNHEARD_OF = 1e-3
"""Probability of a company's own category before anything is learnt of it."""

Floats = npt.NDArray[np.float64]
Pair = tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]


class Habit(Record):
    """One line of an invoice (or an invoice without lines) and what a reviewer booked it as.

    `category` is an id of domain.md 9 or a name of the company's own.
    """

    category: str
    item: str = ""
    seller: str | None = None
    type: InvoiceType = InvoiceType.OTHER
    form: Form | None = None
    special_business: str | None = None
    tax_rate: str | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class HabitLayer:
    """What is added to a model's sums: for `columns` (sorted) `weights`, columns x classes.

    The first classes are the model's, in its order; then come the company's own.
    """

    classes: tuple[str, ...]
    columns: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    def adjusted(self, row: Row, logits: Floats) -> Floats:
        """A row's sums with the habits in them, for all `classes`."""
        return self.adjusted_of((row.columns, row.values), logits)

    def adjusted_of(self, pair: Pair, logits: Floats) -> Floats:
        """The same for bare features."""
        sums = _widened(logits, len(self.classes)) + self.bias
        if not self.columns.size:
            return sums
        where = np.minimum(np.searchsorted(self.columns, pair[0]), self.columns.size - 1)
        known = self.columns[where] == pair[0]
        found: Floats = sums + pair[1][known].astype(np.float64) @ self.weights[where[known]]
        return found


def habits_of(invoice: Invoice, category: str) -> tuple[Habit, ...]:
    """A reviewer's correction of an invoice as examples, one for each line that has text."""
    around = {
        "category": category,
        "seller": invoice.seller_name,
        "type": invoice.type,
        "form": invoice.form,
        "special_business": invoice.extra.special_business,
    }
    lines = [item for item in invoice.items if item.name.strip()]
    if not lines:
        return (Habit.model_validate(around),)
    return tuple(
        Habit.model_validate(
            around | {"item": line.name, "tax_rate": line.tax_rate, "amount": line.amount}
        )
        for line in lines[:20]
    )


def learn(habits: Sequence[Habit], model: Model) -> HabitLayer:
    """The layer that follows these habits, the oldest given first.

    Raises ValueError where they name more than 200 categories of the company's own.
    """
    newest = _newest(habits)
    own = sorted({habit.category for habit in newest} - set(model.classes))
    if len(own) > _MOST_OWN_CLASSES:
        raise ValueError(f"{len(own)} categories of the company's own")
    classes = (*model.classes, *own)
    examples = [(_pair(habit), classes.index(habit.category)) for habit in newest]
    columns = np.unique(np.concatenate([np.zeros(0, np.int32), *(p[0] for p, _ in examples)]))
    pairs = [pair for pair, _ in examples] + list(model.anchors)
    base = _bases(pairs, model, len(classes))
    wanted = softmax(base)
    wanted[: len(examples)] = np.eye(len(classes))[[place for _, place in examples]]
    numbers = _dense(pairs, columns)
    weights = _descend(numbers, base, wanted)
    bias = np.zeros(len(classes), np.float32)
    return HabitLayer(classes, columns, weights.astype(np.float32), bias)


def pack(layer: HabitLayer, model: Model, header: Header) -> Artefact:
    """The layer as an artefact. `header` brings version, seed, code, counts and metrics."""
    header = header.model_copy(
        update={"kind": KIND, "features": fits(model), "classes": layer.classes}
    )
    arrays = {"columns": layer.columns, "weights": layer.weights, "bias": layer.bias}
    return Artefact(header, arrays)


def unpack(data: bytes, model: Model) -> HabitLayer:
    """The layer in an artefact's bytes.

    Raises DependencyMissing where it is damaged, or was learnt on another model: then it has to
    be learnt again from the corrections.
    """
    artefact = from_bytes(data, KIND, fits(model))
    classes, arrays = artefact.header.classes, artefact.header.arrays
    columns = artefact.arrays.get("columns", np.zeros(0, "<i4"))
    wanted = {
        "columns": ("<i4", (columns.size,)),
        "weights": ("<f4", (columns.size, len(classes))),
        "bias": ("<f4", (len(classes),)),
    }
    ordered = bool((np.diff(columns) > 0).all()) if arrays == wanted else False
    if not ordered or classes[: len(model.classes)] != model.classes:
        raise unfit()
    return HabitLayer(classes, columns, artefact.arrays["weights"], artefact.arrays["bias"])


def fits(model: Model) -> str:
    """What a layer must have been learnt on."""
    return f"{model.header.features}/{model.header.version}/{model.header.seed}"


def _newest(habits: Sequence[Habit]) -> list[Habit]:
    """The newest habits; of two about the very same line only the later."""
    last: dict[tuple[object, ...], Habit] = {}
    for habit in habits:
        key = (habit.item, habit.seller, habit.form, habit.special_business)
        last.pop(key, None)
        last[key] = habit
    return [habit for habit in last.values() if habit.category != NONE][-MOST_HABITS:]


def _pair(habit: Habit) -> Pair:
    """A habit's features without figures and the vocabulary's points, which many others share."""
    item = LineItem(name=habit.item, tax_rate=habit.tax_rate, amount=habit.amount)
    invoice = Invoice(
        type=habit.type,
        form=habit.form,
        seller_name=habit.seller,
        items=(item,),
        extra=Extra(special_business=habit.special_business),
    )
    row = rows(invoice, vocabulary())[0]
    return row.columns, row.values


def _bases(pairs: Sequence[Pair], model: Model, classes: int) -> Floats:
    if not pairs:
        return np.zeros((0, classes))
    return np.stack([_widened(model.logits_of(*pair), classes) for pair in pairs])


def _widened(logits: Floats, classes: int) -> Floats:
    """Sums for the model's classes and the company's own, which start out improbable."""
    if classes == logits.size:
        return logits
    top = float(logits.max())
    whole = top + float(np.log(np.exp(logits - top).sum()))
    return np.concatenate([logits, np.full(classes - logits.size, whole + np.log(_UNHEARD_OF))])


def _dense(pairs: Sequence[Pair], columns: npt.NDArray[np.int32]) -> Floats:
    """Rows x columns; columns that are not listed, and the vocabulary's points, are left out."""
    found = np.zeros((len(pairs), columns.size))
    if not columns.size:
        return found
    for line, (where, values) in enumerate(pairs):
        at = np.minimum(np.searchsorted(columns, where), columns.size - 1)
        known = (columns[at] == where) & (where < HASHED)
        np.add.at(found[line], at[known], values[known])
    return found


def _descend(numbers: Floats, base: Floats, wanted: Floats) -> Floats:
    """Weights of the layer, by Nesterov's accelerated descent on the (convex) loss.

    The descent runs over one coefficient for each row and class, of which the weights are sums:
    there are far fewer rows than columns.
    """
    if not numbers.size:
        return np.zeros((numbers.shape[1], base.shape[1]))
    numbers = numbers.astype(np.float32)  # half the work, and exact enough for weights
    base, wanted = base.astype(np.float32), wanted.astype(np.float32)
    alike = numbers @ numbers.T
    step = np.float32(1 / (0.5 * float(np.linalg.eigvalsh(alike)[-1]) + _PENALTY))
    penalty = np.float32(_PENALTY)
    now = np.zeros_like(base)
    ahead = now
    for turn in range(_STEPS):
        wrong = softmax(base + alike @ ahead) - wanted
        after = ahead - step * (wrong + penalty * ahead)
        ahead = after + np.float32(turn / (turn + 3)) * (after - now)
        now = after
    weights: Floats = numbers.T @ now
    return weights
