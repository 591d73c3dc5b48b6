"""Why an invoice is not in the ledger (domain.md 6.4): a cause is named only where the evidence
decides it.

All that apply are found, in this order, from what makes absence meaningless to what makes it
suspicious to what merely may explain it; the first is the cause:

1. N17 nothing there at all, or no source could be asked
2. N13 a kind the ledger does not hold; N7, N8 another company; N6 another period
3. N17 the ledger is cut off
4. N9 it and its red letter cancel each other
5. N14 the QR code says other than the print
6. N1 issued only just now
7. N14 the check platform does not know it, two days after the date or later
8. N15 older than the platform can check; N16 the platform would not answer
9. N18 its number may be among those the ledger has spoilt
10. N12 the seller is registered in another province than the number comes from
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from models.forms import Form, InvoiceType
from models.identifiers import PROVINCES, code_region_ok
from models.portal import PortalAnswer, PortalOutcome, SourceState
from models.text import squash
from reconcile.facts import InvoiceFacts
from reconcile.identity import could_be, invoice_key
from reconcile.index import Index
from reconcile.ledgers import covers, period_shown
from reconcile.records import Options

_CHINA = datetime.timezone(datetime.timedelta(hours=8))
_DAY = datetime.timedelta(hours=24)
_HOUR = datetime.timedelta(hours=1)
_SETTLED = datetime.timedelta(days=2)
"""From this age on an invoice the platform does not know is suspicious."""
_YEARS_CHECKED = 5
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
_NOT_CREDITED = frozenset(
    {
        Form.VAT_NORMAL,
        Form.VAT_E_NORMAL,
        Form.VAT_ROLL,
        Form.USED_CAR,
        Form.DZ_NORMAL,
        Form.DZ_USED_CAR,
        Form.DZP_NORMAL,
        Form.DZP_USED_CAR,
    }
)
"""Forms whose tax is not credited as a rule, so that a list to tick need not hold them."""
_CITY_IN_PROVINCE = {"91": "21", "92": "33", "93": "35", "94": "37", "95": "44"}


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

    def __init__(self, index: Index, options: Options) -> None:
        self._options = options
        self._now = options.now
        about = index.about
        self._rows = sum(each.rows for each in about)
        self._only_vat = bool(about) and all(each.only_vat for each in about)
        self._only_deductible = bool(about) and all(each.only_deductible for each in about)
        self._is_bureau = bool(about) and all(each.is_bureau for each in about)
        self._known_at = self._asked_at([each.source for each in about])
        self._suspect = {each.source: ", ".join(each.suspect) for each in about if each.suspect}
        for verdict in options.sources:
            if verdict.state is not SourceState.OK:
                self._suspect[verdict.source] = verdict.why_en or verdict.state.value
        self._unasked = [v.source for v in options.sources if v.state is SourceState.UNASKED]
        self._trusted = [each for each in about if each.source not in self._suspect]
        if options.coverage:
            self._periods = [options.coverage]
        else:
            self._periods = [each.coverage for each in about]
        named = (*options.entities, *(period.entity_tax_id or "" for period in self._periods))
        self._own = frozenset(squash(entity).upper() for entity in named if entity)
        self._damaged = index.lost

    def of(self, ours: InvoiceFacts, netted: Cause | None = None) -> list[Cause]:
        """All causes of an invoice's absence that apply, the first first; where none does, one
        that says so. `netted` is what is known of it and its red letter."""
        steps: tuple[Callable[[InvoiceFacts], Cause | None], ...] = (
            self._nothing_there,
            self._other_kind,
            self._other_company,
            self._other_period,
            self._cut_off,
            lambda _: netted,
            _altered,
            self._too_fresh,
            self._unknown_to_portal,
            self._expired,
            self._portal_limited,
            self._among_damaged,
            self._other_province,
        )
        found = [cause for step in steps if (cause := step(ours))]
        if suspected := self._suspected_beside():
            found.append(suspected)
        return found or [Cause(None, "missing" if _is_numbered(ours) else "missing/number")]

    def portal_evidence(self, ours: InvoiceFacts) -> dict[str, str]:
        """What the check platform said of the invoice, whatever it means."""
        answer = self._answer(ours)
        if answer is None:
            return {}
        return {"portal": f"{answer.code} {answer.says}".strip()} | {
            "portal_asked_at": _in_china(answer.asked_at)
        }

    def _asked_at(self, sources: list[str]) -> datetime.datetime:
        """As of when the ledgers are known: the oldest of their snapshots; now where one of them
        does not say, as a file that was handed over does not."""
        told = {each.source: each.asked_at for each in self._options.sources}
        instants = [told.get(source) for source in sources]
        known = [instant for instant in instants if instant is not None]
        return min([self._now, *known]) if len(known) == len(instants) else self._now

    def _answer(self, ours: InvoiceFacts) -> PortalAnswer | None:
        return self._options.portal.get(invoice_key(ours) or ours.key)

    def _nothing_there(self, ours: InvoiceFacts) -> Cause | None:
        if self._rows:
            return None
        if self._unasked:
            what = ", ".join(sorted(self._unasked))
            evidence = {"unasked": what}
            retry = self._now + _HOUR
            return Cause("N17", "missing/N17/unasked", what, what, evidence, _utc(retry))
        return Cause("N17", "missing/N17", evidence={"ledger_rows": "0"})

    def _cut_off(self, ours: InvoiceFacts) -> Cause | None:
        """A source that is not whole. Where another one is, this comes after all other causes."""
        if not self._rows or not self._suspect or self._trusted:
            return None
        return self._suspected()

    def _suspected_beside(self) -> Cause | None:
        """That part of the sources are not whole, where others are."""
        return self._suspected() if self._rows and self._suspect and self._trusted else None

    def _suspected(self) -> Cause:
        what = ", ".join(sorted(self._suspect))
        evidence = {"suspect": "; ".join(f"{k}: {v}" for k, v in sorted(self._suspect.items()))}
        return Cause("N17", "missing/N17/suspect", what, what, evidence)

    def _other_kind(self, ours: InvoiceFacts) -> Cause | None:
        form = ours.form
        is_other = (
            (self._only_vat and form in _NOT_VAT)
            or (self._only_vat and not form and ours.type in _NOT_VAT_TYPES)
            or (self._is_bureau and form is Form.BLOCKCHAIN)
        )
        kind = (form or ours.type or InvoiceType.OTHER).value
        if is_other:
            return Cause("N13", "missing/N13", evidence={"form": kind})
        if self._only_deductible and form in _NOT_CREDITED:
            return Cause("N13", "missing/N13/credit", evidence={"form": kind})
        return None

    def _other_company(self, ours: InvoiceFacts) -> Cause | None:
        buyer, seller = ours.buyer_tax_id, ours.seller_tax_id
        if not self._own or not buyer or buyer in self._own:
            return None
        nearest = min(sorted(self._own), key=lambda own: Levenshtein.distance(buyer, own))
        evidence = {"buyer_tax_id": buyer, "entity_tax_id": nearest}
        if seller in self._own:
            return Cause("N7", "missing/N7/issued", evidence={"seller_tax_id": seller or ""})
        if Levenshtein.distance(buyer, nearest) <= 2:
            what = f"{buyer} / {nearest}"
            return Cause("N8", "missing/N8", what, evidence=evidence)
        return Cause("N7", "missing/N7", buyer, evidence=evidence)

    def _other_period(self, ours: InvoiceFacts) -> Cause | None:
        date = ours.date
        if date is None or not self._periods:
            return None
        if any(covers(period, date) for period in self._periods):
            return None
        covered = ", ".join(period_shown(period) for period in self._periods)
        evidence = {"date": date.isoformat(), "coverage": covered}
        return Cause("N6", "missing/N6", date.isoformat(), evidence=evidence)

    def _age(self, ours: InvoiceFacts) -> datetime.timedelta | None:
        """Since the start of the day of issue in China."""
        if ours.date is None:
            return None
        return self._now - datetime.datetime.combine(ours.date, datetime.time(), _CHINA)

    def _too_fresh(self, ours: InvoiceFacts) -> Cause | None:
        """Issued within the lag before the ledgers were asked last."""
        age = self._age(ours)
        if ours.date is None or age is None or not _is_numbered(ours):
            return None
        stale = self._now - self._known_at
        if not datetime.timedelta() <= age <= self._options.lag + stale:
            return None
        hours = f"{age.total_seconds() / 3600:.0f}"
        evidence = {"date": ours.date.isoformat(), "age_hours": hours}
        if stale:
            evidence["ledger_asked_at"] = _in_china(self._known_at)
        if age > self._options.lag:
            what, retry = evidence["ledger_asked_at"], _utc(self._now)
            return Cause("N1", "missing/N1/stale", what, what, evidence, retry)
        return Cause("N1", "missing/N1", evidence=evidence, retry_after=_utc(self._now + _DAY))

    def _unknown_to_portal(self, ours: InvoiceFacts) -> Cause | None:
        answer = self._answer(ours)
        if answer is None or answer.outcome is not PortalOutcome.ABSENT or ours.date is None:
            return None
        issued = datetime.datetime.combine(ours.date, datetime.time(), _CHINA)
        if answer.asked_at - issued < _SETTLED or self._is_expired(ours, answer.asked_at):
            return None
        what, what_en = _when_asked(answer, answer.code)
        return Cause("N14", "missing/N14/portal", what, what_en, {"portal": answer.code})

    def _is_expired(self, ours: InvoiceFacts, at: datetime.datetime) -> bool:
        """Whether it was more than five years old at an instant, by the day in China."""
        date, day = ours.date, at.astimezone(_CHINA).date()
        if date is None:
            return False
        return (date.year + _YEARS_CHECKED, date.month, date.day) < (day.year, day.month, day.day)

    def _expired(self, ours: InvoiceFacts) -> Cause | None:
        if ours.date is None or not self._is_expired(ours, self._now):
            return None
        date = ours.date.isoformat()
        return Cause("N15", "missing/N15", date, evidence={"date": date})

    def _portal_limited(self, ours: InvoiceFacts) -> Cause | None:
        answer = self._answer(ours)
        if answer is None or answer.outcome is not PortalOutcome.LIMITED:
            return None
        retry = max(_ask_again(answer), self._now)
        what, what_en = _when_asked(answer, f"{answer.code} {answer.says}".strip())
        evidence = {"portal": answer.code}
        return Cause("N16", "missing/N16", what, what_en, evidence, _utc(retry))

    def _among_damaged(self, ours: InvoiceFacts) -> Cause | None:
        """The ledger holds spoilt numbers without money that may be this one's."""
        number = ours.long
        if not number or not self._damaged:
            return None
        like = next((each for each in self._damaged if could_be(number, each)), None)
        return Cause("N18", "missing/N18", like, evidence={"damaged": like}) if like else None

    def _other_province(self, ours: InvoiceFacts) -> Cause | None:
        issued, seller = _province_of_number(ours), _province_of_seller(ours)
        if not issued or not seller or issued == seller:
            return None
        evidence = {"number_province": issued, "seller_province": seller}
        return Cause("N12", "missing/N12", f"{issued} / {seller}", evidence=evidence)


