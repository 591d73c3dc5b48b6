"""OFD packages (GB/T 33190) of electronic invoices, in the dialects of domain.md 5.2."""

import datetime
import hashlib
import io
import zipfile
from dataclasses import dataclass
from random import Random
from xml.etree.ElementTree import Element

from synth.draw.sheet import Sheet
from synth.kinds import kind_of
from synth.originals import taxcontrol_xml, xbrl
from synth.originals.dialects import XML_DIALECTS, Attached, OfdDialect, Tags
from synth.originals.einvoice_xml import draw_xml
from synth.originals.markup import node, written
from synth.originals.ofd_page import NAMESPACE, Stock, Written, write_pages
from synth.originals.ofd_tags import custom_datas, custom_tag
from synth.originals.ofd_text import FontTable, font_file
from synth.truth import Truth

_EPOCH = datetime.date(2020, 1, 1)
_SPACES = {"xmlns:ofd": NAMESPACE}
_INSIDE = next(dialect for dialect in XML_DIALECTS if dialect.name == "portal-0.35")
"""How the 数电票 XML inside an OFD or a PDF is written."""


def draw_ofd(truth: Truth, *, dialect: OfdDialect) -> bytes:
    """The document as an OFD with all its pages; the same truth and dialect give the same bytes.

    Raises DependencyMissing (font_missing), and ValueError where the dialect attaches an XML the
    form has not.
    """
    kind = kind_of(truth.kind)
    sheets: list[Sheet] = [kind.lay_out(truth), *(kind.more(truth) if kind.more else ())]
    chance = Random(f"ofd:{dialect.name}:{truth.kind}:{truth.seed}")
    stock = Stock(dialect, chance, FontTable(dialect.embedded))
    pages = write_pages(sheets, stock)
    return _zipped(_Package(truth, dialect, stock, pages).members(), truth)


def attachment(truth: Truth, attached: Attached) -> tuple[str, bytes] | None:
    """(name, bytes) of the XML inside an OFD or a PDF; None for none.

    Raises ValueError for an XML the form has not.
    """
    match attached:
        case Attached.TAX_CONTROL:
            return "original_invoice.xml", taxcontrol_xml.draw_tax_control(truth)
        case Attached.EINVOICE:
            return f"{truth.number}.xml", draw_xml(truth, dialect=_INSIDE)
        case Attached.XBRL:
            return xbrl.file_name(truth), xbrl.draw_xbrl(truth)
    return None


