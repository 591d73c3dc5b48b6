"""Records as the API and the pages show them."""

import base64
import binascii
import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

from models.document import ReadStatus
from models.finding import Finding, Severity
from models.forms import Form, InvoiceType
from models.geometry import Box
from models.invoice import MONEY_FIELDS, Candidate, Evidence, FieldName
from models.page import Source
from models.text import from_fen
from piaohe.flow.states import State
from piaohe.report import words as called
from piaohe.store.reviews import Line, Review
from piaohe.store.uploads import Upload
from piaohe.web.review.corrections import shown

ZONE = ZoneInfo("Asia/Shanghai")
UNSURE = 0.8
_WEIGHT = {Severity.REJECT: 0, Severity.WARN: 1, Severity.INFO: 2}
_FORM_ORDER = (
    FieldName.CODE,
    FieldName.NUMBER,
    FieldName.DATE,
    FieldName.BUYER_NAME,
    FieldName.BUYER_TAX_ID,
    FieldName.SELLER_NAME,
    FieldName.SELLER_TAX_ID,
    FieldName.AMOUNT,
    FieldName.TAX,
    FieldName.TOTAL,
    FieldName.CHECK_CODE,
)
"""As an invoice prints them, from the top down."""


class Reading(NamedTuple):
    """What one source says of a field; `differs` from the value that won."""

    source: str
    value: str
    confidence: float
    differs: bool


class Row(NamedTuple):
    """A field as the review page shows it."""

    name: str
    label: str
    value: str
    is_money: bool
    unsure: bool
    confidence: int | None
    box: str
    source: str
    confirmed: tuple[str, ...]
    readings: tuple[Reading, ...]
    findings: tuple[Finding, ...]


def rows_of(
    review: Review, lang: str, ledger: Mapping[str, tuple[str | None, str | None]] | None = None
) -> list[Row]:
    """The fields of an invoice, as the paper has them; a code only where one is or should be.

    `ledger` has what the system of record says otherwise: field -> (ours, theirs)."""
    invoice = review.invoice
    needed = {finding.field for finding in invoice.findings}
    control = invoice.form is None or invoice.form.is_tax_control
    rows = []
    for name in _FORM_ORDER:
        value = shown(invoice, name)
        optional = name in (FieldName.CODE, FieldName.CHECK_CODE)
        if optional and not value and name.value not in needed and not control:
            continue
        row = _row(review, name, value, lang)
        theirs = (ledger or {}).get(name.value, (None, None))[1]
        if theirs:
            booked = Reading(called.SOURCES[Source.LEDGER].say(lang), theirs, 1, differs=True)
            row = row._replace(readings=(*(row.readings or _typed(row)), booked))
        rows.append(row)
    return rows


def _typed(row: Row) -> tuple[Reading, ...]:
    """What stands there without evidence, as a reading beside another."""
    return (Reading(row.source or "—", row.value, 1, differs=False),) if row.value else ()


def _row(review: Review, name: FieldName, value: str, lang: str) -> Row:
    evidence = review.invoice.fields.get(name)
    return Row(
        name=name.value,
        label=called.FIELDS[name].say(lang),
        value=value,
        is_money=name in MONEY_FIELDS,
        unsure=bool(evidence and evidence.confidence < UNSURE),
        confidence=round(100 * evidence.confidence) if evidence else None,
        box=_box(evidence.box if evidence else None),
        source=called.SOURCES[evidence.source].say(lang) if evidence else "",
        confirmed=tuple(called.check_called(by).say(lang) for by in evidence.confirmed_by)
        if evidence
        else (),
        readings=_readings(evidence, lang),
        findings=tuple(f for f in review.invoice.findings if f.field == name.value),
    )


def _readings(evidence: Evidence | None, lang: str) -> tuple[Reading, ...]:
    """What every source said, the winner first; one source saying one thing twice is said once."""
    if evidence is None:
        return ()
    told: dict[tuple[Source, str], Reading] = {}
    every: tuple[Evidence | Candidate, ...] = (evidence, *evidence.candidates)
    for one in every:
        key = (one.source, one.value)
        if key not in told:
            name = called.SOURCES[one.source].say(lang)
            told[key] = Reading(name, one.value, one.confidence, one.value != evidence.value)
    return tuple(told.values())


def _box(box: Box | None) -> str:
    return ",".join(f"{side:.1f}" for side in box) if box else ""


def findings_of(review: Review) -> list[Finding]:
    """The heaviest first."""
    return sorted(review.invoice.findings, key=lambda finding: _WEIGHT[finding.severity])


def told(finding: Finding, value: str, lang: str) -> str:
    """What a finding expected or saw, as people call it; records keep a category's id."""
    return called.category_called(value).say(lang) if finding.field == "category" else value


def region_of(review: Review) -> str:
    """The part of the page the invoice takes up."""
    return _box(review.invoice.region)


def kind(type_: str, form: str | None, lang: str) -> str:
    """What an invoice of this type and form is called."""
    return called.kind_of(Form(form) if form else None, InvoiceType(type_)).say(lang)


def money_text(fen: int | None) -> str:
    return "" if fen is None else f"{from_fen(fen):,.2f}"


def moment(at: datetime.datetime | None) -> str:
    """An instant as people in China write it."""
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if at else ""


def file_name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def line_json(line: Line) -> dict[str, Any]:
    """An invoice in a list."""
    return {
        "id": line.id,
        "document": line.document_sha256,
        "file": file_name(line.file),
        "received_at": line.received_at.isoformat(),
        "type": line.type,
        "form": line.form,
        "number": line.number,
        "date": line.date.isoformat() if line.date else None,
        "total": str(from_fen(line.total_fen)) if line.total_fen is not None else None,
        "seller_name": line.seller_name,
        "buyer_name": line.buyer_name,
        "category": line.category,
        "status": line.status.value,
        "state": line.state.value,
        "match": line.match or None,
        "duplicates": line.twins,
    }


def review_json(review: Review) -> dict[str, Any]:
    """An invoice with everything known of it, and where its review stands."""
    return {
        "id": review.id,
        "document": review.document_sha256,
        "index": review.index,
        "file": file_name(review.file),
        "received_at": review.received_at.isoformat(),
        "state": review.state.value,
        "version": review.version,
        "reason": review.reason,
        "decided_at": review.decided_at.isoformat() if review.decided_at else None,
        "invoice": review.invoice.model_dump(mode="json"),
    }


def upload_json(upload: Upload) -> dict[str, Any]:
    """A document handed in: `state` is waiting, ok, partial, failed or cancelled."""
    return {
        "id": upload.sha256,
        "name": upload.name,
        "size": upload.size,
        "received_at": upload.at.isoformat(),
        "state": state_of(upload),
        "error": upload.error,
    }


def state_of(upload: Upload) -> str:
    """What was read of it, unless it waits to be read for the first time or once more."""
    read = upload.status
    if upload.is_queued and read in (None, ReadStatus.FAILED):
        return "waiting"
    if read is not None:
        return read.value
    if upload.arrival is State.CANCELLED:
        return "cancelled"
    return "failed" if upload.error else "waiting"


def disposition(name: str) -> str:
    """A Content-Disposition under which any name is saved and nothing is opened."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def to_cursor(*parts: str) -> str:
    return base64.urlsafe_b64encode("|".join(parts).encode()).decode().rstrip("=")


def from_cursor(cursor: str, count: int) -> tuple[str, ...] | None:
    """What a cursor holds; None for one that is not ours."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = tuple(base64.urlsafe_b64decode(padded.encode("ascii")).decode().split("|"))
    except (binascii.Error, ValueError):
        return None
    return parts if len(parts) == count else None
