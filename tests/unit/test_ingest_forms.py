"""Forms that draw one another without end are found before PDFium draws them."""

import zlib

import pytest

import ingest
from ingest.pdf_forms import draws_too_many_forms
from models.errors import DocumentError


def _form(number: int, times: int, draws: int, resources: bytes = b"") -> bytes:
    packed = zlib.compress(b"q /F Do Q\n" * times)
    inside = resources or b"<</XObject <</F %d 0 R>>>>" % draws
    return (
        b"%d 0 obj\n<</Subtype /Form /Resources %s /Length %d /Filter /FlateDecode>>\n"
        b"stream\n%s\nendstream\nendobj\n" % (number, inside, len(packed), packed)
    )


def _chain(length: int, times: int) -> bytes:
    return b"%PDF-1.7\n" + b"".join(_form(at, times, at + 1) for at in range(1, length + 1))


@pytest.mark.parametrize(
    ("length", "times", "bomb"),
    [(12, 10, True), (5, 10, False), (40, 1, False), (1, 10_000, False), (20, 2, True)],
)
def test_a_chain_of_forms_is_multiplied_out(length: int, times: int, bomb: bool) -> None:
    assert draws_too_many_forms(_chain(length, times)) is bomb


def test_many_forms_beside_one_another_are_no_chain() -> None:
    seals = b"".join(_form(at, 2, 900) for at in range(1, 300))
    assert not draws_too_many_forms(seals)


def test_rings_of_forms_are_gone_round() -> None:
    assert draws_too_many_forms(_form(1, 10, 2) + _form(2, 1, 1))
    assert draws_too_many_forms(_form(1, 2, 1))
    assert not draws_too_many_forms(_form(1, 1, 2) + _form(2, 1, 1))


def test_resources_may_stand_elsewhere() -> None:
    apart = b"".join(
        _form(at, 10, 0, b"%d 0 R" % (100 + at))
        + b"%d 0 obj\n<</XObject %d 0 R>>\nendobj\n" % (100 + at, 200 + at)
        + b"%d 0 obj\n<</F %d 0 R>>\nendobj\n" % (200 + at, at + 1)
        for at in range(1, 9)
    )
    assert draws_too_many_forms(apart)


def test_such_a_file_is_refused() -> None:
    with pytest.raises(DocumentError, match="pdf_too_complex"):
        ingest.open(_chain(12, 10), "a.pdf")
