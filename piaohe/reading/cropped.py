"""At which sides a page was cut off, looked at where labels are missing on it."""

from collections.abc import Iterable

from ingest.quality import judge
from models.errors import DocumentError
from models.invoice import FieldName, Invoice
from models.original import Original
from models.page import FileKind
from models.sight import Edge

_DRAWN = frozenset({FileKind.PDF, FileKind.OFD, FileKind.XML})


def with_edges(invoices: Iterable[Invoice], original: Original) -> list[Invoice]:
    """The invoices of an original, those that miss labels with the sides at which print is cut.

    What shows all its labels is whole whatever its edges are, and on a sheet of several it is
    not known whose edges they are: neither is looked at. What is drawn from a file has none.
    """
    return [_with_edges(invoice, original) for invoice in invoices]


def _with_edges(invoice: Invoice, original: Original) -> Invoice:
    sight = invoice.sight
    if sight is None or not sight.missing_labels or invoice.page is None:
        return invoice
    if (sight.invoices_on_page or 1) > 1:
        return _seen(invoice, missing_labels=None)
    if original.kind in _DRAWN:
        return _seen(invoice, cut_edges=())
    at = invoice.page - original.pages[0].index
    try:
        found = judge(original.pages[at].draw(1.0))
    except (DocumentError, IndexError):
        return invoice
    # the sides are those of the picture: of one that lies aside only that some are cut is known
    sides: tuple[Edge, ...] | None = found.sides
    return _seen(invoice, cut_edges=None if sides and not _upright(invoice) else sides)


def _seen(invoice: Invoice, **more: object) -> Invoice:
    sight = invoice.sight.model_copy(update=more) if invoice.sight else None
    return invoice.model_copy(update={"sight": sight})


def _upright(invoice: Invoice) -> bool:
    """Whether what every form prints at its head stands above what it prints at its foot, and no
    line runs down."""
    boxes = [item.box for item in invoice.fields.values() if item.box is not None]
    head, foot = (invoice.fields.get(name) for name in (FieldName.DATE, FieldName.TOTAL))
    if head is None or foot is None or head.box is None or foot.box is None:
        return False
    level = sum(box.width > box.height for box in boxes)
    return head.box.cy < foot.box.cy and 2 * level > len(boxes)
