"""The error tree. Each error says what happened, what to do, and whether a retry can help.

    PiaoheError
    ├── UsageError             exit 2   the command was called wrongly
    ├── DependencyMissing      exit 3   a library, model file or font is not there
    ├── SettingsError          exit 4   a setting is unusable
    │   └── StoreError         exit 4   the home folder or the database is unusable
    ├── DocumentError          exit 1   one document cannot be read; the others go on
    └── LedgerError            exit 1   a ledger file cannot be used

Each error has a stable `code`; which codes there are is listed where they are raised. Messages
are Chinese first, English beside it.
"""

from models.record import Record


class ErrorRecord(Record):
    """An error as it is printed and kept."""

    code: str
    message: str
    hint: str
    message_en: str = ""
    hint_en: str = ""
    retry: bool = False


class PiaoheError(Exception):
    """Something Piaohe cannot go on with, said so that a user can act on it."""

    exit_code = 1

    def __init__(
        self,
        code: str,
        message: str,
        hint: str,
        *,
        message_en: str,
        hint_en: str,
        retry: bool = False,
    ) -> None:
        super().__init__(f"{code}: {message_en}")
        self.record = ErrorRecord(
            code=code,
            message=message,
            hint=hint,
            message_en=message_en,
            hint_en=hint_en,
            retry=retry,
        )


class UsageError(PiaoheError):
    """The command was called wrongly."""

    exit_code = 2


class DependencyMissing(PiaoheError):  # noqa: N818 - reads better at the raise
    """A library, model file or font is not there."""

    exit_code = 3


class SettingsError(PiaoheError):
    """A setting is unusable."""

    exit_code = 4


class StoreError(SettingsError):
    """The home folder or the database is unusable."""


class DocumentError(PiaoheError):
    """One document cannot be read; the others go on."""


class LedgerError(PiaoheError):
    """A ledger file cannot be used."""
