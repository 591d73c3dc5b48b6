"""What the answers of /v1 look like. Money is text in yuan; instants are ISO 8601."""

import datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.advice import Advice
from models.document import ReadStatus
from models.duplicate import Relation
from models.eligibility import Reason
from models.errors import ErrorRecord
from models.finding import Finding, Status
from models.forms import Form, InvoiceType
from models.invoice import Invoice
from models.match import Match, MatchState
from piaohe.access import Permission
from piaohe.flow.states import State as ArrivalState
from piaohe.flow.states import Step
from piaohe.store.claims import Paper, Stage, Stated
from piaohe.store.people import Audit
from piaohe.store.reviews import State
from piaohe.store.steps import Said
from piaohe.store.wanted import Facet, Order
from validate import Hint

_SHA256 = "b8a6e0f3c1f2d7e4a5961b0c3d4e5f60718293a4b5c6d7e8f9010203040506aa"
DocumentState = Literal["waiting", "ok", "partial", "failed", "cancelled"]
Done = Literal[
    "invoice.corrected",
    "invoice.accept",
    "invoice.return",
    "invoice.reject",
    "invoice.reopen",
    "invoice.apart",
    "invoice.same",
    "invoice.split",
    "invoice.merged",
]
"""What a reviewer can take back."""


class Shape(BaseModel):
    """The base of answers: what is not named here is not in them."""

    model_config = ConfigDict(extra="forbid")


class Limits(Shape):
    """Bytes, pages and pixels of a file; rows of a page; requests of a token in a minute; streams
    of events at once."""

    max_bytes: int
    max_pages: int
    max_pixels: int
    max_read_bytes: int
    page_size: int
    requests_per_minute: int
    event_streams: int
    max_wait_seconds: int


class Capabilities(Shape):
    version: str
    limits: Limits
    permissions: list[Permission]
    orders: list[Order]
    states: list[State]


class InvoiceState(Shape):
    id: str
    status: Status
    state: State
    reason: str | None = None


