"""Pictures for reports, taken from the kept originals and remembered."""

import logging
from pathlib import Path

import ingest
from models.document import Document
from models.errors import PiaoheError
from models.invoice import Invoice
from piaohe.report.files import replacing
from piaohe.report.pictures import Picture, picture_from_jpeg, take_picture
from piaohe.store import Originals

_log = logging.getLogger("piaohe")

_WIDTHS = ((150, 1000), (400, 800))
_LEAST_WIDTH = 640


def width_for(count: int) -> int:
    """How wide pictures may be, in pixels, for a report of so many invoices to stay handy."""
    return next((width for most, width in _WIDTHS if count <= most), _LEAST_WIDTH)


class Album:
    """Gives the picture of an invoice. `folder` holds those made earlier and may be deleted."""

    def __init__(
        self, originals: Originals, folder: Path, width: int, limits: ingest.Limits
    ) -> None:
        self._originals = originals
        self._folder = folder
        self._width = width
        self._limits = limits

    def __call__(self, document: Document, invoice: Invoice) -> Picture | None:
        """The picture, or None where the original cannot be drawn any more."""
        if document.sha256 is None or invoice.page is None:
            return None
        region = "".join(f"-{side:.0f}" for side in invoice.region or ())
        name = f"{document.sha256}-{invoice.page}{region}-{self._width}.jpg"
        path = self._folder / document.sha256[:2] / name
        try:
            made = picture_from_jpeg(path.read_bytes())
        except OSError:
            made = None
        try:
            return made or self._take(document, invoice, path)
        except (PiaoheError, OSError, ValueError, IndexError) as error:
            # a report without a picture is better than none
            _log.debug("no picture: %s", type(error).__name__)
            return None

    def _take(self, document: Document, invoice: Invoice, path: Path) -> Picture:
        data = self._originals.get(document.sha256 or "")
        with ingest.open(data, "", self._limits) as opened:
            picture = take_picture(opened.pages[invoice.page or 0], invoice.region, self._width)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(path) as part:
            part.write_bytes(picture.jpeg)
        return picture
