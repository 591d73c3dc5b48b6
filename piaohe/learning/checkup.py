"""The line of `piaohe doctor` about the classifier."""

from collections.abc import Callable
from pathlib import Path

from models.errors import ErrorRecord, PiaoheError
from piaohe.doctor import Checkup, Health
from piaohe.learning.active import active

_NAME = "classifier"


def checkup(home: Path, last_used: Callable[[], int] | None = None) -> Checkup:
    """Whether what was learnt here is in use, and the mapping file is usable.

    `last_used` asks the database which version ought to be in use; 0 is the shipped model alone.
    """
    try:
        found = active(home)
        wanted = last_used() if last_used else found.number
    except PiaoheError as error:
        return _said(Health.FAIL, error.record, error.exit_code)
    if found.alert:
        return _said(Health.WARN, found.alert)
    if wanted != found.number:
        return Checkup(
            name=_NAME,
            health=Health.WARN,
            message=f"应在用版本 {wanted}，实际在用 {found.number}",
            message_en=f"version {wanted} should be in use, {found.number} is",
            hint=f"重新启用：piaohe classifier promote {wanted or ''}".strip(),
            hint_en=f"put it in use again: piaohe classifier promote {wanted or ''}".strip(),
        )
    shipped = found.model.header.version
    learnt = f" + 版本 {found.number}" if found.number else ""
    learnt_en = f" + version {found.number}" if found.number else ""
    return Checkup(
        name=_NAME,
        health=Health.OK,
        message=f"{shipped}{learnt}",
        message_en=f"{shipped}{learnt_en}",
    )


def _said(health: Health, error: ErrorRecord, exit_code: int = 0) -> Checkup:
    return Checkup(
        name=_NAME,
        health=health,
        message=error.message,
        message_en=error.message_en,
        hint=error.hint,
        hint_en=error.hint_en,
        exit_code=exit_code,
    )
