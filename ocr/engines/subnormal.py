"""Weights too small to count, set to zero.

PP-OCRv6's detector holds a quarter of a million weights below 1e-38, left over from training. Such
subnormal numbers take a processor up to a hundred times as long as others: two layers took half of
the detector's time. What they add to any sum is lost in rounding, so zero in their place gives the
same results.

An ONNX file is a protobuf message (ModelProto of onnx.proto, fields by number): its graph (7) holds
tensors (initializer, 5), and these their element type (data_type, 2; 1 is float) and their values
(raw_data, 9; little-endian). That is all that is looked at here, and no length changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_GRAPH, _INITIALIZER, _DATA_TYPE, _RAW_DATA = 7, 5, 2, 9
_FLOAT = 1
_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_LEAST = np.float32(1e-20)
"""Products of two smaller numbers would be subnormal in their turn. The activations they meet are
about 1, and a float keeps seven digits."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a message: its number, its value where it is a varint, else where it lies."""

    number: int
    value: int
    start: int
    end: int


def without_subnormals(model: bytes) -> bytes:
    """An ONNX model with weights below 1e-20 set to zero. ValueError where it is none."""
    data = bytearray(model)
    for graph in _fields(data, 0, len(data)):
        if graph.number != _GRAPH:
            continue
        for tensor in _fields(data, graph.start, graph.end):
            if tensor.number == _INITIALIZER:
                _flush(data, tensor)
    return bytes(data)


def _flush(data: bytearray, tensor: _Field) -> None:
    parts = {field.number: field for field in _fields(data, tensor.start, tensor.end)}
    kind, raw = parts.get(_DATA_TYPE), parts.get(_RAW_DATA)
    if kind is None or kind.value != _FLOAT or raw is None:
        return
    values = np.frombuffer(data, "<f4", (raw.end - raw.start) // 4, raw.start)
    values[np.abs(values) < _LEAST] = 0


def _fields(data: bytearray, start: int, end: int) -> Iterator[_Field]:
    """The fields of the message that lies from `start` to `end`."""
    while start < end:
        key, start = _varint(data, start, end)
        kind, value, size = key & 7, 0, 0
        if kind == _VARINT:
            value, start = _varint(data, start, end)
        elif kind == _BYTES:
            size, start = _varint(data, start, end)
        elif kind in (_FIXED_32, _FIXED_64):
            size = 4 if kind == _FIXED_32 else 8
        else:
            raise ValueError("not an ONNX model: a field of no known type")
        if start + size > end:
            raise ValueError("not an ONNX model: a field runs over its end")
        yield _Field(key >> 3, value, start, start + size)
        start += size


def _varint(data: bytearray, start: int, end: int) -> tuple[int, int]:
    """(the number at `start`, seven bits a byte, low ones first; where it ends)."""
    value = shift = 0
    while start < end and shift < 64:
        byte = data[start]
        value |= (byte & 0x7F) << shift
        start, shift = start + 1, shift + 7
        if byte < 0x80:
            return value, start
    raise ValueError("not an ONNX model: a number without an end")
