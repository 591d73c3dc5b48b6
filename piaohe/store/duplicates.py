"""Who has which invoice, and where those kept are that another may be a duplicate of.

A claim is one row whose key is the invoice's: whoever inserts it first has the invoice, the
database sees to that. Near duplicates are looked for in two ways that cost the same however much
is kept: by day and sum, and by the bands of a print's sketch. Both are indexes of the database
and not kept in memory, so that a program that checks one invoice need not load a million prints
first, and several that run at once see what the others keep.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import and_, bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.duplicate import DuplicateVerdict, Lookup, Print, Relation, Shape, Specimen, Twin
from models.record import Record
from piaohe.store import indexing
from piaohe.store.invoices import ORDER, invoice_id, parsed
from piaohe.store.tables import (
    BandRow,
    ClaimRow,
    DocumentRow,
    InvoiceRow,
    LinkRow,
    PrintRow,
    SightingRow,
)
from piaohe.store.values import clean_text, fen_or_none, storable

_BY_KEY, _BY_DEAL, _BY_BAND = 20, 30, 30
"""More of one sort are not looked at: prints of one seller's tickets share what all of them have,
and a canteen sells many meals of one price a day."""
_A_BAND = 120
_IN_BAND = (
    select(BandRow.print_id)
    .where(BandRow.value == bindparam("band"))
    .order_by(BandRow.print_id.desc())
    .limit(_A_BAND)
)


class Claim(Record):
    """Who has the invoice with a key, and since when."""

    key: str
    document_sha256: str
    index: int
    since: datetime.datetime
    by: str | None = None


class Duplicates:
    """Claims, prints and links of the kept invoices."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, specimen: Specimen, keys: Sequence[str], at: datetime.datetime) -> list[Claim]:
        """Claim keys of an invoice for it; gives the claims others had before.

        Atomic: of any number that claim a key at the same moment one gets it, and the rest are
        given its claim, having waited for it to be kept or given up. The document may be kept
        later in the same unit of work.
        """
        if not keys:
            return []
        by = _text_or_none(specimen.by)
        own = {"document_sha256": specimen.document, "idx": specimen.index}
        # in order, so that two who claim the same keys cannot wait for one another
        rows = [
            {"key": key, **own, "claimed_at": at, "claimed_by": by} for key in sorted(set(keys))
        ]
        dialect = sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql
        self._session.execute(dialect.insert(ClaimRow).on_conflict_do_nothing(), rows)
        mine = (specimen.document, specimen.index)
        return [
            claim for claim in self.claims(keys) if (claim.document_sha256, claim.index) != mine
        ]

    def claims(self, keys: Sequence[str]) -> list[Claim]:
        """The claims there are on these keys, in order of the keys."""
        rows = self._session.scalars(
            select(ClaimRow).where(ClaimRow.key.in_(keys)).order_by(ClaimRow.key)
        )
        return [
            Claim(
                key=row.key,
                document_sha256=row.document_sha256,
                index=row.idx,
                since=row.claimed_at,
                by=row.claimed_by,
            )
            for row in rows
        ]

    def keep(
        self,
        specimen: Specimen,
        bands: Iterable[int],
        verdict: DuplicateVerdict,
        at: datetime.datetime,
    ) -> None:
        """Keep what an invoice is compared by beside itself, and links to its twins."""
        row = PrintRow(
            document_sha256=specimen.document,
            idx=specimen.index,
            shape=specimen.shape.value if specimen.shape else None,
            received_by=_text_or_none(specimen.by),
            print=specimen.print.model_dump_json() if specimen.print else None,
        )
        self._session.add(row)
        self._session.flush()
        values = [{"value": value, "print_id": row.id} for value in sorted(set(bands))]
        if values:
            self._session.execute(insert(BandRow), values)
        own = (specimen.document, specimen.index)
        others = {(twin.document, twin.index): twin for twin in verdict.twins}
        links = [_link(specimen, twin, at) for place, twin in others.items() if place != own]
        if links:
            self._session.execute(insert(LinkRow), links)
            indexing.twinned(self._session, [invoice_id(*own), *(invoice_id(*at) for at in others)])

    def forget(self, document_sha256: str) -> None:
        """Take back everything a document's invoices claimed and left, before it is read anew.

        Links from others to it stay: it is still the same file.
        """
        named = select(LinkRow.other_sha256, LinkRow.other_idx)
        others = self._session.execute(named.where(LinkRow.document_sha256 == document_sha256))
        freed = [invoice_id(sha256, at) for sha256, at in others]
        for row in (ClaimRow, LinkRow):
            self._session.execute(delete(row).where(row.document_sha256 == document_sha256))
        indexing.refresh(self._session, document_sha256)
        indexing.twinned(self._session, freed)
        prints = select(PrintRow.id).where(PrintRow.document_sha256 == document_sha256)
        self._session.execute(delete(BandRow).where(BandRow.print_id.in_(prints)))
        self._session.execute(delete(PrintRow).where(PrintRow.document_sha256 == document_sha256))

    @staticmethod
    def names(lookup: Lookup) -> list[str]:
        """What two that keep invoices must not do at once (`Work.alone_with`): look for others and
        keep one by the same key, deal or band. Else neither would see the other."""
        found = [f"key {key}" for key in lookup.keys]
        if lookup.date is not None and lookup.total is not None:
            found.append(f"deal {lookup.date} {fen_or_none(lookup.total)}")
        return [*found, *(f"band {band}" for band in lookup.bands)]

    def find(self, lookup: Lookup) -> list[Specimen]:
        """The kept invoices that may be duplicates, the earliest received first: with a key in
        common, of the same day and sum, or with a band of the print's sketch in common."""
        alike = (*self._same_deal(lookup), *self._same_band(lookup.bands))
        return self._specimens([*self._having(lookup.keys), *alike])

    def verdict(self, document_sha256: str, index: int) -> DuplicateVerdict:
        """Everything known of a kept invoice's duplicates: what was found when it came, what came
        after it, and every other path at which its very file was seen."""
        own = self._session.scalars(
            select(LinkRow.record).where(
                LinkRow.document_sha256 == document_sha256, LinkRow.idx == index
            )
        )
        return DuplicateVerdict.of(
            [
                *map(Twin.model_validate_json, own),
                *self._later(document_sha256, index),
                *self._same_file(document_sha256, index),
            ]
        )

    def _later(self, document_sha256: str, index: int) -> list[Twin]:
        """Twins that were found when those others came, as they look from here."""
        rows = self._session.scalars(
            select(LinkRow).where(
                LinkRow.other_sha256 == document_sha256, LinkRow.other_idx == index
            )
        ).all()
        found = {invoice_id(row.document_sha256, row.idx): row for row in rows}
        twins = []
        for other in self._specimens(found):
            row = found[invoice_id(other.document, other.index)]
            twins.append(_seen_from_there(Twin.model_validate_json(row.record), other))
        return twins

    def _same_file(self, document_sha256: str, index: int) -> list[Twin]:
        rows = self._session.execute(
            select(SightingRow.path, SightingRow.seen_at)
            .where(SightingRow.sha256 == document_sha256)
            .order_by(SightingRow.seen_at, SightingRow.path)
        ).all()
        return [
            Twin(
                where=path,
                document=document_sha256,
                index=index,
                relation=Relation.SAME_FILE,
                since=seen_at,
            )
            for path, seen_at in rows[1:]
        ]

    def _having(self, keys: Sequence[str]) -> list[str]:
        """Ids of the invoices that claimed one of these keys, and of others that have it."""
        if not keys:
            return []
        claims = self.claims(keys)
        found = [invoice_id(claim.document_sha256, claim.index) for claim in claims]
        # one column at a time: with both in one question SQLite may look through the whole table
        for column in (InvoiceRow.key, InvoiceRow.paper_key):
            query = select(InvoiceRow.id).where(column.in_(keys)).limit(_BY_KEY)
            found += self._session.scalars(query)
        return found

    def _same_deal(self, lookup: Lookup) -> Iterable[str]:
        """Ids of invoices of the same day and sum."""
        fen = fen_or_none(lookup.total)
        if lookup.date is None or fen is None:
            return ()
        return self._session.scalars(
            select(InvoiceRow.id)
            .where(InvoiceRow.date == lookup.date, InvoiceRow.total_fen == fen)
            .limit(_BY_DEAL)
        )

    def _same_band(self, bands: Iterable[int]) -> Iterable[str]:
        """Ids of invoices whose prints share most bands, of equal ones the latest kept."""
        shared: Counter[int] = Counter()
        for value in bands:
            # one band at a time, newest first: a band that thousands share costs no more
            shared.update(self._session.scalars(_IN_BAND, {"band": value}))
        best = sorted(shared, key=lambda found: (-shared[found], -found))[:_BY_BAND]
        rows = self._session.execute(
            select(PrintRow.document_sha256, PrintRow.idx).where(PrintRow.id.in_(best))
        )
        return [invoice_id(sha256, idx) for sha256, idx in rows]

    def _specimens(self, ids: Iterable[str]) -> list[Specimen]:
        wanted = sorted(set(ids))
        if not wanted:
            return []
        rows = self._session.execute(
            select(InvoiceRow, DocumentRow.file, DocumentRow.received_at, PrintRow)
            .join(DocumentRow, DocumentRow.sha256 == InvoiceRow.document_sha256)
            .outerjoin(
                PrintRow,
                and_(
                    PrintRow.document_sha256 == InvoiceRow.document_sha256,
                    PrintRow.idx == InvoiceRow.idx,
                ),
            )
            .where(InvoiceRow.id.in_(wanted))
            .order_by(*ORDER)
        )
        return [_specimen(invoice, file, at, kept) for invoice, file, at, kept in rows]


