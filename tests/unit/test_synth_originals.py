"""Electronic originals drawn by synth, read back by the product's own readers."""

import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

import ingest
import ocr
import synth
from models.invoice import Invoice
from models.text import squash
from ocr.engines.recorded import RecordedEngine
from synth import originals
from synth.draw.textlayer import TextLayer
from synth.order import Trait
from synth.originals import dialects
from synth.originals.dialects import XML_DIALECTS, OfdDialect
from synth.originals.xbrl import split_fare
from synth.truth import Truth

_BUSINESSES = (
    "dz_passenger",
    "dz_freight",
    "dz_construction",
    "dz_rental",
    "dz_toll",
    "dz_tractor",
)
_FIELDS = ("type", "form", "code", "number", "date", "amount", "tax", "total", "check_code",
           "buyer_name", "buyer_tax_id", "seller_name", "seller_tax_id")  # fmt: skip
_PRICE = re.compile(r"-?\d{1,15}\.?\d{0,20}")
_SLOW = {
    ("vat_e_special", "ofd:control-marked"),
    ("vat_e_special", "ofd:control-tags"),
    ("vat_e_special", "ofd:converted"),
    ("vat_e_special", "ofd:converted-codes"),
    ("vat_e_normal", "ofd:control-tags"),
    ("air_e", "ofd:ticket-fonts"),
}
"""Left out, as other pairs show the same."""
_OFDS = tuple(
    (kind, traits, original)
    for kind, traits in (
        ("dz_special", ("mixed_rates",)),
        ("vat_e_normal", ()),
        ("vat_e_special", ("sales_list",)),
        ("rail_e", ()),
        ("air_e", ()),
    )
    for original in originals.ORIGINALS[kind]
    if original.medium == "ofd" and (kind, original.name) not in _SLOW
)


def _read(data: bytes, name: str) -> Invoice:
    with ingest.open(data, name) as opened:
        (original,) = opened.originals()
        (invoice,) = ocr.read(original, RecordedEngine({})).invoices
        return invoice


def _differences(label: dict[str, Any], invoice: Invoice) -> Iterator[str]:
    """What the label states and the reading does not, details by value alone."""
    read = invoice.model_dump(mode="json")
    for name in _FIELDS:
        if label[name] is not None and label[name] != read[name]:
            yield f"{name}: {label[name]} / {read[name]}"
    lines = label["items"]
    if lines is not None and len(lines) != len(read["items"]):
        yield f"{len(lines)} lines / {len(read['items'])}"
    for line, item in zip(lines or (), read["items"], strict=False):
        for name, value in line.items():
            if not _alike(value, item[name]):
                yield f"{name}: {value} / {item[name]}"
    found = {squash(detail["value"]) for detail in read["extra"]["details"]}
    for name, value in label["extra"].items():
        if name != "details" and not _alike(value, read["extra"][name]):
            yield f"{name}: {value} / {read['extra'][name]}"
    for detail in label["extra"].get("details", ()):
        # a dash stands for nothing
        if squash(detail["value"]) not in found | {"-"}:
            yield f"{detail['name']}: {detail['value']}"


def _alike(value: str, other: str | None) -> bool:
    """Whether both say the same; 2280.00 is 2280."""
    if other is None:
        return False
    if _PRICE.fullmatch(str(value)) and _PRICE.fullmatch(str(other)):
        return Decimal(value) == Decimal(other)
    return squash(str(value)) == squash(str(other))


def _make(kind: str, *traits: str, seed: int = 1) -> Truth:
    return synth.make(kind, seed, traits=[Trait(trait) for trait in traits])


@pytest.mark.parametrize("dialect", XML_DIALECTS, ids=lambda dialect: dialect.name)
def test_every_dialect_of_xml_states_the_whole_label(dialect: originals.XmlDialect) -> None:
    original = originals.Original("xml", dialect)
    for traits in ((), ("exempt",), ("untaxed", "exempt"), ("red",), ("differential",),
                   ("discount", "many_lines"), ("agency",)):  # fmt: skip
        truth = _make("dz_normal", *traits)
        label = originals.label_of(truth, "x.xml", original)
        data = originals.draw_xml(truth, dialect=dialect)
        assert list(_differences(label, _read(data, "x.xml"))) == [], traits


@pytest.mark.parametrize("kind", _BUSINESSES)
def test_xml_states_the_table_of_a_special_business(kind: str) -> None:
    for seed in (1, 2, 3):
        truth = _make(kind, seed=seed)
        for original in originals.dialects_of(truth):
            if isinstance(original.dialect, originals.XmlDialect):
                label = originals.label_of(truth, "x.xml", original)
                data = originals.draw_original(truth, original)
                assert list(_differences(label, _read(data, "x.xml"))) == [], original.name


@pytest.mark.parametrize(
    "kind", ["dz_special", "vat_e_normal", "rail_e", "air_e", "fiscal", "med_out", "med_in"]
)
def test_facts_state_what_their_label_says(kind: str) -> None:
    truth = _make(kind)
    wanted = ("xml:xbrl", "xml:fiscal")
    for original in (o for o in originals.dialects_of(truth) if o.name in wanted):
        label = originals.label_of(truth, "x.xml", original)
        read = _read(originals.draw_original(truth, original), "x.xml")
        assert list(_differences(label, read)) == [], original.name


