"""The pages and tickets of a labelled folder as the classifier of kinds is handed them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

import ingest
import ocr
from benchmarks.scoring import Values, load_labels
from models.errors import DocumentError
from models.forms import Form, InvoiceType
from models.kind import Kinds
from models.page import Code, Page, Token
from models.taxqr import parse_tax_qr
from ocr.engine import OcrEngine
from ocr.seeing import Seen

_TOLL = (Form.DZ_NORMAL, Form.DZ_SPECIAL)
"""A 数电票 for tolls is of type toll, but of these forms."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One page or ticket: its words as read, and the kinds that are right for it.

    `how` is the label's level of harm, else its capture. A label without a form (people write
    types) leaves several kinds.
    """

    file: str
    how: str
    kinds: frozenset[str]
    tokens: tuple[Token, ...]
    size: tuple[float, float]
    qr: str | None = None

    @property
    def kind(self) -> str:
        """The kind, or those that may be, for tables."""
        return "/".join(sorted(self.kinds))


def tickets(
    folder: Path, engine: OcrEngine, kinds: Kinds, note: Callable[[str], None] = print
) -> Iterator[Ticket]:
    """Every labelled page or ticket that is seen alone. `note` is told what was left out.

    Of a page with a text layer its text is taken, unless nothing can be told of it: then the page
    is drawn and read, as the pipeline does.
    """
    by_file: dict[str, list[Values]] = {}
    for label in load_labels(folder):
        by_file.setdefault(label["file"], []).append(label)
    for file, labels in by_file.items():
        found: list[Ticket] = []
        try:
            with ingest.open((folder / file).read_bytes(), file) as opened:
                pages = [page for one in opened.originals() for page in one.pages]
                for index in sorted({int(label.get("page") or 0) for label in labels}):
                    its = [label for label in labels if int(label.get("page") or 0) == index]
                    if index < len(pages):
                        found += _of_page(pages[index], its, engine, kinds)
        except DocumentError as error:
            note(f"{file}: {error.record.code}")
        if len(found) < len(labels):
            note(f"{file}: {len(labels) - len(found)} of {len(labels)} not seen alone")
        yield from found


def right_kinds(label: Values) -> frozenset[str]:
    """The kinds that are right for a label."""
    if label.get("attachment"):
        return frozenset({str(label["attachment"])})
    if label.get("form"):
        return frozenset({str(label["form"])})
    wanted = label.get("type")
    forms = [form for form in Form if form.type == wanted]
    forms += _TOLL if wanted == InvoiceType.TOLL else ()
    return frozenset(form.value for form in forms)


def _of_page(
    page: Page, labels: Sequence[Values], engine: OcrEngine, kinds: Kinds
) -> Iterator[Ticket]:
    codes = ocr.find_codes(page)
    size = (float(page.width), float(page.height))
    if page.text and len(labels) == 1:
        ticket = _ticket(labels[0], page.text, size, codes)
        if kinds.guess(page.text, size, ticket.qr).is_known:
            yield ticket
            return
    seen = ocr.see(page.draw(1.0), engine, ingest.Looking())
    for label in labels:
        others = [one for one in labels if one is not label]
        mine = [one for one in seen if _shows(one, label, others)]
        if mine:
            view = max(mine, key=lambda one: len(one.tokens))
            inside = codes if len(labels) == 1 else _codes_in(view, codes)
            yield _ticket(
                label, view.tokens, (float(view.view.width), float(view.view.height)), inside
            )


def _ticket(
    label: Values, tokens: tuple[Token, ...], size: tuple[float, float], codes: Sequence[Code]
) -> Ticket:
    how = str(label.get("level") or label.get("kind"))
    return Ticket(label["file"], how, right_kinds(label), tokens, size, _best(codes))


def _best(codes: Sequence[Code]) -> str | None:
    """The payload of the tax QR, else of any code."""
    payloads = [code.payload for code in codes]
    tax = [payload for payload in payloads if parse_tax_qr(payload) is not None]
    return next(iter((*tax, *payloads)), None)


def _shows(one: Seen, label: Values, others: Iterable[Values]) -> bool:
    """Whether the middle of a ticket lies in a view, and that of no other."""
    if not label.get("region"):
        return True
    return _holds(one, label) and not any(_holds(one, other) for other in others)


def _holds(one: Seen, label: Values) -> bool:
    x0, y0, x1, y1 = label["region"]
    outline = np.array(one.view.outline, np.float32)
    return cv2.pointPolygonTest(outline, ((x0 + x1) / 2, (y0 + y1) / 2), False) >= 0


def _codes_in(one: Seen, codes: Iterable[Code]) -> list[Code]:
    outline = np.array(one.view.outline, np.float32)
    middles = ((code, (code.box.cx, code.box.cy)) for code in codes)
    return [code for code, at in middles if cv2.pointPolygonTest(outline, at, False) >= 0]