class DocumentShown(Shape):
    """Where a document stands. What was handed in has name and size, what was read has findings."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "id": _SHA256,
                "name": "invoice.pdf",
                "size": 48211,
                "received_at": "2026-09-30T08:00:00+00:00",
                "state": "ok",
                "error": None,
                "invoices": [{"id": f"{_SHA256}-0", "status": "accepted", "state": "accepted"}],
            }
        },
    )

    id: str
    state: DocumentState
    name: str | None = None
    size: int | None = None
    received_at: datetime.datetime | None = None
    error: ErrorRecord | str | None = None
    status: ReadStatus | None = None
    notices: list[Any] = []
    attachments: list[Any] = []
    findings: list[Finding] = []
    invoices: list[InvoiceState] = []


class DocumentPage(Shape):
    """`next` is the cursor of the page after, null on the last."""

    items: list[DocumentShown]
    next: str | None


class ManyTaken(Shape):
    """What became of each file of one request, in their order."""

    items: list["Taken"]


class Taken(Shape):
    """`document` where the file was taken, else the code of the problem and what it says."""

    name: str
    document: DocumentShown | None = None
    code: str | None = None
    detail: str | None = None


class AdviceShown(Advice):
    """What can be said of a file before it is read."""

    model_config = ConfigDict(extra="forbid")

    level: Literal["ok", "warn", "bad"]


class SentenceShown(Shape):
    """What to do about a document, in Chinese and English; nothing while it waits to be read."""

    level: Literal["waiting", "ok", "warn", "bad"]
    message: str | None
    message_en: str | None


class PageShown(Shape):
    width: int
    height: int
    picture: str


class ArrivalShown(Shape):
    id: int
    document: str
    name: str
    received_at: datetime.datetime
    finished_at: datetime.datetime | None
    state: ArrivalState
    step: Step | None
    attempts: int
    error: ErrorRecord | None
    may: list[Literal["cancel", "retry"]]


class InvoiceLine(Shape):
    id: str
    document: str
    file: str
    received_at: datetime.datetime
    type: InvoiceType
    form: Form | None
    number: str | None
    date: datetime.date | None
    total: str | None
    seller_name: str | None
    buyer_name: str | None
    category: str | None
    status: Status
    state: State
    match: MatchState | None
    duplicates: bool


class InvoicePage(Shape):
    """`next` is the cursor of the page after, null on the last. `instead`: the words that were
    probably meant, where nothing was found for `q`."""

    items: list[InvoiceLine]
    next: str | None
    instead: str | None


class InvoiceLines(Shape):
    items: list[InvoiceLine]


class InvoiceShown(Shape):
    """An invoice with its evidence and findings. `version` is for If-Match."""

    id: str
    document: str
    index: int
    file: str
    received_at: datetime.datetime
    state: State
    version: str
    reason: str | None
    decided_at: datetime.datetime | None
    invoice: Invoice


class History(Shape):
    items: list[Audit]


class Hints(Shape):
    items: list[Hint]
    sums: dict[str, Any] | None = None


class Held(Shape):
    until: datetime.datetime


class Understood(Shape):
    filters: dict[str, list[str]]
    q: str


class Facets(Shape):
    count: int
    more: bool
    facets: dict[str, list[Facet]]


class Texts(Shape):
    items: list[str]


class ViewShown(Shape):
    id: int
    name: str
    query: str
    shared: bool
    by: str | None


class Views(Shape):
    items: list[ViewShown]


class Made(Shape):
    id: int


class Both(Shape):
    ours: str
    theirs: str
    differs: bool


class TwinShown(Shape):
    relation: Relation
    sentence: str
    since: datetime.datetime | None
    invoice: str | None
    said: Said | None
    picture: str | None
    fields: dict[str, Both]


class Twins(Shape):
    items: list[TwinShown]


class SplitDone(Shape):
    made: str
    version: str


class LedgerDone(Shape):
    version: str
    match: Match | None


class Undone(Shape):
    what: Done
    invoice: str


class ClaimLine(Shape):
    id: int
    person: str | None
    made_by: str | None
    state: Stage
    purpose: str
    made_at: datetime.datetime
    submitted_at: datetime.datetime | None
    total_fen: int | None


class ClaimPage(Shape):
    items: list[ClaimLine]
    count: int
    next: str | None


class EligibilityShown(Shape):
    """How much input tax may be credited once every one of `needs` is met."""

    amount: str
    basis: Reason
    blocked_by: list[Reason]
    needs: list[Reason]
    certain: bool


class ClaimInvoice(Shape):
    id: str
    counted: bool
    number: str | None
    status: Status
    state: State
    findings: list[Finding]
    eligibility: EligibilityShown


class ClaimPaper(Paper):
    name: str
    state: Literal["waiting", "failed", "ok"]
    amount: Decimal | None
    invoices: list[ClaimInvoice]


class InputTax(Shape):
    certain: str
    open: str


class Gap(Shape):
    code: str
    zh: str
    en: str
    blocks: bool


class ClaimShown(Shape):
    """A claim. `totals` are by currency; `missing` says what keeps it from being handed in."""

    id: int
    version: str
    state: Stage
    person: str | None
    made_by: str | None
    made_at: datetime.datetime
    submitted_at: datetime.datetime | None
    decided_at: datetime.datetime | None
    reason: str | None
    stated: Stated
    papers: list[ClaimPaper]
    totals: dict[str, str]
    input_tax: InputTax
    missing: list[Gap]


class ProblemShown(BaseModel):
    """RFC 9457. `code` is stable; `detail` says in words what to do. Some have further members:
    `errors` (where what is wrong), `theirs` and `yours` (both versions), `missing`, `retry`."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:piaohe:problem:not_found"])
    title: str
    status: int
    code: str
    detail: str
