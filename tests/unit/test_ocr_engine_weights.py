"""Weights too small to count become zero, and nothing else of a model changes."""

import numpy as np
import pytest

from ocr.engines.subnormal import without_subnormals
from ocr.engines.weights import DETECTION, packaged_file

VALUES = [1.0, -0.5, 1e-39, -1e-39, 1e-21, -1e-21, 1e-19, 0.0]
CLEANED = [1.0, -0.5, 0.0, 0.0, 0.0, 0.0, 1e-19, 0.0]


def field(number: int, value: bytes | int) -> bytes:
    """A protobuf field: a number or bytes of fewer than 128."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2, len(value)]) + value


def model(values: list[float], kind: int = 1, before: bytes = b"") -> bytes:
    raw = np.array(values, "<f4").tobytes()
    tensor = field(1, 8) + field(2, kind) + field(8, b"weights") + field(9, raw)
    return before + field(1, 10) + field(7, field(2, b"graph") + field(5, tensor)) + field(6, b"x")


@pytest.mark.parametrize("before", [b"", b"\x15abcd", b"\x11abcdefgh"], ids=["", "32", "64"])
def test_weights_that_do_not_count_are_zero(before: bytes) -> None:
    assert without_subnormals(model(VALUES, before=before)) == model(CLEANED, before=before)


def test_other_numbers_than_floats_are_left_alone() -> None:
    assert without_subnormals(model(VALUES, kind=7)) == model(VALUES, kind=7)


def test_an_empty_model_is_one() -> None:
    assert without_subnormals(b"") == b""


@pytest.mark.parametrize("broken", [b"\x0b", b"\xff" * 12, b"\x3a\x7f", b"\x08", b"\x0d\x00"])
def test_what_is_no_model_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="not an ONNX model"):
        without_subnormals(broken)


def test_the_detector_has_such_weights() -> None:
    model = packaged_file(DETECTION).read_bytes()
    cleaned = without_subnormals(model)
    assert cleaned != model
    assert len(cleaned) == len(model)
    assert without_subnormals(cleaned) == cleaned
