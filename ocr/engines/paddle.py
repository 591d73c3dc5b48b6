"""PaddleOCR's detector and recogniser on the CPU.

PaddleOCR loads models and settings; their input is made and the recogniser's output is decoded
here, because PaddleOCR resizes twice, pads more than is needed and copies every output.
"""

import itertools
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.errors import DependencyMissing
from models.geometry import Box
from models.page import Pixels, Source, Token
from models.view import Corners, corners_of
from ocr.engines.lines import LINE_HEIGHT, Quad, along_text, crop, ordered
from ocr.engines.quiet import hush
from ocr.engines.runners import Floats, OnnxRunner, OpenVinoRunner, Runtime
from ocr.engines.weights import DETECTION, RECOGNITION, write_model_folder

_COLUMN = 8
"""Pixels of a 48-pixel-high line one output column of the recogniser stands for."""
_NARROWEST, _WIDEST = 160, 3200
"""Pixels of width (after scaling to the line height) a line is padded or squeezed to. PaddleOCR
pads to 320; an invoice is mostly short cells, and at half of that they read the same."""
_BATCH_WIDTH = 2400
"""Pixels of line width recognised in one go."""
_STRIDE = 32
"""The detector wants sides that are multiples of this."""
_STEP = 16
"""Widths of batches are multiples of this: a runtime prepares itself anew for every shape."""
_MEAN, _SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""How the detector's input is normalised: ImageNet's, red first."""
_SMALL_SIDE = 900
_ENLARGE_AT_MOST = 1.5
"""Pictures whose longer side is below `_SMALL_SIDE` are enlarged towards it: measured, that finds
words a smaller picture hides, while doubling blurs more than it helps."""
_MIN_SCORE = 0.3
"""Readings the recogniser itself doubts more than this are noise, not text."""


@dataclass(frozen=True, slots=True)
class PaddleOptions:
    """How the engine is driven.

    `side` is the length in pixels the longer side of a picture is reduced to for detection
    (recognition always uses the full picture); `threads` None means one a core.
    `model_dir` is a folder with `det/` and `rec/` in PaddleOCR's form, used instead of the
    packaged weights; it is not checked against their checksums.
    """

    side: int = 1280
    threads: int | None = None
    model_dir: Path | None = None
    runtime: Runtime = Runtime.ONNXRUNTIME


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the recogniser made of a line: for every character its output column."""

    text: str
    score: float
    columns: tuple[int, ...]


class PaddleEngine:
    """PP-OCRv6 small through PaddleOCR. Loading takes a few seconds and happens at first use."""

    name = "paddleocr"

    def __init__(self, options: PaddleOptions | None = None) -> None:
        self._options = options or PaddleOptions()
        self._detector: Any = None
        self._recogniser: Any = None

    @property
    def version(self) -> str:
        weights = "custom" if self._options.model_dir else RECOGNITION.sha256[:12]
        version = f"{metadata.version('paddleocr')}+{weights}"
        runtime = self._options.runtime
        return version if runtime is Runtime.ONNXRUNTIME else f"{version}+{runtime}"

    def load(self) -> None:
        """Load the models; called by `read` when it has not been done. DependencyMissing."""
        if self._recogniser is not None:
            return
        hush()
        try:
            from paddleocr import TextDetection, TextRecognition
        except ImportError as error:
            raise DependencyMissing(
                "paddleocr_missing",
                "无法加载 paddleocr",
                "请重新安装依赖：make setup",
                message_en=f"paddleocr cannot be loaded: {error}",
                hint_en="reinstall the dependencies: make setup",
            ) from error
        config = {"log_severity_level": 3, "intra_op_num_threads": 1}
        common: dict[str, Any] = {"engine": "onnxruntime", "engine_config": config, "device": "cpu"}
        with tempfile.TemporaryDirectory(prefix="piaohe-weights-") as scratch:
            # the models are read into memory while loading, so the folder may go afterwards
            folders = self._folders(Path(scratch))
            predictors = [
                kind(model_name=weights.model, model_dir=str(folder), **common).paddlex_predictor
                for kind, weights, folder in (
                    (TextDetection, DETECTION, folders[0]),
                    (TextRecognition, RECOGNITION, folders[1]),
                )
            ]
            run = OpenVinoRunner if self._options.runtime is Runtime.OPENVINO else OnnxRunner
            for predictor, folder in zip(predictors, folders, strict=True):
                predictor.runner = run(folder / "inference.onnx", self._options.threads)
        self._detector, self._recogniser = predictors

    def _folders(self, scratch: Path) -> tuple[Path, Path]:
        if self._options.model_dir is not None:
            return self._options.model_dir / "det", self._options.model_dir / "rec"
        return write_model_folder(DETECTION, scratch), write_model_folder(RECOGNITION, scratch)

    def find_lines(self, picture: Pixels) -> tuple[Corners, ...]:
        """The corners of every line of text, from where its text begins."""
        self.load()
        return tuple(corners_of(quad) for quad in along_text(self._detect(picture)))

    def read(self, picture: Pixels, lines: Sequence[Corners] | None = None) -> tuple[Token, ...]:
        """The text lines of a picture, or of it those given; boxes and corners in its pixels."""
        self.load()
        lines = self.find_lines(picture) if lines is None else lines
        quads = [np.array(line, np.float32) for line in lines]
        widths = [_width(quad) for quad in quads]
        tokens = []
        for batch in _batches(widths):
            crops = [crop(picture, quads[index]) for index in batch]
            for index, part, reading in zip(batch, crops, self._recognise(crops), strict=True):
                if reading.text.strip() and reading.score >= _MIN_SCORE:
                    tokens.append(_token(quads[index], part, reading))
        return tuple(tokens)

    def _detect(self, picture: Pixels) -> list[Quad]:
        """The corners of every text line, 4 x 2 each, in the picture's pixels."""
        height, width = picture.shape[:2]
        side = max(height, width)
        scale = min(self._options.side / side, max(1.0, _SMALL_SIDE / side), _ENLARGE_AT_MOST)
        size = (_strides(width * scale), _strides(height * scale))
        fit = picture
        if size != (width, height):
            # PaddleOCR would reduce too, but with a filter that drops thin strokes
            how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
            fit = np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)
        found = self._detector.runner(x=[_normalised(fit)])
        quads, _ = self._detector.post_op(found, [(size[1], size[0], 1.0, 1.0)])
        factor = np.array([width / size[0], height / size[1]], np.float32)
        return [ordered(np.asarray(quad, np.float32) * factor) for quad in quads[0]]

    def _recognise(self, crops: list[Pixels]) -> list[_Reading]:
        """The readings of crops of similar width, as one batch."""
        characters = self._recogniser.post_op.character
        (found,) = self._recogniser.runner(x=[_batch(crops)])
        best = found.argmax(axis=-1)
        sure = np.take_along_axis(found, best[:, :, None], axis=-1)[:, :, 0]
        return [_decoded(line, scores, characters) for line, scores in zip(best, sure, strict=True)]


