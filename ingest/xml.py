"""Bare XML files: an invoice without a page."""

from models.original import PartKind, Signature, StructuredPart
from models.page import Page


class XmlReader:
    """An XML file, which is one structured part and has no pages. Its reader in `ocr` parses it."""

    page_count = 0

    def __init__(self, data: bytes) -> None:
        self._data = data

    def page(self, index: int) -> Page:
        raise IndexError(f"page {index} of 0")

    def parts(self) -> tuple[StructuredPart, ...]:
        return (StructuredPart(PartKind.XML, "", self._data),)

    def signatures(self) -> tuple[Signature, ...]:
        return ()

    def close(self) -> None:
        self._data = b""
