"""Option values as typed, turned into what they mean. What cannot be is a UsageError."""

import datetime
from collections.abc import Sequence
from pathlib import Path

import validate
from models.errors import UsageError
from models.ledger import Coverage
from models.text import squash
from piaohe.clock import CHINA, now, today
from piaohe.settings import policies


def date_of(text: str | None, option: str) -> datetime.date:
    """A day in ISO form; today in China where none is given."""
    if text is None:
        return today()
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise _bad(option, text, "2026-06-30") from error


def instant_of(text: str | None, option: str) -> datetime.datetime:
    """An instant in ISO form; Beijing time where it names no zone, now where none is given."""
    if text is None:
        return now()
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise _bad(option, text, "2026-06-30T12:00:00+08:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def coverage_of(text: str | None) -> Coverage | None:
    """FROM..TO as two days, either of which may be left out."""
    if text is None:
        return None
    first, dots, last = text.partition("..")
    try:
        days = [datetime.date.fromisoformat(day) if day else None for day in (first, last)]
    except ValueError as error:
        raise _bad("--coverage", text, "2026-01-01..2026-06-30") from error
    if not dots or not any(days) or (days[0] and days[1] and days[0] > days[1]):
        raise _bad("--coverage", text, "2026-01-01..2026-06-30")
    return Coverage(first=days[0], last=days[1])


def entities_of(texts: Sequence[str]) -> tuple[validate.Entity, ...]:
    """NAME=TAX_ID, each a company of our own."""
    entities = []
    for text in texts:
        name, equals, tax_id = text.rpartition("=")
        if not equals or not name.strip() or not tax_id.strip():
            raise _bad("--entity", text, "示例科技有限公司=91110000MA01234567")
        entities.append(validate.Entity(name=name.strip(), tax_id=squash(tax_id).upper()))
    return tuple(entities)


def tax_ids_of(texts: Sequence[str]) -> tuple[str, ...]:
    """TAX_ID, or NAME=TAX_ID as `check` takes it."""
    return tuple(squash(text.rpartition("=")[2]).upper() for text in texts)


def policy_of(path: Path | None) -> validate.Policy | None:
    """A policy file. Raises SettingsError: policy_unreadable, policy_invalid."""
    return None if path is None else policies.load(path)


def _bad(option: str, text: str, example: str) -> UsageError:
    return UsageError(
        "bad_option",
        f"{option} 的值不对：{text}",
        f"应写成例如 {option} {example}",
        message_en=f"{option} cannot be {text}",
        hint_en=f"write for example {option} {example}",
    )
