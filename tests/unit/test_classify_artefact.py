import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.artefact import Artefact, Header, from_bytes, to_bytes
from models.errors import DependencyMissing

HEADER = Header(
    kind="test", version="test-v1", features="f-1", code="0", seed=1, classes=("A", "B")
)
ARRAYS = {
    "weights": np.arange(6, dtype="<f4").reshape(3, 2),
    "places": np.array([1, 2, 3], "<i4"),
}
GOOD = to_bytes(Artefact(HEADER, ARRAYS))


def rezipped(**changed: bytes | None) -> bytes:
    """GOOD with members replaced, added or (None) left out."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        members: dict[str, bytes | None] = {n: archive.read(n) for n in archive.namelist()}
    members |= {name.replace("__", "."): body for name, body in changed.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            if body is not None:
                archive.writestr(name, body)
    return out.getvalue()


def header_with(**changed: object) -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        header = json.loads(archive.read("header.json"))
    return rezipped(header__json=json.dumps(header | changed).encode())


def npy(array: np.ndarray, **options: bool) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array(out, array, (1, 0), **options)  # type: ignore[no-untyped-call]
    return out.getvalue()


def test_what_was_written_is_read_again() -> None:
    found = from_bytes(GOOD, "test", "f-1")
    assert found.header.classes == ("A", "B")
    assert found.header.arrays["weights"] == ("<f4", (3, 2))
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found.arrays[name], array)


def test_the_same_artefact_gives_the_same_bytes() -> None:
    assert to_bytes(Artefact(HEADER, dict(reversed(ARRAYS.items())))) == GOOD


def test_numpy_can_open_it_without_unpickling() -> None:
    with np.load(io.BytesIO(GOOD), allow_pickle=False) as file:
        np.testing.assert_array_equal(file["places"], [1, 2, 3])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        GOOD[:-30],
        GOOD[: len(GOOD) // 2],
        rezipped(header__json=None),
        rezipped(header__json=b"[]"),
        rezipped(header__json=b"\xff\xfe"),
        rezipped(weights__npy=None),
        rezipped(weights__npy=b"\x93NUMPY"),
        rezipped(weights__npy=npy(np.zeros((2, 3), "<f4"))),
        rezipped(weights__npy=npy(np.zeros((3, 2), "<f8"))),
        rezipped(weights__npy=npy(np.full((3, 2), np.nan, "<f4"))),
        rezipped(weights__npy=npy(np.zeros((3, 2), "<f4"))[:-4]),
        rezipped(weights__npy=npy(np.asfortranarray(np.zeros((3, 2), "<f4")))),
        rezipped(weights__npy=npy(np.array([{}], object), allow_pickle=True)),
        rezipped(other__npy=npy(np.zeros(1))),
        rezipped(note__txt=b"hello"),
        header_with(classes=[]),
        header_with(classes=["A", "A"]),
        header_with(format="piaohe-classifier-9"),
        header_with(settings={"threshold": "x"}),
        header_with(surprise=1),
        header_with(arrays={"weights": ["<f4", [3, 2]], "places": ["|O", [3]]}),
        header_with(arrays={"weights": ["<f4", [-3, -2]], "places": ["<i4", [3]]}),
    ],
)
def test_what_is_not_whole_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(DependencyMissing) as caught:
        from_bytes(data, "test", "f-1")
    assert caught.value.record.code == "classifier_damaged"
    assert caught.value.record.message
    assert caught.value.record.hint_en


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(DependencyMissing, match="unpacked"):
        from_bytes(rezipped(weights__npy=bytes(70_000_000)), "test", "f-1")


@pytest.mark.parametrize(("kind", "features"), [("kind", "f-1"), ("test", "f-2")])
def test_another_classifiers_file_is_refused(kind: str, features: str) -> None:
    with pytest.raises(DependencyMissing) as caught:
        from_bytes(GOOD, kind, features)
    assert caught.value.record.code == "classifier_other"


@pytest.mark.parametrize(
    "arrays",
    [{"weights": np.array([np.inf])}, {"Bad name": np.zeros(1)}, {"w": np.array(["text"])}],
)
def test_nothing_is_written_that_would_be_refused(arrays: dict[str, np.ndarray]) -> None:
    with pytest.raises(ValueError, match="array"):
        to_bytes(Artefact(HEADER, arrays))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_refused_or_changes_nothing(place: int, change: int) -> None:
    data = bytearray(GOOD)
    data[place] ^= change
    try:
        found = from_bytes(bytes(data), "test", "f-1")
    except DependencyMissing:
        return
    np.testing.assert_array_equal(found.arrays["weights"], ARRAYS["weights"])
