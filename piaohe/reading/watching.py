"""An engine that is watched while it reads, so that tickets can be known again by their looks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from models.duplicate import Print
from models.invoice import Invoice
from models.page import Pixels, Source, Token
from models.text import squash
from models.view import Corners
from ocr import OcrEngine
from validate.duplicates import figures_of


@dataclass(frozen=True, slots=True)
class _Read:
    """A picture as it was read, and its text without spaces."""

    tokens: tuple[Token, ...]
    text: str


class Watched:
    """Reads as `engine` does, and remembers what it read."""

    def __init__(self, engine: OcrEngine) -> None:
        self._engine = engine
        self._reads: list[_Read] = []

    @property
    def name(self) -> str:
        return self._engine.name

    @property
    def version(self) -> str:
        return self._engine.version

    def find_lines(self, picture: Pixels) -> tuple[Corners, ...]:
        return self._engine.find_lines(picture)

    def read(self, picture: Pixels, lines: Sequence[Corners] | None = None) -> tuple[Token, ...]:
        tokens = self._engine.read(picture, lines)
        text = "\n".join(squash(token.text) for token in tokens)
        self._reads.append(_Read(tokens, text))
        return tokens

    def prints(self, invoices: Sequence[Invoice]) -> tuple[Print | None, ...]:
        """The print of each invoice; None for one that was not read by sight.

        What was read in one picture with another invoice has none: it could be of either.
        """
        chosen = [self._read_of(invoice) for invoice in invoices]
        shared = Counter(chosen)
        return tuple(
            _print(self._reads[at], invoice) if at is not None and shared[at] == 1 else None
            for at, invoice in zip(chosen, invoices, strict=True)
        )

    def _read_of(self, invoice: Invoice) -> int | None:
        """Which reading an invoice came from: the one with most of its values, of several the
        fullest. A page may have been read in parts and turned."""
        values = [squash(raw) for raw in _raws(invoice)]
        hits = [sum(value in read.text for value in values) for read in self._reads]
        if not any(hits):
            return None
        return max(range(len(hits)), key=lambda at: (hits[at], len(self._reads[at].tokens)))


def seen(invoice: Invoice) -> bool:
    """Whether an invoice was read from its picture."""
    return bool(_raws(invoice))


def _raws(invoice: Invoice) -> list[str]:
    found = (each for each in invoice.fields.values() if each.source is Source.OCR)
    return [evidence.raw for evidence in found if evidence.raw]


def _print(read: _Read, invoice: Invoice) -> Print:
    common = (invoice.code, invoice.seller_tax_id, invoice.buyer_tax_id)
    return Print(figures=figures_of(read.tokens, common))
