"""全国增值税发票查验平台, the check platform (domain.md 6.3), as a pluggable connector.

Off by default: `OfflinePortal` answers that nobody was asked. Captchas and limits are never got
round: what a person must do at the platform, a person does. `CheckDesk` keeps the platform's rules
before anything is sent, in the database, so that all processes keep them together.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from models.errors import LedgerError
from models.forms import Form
from models.invoice import Invoice
from models.ledger import LedgerStatus
from models.portal import PortalAnswer, PortalOutcome
from models.record import Record
from piaohe.sources.http_json import Client, Endpoint, HttpLimits
from piaohe.sources.resilience import Asker, Guard, NotAsked, Patience, Tools, Transient
from piaohe.sources.rows import status_of
from piaohe.store import Store

CHINA = datetime.timezone(datetime.timedelta(hours=8))
YEARS = 5
"""How far back the platform answers."""
CheckName: TypeAlias = Literal["amount", "check_code", "total"]

_KINDS: dict[Form, tuple[str, CheckName]] = {
    Form.VAT_SPECIAL: ("01", "amount"),
    Form.FREIGHT_SPECIAL: ("02", "amount"),
    Form.VEHICLE: ("03", "amount"),
    Form.VAT_E_SPECIAL: ("08", "amount"),
    Form.DZP_SPECIAL: ("85", "amount"),
    Form.VAT_NORMAL: ("04", "check_code"),
    Form.VAT_E_NORMAL: ("10", "check_code"),
    Form.VAT_ROLL: ("11", "check_code"),
    Form.TOLL_E: ("14", "check_code"),
    Form.DZP_NORMAL: ("86", "check_code"),
    Form.DZ_SPECIAL: ("81", "total"),
    Form.DZ_NORMAL: ("82", "total"),
    Form.RAIL_E: ("51", "total"),
    Form.AIR_E: ("61", "total"),
    Form.DZ_VEHICLE: ("83", "total"),
    Form.USED_CAR: ("15", "total"),
    Form.DZ_USED_CAR: ("84", "total"),
    Form.DZP_USED_CAR: ("88", "total"),
}
"""The platform's code of each kind, and what it asks for besides number and date. 车价合计 of a
used car is its total; 不含税价 of a vehicle its amount."""

_LETTERS = {
    "0": LedgerStatus.NORMAL,
    "n": LedgerStatus.NORMAL,
    "y": LedgerStatus.VOID,
    "2": LedgerStatus.RED,
    "3": LedgerStatus.RED,
    "h": LedgerStatus.RED,
    "hp": LedgerStatus.RED_PART,
    "hf": LedgerStatus.RED_FULL,
}


class PortalRequest(Record):
    """What the platform is asked: `check` is the value of `check_name`, for check codes the last
    six digits. `key` is the invoice's own (`Invoice.key`); the platform never sees it."""

    key: str
    kind: str
    code: str = ""
    number: str
    date: datetime.date
    check_name: CheckName
    check: str

    @property
    def values(self) -> str:
        """All that is asked with, as one text: the same values get the same answer."""
        return "|".join((self.kind, self.code, self.number, self.date.isoformat(), self.check))


class Unaskable(Record):
    """Why an invoice cannot be asked about: its kind is not there, or a field is missing."""

    code: Literal["not_on_platform", "field_missing"]
    field: str = ""


class Portal(Protocol):
    """Something that answers for the platform."""

    @property
    def name(self) -> str: ...

    def check(self, request: PortalRequest) -> PortalAnswer:
        """The answer; what is none has a word for its code ("timeout"). Raises nothing."""
        ...


def request_of(invoice: Invoice) -> PortalRequest | Unaskable:
    """What the platform wants to know of an invoice of this kind (domain.md 6.3)."""
    if invoice.form not in _KINDS:
        return Unaskable(code="not_on_platform")
    kind, name = _KINDS[invoice.form]
    code, number = invoice.code, invoice.number
    if invoice.form.is_digital_paper:
        # on paper the 8 digits are asked for with their code, not the 20
        code = invoice.extra.second_code or code
        number = invoice.extra.second_number or number
    needs_code = invoice.form.is_tax_control or invoice.form.is_digital_paper
    check = _check_value(invoice, name)
    if needs_code and not code:
        return Unaskable(code="field_missing", field="code")
    if not number or not invoice.key:
        return Unaskable(code="field_missing", field="number")
    if invoice.date is None:
        return Unaskable(code="field_missing", field="date")
    if check is None:
        return Unaskable(code="field_missing", field=name)
    return PortalRequest(
        key=invoice.key,
        kind=kind,
        code=(code or "") if needs_code else "",
        number=number,
        date=invoice.date,
        check_name=name,
        check=check,
    )


def _check_value(invoice: Invoice, name: CheckName) -> str | None:
    if name == "check_code":
        digits = invoice.check_code or ""
        return digits[-6:] if len(digits) >= 6 else None
    value = invoice.amount if name == "amount" else invoice.total
    return None if value is None else f"{value:.2f}"


@dataclass(frozen=True, slots=True)
class OfflinePortal:
    """Asks nobody, and says so. What is used until a platform is configured."""

    now: Callable[[], datetime.datetime]
    name: str = "offline"

    def check(self, request: PortalRequest) -> PortalAnswer:
        return PortalAnswer(
            code="not_configured",
            asked_at=self.now(),
            says="未配置查验平台 / no platform is configured",
        )


