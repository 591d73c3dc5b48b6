"""Training the classifier of kinds: what it learns from, and that the product computes the same."""

from random import Random

import numpy as np
import pytest

from classify.kind.features import LAYOUT, vector
from classify.kind.reading import read
from models.geometry import Box
from models.kind import OTHER
from piaohe.learning import kind as training
from piaohe.learning.kind_material import Drawn, Run, of_aside, of_sheet
from piaohe.learning.kind_wear import any_harm, clean, misread, seen, without_title
from synth.draw.sheet import BLACK, Layer, Sheet, Style, Text
from synth.fonts import Font


def page(kind: str, *texts: str) -> Drawn:
    runs = [
        Run(text, Box(10, 10 + 8 * i, 10 + 4 * len(text), 14 + 8 * i))
        for i, text in enumerate(texts)
    ]
    return Drawn(kind, f"{kind}:{texts[-1]}", (100.0, 80.0), tuple(runs))


PAGES = [
    page(kind, title, *labels, f"第{i}行")
    for i in range(6)
    for kind, title, labels in (
        ("taxi", "出租汽车专用发票", ("上车", "下车", "里程")),
        ("ship", "水路客运船票", ("船名", "航次", "舱位")),
        ("contract", "购销合同", ("甲方", "乙方", "付款方式")),
    )
]  # fmt: skip


def test_inference_without_scikit_learn_gives_the_same_probabilities() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    samples = training.garbled(PAGES, seed=1)
    model = training.fit(samples)
    rows = [model.vector(reading) for reading in samples.readings]
    estimator = linear.LogisticRegression()
    estimator.classes_ = np.array(model.classes)
    estimator.coef_, estimator.intercept_ = model.weights.T, model.bias
    wanted = estimator.predict_proba(training._matrix(rows))
    found = np.array([model.chances(*row) for row in rows])
    assert np.abs(found - wanted).max() < 1e-4
    assert (
        found.argmax(axis=1) == [model.classes.index(kind) for kind in samples.kinds]
    ).mean() > 0.9


def test_the_same_samples_give_the_same_numbers() -> None:
    pytest.importorskip("sklearn")
    first, second = (training.fit(training.garbled(PAGES, seed=2)) for _ in range(2))
    assert np.array_equal(first.weights, second.weights)


def test_whole_groups_are_held_back() -> None:
    samples = training.garbled(PAGES, seed=3)
    held = training._held_back(samples)
    groups = np.array(samples.groups)
    assert not set(groups[held]) & set(groups[~held])
    kinds = np.array(samples.kinds)
    assert set(kinds[held]) == set(kinds[~held]) == set(kinds)


def test_the_temperature_makes_the_truth_likeliest() -> None:
    scores = np.array([[4.0, 0.0]] * 9 + [[0.0, 4.0]], np.float32)
    temperature = training.calibrate(scores, np.zeros(10, np.int64))
    # nine of ten are right, so 0.9 is what they should be given
    assert 1 / (1 + np.exp(-4 / temperature)) == pytest.approx(0.9, abs=0.01)


def test_the_threshold_leaves_one_wrong_in_a_hundred() -> None:
    chances = np.array([[0.8, 0.2]] * 50 + [[0.9, 0.1]] * 200)
    assert 0.8 < training.choose_threshold(chances, np.array([1] * 25 + [0] * 225)) <= 0.9
    # however good, a narrow majority decides nothing
    assert training.choose_threshold(chances, np.zeros(250, np.int64)) == 0.7


def test_a_text_layer_is_not_harmed() -> None:
    tokens, size = seen(PAGES[0], Random(1), clean())
    assert sorted(token.text for token in tokens) == sorted(run.text for run in PAGES[0].runs)
    assert size == (800.0, 640.0)


def test_harm_repeats() -> None:
    first, second = (seen(PAGES[0], rng, any_harm(rng)) for rng in (Random(5), Random(5)))
    assert first == second


def test_a_page_without_its_title_keeps_its_labels() -> None:
    left = [run.text for run in without_title(PAGES[0]).runs]
    assert left == ["上车", "下车", "里程", "第0行"]


def test_everything_misread_is_another_text() -> None:
    text = "发票号码12345678"
    assert misread(text, Random(1), 0.0) == text
    assert misread(text, Random(1), 1.0) != text


def test_characters_set_downwards_are_one_run() -> None:
    sheet = Sheet(100, 100)
    sheet.column(Layer.FORM, (10, 10), "购买方", 4.0, Style(Font.KAI, 9, BLACK))
    sheet.put(Layer.FORM, Text(30, 10, "名称", Style(Font.KAI, 9, BLACK)))
    assert [run.text for run in of_sheet(sheet, "x", "x").runs] == ["购买方", "名称"]


def test_an_aside_is_of_its_own_kind() -> None:
    assert of_aside("pos_slip", 3).kind == "pos_slip"
    assert of_aside("menu", 3).kind == OTHER


def test_pages_are_vectors_of_the_width_stated() -> None:
    worth = np.ones(LAYOUT.marks, np.float32)
    tokens, size = seen(PAGES[0], Random(1), clean())
    columns, values = vector(read(tokens, size), worth, 300.0)
    assert len(columns) == len(values)
    assert (np.diff(columns) > 0).all()
    assert columns[-1] < LAYOUT.width