@dataclass(frozen=True, slots=True)
class _Package:
    """The members of one file."""

    truth: Truth
    dialect: OfdDialect
    stock: Stock
    pages: list[Written]

    def members(self) -> dict[str, bytes]:
        """The files by their paths inside the package."""
        hand = self.dialect.hand
        inside = attachment(self.truth, self.dialect.attached)
        trees: dict[str, Element] = {
            "OFD.xml": self._root(),
            "Doc_0/Document.xml": self._document(inside is not None),
            "Doc_0/PublicRes.xml": self._public(),
            "Doc_0/DocumentRes.xml": self._media(),
        }
        for index, page in enumerate(self.pages):
            trees[f"Doc_0/Pages/Page_{index}/Content.xml"] = page.content
            if page.template is not None:
                trees[f"Doc_0/Tpls/Tpl_{index}/Content.xml"] = page.template
            if page.annotations is not None:
                trees[f"Doc_0/Annots/Page_{index}/Annotation.xml"] = page.annotations
        if self._has_stamps:
            trees["Doc_0/Annots/Annotations.xml"] = self._stamps()
        if self.dialect.tags is not Tags.NONE:
            trees["Doc_0/Tags/CustomTags.xml"] = _list_of_tags()
            trees["Doc_0/Tags/CustomTag.xml"] = custom_tag(self.stock.places, self.dialect)
        if inside:
            trees["Doc_0/Attachs/Attachments.xml"] = self._attachments(*inside)
        found = {path: written(tree, hand) for path, tree in trees.items()}
        for key, data in self.stock.images.items():
            found[f"Doc_0/Res/image_{key}.png"] = data
        for font, data in self.stock.fonts.files().items():
            found[f"Doc_0/Res/{font_file(self.stock.fonts.ids[font])}"] = data
        return found | ({f"Doc_0/Attachs/{inside[0]}": inside[1]} if inside else {})

    @property
    def _has_stamps(self) -> bool:
        return any(page.annotations is not None for page in self.pages)

    def _root(self) -> Element:
        truth, dialect = self.truth, self.dialect
        key = hashlib.sha256(f"{dialect.name}:{truth.kind}:{truth.seed}".encode()).hexdigest()[:32]
        info = node("ofd:DocInfo", node("ofd:DocID", key))
        if dialect.producer:
            info.append(node("ofd:Author", "China Tax"))
        info.append(node("ofd:CreationDate", str(truth.date or _EPOCH)))
        datas = custom_datas(truth, dialect)
        if datas is not None:
            info.append(datas)
        body = node("ofd:DocBody", info, node("ofd:DocRoot", "Doc_0/Document.xml"))
        return node("ofd:OFD", body, **_SPACES, DocType="OFD", Version="1.1")

    def _document(self, attached: bool) -> Element:
        base = "/Doc_0/" if self.dialect.rooted else ""
        common = node("ofd:CommonData", node("ofd:MaxUnitID", str(self.stock.last + 1)))
        common.append(node("ofd:PageArea", node("ofd:PhysicalBox", self.pages[0].box)))
        common.append(node("ofd:PublicRes", "PublicRes.xml"))
        common.append(node("ofd:DocumentRes", "DocumentRes.xml"))
        pages = node("ofd:Pages")
        for index, page in enumerate(self.pages):
            place = f"{base}Pages/Page_{index}/Content.xml"
            pages.append(node("ofd:Page", ID=page.key, BaseLoc=place))
            if page.template is not None:
                place = f"{base}Tpls/Tpl_{index}/Content.xml"
                common.append(node("ofd:TemplatePage", ID=page.template_key, BaseLoc=place))
        document = node("ofd:Document", common, pages, **_SPACES)
        for name, place, there in (
            ("Annotations", "Annots/Annotations.xml", self._has_stamps),
            ("Attachments", "Attachs/Attachments.xml", attached),
            ("CustomTags", "Tags/CustomTags.xml", self.dialect.tags is not Tags.NONE),
        ):
            if there:
                document.append(node(f"ofd:{name}", f"{base}{place}"))
        return document

    def _public(self) -> Element:
        fonts = node("ofd:Fonts", *self.stock.fonts.elements())
        space = node("ofd:ColorSpace", ID=1, Type="RGB", BitsPerComponent=8)
        spaces = node("ofd:ColorSpaces", space)
        return node("ofd:Res", spaces, fonts, **_SPACES, BaseLoc="Res")

    def _media(self) -> Element:
        media = node("ofd:MultiMedias")
        for key in self.stock.images:
            file = node("ofd:MediaFile", f"image_{key}.png")
            media.append(node("ofd:MultiMedia", file, ID=key, Type="Image", Format="PNG"))
        return node("ofd:Res", media, **_SPACES, BaseLoc="Res")

    def _stamps(self) -> Element:
        root = node("ofd:Annotations", **_SPACES)
        for index, page in enumerate(self.pages):
            if page.annotations is not None:
                place = node("ofd:FileLoc", f"Page_{index}/Annotation.xml")
                root.append(node("ofd:Page", place, PageID=page.key))
        return root

    def _attachments(self, name: str, data: bytes) -> Element:
        entry = node(
            "ofd:Attachment",
            node("ofd:FileLoc", name),
            ID=self.stock.last + 1,
            Name=name.rpartition(".")[0],
            Format="xml",
            CreationDate=f"{self.truth.date or _EPOCH}T10:00:00",
            Size=f"{len(data) / 1024:.4f}",
            Visible="false",
        )
        return node("ofd:Attachments", entry, **_SPACES)


def _list_of_tags() -> Element:
    tag = node("ofd:CustomTag", node("ofd:FileLoc", "CustomTag.xml"), TypeID="root")
    return node("ofd:CustomTags", tag, **_SPACES)


def _zipped(members: dict[str, bytes], truth: Truth) -> bytes:
    """The members packed, all of the day the invoice was issued."""
    day = truth.date or _EPOCH
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for path, data in members.items():
            info = zipfile.ZipInfo(path, (day.year, day.month, day.day, 10, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return memory.getvalue()
