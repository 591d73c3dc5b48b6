"""The tax QR code: `01,TYPE,code,number,amount,date,check code,CRC` (domain.md 2)."""

import datetime
import re
from decimal import Decimal
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from models.forms import Form
from models.identifiers import form_from_code
from models.record import Record
from models.text import fold, from_fen, money


class CrcStatus(StrEnum):
    """ok proves the payload was read and copied exactly, not that it is genuine; mismatch may
    also be another issuer's algorithm; absent means the payload has no CRC field."""

    OK = "ok"
    MISMATCH = "mismatch"
    ABSENT = "absent"


_FORM_OF_TYPE = {
    "01": Form.VAT_SPECIAL,
    "02": Form.FREIGHT_SPECIAL,
    "03": Form.VEHICLE,
    "04": Form.VAT_NORMAL,
    "08": Form.VAT_E_SPECIAL,
    "20": Form.VAT_E_SPECIAL,
    "10": Form.VAT_E_NORMAL,
    "11": Form.VAT_ROLL,
    "14": Form.TOLL_E,
    "15": Form.USED_CAR,
    "31": Form.DZ_SPECIAL,
    "32": Form.DZ_NORMAL,
    "33": Form.DZ_VEHICLE,
    "34": Form.DZ_USED_CAR,
    "51": Form.RAIL_E,
    "61": Form.AIR_E,
}
_PAPER_OF = {
    Form.DZ_SPECIAL: Form.DZP_SPECIAL,
    Form.DZ_NORMAL: Form.DZP_NORMAL,
    Form.DZ_VEHICLE: Form.DZP_VEHICLE,
    Form.DZ_USED_CAR: Form.DZP_USED_CAR,
}
_BLOCKCHAIN_HOST = "bcfp.shenzhen.chinatax.gov.cn"
_BLOCKCHAIN_QUERY = ("hash", "bill_num", "total_amount")
_AMOUNT_IS_TOTAL = frozenset({"31", "32", "33", "34", "51", "61"})


class TaxQr(Record):
    """A parsed tax QR. `amount` is 价税合计 where `amount_is_total`, else as a rule 合计金额."""

    payload: str
    qr_type: str
    code: str | None
    number: str | None
    amount: Decimal | None
    date: datetime.date | None
    check_code: str | None
    crc: CrcStatus
    problems: tuple[str, ...] = ()

    @property
    def form(self) -> Form | None:
        """The form the type stands for; a code beside a 数电 type means the paper variant, and some
        toll invoices carry the type of ordinary ones (domain.md 1.1), which their code tells."""
        form = _FORM_OF_TYPE.get(self.qr_type)
        by_code = form_from_code(self.code) if self.code else None
        if (form, by_code) == (Form.VAT_E_NORMAL, Form.TOLL_E):
            return by_code
        return _PAPER_OF.get(form, form) if form and self.code else form

    @property
    def amount_is_total(self) -> bool:
        return self.qr_type in _AMOUNT_IS_TOTAL


class BlockchainQr(Record):
    """What the address in the QR of a 深圳 blockchain invoice states (domain.md 2.3).

    `check_code` is the end of the hash, which the form prints as 校验码; `total` is 价税合计.
    """

    payload: str
    number: str
    total: Decimal
    check_code: str


def parse_blockchain_qr(payload: str) -> BlockchainQr | None:
    """The parsed address, or None where it is none of a blockchain invoice.

    Its amount is in 分. Nothing is fetched.
    """
    try:
        address = urlsplit(payload.strip())
        host = address.hostname
    except ValueError:
        return None
    if host != _BLOCKCHAIN_HOST:
        return None
    query = parse_qs(address.query)
    hashed, number, fen = (query.get(name, [""])[0] for name in _BLOCKCHAIN_QUERY)
    if not re.fullmatch(r"[0-9a-fA-F]{64,66}", hashed) or not re.fullmatch(r"[0-9]{8}", number):
        return None
    if not re.fullmatch(r"-?[0-9]{1,15}", fen):
        return None
    return BlockchainQr(
        payload=payload, number=number, total=from_fen(int(fen)), check_code=hashed[-5:]
    )


def crc16(data: bytes, *, reflected: bool = False) -> int:
    """CRC-16 with polynomial 0x8005 and start 0: UMTS/BUYPASS, or reflected ARC."""
    crc = 0
    for byte in data:
        if reflected:
            crc ^= byte
            for _ in range(8):
                crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
        else:
            crc ^= byte << 8
            for _ in range(8):
                crc = (crc << 1 ^ 0x8005 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def crc_status(payload: str) -> CrcStatus:
    """Check the CRC of a payload against every variant seen in the wild (domain.md 2.4)."""
    fields = [part.strip() for part in _commas(payload).rstrip(",").split(",")]
    if len(fields) != 8 or not re.fullmatch(r"[0-9A-Fa-f]{4}", fields[7]):
        return CrcStatus.ABSENT
    body = ",".join(fields[:7])
    printed = int(fields[7], 16)
    swapped = (printed & 0xFF) << 8 | printed >> 8
    for text in (body + ",", body):
        data = text.encode("utf-8")
        if crc16(data) == printed or crc16(data, reflected=True) in (printed, swapped):
            return CrcStatus.OK
    return CrcStatus.MISMATCH


def parse_tax_qr(payload: str) -> TaxQr | None:
    """The parsed payload, or None where it is not a tax QR at all.

    Tolerates spaces, full-width commas, dashed dates, missing trailing fields, amounts without
    decimals, an extra comma at the end and lower-case CRC. What is malformed is left None and
    named in `problems`.
    """
    fields = [re.sub(r"\s", "", part) for part in _commas(payload).split(",")]
    if len(fields) < 5 or fields[0] != "01" or not re.fullmatch(r"[0-9]{2}", fields[1]):
        return None
    fields += [""] * (8 - len(fields))
    problems: list[str] = []

    def digits(text: str, pattern: str, name: str) -> str | None:
        if not text:
            return None
        if re.fullmatch(pattern, text):
            return text
        problems.append(f"{name}: {text[:40]}")
        return None

    amount = money(fields[4]) if fields[4] else None
    if fields[4] and amount is None:
        problems.append(f"amount: {fields[4][:40]}")
    return TaxQr(
        payload=payload,
        qr_type=fields[1],
        code=digits(fields[2], r"[0-9]{10}|[0-9]{12}", "code"),
        number=digits(fields[3], r"[0-9]{8}|[0-9]{20}", "number"),
        amount=amount,
        date=_date(fields[5], problems),
        check_code=digits(fields[6], r"[0-9]{20}", "check_code"),
        crc=crc_status(payload),
        problems=tuple(problems),
    )


def _commas(payload: str) -> str:
    """The payload with full-width commas made plain (by folding), ends trimmed."""
    return fold(payload).strip()


def _date(text: str, problems: list[str]) -> datetime.date | None:
    if not text:
        return None
    parts = re.fullmatch(r"(\d{4})[-/.年]?(\d{2})[-/.月]?(\d{2})日?", text)
    try:
        if parts:
            return datetime.date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        pass
    problems.append(f"date: {text[:40]}")
    return None
