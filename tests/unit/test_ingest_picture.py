"""Pictures of every kind come out as upright blue-green-red pixels, or are refused."""

import base64
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

import ingest
from ingest.limits import Limits
from models.errors import DocumentError
from models.geometry import Box
from models.page import FileKind, Page, Pixels

# 64 x 48, red top left quarter, blue bottom right quarter, the rest white; the second one is the
# same with the container's own mark that it is to be turned by 90 degrees clockwise
_HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAA"
    "AAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAAKkAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABo"
    "dmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEA"
    "GEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAA"
    "AwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAAB"
    "AAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAALFt"
    "ZGF0AAAApSgBrxOA5Ta3/6SvX98YAe8AKa7kiyhfkcB9aLf0uJYg3HTxP5nz+Ly+f1fkQUZ3N//ehbHFsarFRns2+iP0"
    "DC0I1CObBQ5SnsTaB/Z8hZvW6QLO25W4R1sZhzHJ+Grb7dp5GAxIFJ3sPlBWtecABhGjUyV2ZK33UwzFb/U6JtTDeECi"
    "E5gvk9tZpjU+GEL/d8iaI0RNRH613tUd7KYR9dWSrdJt0A=="
)
_HEIC_TURNED = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAchtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAA"
    "AAAAAAAAADRpbG9jAAAAAERAAAIAAQAAAAAB7AABAAAAAAAAAKkAAgAAAAAClQABAAAAAAAAACQAAAA4aWluZgAAAAAA"
    "AgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAABB2lwcnAAAADm"
    "aXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAq"
    "QgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQAN"
    "AAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBp"
    "eGkAAAAAAwgICAAAAAlpcm90AwAAABlpcG1hAAAAAAAAAAEAAQaBAgMFhIYAAAAaaXJlZgAAAAAAAAAOY2RzYwACAAEA"
    "AQAAANVtZGF0AAAApSgBrxOA5Ta3/6SvX98YAe8AKa7kiyhfkcB9aLf0uJYg3HTxP5nz+Ly+f1fkQUZ3N//ehbHFsarF"
    "Rns2+iP0DC0I1CObBQ5SnsTaB/Z8hZvW6QLO25W4R1sZhzHJ+Grb7dp5GAxIFJ3sPlBWtecABhGjUyV2ZK33UwzFb/U6"
    "JtTDeECiE5gvk9tZpjU+GEL/d8iaI0RNRH613tUd7KYR9dWSrdJt0AAAAAZFeGlmAABNTQAqAAAACAABARIAAwAAAAEA"
    "BgAAAAAAAA=="
)
_RED, _BLUE, _WHITE = (0, 0, 255), (255, 0, 0), (255, 255, 255)


def _flag(mode: str = "RGB") -> Image.Image:
    image = Image.new("RGB", (64, 48), "white")
    image.paste("red", (0, 0, 32, 24))
    image.paste("blue", (32, 24, 64, 48))
    return image.convert(mode)


def _saved(image: Image.Image, format_name: str, **options: object) -> bytes:
    memory = io.BytesIO()
    image.save(memory, format_name, **options)
    return memory.getvalue()


def _only_page(data: bytes, limits: Limits | None = None) -> Page:
    opened = ingest.open(data, "picture", limits or Limits())
    assert opened.page_count == 1
    return opened.pages[0]


def _near(pixels: Pixels, x: float, y: float, colour: tuple[int, int, int]) -> bool:
    """Whether the pixel at a share of width and height has about this colour."""
    height, width = pixels.shape[:2]
    seen = pixels[int(y * height), int(x * width)].astype(int)
    return bool(np.abs(seen - np.array(colour)).max() <= 40)


