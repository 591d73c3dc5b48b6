"""Two invoices held against each other: what they are to each other, and what shows it."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from rapidfuzz.distance import Levenshtein

from models.duplicate import DuplicateVerdict, Likeness, Print, Relation, Specimen, Twin
from models.forms import Form
from models.invoice import FieldName, Invoice
from models.page import Source
from models.text import same_name
from validate.duplicates import figures
from validate.duplicates.keys import (
    bare,
    deal_of,
    digits_like,
    keys_of,
    lines_of,
    names_one_of_a_kind,
    near_numbers,
    particulars_of,
)

MOST_TWINS = 20
_SURE = 0.8
"""A field read with less contradicts nothing."""
_ALIKE = 0.75
"""So much of the figures on two pictures of one paper is read the same; of two papers of one
seller it is less (docs: measured on drawn tickets)."""
_FIGURES, _CHARACTERS = 3, 16
"""Fewer figures in common, of four characters or more, prove nothing."""
_SERIAL = 8
"""Characters of the shortest number that is told from the next by itself."""
_PARTICULARS = 3
_LINES_ONLY = frozenset({Form.QUOTA, Form.TOLL_PAPER})
"""Forms of fixed prices, often without a date: only a number tells one ticket from the next."""


def judge(ours: Specimen, others: Iterable[Specimen]) -> DuplicateVerdict:
    """Everything that is known of an invoice's duplicates, given those that may be any.

    One that is given several times, because it was found in several ways, counts as it came first.
    """
    each: dict[tuple[str, int], Specimen] = {}
    for other in others:
        each.setdefault((other.document, other.index), other)
    found = [twin for other in each.values() if (twin := compare(ours, other)) is not None]
    return DuplicateVerdict.of(DuplicateVerdict.of(found).twins[:MOST_TWINS])


def compare(ours: Specimen, theirs: Specimen) -> Twin | None:
    """What another invoice, known before ours, is to ours; None where they are two.

    By key: the same invoice, or a rendition of it. Else the same paper or an altered number,
    where the business is the same or the papers show the same figures. Symmetric but for `where`,
    `since` and `by`, which are the other's.
    """
    if (ours.document, ours.index) == (theirs.document, theirs.index):
        return None
    mine, its = keys_of(ours.invoice), keys_of(theirs.invoice)
    both = tuple(key for key in mine if key in its)
    if both:
        return _same(ours, theirs, both)
    evidence = _one_business(ours, theirs) or _one_paper(ours, theirs)
    if not evidence:
        return None
    relation = Relation.ALTERED_NUMBER if mine and its else Relation.SAME_PAPER
    return _twin(ours, theirs, relation, (), evidence)


def _same(ours: Specimen, theirs: Specimen, keys: tuple[str, ...]) -> Twin:
    equal = tuple(Likeness(what="key", ours=key, theirs=key, score=1) for key in keys)
    differing = tuple(_contradictions(ours.invoice, theirs.invoice))
    shapes = (ours.shape, theirs.shape)
    rendition = None not in shapes and shapes[0] != shapes[1] and not differing
    if rendition and not _by_another(ours, theirs):
        return _twin(ours, theirs, Relation.RENDITION, keys, (*equal, _shapes(ours, theirs)))
    return _twin(ours, theirs, Relation.SAME_INVOICE, keys, (*equal, *differing))


def _twin(
    ours: Specimen,
    theirs: Specimen,
    relation: Relation,
    keys: tuple[str, ...],
    evidence: tuple[Likeness, ...],
) -> Twin:
    return Twin(
        where=theirs.where,
        document=theirs.document,
        index=theirs.index,
        relation=relation,
        since=theirs.since,
        by=theirs.by,
        by_other=_by_another(ours, theirs),
        keys=keys,
        evidence=evidence,
    )


def _by_another(ours: Specimen, theirs: Specimen) -> bool:
    """Whether both are known to be handed in by different people."""
    return bool(ours.by and theirs.by) and ours.by != theirs.by


def _shapes(ours: Specimen, theirs: Specimen) -> Likeness:
    one, other = ours.shape, theirs.shape
    return Likeness(what="shape", ours=one and one.value, theirs=other and other.value, score=0)


def _contradictions(ours: Invoice, theirs: Invoice) -> Iterator[Likeness]:
    """Where two invoices surely say different things of date, sum or seller."""
    for name in (FieldName.DATE, FieldName.TOTAL, FieldName.SELLER_TAX_ID):
        one, other = getattr(ours, name.value), getattr(theirs, name.value)
        if one is None or other is None or _equal(one, other):
            continue
        if _sure(ours, name) and _sure(theirs, name):
            yield Likeness(what=name.value, ours=_text(one), theirs=_text(other), score=0)


def _sure(invoice: Invoice, name: FieldName) -> bool:
    """Whether a value can contradict another: a reading by sight only where a check bears it out,
    or a photo of a PDF, one digit misread, would be a second invoice."""
    evidence = invoice.fields.get(name)
    if evidence is None:
        return True
    borne_out = evidence.source is not Source.OCR or bool(evidence.confirmed_by)
    return borne_out and evidence.confidence >= _SURE


def _one_business(ours: Specimen, theirs: Specimen) -> tuple[Likeness, ...]:
    """What shows that two invoices under different numbers are about one deal, if they are."""
    one, other = ours.invoice, theirs.invoice
    if not _same_day_and_sum(one, other):
        return ()
    seller, trip = _seller(one, other), _trip(one, other)
    if trip is None or (seller is None and not trip):
        return ()
    deal = (*_agreeing(one, other), *(seller or ()), *trip)
    near = near_numbers(one.number, other.number) and bare(one.code) == bare(other.code)
    if near:
        number = Likeness(what="number", ours=one.number, theirs=other.number, score=0.9)
        return (*deal, number)
    if trip:
        return deal
    lines = lines_of(one)
    if lines and lines == lines_of(other):
        names = "; ".join(name for name, _, _ in lines)[:80]
        return (*deal, Likeness(what="items", ours=names, theirs=names, score=1))
    return ()


def _same_day_and_sum(one: Invoice, other: Invoice) -> bool:
    if one.form in _LINES_ONLY or other.form in _LINES_ONLY or one.type != other.type:
        return False
    deal = deal_of(one)
    return deal is not None and deal == deal_of(other)


def _agreeing(one: Invoice, other: Invoice) -> tuple[Likeness, ...]:
    return tuple(
        Likeness(
            what=name, ours=_text(getattr(one, name)), theirs=_text(getattr(other, name)), score=1
        )
        for name in ("date", "total")
    )


def _seller(one: Invoice, other: Invoice) -> tuple[Likeness, ...] | None:
    """That both name one seller; None where one names none, or another."""
    ids = (bare(one.seller_tax_id), bare(other.seller_tax_id))
    if all(ids):
        same = ids[0] == ids[1]
    else:
        same = same_name(one.seller_name or None, other.seller_name or None)
    if not same:
        return None
    names = (one.seller_name or one.seller_tax_id, other.seller_name or other.seller_tax_id)
    return (Likeness(what="seller", ours=names[0], theirs=names[1], score=1),)


def _trip(one: Invoice, other: Invoice) -> tuple[Likeness, ...] | None:
    """The particulars two tickets share, where they make them one; None where one differs."""
    ours, theirs = particulars_of(one), particulars_of(other)
    common = set(ours) & set(theirs)
    for name in common:
        if Levenshtein.distance(ours[name], theirs[name]) > (len(ours[name]) >= 6):
            return None
    equal = {name for name in common if ours[name] == theirs[name]}
    if len(equal) < _PARTICULARS or not names_one_of_a_kind(equal):
        return ()
    return tuple(
        Likeness(what=name, ours=ours[name], theirs=theirs[name], score=1) for name in sorted(equal)
    )


def _one_paper(ours: Specimen, theirs: Specimen) -> tuple[Likeness, ...]:
    """What shows that two pictures are of one paper, one of which has no sure number."""
    if not ours.print or not theirs.print or ours.invoice.type != theirs.invoice.type:
        return ()
    if _surely_two(ours, theirs):
        return ()
    return _one_serial(ours, theirs) or _one_print(ours.print, theirs.print)


def _one_serial(ours: Specimen, theirs: Specimen) -> tuple[Likeness, ...]:
    """That the number of one stands on the other, whose own was not read for sure, under one code.

    Fixed-price tickets print little more than code and number: nothing else would tell them.
    """
    code = _one_code(ours, theirs) or _one_code(theirs, ours)
    number = _one_number(ours, theirs) if code else None
    if code is None or number is None or _is_of_a_day(number):
        return ()
    return (
        Likeness(what="code", ours=code, theirs=code, score=1),
        Likeness(what="figures", ours=number, theirs=number, score=1),
    )


def _one_number(ours: Specimen, theirs: Specimen) -> str | None:
    """The number read on both; else that of one which stands on the other; else, of tickets that
    print no other figure as long, the one that stands on both."""
    one, other = _sure_number(ours.invoice), _sure_number(theirs.invoice)
    if one and other:
        return one if one == other else None
    known, seen = (one, theirs) if one else (other, ours)
    if known:
        return known if _stands_on(known, seen.print) else None
    if ours.invoice.form is not Form.QUOTA or not ours.print or not theirs.print:
        return None
    both = [each for each in ours.print.figures if each in theirs.print.figures]
    return next((each for each in both if len(each) == _SERIAL), None)


def _sure_number(invoice: Invoice) -> str | None:
    """The number in comparable form; None where it was not read for sure, or is too short."""
    number = digits_like(bare(invoice.number))
    sure = len(number) >= _SERIAL and invoice.confidence(FieldName.NUMBER) >= _SURE
    return number if sure else None


def _is_of_a_day(number: str) -> bool:
    """Whether a number may as well be a date, which many tickets share."""
    return len(number) == _SERIAL and number.startswith(("19", "20")) and number[4:6] <= "12"


def _one_code(one: Specimen, other: Specimen) -> str | None:
    """The code both have, or that of one which stands on the other."""
    code, theirs = bare(one.invoice.code), bare(other.invoice.code)
    if not code:
        return None
    if theirs:
        return code if code == theirs else None
    seen = other.print.figures if other.print else ()
    return code if figures.shared((digits_like(code),), seen) else None


def _surely_two(ours: Specimen, theirs: Specimen) -> bool:
    """Whether the numbers of two invoices are known well enough to be of two."""
    one, other = ours.invoice, theirs.invoice
    if any(_contradictions(one, other)):
        return True
    if not one.number or not other.number or near_numbers(one.number, other.number):
        return False
    if _stands_on(one.number, theirs.print) and _stands_on(other.number, ours.print):
        # both stand on both: one of them was taken for the number by mistake
        return False
    sure = (each.confidence(FieldName.NUMBER) >= _SURE for each in (one, other))
    return all(sure) and bare(one.number) != bare(other.number)


def _stands_on(number: str, seen: Print | None) -> bool:
    return seen is not None and digits_like(bare(number)) in seen.figures


def _one_print(ours: Print, theirs: Print) -> tuple[Likeness, ...]:
    # a figure that is one character off speaks for one paper only beside others that are not
    both = figures.exactly_shared(ours.figures, theirs.figures)
    common = [each for each in both if len(each) >= 4]
    if len(common) < _FIGURES or sum(map(len, common)) < _CHARACTERS:
        return ()
    score = figures.alike(ours.figures, theirs.figures)
    if score < _ALIKE:
        return ()
    shown = " ".join(common)[:80]
    return (Likeness(what="figures", ours=shown, theirs=shown, score=round(score, 3)),)


def _equal(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return bare(one) == bare(other)
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        # a NaN may signal, and equals nothing
        return one.is_finite() and other.is_finite() and one == other
    return one == other


def _text(value: object) -> str:
    return str(value)[:80]
