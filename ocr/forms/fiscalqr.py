"""The QR of a 财政电子票据, `CZ-…` (domain.md 2.3): read by the shape of its fields.

The order of the fields rests on one code base: what stands where is told by what it looks like.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from models.geometry import Box
from models.page import Code, Source
from models.text import money, squash
from ocr.extract.header import iso_date
from ocr.extract.sheet import Seen

_TRUST = 0.9
"""It has no check sum of its own, but the error correction of every QR."""


@dataclass(frozen=True, slots=True)
class FiscalQr:
    """What the code states; None for what it does not."""

    code: str | None = None
    number: str | None = None
    check_code: str | None = None
    date: str | None = None
    amount: Decimal | None = None
    box: Box | None = None

    def seen(self, value: str | None) -> Seen | None:
        """A value of the code as a reading."""
        return Seen(value, value, Source.QR, _TRUST, self.box) if value else None


def parse_fiscal_qr(code: Code | None) -> FiscalQr:
    """What a code states; nothing where it is none of a fiscal bill."""
    fields = squash(code.payload).replace("，", ",").split(",") if code else []
    if code is None or not fields[0].upper().startswith("CZ-"):
        return FiscalQr()
    at = next((i for i, field in enumerate(fields) if re.fullmatch(r"\d{10}", field)), None)
    if at is None:
        return FiscalQr(box=code.box)
    before = [field for field in fields[1:at] if re.fullmatch(r"\d{8}", field)]
    after = fields[at + 1 :]
    checks = [field for field in after if re.fullmatch(r"[0-9A-Za-z]{6}", field)]
    dates = [date for field in after if (date := _date(field))]
    sums = [amount for field in after if re.search(r"\.\d", field) and (amount := money(field))]
    return FiscalQr(
        code=before[-1] if before else None,
        number=fields[at],
        check_code=checks[0] if checks else None,
        date=dates[0] if dates else None,
        amount=sums[0] if sums else None,
        box=code.box,
    )


def _date(field: str) -> str | None:
    whole = re.fullmatch(r"20\d{6}|20\d{2}-\d{1,2}-\d{1,2}", field)
    return iso_date(field) if whole else None
