"""One hostile file read in a process of its own, and what is to be held against the reading."""

import datetime
import io
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image

import validate
from benchmarks.mutations import mutate
from models.document import Document, ReadStatus
from models.finding import Status
from models.invoice import FieldName, Invoice
from ocr.engines.recorded import RecordedEngine
from ocr.qr.decoders import zbar
from piaohe import pipeline
from piaohe.judging.sightings import Sightings

TODAY = datetime.date(2026, 9, 30)
FIELDS = (
    FieldName.CODE,
    FieldName.NUMBER,
    FieldName.DATE,
    FieldName.AMOUNT,
    FieldName.TAX,
    FieldName.TOTAL,
    FieldName.BUYER_TAX_ID,
    FieldName.SELLER_TAX_ID,
)
"""What has to be right wherever an invoice is accepted. A name is what the file says it is."""

_MEBIBYTE = 1024 * 1024
_SYSTEM = ("/usr/share/fonts", "/usr/share/zoneinfo", "/proc")
_READ_FREELY = tuple(
    {
        str(Path(folder).resolve())
        for folder in (
            sys.prefix,
            sys.base_prefix,
            Path(__file__).parents[1],
            *_SYSTEM,
        )
    }
)
_OUTSIDE = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "urllib.",
    "ctypes.dlopen",
)


@dataclass(frozen=True, slots=True)
class Seed:
    """A good file: its format here ("xbrl" for an XML of that kind), what it is, its bytes."""

    kind: str
    name: str
    data: bytes

    @property
    def suffix(self) -> str:
        return "xml" if self.kind == "xbrl" else self.kind


@dataclass(frozen=True, slots=True)
class Task:
    """The `number`-th hostile file of a seed's format, of a run with this seed of randomness."""

    run: int
    number: int
    seed: Seed

    def file(self) -> tuple[str, bytes]:
        """(what was done to the seed, the bytes); the same whenever it is asked for."""
        random = Random(f"{self.run}/{self.seed.kind}/{self.seed.name}/{self.number}")
        return mutate(self.seed.kind, self.seed.data, random, self.number)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a file. `outcome` is a status of its invoices or the code of an error.

    `seconds` are those of the processor, which a busy machine does not make more.
    """

    task: Task
    done: str
    outcome: str
    faults: tuple[str, ...] = ()
    detail: str = ""
    seconds: float = 0.0
    mebibytes: float = 0.0


class Reader:
    """Reads hostile files within this process and judges each."""

    def __init__(self, watch: "Watch | None" = None) -> None:
        self._watch = watch
        self._expected: dict[tuple[str, str], tuple[Invoice, ...]] = {}

    def read(self, task: Task) -> Result:
        known = self._known(task.seed)
        done, data = task.file()
        before = _memory("VmRSS")
        _reset_peak()
        started = time.process_time()
        faults, detail = [], ""
        document: Document | None = None
        try:
            with self._watched() as seen:
                document = take_in(data, f"a.{task.seed.suffix}")
        except Exception as error:
            faults, detail = ["raised"], f"{type(error).__name__}: {error}"[:200]
        seconds = time.process_time() - started
        grown = max(0.0, _memory("VmHWM") - before)
        outcome = "raised"
        if document is not None:
            outcome, faults, detail = judge(document, known)
        if seen:
            faults, detail = [*faults, "outside"], " ".join(seen)[:200]
        return Result(task, done, outcome, tuple(faults), detail, seconds, grown)

    def _known(self, seed: Seed) -> tuple[Invoice, ...]:
        key = (seed.kind, seed.name)
        if key not in self._expected:
            self._expected[key] = take_in(seed.data, f"a.{seed.suffix}").invoices
        return self._expected[key]

    @contextmanager
    def _watched(self) -> Iterator[list[str]]:
        seen: list[str] = []
        if self._watch is not None:
            self._watch.seen = seen
        try:
            yield seen
        finally:
            if self._watch is not None:
                self._watch.seen = None


def take_in(data: bytes, name: str) -> Document:
    """The file through the whole door, with an engine that sees nothing."""
    tools = pipeline.Tools(
        engine=RecordedEngine({}),
        context=validate.Context(today=TODAY),
        sightings=Sightings(),
    )
    return pipeline.take_in(data, name, tools).document


def judge(document: Document, known: tuple[Invoice, ...]) -> tuple[str, list[str], str]:
    """(outcome, faults, detail) of what was read from a file whose seed holds `known`."""
    error, invoices = document.error, document.invoices
    if error is not None and error.code == "internal_error":
        return error.code, ["internal_error"], error.message_en
    if error is not None and not (
        error.hint and error.hint_en and error.message and error.message_en
    ):
        return error.code, ["unclear"], error.code
    if error is None and not invoices and not document.attachments:
        return "nothing", ["unclear"], "neither an invoice nor an error"
    if (error is None) != (document.status is ReadStatus.OK):
        return "nothing", ["unclear"], f"{document.status} with error {error and error.code}"
    wrong = [text for one in invoices if (text := wrong_in(one, known))]
    faults = ["wrong"] if wrong else []
    statuses = {invoice.status for invoice in invoices}
    for status in (Status.ACCEPTED, Status.REVIEW, Status.REJECTED):
        if status in statuses:
            return str(status), faults, "; ".join(wrong)
    return error.code if error else "attachment", faults, ""


def wrong_in(invoice: Invoice, known: tuple[Invoice, ...]) -> str:
    """What of an accepted invoice is not as in the seed; "" for all others."""
    if invoice.status is not Status.ACCEPTED or not known:
        return ""
    return min((_differences(invoice, one) for one in known), key=len)


def _differences(invoice: Invoice, other: Invoice) -> str:
    pairs = ((name, getattr(invoice, name), getattr(other, name)) for name in FIELDS)
    return " ".join(
        f"{name}: {found} for {right}" for name, found, right in pairs if found not in (None, right)
    )


class Watch:
    """Sees what is opened or called outside, while `seen` is a list. Native code goes unseen."""

    def __init__(self) -> None:
        self.seen: list[str] | None = None
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.seen is None:
            return
        if event.startswith(_OUTSIDE):
            self.seen.append(event)
        elif event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if not path.startswith(_READ_FREELY):
                self.seen.append(f"open {path}")


def work(pipe: Connection, most_memory: int) -> None:
    """Serve tasks from a pipe until it is closed, with so many MiB of address space to grow by."""
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 2)
    take_in(_blank(), "a.png")  # what is loaded once is no doing of a hostile file
    zbar(np.zeros((16, 16, 3), np.uint8))
    reader = Reader(Watch())
    most = round((_memory("VmSize") + most_memory) * _MEBIBYTE)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    while True:
        try:
            task: Task = pipe.recv()
        except EOFError:
            return
        pipe.send(reader.read(task))


def _blank() -> bytes:
    memory = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(memory, "PNG")
    return memory.getvalue()


def _memory(name: str) -> float:
    """A figure of /proc/self/status in MiB, 0 where there is none."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return 0.0
    line = next((line for line in status.splitlines() if line.startswith(f"{name}:")), "x 0")
    return int(line.split()[1]) / 1024


def _reset_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    except OSError:
        return
