"""The JSON lines of contract.md, out and in."""

import contextlib
import json
import math
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self

from pydantic import ValidationError
from rich.text import Text

from models.document import Document
from models.errors import ErrorRecord
from models.invoice import Extra, Invoice
from models.text import CENT, MAX_MONEY
from piaohe.cli.shell import Shell

_MONEY = ("amount", "tax", "total")


class LineWriter:
    """Writes objects to stdout, one a line, each flushed.

    While it is in use, whatever else prints to stdout (libraries below Python included) goes to
    stderr instead, so that a reader gets nothing but JSON.
    """

    def __init__(self) -> None:
        self._file: BinaryIO | None = None
        self._stdout: int | None = None

    def __enter__(self) -> Self:
        sys.stdout.flush()
        try:
            self._stdout = os.dup(1)
            os.dup2(2, 1)
        except OSError:
            self._stdout = None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stdout is not None:
            with contextlib.suppress(OSError):
                sys.stdout.flush()
            os.dup2(self._stdout, 1)
            os.close(self._stdout)
            self._stdout = None

    def write(self, line: Mapping[str, Any]) -> None:
        """Write one object. Raises BrokenPipeError when nobody reads any more."""
        # a file name that is not Unicode comes out as a JSON escape
        text = json.dumps(line, ensure_ascii=False) + "\n"
        data = memoryview(text.encode("utf-8", "backslashreplace"))
        handle = 1 if self._stdout is None else self._stdout
        while data:
            data = data[os.write(handle, data) :]


def document_json(document: Document) -> dict[str, Any]:
    """A line of `piaohe read --json`."""
    return {
        "file": document.file,
        "sha256": document.sha256,
        "seconds": document.seconds,
        "status": document.status.value,
        "error": document.error.model_dump(mode="json") if document.error else None,
        "notices": [notice.model_dump(mode="json") for notice in document.notices],
        "attachments": [item.model_dump(mode="json") for item in document.attachments],
        "invoices": [invoice_json(invoice) for invoice in document.invoices],
        "findings": [finding.model_dump(mode="json") for finding in document.findings],
    }


def invoice_json(invoice: Invoice) -> dict[str, Any]:
    """An INVOICE: money with two decimals, `extra` without what the document does not print.

    Of the rules contract.md prints how many were judged and which were not; which ones passed,
    and under which policy, is in the kept record.
    """
    line = invoice.model_dump(mode="json")
    line["rules"] = {name: line["rules"][name] for name in ("evaluated", "not_evaluated")}
    for name in _MONEY:
        line[name] = _two_decimals(getattr(invoice, name))
    for written, item in zip(line["items"], invoice.items, strict=True):
        written["amount"] = _two_decimals(item.amount)
        written["tax"] = _two_decimals(item.tax)
    line["extra"] = {name: value for name, value in line["extra"].items() if value is not None}
    return line


def error_json(error: ErrorRecord) -> dict[str, Any]:
    return error.model_dump(mode="json")


@dataclass(frozen=True, slots=True)
class Given:
    """An invoice that was handed in, with what its line says besides.

    `line` counts from 1; `file` and `index` are its place where the line came from `read`.
    """

    line: int
    invoice: Invoice
    others: Mapping[str, Any] = field(default_factory=dict)
    other_extra: Mapping[str, Any] = field(default_factory=dict)
    file: str | None = None
    index: int = 0

    def written(self, invoice: Invoice) -> dict[str, Any]:
        """The line of the invoice as it is now, what we do not know of left as it was."""
        line = invoice_json(invoice)
        line["extra"] |= self.other_extra
        return {**line, **self.others}


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is no invoice, and why."""

    line: int
    error: ErrorRecord


def given_invoices(lines: Iterable[bytes]) -> Iterator[Given | Refused]:
    """The invoices of INVOICE lines, or of the lines `read` prints; empty lines are skipped."""
    for number, raw in enumerate(lines, start=1):
        body = raw.removeprefix(b"\xef\xbb\xbf").strip()
        if not body:
            continue
        try:
            line = json.loads(body.decode("utf-8"), parse_float=_number, parse_constant=_number)
        except (ValueError, RecursionError) as error:
            yield Refused(number, _not_json(number, error))
            continue
        if not isinstance(line, dict):
            yield Refused(number, _not_json(number, ValueError("not an object")))
        elif isinstance(line.get("invoices"), list):
            for index, item in enumerate(line["invoices"]):
                yield _given(number, item, str(line.get("file") or "") or None, index)
        else:
            yield _given(number, line, None, 0)


def _number(text: str) -> float:
    """A JSON number; NaN and Infinity are none, and could not be printed as JSON again."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("not a number")
    return value


