"""Pages in, invoices out: codes, text layers, OCR, structured data, extraction and evidence.

    read(original, engine, look) -> Reading  the invoices, attachments, problems of one file
    see(picture, engine, look) -> seen       every ticket in a page's picture, as it was read
    unite(found) -> invoices                 those of several files, held against each other
    find_codes(page) -> codes                the two-dimensional codes on one page

Engines are in `ocr.engines`; importing this package loads none.
"""

from ocr.engine import OcrEngine
from ocr.qr import find_codes
from ocr.read import Reading, read
from ocr.seeing import Seen, see
from ocr.settle import unite

__all__ = ["OcrEngine", "Reading", "Seen", "find_codes", "read", "see", "unite"]
