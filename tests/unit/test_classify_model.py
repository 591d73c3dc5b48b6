from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from classify.artefact import Artefact, from_bytes, to_bytes
from classify.features import FEATURES, column, rows, split_item
from classify.model import KIND, NONE, SHIPPED, from_artefact, load, probabilities, shipped
from classify.vocabulary import vocabulary
from models.errors import DependencyMissing
from models.invoice import Invoice, LineItem
from piaohe.learning import category
from piaohe.learning.category_documents import examples
from piaohe.learning.category_words import NOTHING, Part, words

SMALL = {Part.TRAINING: 3, Part.CALIBRATION: 8}


@pytest.fixture(scope="module", autouse=True)
def coarse() -> Iterator[None]:
    """Trainings of these tests stop early: what they prove is true of any weights. On a busy
    machine threads would only wait for one another."""
    with threadpool_limits(1), pytest.MonkeyPatch.context() as patch:
        patch.setattr(category, "_TOLERANCE", 0.05)
        yield


@pytest.fixture(scope="module")
def trained(coarse: None) -> tuple[Artefact, Any]:
    """A small artefact, and the scikit-learn classifier it was made of."""
    made: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        fit = category.fit
        patch.setattr(category, "fit", lambda *lines: made.append(fit(*lines)) or made[-1])
        return category.train(3, SMALL), made[-1]


@pytest.fixture(scope="module")
def small(trained: tuple[Artefact, Any]) -> Artefact:
    return trained[0]


def test_numpy_gives_what_scikit_learn_gives(trained: tuple[Artefact, Any]) -> None:
    artefact, fitted = trained
    held = category.lines_of(examples(words(Part.CALIBRATION), SMALL[Part.CALIBRATION], 3))
    wanted = fitted.predict_proba(held.matrix())
    found = probabilities(from_artefact(artefact), held.rows)
    assert np.abs(found - wanted).max() < 1e-4


def test_the_same_seed_gives_the_same_bytes(small: Artefact) -> None:
    assert to_bytes(category.train(3, SMALL)) == to_bytes(small)


def test_the_shipped_model_is_whole_and_small() -> None:
    data = files("classify").joinpath(SHIPPED).read_bytes()
    assert len(data) < 4_000_000
    model = load(data)
    assert set(model.classes) == {c.id for c in vocabulary().categories} | {NONE}
    assert model.header.counts["training"] > 10_000
    assert 0.5 <= model.threshold < 1
    assert len(model.anchors) > 400


@pytest.mark.parametrize(
    "missing", ["weights", "bias", "anchor_values"], ids=lambda name: f"without {name}"
)
def test_a_model_without_its_parts_is_refused(small: Artefact, missing: str) -> None:
    arrays = {name: array for name, array in small.arrays.items() if name != missing}
    with pytest.raises(DependencyMissing) as caught:
        load(to_bytes(Artefact(small.header, arrays)))
    assert caught.value.record.code == "classifier_damaged"


def test_a_model_of_other_classes_is_refused(small: Artefact) -> None:
    other = small.header.model_copy(
        update={"classes": ("NEW", *small.header.classes[1:]), "features": FEATURES}
    )
    with pytest.raises(DependencyMissing):
        from_artefact(from_bytes(to_bytes(Artefact(other, small.arrays)), KIND, FEATURES))


def test_the_parts_share_no_text_seller_brand_or_test_layout() -> None:
    seen: set[str] = set()
    for part in Part:
        texts = {t for several in words(part).groups.values() for g in several for t in g.texts}
        assert not texts & seen
        seen |= texts
    training, test = words(Part.TRAINING), words(Part.TEST)
    ends = [{e for several in w.endings.values() for e in several} for w in (training, test)]
    assert not ends[0] & ends[1]
    assert not set(training.brands) & set(test.brands)
    assert not set(training.specs) & set(test.specs)
    assert set(training.layouts) & set(test.layouts) == {"{item}"}


def test_every_category_has_words_in_every_part() -> None:
    wanted = {c.id for c in vocabulary().categories}
    for part in (Part.TRAINING, Part.CALIBRATION, Part.TEST):
        assert set(words(part).groups) == wanted | {NOTHING}
        assert len(set(words(part).endings) & wanted) > 25


def test_examples_repeat_and_agree_with_their_lines() -> None:
    made = examples(words(Part.TEST), 5, 1)
    assert made == examples(words(Part.TEST), 5, 1)
    assert all(len(e.lines) == len(e.invoice.items) for e in made)
    assert {e.category for e in made} == {c.id for c in vocabulary().categories} | {NONE}


def test_shares_add_up_and_columns_do_not_change() -> None:
    found = rows(Invoice(items=tuple(LineItem(name=f"笔{n}") for n in range(7))), vocabulary())
    assert sum(row.share for row in found) == pytest.approx(1)
    assert column("t:火锅") == 17_821
    assert shipped().weights.shape[0] > column("t:火锅")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("*餐饮服务*餐费", ("餐饮服务", "餐费")),
        ("※餐饮服务※餐费", ("餐饮服务", "餐费")),
        ("*餐饮服务餐费", ("餐饮服务", "餐费")),
        ("*没有的简称餐费", ("", "*没有的简称餐费")),
        ("餐费", ("", "餐费")),
        ("", ("", "")),
    ],
)
def test_short_names_are_split_off(text: str, parts: tuple[str, str]) -> None:
    assert split_item(text, vocabulary()) == parts
