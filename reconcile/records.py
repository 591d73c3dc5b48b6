"""What the caller hands in besides ledgers."""

import datetime

from pydantic import AwareDatetime

from models.invoice import Invoice
from models.ledger import Coverage
from models.record import Record


class Keyed(Record):
    """An invoice under the name its caller knows it by, such as "file.pdf#0"."""

    key: str
    invoice: Invoice


class Options(Record):
    """`now` is the instant of matching; `entities` our own tax ids; `coverage` replaces what the
    ledgers say they cover; `lag` is how long an invoice may take to reach the ledger (N1)."""

    now: AwareDatetime
    entities: tuple[str, ...] = ()
    coverage: Coverage | None = None
    lag: datetime.timedelta = datetime.timedelta(hours=48)
