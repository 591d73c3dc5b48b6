"""OFD pages as pictures: paths, text, pictures in every format, clips, seals and odd content."""

import io

import numpy as np
import pytest
import segno
import zxingcpp
from PIL import Image

from ingest.limits import Limits
from ingest.ofd import OfdReader
from ingest.ofd.fonts import has_chinese, substitutes
from ingest.ofd.resources import FontRef
from ingest.ofd.seals import Stamp
from models.geometry import Box
from models.page import Pixels
from tests.support.ofd import MM, image, media, ofd, page_xml, path, square, text

RED, GREEN, BLUE, WHITE, BLACK = (0, 0, 255), (0, 255, 0), (255, 0, 0), (255,) * 3, (0,) * 3


def _drawn(objects: str, **more: object) -> Pixels:
    return OfdReader(ofd(page_xml(objects), **more), Limits()).page(0).draw(1.0)


def _at(pixels: Pixels, x: float, y: float) -> tuple[int, ...]:
    """The colour (blue, green, red) at a place in millimetres."""
    return tuple(int(value) for value in pixels[round(y * MM), round(x * MM)])


def _close(color: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(one - two) <= 12 for one, two in zip(color, wanted, strict=True))


def _ink(pixels: Pixels, x0: float, y0: float, x1: float, y1: float) -> float:
    """The share of pixels in a box (mm) that are not white."""
    cut = pixels[round(y0 * MM) : round(y1 * MM), round(x0 * MM) : round(x1 * MM)]
    return float((cut < 128).any(axis=2).mean())


def _file(picture: Image.Image, kind: str, **options: object) -> bytes:
    memory = io.BytesIO()
    picture.save(memory, kind, **options)
    return memory.getvalue()


def _jbig2(picture: Image.Image, in_turn: bool = True) -> bytes:
    """A JBIG2 file with the picture as one region in MMR, which is what TIFF calls group 4."""
    packed = Image.open(io.BytesIO(_file(picture.convert("1"), "TIFF", compression="group4")))
    start, length = packed.tag_v2[273][0], packed.tag_v2[279][0]  # type: ignore[attr-defined]
    coded = packed.fp.getvalue()[start : start + length]  # type: ignore[union-attr]
    if packed.tag_v2[262] == 1:  # type: ignore[attr-defined]
        coded = _jbig2_bits(picture)
    size = picture.width.to_bytes(4, "big") + picture.height.to_bytes(4, "big")
    bodies = [(48, size + bytes(11)), (38, size + bytes(9) + b"\1" + coded), (51, b"")]
    heads = [
        number.to_bytes(4, "big") + bytes([kind, 0, 1]) + len(body).to_bytes(4, "big")
        for number, (kind, body) in enumerate(bodies)
    ]
    start_of_file = b"\x97JB2\r\n\x1a\n" + (b"\1" if in_turn else b"\0") + b"\0\0\0\1"
    if in_turn:
        pairs = zip(heads, bodies, strict=True)
        return start_of_file + b"".join(head + body for head, (_, body) in pairs)
    return start_of_file + b"".join(heads) + b"".join(body for _, body in bodies)


def _jbig2_bits(picture: Image.Image) -> bytes:
    """Group 4 data in which a set bit is black."""
    flipped = picture.convert("L").point(lambda value: 255 - value).convert("1")
    memory = _file(flipped, "TIFF", compression="group4")
    packed = Image.open(io.BytesIO(memory))
    start, length = packed.tag_v2[273][0], packed.tag_v2[279][0]  # type: ignore[attr-defined]
    return memory[start : start + length]


def _qr() -> Image.Image:
    memory = io.BytesIO()
    segno.make("01,32,,25000000000000000001,100.00,20250101,,ABCD", error="m").save(
        memory, kind="png", scale=4, border=4
    )
    return Image.open(memory).convert("L")