def _specimen(
    row: InvoiceRow, file: str, received_at: datetime.datetime, kept: PrintRow | None
) -> Specimen:
    return Specimen(
        document=row.document_sha256,
        index=row.idx,
        where=file,
        invoice=parsed(row.record),
        shape=Shape(kept.shape) if kept and kept.shape else None,
        print=Print.model_validate_json(kept.print) if kept and kept.print else None,
        since=received_at,
        by=kept.received_by if kept else None,
    )


def _seen_from_there(twin: Twin, other: Specimen) -> Twin:
    """A twin as it looks from the other side: there it is `other` that is the twin."""
    turned = tuple(
        each.model_copy(update={"ours": each.theirs, "theirs": each.ours}) for each in twin.evidence
    )
    here = {"where": other.where, "document": other.document, "index": other.index}
    since = {"since": other.since, "by": other.by}
    return twin.model_copy(update=here | since | {"evidence": turned})


def _link(specimen: Specimen, twin: Twin, at: datetime.datetime) -> dict[str, object]:
    return {
        "document_sha256": specimen.document,
        "idx": specimen.index,
        "other_sha256": twin.document,
        "other_idx": twin.index,
        "relation": twin.relation.value,
        "found_at": at,
        "record": storable(twin)[1],
    }


def _text_or_none(text: str | None) -> str | None:
    return None if text is None else clean_text(text)
