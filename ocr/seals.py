"""What the seals on a ticket say: whether its issuer's is there, and whose name it bears."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from rapidfuzz import fuzz

from models.forms import Form
from models.geometry import Box
from models.invoice import Evidence, FieldName, Invoice
from models.sight import Seals, Sight
from models.stamp import Stamp
from models.text import squash
from ocr.engine import OcrEngine
from ocr.labels import COMPANY_ENDINGS
from ocr.tears import Placed

SEALED = frozenset(
    {
        Form.VAT_SPECIAL,
        Form.FREIGHT_SPECIAL,
        Form.VAT_NORMAL,
        Form.VAT_ROLL,
        Form.VAT_E_SPECIAL,
        Form.VAT_E_NORMAL,
        Form.VEHICLE,
        Form.USED_CAR,
        Form.DZP_SPECIAL,
        Form.DZP_NORMAL,
        Form.DZP_VEHICLE,
        Form.DZP_USED_CAR,
        Form.MACHINE,
    }
)
"""Forms that carry the 发票专用章 of their issuer."""

_SUPERVISION = ("全国统一发票监制章", "财政票据监制章")
_ISSUERS = re.compile(r"专用章|公司|[0-9A-Z]{15}")
_SHORTEST = 4
"""Characters of a name or id that is not by chance part of what a seal says."""
_LIKE = 45.0
"""How like (0 to 100) a text is to those of a 监制章 that is one, however badly read."""
_SURE = 0.75
"""Texts read with less say nothing."""
_HEAD = 0.3
"""The share of a ticket's height in which a seal on which nothing was read is a 监制章."""
_NAMED = frozenset({FieldName.SELLER_NAME, FieldName.SELLER_TAX_ID})


@dataclass(frozen=True, slots=True)
class ReadStamp:
    """A seal on a page, in page pixels, and the lines of text read on it."""

    box: Box
    texts: tuple[str, ...]

    @property
    def is_supervision(self) -> bool:
        """Whether it says that it is the tax bureau's or treasury's, not the issuer's."""
        return not any("专用" in text for text in self.texts) and any(
            "监制" in text or fuzz.ratio(text, known) >= _LIKE
            for text in self.texts
            for known in _SUPERVISION
        )

    @property
    def is_issuers(self) -> bool:
        """Whether it says whose it is, or what for; a province alone stands on any 监制章."""
        return not self.is_supervision and any(
            _ISSUERS.search(text) or COMPANY_ENDINGS.search(text) for text in self.texts
        )


def read_stamp(stamp: Stamp, engine: OcrEngine) -> ReadStamp:
    """A seal with what an engine reads on its lines for sure."""
    if not stamp.lines:
        return ReadStamp(stamp.box, ())
    width = max(line.shape[1] for line in stamp.lines)
    # one below the other, so that they are read in one go
    rows = [
        np.pad(line, ((0, 0), (0, width - line.shape[1]), (0, 0)), constant_values=255)
        for line in stamp.lines
    ]
    edges = np.cumsum([0, *(row.shape[0] for row in rows)]).tolist()
    places = [
        Box(0.0, top, line.shape[1], bottom).corners
        for line, top, bottom in zip(stamp.lines, edges, edges[1:], strict=False)
    ]
    tokens = engine.read(np.vstack(rows), places)
    read = sorted(tokens, key=lambda token: token.box.y0)
    texts = (squash(token.text) for token in read if token.confidence >= _SURE)
    return ReadStamp(stamp.box, tuple(text for text in texts if len(text) > 1))


def with_sight(placed: Placed, stamps: Sequence[ReadStamp] | None, count: int) -> Invoice:
    """An invoice with the seals of its page that lie on it, None where nobody looked for any;
    `count` invoices are on the page.

    That there is none is said only of an invoice that has its page for itself: on a sheet of many
    a seal may be too small to be seen. A name or tax id of the seller that a seal bears out is
    confirmed by it: the seal was cut for the seller, not printed with the invoice.
    """
    invoice = placed.invoice
    if stamps is None or invoice.form not in SEALED:
        return invoice.model_copy(update={"sight": _seen(invoice, invoices_on_page=count)})
    alone = count == 1
    own = [one for one in stamps if _is_issuers(one, placed) and (alone or _lies_on(one, placed))]
    texts = tuple(text for stamp in own for text in stamp.texts)
    fields = {
        name: _confirmed(item, texts) if name in _NAMED else item
        for name, item in invoice.fields.items()
    }
    seals = Seals(found=bool(own), texts=texts) if own or alone else None
    sight = _seen(invoice, invoices_on_page=count, seals=seals)
    return invoice.model_copy(update={"fields": fields, "sight": sight})


def _seen(invoice: Invoice, **more: object) -> Sight:
    """What was seen of an invoice, and more."""
    return (invoice.sight or Sight()).model_copy(update=more)


def _confirmed(item: Evidence, texts: Sequence[str]) -> Evidence:
    value = squash(item.value)
    if len(value) < _SHORTEST or not any(value in text for text in texts):
        return item
    return item.model_copy(update={"confirmed_by": (*item.confirmed_by, "seal")})


def _is_issuers(stamp: ReadStamp, placed: Placed) -> bool:
    if stamp.is_issuers or stamp.is_supervision:
        return stamp.is_issuers
    if not _lies_on(stamp, placed):
        return False
    # one that does not say is told by where it lies
    (x0, y0), _, _, (x3, y3) = placed.corners
    down = np.array([x3 - x0, y3 - y0])
    middle = np.array([stamp.box.cx - x0, stamp.box.cy - y0])
    return bool(middle @ down > _HEAD * (down @ down))


def _lies_on(stamp: ReadStamp, placed: Placed) -> bool:
    shape = np.array(placed.corners, np.float32)
    reach = stamp.box.height / 2
    return cv2.pointPolygonTest(shape, (stamp.box.cx, stamp.box.cy), measureDist=True) > -reach
