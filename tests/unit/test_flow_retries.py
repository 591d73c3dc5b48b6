"""Which errors are worth another try, whose fault they are, and how long is waited."""

import datetime
import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from models.errors import (
    DependencyMissing,
    DocumentError,
    ErrorRecord,
    PiaoheError,
    SettingsError,
    StoreError,
)
from piaohe.flow.retries import Remedy, UnreadNowError, delay, remedy

RECORD = ErrorRecord(code="shaky", message="", hint="")


def error(kind: type[PiaoheError], code: str = "x", *, retry: bool = False) -> PiaoheError:
    return kind(code, "", "", message_en="", hint_en="", retry=retry)


def full_disk() -> Exception:
    cause = sqlite3.OperationalError("full")
    cause.sqlite_errorcode = sqlite3.SQLITE_FULL
    return OperationalError("INSERT", {}, cause)


@pytest.mark.parametrize(
    ("raised", "wanted", "code"),
    [
        (UnreadNowError(RECORD), Remedy.AGAIN, "shaky"),
        (error(DocumentError, "encrypted_pdf"), Remedy.DEAD, "encrypted_pdf"),
        (error(DocumentError, retry=True), Remedy.AGAIN, "x"),
        (error(StoreError, "original_missing"), Remedy.DEAD, "original_missing"),
        (error(StoreError, "original_unreadable", retry=True), Remedy.AGAIN, "original_unreadable"),
        (error(StoreError, "disk_full", retry=True), Remedy.WAIT, "disk_full"),
        (error(StoreError, "database_damaged"), Remedy.STOP, "database_damaged"),
        (full_disk(), Remedy.WAIT, "disk_full"),
        (error(DependencyMissing, "weights_missing"), Remedy.STOP, "weights_missing"),
        (error(SettingsError, "policy_invalid"), Remedy.STOP, "policy_invalid"),
        (OSError(5, "I/O"), Remedy.AGAIN, "system_error"),
        (KeyError("ours"), Remedy.DEAD, "internal_error"),
    ],
)
def test_remedies(raised: Exception, wanted: Remedy, code: str) -> None:
    found, record = remedy(raised)
    assert (found, record.code) == (wanted, code)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 5), (1, 5), (2, 20), (3, 80), (6, 3600), (99, 3600)]
)
def test_retries_become_rarer(attempts: int, seconds: int) -> None:
    assert delay(attempts, 5) == datetime.timedelta(seconds=seconds)
