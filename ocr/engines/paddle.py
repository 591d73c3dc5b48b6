"""PaddleOCR's detector and recogniser, driven through ONNX Runtime on the CPU."""

import itertools
import tempfile
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
from ocr.engines.quiet import hush
from ocr.engines.weights import DETECTION, NARROWEST_LINE, RECOGNITION, write_model_folder

_LINE_HEIGHT = 48
"""Height in pixels at which the recogniser sees a line."""
_COLUMN = 8
"""Pixels of a 48-pixel-high line one output column of the recogniser stands for."""
_BATCH_WIDTH = 2400
"""Pixels of line width (after scaling to the line height) recognised in one go."""
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
    (recognition always uses the full picture); `threads` None means ONNX Runtime's default.
    `model_dir` is a folder with `det/` and `rec/` in PaddleOCR's form, used instead of the
    packaged weights; it is not checked against their checksums.
    """

    side: int = 1280
    threads: int | None = None
    model_dir: Path | None = None


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
        return f"{metadata.version('paddleocr')}+{weights}"

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
        config: dict[str, Any] = {"log_severity_level": 3}
        if self._options.threads:
            config["intra_op_num_threads"] = self._options.threads
        common = {"engine": "onnxruntime", "engine_config": config, "device": "cpu"}
        with tempfile.TemporaryDirectory(prefix="piaohe-weights-") as scratch:
            # the models are read into memory while loading, so the folder may go afterwards
            folders = self._folders(Path(scratch))
            self._detector = TextDetection(
                model_name=DETECTION.model,
                model_dir=str(folders[0]),
                limit_side_len=self._options.side,
                limit_type="max",
                **common,
            )
            self._recogniser = TextRecognition(
                model_name=RECOGNITION.model, model_dir=str(folders[1]), **common
            )

    def _folders(self, scratch: Path) -> tuple[Path, Path]:
        if self._options.model_dir is not None:
            return self._options.model_dir / "det", self._options.model_dir / "rec"
        return write_model_folder(DETECTION, scratch), write_model_folder(RECOGNITION, scratch)

    def read(self, picture: Pixels) -> tuple[Token, ...]:
        """The text lines of a picture; boxes and corners in its pixels."""
        self.load()
        quads = _along_text(self._detect(picture))
        crops = [_crop(picture, quad) for quad in quads]
        tokens = []
        for index, text, score, columns in self._recognise(crops):
            if text.strip() and score >= _MIN_SCORE:
                tokens.append(_token(quads[index], crops[index], text, score, columns))
        return tuple(tokens)

    def _detect(self, picture: Pixels) -> list[NDArray[np.float32]]:
        """The corners of every text line, 4 x 2 each, in the picture's pixels."""
        height, width = picture.shape[:2]
        side = max(height, width)
        scale = min(self._options.side / side, max(1.0, _SMALL_SIDE / side), _ENLARGE_AT_MOST)
        fit = picture
        if scale != 1:
            # PaddleOCR would reduce too, but with a filter that drops thin strokes
            size = (max(32, round(width * scale)), max(32, round(height * scale)))
            how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
            fit = np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)
        found = self._detector.predict(fit)[0]
        factor = np.array([width / fit.shape[1], height / fit.shape[0]], np.float32)
        return [_ordered(np.asarray(quad, np.float32) * factor) for quad in found["dt_polys"]]

    def _recognise(self, crops: list[Pixels]) -> list[tuple[int, str, float, list[int]]]:
        """(index, text, score, output column of each character) for every crop."""
        read = []
        for batch in _batches(crops):
            results = self._recogniser.paddlex_predictor.predict(
                [crops[index] for index in batch], batch_size=len(batch), return_word_box=True
            )
            for index, result in zip(batch, results, strict=True):
                text, (_, _, columns, _) = result["rec_text"]
                flat = [column for group in columns for column in group]
                read.append((index, text, float(result["rec_score"]), flat))
        return read


def _ordered(quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """Corners from the top-left on clockwise."""
    by_sum, by_difference = quad.sum(axis=1), quad[:, 1] - quad[:, 0]
    corners = [by_sum.argmin(), by_difference.argmin(), by_sum.argmax(), by_difference.argmax()]
    return quad[corners] if len(set(map(int, corners))) == 4 else quad


def _along_text(quads: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    """The corners of every line from where its text begins.

    A tall line is taken to run downwards. Where most of the page does, it lies on its side, and
    its short words, whose shape does not tell, lie with it.
    """
    wide = [np.hypot(*(quad[1] - quad[0])) for quad in quads]
    high = [np.hypot(*(quad[3] - quad[0])) for quad in quads]
    down = [height >= 1.5 * width for width, height in zip(wide, high, strict=True)]
    length_down = sum(height for height, is_down in zip(high, down, strict=True) if is_down)
    length_across = sum(width for width, is_down in zip(wide, down, strict=True) if not is_down)
    sideways = length_down > length_across
    return [
        quad[[1, 2, 3, 0]] if is_down or sideways else quad
        for quad, is_down in zip(quads, down, strict=True)
    ]


def _crop(picture: Pixels, quad: NDArray[np.float32]) -> Pixels:
    """The text line within `quad`, upright, at the recogniser's height where it is larger."""
    width = max(np.hypot(*(quad[1] - quad[0])), np.hypot(*(quad[2] - quad[3])), 1.0)
    height = max(np.hypot(*(quad[3] - quad[0])), np.hypot(*(quad[2] - quad[1])), 1.0)
    scale = min(1.0, 2 * _LINE_HEIGHT / height)
    size = (max(4, round(float(width) * scale)), max(4, round(float(height) * scale)))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    matrix = cv2.getPerspectiveTransform(np.ascontiguousarray(quad), target)
    line = cv2.warpPerspective(
        picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(line, np.uint8)


def _batches(crops: list[Pixels]) -> list[list[int]]:
    """Crop indices in groups of similar width, so that little padding is recognised."""
    widths = [max(NARROWEST_LINE, crop.shape[1] * _LINE_HEIGHT // crop.shape[0]) for crop in crops]
    batches: list[list[int]] = []
    for index in sorted(range(len(crops)), key=lambda index: widths[index]):
        if batches and widths[index] * (len(batches[-1]) + 1) <= _BATCH_WIDTH:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


def _token(
    quad: NDArray[np.float32], crop: Pixels, text: str, score: float, columns: list[int]
) -> Token:
    points = tuple((float(x), float(y)) for x, y in quad)
    box = Box.around(points)
    upright = box.width >= box.height
    edges: tuple[float, ...] = ()
    if upright and len(columns) == len(text):
        # columns mark the middles of characters; the edges lie half-way between them
        unit = _COLUMN * crop.shape[0] / _LINE_HEIGHT * box.width / crop.shape[1]
        middles = [box.x0 + (column + 0.5) * unit for column in columns]
        inner = [(a + b) / 2 for a, b in itertools.pairwise(middles)]
        edges = (box.x0, *(min(max(x, box.x0), box.x1) for x in inner), box.x1)
    return Token(text, box, score, Source.OCR, edges, points)
