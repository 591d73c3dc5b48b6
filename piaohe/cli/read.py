"""piaohe read: documents to invoices, nothing kept."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.text import Text

from models.document import Document
from piaohe import pipeline
from piaohe.cli import tables
from piaohe.cli.lines import LineWriter, document_json
from piaohe.cli.paths import Unreachable, Walk, read_bytes, tell_left_out
from piaohe.cli.shell import Shell
from piaohe.clock import today
from piaohe.judging.sightings import Sightings
from piaohe.pipeline import Tools
from piaohe.report import format_money, words
from piaohe.tools import make_tools


def read(shell: Shell, paths: Sequence[Path], *, as_json: bool) -> int:
    """Read every file and print what it holds as soon as it is done. Gives the exit code."""
    tools = make_tools(shell.settings(), today(), Sightings())
    if tools.alert is not None:
        shell.complain(tools.alert)
    walk = Walk()
    bad = count = 0
    with ExitStack() as stack:
        writer = stack.enter_context(LineWriter()) if as_json else None
        # the spinner is for people: it is silent where stderr is no terminal
        status = stack.enter_context(shell.err.status(shell.say("读取中…", "reading…")))
        for document in _documents(walk, paths, tools):
            count += 1
            bad += document.error is not None
            if writer is not None:
                writer.write(document_json(document))
            else:
                _print(shell, document)
            status.update(shell.say(f"已读取 {count} 个文件", f"{count} files read"))
    tell_left_out(shell, walk)
    return 1 if bad else 0


def _documents(walk: Walk, paths: Sequence[Path], tools: Tools) -> Iterator[Document]:
    for path in walk.files(paths):
        if isinstance(path, Unreachable):
            yield pipeline.not_taken_in(str(path.path), path.error)
            continue
        data = read_bytes(path, tools.limits.max_bytes)
        if isinstance(data, bytes):
            yield pipeline.take_in(data, str(path), tools).document
        else:
            yield pipeline.not_taken_in(str(path), data)


def _print(shell: Shell, document: Document) -> None:
    """A file, and below it a line for each thing it holds and for each finding."""
    lang, out = shell.lang, shell.out
    out.print(Text(document.file, "bold"), soft_wrap=True)
    for invoice in document.invoices:
        facts = (
            words.kind_of(invoice.form, invoice.type).say(lang),
            invoice.key or "—",
            str(invoice.date or "—"),
            format_money(invoice.total),
            invoice.seller_name or "—",
        )
        state = tables.status(invoice.status, lang)
        out.print(Text.assemble("  ", state, "  ", "  ".join(facts)), soft_wrap=True)
        for finding in tables.findings(invoice, lang):
            out.print(Text.assemble("    · ", finding), soft_wrap=True)
    for attachment in document.attachments:
        kind = words.attachment_called(attachment.what).say(lang)
        out.print(Text(f"  {kind}", "dim"), soft_wrap=True)
    for finding in tables.findings(document, lang):
        out.print(Text.assemble("    · ", finding), soft_wrap=True)
    if document.error:
        out.print(Text.assemble("  ", tables.error(document.error, lang)), soft_wrap=True)