def _is_flag(pixels: Pixels) -> bool:
    corners = [(0.2, 0.2, _RED), (0.8, 0.8, _BLUE), (0.8, 0.2, _WHITE), (0.2, 0.8, _WHITE)]
    return all(_near(pixels, x, y, colour) for x, y, colour in corners)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (FileKind.JPEG, _saved(_flag(), "JPEG", quality=95)),
        (FileKind.JPEG, _saved(_flag(), "JPEG", quality=95, progressive=True)),
        (FileKind.JPEG, _saved(_flag("CMYK"), "JPEG", quality=95)),
        (FileKind.PNG, _saved(_flag(), "PNG")),
        (FileKind.PNG, _saved(_flag("P"), "PNG")),
        (FileKind.PNG, _saved(_flag("RGBA"), "PNG")),
        (FileKind.WEBP, _saved(_flag(), "WEBP")),
        (FileKind.TIFF, _saved(_flag(), "TIFF")),
        (FileKind.TIFF, _saved(_flag(), "TIFF", compression="tiff_lzw")),
        (FileKind.TIFF, _saved(_flag("CMYK"), "TIFF")),
        (FileKind.BMP, _saved(_flag(), "BMP")),
        (FileKind.GIF, _saved(_flag(), "GIF")),
        (FileKind.GIF, _saved(_flag(), "GIF", save_all=True, append_images=[_flag("L")])),
        (FileKind.HEIC, base64.b64decode(_HEIC)),
    ],
)
def test_every_kind_is_decoded(kind: FileKind, data: bytes) -> None:
    with ingest.open(data, "picture") as opened:
        assert (opened.kind, opened.page_count, opened.notices) == (kind, 1, ())
        page = opened.pages[0]
        assert (page.width, page.height, page.text, page.is_picture) == (64, 48, (), True)
        pixels = page.draw(1.0)
        assert (pixels.shape, pixels.dtype) == ((48, 64, 3), np.uint8)
        assert _is_flag(pixels)


