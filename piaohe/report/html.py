"""report.html: one file that needs nothing else, for reading, printing and sending on."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import validate
from models.document import Document
from models.finding import Severity
from models.geometry import Box
from models.invoice import MONEY_FIELDS, Evidence, FieldName, Invoice
from models.match import Match, MatchState
from piaohe.report import words
from piaohe.report.content import DIFFERENT, Item, Report, urgency
from piaohe.report.files import replacing
from piaohe.report.page import rendered
from piaohe.report.pictures import Picture

OPEN_CARDS = 30
"""Cards shown opened; the rest are one line each until asked for."""

MOST_PICTURES = 500
"""Cards with a picture; with thousands of them no browser opens the page."""

LOW_CONFIDENCE = 0.8

TakePicture = Callable[[Document, Invoice], Picture | None]
"""The picture of an invoice, or None where there is none to be had."""

_ALWAYS = (FieldName.NUMBER, FieldName.DATE, FieldName.TOTAL)


class Row(NamedTuple):
    """A line of a card's field table."""

    name: FieldName
    value: str | None
    evidence: Evidence | None

    @property
    def is_money(self) -> bool:
        return self.name in MONEY_FIELDS

    @property
    def is_unsure(self) -> bool:
        return self.evidence is not None and self.evidence.confidence < LOW_CONFIDENCE


@dataclass(frozen=True, slots=True)
class Card:
    """An invoice as the page shows it. `mark` is its place in the page, for links."""

    mark: int
    document: Document
    invoice: Invoice
    match: Match | None
    picture: Picture | None
    known: bool

    @property
    def rows(self) -> list[Row]:
        """The fields that have a value, and those without which nothing can be done."""
        every = (
            Row(name, _text(getattr(self.invoice, name.value)), self.invoice.fields.get(name))
            for name in FieldName
        )
        return [row for row in every if row.value is not None or row.name in _ALWAYS]

    @property
    def boxes(self) -> list[tuple[Row, Box]]:
        """The fields whose place on the picture is known, with their boxes."""
        found = []
        for row in self.rows:
            evidence = row.evidence
            if evidence and evidence.box and evidence.page in (None, self.invoice.page):
                found.append((row, evidence.box))
        return found

    @property
    def searched(self) -> str:
        """What the search box looks through."""
        invoice = self.invoice
        parts = (invoice.key, invoice.seller_name, invoice.buyer_name, _text(invoice.total))
        return " ".join(filter(None, (self.document.file, *parts))).lower()

    @property
    def is_rendition(self) -> bool:
        """Whether it is an invoice shown before, in another shape; it counts once."""
        return validate.is_rendition(self.invoice)

    @property
    def match_group(self) -> str:
        """none, exact, different or missing: the four colours a match can have."""
        if self.match is None:
            return "none"
        if self.match.state in DIFFERENT:
            return "different"
        return "exact" if self.match.state is MatchState.EXACT else "missing"

    @property
    def findings_by_weight(self) -> list[tuple[Severity, list[object]]]:
        """The findings, the heaviest first, without the empty severities."""
        groups = [
            (level, [f for f in self.invoice.findings if f.severity is level]) for level in Severity
        ]
        return [(level, list(found)) for level, found in groups if found]


def write_html(report: Report, path: Path, take_picture: TakePicture) -> None:
    """Write the report to `path`, replacing an older one only when it is complete.

    Pictures are asked for one at a time and written out at once, so that a report of any
    number of documents needs the memory of one.
    """
    stream = rendered(
        "report.html.j2",
        ("report.css",),
        ("page.js", "report.js"),
        report=report,
        summary=report.summary,
        cards=_cards(report.items, take_picture),
        failed=[i.document for i in report.items if i.document.error],
        plain=[i.document for i in report.items if not i.document.invoices],
        words=words,
        open_cards=OPEN_CARDS,
        most_pictures=MOST_PICTURES,
    )
    with replacing(path) as part, part.open("w", encoding="utf-8") as out:
        out.writelines(stream)


def _cards(items: Iterable[Item], take_picture: TakePicture) -> Iterator[Card]:
    """A card for every invoice, those that need a person first."""
    mark = 0
    for item in sorted(items, key=urgency):
        for invoice, match in item.pairs():
            mark += 1
            picture = take_picture(item.document, invoice) if mark <= MOST_PICTURES else None
            yield Card(mark, item.document, invoice, match, picture, item.known)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