@pytest.mark.parametrize(
    ("objects", "place", "color"),
    [
        (square(10, 10, 20), (20, 20), RED),
        (square(10, 10, 20, "#00 #ff #00"), (20, 20), GREEN),
        (square(10, 10, 20), (40, 20), WHITE),
        (square(0, 0, 20, Boundary="50 50 30 30"), (60, 60), RED),
        (square(5, 5, 10, CTM="2 0 0 2 0 0"), (25, 25), RED),
        (square(10, 10, 20, Visible="false"), (20, 20), WHITE),
        (square(10, 10, 20, Alpha="127"), (20, 20), (128, 128, 255)),
        (square(10, 10, 20) + square(10, 10, 20, "0 0 255"), (20, 20), BLUE),
        # a fill without a colour is none; a stroke without one is black
        (path("M 10 10 L 30 10 L 30 30 C", Fill="true", Stroke="false"), (26, 14), WHITE),
        (path("M 10 20 L 30 20", LineWidth=2), (20, 20), BLACK),
        (path("M 10 20 L 30 20", LineWidth=2, DashPattern="5 5"), (17.5, 20), WHITE),
        # curves: half a circle as an arc, as two cubics and as two quadratics
        (path("M 10 30 A 10 10 0 1 1 30 30 C", '<ofd:FillColor Value="255 0 0"/>', Fill="true"),
         (20, 24), RED),
        (path("M 10 30 B 10 17 30 17 30 30 C", '<ofd:FillColor Value="255 0 0"/>', Fill="true"),
         (20, 24), RED),
        (path("M 10 30 Q 20 10 30 30 C", '<ofd:FillColor Value="255 0 0"/>', Fill="true"),
         (20, 24), RED),
        # the hole of two squares by the even-odd rule
        (path("M 10 10 L 40 10 L 40 40 L 10 40 C M 20 20 L 30 20 L 30 30 L 20 30 C",
              '<ofd:FillColor Value="255 0 0"/>', Fill="true", Stroke="false", Rule="Even-Odd"),
         (25, 25), WHITE),
        # a shading gives its first colour
        (path("M 10 10 L 40 10 L 40 40 L 10 40 C", "<ofd:FillColor><ofd:AxialShd><ofd:Segment>"
              '<ofd:Color Value="255 0 0"/></ofd:Segment></ofd:AxialShd></ofd:FillColor>',
              Fill="true", Stroke="false"), (25, 25), RED),
        # what makes no sense is left out, and the rest drawn
        (path("M 0 0 X 5", Fill="true") + square(10, 10, 20), (20, 20), RED),
        (path("L 5 5") + square(10, 10, 20), (20, 20), RED),
        (square(10, 10, 20, CTM="NaN 0 0 1 0 0") + square(10, 10, 20), (20, 20), RED),
        (image("404", "10 10 9 9") + square(10, 10, 20), (20, 20), RED),
    ],
)  # fmt: skip
def test_paths(objects: str, place: tuple[float, float], color: tuple[int, ...]) -> None:
    assert _close(_at(_drawn(objects), *place), color)


def test_colours_of_other_spaces_and_shared_parameters() -> None:
    resources = (
        '<ofd:ColorSpaces><ofd:ColorSpace ID="2" Type="CMYK"/><ofd:ColorSpace ID="3" Type="GRAY"/>'
        '<ofd:ColorSpace ID="4" Type="RGB"><ofd:Palette><ofd:CV>0 0 0</ofd:CV>'
        "<ofd:CV>0 255 0</ofd:CV></ofd:Palette></ofd:ColorSpace></ofd:ColorSpaces>"
        '<ofd:DrawParams><ofd:DrawParam ID="5" Relative="6"/>'
        '<ofd:DrawParam ID="6" Relative="5"><ofd:FillColor Value="0 0 255"/></ofd:DrawParam>'
        "</ofd:DrawParams>"
    )
    data = "M 10 10 L 30 10 L 30 30 L 10 30 C"
    fill = {"Fill": "true", "Stroke": "false"}
    colors = {
        '<ofd:FillColor Value="0 255 255 0" ColorSpace="2"/>': RED,
        '<ofd:FillColor Value="128" ColorSpace="3"/>': (128, 128, 128),
        '<ofd:FillColor Index="1" ColorSpace="4"/>': GREEN,
    }
    for stated, color in colors.items():
        assert _close(_at(_drawn(path(data, stated, **fill), resources=resources), 20, 20), color)
    shared = _drawn(path(data, DrawParam="5", **fill), resources=resources)
    assert _close(_at(shared, 20, 20), BLUE)


