"""Which electronic originals each kind of document has, and what each of them says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from models.forms import Form
from synth.drawing import draw_pdf
from synth.kinds import KINDS
from synth.originals import dialects, fiscal_xml, taxcontrol_xml, xbrl
from synth.originals.dialects import (
    XML_DIALECTS,
    Attached,
    OfdDialect,
    PdfDialect,
    Tags,
    XmlDialect,
)
from synth.originals.einvoice_xml import draw_xml, states_business, states_form
from synth.originals.embed import embed_xml
from synth.originals.ofd import attachment, draw_ofd
from synth.truth import LabelValue, Truth

Medium = Literal["xml", "ofd", "pdf"]


@dataclass(frozen=True, slots=True)
class XbrlDialect:
    """An XBRL instance as a file of its own."""

    name: str = "xbrl"


@dataclass(frozen=True, slots=True)
class FiscalDialect:
    """The XML of a 财政电子票据."""

    name: str = "fiscal"


Dialect = XmlDialect | XbrlDialect | FiscalDialect | OfdDialect | PdfDialect


@dataclass(frozen=True, slots=True)
class Original:
    """A way to hand in a document electronically."""

    medium: Medium
    dialect: Dialect

    @property
    def name(self) -> str:
        return f"{self.medium}:{self.dialect.name}"


def _all(medium: Medium, *found: Dialect) -> tuple[Original, ...]:
    return tuple(Original(medium, dialect) for dialect in found)


_XBRL = _all("xml", XbrlDialect())
_FISCAL = (*_all("xml", FiscalDialect()), *_XBRL)
_PRINTED = _all("ofd", dialects.CONVERTED, dialects.CONVERTED_CODES)
_DIGITAL = (
    *_all("xml", *XML_DIALECTS),
    *_XBRL,
    *_all(
        "ofd",
        dialects.PORTAL,
        dialects.PORTAL_PATHS,
        dialects.PORTAL_FONTS,
        dialects.PORTAL_TRAPS,
        dialects.PORTAL_XML,
        dialects.PLATFORM,
    ),
    *_PRINTED,
    *_all("pdf", dialects.PDF_XML, dialects.PDF_XBRL),
)
_CONTROL = (
    *_all("ofd", dialects.CONTROL, dialects.CONTROL_MARKED, dialects.CONTROL_TAGS),
    *_PRINTED,
)
_TICKETS = (
    *_XBRL,
    *_all("ofd", dialects.TICKET, dialects.TICKET_FONTS),
    *_all("pdf", dialects.PDF_XBRL, dialects.PDF_XBRL_OUTLINES),
)
_BY_FORM: dict[Form, tuple[Original, ...]] = {
    Form.DZ_SPECIAL: _DIGITAL,
    Form.DZ_NORMAL: _DIGITAL,
    Form.VAT_E_NORMAL: (*_XBRL, *_CONTROL),
    Form.VAT_E_SPECIAL: (*_XBRL, *_CONTROL),
    Form.TOLL_E: _CONTROL,
    Form.RAIL_E: _TICKETS,
    Form.AIR_E: _TICKETS,
    Form.DZ_VEHICLE: _PRINTED,
    Form.DZ_USED_CAR: _PRINTED,
    Form.FISCAL: _FISCAL,
    Form.MED_OUT: _FISCAL,
    Form.MED_IN: _FISCAL,
    Form.TOLL_FISCAL: _FISCAL,
}
ORIGINALS: Mapping[str, tuple[Original, ...]] = MappingProxyType(
    {
        name: _BY_FORM[kind.forms[0]]
        for name, kind in KINDS.items()
        if not kind.on_paper and kind.forms[0] in _BY_FORM
    }
)
"""The originals of each kind that has any; kinds on paper have none."""


def dialects_of(truth: Truth) -> tuple[Original, ...]:
    """The originals a document can be handed in as; none for one on paper."""
    return ORIGINALS.get(truth.kind, ())


def draw_original(truth: Truth, original: Original) -> bytes:
    """The document as that original; the same truth and original give the same bytes.

    Raises ValueError where the form has no such original, DependencyMissing (font_missing).
    """
    match original.dialect:
        case XmlDialect():
            return draw_xml(truth, dialect=original.dialect)
        case XbrlDialect():
            return xbrl.draw_xbrl(truth)
        case FiscalDialect():
            return fiscal_xml.draw_fiscal(truth)
        case OfdDialect():
            return draw_ofd(truth, dialect=original.dialect)
        case PdfDialect():
            pdf = draw_pdf(truth, text=original.dialect.text)
            inside = attachment(truth, original.dialect.attached)
            return embed_xml(pdf, *inside) if inside else pdf


def label_of(truth: Truth, file: str, original: Original) -> dict[str, LabelValue]:
    """The line of labels.jsonl for the original: what it does not say is null.

    A bare XML prints no QR, an XBRL instance no lines, and some issuers' XML does not even say
    what form it is; an XBRL instance says a rail fare's amount and tax, which no ticket prints.
    """
    label = truth.label(file, original.medium)
    dialect = original.dialect
    if isinstance(dialect, XmlDialect):
        _only_xml(label, truth, dialect)
    elif isinstance(dialect, XbrlDialect):
        _only_xbrl(label, truth)
    elif isinstance(dialect, FiscalDialect):
        _only_facts(label, truth, xbrl.stated_extra(truth))
    attached = getattr(dialect, "attached", Attached.NONE)
    if getattr(dialect, "tags", None) in (Tags.GOODS, Tags.UNNAMED):
        listed = truth.model_copy(update={"items": taxcontrol_xml.lines(truth)})
        label["items"] = listed.label(file, original.medium)["items"]
    if truth.form is Form.RAIL_E and (
        attached is Attached.XBRL or isinstance(dialect, XbrlDialect)
    ):
        amount, tax = xbrl.split_fare(truth.total)
        label |= {"amount": f"{amount:.2f}", "tax": f"{tax:.2f}"}
    return label


def _only_xml(label: dict[str, LabelValue], truth: Truth, dialect: XmlDialect) -> None:
    unsaid = {"qr", "qr_crc"}
    if not states_business(truth, dialect):
        unsaid.add("special_business")
    if not states_form(dialect):
        label |= {"form": None, "type": None}
    _keep(label, lambda name: name not in unsaid)


def _only_xbrl(label: dict[str, LabelValue], truth: Truth) -> None:
    if truth.form in (Form.DZ_SPECIAL, Form.DZ_NORMAL):
        label |= {"form": None, "type": None}
    if not xbrl.states_items(truth):
        label["items"] = None
    _only_facts(label, truth, xbrl.stated_extra(truth))


def _only_facts(label: dict[str, LabelValue], truth: Truth, stated: frozenset[str]) -> None:
    """Leave of the label's extra what is stated, and of the details those of fiscal bills."""
    details = [one for one in truth.extra.details if one.name in fiscal_xml.FISCAL_DETAILS]
    extra = truth.extra.model_copy(update={"details": tuple(details)})
    label["extra"] = truth.model_copy(update={"extra": extra}).label("", "xml")["extra"]
    _keep(label, lambda name: name in stated)


def _keep(label: dict[str, LabelValue], wanted: Callable[[str], bool]) -> None:
    """Drop what of the label's extra is not wanted."""
    extra = label["extra"]
    if isinstance(extra, dict):
        kept: Any = {name: value for name, value in extra.items() if wanted(name)}
        label["extra"] = kept
