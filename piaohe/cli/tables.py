"""Tables and coloured words for the terminal."""

from collections.abc import Sequence
from decimal import Decimal

from rich import box
from rich.table import Table
from rich.text import Text

from models.document import Document
from models.errors import ErrorRecord
from models.finding import Severity, Status
from models.invoice import Invoice
from models.match import MatchState
from piaohe.cli.shell import Shell
from piaohe.report import words

_STATUS_STYLE = {Status.ACCEPTED: "green", Status.REVIEW: "yellow", Status.REJECTED: "red"}
_SEVERITY_STYLE = {Severity.REJECT: "red", Severity.WARN: "yellow", Severity.INFO: "dim"}


def make(shell: Shell, heads: Sequence[tuple[str, str]], right: Sequence[int] = ()) -> Table:
    """An empty table with headings in the shell's language; `right` columns are numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for at, (zh, en) in enumerate(heads):
        number = at in right
        table.add_column(
            shell.say(zh, en),
            justify="right" if number else "left",
            no_wrap=number,
            overflow="fold",
        )
    return table


def money(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:,.2f}"


def status(value: Status, lang: str) -> Text:
    return Text(words.STATUSES[value].say(lang), _STATUS_STYLE[value])


def match_state(value: MatchState, lang: str) -> Text:
    style = "green" if value is MatchState.EXACT else "yellow"
    return Text(words.STATES[value].say(lang), "red" if value is MatchState.MISSING else style)


def findings(about: Invoice | Document, lang: str) -> list[Text]:
    """The findings a person must know of, one a line."""
    return [
        Text(
            f"{finding.message_en if lang == 'en' else finding.message} ({finding.rule})",
            _SEVERITY_STYLE[finding.severity],
        )
        for finding in about.findings
        if finding.severity is not Severity.INFO
    ]


def error(record: ErrorRecord, lang: str) -> Text:
    """What happened and what to do."""
    english = lang == "en"
    message = record.message_en if english and record.message_en else record.message
    hint = record.hint_en if english and record.hint_en else record.hint
    return Text.assemble((f"{message} ({record.code})", "red"), f"\n    → {hint}" if hint else "")
