"""The other invoices that are the same as one, or look it, laid beside it."""

import datetime
from typing import Any, NamedTuple

from models.duplicate import Relation, Twin
from models.invoice import FieldName, Invoice
from piaohe.access import Permission, Viewer
from piaohe.report import words as called
from piaohe.store import Work
from piaohe.store.invoices import invoice_id
from piaohe.store.reviews import Review
from piaohe.store.steps import Said
from piaohe.web.review import judging
from piaohe.web.review.corrections import shown
from piaohe.web.words import say

MOST_SHOWN = 12
_FOLDED = str.maketrans("（）", "()")


class Side(NamedTuple):
    """A field of both: what it is called, what each says, whether that differs."""

    name: str
    label: str
    ours: str
    theirs: str
    differs: bool


class ShownTwin(NamedTuple):
    """Another invoice beside ours. `review` is None where the reader may not see it, or where it
    is the very same file once more; `said` is what a person said of the two."""

    relation: str
    sentence: str
    where: str
    since: datetime.datetime | None
    review: Review | None
    sides: tuple[Side, ...] = ()
    said: str | None = None

    @property
    def differing(self) -> int:
        """How many fields differ."""
        return sum(side.differs for side in self.sides)

    @property
    def picture(self) -> str:
        """Where size and picture of its page are; empty where no page shows it."""
        page = self.review.invoice.page if self.review else None
        if self.review is None or page is None:
            return ""
        return f"/v1/documents/{self.review.document_sha256}/pages/{page}"

    def as_json(self) -> dict[str, Any]:
        return {
            "relation": self.relation,
            "sentence": self.sentence,
            "since": self.since.isoformat() if self.since else None,
            "invoice": self.review.id if self.review else None,
            "said": self.said,
            "picture": self.picture or None,
            "fields": {
                side.name: {"ours": side.ours, "theirs": side.theirs, "differs": side.differs}
                for side in self.sides
            },
        }


def twins_of(work: Work, viewer: Viewer, review: Review, lang: str) -> list[ShownTwin]:
    """What is known of an invoice's duplicates, those a person said are none left out."""
    verdict = work.duplicates.verdict(review.document_sha256, review.index)
    words = {judging.other_of(word, review.id): word for word in work.steps.words(review.id)}
    found: list[ShownTwin] = []
    seen: set[str] = set()
    for twin in judging.heeded(work, review.id, verdict.twins):
        other = invoice_id(twin.document, twin.index)
        if other not in seen or twin.relation is Relation.SAME_FILE:
            seen.add(other)
            word = words.get(other)
            found.append(_shown(work, viewer, review, twin, (lang, word.said if word else None)))
    for other, word in words.items():
        main = work.reviews.get(other)
        if word.said is Said.SAME and other not in seen and main is not None:
            found.append(_shown(work, viewer, review, _said_twin(main), (lang, word.said)))
    return found[:MOST_SHOWN]


def _said_twin(main: Review) -> Twin:
    return Twin(
        where=main.file,
        document=main.document_sha256,
        index=main.index,
        relation=Relation.RENDITION,
        since=main.received_at,
    )


def _shown(
    work: Work, viewer: Viewer, review: Review, twin: Twin, told: tuple[str, Said | None]
) -> ShownTwin:
    lang, said = told
    relation = Relation.RENDITION if said is Said.SAME else twin.relation
    other = None
    if twin.relation is not Relation.SAME_FILE:
        other = work.reviews.get(invoice_id(twin.document, twin.index))
    if other is not None and not _may_see(work, viewer, other):
        other = None
    return ShownTwin(
        relation=relation.value,
        sentence=_sentence(review, twin, relation, lang),
        where=twin.where if other or twin.relation is Relation.SAME_FILE else "",
        since=twin.since,
        review=other,
        sides=tuple(sides(review.invoice, other.invoice, lang)) if other else (),
        said=said.value if said else None,
    )


def _sentence(review: Review, twin: Twin, relation: Relation, lang: str) -> str:
    if relation is Relation.SAME_INVOICE and twin.by_other:
        return say("twin.by_other", lang)
    later = twin.since is not None and twin.since > review.received_at
    if relation is Relation.SAME_INVOICE and later:
        return say("twin.later", lang)
    return say(f"twin.{relation.value}", lang)


def _may_see(work: Work, viewer: Viewer, review: Review) -> bool:
    every = Permission.DOCUMENTS_ALL in viewer.may
    return every or work.uploads.owns(viewer.id, review.document_sha256)


def sides(ours: Invoice, theirs: Invoice, lang: str) -> list[Side]:
    """The fields one of the two has, with what each says."""
    found = []
    for name in FieldName:
        mine, its = shown(ours, name), shown(theirs, name)
        if mine or its:
            label = called.FIELDS[name].say(lang)
            found.append(Side(name.value, label, mine, its, _plain(mine) != _plain(its)))
    return found


def _plain(text: str) -> str:
    return text.translate(_FOLDED).casefold()
