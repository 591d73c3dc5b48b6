"""OFDs made to hang, to eat memory or to crash: one clear error, or drawn as far as it goes."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from ingest.limits import Limits
from ingest.ofd import OfdReader
from models.errors import DocumentError
from tests.support.ofd import image, media, members, ofd, page_xml, path, square, text, xml, zipped


def _reader(data: bytes, **limits: float) -> OfdReader:
    return OfdReader(data, Limits(**limits))  # type: ignore[arg-type]


def _code(read: Callable[[], object]) -> str:
    with pytest.raises(DocumentError) as caught:
        read()
    return caught.value.record.code


def _units(count: int, inner: str) -> str:
    """Composite graphics, each of which holds ten of the next one."""
    found = []
    for number in range(count):
        following = f'<ofd:CompositeObject ResourceID="u{number + 1}"/>' * 10
        content = following if number + 1 < count else inner
        found.append(
            f'<ofd:CompositeGraphicUnit ID="u{number}"><ofd:Content>{content}</ofd:Content>'
            "</ofd:CompositeGraphicUnit>"
        )
    return f"<ofd:CompositeGraphicUnits>{''.join(found)}</ofd:CompositeGraphicUnits>"


def _huge_png() -> bytes:
    """A PNG of a few bytes that declares 60,000 x 60,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


LOOP = (
    '<ofd:CompositeGraphicUnit ID="u0"><ofd:Content><ofd:CompositeObject ResourceID="u0"/>'
    "</ofd:Content></ofd:CompositeGraphicUnit>"
)
BIG = f"<ofd:TextObject Size='4'><ofd:TextCode Y='4'>{'字' * 300}</ofd:TextCode></ofd:TextObject>"
UNIT = '<ofd:CompositeObject ResourceID="u0" Boundary="300 0 1 1"/>'
GOOD = text("好", 5, 5)
SELF = '<ofd:TemplatePage ID="6" BaseLoc="Pages/Page_1/Content.xml"/>'


@pytest.mark.parametrize(
    "data",
    [
        ofd(page_xml(GOOD + UNIT), resources=LOOP),
        ofd(page_xml(GOOD + UNIT), resources=_units(9, "")),
        ofd(page_xml(GOOD + UNIT), resources=_units(9, square(0, 0, 1))),
        ofd(page_xml(GOOD + UNIT), resources=_units(6, BIG)),
        ofd(page_xml(GOOD + UNIT), resources=_units(6, path("M 0 0 " + "L 1 1 " * 5000))),
        ofd(page_xml(GOOD, templates='<ofd:Template TemplateID="6"/>' * 50), common=SELF),
        ofd(page_xml("<ofd:PageBlock>" * 80 + "</ofd:PageBlock>" * 80 + GOOD)),
        ofd(page_xml(square(1e5, -1e5, 9e5) + GOOD)),
        ofd(page_xml(text("坏", 5, 5, CTM="1e5 0 0 1e5 0 0", Boundary="9e5 9e5 1 1") + GOOD)),
        ofd(page_xml(text("坏坏", 5, 5, Size="9e5") + GOOD)),
        ofd(
            page_xml(image("5", "5 5 9 9") + GOOD),
            resources=media("5", "a.png"),
            extra={"Doc_0/Res/a.png": _huge_png()},
        ),
        ofd(page_xml(path("M 0 0 L 200 9", LineWidth="1e5", DashPattern="1e-5 1e-5") + GOOD)),
    ],
    ids=range(12),
)
def test_what_can_be_read_and_drawn_still_is(data: bytes) -> None:
    page = _reader(data, max_draw_seconds=5).page(0)
    assert "好" in {token.text for token in page.text}
    assert page.draw(0.25).size > 0


def test_more_objects_than_any_page_has() -> None:
    many = page_xml("".join(f'<ofd:ImageObject ID="{n}"/>' for n in range(50_000)))
    reader = _reader(ofd(page_xml(GOOD), many))
    assert _code(lambda: reader.page(1)) == "xml_too_complex"
    assert reader.page(0).text[0].text == "好"


@pytest.mark.parametrize("broken", ["<ofd:Page", "", None, "<!DOCTYPE a><a/>"])
def test_one_bad_page_leaves_the_others(broken: str | None) -> None:
    found = members(page_xml(GOOD), "")
    if broken is None:
        del found["Doc_0/Pages/Page_2/Content.xml"]
    else:
        found["Doc_0/Pages/Page_2/Content.xml"] = broken
    reader = _reader(zipped(found))
    assert reader.page_count == 2
    assert reader.page(0).text[0].text == "好"
    assert _code(lambda: reader.page(1)) == "damaged_page"


@pytest.mark.parametrize(
    ("area", "size"), [("0 0 1e6 1e6", 7746), ("0 0 999999 2000", 60_000_000), ("0 0 5 5", 39)]
)
def test_huge_and_small_pages_keep_to_the_limits(area: str, size: int) -> None:
    page = _reader(ofd(page_xml(square(0, 0, 5)), area=area)).page(0)
    assert page.width * page.height <= 60_100_000
    assert page.width == size or page.width * page.height <= size * 1.01
    assert _code(lambda: page.draw(1e4)) == "image_too_large"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (ofd(page_xml(""), area="0 0 1e6 1"), "image_too_small"),
        (ofd(page_xml(""), area="0 0 1.2 1.2"), "image_too_small"),
    ],
)
def test_pages_too_small_to_show(data: bytes, code: str) -> None:
    assert _code(lambda: _reader(data).page(0)) == code


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (members(), "damaged_ofd"),
        (members(*[page_xml("")] * 6), "too_many_pages"),
        (members(page_xml("")) | {"Doc_0/Document.xml": "<a"}, "damaged_xml"),
        ({name: data for name, data in members(page_xml("")).items() if "Document" not in name},
         "damaged_ofd"),
    ],
)  # fmt: skip
def test_documents_that_cannot_be_opened(found: dict[str, bytes | str], code: str) -> None:
    assert _code(lambda: _reader(zipped(found), max_pages=5)) == code


def test_tags_without_end() -> None:
    listed = "<ofd:CustomTag><ofd:FileLoc>Tag.xml</ofd:FileLoc></ofd:CustomTag>" * 2000
    tag = '<ObjectRef PageRef="1">9</ObjectRef>' * 5000
    data = ofd(
        page_xml(text("字" * 500, 5, 5, ID="9")),
        lists="<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>" * 100,
        extra={
            "Doc_0/Tags/CustomTags.xml": xml("CustomTags", listed),
            "Doc_0/Tags/Tag.xml": f"<a><{'b' * 300}><{'c' * 300}>{tag}"
            f"</{'c' * 300}></{'b' * 300}><d>{tag}</d></a>",
        },
    )
    (part,) = _reader(data).parts()
    assert len(part.values) == 5000
    assert {value.name for value in part.values} == {"d"}


def test_a_closed_reader_raises_nothing_foreign() -> None:
    memory = io.BytesIO()
    Image.new("RGB", (4, 4)).save(memory, "PNG")
    reader = _reader(
        ofd(
            page_xml(image("5", "5 5 9 9")),
            resources=media("5", "a.png"),
            extra={"Doc_0/Res/a.png": memory.getvalue()},
        )
    )
    page = reader.page(0)
    assert page.draw(0.2).size > 0
    reader.close()
    reader.close()
    assert _code(lambda: page.draw(0.2)) == "damaged_page"
