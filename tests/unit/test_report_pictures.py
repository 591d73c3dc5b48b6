"""Pictures of pages: their size, and which part of the page they show."""

import io

import pytest
from PIL import Image

from models.geometry import Box
from piaohe.report import picture_from_jpeg, take_picture
from tests.support import reports


@pytest.mark.parametrize(
    ("region", "width", "shown", "size"),
    [
        (None, 1000, Box(0, 0, 400, 200), (400, 200)),
        (None, 200, Box(0, 0, 400, 200), (200, 100)),
        (Box(20, 30, 120, 80), 1000, Box(8, 18, 132, 92), (124, 74)),
        (Box(-5, -5, 50, 50), 1000, Box(0, 0, 62, 62), (62, 62)),
    ],
)
def test_a_picture_knows_its_place(
    region: Box | None, width: int, shown: Box, size: tuple[int, int]
) -> None:
    picture = take_picture(reports.page(), region, width)
    assert picture.box == shown
    with Image.open(io.BytesIO(picture.jpeg)) as image:
        assert (image.format, image.size) == ("JPEG", size)


def test_colours_are_not_swapped_and_sides_not_either() -> None:
    with Image.open(io.BytesIO(take_picture(reports.page(), None, 400).jpeg)) as image:
        left, right = image.getpixel((50, 100)), image.getpixel((350, 100))
    assert max(left) < 20
    assert min(right) > 235


def test_a_tall_page_is_limited_too() -> None:
    with Image.open(io.BytesIO(take_picture(reports.page(100, 3200), None, 100).jpeg)) as image:
        assert image.height <= 160


def test_a_kept_picture_is_the_same_again() -> None:
    picture = take_picture(reports.page(), Box(20, 30, 120, 80), 100)
    assert picture_from_jpeg(picture.jpeg) == picture


@pytest.mark.parametrize("rubbish", [b"", b"\xff\xd8\xff", b"not a picture"])
def test_rubbish_is_no_kept_picture(rubbish: bytes) -> None:
    assert picture_from_jpeg(rubbish) is None


def test_a_foreign_jpeg_is_no_kept_picture() -> None:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "JPEG")
    assert picture_from_jpeg(out.getvalue()) is None
