"""piaohe qr: the two-dimensional codes of documents, as read and as parsed."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from rich.text import Text

import ingest
from models.errors import DocumentError, ErrorRecord
from models.page import Code
from models.taxqr import crc_status, parse_tax_qr
from ocr.qr import PATIENT, find_codes
from piaohe import failures
from piaohe.cli import tables
from piaohe.cli.lines import LineWriter, error_json
from piaohe.cli.paths import Unreachable, Walk, read_bytes
from piaohe.cli.shell import Shell
from piaohe.pipeline import printable
from piaohe.tools import limits_of


def qr(shell: Shell, paths: Sequence[Path], *, as_json: bool) -> int:
    """Print the codes of every file. Gives the exit code."""
    limits = limits_of(shell.settings())
    bad = 0
    heads = [("文件", "File"), ("解码器", "Decoder"), ("校验", "CRC"), ("内容", "Payload")]
    table = tables.make(shell, heads)
    with LineWriter() if as_json else nullcontext() as writer:
        for path in Walk().files(paths):
            file = printable(str(path.path if isinstance(path, Unreachable) else path))
            found = path.error if isinstance(path, Unreachable) else _codes(path, limits)
            failed = isinstance(found, ErrorRecord)
            codes = [] if isinstance(found, ErrorRecord) else found
            if isinstance(found, ErrorRecord):
                shell.complain(found, file)
            bad += failed
            if writer is not None:
                line: dict[str, Any] = {"file": file, "codes": [_code_json(c) for c in codes]}
                if isinstance(found, ErrorRecord):
                    line["error"] = error_json(found)
                writer.write(line)
            for code in codes:
                crc = crc_status(code.payload).value
                table.add_row(Text(file), code.decoder, crc, Text(code.payload))
    if not as_json:
        shell.out.print(table)
    return 1 if bad else 0


def _codes(path: Path, limits: ingest.Limits) -> list[Code] | ErrorRecord:
    """The codes of all pages, or why there are none to be had."""
    data = read_bytes(path, limits.max_bytes)
    if not isinstance(data, bytes):
        return data
    try:
        with ingest.open(data, path.name, limits) as opened:
            return [code for page in opened.pages for code in find_codes(page, PATIENT)]
    except DocumentError as error:
        return error.record
    except Exception as error:
        return failures.internal_error(error)


def _code_json(code: Code) -> dict[str, Any]:
    parsed = parse_tax_qr(code.payload)
    fields = parsed.model_dump(mode="json", exclude={"payload", "crc"}) if parsed else None
    if parsed and fields is not None:
        fields["form"] = parsed.form.value if parsed.form else None
    return {
        "payload": code.payload,
        "corners": [[round(x, 1), round(y, 1)] for x, y in code.corners],
        "decoder": code.decoder,
        "crc": crc_status(code.payload).value,
        "parsed": fields,
    }
