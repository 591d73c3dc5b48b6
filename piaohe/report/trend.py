"""A period beside the one before."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from piaohe.report.words import Words
from reconcile import Figures


@dataclass(frozen=True, slots=True)
class Change:
    """A figure then and now, in its unit: pieces, yuan or per cent. None where there is none.

    `worse` is the sign of a change for the worse: 1 where more is worse, -1 where less is, 0
    where it says nothing.
    """

    name: Words
    unit: str
    before: Decimal | None
    now: Decimal | None
    worse: int = 0

    @property
    def by(self) -> Decimal | None:
        return None if self.before is None or self.now is None else self.now - self.before

    @property
    def direction(self) -> str:
        """better, worse or same."""
        if not self.by or not self.worse:
            return "same"
        return "worse" if (self.by > 0) == (self.worse > 0) else "better"


def changes(before: Figures, now: Figures) -> Iterator[Change]:
    """What changed between two periods, line by line."""
    pairs = (
        ("invoices", Words("发票", "Invoices"), 0),
        ("entries", Words("台账记录", "Ledger entries"), 0),
        ("open", Words("未对上的发票", "Invoices that do not agree"), 1),
        ("unclaimed", Words("有账无票", "Entries without a document"), 1),
    )
    for attribute, name, worse in pairs:
        then, today = getattr(before, attribute), getattr(now, attribute)
        yield Change(name, "count", Decimal(then.count), Decimal(today.count), worse)
        if worse:
            yield Change(name, "money", then.total, today.total, worse)
    shares = [_share(each) for each in (before, now)]
    yield Change(Words("一致的比例", "Share that agrees"), "percent", shares[0], shares[1], -1)
    yield Change(Words("缺号", "Missing numbers"), "count", Decimal(before.gaps), Decimal(now.gaps))
    yield Change(
        Words("迟到的发票", "Late arrivals"), "count", Decimal(before.late), Decimal(now.late), 1
    )


def _share(figures: Figures) -> Decimal | None:
    share = figures.share_exact
    return None if share is None else Decimal(str(round(share, 1)))
