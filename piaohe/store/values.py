"""How values of records become values of columns."""

from decimal import Decimal
from typing import TypeVar

from pydantic_core import PydanticSerializationError

from models.geometry import Box
from models.record import Record
from models.text import to_fen

_BIGGEST = 2**63 - 1

R = TypeVar("R", bound=Record)


def clean_text(text: str) -> str:
    """Text that UTF-8 can hold: bytes of a file name that are not UTF-8 become `\\udcNN`."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def storable(record: R) -> tuple[R, str]:
    """The record and its JSON. Lone surrogates, which neither JSON nor a column can hold, are
    spelt out; anything else comes back as it was."""
    try:
        return record, record.model_dump_json()
    except PydanticSerializationError:
        cleaned = type(record).model_validate(_cleaned(record.model_dump()))
        return cleaned, cleaned.model_dump_json()


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple) and not isinstance(value, Box):
        return [_cleaned(item) for item in value]
    return value


def fen_or_none(value: Decimal | None) -> int | None:
    """Money as 分 for searching; None where it has parts of a 分 or no column could hold it.

    The record's JSON keeps the exact value in every case.
    """
    if value is None:
        return None
    try:
        fen = to_fen(value)
    except (ValueError, ArithmeticError):
        return None
    return fen if abs(fen) <= _BIGGEST else None
