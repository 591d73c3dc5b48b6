"""Numbers that obey their rules and belong to nobody: tax ids, codes, check codes, QR payloads."""

import datetime
from decimal import Decimal
from random import Random

from models.forms import Form
from models.identifiers import org_check_character, uscc_check_character
from models.taxqr import crc16

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CIPHER_ALPHABET = "0123456789+-*/<>"
_QR_TYPE = {
    Form.VAT_SPECIAL: "01",
    Form.VEHICLE: "03",
    Form.VAT_NORMAL: "04",
    Form.VAT_E_SPECIAL: "08",
    Form.VAT_E_NORMAL: "10",
    Form.VAT_ROLL: "11",
    Form.TOLL_E: "14",
    Form.DZP_SPECIAL: "31",
    Form.DZP_NORMAL: "32",
    Form.USED_CAR: "15",
    Form.DZ_SPECIAL: "31",
    Form.DZ_NORMAL: "32",
    Form.DZ_VEHICLE: "33",
    Form.DZ_USED_CAR: "34",
    Form.DZP_VEHICLE: "33",
    Form.DZP_USED_CAR: "34",
    Form.RAIL_E: "51",
    Form.AIR_E: "61",
}

_TWELVE_DIGITS_SINCE = 2018
_LAST_TWO = {
    Form.VAT_E_NORMAL: "11",
    Form.VAT_E_SPECIAL: "13",
    Form.TOLL_E: "12",
    # no source says how the codes of 数电纸质 end: the ordinary one is folded like the old form
    Form.DZP_NORMAL: "04",
    Form.DZP_SPECIAL: "01",
}


def digits(rng: Random, count: int) -> str:
    """That many random decimal digits."""
    return "".join(rng.choice("0123456789") for _ in range(count))


def uscc(rng: Random, area: str, *, head: str = "91") -> str:
    """A 统一社会信用代码 in the six-digit `area`, both check characters right.

    `head` are its first two characters: 91 a company, 92 a sole trader, 11 an authority.
    The organisation part starts with 9 or MU, series that are not handed out, so that no
    existing company is hit by chance.
    """
    old = rng.random() < 0.4
    body = "9" + digits(rng, 7) if old else "MU" + _letters(rng, 6)
    first17 = f"{head}{area}{body}{org_check_character(body)}"
    return first17 + uscc_check_character(first17)


def _letters(rng: Random, count: int) -> str:
    # recent codes read 0, then a digit or letter, then letters: MA0ABCDE
    return rng.choice("0123456789") + "".join(rng.choice(_USCC_ALPHABET) for _ in range(count - 1))


def digital_number(rng: Random, date: datetime.date, province: str) -> str:
    """The 20 digits of a 数电票: year, province, channel, sequence (domain.md 1.3)."""
    return f"{date:%y}{province}{rng.choice('2227')}{rng.randrange(10**6, 10**9):015d}"


def tax_control_code(rng: Random, form: Form, date: datetime.date, region4: str) -> str:
    """The 发票代码 of a tax-control form or of 数电纸质, its plate at most a year older.

    Until the end of 2017 ordinary paper invoices had codes of ten digits (domain.md 1.3).
    """
    year = (date.year - rng.choice((0, 0, 1))) % 100
    if form is Form.VAT_SPECIAL:
        return f"{region4}{year:02d}{rng.randint(1, 4)}1{rng.choice((3, 3, 3, 6))}0"
    if form is Form.VAT_NORMAL and date.year < _TWELVE_DIGITS_SINCE:
        return f"{region4}{year:02d}{rng.randint(1, 4)}{rng.choice((3, 6))}{rng.choice((2, 5))}0"
    if form is Form.VAT_NORMAL:
        return f"0{region4}{year:02d}{rng.randint(1, 3):03d}{rng.choice(('04', '05'))}"
    return f"0{region4}{year:02d}{rng.randint(1, 4):03d}{_LAST_TWO[form]}"


def cipher(rng: Random, width: int = 27) -> tuple[str, ...]:
    """A 密码区: four lines of `width` characters that mean nothing."""
    return tuple("".join(rng.choice(_CIPHER_ALPHABET) for _ in range(width)) for _ in range(4))


def qr_payload(
    form: Form,
    code: str | None,
    number: str,
    amount: Decimal,
    date: datetime.date,
    check: str | None,
) -> str:
    """The tax QR of a document with a valid CRC-16/UMTS over all up to the last comma.

    `amount` is 价税合计 for 数电票, 合计金额 for tax-control forms (domain.md 2.1).
    """
    body = f"01,{_QR_TYPE[form]},{code or ''},{number},{amount:.2f},{date:%Y%m%d},{check or ''},"
    return f"{body}{crc16(body.encode()):04X},"
