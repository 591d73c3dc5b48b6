"""Stated times of signing, in the forms in which they are written."""

import datetime
import re

from ingest.signatures.der import UTC_TIME, Node, text

_CHINA = datetime.timezone(datetime.timedelta(hours=8))
_DIGITS = re.compile(r"(?:D:)?(\d{8,14})(?:\.\d+)?\s*(Z|[+-]\d{2}'?:?(?:\d{2}'?)?)?")


def parsed(stated: str | None) -> datetime.datetime | None:
    """The instant of "20200630030926Z", "D:20200630110926+08'00'" or "2020-06-30T11:09:26".

    Without a zone it is taken for Chinese time. None where it cannot be read.
    """
    if not stated:
        return None
    digits = stated.strip()
    if re.match(r"\d{4}-\d", digits):
        digits = digits.replace("-", "", 2).replace(":", "", 2).replace("T", "").replace(" ", "")
    found = _DIGITS.match(digits)
    if found is None:
        return None
    zone = _zone(found[2])
    try:
        plain = datetime.datetime.strptime(found[1].ljust(14, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007
        return plain.replace(tzinfo=zone)
    except ValueError:
        return None


def written(node: Node) -> str:
    """A UTCTime or GeneralizedTime as digits with the full year."""
    stated = text(node)
    if node.tag != UTC_TIME:
        return stated
    return ("19" if stated[:2] >= "50" else "20") + stated


def _zone(stated: str | None) -> datetime.tzinfo:
    if stated is None:
        return _CHINA
    if stated == "Z":
        return datetime.UTC
    numbers = re.sub(r"\D", "", stated).ljust(4, "0")
    offset = datetime.timedelta(hours=int(numbers[:2]), minutes=int(numbers[2:4]))
    try:
        return datetime.timezone(-offset if stated[0] == "-" else offset)
    except ValueError:
        return _CHINA
