"""What comes out of a container: files to be read, and files left aside with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.containers.refusals import HARMLESS, refusal
from models.document import Notice
from models.errors import DocumentError, ErrorRecord

_NAMED = 3


@dataclass(frozen=True, slots=True)
class File:
    """A file just taken out of its container, before anybody looked at what it is.

    `is_inline` marks a picture shown in the text of a mail, `is_mail` a forwarded mail.
    """

    name: str
    data: bytes
    is_inline: bool = False
    is_mail: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A file that may be an invoice. `name` is its path, through nested containers, with "/"."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Left:
    """A file that was left aside, and why. `name` is its path as a Member's is."""

    name: str
    reason: ErrorRecord

    @property
    def code(self) -> str:
        return self.reason.code

    @property
    def is_problem(self) -> bool:
        """Whether an invoice may be lost: then it is an error, otherwise worth a notice."""
        return self.code not in HARMLESS

    def error(self) -> DocumentError:
        """The error that says which file could not be read and what to do."""
        reason = self.reason
        return DocumentError(
            reason.code,
            f"{self.name}：{reason.message}",
            reason.hint,
            message_en=f"{self.name}: {reason.message_en}",
            hint_en=reason.hint_en,
        )


def notices(aside: Iterable[Left]) -> tuple[Notice, ...]:
    """One notice for each reason, naming the first few of its files: there may be thousands."""
    names: dict[ErrorRecord, list[str]] = {}
    for item in aside:
        names.setdefault(item.reason, []).append(item.name)
    return tuple(_notice(reason, found) for reason, found in names.items())


def _notice(reason: ErrorRecord, names: list[str]) -> Notice:
    more = len(names) - _NAMED
    first = names[:_NAMED]
    return Notice(
        code=reason.code,
        message="、".join(first)
        + (f" 等 {len(names)} 个文件" if more > 0 else "")
        + f"：{reason.message}",
        message_en=", ".join(first)
        + (f" and {more} more" if more > 0 else "")
        + f": {reason.message_en}",
    )


def left(name: str, code: str, **values: object) -> Left:
    """The file `name`, left aside for `code`, whose texts are filled with `values`."""
    return Left(name, refusal(code, **values).record)