@dataclass
class HttpPortal:
    """Asks a service in front of the platform, that speaks as `portal_mock` does:
    POST {"kind", "code", "number", "date", "check"} gives {"code", "says", "status", "face"}.

    A question is sent once: one that was sent and not answered may have been counted. Only where
    an address could not be reached at all is the next one tried.
    """

    endpoints: list[Endpoint]
    now: Callable[[], datetime.datetime]
    name: str = "portal"
    seconds: float = 20.0
    tools: Tools = field(default_factory=Tools)
    guard: Callable[[str], Guard] | None = None

    def __post_init__(self) -> None:
        patience = Patience(tries=1, seconds=self.seconds * max(len(self.endpoints), 1))
        guards = [self.guard(each.url) for each in self.endpoints] if self.guard else ()
        self._asker: Asker[Endpoint] = Asker(
            self.name, self.endpoints, patience, self.tools, guards
        )

    def check(self, request: PortalRequest) -> PortalAnswer:
        limits = HttpLimits(seconds=self.seconds, quiet=self.seconds)
        client = Client(self.name, limits, tools=self.tools)
        body = {
            "kind": request.kind,
            "code": request.code,
            "number": request.number,
            "date": f"{request.date:%Y%m%d}",
            "check": request.check,
        }

        def question(endpoint: Endpoint) -> PortalAnswer:
            try:
                return self._read(client.post(endpoint, body))
            except Transient as problem:
                if not problem.sent:
                    raise
                return self._none("timeout", problem.why)

        try:
            return self._asker.ask(question)
        except NotAsked as error:
            return self._none("unreachable", error.record.message_en)
        except LedgerError as error:
            return self._none(error.record.code, error.record.message_en)
        finally:
            client.close()

    def _none(self, code: str, says: str) -> PortalAnswer:
        return PortalAnswer(code=code, asked_at=self.now(), says=says[:300])

    def _read(self, answer: Any) -> PortalAnswer:
        """An answer that lacks a code is none."""
        if not isinstance(answer, dict) or not isinstance(answer.get("code"), str):
            return self._none("answer_unusable", "no code in the answer")
        face = answer.get("face")
        shown = face.items() if isinstance(face, dict) else ()
        return PortalAnswer(
            code=answer["code"][:40],
            asked_at=self.now(),
            says=str(answer.get("says", ""))[:300],
            status=portal_status(str(answer.get("status", ""))),
            face={str(key)[:60]: str(value)[:500] for key, value in shown if value is not None},
        )


def portal_status(text: str) -> LedgerStatus:
    """A state as platforms and wrappers write it: words, or the letters of zfbz and IsAbandoned."""
    return _LETTERS.get(text.strip().lower()) or status_of(text)


class Asked(Record):
    """What came of asking: `answer` of this time, and `last_good`, the newest that says something
    of the invoice, whose `asked_at` is its age. `sent` is false where the rules, or a fresh answer
    kept before, made asking needless or useless."""

    answer: PortalAnswer
    last_good: PortalAnswer | None = None
    sent: bool = False

    @property
    def best(self) -> PortalAnswer:
        """This answer, or the last good one where this is none."""
        is_none = self.answer.outcome in {PortalOutcome.UNASKED, PortalOutcome.LIMITED}
        return self.last_good if is_none and self.last_good else self.answer


@dataclass
class CheckDesk:
    """Asks a portal by the platform's rules, and keeps what it answers.

    An invoice of today can be checked tomorrow; one of more than five years ago never; each
    `per_day` times a day at most. An answer that it is there stands for `keep`; one that it is
    not, or is otherwise, until the next day.
    """

    store: Store
    portal: Portal
    now: Callable[[], datetime.datetime]
    per_day: int = 5
    keep: datetime.timedelta = datetime.timedelta(days=30)

    def ask(self, request: PortalRequest) -> Asked:
        """Ask, or say without asking what asking would come to."""
        now = self.now()
        today = now.astimezone(CHINA).date()
        with self.store.reading() as work:
            last = work.answers.last_good(request.key, request.values)
        if request.date >= today:
            says = "当日开具的发票可于次日查验 / can be checked the day after its date"
            return Asked(answer=self._own("rqerr", now, says), last_good=last)
        if request.date < _years_before(today, YEARS):
            says = "只能查验近五年的发票 / only the last five years can be checked"
            return Asked(answer=self._own("too_old", now, says), last_good=last)
        if last and self._is_fresh(last, now):
            return Asked(answer=last, last_good=last)
        if isinstance(self.portal, OfflinePortal):
            return Asked(answer=self.portal.check(request), last_good=last)
        with self.store.unit_of_work() as work:
            if not work.quotas.take(self.portal.name, request.key, today, self.per_day):
                says = f"今日已查验 {self.per_day} 次 / asked {self.per_day} times today"
                return Asked(answer=self._own("002", now, says), last_good=last)
        answer = self.portal.check(request)
        with self.store.unit_of_work() as work:
            work.answers.add(request.key, request.values, answer)
            last = work.answers.last_good(request.key, request.values)
        return Asked(answer=answer, last_good=last, sent=True)

    def _is_fresh(self, answer: PortalAnswer, now: datetime.datetime) -> bool:
        if answer.outcome is PortalOutcome.FOUND:
            return now - answer.asked_at < self.keep
        return answer.asked_at.astimezone(CHINA).date() == now.astimezone(CHINA).date()

    @staticmethod
    def _own(code: str, now: datetime.datetime, says: str) -> PortalAnswer:
        return PortalAnswer(code=code, asked_at=now, says=says)


def _years_before(day: datetime.date, years: int) -> datetime.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        # 29 February
        return day.replace(year=day.year - years, day=28)
