"""Invented companies, people and numbers whose structure and check characters hold."""

from decimal import Decimal
from random import Random

import segno

from models.capital import format_capital
from models.identifiers import id_card_check_character, is_vin, uscc_check_character

_WORDS = "恒远明德瑞丰华兴安泰盛和嘉禾云帆晨曦润泽宏图锦程卓越博雅信达"
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严金魏陶姜"
_GIVEN = "文静建国丽华志强晓梅海涛雪莹俊杰慧敏德胜玉兰子轩思远"
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CRC_TOP, _CRC_POLYNOMIAL, _CRC_MASK = 0x8000, 0x8005, 0xFFFF


class Inventor:
    """Draws values from a seed; the same seed gives the same values in the same order."""

    def __init__(self, seed: str) -> None:
        self._random = Random(f"layouts:{seed}")

    def digits(self, count: int) -> str:
        """So many digits, the first of them not 0."""
        rest = "".join(self._random.choice("0123456789") for _ in range(count - 1))
        return self._random.choice("123456789") + rest

    def whole(self, low: int, high: int) -> int:
        """A whole number between two, both included."""
        return self._random.randint(low, high)

    def person(self) -> str:
        """A surname and a given name of two."""
        return self._random.choice(_SURNAMES) + "".join(self._random.sample(_GIVEN, 2))

    def name(self, before: str, after: str) -> str:
        """A company: where it is, two or four invented characters, what it does."""
        middle = "".join(self._random.sample(_WORDS, self._random.choice((2, 2, 4))))
        return before + middle + after

    def tax_id(self, region: str, kind: str = "91") -> str:
        """统一社会信用代码 of a region (6 digits); both check characters hold."""
        base = "MA" + "".join(self._random.choice("0123456789ABCDEFGHJKL") for _ in range(6))
        first = f"{kind}{region}{base}{_org_check(base)}"
        return first + uscc_check_character(first)

    def id_card(self, region: str, born: str) -> str:
        """An ID card's number of a region (6 digits) and birthday (yyyymmdd); its check holds."""
        first = region + born + self.digits(3)
        return first + id_card_check_character(first)

    def vin(self, maker: str) -> str:
        """A vehicle's 17 characters after those of its maker and model (8); its check holds."""
        year = self._random.choice("FGHJKLMNPR") + self._random.choice("ABCDEFGH")
        rest = year + self.digits(6)
        return next(vin for check in "0123456789X" if is_vin(vin := f"{maker}{check}{rest}"))

    def cipher(self) -> str:
        """A line of 27 characters of a 密码区."""
        return "".join(self._random.choice("0123456789+-*/<>") for _ in range(27))


def _org_check(base: str) -> str:
    values = (int(character, 36) for character in base)
    rest = 11 - sum(v * w for v, w in zip(values, _ORG_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def capital(value: str) -> str:
    """An amount in words, 圆 and 整."""
    return format_capital(Decimal(value))


def tax_qr(*fields: str) -> str:
    """The payload of a tax QR: the fields after `01`, and their check (CRC-16/UMTS)."""
    body = ",".join(("01", *fields)) + ","
    check = 0
    for byte in body.encode():
        check ^= byte << 8
        for _ in range(8):
            check = check << 1 ^ (_CRC_POLYNOMIAL if check & _CRC_TOP else 0)
            check &= _CRC_MASK
    return f"{body}{check:04X},"


def qr(payload: str) -> str:
    """A QR code as an address an <img> can show."""
    return segno.make(payload, error="m", micro=False).svg_data_uri(scale=2, border=1)
