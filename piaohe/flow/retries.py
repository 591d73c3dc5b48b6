"""Which errors a retry may help, and when it is made."""

import datetime
from enum import StrEnum

from sqlalchemy.exc import DBAPIError

from models.errors import DocumentError, ErrorRecord, PiaoheError, StoreError
from piaohe import failures
from piaohe.store import errors

_OF_ONE_DOCUMENT = frozenset({"original_missing", "original_damaged", "original_unreadable"})
"""Errors of the store that concern one document only; all others concern every one."""
_GROWTH = 4
_LONGEST = datetime.timedelta(hours=1)


class Remedy(StrEnum):
    """again: the same may work later; wait: no document can be carried now, and this one is not to
    blame; dead: this document needs a person; stop: no document can be carried until somebody
    repairs the installation."""

    AGAIN = "again"
    WAIT = "wait"
    DEAD = "dead"
    STOP = "stop"


class UnreadNowError(Exception):
    """A document whose reading failed in a way that may pass; `record` says how."""

    def __init__(self, record: ErrorRecord) -> None:
        super().__init__(record.code)
        self.record = record


def remedy(error: Exception) -> tuple[Remedy, ErrorRecord]:
    """What is to be done after an error, and the error as it is kept."""
    match error:
        case UnreadNowError():
            return Remedy.AGAIN, error.record
        case DBAPIError():
            # of the workflows' database; those of the store come as StoreError
            return remedy(errors.from_database(error, "piaohe-flow"))
        case PiaoheError():
            return _remedy(error), error.record
        case OSError():
            return Remedy.AGAIN, failures.refused_by_system(error)
        case _:
            return Remedy.DEAD, failures.internal_error(error)


def _remedy(error: PiaoheError) -> Remedy:
    of_one = isinstance(error, DocumentError) or error.record.code in _OF_ONE_DOCUMENT
    if error.record.retry:
        return Remedy.WAIT if isinstance(error, StoreError) and not of_one else Remedy.AGAIN
    return Remedy.DEAD if of_one else Remedy.STOP


def delay(attempts: int, first_seconds: float) -> datetime.timedelta:
    """How long to wait after this many tries: longer each time, an hour at most."""
    factor: int = _GROWTH ** min(max(attempts, 1) - 1, 10)
    return min(datetime.timedelta(seconds=first_seconds * factor), _LONGEST)


def worker_died(how: str) -> ErrorRecord:
    """What is said of a document whose worker ended in the middle of it."""
    return ErrorRecord(
        code="worker_died",
        message=f"处理这份文件的进程中途退出（{how}）",
        hint="多为内存不足或文件触发了底层库的崩溃；请检查内存，再用 piaohe queue retry 重试",
        message_en=f"the process that worked on it ended before it was done ({how})",
        hint_en="mostly too little memory, or a library that crashed on this file; look at the "
        "memory, then use piaohe queue retry",
        retry=True,
    )


def took_too_long(seconds: float) -> ErrorRecord:
    """What is said of a document that was stopped after its time."""
    return ErrorRecord(
        code="took_too_long",
        message=f"处理超过 {seconds:g} 秒，已中止",
        hint="请检查该文件（页数、像素），或调大设置 flow.time_limit_seconds 后用 "
        "piaohe queue retry 重试",
        message_en=f"stopped after {seconds:g} seconds",
        hint_en="look at the file (pages, pixels), or raise the setting flow.time_limit_seconds "
        "and use piaohe queue retry",
        retry=True,
    )
