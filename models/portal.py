"""What outside systems answered about an invoice: the check platform, and lists of red letters."""

import datetime
from enum import StrEnum

from pydantic import AwareDatetime, Field

from models.ledger import LedgerStatus
from models.record import Record


class PortalOutcome(StrEnum):
    """What an answer of the check platform comes to.

    found: it knows the invoice as asked; differs: it knows it with other values; absent: it does
    not know it; too_fresh: issued today, ask tomorrow; limited: a quota, a captcha or too many
    questions; unasked: no answer at all (time-out, system error, not configured). Neither of the
    last two says anything of the invoice.
    """

    FOUND = "found"
    DIFFERS = "differs"
    ABSENT = "absent"
    TOO_FRESH = "too_fresh"
    LIMITED = "limited"
    UNASKED = "unasked"


_OUTCOMES = {
    "001": PortalOutcome.FOUND,
    "00": PortalOutcome.FOUND,
    "006": PortalOutcome.DIFFERS,
    "03": PortalOutcome.DIFFERS,
    "009": PortalOutcome.ABSENT,
    "02": PortalOutcome.ABSENT,
    "rqerr": PortalOutcome.TOO_FRESH,
    **dict.fromkeys(
        ("002", "003", "004", "007", "008", "015", "016", "020"), PortalOutcome.LIMITED
    ),
}

_REASONS = {
    "002": ("超过该张发票当日查验次数", "this invoice was asked too often today"),
    "003": ("查验请求太频繁", "asked too fast"),
    "004": ("超过服务器最大请求数", "the portal is overloaded"),
    "005": ("请求不合法", "the request was refused"),
    "007": ("验证码失效", "the captcha expired"),
    "008": ("验证码错误", "the captcha was wrong"),
    "010": ("网络超时", "network timeout"),
    "010_": ("系统异常", "the portal is disturbed"),
    "015": ("系统异常", "the portal is disturbed"),
    "016": ("查验请求太频繁", "asked too fast"),
    "020": ("查验行为异常被限制", "the portal blocks this asker"),
    "rqerr": ("当日开具发票可于次日进行查验", "issued today, can be asked tomorrow"),
    "timeout": ("网络超时", "network timeout"),
    "01": ("查验失败", "the portal could not check"),
    "04": ("非本单位开具或取得", "neither issued nor received by this company"),
}
"""Why a code is no answer, in Chinese and English."""


class PortalAnswer(Record):
    """An answer of 全国增值税发票查验平台 to one invoice (domain.md 6.3).

    `code` is the platform's own ("001", "009", "rqerr", of newer interfaces "00" to "04") or, for
    what is no answer, a word such as "timeout" or "not_configured". `says` is its text. After
    "001", `status` is the state it reports and `face` what it shows, by field name. `inputs_sure`
    says that what was asked with had been checked a second time; `differing` maps the fields in
    which the face differs from the invoice to (ours, theirs).
    """

    code: str
    asked_at: AwareDatetime
    says: str = ""
    status: LedgerStatus = LedgerStatus.UNKNOWN
    face: dict[str, str] = Field(default_factory=dict)
    inputs_sure: bool = False
    differing: dict[str, tuple[str | None, str | None]] = Field(default_factory=dict)

    @property
    def outcome(self) -> PortalOutcome:
        """What the code comes to; a code nobody knows counts as not asked."""
        return _OUTCOMES.get(self.code.strip().lower(), PortalOutcome.UNASKED)

    @property
    def reason(self) -> tuple[str, str] | None:
        """Why it was asked in vain, in Chinese and English; None where it answered, or was not
        asked at all."""
        return _REASONS.get(self.code.strip().lower())


class RedConfirmation(Record):
    """A 红字发票信息确认单: `blue` is the key of the invoice it takes back (`Invoice.key`).

    `pending` while one of the parties has still to confirm; `state` is the list's own wording.
    """

    blue: str
    number: str = ""
    state: str = ""
    pending: bool = True
    entered: datetime.date | None = None


class SourceState(StrEnum):
    """ok: answered in full; suspect: empty, cut off or otherwise not to be trusted to be whole;
    unasked: gave no answer, so that nothing can be said of what it holds."""

    OK = "ok"
    SUSPECT = "suspect"
    UNASKED = "unasked"


class SourceHealth(Record):
    """How an outside source fared when it was asked. `why` is for people, in both languages."""

    source: str
    state: SourceState
    why: str = ""
    why_en: str = ""
    asked_at: AwareDatetime | None = None
