"""An invoice that somebody changed, judged anew: by the rules, and against the others kept.

What a person said of two invoices weighs more than what was found: two that are said to be apart
are no duplicates any more, and one said to be another shape of the other is that.
"""

import datetime
from collections.abc import Sequence
from dataclasses import replace

import validate
from models.duplicate import DuplicateVerdict, Relation, Specimen, Twin
from models.invoice import Invoice
from piaohe.judging import rejudge
from piaohe.matching.kept import record_of
from piaohe.store import Work
from piaohe.store.invoices import invoice_id
from piaohe.store.reviews import Review
from piaohe.store.steps import Said, Word
from validate import duplicates

At = tuple[validate.Context, datetime.datetime]
"""What the rules may know, and when it is."""


def judged(work: Work, review: Review, invoice: Invoice, at: At) -> Invoice:
    """The changed invoice with fresh findings; who has which number is set right."""
    old = specimen_of(work, review.document_sha256, review.index, review.file)
    new = replace(old, invoice=invoice)
    verdict = verdict_on(work, new, before=review.invoice)
    fresh = rejudge.again(invoice, replace(at[0], seen=verdict))
    if duplicates.keys_of(invoice) != duplicates.keys_of(review.invoice):
        _claim_anew(work, review, (replace(new, invoice=fresh), verdict), at[1])
    return fresh


def settled(work: Work, review: Review, at: At) -> Invoice:
    """The invoice judged anew after a word was said of it or taken back; links are made anew."""
    specimen = specimen_of(work, review.document_sha256, review.index, review.file)
    verdict = verdict_on(work, specimen, before=review.invoice)
    record = record_of(work, review.id)
    fresh = rejudge.again(review.invoice, replace(at[0], seen=verdict, record=record))
    _claim_anew(work, review, (replace(specimen, invoice=fresh), verdict), at[1])
    return fresh


def reclaimed(work: Work, review: Review, now: datetime.datetime) -> None:
    """Claims and links of a document whose invoices were put back as they had been."""
    specimen = specimen_of(work, review.document_sha256, review.index, review.file)
    verdict = verdict_on(work, specimen, before=review.invoice)
    _claim_anew(work, review, (specimen, verdict), now)


def specimen_of(work: Work, document: str, index: int, file: str) -> Specimen:
    """What an invoice of a document is compared by, as it was kept."""
    invoice = work.invoices.of(document)[index]
    bare = Specimen(document=document, index=index, where=file, invoice=invoice)
    kept = work.duplicates.find(duplicates.lookup_of(bare))
    return next((one for one in kept if (one.document, one.index) == (document, index)), bare)


def verdict_on(work: Work, ours: Specimen, *, before: Invoice) -> DuplicateVerdict:
    """What is known of an invoice's duplicates. Of those that came later, and are told of this one
    themselves, it is told only where it was changed to be like them."""
    found: Sequence[Specimen] = work.duplicates.find(duplicates.lookup_of(ours))
    if duplicates.keys_of(ours.invoice) == duplicates.keys_of(before):
        found = [one for one in found if _since(one) <= _since(ours)]
    twins = duplicates.judge(ours, found).twins
    own = invoice_id(ours.document, ours.index)
    return DuplicateVerdict.of([*_heeding(work, own, list(twins))])


def heeded(work: Work, invoice: str, twins: Sequence[Twin]) -> list[Twin]:
    """Twins without those a person said are none."""
    apart = {
        other_of(word, invoice) for word in work.steps.words(invoice) if word.said is Said.APART
    }
    return [twin for twin in twins if invoice_id(twin.document, twin.index) not in apart]


def other_of(word: Word, invoice: str) -> str:
    """The other one of the two a word is about."""
    return word.other_id if word.invoice_id == invoice else word.invoice_id


def _heeding(work: Work, own: str, twins: list[Twin]) -> list[Twin]:
    words = {other_of(word, own): word for word in work.steps.words(own)}
    left = [twin for twin in twins if invoice_id(twin.document, twin.index) not in words]
    for other, word in words.items():
        if word.said is Said.SAME and word.invoice_id == own:
            left += _rendition(work, other, twins)
    return left


def _rendition(work: Work, other: str, twins: Sequence[Twin]) -> list[Twin]:
    """The other as the invoice that this one shows once more."""
    found = [twin for twin in twins if invoice_id(twin.document, twin.index) == other]
    if found:
        said = {"relation": Relation.RENDITION, "by_other": False}
        return [found[0].model_copy(update=said)]
    main = work.reviews.get(other)
    if main is None:
        return []
    twin = Twin(
        where=main.file,
        document=main.document_sha256,
        index=main.index,
        relation=Relation.RENDITION,
        since=main.received_at,
    )
    return [twin]


def _since(specimen: Specimen) -> tuple[float, str, int]:
    at = specimen.since.timestamp() if specimen.since else float("inf")
    return (at, specimen.document, specimen.index)


def _claim_anew(
    work: Work, review: Review, changed: tuple[Specimen, DuplicateVerdict], now: datetime.datetime
) -> None:
    """Claims and links of the document's invoices, the changed one among them."""
    document = review.document_sha256
    count = len(work.invoices.of(document))
    every = [
        changed
        if index == review.index
        else _as_kept(work, specimen_of(work, document, index, review.file))
        for index in range(count)
    ]
    work.duplicates.forget(document)
    for specimen, verdict in every:
        work.duplicates.claim(specimen, duplicates.keys_of(specimen.invoice), now)
        bands = duplicates.lookup_of(specimen).bands
        work.duplicates.keep(specimen, bands, verdict, now)


def _as_kept(work: Work, specimen: Specimen) -> tuple[Specimen, DuplicateVerdict]:
    return specimen, verdict_on(work, specimen, before=specimen.invoice)
