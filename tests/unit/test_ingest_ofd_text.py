"""The text of OFD pages as positioned tokens: every way it is placed, nested and hidden."""

import pytest

from ingest.limits import Limits
from ingest.ofd import OfdReader
from models.geometry import Box
from models.page import Page, Source, Token
from tests.support.ofd import MM, members, ofd, ofd_xml, page_xml, text, zipped

FONT = '<ofd:Fonts><ofd:Font ID="1" FontName="宋体"/></ofd:Fonts>'


def _page(objects: str, area: str = "0 0 210 140", **more: str) -> Page:
    return OfdReader(ofd(page_xml(objects), area=area, **more), Limits()).page(0)


def _tokens(objects: str, **more: str) -> list[Token]:
    return list(_page(objects, resources=FONT, **more).text)


def _texts(objects: str, **more: str) -> list[str]:
    return [token.text for token in _tokens(objects, **more)]


def _near(box: Box, x0: float, y0: float, x1: float, y1: float) -> bool:
    """Whether a box in pixels is the one in millimetres, give or take a pixel."""
    wanted = (x0 * MM, y0 * MM, x1 * MM, y1 * MM)
    return all(abs(value - other) <= 1.0 for value, other in zip(box, wanted, strict=True))


def test_a_page_is_measured_and_read_in_pixels() -> None:
    page = _page(text("发票号码", 20, 10))
    (token,) = page.text
    assert (page.width, page.height, page.is_picture) == (1654, 1102, False)
    assert (token.text, token.source, token.confidence) == ("发票号码", Source.OFD, 1.0)
    assert _near(token.box, 20, 14 - 0.86 * 4, 36, 14 + 0.14 * 4)
    assert token.char_x == pytest.approx([x * MM for x in (20, 24, 28, 32, 36)], abs=1)


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        # one step for all, by turns and for each; fewer than there are characters
        (text("价税合计", 5, 5, code='DeltaX="g 3 4"'), ["价税合计"]),
        (text("12月", 5, 5, code='DeltaX="g 1 2 2"'), ["12月"]),
        (text("1234", 5, 5, code='DeltaX="2 2 2"'), ["1234"]),
        (text("1234", 5, 5, code='DeltaX="g 1 2"'), ["1234"]),
        (text("1234", 5, 5, code='DeltaX="g 999999999 2"'), ["1234"]),
        (text("购买方", 5, 5, code='DeltaX=" "'), ["购买方"]),
        # values glued into one object stand apart, and objects that touch are one value
        (text("1419", 5, 5, code='DeltaX="20 2 2"'), ["1", "419"]),
        (text("名称：", 5, 5) + text("某公司", 17.4, 5), ["名称：某公司"]),
        (text("金额", 5, 5) + text("税额", 25, 5), ["金额", "税额"]),
        (text("年月", 20, 5, code='DeltaX="12"') + text("11", 26, 5, code='DeltaX="2"'),
         ["年", "11", "月"]),
        # labels written downwards
        (text("购买方", 5, 5, code='DeltaY="g 2 4.5"'), ["购买方"]),
        (text("购买方", 5, 5, code='X="0" Y="4"', ReadDirection=90), ["购买方"]),
        # white space: kept inside a line, dropped where a program indented the file
        (text("\n        发票\n      ", 5, 5, code='DeltaX="4"'), ["发票"]),
        (text("电 话", 5, 5, code='DeltaX="g 2 4"'), ["电 话"]),
        (text("   ", 5, 5), []),
        # nested, scaled and moved
        (f"<ofd:PageBlock><ofd:PageBlock>{text('里层', 5, 5)}</ofd:PageBlock></ofd:PageBlock>",
         ["里层"]),
        (text("放大", 5, 5, code='X="0" Y="1" DeltaX="1"', Size=1, CTM="4 0 0 4 0 0"), ["放大"]),
        (text("竖排", 100, 50, CTM="0 1 -1 0 0 0"), ["竖排"]),
        # what cannot be seen is not there
        (text("不见", 5, 5, Visible="false"), []),
        (text("不见", 5, 5, Alpha=0), []),
        (text("不见", 5, 5, '<ofd:FillColor Value="0 0 0" Alpha="0"/>'), []),
        (text("不见", 5, 5, Fill="false"), []),
        (text("不见", 300, 5), []),
        (text("不见", 5, 5, Size=0), []),
        # nonsense is left out, the rest stays
        (text("坏", 5, 5, Size="NaN") + text("好", 5, 20), ["好"]),
        (text("坏", 5, 5, CTM="1e9 0 0 1 0 0") + text("好", 5, 20), ["好"]),
        (text("坏", 5, 5, CTM="1 0 0") + text("好", 5, 20), ["好"]),
        (text("坏坏", 5, 5, code='DeltaX="inf"') + text("好", 5, 20), ["好"]),
    ],
)  # fmt: skip
def test_how_text_is_placed(objects: str, expected: list[str]) -> None:
    assert _texts(objects) == expected


