"""The dialects in which issuers and their software write electronic originals.

Seen on real files: the tax bureau's portal (versions 0.2 to 0.37), ride-hailing and other
platforms, the tax-control system's OFD makers, OFD printed from PDF (domain.md 5.1, 5.2).
"""

from dataclasses import dataclass
from enum import StrEnum

from synth.draw.textlayer import TextLayer
from synth.originals.markup import PLAIN, Blanks, Encoding, Hand


class Labels(StrEnum):
    """What of Header/InherentLabel is filled in.

    full: codes and names; names: the names alone; empty: the elements are there, with nothing in
    them; absent: the section is missing. Without them the XML does not say what form it is.
    """

    FULL = "full"
    NAMES = "names"
    EMPTY = "empty"
    ABSENT = "absent"


class Rates(StrEnum):
    """How a rate of 13 % is written: 0.130000, 0.13 or 13%."""

    SIX = "six"
    SHORT = "short"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class XmlDialect:
    """How an issuer writes the 数电票 XML.

    `long_money` gives taxes and totals of lines six decimals. `words_first` has the capital
    amount before the total and the time before the drawer, `phone_first` the buyer's telephone
    before the address. `bare` leaves out EIid, the bureau, the drawer's time and all labels but
    the form's. `columns` repeats the facts of a building in 规格 and 单位 of the lines, as one
    issuer of 建筑服务 does. `clock` adds the time of day to IssueTime. `platform_code` ends
    with the empty element ptbh of platforms, which also say how was paid.
    """

    name: str
    version: str
    hand: Hand
    labels: Labels = Labels.FULL
    rates: Rates = Rates.SIX
    long_money: bool = False
    words_first: bool = False
    phone_first: bool = False
    bare: bool = False
    columns: bool = False
    clock: bool = False
    authentication: str | None = None
    signed: bool = False
    platform_code: bool = False


_INDENTED = Hand(lower=True, standalone=True, indent="  ")
XML_DIALECTS = (
    XmlDialect(
        "portal-0.2",
        "0.2",
        _INDENTED,
        long_money=True,
        clock=True,
        authentication="02",
        signed=True,
    ),
    XmlDialect(
        "platform-0.32",
        "0.32",
        Hand(lower=True, standalone=True, indent="  ", blanks=Blanks.CLOSED),
        labels=Labels.EMPTY,
        words_first=True,
        platform_code=True,
    ),
    XmlDialect(
        "portal-0.33",
        "0.33",
        Hand(lower=True, standalone=True, blanks=Blanks.ABSENT),
        rates=Rates.SHORT,
        phone_first=True,
        authentication="01",
        signed=True,
    ),
    XmlDialect("portal-0.35", "0.35", Hand(), clock=True, authentication="02", signed=True),
    XmlDialect("marked-0.35", "0.35", Hand(mark=True, indent="\t"), rates=Rates.SHORT),
    XmlDialect(
        "utf16-0.32", "0.32", Hand(Encoding.UTF_16, indent="  "), rates=Rates.PERCENT, signed=True
    ),
    XmlDialect(
        "gbk-0.33",
        "0.33",
        Hand(Encoding.GBK, blanks=Blanks.CLOSED),
        long_money=True,
        phone_first=True,
        words_first=True,
        clock=True,
    ),
    XmlDialect(
        "bare-0.32",
        "0.32",
        Hand(blanks=Blanks.ABSENT, indent="  "),
        labels=Labels.NAMES,
        rates=Rates.SHORT,
        bare=True,
        columns=True,
    ),
    XmlDialect(
        "toll-0.32", "0.32", Hand(indent="  "), labels=Labels.ABSENT, rates=Rates.SHORT
    ),
)  # fmt: skip


class Tags(StrEnum):
    """The family of an OFD's custom tags.

    goods: the elements of original_invoice.xml, lines as GoodsInfo; unnamed: the same with the
    empty prefix that one maker left in his files; flat: without groups for the lines, as the
    portal writes them; einvoice: the paths of the 数电票 XML.
    """

    NONE = ""
    GOODS = "goods"
    UNNAMED = "unnamed"
    FLAT = "flat"
    EINVOICE = "einvoice"


class Attached(StrEnum):
    """The XML that travels inside an OFD or a PDF."""

    NONE = ""
    TAX_CONTROL = "tax_control"
    EINVOICE = "einvoice"
    XBRL = "xbrl"


class Cuts(StrEnum):
    """How a value is cut in pieces: not, into TextCodes of one object, or into objects."""

    NONE = ""
    CODES = "codes"
    OBJECTS = "objects"