def _stored(orientation: int) -> Image.Image:
    how = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    return _flag() if how is None else _flag().transpose(how)


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_cameras_orientation_is_honoured(format_name: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    page = _only_page(_saved(_stored(orientation), format_name, exif=exif))
    assert (page.width, page.height) == (64, 48)
    assert _is_flag(page.draw(1.0))
    assert _is_flag(page.draw(0.5))
    assert page.draw(0.5).shape == (24, 32, 3)


def test_a_heic_is_turned_once() -> None:
    page = _only_page(base64.b64decode(_HEIC_TURNED))
    pixels = page.draw(1.0)
    assert (page.width, page.height) == (48, 64)
    assert pixels.shape == (64, 48, 3)
    assert _near(pixels, 0.8, 0.2, _RED)
    assert _near(pixels, 0.2, 0.8, _BLUE)


def test_unusual_depths_and_transparency() -> None:
    ramp = np.linspace(0, 65535, 64 * 48).reshape(48, 64)
    for image in (
        Image.fromarray(ramp.astype(np.uint16)),
        Image.fromarray(ramp.astype(np.int32)),
        Image.fromarray((ramp / 65535).astype(np.float32)),
    ):
        pixels = _only_page(_saved(image, "TIFF")).draw(1.0)
        assert (pixels[0, 0, 0], pixels[-1, -1, 0]) == (0, 255), image.mode
        assert abs(int(pixels[24, 0, 1]) - 128) <= 1, image.mode

    half_clear = _flag("RGBA")
    half_clear.putalpha(Image.linear_gradient("L").resize((64, 48)).point(lambda v: v and 255))
    half_clear.paste((0, 0, 0, 0), (0, 0, 64, 10))
    assert _only_page(_saved(half_clear, "PNG")).draw(1.0)[5, 40].tolist() == [255, 255, 255]

    all_clear = _flag("RGBA")
    all_clear.putalpha(0)
    assert _is_flag(_only_page(_saved(all_clear, "PNG")).draw(1.0))

    grey_with_alpha = Image.new("LA", (64, 48), (0, 0))
    grey_with_alpha.paste((10, 255), (0, 0, 32, 48))
    pixels = _only_page(_saved(grey_with_alpha, "PNG")).draw(1.0)
    assert (pixels[9, 9].tolist(), pixels[9, 60].tolist()) == ([10] * 3, [255] * 3)

    bilevel = _only_page(_saved(_flag("1"), "TIFF", compression="group4")).draw(1.0)
    assert set(np.unique(bilevel)) <= {0, 255}


def test_scales_and_parts() -> None:
    page = _only_page(_saved(_flag(), "PNG"))
    assert page.draw(2.0).shape == (96, 128, 3)
    assert page.draw(0.1).shape == (5, 6, 3)
    part = page.draw_part(Box(30.5, 20.2, 200, 24), 2.0)
    assert part.shape == (8, 68, 3)
    assert _near(part, 0.01, 0.5, _RED)
    assert np.array_equal(page.draw_part(Box(0, 0, 64, 48), 1.0), page.draw(1.0))
    for scale in (0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="scale"):
            page.draw(scale)
    with pytest.raises(ValueError, match="outside"):
        page.draw_part(Box(100, 0, 120, 10), 1.0)


def test_a_jpeg_drawn_small_looks_like_the_large_one() -> None:
    data = _saved(_flag().resize((1000, 750)), "JPEG", quality=95)
    small_first = _only_page(data).draw(0.13)
    page = _only_page(data)
    page.draw(1.0)
    assert small_first.shape == page.draw(0.13).shape
    assert np.abs(small_first.astype(int) - page.draw(0.13)).mean() < 3


def test_a_tiff_has_pages_one_at_a_time() -> None:
    others = [_flag().rotate(180), _flag("L").resize((30, 20)), _flag("1")]
    data = _saved(_flag(), "TIFF", save_all=True, append_images=others)
    with ingest.open(data, "fax.tif") as opened:
        assert opened.page_count == 4
        assert [page.index for page in opened.pages] == [0, 1, 2, 3]
        assert opened.pages[2].draw(1.0).shape == (20, 30, 3)
        assert _is_flag(opened.pages[0].draw(1.0))
        assert _near(opened.pages[-3].draw(1.0), 0.2, 0.2, _BLUE)
        with pytest.raises(IndexError):
            opened.pages[4]
    with pytest.raises(DocumentError, match="too_many_pages") as caught:
        ingest.open(data, "fax.tif", Limits(max_pages=3))
    assert "3 页" in caught.value.record.message
    assert ingest.open(data, "fax.tif", Limits(max_pages=4)).page_count == 4


def test_a_tiff_cut_off_keeps_its_whole_pages() -> None:
    data = _saved(_flag(), "TIFF", save_all=True, append_images=[_flag(), _flag()])
    with ingest.open(data[: len(data) // 2], "fax.tif") as opened:
        assert opened.page_count == 3
        assert _is_flag(opened.pages[0].draw(1.0))
        for index in (1, 2):
            with pytest.raises(DocumentError, match=r"truncated_image|damaged_image") as caught:
                opened.pages[index].draw(1.0)
            assert f"第 {index + 1} 页" in caught.value.record.message
        assert _is_flag(opened.pages[0].draw(1.0))


def _png_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    marks = (chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(marks)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (_png_claiming(30_000, 30_000), "image_too_large"),
        (_png_claiming(12_000, 10_001), "image_too_large"),
        (_png_claiming(5000, 15), "image_too_small"),
        (_saved(Image.new("RGB", (1, 1)), "JPEG"), "image_too_small"),
        (_saved(Image.new("L", (9000, 1)), "BMP"), "image_too_small"),
        (b"\xff\xd8\xff\xe0 not really", "truncated_image"),
        (b"II*\0\x08\0\0\0\0\0\0\0\0\0\0\0", "damaged_image"),
    ],
)
def test_pictures_refused_before_decoding(data: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        ingest.open(data, "picture")
    assert caught.value.record.code == code


def test_a_drawing_larger_than_the_limit_is_refused() -> None:
    page = _only_page(_saved(_flag(), "PNG"), Limits(max_pixels=64 * 48))
    assert page.draw(1.0).shape == (48, 64, 3)
    for draw in (lambda: page.draw(2.0), lambda: page.draw_part(Box(0, 0, 64, 48), 2.0)):
        with pytest.raises(DocumentError, match="image_too_large"):
            draw()


def test_the_name_is_only_compared() -> None:
    data = _saved(_flag(), "PNG")
    for name in ("a.png", "a.PNG", "a", "发票", "a.v2", ".png"):
        assert ingest.open(data, name).notices == (), name
    for name in ("a.jpg", "a.PDF", "a.ofd", "a.png.txt"):
        (notice,) = ingest.open(data, name).notices
        assert notice.code == "extension_mismatch"
        assert "PNG" in notice.message
        assert "PNG" in notice.message_en


def test_a_closed_file_is_not_drawn() -> None:
    for data in (_saved(_flag(), "PNG"), _saved(_flag(), "TIFF")):
        with ingest.open(data, "a") as opened:
            page = opened.pages[0]
            kept = page.draw(1.0)
        opened.close()
        with pytest.raises(ValueError, match="closed"):
            page.draw(1.0)
        assert _is_flag(kept)
        assert not kept.flags.writeable
