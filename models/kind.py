"""What a page or ticket is, as told from its words, its code and its number (domain.md 1)."""

from collections.abc import Sequence
from typing import Literal, Protocol

from pydantic import Field

from models.forms import Form
from models.page import Token
from models.record import Record

UNKNOWN = "unknown"
OTHER = "other"
"""A page that is surely no invoice, and nothing `Attachment.what` has a name for."""

NON_INVOICES = (
    "trip_list",
    "sales_list",
    "claim_page",
    "pos_slip",
    "bank_slip",
    "receipt",
    "contract",
    OTHER,
)
"""Kinds of pages that come along with invoices and are none; the names of `Attachment.what`."""

_FORMS = frozenset(form.value for form in Form)

Basis = Literal["data", "qr", "code", "words", "none"]
"""What decided: structured data, the QR, the structure of the 发票代码, the words; or nothing."""


class KindChance(Record):
    """One kind a page may be, and how likely the words make it."""

    kind: str
    probability: float = Field(ge=0, le=1)


class KindGuess(Record):
    """What a page is.

    `kind` is the value of a `Form`, one of NON_INVOICES, or UNKNOWN where the evidence is too
    weak. `probability` is that of the likeliest kind, calibrated on drawn documents; it is given
    with UNKNOWN too. `basis` says what decided. `alternatives` are the likeliest kinds by the
    words, at most three. `contradicts` is the kind another piece of evidence surely speaks for
    where that is not `kind`: a finding should ask for a person's eye.
    """

    kind: str
    probability: float = Field(ge=0, le=1)
    basis: Basis
    reason: str
    reason_en: str
    alternatives: tuple[KindChance, ...] = ()
    contradicts: str | None = None

    @property
    def is_known(self) -> bool:
        return self.kind != UNKNOWN

    @property
    def form(self) -> Form | None:
        """The form of invoice; None for everything else."""
        return Form(self.kind) if self.kind in _FORMS else None

    @property
    def attachment(self) -> str | None:
        """The kind of non-invoice; None for everything else."""
        return self.kind if self.kind in NON_INVOICES else None


class Kinds(Protocol):
    """Tells what pages and tickets are.

    `tokens` are those of one ticket, places in pixels of a picture of `size` (width, height);
    `qr` is the payload of the code on it. `stated` is the form its structured data names.
    `guess` never raises for what is on a page.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def guess(
        self,
        tokens: Sequence[Token],
        size: tuple[float, float],
        qr: str | None = None,
        stated: Form | None = None,
    ) -> KindGuess: ...