def test_several_text_codes_in_one_object() -> None:
    codes = (
        '<ofd:TextObject ID="9" Font="1" Size="4" Boundary="5 5 60 12">'
        '<ofd:TextCode X="0" Y="4" DeltaX="4">上海</ofd:TextCode>'
        '<ofd:TextCode X="8" Y="4" DeltaX="3"><![CDATA[&某]]></ofd:TextCode>'
        '<ofd:TextCode X="0" Y="10" DeltaX="4">下行</ofd:TextCode></ofd:TextObject>'
    )
    assert _texts(codes) == ["上海&某", "下行"]


def test_a_downward_step_turns_no_character_and_a_turned_object_all() -> None:
    level, angled = _tokens(text("平", 5, 5) + text("直立着", 100, 50, CTM="0 1 -1 0 0 0"))
    assert len(level.char_x) == 2
    assert angled.char_x == ()
    assert angled.box.height > 2 * angled.box.width


def test_a_missing_size_fills_the_boundary() -> None:
    (token,) = _tokens(text("无号", 5, 5, Size="", Boundary="5 5 8 4"))
    assert token.box.height == pytest.approx(4 * MM, abs=1)


@pytest.mark.parametrize(
    ("own", "document", "pixels"),
    [
        ("0 0 210 297", "0 0 210 140", (1654, 2339)),
        ("", "0 0 241 140", (1898, 1102)),
        ("0 0 0 0", "0 0 210 140", (1654, 1102)),
        ("0 0 NaN 5", "0 0 210 140", (1654, 1102)),
        ("", "none", (1654, 2339)),
    ],
)
def test_the_size_of_a_page(own: str, document: str, pixels: tuple[int, int]) -> None:
    page = OfdReader(ofd(page_xml("", own), area=document), Limits()).page(0)
    assert (page.width, page.height) == pixels


def test_a_page_whose_box_begins_elsewhere() -> None:
    (token,) = _page(text("角", 100, 50), area="100 50 210 140").text
    assert _near(token.box, 0, 4 - 0.86 * 4, 4, 4 + 0.14 * 4)


def test_templates_composites_and_annotations_are_read() -> None:
    unit = (
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="50" Width="9" Height="9">'
        f"<ofd:Content>{text('组合', 0, 0)}</ofd:Content></ofd:CompositeGraphicUnit>"
        "</ofd:CompositeGraphicUnits>"
    )
    composite = '<ofd:CompositeObject ID="51" ResourceID="50" Boundary="50 50 20 20"/>'
    page = page_xml(composite, templates='<ofd:Template TemplateID="60" ZOrder="Foreground"/>')
    annotation = (
        '<PageAnnot><Annot ID="1"><Appearance Boundary="100 100 50 9">'
        f"{text('下载次数', 0, 0)}</Appearance></Annot>"
        f'<Annot ID="2" Visible="false"><Appearance>{text("不见", 0, 0)}</Appearance></Annot>'
        "</PageAnnot>"
    )
    lists = '<Annotations><Page PageID="1"><FileLoc>Page_1.xml</FileLoc></Page></Annotations>'
    data = ofd(
        page,
        resources=FONT + unit,
        common='<ofd:TemplatePage ID="60" BaseLoc="Tpls/Tpl_0/Content.xml"/>',
        lists="<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>",
        extra={
            "Doc_0/Tpls/Tpl_0/Content.xml": page_xml(text("模板", 20, 20)),
            "Doc_0/Annots/Annotations.xml": lists,
            "Doc_0/Annots/Page_1.xml": annotation.replace("ofd:", ""),
        },
    )
    tokens = OfdReader(data, Limits()).page(0).text
    assert [token.text for token in tokens] == ["模板", "组合", "下载次数"]
    assert _near(tokens[1].box, 50, 54 - 3.44, 58, 54.56)


def test_several_documents_follow_each_other() -> None:
    one = members(page_xml(text("一", 5, 5)), page_xml(text("二", 5, 5)))
    two = {
        name.replace("Doc_0", "Doc_1"): data
        for name, data in members(page_xml(text("三", 5, 5))).items()
    }
    body = "<ofd:DocBody><ofd:DocRoot>/Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    both = two | one | {"OFD.xml": ofd_xml().replace("</ofd:OFD>", body)}
    reader = OfdReader(zipped(both), Limits())
    found = [reader.page(index).text[0].text for index in range(reader.page_count)]
    assert found == ["一", "二", "三"]
    reader.close()


def test_too_much_text_to_place_is_left_aside() -> None:
    page = OfdReader(ofd(page_xml(text("字" * 30, 5, 5))), Limits(max_characters=20)).page(0)
    assert page.text == ()
    assert page.is_picture
