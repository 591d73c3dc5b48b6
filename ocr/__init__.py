"""Pages in, invoices out: codes, text layers, OCR, field extraction and evidence.

    read(pages, engine) -> Reading     the invoices, attachments and problems of a file's pages
    find_codes(page) -> codes          the two-dimensional codes on one page

Engines are in `ocr.engines`; importing this package loads none.
"""

from ocr.engine import OcrEngine
from ocr.qr import find_codes
from ocr.read import Reading, read

__all__ = ["OcrEngine", "Reading", "find_codes", "read"]