def test_a_rail_fare_is_split_as_only_its_xbrl_says() -> None:
    truth = _make("rail_e")
    amount, tax = split_fare(truth.total)
    read = _read(originals.draw_xbrl(truth), "x.xml")
    assert (read.amount, read.tax, read.total) == (amount, tax, amount + tax)


@pytest.mark.parametrize(
    ("kind", "traits", "original"), _OFDS, ids=lambda value: getattr(value, "name", str(value))
)
def test_ofd_is_read_back(kind: str, traits: tuple[str, ...], original: originals.Original) -> None:
    truth = _make(kind, *traits, seed=2)
    label = originals.label_of(truth, "x.ofd", original)
    read = _read(originals.draw_original(truth, original), "x.ofd")
    # what only the page says, lines and all, is the page reader's and tested with it
    label["extra"] = {}
    dialect = original.dialect
    assert isinstance(dialect, OfdDialect)
    if dialect.merged or not (dialect.attached or (dialect.tags and dialect.lines)):
        label["items"] = None
    found = list(_differences(label, read))
    assert found == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("dz_normal", "xml:utf16-0.32"),
        ("dz_normal", "ofd:converted-codes"),
        ("vat_e_normal", "ofd:control"),
        ("rail_e", "ofd:ticket-fonts"),
        ("rail_e", "xml:xbrl"),
    ],
)
def test_the_same_order_gives_the_same_bytes(kind: str, name: str) -> None:
    (original,) = (o for o in originals.ORIGINALS[kind] if o.name == name)
    first = originals.draw_original(_make(kind), original)
    assert first == originals.draw_original(_make(kind), original)
    assert first != originals.draw_original(_make(kind, seed=2), original)


def _ofd(truth: Truth, dialect: OfdDialect) -> dict[str, str]:
    data = originals.draw_ofd(truth, dialect=dialect)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            name: archive.read(name).decode()
            for name in archive.namelist()
            if name.endswith(".xml")
        }


def test_dialects_of_ofd_are_written_differently() -> None:
    truth = _make("dz_normal")
    page = "Doc_0/Pages/Page_0/Content.xml"
    portal, platform = (_ofd(truth, each) for each in (dialects.PORTAL, dialects.PLATFORM))
    converted, codes = (
        _ofd(truth, each) for each in (dialects.CONVERTED, dialects.CONVERTED_CODES)
    )
    assert "Doc_0/Tpls/Tpl_0/Content.xml" in portal
    assert "发票号码" not in portal[page]
    assert "g 19" in portal[page]
    assert "<![CDATA[" in platform[page]
    assert "Doc_0/Tags/CustomTag.xml" not in converted
    assert 'CTM="0.3528' in converted[page]
    assert codes[page].count("TextCode") > converted[page].count("</ofd:TextObject>")
    assert "<ofd:Glyphs>" in _ofd(truth, dialects.PORTAL_FONTS)[page]


def test_the_traps_point_at_a_lone_yen_and_at_merged_cells() -> None:
    truth = _make("dz_special")
    with ingest.open(originals.draw_ofd(truth, dialect=dialects.PORTAL_TRAPS), "x.ofd") as opened:
        (original,) = opened.originals()
        tags = next(part for part in original.parts if part.kind == "ofd_tags").values
    found = {tag.name.rpartition(".")[2]: tag.text for tag in tags}
    assert found["TotalTax-includedAmount"] in "¥￥"
    assert found["Quantity"] == found["UnPrice"]
    assert " " in found["UnPrice"]


def test_a_sales_list_has_pages_of_its_own() -> None:
    truth = _make("vat_e_normal", "sales_list")
    with ingest.open(originals.draw_ofd(truth, dialect=dialects.CONTROL), "x.ofd") as opened:
        (original,) = opened.originals()
        assert len(original.pages) == 1 + -(-len(truth.face.listed) // 27)


def test_a_pdf_carries_its_xml() -> None:
    truth = _make("rail_e")
    pdf = synth.draw_pdf(truth, text=TextLayer.OUTLINES)
    xml = originals.draw_xbrl(truth)
    whole = originals.embed_xml(pdf, "rai_issuer_1.xml", xml)
    assert whole.startswith(pdf)
    assert whole == originals.embed_xml(pdf, "rai_issuer_1.xml", xml)
    with ingest.open(whole, "x.pdf") as opened:
        (original,) = opened.originals()
        assert [(part.name, part.data) for part in original.parts] == [("rai_issuer_1.xml", xml)]
    with pytest.raises(ValueError, match="names objects"):
        originals.embed_xml(whole, "again.xml", xml)


def test_what_a_form_has_not_is_refused() -> None:
    taxi = _make("taxi")
    assert originals.dialects_of(taxi) == ()
    with pytest.raises(ValueError, match="taxi has no"):
        originals.draw_xml(taxi, dialect=XML_DIALECTS[0])
    with pytest.raises(ValueError, match="taxi has no"):
        originals.draw_xbrl(taxi)
    with pytest.raises(ValueError, match="rail_e has no"):
        originals.draw_ofd(_make("rail_e"), dialect=dialects.CONTROL)


def test_every_kind_with_originals_can_be_drawn_in_all_of_them() -> None:
    assert {"dz_special", "vat_e_special", "toll_e", "rail_e", "air_e"} <= set(originals.ORIGINALS)
    for kind, found in originals.ORIGINALS.items():
        assert len({original.name for original in found}) == len(found), kind
        truth = _make(kind)
        for original in found:
            if original.medium == "xml":
                assert originals.draw_original(truth, original)
