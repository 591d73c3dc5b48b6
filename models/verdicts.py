"""What the system of record says of an invoice, as the rules need it."""

from typing import Protocol

from pydantic import Field

from models.ledger import LedgerStatus
from models.match import Match, MatchState
from models.record import Record

_SELECTED = {"yes": True, "no": False}


class Booked(Protocol):
    """What is taken of an entry of a ledger, a `LedgerEntry` say."""

    @property
    def status(self) -> LedgerStatus: ...
    @property
    def risk(self) -> str | None: ...
    @property
    def voucher_no(self) -> str | None: ...


class SourceVerdict(Record):
    """What the system of record said of an invoice, after matching.

    `cause` is N1 to N20 of domain.md 6.4. `differing` maps a field to (ours, theirs). `risk` is
    the 发票风险等级 as the source prints it; `selected` whether it is 已勾选 for deduction.
    """

    state: MatchState
    cause: str | None = None
    message: str = ""
    message_en: str = ""
    differing: dict[str, tuple[str | None, str | None]] = Field(default_factory=dict)
    status: LedgerStatus | None = None
    risk: str | None = None
    selected: bool | None = None
    vouchers: tuple[str, ...] = ()

    @classmethod
    def of(cls, match: Match, entry: Booked | None = None) -> "SourceVerdict":
        """The verdict a match comes to; `entry` is its partner in the ledger, where it has one."""
        best = match.candidates[0].differences if match.candidates else {}
        return cls(
            state=match.state,
            cause=match.cause,
            message=match.message,
            message_en=match.message_en,
            differing=best if match.state is MatchState.MISMATCH else {},
            status=entry.status if entry else None,
            risk=entry.risk if entry else None,
            selected=_SELECTED.get(match.evidence.get("selected", "")),
            vouchers=(entry.voucher_no,) if entry and entry.voucher_no else (),
        )
