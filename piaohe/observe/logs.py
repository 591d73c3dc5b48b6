"""The log: one line for each thing that happened, as JSON or for eyes, without personal data.

What is logged is our own fixed text and the fields named in KEYS, each of a shape that can hold no
name and no number of an invoice. Anything else that comes along is left out: arguments of a
message, other fields, what an exception says of itself, and the texts of libraries, which may
quote what they stumbled over. A document is told by `doc`, from arrival to archive: the number of
its arrival and the beginning of its SHA-256, as in "12-3fa9c2d17e04".
"""

import contextlib
import logging
import logging.handlers
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog

from piaohe.settings.sections import ObserveSettings

OURS = "piaohe"
HIDDEN = "•"
_WORD = re.compile(r"[a-z][a-z_]{0,40}(?:-[0-9]{1,2})?")
_CODE = re.compile(r"(?:[A-Z]-[A-Z]{2,4}-[0-9]{2}|[a-z][a-z0-9_.]{0,40})")
_DOC = re.compile(r"[0-9]{1,12}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PLACE = re.compile(r"[a-z_]{1,40}\.py:[0-9]{1,5}")
_MOST = 10_000_000
"""A count from here on may be a telephone number."""

KEYS: dict[str, re.Pattern[str] | type] = {
    "doc": _DOC,
    "step": _WORD,
    "state": _WORD,
    "lane": _WORD,
    "code": _CODE,
    "rule": _CODE,
    "chore": _WORD,
    "alert": _CODE,
    "channel": _WORD,
    "part": _WORD,
    "seconds": float,
    "count": int,
    "attempt": int,
    "slot": int,
    "pid": int,
    "status": int,
}
"""What may stand beside the text, and what it has to look like."""

_OWN = frozenset({"event", "level", "timestamp", "logger"})
Line = MutableMapping[str, Any]


def doc(arrival: int, sha256: str) -> str:
    """How a document is told in the log."""
    return f"{arrival}-{sha256[:12]}" if _SHA256.fullmatch(sha256) else HIDDEN


@contextlib.contextmanager
def of_document(arrival: int, sha256: str) -> Iterator[None]:
    """Every line from here to the end is about this document."""
    with structlog.contextvars.bound_contextvars(doc=doc(arrival, sha256)):
        yield


def configure(settings: ObserveSettings, part: str, stream: TextIO | None = None) -> None:
    """Send the log where the settings say; `part` names this process' part in the whole, such as
    "web" or "slot-0". Called once at the start; a second time replaces the first.

    Raises OSError where the file cannot be written.
    """
    handler: logging.Handler
    if settings.log_file is None or stream is not None:
        handler = logging.StreamHandler(stream or sys.stderr)
    else:
        handler = _rotated(settings, settings.log_file, part)
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if settings.log_format == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=False)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.ExtraAdder(),
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
            ],
            processors=[
                _without_arguments,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                masked,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                renderer,
            ],
            use_get_message=False,
        )
    )
    root = logging.getLogger()
    for old in [each for each in root.handlers if getattr(each, "is_piaohes", False)]:
        root.removeHandler(old)
        old.close()
    handler.is_piaohes = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(settings.log_level.upper())


def masked(_logger: object, _method: str, line: Line) -> Line:
    """The line with nothing in it but our texts and the fields of KEYS, in their shapes."""
    found: Line = {key: line[key] for key in _OWN if key in line}
    found["event"] = _text(line)
    found.update(_exception(line.get("exc_info")))
    for key, value in line.items():
        if key in KEYS and key not in found:
            found[key] = value if _fits(value, KEYS[key]) else HIDDEN
    return found


def _text(line: Line) -> str:
    """Our own texts as they are; of a library only that it said something."""
    text, logger = line.get("event"), str(line.get("logger", ""))
    ours = logger == OURS or logger.startswith(f"{OURS}.")
    if ours and isinstance(text, str) and text.isascii():
        return re.sub(r"%[-#0-9.]*[a-zA-Z]", HIDDEN, text)
    return HIDDEN


def _fits(value: object, shape: re.Pattern[str] | type) -> bool:
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and shape.fullmatch(value) is not None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) < _MOST  # type: ignore[arg-type]


def _exception(info: object) -> dict[str, str]:
    """What kind of exception it was, and where in our code; never what it says."""
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) and len(info) == 3 else info
    if not isinstance(error, BaseException):
        return {}
    found = {"exception": type(error).__name__[:40]}
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        if "site-packages" not in frame.filename and _PLACE.fullmatch(place):
            return found | {"at": place}
    return found


def _without_arguments(_logger: object, _method: str, line: Line) -> Line:
    """The text of a line as it stands in the program, before anything is filled in."""
    record = line.get("_record")
    if isinstance(record, logging.LogRecord):
        line["event"] = record.msg
        if record.exc_info:
            line["exc_info"] = record.exc_info
    return line


def _rotated(settings: ObserveSettings, file: Path, part: str) -> logging.Handler:
    """A file of this process alone: two that rotate the same one would lose lines."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return logging.handlers.RotatingFileHandler(
        file.with_name(f"{file.stem}-{part}{file.suffix or '.log'}"),
        maxBytes=settings.log_mib * 1024 * 1024,
        backupCount=settings.log_files,
        encoding="utf-8",
        delay=True,
    )
