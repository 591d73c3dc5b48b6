"""What a form reader is given, and what it gives back."""

from dataclasses import dataclass, field
from functools import cached_property

from models.forms import Form
from models.invoice import Extra, FieldName, LineItem
from models.page import Code
from models.taxqr import TaxQr
from ocr.extract.sheet import Sheet
from ocr.forms.labelled import Labelled
from ocr.resolve.evidence import Verdict
from ocr.words import Word


@dataclass(frozen=True)
class Case:
    """The words of one document and what the common search made of them.

    `verdicts`, `items` and `extra` are those the VAT layout would give; `code` is the document's
    two-dimensional code, `qr` its payload where that is a tax QR.
    """

    form: Form
    words: tuple[Word, ...]
    sheet: Sheet
    verdicts: dict[FieldName, Verdict]
    items: tuple[LineItem, ...]
    extra: Extra
    code: Code | None = None
    qr: TaxQr | None = None

    @cached_property
    def labelled(self) -> Labelled:
        return Labelled(self.words)


@dataclass(frozen=True)
class FormReading:
    """What a form reader found: decided fields, lines, and what the form prints besides."""

    verdicts: dict[FieldName, Verdict]
    items: tuple[LineItem, ...] = ()
    extra: Extra = field(default_factory=Extra)