@pytest.mark.parametrize(("flag", "inside"), [("false", True), ("true", False)])
def test_clips_cut_and_may_follow_the_object(flag: str, inside: bool) -> None:
    area = "<ofd:AbbreviatedData>M 10 10 L 20 10 L 20 20 L 10 20 C</ofd:AbbreviatedData>"
    clips = (
        f'<ofd:Clips TransFlag="{flag}"><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 210 140">'
        f"{area}</ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>"
    )
    item = square(0, 0, 50, CTM="2 0 0 2 0 0").replace("<ofd:Abb", clips + "<ofd:Abb", 1)
    pixels = _drawn(item)
    assert _close(_at(pixels, 15, 15), RED) is inside
    assert _close(_at(pixels, 30, 30), RED) is not inside


@pytest.mark.parametrize(
    "data",
    [
        _file(_qr(), "PNG"),
        _file(_qr(), "PNG", bits=1),
        _file(_qr().convert("RGB"), "JPEG", quality=90),
        _file(_qr().convert("CMYK"), "JPEG", quality=90),
        _file(_qr(), "BMP"),
        _file(_qr(), "GIF"),
        _file(_qr(), "TIFF"),
        _file(_qr().convert("LA"), "PNG"),
        _jbig2(_qr()),
        _jbig2(_qr(), in_turn=False),
    ],
    ids=("png", "png1", "jpeg", "cmyk", "bmp", "gif", "tiff", "alpha", "jbig2", "jbig2-random"),
)
def test_the_code_decodes_in_every_format(data: bytes) -> None:
    pixels = _drawn(
        image("5", "10 10 25 25"),
        resources=media("5", "qr.bin"),
        extra={"Doc_0/Res/qr.bin": data},
    )
    assert [code.text for code in zxingcpp.read_barcodes(pixels)] == [
        "01,32,,25000000000000000001,100.00,20250101,,ABCD"
    ]


@pytest.mark.parametrize(
    "data",
    [b"", b"no picture", _file(_qr(), "PNG")[:300], _jbig2(_qr())[:40], b"\x97JB2\r\n\x1a\n\1"],
)
def test_a_broken_picture_costs_only_itself(data: bytes) -> None:
    pixels = _drawn(
        image("5", "10 10 25 25") + square(50, 50, 20),
        resources=media("5", "a.png"),
        extra={"Doc_0/Res/a.png": data},
    )
    assert _close(_at(pixels, 60, 60), RED)


def test_transparency_and_masks_of_pictures() -> None:
    half = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    half.paste((255, 0, 0, 255), (0, 0, 4, 8))
    mask = Image.new("L", (8, 8), 255)
    mask.paste(0, (0, 0, 4, 8))
    plain = Image.new("RGB", (8, 8), (255, 0, 0))
    files = {"a.png": half, "b.png": plain, "c.png": mask}
    pixels = _drawn(
        image("a", "10 10 20 20") + image("b", "50 10 20 20", ImageMask="c"),
        resources="".join(media(name[0], name) for name in files),
        extra={f"Doc_0/Res/{name}": _file(one, "PNG") for name, one in files.items()},
    )
    assert _close(_at(pixels, 14, 20), RED)
    assert _close(_at(pixels, 26, 20), WHITE)
    assert _close(_at(pixels, 54, 20), WHITE)
    assert _close(_at(pixels, 66, 20), RED)


