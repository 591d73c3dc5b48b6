"""What a trained classifier is kept as: named arrays and a header, as plain data in one file.

The file is a NumPy .npz (NEP 1 arrays in a zip) with one more member, `header.json`. Nothing in
it is ever unpickled, and nothing is believed: sizes are checked before anything is unpacked,
every array must have the type and shape the header states, and every number must be finite.
The same artefact always gives the same bytes (for one version of zlib).
"""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, prod
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import Field, ValidationError

from models.errors import DependencyMissing
from models.record import Record

Array: TypeAlias = npt.NDArray[Any]

FORMAT = "piaohe-classifier-1"
MAX_BYTES = 16 * 2**20
"""No artefact is larger, packed."""
MAX_UNPACKED = 64 * 2**20
_MAX_HEADER = 2**20
_MAX_ARRAYS = 32
_HEADER_FILE = "header.json"
_DTYPES = frozenset({"<f4", "<f8", "<i4", "<i8", "<u2", "<u4", "|i1", "|u1"})
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_WHEN = (1980, 1, 1, 0, 0, 0)


class Header(Record):
    """What an artefact says of itself.

    `kind` is which classifier it belongs to ("category", "kind", ...), `version` its own number
    such as "category-v1", `features` the version of the code that turns documents into numbers
    (the two must agree or the numbers mean nothing), `code` the version of Piaohe it was trained
    by. `classes` are in the order of the columns. `settings` are what the classifier needs
    besides its arrays (thresholds, temperatures); `counts` and `metrics` are for people.
    """

    format: str = FORMAT
    kind: str
    version: str
    features: str
    code: str
    seed: int
    classes: tuple[str, ...]
    settings: dict[str, float] = Field(default_factory=dict)
    counts: dict[str, int] = Field(default_factory=dict)
    metrics: dict[str, float] = Field(default_factory=dict)
    arrays: dict[str, tuple[str, tuple[int, ...]]] = Field(default_factory=dict)
    """Type and shape of every array; filled in by `to_bytes`."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """A header and its arrays. Arrays that came from `from_bytes` cannot be written to."""

    header: Header
    arrays: Mapping[str, Array]


def to_bytes(artefact: Artefact) -> bytes:
    """The artefact as a file. ValueError where `from_bytes` would refuse it."""
    packed = {name: np.ascontiguousarray(a) for name, a in sorted(artefact.arrays.items())}
    shapes = {name: (array.dtype.str, array.shape) for name, array in packed.items()}
    header = artefact.header.model_copy(update={"arrays": shapes})
    fault = _fault_of_header(header) or _fault_of_numbers(header, packed)
    if fault:
        raise ValueError(fault)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        _add(archive, _HEADER_FILE, header.model_dump_json().encode())
        for name, array in packed.items():
            body = io.BytesIO()
            np.lib.format.write_array(body, array, (1, 0), allow_pickle=False)  # type: ignore[no-untyped-call]
            _add(archive, f"{name}.npy", body.getvalue())
    return out.getvalue()


def from_bytes(data: bytes, kind: str, features: str) -> Artefact:
    """The artefact in a file.

    Raises DependencyMissing, code `classifier_damaged` where the file is not what it should be,
    `classifier_other` where it is another classifier's or made for another version of the code.
    The message says which.
    """
    try:
        header, arrays = _unpacked(data)
    except (_Damaged, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise _damaged(str(error) or type(error).__name__) from None
    except (ValueError, OSError, RuntimeError, KeyError, SyntaxError, TypeError) as error:
        raise _damaged(type(error).__name__) from None
    for what, found, wanted in (
        ("kind", header.kind, kind),
        ("features", header.features, features),
    ):
        if found != wanted:
            raise _other(what, found, wanted)
    return Artefact(header, arrays)


class _Damaged(Exception):  # noqa: N818 - never leaves this file
    pass


def _add(archive: zipfile.ZipFile, name: str, body: bytes) -> None:
    member = zipfile.ZipInfo(name, _WHEN)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = 3
    archive.writestr(member, body, compresslevel=9)


def _unpacked(data: bytes) -> tuple[Header, dict[str, Array]]:
    if len(data) > MAX_BYTES:
        raise _Damaged(f"{len(data)} bytes, more than {MAX_BYTES}")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {member.filename: member for member in archive.infolist()}
        if len(members) != len(archive.infolist()) or len(members) > _MAX_ARRAYS + 1:
            raise _Damaged("too many members, or two of one name")
        if sum(member.file_size for member in members.values()) > MAX_UNPACKED:
            raise _Damaged(f"more than {MAX_UNPACKED} bytes unpacked")
        if _HEADER_FILE not in members or members[_HEADER_FILE].file_size > _MAX_HEADER:
            raise _Damaged("no usable header")
        header = _header(archive.read(_HEADER_FILE))
        if set(members) != {_HEADER_FILE, *(f"{name}.npy" for name in header.arrays)}:
            raise _Damaged("the arrays are not those the header lists")
        arrays = {
            name: _array(archive.read(f"{name}.npy"), name, *stated)
            for name, stated in header.arrays.items()
        }
    fault = _fault_of_numbers(header, arrays)
    if fault:
        raise _Damaged(fault)
    return header, arrays


def _header(body: bytes) -> Header:
    try:
        header = Header.model_validate_json(body)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise _Damaged(f"header: {where or 'no JSON'} is wrong") from None
    fault = _fault_of_header(header)
    if fault:
        raise _Damaged(fault)
    return header


def _fault_of_header(header: Header) -> str | None:
    if header.format != FORMAT:
        return f"format {header.format[:40]!r}, not {FORMAT!r}"
    if not header.classes or len(set(header.classes)) != len(header.classes):
        return "no classes, or one of them twice"
    numbers = (*header.settings.values(), *header.metrics.values())
    if not all(map(isfinite, numbers)):
        return "a setting or metric is not a finite number"
    for name, (dtype, shape) in header.arrays.items():
        if not _NAME.fullmatch(name) or dtype not in _DTYPES:
            return f"array {name[:40]!r} of type {dtype[:10]!r}"
        if any(size < 0 for size in shape) or len(shape) > 4:
            return f"array {name!r} has an impossible shape"
    return None


def _array(body: bytes, name: str, dtype: str, shape: tuple[int, ...]) -> Array:
    """An array whose own heading says what the header said; no memory is claimed before that."""
    stream = io.BytesIO(body)
    if np.lib.format.read_magic(stream) != (1, 0):  # type: ignore[no-untyped-call]
        raise _Damaged(f"array {name!r} is of another .npy version")
    heading = np.lib.format.read_array_header_1_0(stream)  # type: ignore[no-untyped-call]
    found_shape, by_column, found_dtype = heading
    if found_dtype.str != dtype or found_shape != shape or (by_column and len(shape) > 1):
        raise _Damaged(f"array {name!r} is not of the type and shape the header states")
    numbers = memoryview(body)[stream.tell() :]
    if len(numbers) != prod(shape) * found_dtype.itemsize:
        raise _Damaged(f"array {name!r} has the wrong number of bytes")
    array: Array = np.frombuffer(numbers, dtype).reshape(shape)
    return array


def _fault_of_numbers(header: Header, arrays: Mapping[str, Array]) -> str | None:
    for name in header.arrays:
        array = arrays[name]
        if array.dtype.kind == "f" and not bool(np.isfinite(array).all()):
            return f"array {name!r} holds numbers that are not finite"
    return None


def _damaged(why: str) -> DependencyMissing:
    return DependencyMissing(
        "classifier_damaged",
        f"分类器文件已损坏：{why}",
        "随安装包提供的请重新安装 piaohe；自行训练的请重新训练或回退到上一版本",
        message_en=f"the classifier file is damaged: {why}",
        hint_en="install piaohe again; if it was trained here, train again or roll back",
    )


def _other(what: str, found: str, wanted: str) -> DependencyMissing:
    return DependencyMissing(
        "classifier_other",
        f"分类器文件不适用：{what} 为 {found[:40]!r}，需要 {wanted!r}",
        "用当前版本的 piaohe 重新训练，或回退到上一版本",
        message_en=f"the classifier file does not fit: {what} is {found[:40]!r}, not {wanted!r}",
        hint_en="train it again with this version of piaohe, or roll back to the last version",
    )
