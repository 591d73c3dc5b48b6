"""What is in real ledgers and explains nothing: noise for benchmarks/causes.py."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from random import Random

from models.ledger import Ledger, LedgerEntry
from models.match import MatchState, Side
from reconcile import Keyed
from synth.ledgers import Expected, Planted

_BLANK = ("buyer_name", "buyer_tax_id", "seller_tax_id", "tax", "risk")
_UNREAD = ("amount", "tax", "buyer_name", "seller_tax_id", "check_code")
_NOISE_ROW = 100_000
_WIDE = str.maketrans("0123456789()", "０１２３４５６７８９（）")
_LONGEST = 365


class Noise:
    """Mixes noise into runs; `share` of cells, rows and documents get it. None of it changes what
    is to be said of a document. Deterministic by seed and run."""

    def __init__(self, planted: Planted, seed: int, share: float) -> None:
        self._seed = seed
        self._share = share
        self._own = planted.entity
        self._today = planted.today

    def mixed(
        self, run: str, keyed: Sequence[Keyed], ledgers: Sequence[Ledger]
    ) -> tuple[list[Keyed], list[Ledger], list[Expected]]:
        """Documents and ledgers with noise, and what to expect of the entries that were added."""
        rng = Random(f"noise:{self._seed}:{run}")
        expected: list[Expected] = []
        mixed = []
        taken = {each.invoice.number for each in keyed}
        for ledger in ledgers:
            entries = [self._rewritten(entry, rng) for entry in ledger.entries]
            added = self._added(ledger, keyed, rng, taken)
            expected += [_unclaimed(run, entry) for entry in added]
            entries += added
            rng.shuffle(entries)
            mixed.append(ledger.model_copy(update={"entries": tuple(entries)}))
        documents = [self._badly_read(each, rng) for each in keyed]
        rng.shuffle(documents)
        return documents, mixed, expected

    def _rewritten(self, entry: LedgerEntry, rng: Random) -> LedgerEntry:
        """Blank cells, and the same written with blanks, wide or small characters."""
        values: dict[str, object] = {}
        if rng.random() < self._share:
            name = rng.choice(_BLANK)
            if name != "seller_tax_id" or entry.seller_name:
                values[name] = None
        if rng.random() < self._share and entry.seller_name:
            values["seller_name"] = f" {entry.seller_name.translate(_WIDE)}　"
        if rng.random() < self._share and entry.seller_tax_id and "seller_tax_id" not in values:
            values["seller_tax_id"] = entry.seller_tax_id.lower()
        if rng.random() < self._share and entry.number:
            values["number"] = f"{entry.number[:4]} {entry.number[4:]}"
        return entry.model_copy(update=values)

    def _badly_read(self, keyed: Keyed, rng: Random) -> Keyed:
        if rng.random() >= self._share:
            return keyed
        name = rng.choice(_UNREAD)
        invoice = keyed.invoice.model_copy(update={name: None})
        return keyed.model_copy(update={"invoice": invoice})

    def _added(
        self, ledger: Ledger, keyed: Sequence[Keyed], rng: Random, taken: set[str | None]
    ) -> list[LedgerEntry]:
        """Strangers, twins and siblings: entries of invoices nobody handed in."""
        added: list[LedgerEntry] = []
        for each in keyed:
            invoice = each.invoice
            long = invoice.number if invoice.number and len(invoice.number) == 20 else None
            if long is None or invoice.date is None or invoice.total is None:
                continue
            makers = (self._stranger, self._twin, self._sibling, self._fee, self._strangers_red)
            for make in makers:
                if rng.random() < self._share:
                    values = make(each, rng)
                    if values["number"] not in taken:
                        if values["number"]:
                            taken.add(str(values["number"]))
                        row = _NOISE_ROW + len(added)
                        added.append(
                            LedgerEntry.model_validate(
                                values | {"source": ledger.source, "sheet": "", "row": row}
                            )
                        )
        return added

    def _values(self, keyed: Keyed, day: datetime.date, number: str) -> dict[str, object]:
        invoice = keyed.invoice
        return {
            "number": number,
            "date": min(day, self._today),
            "total": invoice.total,
            "seller_name": invoice.seller_name,
            "seller_tax_id": invoice.seller_tax_id,
            "buyer_name": self._own.name,
            "buyer_tax_id": self._own.tax_id,
        }

    def _stranger(self, keyed: Keyed, rng: Random) -> dict[str, object]:
        """Of another seller, another day and another sum."""
        number = f"26{rng.randrange(10**18):018d}"
        day = self._today - datetime.timedelta(rng.randrange(5, _LONGEST - 30))
        return self._values(keyed, day, number) | {
            "total": Decimal(rng.randrange(100, 10**7)) / 100,
            "seller_name": f"无关第{rng.randrange(1000)}商行",
            "seller_tax_id": None,
        }

    def _twin(self, keyed: Keyed, rng: Random) -> dict[str, object]:
        """The same seller and sum a month before or after, as of rent."""
        day = keyed.invoice.date or self._today
        later = day + datetime.timedelta(30)
        day = later if later <= self._today else day - datetime.timedelta(30)
        head = (keyed.invoice.number or "")[:4]
        return self._values(keyed, day, f"{head}{rng.randrange(10**16):016d}")

    def _sibling(self, keyed: Keyed, rng: Random) -> dict[str, object]:
        """The seller's next number of the same day, for something else."""
        number = keyed.invoice.number or ""
        other = number[:-1] + str((int(number[-1]) + 1) % 10)
        total = (keyed.invoice.total or Decimal(0)) + Decimal(rng.randrange(1, 10**6)) / 100
        day = keyed.invoice.date or self._today
        return self._values(keyed, day, other) | {"total": total}

    def _fee(self, keyed: Keyed, rng: Random) -> dict[str, object]:
        """A booking of the seller that names no invoice."""
        total = Decimal(rng.randrange(1, 10**5)) / 100
        values = self._values(keyed, keyed.invoice.date or self._today, "")
        return values | {"number": None, "total": total, "remark": "银行手续费"}

    def _strangers_red(self, keyed: Keyed, rng: Random) -> dict[str, object]:
        """A red letter of an invoice nobody has."""
        values = self._stranger(keyed, rng)
        blue = f"26{rng.randrange(10**18):018d}"
        remark = f"被红冲蓝字数电发票号码：{blue} 红字发票信息确认单编号：{blue}"
        return values | {
            "total": -Decimal(str(values["total"])),
            "positive": False,
            "remark": remark,
        }


def _unclaimed(run: str, entry: LedgerEntry) -> Expected:
    return Expected(
        run=run, side=Side.LEDGER, key=entry.key, state=MatchState.MISSING, note="noise"
    )