@pytest.mark.parametrize(
    "attributes",
    [{}, {"Font": "404"}, {"Weight": "700"}, {"Italic": "true"}, {"HScale": "0.5"}],
)
def test_text_without_an_embedded_font_is_drawn(attributes: dict[str, str]) -> None:
    if not has_chinese():
        pytest.skip("no Chinese font is installed")
    pixels = _drawn(text("税务", 20, 20, **attributes))
    assert _ink(pixels, 20, 20, 28, 26) > 0.05
    assert _ink(pixels, 40, 20, 60, 26) == 0


def test_an_embedded_font_is_drawn_by_glyph_number() -> None:
    faces = substitutes(FontRef("Arial"))
    if not faces:
        pytest.skip("no font is installed")
    glyph = faces[0].glyph("H")
    resources = (
        '<ofd:Fonts><ofd:Font ID="1" FontName="X"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font>'
        "</ofd:Fonts>"
    )
    transform = (
        '<ofd:CGTransform CodePosition="0" CodeCount="1" GlyphCount="1">'
        f"<ofd:Glyphs>{glyph}</ofd:Glyphs></ofd:CGTransform>"
    )
    extra = {"Doc_0/Res/f.ttf": faces[0].data}
    by_number = _drawn(text("?", 20, 20, transform), resources=resources, extra=extra)
    by_letter = _drawn(text("H", 20, 20), resources=resources, extra=extra)
    assert np.array_equal(by_number, by_letter)
    assert _ink(by_number, 20, 20, 24, 26) > 0.05
    broken = _drawn(text("H", 20, 20), resources=resources, extra={"Doc_0/Res/f.ttf": b"\0\1\0\0"})
    assert _ink(broken, 20, 20, 24, 26) > 0.02


def test_templates_and_layers_lie_in_their_order() -> None:
    layers = (
        f'<ofd:Layer Type="Foreground">{square(10, 10, 10)}</ofd:Layer>'
        f'<ofd:Layer Type="Background">{square(10, 10, 30, "0 0 255")}</ofd:Layer>'
    )
    page = page_xml("", templates='<ofd:Template TemplateID="6"/>').replace(
        "<ofd:Layer></ofd:Layer>", layers
    )
    data = ofd(
        page,
        common='<ofd:TemplatePage ID="6" BaseLoc="Tpl.xml"/>',
        extra={"Doc_0/Tpl.xml": page_xml(square(10, 10, 60, "0 255 0"))},
    )
    pixels = OfdReader(data, Limits()).page(0).draw(1.0)
    colors = [_at(pixels, place, place) for place in (15, 35, 65)]
    assert all(_close(one, two) for one, two in zip(colors, (RED, BLUE, GREEN), strict=True))


def test_stamps_are_pictures_or_ofds_of_their_own() -> None:
    seal = ofd(page_xml(square(0, 0, 10)), area="0 0 10 10")
    picture = _file(Image.new("RGB", (4, 4), (0, 0, 255)), "PNG")
    stamps = (
        Stamp("1", Box(20, 20, 50, 40), seal),
        Stamp("1", Box(100, 20, 130, 40), picture, clip=Box(0, 0, 10, 20)),
        Stamp("1", Box(60, 60, 70, 70), b"neither"),
        Stamp("2", Box(0, 0, 210, 140), picture),
    )
    reader = OfdReader(ofd(page_xml("")), Limits(), stamp_pictures=stamps)
    pixels = reader.page(0).draw(1.0)
    places = {(45, 35): RED, (105, 30): BLUE, (120, 30): WHITE, (65, 65): WHITE}
    assert all(_close(_at(pixels, *place), color) for place, color in places.items())


def test_a_part_is_drawn_as_in_the_whole_and_is_read_only() -> None:
    page = OfdReader(ofd(page_xml(square(10, 10, 20))), Limits()).page(0)
    whole, part = page.draw(1.0), page.draw_part(Box(60, 60, 300, 200), 1.0)
    assert whole.shape == (page.height, page.width, 3)
    assert np.array_equal(part, whole[60:200, 60:300])
    assert not part.flags.writeable
    assert page.draw(0.5).shape == (551, 827, 3)
