"""Reading at once, for `/v1/read`, and advice on a file before it is handed in, for `/v1/advice`:
in a process of its own, which lives on for the next document.

It takes a stranger's file where it can neither stop the pages nor outlast its time, and works on
one at a time. `python -m piaohe.web.reading HOME` is that process: it takes a line of JSON and
the file's bytes, and gives a line of JSON.
"""

import contextlib
import json
import math
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from models.advice import Advice
from models.document import Document
from models.errors import DocumentError, ErrorRecord, PiaoheError
from models.record import Record
from piaohe.flow import retries
from piaohe.settings import Settings

_COMMAND = (sys.executable, "-m", "piaohe.web.reading")
_SECONDS_EACH = 5
"""About what a picture takes; a guess for how long to wait before trying again."""


class Busy(Exception):  # noqa: N818 - reads better at the raise
    """Too much is waiting; `seconds` is when to try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"busy for {seconds} s")
        self.seconds = seconds


class Reader:
    """Reads documents one after another; `most` may be read or wait for it."""

    def __init__(self, settings: Settings, command: Sequence[str] = _COMMAND) -> None:
        self._command = [*command, str(settings.home)]
        self._seconds = settings.flow.time_limit_seconds
        self._room = threading.BoundedSemaphore(settings.web.max_reading)
        self._busy = Busy(math.ceil(settings.web.max_reading * _SECONDS_EACH / 2))
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, data: bytes, name: str) -> Document:
        """Read a file; what it cannot be read for is in the document's error.

        Raises Busy, and PiaoheError for what no document can do without.
        """
        return Document.model_validate(self._said(data, name, "document"))

    def advise(self, data: bytes, name: str) -> Advice:
        """What can be said of a file without reading it. Raises Busy, PiaoheError."""
        return Advice.model_validate(self._said(data, name, "advice"))

    def close(self) -> None:
        """End the process. The next document would start another one."""
        with self._turn:
            self._end()

    def _said(self, data: bytes, name: str, wanted: str) -> Any:
        """What the process says of a file: its `document`, or `advice` on it."""
        if not self._room.acquire(blocking=False):
            raise Busy(self._busy.seconds)
        try:
            with self._turn:
                return self._asked(data, {"name": name, "size": len(data), "wanted": wanted})
        finally:
            self._room.release()

    def _asked(self, data: bytes, about: dict[str, object]) -> Any:
        process = self._running()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("started without pipes")
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._seconds, stop)
        timer.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(json.dumps(about).encode() + b"\n")
                process.stdin.write(data)
                process.stdin.flush()
            line = process.stdout.readline()
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            self._end()
            died = retries.worker_died(f"exit {process.returncode}")
            raise _unread(retries.took_too_long(self._seconds) if late.is_set() else died)
        return _answer(line)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


def _unread(record: ErrorRecord) -> DocumentError:
    return DocumentError(
        record.code,
        record.message,
        record.hint,
        message_en=record.message_en,
        hint_en=record.hint_en,
        retry=record.retry,
    )


def _answer(line: bytes) -> Any:
    said = json.loads(line)
    if "refused" in said:
        raise _unread(ErrorRecord.model_validate(said["refused"]))
    return said["said"]


def _serve(home: Path, asked: IO[bytes], answers: IO[bytes]) -> None:
    """The other process: read what is asked for until there is nothing more."""
    from piaohe import pipeline
    from piaohe.opening import open_store
    from piaohe.reading.advice import advise
    from piaohe.settings import load_settings
    from piaohe.tools import fresh_tools, limits_of

    settings = load_settings(home)
    limits = limits_of(settings)
    with open_store(settings) as store:
        tools = fresh_tools(settings, store)
        while line := asked.readline():
            wanted = json.loads(line)
            data = asked.read(wanted["size"])
            said: Record = (
                advise(data, wanted["name"], limits)
                if wanted["wanted"] == "advice"
                else pipeline.take_in(data, wanted["name"], tools()).document
            )
            answers.write(json.dumps({"said": said.model_dump(mode="json")}).encode() + b"\n")
            answers.flush()


def _main(home: str) -> int:
    # what libraries print goes to stderr: stdout is for the answers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        _serve(Path(home), sys.stdin.buffer, answers)
    except PiaoheError as error:
        refused = {"refused": error.record.model_dump(mode="json")}
        answers.write(json.dumps(refused).encode() + b"\n")
        answers.flush()
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
