"""What the system of record says of an invoice, as the rules need it."""

from pydantic import Field

from models.ledger import LedgerEntry, LedgerStatus
from models.match import Match, MatchState
from models.record import Record


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
    def of(cls, match: Match, entry: LedgerEntry | None = None) -> "SourceVerdict":
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
            vouchers=(entry.voucher_no,) if entry and entry.voucher_no else (),
        )
