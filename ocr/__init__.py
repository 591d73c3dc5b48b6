"""Pages in, invoices out: codes, text layers, OCR, structured data, extraction and evidence.

    read(original, engine) -> Reading  the invoices, attachments and problems of one file
    unite(found) -> invoices           those of several files in one, held against each other
    find_codes(page) -> codes          the two-dimensional codes on one page

Engines are in `ocr.engines`; importing this package loads none.
"""

from ocr.engine import OcrEngine
from ocr.qr import find_codes
from ocr.read import Reading, read
from ocr.settle import unite

__all__ = ["OcrEngine", "Reading", "find_codes", "read", "unite"]
