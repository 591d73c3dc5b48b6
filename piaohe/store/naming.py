"""The names matching has for the copies of one invoice, as rows of the index hold them.

The second document of an invoice is "KEY#2" to matching, and has a verdict of its own; a rendition
has that of the invoice it shows. See `piaohe.matching.kept.once_each`, which this follows.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from models.match import Side
from piaohe.store.tables import DocumentRow, InvoiceRow, MatchRow
from piaohe.store.tables.search import SearchRow

RENDITION = "R-DUP-02"
"""As `validate.is_rendition`."""
_COPY = re.compile(r"#[1-9][0-9]*\Z")
_PORTION = 500


def name_of(key: str | None, file: str, index: int) -> str:
    """What matching calls the first copy of an invoice: its key, or else where it stands."""
    return key or f"{file}#{index}"


def key_of(match_key: str) -> str:
    """The invoice's key in what matching calls it."""
    return _COPY.sub("", match_key)


def rename(connection: Connection, keys: Collection[str]) -> None:
    """Give the rows of invoices with these keys the names matching has for them now, and the
    verdicts on those."""
    wanted = sorted(keys)
    for at in range(0, len(wanted), _PORTION):
        named = _named(connection, wanted[at : at + _PORTION])
        query = select(MatchRow.key, MatchRow.state, MatchRow.cause).where(
            MatchRow.side == Side.INVOICE.value,
            MatchRow.key.in_({name for _, name in named}),
            MatchRow.copy == 0,
        )
        verdicts = {row.key: (row.state, row.cause) for row in connection.execute(query)}
        for row, name in named:
            now = name, *verdicts.get(name, ("", None))
            if (row.match_key, row.match_state, row.match_cause) != now:
                values = dict(zip(("match_key", "match_state", "match_cause"), now, strict=True))
                here = update(SearchRow).where(SearchRow.id == row.id)
                connection.execute(here.values(**values))


def _named(connection: Connection, keys: Sequence[str]) -> list[tuple[Any, str]]:
    """The rows with these keys, and the name of each."""
    row = SearchRow
    query = (
        select(
            *(row.id, row.invoice_id, InvoiceRow.key),
            *(row.match_key, row.match_state, row.match_cause),
        )
        .join(InvoiceRow, InvoiceRow.id == row.invoice_id)
        .join(DocumentRow, DocumentRow.sha256 == InvoiceRow.document_sha256)
        .where(InvoiceRow.key.in_(keys))
        .order_by(DocumentRow.received_at, DocumentRow.file, DocumentRow.sha256, InvoiceRow.idx)
    )
    groups: dict[str, list[Any]] = defaultdict(list)
    for found in connection.execute(query):
        groups[found.key].append(found)
    several = [each.invoice_id for group in groups.values() if len(group) > 1 for each in group]
    renditions = _renditions(connection, several)
    named: list[tuple[Any, str]] = []
    for key, group in groups.items():
        once = [each for each in group if each.invoice_id not in renditions] or group
        names = {each.id: f"{key}#{at}" for at, each in enumerate(once, start=1) if at > 1}
        named += [(each, names.get(each.id, key)) for each in group]
    return named


def _renditions(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those of these invoices that only show another once more."""
    if not ids:
        return set()
    said = InvoiceRow.record.contains(f'"{RENDITION}"')
    return set(connection.scalars(select(InvoiceRow.id).where(InvoiceRow.id.in_(ids), said)))
