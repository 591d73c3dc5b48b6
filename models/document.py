"""A file and what was read from it."""

from enum import StrEnum

from models.batch import BatchSheet
from models.errors import ErrorRecord
from models.finding import Finding
from models.invoice import Invoice
from models.record import Record
from models.ride import Ride


class ReadStatus(StrEnum):
    """ok: every page gave its invoice or attachment; partial: some did not; failed: none did."""

    OK = "ok"
    PARTIAL = "partial"
    FAILED = "failed"


class Attachment(Record):
    """A page that is not an invoice but belongs to one (行程单, 销货清单, ...).

    `rides` are those of a trip list whose text states them, and proves that none is missing.
    """

    page: int | None
    what: str
    rides: tuple[Ride, ...] = ()


class Notice(Record):
    """Something about the file worth saying that is no failure, such as a wrong extension."""

    code: str
    message: str
    message_en: str


class Document(Record):
    """A file and what was read from it, in the form `piaohe read --json` prints.

    `findings` are those about the file itself, where it holds no invoice but something else.
    `sheets` are the batch sheets in it, by page; each is an attachment too.
    """

    file: str
    sha256: str | None
    seconds: float
    status: ReadStatus
    error: ErrorRecord | None = None
    notices: tuple[Notice, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    findings: tuple[Finding, ...] = ()
    sheets: tuple[BatchSheet, ...] = ()

    @property
    def is_batch_sheet(self) -> bool:
        """Whether it is a separator and nothing else: then it speaks of the files after it."""
        others = len(self.attachments) - len(self.sheets)
        return bool(self.sheets) and not (others or self.invoices or self.error)
