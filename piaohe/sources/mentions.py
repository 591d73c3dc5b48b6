"""Invoice numbers in free text: summaries of vouchers (domain.md 6.5)."""

import re
from typing import NamedTuple

from models.identifiers import form_from_code
from models.text import fold, squash
from piaohe.sources.cells import date_of

_DIGITS = re.compile(r"(?<![\dA-Za-z])\d+(?![\dA-Za-z])")
_NAMED_BEFORE = re.compile(r"(?:发票|票号|号码|号|no\.?)[:#]?$", re.IGNORECASE)
_CODE_BEFORE = re.compile(r"代码[:#]?$")
_BETWEEN = re.compile(r"(?:[-—/_,，、;；:：#()（）\s]|发票|号码|号|NO\.?)*", re.IGNORECASE)
"""What may stand between the code of an invoice and its number."""
_GLUED = re.compile(r"(\d{10}|\d{12})[-—/_](\d{8})")


class Mention(NamedTuple):
    """An invoice that a text names. `code` is the 发票代码 in front of 8 digits."""

    number: str
    code: str | None = None


def mentions_in(text: str) -> list[Mention]:
    """The invoices a text names, in their order, without repeats.

    20 digits, or 8 with or without their code. Eight digits that are a date (20260901) count only
    where the text before calls them a number. Digits within longer runs or words (orders,
    accounts, phones) are none.
    """
    text = fold(text)
    found: list[Mention] = []
    before: re.Match[str] | None = None
    for match in _DIGITS.finditer(text):
        mention = _mention(text, match, before)
        before = match
        if mention and mention not in found:
            found.append(mention)
    return found


def glued_code(text: str) -> Mention | None:
    """A code and a number with a mark between them, or 20 digits that are both in one.

    Twenty digits are both where they cannot begin with the year of a 数电 invoice and their first
    twelve are a code.
    """
    if match := _GLUED.fullmatch(text):
        return Mention(match[2], match[1])
    if (
        re.fullmatch(r"\d{20}", text)
        and not 20 <= int(text[:2]) <= 60
        and form_from_code(text[:12])
    ):
        return Mention(text[12:], text[:12])
    return None


def _mention(text: str, match: re.Match[str], before: re.Match[str] | None) -> Mention | None:
    digits = match[0]
    if len(digits) == 20:
        return glued_code(digits) or Mention(digits)
    if len(digits) != 8:
        return None
    if before and (code := _code(text, before, match)):
        return Mention(digits, code)
    if date_of(digits) and not _NAMED_BEFORE.search(squash(text[: match.start()])):
        return None
    return Mention(digits)


def _code(text: str, before: re.Match[str], match: re.Match[str]) -> str | None:
    """The digits before where they are the code of what follows them."""
    digits = before[0]
    if len(digits) not in (10, 12) or not _BETWEEN.fullmatch(text[before.end() : match.start()]):
        return None
    is_called = _CODE_BEFORE.search(squash(text[: before.start()]))
    return digits if is_called or form_from_code(digits) else None
