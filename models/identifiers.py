"""Identifiers and their check characters (domain.md 1.3, 3.1 to 3.3)."""

import datetime
import re
from typing import Literal

from models.forms import Form

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_PATTERN = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ID_CARD_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CARD_CHECKS = "10X98765432"

_PROVINCE_DIGITS = "11121314152122233132333435363741424344454650515253546162636465"
PROVINCES = frozenset(re.findall("..", _PROVINCE_DIGITS))
"""GB/T 2260 province codes that issue invoices."""

CITY_REGIONS = frozenset({"91", "92", "93", "94", "95"})
"""计划单列市 in 20-digit numbers: 95 深圳; 91 大连, 92 宁波, 93 厦门, 94 青岛 by usage."""

_VIN_VALUES = dict(
    zip(
        "0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
        map(int, "012345678912345678123457923456789"),
        strict=True,
    )
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)

TaxIdKind = Literal["uscc", "id_card", "old_15", "long_20", "odd", "masked"]


def uscc_check_character(first17: str) -> str:
    """The 18th character of a 统一社会信用代码 (GB 32100-2015, mod 31)."""
    total = sum(
        _USCC_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(first17)
    )
    return _USCC_ALPHABET[-total % 31]


def is_uscc(text: str) -> bool:
    """Whether `text` is a well-formed 统一社会信用代码 with the right check character."""
    return bool(_USCC_PATTERN.fullmatch(text)) and uscc_check_character(text[:17]) == text[17]


def org_check_character(first8: str) -> str:
    """The 9th character of an organisation code (GB 11714-1997)."""
    total = sum(
        _ORG_ALPHABET.index(char) * weight
        for char, weight in zip(first8, _ORG_WEIGHTS, strict=True)
    )
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))


def org_part_ok(uscc: str) -> bool:
    """Whether places 9 to 17 of a USCC are a valid organisation code. Genuine exceptions exist."""
    return org_check_character(uscc[8:16]) == uscc[16]


def id_card_check_character(first17: str) -> str:
    """The 18th character of a resident identity number (GB 11643)."""
    total = sum(int(c) * w for c, w in zip(first17, _ID_CARD_WEIGHTS, strict=True))
    return _ID_CARD_CHECKS[total % 11]


def is_id_card(text: str) -> bool:
    """Whether `text` is a resident identity number: check character and a possible birth date."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text) or id_card_check_character(text[:17]) != text[17]:
        return False
    try:
        born = datetime.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return born.year >= 1880


def is_vin(text: str) -> bool:
    """Whether `text` is a 车辆识别代号 with the right ninth character (GB 16735)."""
    if len(text) != 17 or any(char not in _VIN_VALUES for char in text):
        return False
    total = sum(_VIN_VALUES[char] * weight for char, weight in zip(text, _VIN_WEIGHTS, strict=True))
    return text[8] == "0123456789X"[total % 11]


def tax_id_kind(text: str) -> TaxIdKind:
    """What sort of taxpayer id a normalised (upper case, no spaces) string is meant to be."""
    if re.search(r"[*X]{4}", text) or re.fullmatch(r"(.)\1+", text):
        return "masked"
    if len(text) == 18:
        return "id_card" if is_id_card(text) and not is_uscc(text) else "uscc"
    if len(text) == 15:
        return "old_15"
    return "long_20" if len(text) == 20 else "odd"


def check_character_holds(tax_id: str) -> bool:
    """Whether a taxpayer id of 18 or 15 characters carries a check character and it is right."""
    if not tax_id.isascii() or not tax_id.isalnum():
        return False
    if len(tax_id) == 18:
        return is_uscc(tax_id) or is_id_card(tax_id)
    upper = tax_id.upper() == tax_id
    return len(tax_id) == 15 and upper and org_check_character(tax_id[6:14]) == tax_id[14]


_OLD_ELECTRONIC = frozenset({"144031539110", "131001570151", "133011501118", "111001571071"})
_BY_LAST_TWO = {
    "04": Form.VAT_NORMAL,
    "05": Form.VAT_NORMAL,
    "06": Form.VAT_ROLL,
    "07": Form.VAT_ROLL,
    "11": Form.VAT_E_NORMAL,
    "12": Form.TOLL_E,
    "13": Form.VAT_E_SPECIAL,
    "17": Form.USED_CAR,
}
_BY_EIGHTH = {
    "1": Form.VAT_SPECIAL,
    "5": Form.VAT_SPECIAL,
    "3": Form.VAT_NORMAL,
    "6": Form.VAT_NORMAL,
    "2": Form.FREIGHT_SPECIAL,
    "7": Form.FREIGHT_SPECIAL,
}


def form_from_code(code: str) -> Form | None:
    """The form a 10- or 12-digit 发票代码 stands for, as the tax bureau's own page decides it."""
    if not code.isascii() or not code.isdigit() or len(code) not in (10, 12):
        return None
    if len(code) == 10:
        return _BY_EIGHTH.get(code[7])
    if code in _OLD_ELECTRONIC:
        return Form.VAT_E_NORMAL
    if code[0] == "0":
        return _BY_LAST_TWO.get(code[10:])
    if code[0] == "1" and code[7:9] == "09" and code[11] == "0":
        return Form.BLOCKCHAIN
    return Form.VEHICLE if code[7] == "2" else None


def code_year(code: str) -> int | None:
    """The four-digit year in which a 发票代码 was made, or None where the code is not one."""
    if not code.isascii() or not code.isdigit() or len(code) not in (10, 12):
        return None
    return 2000 + int(code[4:6] if len(code) == 10 else code[5:7])


def code_region_ok(code: str) -> bool:
    """Whether the region digits of a 发票代码 name a province."""
    return (code[:2] if len(code) == 10 else code[1:3]) in PROVINCES


def number_region_ok(number20: str) -> bool:
    """Whether digits 3 and 4 of a 20-digit number name a province or a 计划单列市."""
    return number20[2:4] in PROVINCES or number20[2:4] in CITY_REGIONS