_PORTAL_DATA = (
    "发票号码",
    "销售方纳税人识别号",
    "合计金额",
    "购买方纳税人识别号",
    "合计税额",
    "开票日期",
)
_CONTROL_DATA = ("发票代码", "发票号码", "合计税额", "合计金额", "开票日期", "校验码",
                 "购买方纳税人识别号", "销售方纳税人识别号")  # fmt: skip
_FULL_DATA = ("价税合计", "发票代码", "发票号码", "合计金额", "开票日期", "校验码", "购买方名称",
              "购买方纳税人识别号", "销售方名称", "销售方纳税人识别号")  # fmt: skip


@dataclass(frozen=True, slots=True)
class OfdDialect:
    """How a program writes an OFD.

    `template` puts the form on a template page, `lines` tags the lines as well, `data` names the
    pairs in DocInfo, `runs` writes equal steps as "g n v", `points` scales texts from points by
    their CTM. `apart` makes the ¥ an object of its own; then with `lone_yen` the tag of the total
    points at it alone. `merged` runs quantity and price of a line into one object that both tags
    point at. `embedded` embeds subsets of the fonts and numbers their glyphs. `stamped` puts seals
    into annotations, else they stand on the page. `rooted` writes locations from the package's
    root.
    """

    name: str
    producer: str = ""
    hand: Hand = PLAIN
    template: bool = False
    tags: Tags = Tags.NONE
    lines: bool = True
    data: tuple[str, ...] = ()
    attached: Attached = Attached.NONE
    runs: bool = True
    points: bool = False
    apart: bool = False
    lone_yen: bool = False
    merged: bool = False
    cuts: Cuts = Cuts.NONE
    embedded: bool = False
    stamped: bool = True
    rooted: bool = False


_CDATA = Hand(indent="  ", blanks=Blanks.CLOSED, cdata=frozenset({"ofd:TextCode"}))
PORTAL = OfdDialect(
    "portal", "swformsdk", template=True, tags=Tags.FLAT, data=_PORTAL_DATA, apart=True
)
PORTAL_PATHS = OfdDialect(
    "portal-paths", "swformsdk", template=True, tags=Tags.EINVOICE, data=_PORTAL_DATA
)
PORTAL_FONTS = OfdDialect(
    "portal-fonts",
    "swformsdk",
    hand=Hand(indent="    "),
    template=True,
    tags=Tags.FLAT,
    data=_PORTAL_DATA,
    runs=False,
    apart=True,
    embedded=True,
)
PORTAL_TRAPS = OfdDialect(
    "portal-traps",
    "swformsdk",
    template=True,
    tags=Tags.EINVOICE,
    data=_PORTAL_DATA,
    apart=True,
    lone_yen=True,
    merged=True,
)
PORTAL_XML = OfdDialect(
    "portal-xml", "swformsdk", template=True, data=_PORTAL_DATA, attached=Attached.EINVOICE
)
PLATFORM = OfdDialect(
    "platform",
    "SuwellFormSDK",
    hand=_CDATA,
    tags=Tags.FLAT,
    lines=False,
    data=_PORTAL_DATA,
    runs=False,
)
CONVERTED = OfdDialect(
    "converted", points=True, runs=False, cuts=Cuts.OBJECTS, stamped=False, rooted=True
)
CONVERTED_CODES = OfdDialect("converted-codes", points=True, cuts=Cuts.CODES, stamped=False)
CONTROL = OfdDialect(
    "control",
    "SuwellFormSDK",
    template=True,
    tags=Tags.UNNAMED,
    data=_CONTROL_DATA,
    attached=Attached.TAX_CONTROL,
    apart=True,
)
CONTROL_MARKED = OfdDialect(
    "control-marked",
    "SDK",
    hand=Hand(mark=True, indent="  ", blanks=Blanks.CLOSED),
    template=True,
    tags=Tags.GOODS,
    data=_FULL_DATA,
    attached=Attached.TAX_CONTROL,
)
CONTROL_TAGS = OfdDialect(
    "control-tags", "SuwellFormSDK", template=True, tags=Tags.GOODS, data=_CONTROL_DATA
)
TICKET = OfdDialect("ticket", template=True, attached=Attached.XBRL)
TICKET_FONTS = OfdDialect("ticket-fonts", runs=False, attached=Attached.XBRL, embedded=True)


@dataclass(frozen=True, slots=True)
class PdfDialect:
    """A PDF that carries its XML as an attachment; `text` is how its text layer is written."""

    name: str
    attached: Attached
    text: TextLayer = TextLayer.SEPARATE


PDF_XBRL = PdfDialect("pdf-xbrl", Attached.XBRL)
PDF_XBRL_OUTLINES = PdfDialect("pdf-xbrl-outlines", Attached.XBRL, TextLayer.OUTLINES)
PDF_XML = PdfDialect("pdf-xml", Attached.EINVOICE)
