"""How the engine drives its models, which are played by others here."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from models.errors import DependencyMissing
from models.page import Pixels
from models.view import Corners
from ocr.engines.lines import along_text, crop, ordered
from ocr.engines.paddle import PaddleEngine, PaddleOptions
from ocr.engines.quiet import hush
from ocr.engines.runners import OpenVinoRunner, Runtime

LETTERS = ["blank", "A", "B", "C", " "]


class Played:
    """An engine whose detector finds `quads` and whose recogniser puts out `columns` every time."""

    def __init__(
        self, quads: Sequence[object] = (), columns: Sequence[int] = (), sure: float = 0.9
    ):
        self.engine = PaddleEngine(PaddleOptions(runtime=Runtime.ONNXRUNTIME))
        self.inputs: list[tuple[int, ...]] = []
        self.sizes: list[tuple[float, ...]] = []
        self.quads, self.columns, self.sure = np.array(quads, np.int16), columns, sure
        self.engine._detector = SimpleNamespace(runner=self.detect, post_op=self.boxes)
        post_op = SimpleNamespace(character=LETTERS)
        self.engine._recogniser = SimpleNamespace(runner=self.recognise, post_op=post_op)

    def detect(self, x: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        self.inputs.append(x[0].shape)
        assert x[0].dtype == np.float32
        return [x[0][:, :1]]

    def boxes(self, found: object, sizes: list[tuple[float, ...]]) -> tuple[list[object], None]:
        self.sizes += sizes
        return [self.quads], None

    def recognise(self, x: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        self.inputs.append(x[0].shape)
        assert np.abs(x[0]).max() <= 1
        found = np.full((len(x[0]), len(self.columns), len(LETTERS)), 0.01, np.float32)
        for at, letter in enumerate(self.columns):
            found[:, at, letter] = self.sure
        return [found]


def picture(height: int, width: int) -> Pixels:
    return np.full((height, width, 3), 200, np.uint8)


def line(x: float, y: float, width: float, height: float = 24) -> Corners:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((2560, 1920), (1280, 960)),
        ((1000, 700), (992, 704)),
        ((600, 400), (896, 608)),
        ((16, 16), (32, 32)),
        ((1, 20_000), (32, 1280)),
        ((20_000, 1), (1280, 32)),
    ],
)
def test_detection_sees_sides_of_a_stride(size: tuple[int, int], expected: tuple[int, int]) -> None:
    played = Played()
    assert played.engine.find_lines(picture(*size)) == ()
    assert played.inputs == [(1, 3, *expected)]


def test_lines_are_found_in_pixels_of_the_picture() -> None:
    played = Played([[[100, 50], [300, 50], [300, 70], [100, 70]]])
    (found,) = played.engine.find_lines(picture(1920, 2560))
    assert found == ((200, 100), (600, 100), (600, 140), (200, 140))
    assert played.sizes == [(960, 1280, 1.0, 1.0)]


def test_repeated_columns_are_one_character_and_blanks_part_them() -> None:
    played = Played(columns=[0, 1, 1, 0, 1, 2, 2, 0, 4, 3])
    (token,) = played.engine.read(picture(100, 400), [line(10, 20, 160)])
    assert token.text == "AAB C"
    assert token.confidence == pytest.approx(0.9)
    assert token.quad == line(10, 20, 160)
    assert list(token.char_x) == sorted(token.char_x)
    assert (token.char_x[0], token.char_x[-1]) == (10, 170)


@pytest.mark.parametrize(
    ("columns", "sure"), [([0, 0], 0.9), ([4, 4], 0.9), ([1, 2], 0.2)], ids=["", "space", "noise"]
)
def test_what_is_no_text_is_left_out(columns: list[int], sure: float) -> None:
    played = Played(columns=columns, sure=sure)
    assert played.engine.read(picture(100, 400), [line(10, 20, 160)]) == ()


def test_lines_of_similar_width_go_together() -> None:
    played = Played(columns=[1])
    lines = [line(0, 0, width) for width in (50, 900, 60, 70, 880)]
    tokens = played.engine.read(picture(40, 1000), lines)
    assert [(count, width) for count, _, _, width in played.inputs] == [
        (3, 160),
        (1, 1760),
        (1, 1808),
    ]
    assert sorted(token.box.x1 for token in tokens) == [50, 60, 70, 880, 900]


def test_only_the_lines_given_are_read() -> None:
    played = Played([[[0, 0], [9, 0], [9, 9], [0, 9]]], columns=[1])
    assert played.engine.read(picture(100, 400), []) == ()
    assert played.inputs == []


@pytest.mark.parametrize(
    "quad",
    [
        line(5, 5, 0, 0),
        line(-500, -500, 20, 20),
        line(0, 0, 30_000, 1),
        line(0, 0, 1, 30_000),
        ((10.0, 10.0),) * 4,
        ((0.0, 0.0), (20.0, 20.0), (40.0, 40.0), (10.0, 10.0)),
    ],
)
def test_degenerate_lines_do_no_harm(quad: Corners) -> None:
    played = Played(columns=[1])
    played.engine.read(picture(40, 40), [quad])
    ((count, _, height, width),) = played.inputs
    assert (count, height) == (1, 48)
    assert width <= 3200


def test_a_line_is_cut_at_twice_the_recognisers_height_at_most() -> None:
    quad = np.array(line(0, 0, 600, 300), np.float32)
    assert crop(picture(400, 800), quad).shape == (96, 192, 3)


def test_corners_are_put_in_order() -> None:
    quad = np.array([[100, 30], [0, 20], [100, 0], [0, 0]], np.float32)
    assert ordered(quad).tolist() == [[0, 0], [100, 0], [100, 30], [0, 20]]


def test_where_most_lines_run_down_short_ones_do_too() -> None:
    tall = np.array([[0, 0], [20, 0], [20, 300], [0, 300]], np.float32)
    short = np.array([[40, 0], [65, 0], [65, 22], [40, 22]], np.float32)
    assert [quad[0].tolist() for quad in along_text([tall, short])] == [[20, 0], [65, 0]]
    assert along_text([short])[0][0].tolist() == [40, 0]
    assert along_text([]) == []


def test_the_version_tells_what_the_models_ran_on() -> None:
    versions = {
        PaddleEngine(PaddleOptions(runtime=runtime)).version
        for runtime in (Runtime.ONNXRUNTIME, Runtime.OPENVINO)
    }
    assert len(versions) == 2


def test_openvino_asked_for_and_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(DependencyMissing, match="openvino_missing"):
        OpenVinoRunner(Path("model.onnx"), None)


def test_openvinos_telemetry_cannot_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "openvino_telemetry", raising=False)
    hush()
    with pytest.raises(ImportError):
        importlib.import_module("openvino_telemetry")
