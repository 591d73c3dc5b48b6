"""The decoders of others: zxing-cpp, zbar, and the one WeChat gave to OpenCV."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
import zxingcpp

from models.errors import DependencyMissing
from models.page import Pixels
from models.view import Corners

_LONGEST_SIDE = 30_000
"""Pixels; the decoders take no longer pictures, and no page with a code is that long."""
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_ZBAR_START = {"UP": 0, "RIGHT": 1, "DOWN": 2, "LEFT": 3}
_MODELS = {
    "detect.prototxt": "e8acfc395caf443a47f15686a9b9207b36cb8f7e6ceb8fbaf6466665e68a9466",
    "detect.caffemodel": "cc49b8c9babaf45f3037610fe499df38c8819ebda29e90ca9f2e33270f6ef809",
    "sr.prototxt": "8ae41acba97e8b4a8e741ee350481e49b8e01d787193f470a4c95ee1c02d5b61",
    "sr.caffemodel": "e5d36889d8e6ef2f1c1f515f807cec03979320ac81792cd8fb927c31fd658ae3",
}
"""The files in `wechat` and their sha256; OpenCV's (opencv_3rdparty, branch wechat_qrcode)."""
_DETECTOR_AREA = 400 * 400
"""Pixels of the picture WeChat's detector is shown; it was trained on such."""
_lock = Lock()
"""OpenCV's networks are not to be used by two threads at once."""


@dataclass(frozen=True, slots=True)
class Found:
    """A code read: `corners` from its own top-left on clockwise, in the picture's pixels."""

    payload: str
    corners: Corners
    decoder: str


def fits(picture: Pixels) -> bool:
    """Whether the decoders can take a picture of this size."""
    height, width = (int(side) for side in picture.shape[:2])
    return 0 < min(height, width) <= max(height, width) <= _LONGEST_SIDE


def zxing(picture: Pixels, *, histogram: bool = False, pure: bool = False) -> list[Found]:
    """What zxing-cpp reads in a picture, grey or blue-green-red.

    `histogram`: black and white are told apart by one threshold for the whole picture.
    `pure`: the picture is nothing but one drawn code.
    """
    binarizer = zxingcpp.Binarizer.GlobalHistogram if histogram else zxingcpp.Binarizer.LocalAverage
    try:
        results = zxingcpp.read_barcodes(picture, formats=_QR, binarizer=binarizer, is_pure=pure)
    except (RuntimeError, ValueError):
        return []
    codes = []
    for result in results:
        place = result.position
        points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        corners = tuple((float(p.x), float(p.y)) for p in points)
        if result.text:
            codes.append(Found(result.text, corners, "zxing"))
    return codes


def zbar(picture: Pixels) -> list[Found]:
    """What zbar reads; nothing where the system library libzbar0 is not installed.

    zbar guesses the encoding of what is not ASCII, often wrongly: such a code is left unread.
    """
    try:
        from pyzbar import pyzbar
    except (ImportError, OSError):
        return []
    try:
        results = pyzbar.decode(grey(picture), symbols=[pyzbar.ZBarSymbol.QRCODE])
    except pyzbar.PyZbarError:
        return []
    codes = []
    for result in results:
        if result.data and result.data.isascii() and len(result.polygon) == 4:
            corners = _clockwise(
                np.array(result.polygon, np.float64), _ZBAR_START.get(result.orientation, 0)
            )
            codes.append(Found(result.data.decode("ascii"), corners, "zbar"))
    return codes


def wechat(picture: Pixels) -> list[Found]:
    """What WeChat's decoder reads. Raises DependencyMissing (weights_altered)."""
    try:
        with _lock:
            texts, places = _wechat().detectAndDecode(picture)
    except (cv2.error, UnicodeDecodeError):
        return []
    codes = []
    for text, place in zip(texts, places, strict=True):
        # its guess of the encoding is no better than zbar's
        if text and text.isascii():
            codes.append(Found(text, tuple((float(x), float(y)) for x, y in place), "wechat"))
    return codes


def likely_places(picture: Pixels) -> list[tuple[float, float, float, float, float]]:
    """Where WeChat's detector sees codes: (x0, y0, x1, y1, confidence), the surest first.

    Raises DependencyMissing (weights_altered).
    """
    height, width = picture.shape[:2]
    scale = min(1.0, (_DETECTOR_AREA / (height * width)) ** 0.5)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if min(size) < 16:
        return []
    small = cv2.resize(grey(picture), size, interpolation=cv2.INTER_AREA)
    try:
        with _lock:
            network = _detector()
            network.setInput(cv2.dnn.blobFromImage(small, 1 / 255, size))
            rows = np.asarray(network.forward()).reshape(-1, 7)
    except cv2.error:
        return []
    places = [
        (x0 * width, y0 * height, x1 * width, y1 * height, sure)
        for _, kind, sure, x0, y0, x1, y1 in rows.tolist()
        if kind == 1 and x1 > x0 and y1 > y0
    ]
    return sorted(places, key=lambda place: -place[4])


def grey(picture: Pixels) -> Pixels:
    """The picture's lightness; a grey picture as it is."""
    if picture.ndim == 2:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def model_path(name: str) -> str:
    """The path of one of WeChat's model files, its checksum verified.

    Raises DependencyMissing (weights_missing, weights_altered).
    """
    path = Path(__file__).parent / "wechat" / name
    if not path.is_file():
        raise DependencyMissing(
            "weights_missing",
            f"缺少二维码模型文件 {name}",
            "请重新安装 piaohe",
            message_en=f"the QR model {name} is missing",
            hint_en="install piaohe again",
        )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != _MODELS[name]:
        raise DependencyMissing(
            "weights_altered",
            f"二维码模型文件 {name} 的校验和不符（{digest[:12]}…）",
            "文件已损坏或被改动：请重新安装 piaohe",
            message_en=f"the QR model {name} has another checksum ({digest[:12]}…)",
            hint_en="the file is damaged or altered: install piaohe again",
        )
    return str(path)


@lru_cache(maxsize=1)
def _wechat() -> Any:
    return cv2.wechat_qrcode.WeChatQRCode(*(model_path(name) for name in _MODELS))


@lru_cache(maxsize=1)
def _detector() -> Any:
    return cv2.dnn.readNetFromCaffe(model_path("detect.prototxt"), model_path("detect.caffemodel"))


def _clockwise(points: np.ndarray[Any, np.dtype[np.float64]], start: int) -> Corners:
    """Four points clockwise; the first is the one at top left, or `start` corners further."""
    middle = points.mean(0)
    around = points[np.argsort(np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0]))]
    first = int(np.argmin(around.sum(1)))
    return tuple((float(x), float(y)) for x, y in np.roll(around, -first - start, axis=0))