def _strides(length: float) -> int:
    return max(_STRIDE, round(length / _STRIDE) * _STRIDE)


def _normalised(picture: Pixels) -> Floats:
    """A picture as the detector wants it, 1 x 3 x height x width, red first."""
    planes = np.empty((1, 3, *picture.shape[:2]), np.float32)
    for index in range(3):
        planes[0, index] = picture[:, :, 2 - index]
        planes[0, index] *= 1 / 255 / _SPREAD[index]
        planes[0, index] -= _MEAN[index] / _SPREAD[index]
    return planes


def _width(quad: Quad) -> int:
    """How wide a line is at the recogniser's height."""
    wide = max(np.hypot(*(quad[1] - quad[0])), np.hypot(*(quad[2] - quad[3])), 1.0)
    high = max(np.hypot(*(quad[3] - quad[0])), np.hypot(*(quad[2] - quad[1])), 1.0)
    return int(min(max(LINE_HEIGHT * wide / high, _NARROWEST), _WIDEST))


def _batches(widths: Sequence[int]) -> list[list[int]]:
    """Indices of lines in groups of similar width, so that little padding is recognised."""
    batches: list[list[int]] = []
    for index in sorted(range(len(widths)), key=lambda index: widths[index]):
        if batches and widths[index] * (len(batches[-1]) + 1) <= _BATCH_WIDTH:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


def _batch(crops: Sequence[Pixels]) -> Floats:
    """Crops as the recogniser wants them, count x 3 x 48 x width, red first, padded with grey."""
    widths = [min(_WIDEST, max(1, -(-LINE_HEIGHT * one.shape[1] // one.shape[0]))) for one in crops]
    wide = max(_NARROWEST, -(-max(widths) // _STEP) * _STEP)
    batch = np.zeros((len(crops), 3, LINE_HEIGHT, wide), np.float32)
    for lane, one, width in zip(batch, crops, widths, strict=True):
        line = cv2.resize(one, (width, LINE_HEIGHT))
        lane[:, :, :width] = line.transpose(2, 0, 1)[::-1]
        lane[:, :, :width] /= 127.5
        lane[:, :, :width] -= 1
    return batch


def _decoded(best: NDArray[np.int64], sure: Floats, characters: Sequence[str]) -> _Reading:
    """CTC: of equal neighbours the first counts; class 0 stands between characters."""
    kept = best != 0
    kept[1:] &= best[1:] != best[:-1]
    columns = np.flatnonzero(kept)
    if not len(columns):
        return _Reading("", 0.0, ())
    text = "".join(characters[index] for index in best[columns])
    return _Reading(text, float(sure[columns].mean()), tuple(columns.tolist()))


def _token(quad: Quad, line: Pixels, reading: _Reading) -> Token:
    points = tuple((float(x), float(y)) for x, y in quad)
    box = Box.around(points)
    edges: tuple[float, ...] = ()
    if box.width >= box.height and len(reading.columns) == len(reading.text):
        # columns mark the middles of characters; the edges lie half-way between them
        unit = _COLUMN * line.shape[0] / LINE_HEIGHT * box.width / line.shape[1]
        middles = [box.x0 + (column + 0.5) * unit for column in reading.columns]
        inner = [(a + b) / 2 for a, b in itertools.pairwise(middles)]
        edges = (box.x0, *(min(max(x, box.x0), box.x1) for x in inner), box.x1)
    return Token(reading.text, box, reading.score, Source.OCR, edges, points)
