"""What an OFD states in structure: attached XML, custom tags pointing at text, DocInfo."""

import pytest

from ingest.limits import Limits
from ingest.ofd import OfdReader
from models.original import NamedText, PartKind, StructuredPart
from tests.support.ofd import MM, ofd, page_xml, text, xml

TAGS = "<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>"
TAG_LIST = xml("CustomTags", "<ofd:CustomTag><ofd:FileLoc>Tag.xml</ofd:FileLoc></ofd:CustomTag>")
ATTACHMENTS = "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>"


def _parts(data: bytes, kind: PartKind) -> list[StructuredPart]:
    return [part for part in OfdReader(data, Limits()).parts() if part.kind is kind]


def _tagged(tags: str, *pages: str) -> list[NamedText]:
    data = ofd(
        *pages,
        lists=TAGS,
        extra={"Doc_0/Tags/CustomTags.xml": TAG_LIST, "Doc_0/Tags/Tag.xml": tags},
    )
    return [value for part in _parts(data, PartKind.OFD_TAGS) for value in part.values]


def _names(values: list[NamedText]) -> list[tuple[str, str]]:
    return [(value.name, value.text) for value in values]


@pytest.mark.parametrize(
    "tags",
    [
        '<ofd:root xmlns:ofd="u"><ofd:Buyer><ofd:BuyerName><ofd:ObjectRef PageRef="1">64'
        "</ofd:ObjectRef></ofd:BuyerName></ofd:Buyer></ofd:root>",
        '<:eInvoice xmlns:=""><Buyer><BuyerName><ofd:ObjectRef PageRef="1">64</ofd:ObjectRef>'
        "</BuyerName></Buyer></:eInvoice>",
        '<fp:eInvoice xmlns:fp="u">\n<fp:Buyer>\n<fp:BuyerName>\n<fp:ObjectRef PageRef="1"> 64 '
        "</fp:ObjectRef></fp:BuyerName></fp:Buyer></fp:eInvoice>",
        # a page that is not there: the object is looked for on all
        '<a><Buyer><BuyerName><ObjectRef PageRef="77">64</ObjectRef></BuyerName></Buyer></a>',
        "<a><Buyer><BuyerName>某某公司</BuyerName></Buyer></a>",
    ],
)
def test_dialects_of_custom_tags(tags: str) -> None:
    values = _tagged(tags, page_xml(text("某某公司", 30, 20, ID="64")))
    assert _names(values) == [("Buyer.BuyerName", "某某公司")]


def test_a_tag_says_where_its_text_stands() -> None:
    tags = '<a><No><ObjectRef PageRef="2">5</ObjectRef></No></a>'
    pages = (page_xml(text("别的", 5, 5, ID="5")), page_xml(text("号码", 30, 20, ID="5")))
    (value,) = _tagged(tags, *pages)
    assert (value.text, value.page) == ("号码", 1)
    assert value.box is not None
    assert value.box.x0 == pytest.approx(30 * MM, abs=1)


def test_several_references_and_groups_keep_their_order() -> None:
    tags = (
        '<a><Total><ObjectRef PageRef="1">1</ObjectRef><ObjectRef PageRef="1">2</ObjectRef></Total>'
        '<Lines><Line><Item><ObjectRef PageRef="1">3</ObjectRef></Item></Line>'
        '<Line><Item><ObjectRef PageRef="1">4</ObjectRef></Item></Line></Lines>'
        '<Gone><ObjectRef PageRef="1">99</ObjectRef></Gone></a>'
    )
    places = enumerate(("¥", "12.00", "甲", "乙"), 1)
    page = page_xml("".join(text(word, 10, 9 * key, ID=key) for key, word in places))
    expected = [("Total", "¥"), ("Total", "12.00"), ("Lines.Line.Item", "甲")]
    assert _names(_tagged(tags, page)) == [*expected, ("Lines.Line.Item", "乙")]


def test_values_merged_into_one_object_are_parted_by_a_space() -> None:
    tags = '<a><Price><ObjectRef PageRef="1">3</ObjectRef></Price></a>'
    page = page_xml(text("14197.17", 10, 9, ID="3", code='DeltaX="15 g 6 2"'))
    assert _names(_tagged(tags, page)) == [("Price", "1 4197.17")]


def test_doc_info_has_names_and_values() -> None:
    info = (
        '<ofd:CustomDatas><ofd:CustomData Name="发票号码">12345678</ofd:CustomData>'
        '<ofd:CustomData Name="空"/></ofd:CustomDatas>'
    )
    (part,) = _parts(ofd(page_xml(""), info=info), PartKind.OFD_DATA)
    assert part.values == (NamedText("发票号码", "12345678"),)


def test_listed_and_forgotten_attachments() -> None:
    listed = xml(
        "Attachments",
        '<ofd:Attachment ID="1" Format="xml"><ofd:FileLoc>a.xml</ofd:FileLoc></ofd:Attachment>'
        '<ofd:Attachment ID="2"><ofd:FileLoc>picture.png</ofd:FileLoc></ofd:Attachment>'
        '<ofd:Attachment ID="3"><ofd:FileLoc>gone.xml</ofd:FileLoc></ofd:Attachment>',
    )
    extra: dict[str, bytes | str] = {
        "Doc_0/Attachs/Attachments.xml": listed,
        "Doc_0/Attachs/a.xml": "<eInvoice/>",
        "Doc_0/Attachs/rai_issuer_1.xml": b"\xef\xbb\xbf<xbrl/>",
        "Doc_0/Attachs/wide.xml": "<EInvoice/>".encode("utf-16"),
        "Doc_0/Attachs/picture.png": b"\x89PNG",
        "Doc_0/other.xml": "<a/>",
    }
    parts = _parts(ofd(page_xml(""), lists=ATTACHMENTS, extra=extra), PartKind.XML)
    assert [part.name for part in parts] == [
        "Doc_0/Attachs/a.xml",
        "Doc_0/Attachs/rai_issuer_1.xml",
        "Doc_0/Attachs/wide.xml",
    ]
    assert parts[0].data == b"<eInvoice/>"


def test_a_plain_ofd_states_nothing() -> None:
    assert OfdReader(ofd(page_xml(text("字", 5, 5))), Limits()).parts() == ()


def test_broken_lists_cost_only_themselves() -> None:
    extra = {"Doc_0/Tags/CustomTags.xml": "<a", "Doc_0/Attachs/einv_1.xml": "<xbrl/>"}
    data = ofd(page_xml(text("字", 5, 5)), lists=TAGS + ATTACHMENTS, extra=extra)
    reader = OfdReader(data, Limits())
    assert [part.name for part in reader.parts()] == ["Doc_0/Attachs/einv_1.xml"]
    assert reader.page(0).text[0].text == "字"