def _in_china(instant: datetime.datetime) -> str:
    return instant.astimezone(_CHINA).isoformat(timespec="minutes")


def _when_asked(answer: PortalAnswer, what: str) -> tuple[str, str]:
    """What the platform said and when it was asked, Chinese and English."""
    at = f"{answer.asked_at.astimezone(_CHINA):%Y-%m-%d %H:%M}"
    return f"{what}，查验于 {at}", f"{what}, asked {at}"


def _altered(ours: InvoiceFacts) -> Cause | None:
    """A QR code that says other than the print."""
    if not ours.against:
        return None
    what = ", ".join(ours.against)
    return Cause("N14", "missing/N14", what, evidence={"qr": what})


def _ask_again(answer: PortalAnswer) -> datetime.datetime:
    """When the platform may be asked again: the next day in China where its count of the day was
    reached (002), a day after it took us for a robot (020), else in an hour."""
    asked = answer.asked_at.astimezone(_CHINA)
    if answer.code == "002":
        tomorrow = asked.date() + datetime.timedelta(days=1)
        return datetime.datetime.combine(tomorrow, datetime.time(), _CHINA)
    return asked + (_DAY if answer.code == "020" else _HOUR)


def _is_numbered(ours: InvoiceFacts) -> bool:
    return bool(ours.long or ours.short)


def _province_of_number(ours: InvoiceFacts) -> str | None:
    """The province an invoice was issued in, by its number or code (domain.md 1.3)."""
    if ours.long and ours.long.isdigit():
        region = ours.long[2:4]
        region = _CITY_IN_PROVINCE.get(region, region)
        return region if region in PROVINCES else None
    code = ours.code
    if code and code.isdigit() and len(code) in (10, 12) and code_region_ok(code):
        return code[:2] if len(code) == 10 else code[1:3]
    return None


def _province_of_seller(ours: InvoiceFacts) -> str | None:
    tax_id = ours.seller_tax_id
    region = tax_id[2:4] if tax_id and len(tax_id) == 18 else None
    return region if region in PROVINCES else None


def _utc(instant: datetime.datetime) -> datetime.datetime:
    return instant.astimezone(datetime.UTC)
