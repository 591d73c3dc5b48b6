"""Why an invoice is not in the ledger (domain.md 6.4): a cause is named only where the evidence
decides it."""

import calendar
import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from models.finding import Severity
from models.forms import Form, InvoiceType
from models.identifiers import form_from_code
from models.invoice import Invoice
from models.ledger import Coverage, Ledger, LedgerEntry
from models.text import squash
from reconcile.records import Options

_CHINA = datetime.timezone(datetime.timedelta(hours=8))
_RETRY = datetime.timedelta(hours=24)
_NOT_VAT = frozenset(
    {
        Form.RAIL_PAPER,
        Form.AIR_PAPER,
        Form.TAXI,
        Form.QUOTA,
        Form.TOLL_PAPER,
        Form.BUS,
        Form.SHIP,
        Form.MACHINE,
        Form.FISCAL,
        Form.MED_OUT,
        Form.MED_IN,
        Form.TOLL_FISCAL,
        Form.CUSTOMS_VAT,
        Form.TAX_CERT,
    }
)
"""Forms the tax platform's invoice export does not hold."""
_NOT_VAT_TYPES = frozenset({InvoiceType.TAXI, InvoiceType.QUOTA})
_QR_AGAINST_PRINT = frozenset({"R-QR-03", "R-QR-04", "R-QR-05", "R-QR-06"})


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause (None where unknown), the message it has, and the facts it rests on."""

    cause: str | None
    text: str
    what: str = ""
    what_en: str = ""
    evidence: dict[str, str] = field(default_factory=dict)
    retry_after: datetime.datetime | None = None


class Diagnosis:
    """What can be known of absences in general, worked out once for all invoices."""

    def __init__(self, ledgers: Sequence[Ledger], options: Options) -> None:
        self._now = options.now
        self._lag = options.lag
        self._is_empty = not any(ledger.entries for ledger in ledgers)
        self._holds_only_vat = bool(ledgers) and all(_holds_only_vat(each) for each in ledgers)
        if options.coverage:
            self._periods = [options.coverage]
        else:
            self._periods = [_period(ledger) for ledger in ledgers]
        named = (*options.entities, *(period.entity_tax_id or "" for period in self._periods))
        self._own = frozenset(squash(entity).upper() for entity in named if entity)

    def of(self, invoice: Invoice) -> Cause:
        """The cause of an invoice's absence. The order is from what makes absence meaningless
        (nothing there, other kind, other company, other period) to what makes it suspicious."""
        if self._is_empty:
            return Cause("N17", "missing/N17", evidence={"ledger_rows": "0"})
        if self._holds_only_vat and (
            invoice.form in _NOT_VAT or (not invoice.form and invoice.type in _NOT_VAT_TYPES)
        ):
            kind = (invoice.form or invoice.type).value
            return Cause("N13", "missing/N13", evidence={"form": kind})
        return (
            self._other_company(invoice)
            or self._other_period(invoice)
            or _altered(invoice)
            or self._too_fresh(invoice)
            or Cause(None, "missing" if invoice.number else "missing/number")
        )

    def _other_company(self, invoice: Invoice) -> Cause | None:
        buyer = squash(invoice.buyer_tax_id or "").upper()
        seller = squash(invoice.seller_tax_id or "").upper()
        if not self._own or not buyer or "*" in buyer or buyer in self._own:
            return None
        nearest = min(sorted(self._own), key=lambda own: Levenshtein.distance(buyer, own))
        evidence = {"buyer_tax_id": buyer, "entity_tax_id": nearest}
        if seller in self._own:
            return Cause("N7", "missing/N7/issued", evidence={"seller_tax_id": seller})
        if Levenshtein.distance(buyer, nearest) <= 2:
            what = f"{buyer} / {nearest}"
            return Cause("N8", "missing/N8", what, evidence=evidence)
        return Cause("N7", "missing/N7", buyer, evidence=evidence)

    def _other_period(self, invoice: Invoice) -> Cause | None:
        date = invoice.date
        if date is None or not self._periods:
            return None
        if any(_covers(period, date) for period in self._periods):
            return None
        covered = ", ".join(_shown(period) for period in self._periods)
        evidence = {"date": date.isoformat(), "coverage": covered}
        return Cause("N6", "missing/N6", date.isoformat(), evidence=evidence)

    def _too_fresh(self, invoice: Invoice) -> Cause | None:
        """Issued within the lag, counted from the start of its day in China."""
        if invoice.date is None or not invoice.number:
            return None
        issued = datetime.datetime.combine(invoice.date, datetime.time(), _CHINA)
        age = self._now - issued
        if not datetime.timedelta() <= age <= self._lag:
            return None
        hours = f"{age.total_seconds() / 3600:.0f}"
        retry = (self._now + _RETRY).astimezone(datetime.UTC)
        evidence = {"date": invoice.date.isoformat(), "age_hours": hours}
        return Cause("N1", "missing/N1", evidence=evidence, retry_after=retry)


def _altered(invoice: Invoice) -> Cause | None:
    """A QR code that says other than the print.

    A CRC that does not hold adds to that but proves nothing alone: about one genuine code in ten
    is made by another algorithm (domain.md 2.4).
    """
    against = sorted(
        {
            finding.rule
            for finding in invoice.findings
            if finding.rule in _QR_AGAINST_PRINT and finding.severity is not Severity.INFO
        }
    )
    if not against:
        return None
    if invoice.extra.qr_crc == "mismatch":
        against.append("CRC")
    return Cause("N14", "missing/N14", ", ".join(against), evidence={"qr": ", ".join(against)})


def _period(ledger: Ledger) -> Coverage:
    """What a ledger covers. Where that was only derived from its entries, whole months count:
    no entry on the last days of a month does not say that the export ended before."""
    period = ledger.coverage
    derived = any(problem.code == "coverage_derived" for problem in ledger.problems)
    if not derived or period.first is None or period.last is None:
        return period
    _, days = calendar.monthrange(period.last.year, period.last.month)
    return period.model_copy(
        update={"first": period.first.replace(day=1), "last": period.last.replace(day=days)}
    )


def _covers(period: Coverage, date: datetime.date) -> bool:
    """Whether a date may lie in the period; an unknown end is open."""
    after_start = period.first is None or period.first <= date
    return after_start and (period.last is None or date <= period.last)


def _shown(period: Coverage) -> str:
    return f"{period.first or ''}..{period.last or ''}"


def _holds_only_vat(ledger: Ledger) -> bool:
    """Whether a ledger lists only what the tax platform issues, so that other kinds say nothing."""
    if ledger.layout.startswith("etax"):
        return True
    return bool(ledger.entries) and all(_is_vat(entry) for entry in ledger.entries)


def _is_vat(entry: LedgerEntry) -> bool:
    if entry.kind and any(
        word in entry.kind for word in ("增值税", "数电", "专用", "专票", "普票")
    ):
        return True
    if entry.damaged_number or (entry.number and len(entry.number) == 20):
        return True
    form = form_from_code(entry.code) if entry.code else None
    return form is not None and form.is_tax_control