def _given(number: int, line: Any, file: str | None, index: int) -> Given | Refused:
    if not isinstance(line, dict):
        return Refused(number, _not_json(number, ValueError("not an object")))
    known = {name: value for name, value in line.items() if name in Invoice.model_fields}
    extra = known.get("extra")
    other_extra: dict[str, Any] = {}
    if isinstance(extra, dict):
        other_extra = {k: v for k, v in extra.items() if k not in Extra.model_fields}
        known["extra"] = {k: v for k, v in extra.items() if k in Extra.model_fields}
    try:
        invoice = Invoice.model_validate(_without_null_defaults(known))
    except ValidationError as error:
        return Refused(number, _not_invoice(number, error))
    for name in _MONEY:
        if abs(getattr(invoice, name) or 0) > MAX_MONEY:
            return Refused(number, _too_much_money(number, name))
    others = {name: value for name, value in line.items() if name not in Invoice.model_fields}
    return Given(number, invoice, others, other_extra, file, index)


def _without_null_defaults(known: dict[str, Any]) -> dict[str, Any]:
    """null for a list or a status means it was not given."""
    lists = ("items", "extra", "fields", "findings", "rules", "status", "page", "type")
    return {k: v for k, v in known.items() if not (v is None and k in lists)}


def _two_decimals(value: Decimal | None) -> str | None:
    if value is None:
        return None
    try:
        # a value with more than two is printed as it is: the rules say what is wrong with it
        return str(value.quantize(CENT)) if value == value.quantize(CENT) else str(value)
    except InvalidOperation:
        return str(value)


def _too_much_money(number: int, name: str) -> ErrorRecord:
    return ErrorRecord(
        code="not_an_invoice",
        message=f"第 {number} 行不是有效的发票：{name} 大得不可能是金额",
        hint="请检查该金额的小数点和指数",
        message_en=f"line {number} is not a valid invoice: {name} is too large to be money",
        hint_en="check its decimal point and exponent",
    )


def _not_json(number: int, error: Exception) -> ErrorRecord:
    where = f"，第 {error.colno} 个字符" if isinstance(error, json.JSONDecodeError) else ""
    where_en = f", character {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
    return ErrorRecord(
        code="not_json",
        message=f"第 {number} 行不是 JSON 对象{where}",
        hint="每行应是一张发票的 JSON 对象，即 piaohe read --json 打印的 invoices 中的一项",
        message_en=f"line {number} is not a JSON object{where_en}",
        hint_en="each line must be one invoice as a JSON object, as in `invoices` of read --json",
    )


def _not_invoice(number: int, error: ValidationError) -> ErrorRecord:
    """Which fields are wrong. Their values are not repeated."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    named = "; ".join(
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in problems[:5]
    )
    return ErrorRecord(
        code="not_an_invoice",
        message=f"第 {number} 行不是有效的发票：{named}",
        hint="金额与号码用字符串，日期用 YYYY-MM-DD，没有的值用 null",
        message_en=f"line {number} is not a valid invoice: {named}",
        hint_en="amounts and numbers are strings, dates YYYY-MM-DD, what is not there is null",
    )


class Problem(Protocol):
    """Something wrong with a file a person wrote, at a line of it where there is one."""

    def say(self, lang: str) -> str: ...

    def model_dump(self, *, mode: str) -> dict[str, Any]: ...


def tell_problems(shell: Shell, problems: Sequence[Problem], *, as_json: bool) -> None:
    """Print what is wrong with a file, all at once."""
    if as_json:
        with LineWriter() as writer:
            for problem in problems:
                writer.write(problem.model_dump(mode="json"))
        return
    for problem in problems:
        shell.out.print(Text(problem.say(shell.lang)), soft_wrap=True)
