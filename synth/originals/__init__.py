"""Electronic originals of a truth: 数电票 XML, XBRL, OFD, and PDF with its XML inside.

    for original in originals.dialects_of(truth):
        data = originals.draw_original(truth, original)
        label = originals.label_of(truth, "invoice.ofd", original)

The same truth and dialect always give the same bytes.
"""

from synth.originals.choice import (
    ORIGINALS,
    FiscalDialect,
    Original,
    XbrlDialect,
    dialects_of,
    draw_original,
    label_of,
)
from synth.originals.dialects import XML_DIALECTS, OfdDialect, PdfDialect, XmlDialect
from synth.originals.einvoice_xml import draw_xml
from synth.originals.embed import embed_xml
from synth.originals.fiscal_xml import draw_fiscal
from synth.originals.ofd import draw_ofd
from synth.originals.taxcontrol_xml import draw_tax_control
from synth.originals.xbrl import draw_xbrl

__all__ = [
    "ORIGINALS",
    "XML_DIALECTS",
    "FiscalDialect",
    "OfdDialect",
    "Original",
    "PdfDialect",
    "XbrlDialect",
    "XmlDialect",
    "dialects_of",
    "draw_fiscal",
    "draw_ofd",
    "draw_original",
    "draw_tax_control",
    "draw_xbrl",
    "draw_xml",
    "embed_xml",
    "label_of",
]
