"""What was read in several places about one invoice, held against each other and made one."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from models.forms import Form
from models.invoice import Candidate, Evidence, Extra, FieldName, Invoice, LineItem
from models.original import StructureProblem
from models.page import FileKind, Source
from models.text import squash
from ocr.forms.business import continued_details
from ocr.resolve.calibration import calibrated
from ocr.resolve.evidence import CONTESTED
from ocr.resolve.identity import borne_out
from ocr.structure import Statement, statement_invoice

_EXACT = frozenset({Source.XML, Source.XBRL, Source.OFD, Source.PDF_TEXT})
_SURE = 0.9
"""A reading by sight less sure than this contradicts nothing; it is kept as a candidate."""
_NAMES = frozenset({FieldName.BUYER_NAME, FieldName.SELLER_NAME})
_MONEY = (FieldName.AMOUNT, FieldName.TAX, FieldName.TOTAL)
_TRUST = {FileKind.XML: 3, FileKind.OFD: 2, FileKind.PDF: 1}


def settle(shown: Sequence[Invoice], statements: Sequence[Statement]) -> list[Invoice]:
    """The invoices of a file: those its pages show, with what its structured data states.

    A statement belongs to the page invoice of its number. Where one of each is left they belong
    together whatever their numbers: then one of the two is wrong, and that is what has to be
    said. A statement no page shows is an invoice too, if it is a whole one. Here the evidence of
    a file is final, and its confidences become probabilities.
    """
    left = list(statements)
    partner: dict[int, Statement] = {}
    for at, invoice in enumerate(shown):
        match = next((one for one in left if one.number and one.number == invoice.number), None)
        if match is not None:
            left.remove(match)
            partner[at] = match
    alone = [at for at in range(len(shown)) if at not in partner]
    if len(alone) == len(left) == 1:
        partner[alone[0]] = left.pop()
    settled = [
        _stated_and_shown(partner[at], invoice) if at in partner else invoice
        for at, invoice in enumerate(shown)
    ]
    settled += [_unshown(one) for one in left if one.is_whole or _stands_alone(one, shown)]
    return [calibrated(borne_out(invoice)) for invoice in settled]


def _stands_alone(statement: Statement, shown: Sequence[Invoice]) -> bool:
    """Whether part of an invoice's data is all there is of it, and says at least which it is."""
    return not shown and {FieldName.NUMBER, FieldName.TOTAL} <= statement.values.keys()


def _unshown(statement: Statement) -> Invoice:
    invoice = statement_invoice(statement)
    return invoice.model_copy(update={"page": None, "problems": statement.problems})


def _stated_and_shown(statement: Statement, shown: Invoice) -> Invoice:
    stated = statement_invoice(statement)
    problems = list(statement.problems)
    form = stated.form or shown.form
    if stated.form and shown.form and _other_form(stated.form, shown.form):
        text = f"{stated.form.value} / {shown.form.value}"
        problems.append(StructureProblem(code="forms_differ", where="print", text=text))
    merged = held_against(stated.model_copy(update={"form": form}), shown, "print")
    return merged.model_copy(
        update={"page": shown.page, "region": shown.region, "problems": tuple(problems)}
    )


def _other_form(stated: Form, shown: Form) -> bool:
    """Whether print and data name different forms; 专 and 普 are never the same."""
    return stated is not shown and stated.is_special != shown.is_special


def held_against(ours: Invoice, other: Invoice, check: str) -> Invoice:
    """`ours`, each field confirmed by `check` where `other` says the same.

    Where it says something else and can be believed, the field is contested; what only `other`
    has is taken over. Boxes are those of `other` where `ours` has none.
    """
    fields = dict(other.fields)
    for name, evidence in ours.fields.items():
        theirs = other.fields.get(name)
        fields[name] = _held(name, evidence, theirs, check) if theirs else evidence
    return Invoice.from_evidence(
        ours.form or other.form,
        {name: fields[name] for name in FieldName if name in fields},
        page=ours.page,
        region=ours.region,
        items=_lines(ours.items, other.items),
        extra=_extra(ours.extra, other.extra),
    ).model_copy(
        update={
            "problems": (*ours.problems, *other.problems),
            "signatures": (*ours.signatures, *other.signatures),
        }
    )


def _lines(ours: tuple[LineItem, ...], other: tuple[LineItem, ...]) -> tuple[LineItem, ...]:
    """Our lines, cells they lack filled in where both sides have the same amounts."""
    if not ours or [item.amount for item in ours] != [item.amount for item in other]:
        return ours or other
    return tuple(
        mine.model_copy(
            update={
                name: value
                for name in LineItem.model_fields
                if getattr(mine, name) is None and (value := getattr(theirs, name)) is not None
            }
        )
        for mine, theirs in zip(ours, other, strict=True)
    )


def _held(name: FieldName, ours: Evidence, theirs: Evidence, check: str) -> Evidence:
    place = {} if ours.box else {"page": theirs.page, "box": theirs.box}
    if ours.value == theirs.value and theirs.confidence > CONTESTED:
        confirmed = (*ours.confirmed_by, check, *theirs.confirmed_by)
        if ours.confidence <= CONTESTED:
            confirmed = ours.confirmed_by
        return ours.model_copy(update=place | {"confirmed_by": tuple(dict.fromkeys(confirmed))})
    own = () if ours.value == theirs.value else (_candidate(theirs),)
    candidates = (*ours.candidates, *own, *theirs.candidates)
    update: dict[str, Any] = place | {"candidates": candidates}
    if _contradicts(name, ours, theirs):
        update |= {"confidence": CONTESTED, "confirmed_by": ()}
    return ours.model_copy(update=update)


def _contradicts(name: FieldName, ours: Evidence, theirs: Evidence) -> bool:
    """Whether a different reading must be believed enough to doubt ours."""
    if ours.value == theirs.value:
        # the print contradicts itself: one of its readings says something else
        return any(_believable(other) and other.value != ours.value for other in theirs.candidates)
    if name in _NAMES and squash(theirs.value) in squash(ours.value):
        return False  # a name cut off at the edge of its cell
    return _believable(theirs) or bool(theirs.confirmed_by)


def _believable(reading: Evidence | Candidate) -> bool:
    """Whether a reading is more than a guess by sight."""
    return reading.source in _EXACT or _as_read(reading) >= _SURE


def _as_read(reading: Evidence | Candidate) -> float:
    """How surely the characters were read; calibration may have left that to a candidate."""
    others = reading.candidates if isinstance(reading, Evidence) else ()
    own = (other.confidence for other in others if other.value == reading.value)
    return max(reading.confidence, *own, 0.0)


def _candidate(evidence: Evidence) -> Candidate:
    return Candidate(
        value=evidence.value,
        raw=evidence.raw,
        source=evidence.source,
        confidence=evidence.confidence,
        page=evidence.page,
        box=evidence.box,
    )


def _extra(ours: Extra, other: Extra) -> Extra:
    """Each value from ours, else from the other; the QR is that of the print where it has one."""
    values = {name: getattr(ours, name) for name in Extra.model_fields}
    for name, value in values.items():
        if value in (None, ()):
            values[name] = getattr(other, name)
    if other.qr:
        values |= {"qr": other.qr, "qr_crc": other.qr_crc}
    return Extra(**values)


def join_pages(invoices: Iterable[Invoice]) -> list[Invoice]:
    """Pages on end that show one number are one invoice, unless each has a total of its own.

    The header is that of the first page, the sums those of the page that prints them; two pages
    with the capital amount on both are two copies and stay two.
    """
    joined: list[Invoice] = []
    for invoice in invoices:
        last = joined[-1] if joined else None
        if last is not None and _goes_on(last, invoice):
            joined[-1] = _continued(last, invoice)
        else:
            joined.append(invoice)
    return joined


def _goes_on(first: Invoice, second: Invoice) -> bool:
    """Whether a page goes on with the invoice of the last; two on one page are two copies."""
    if not first.key or first.key != second.key or first.page == second.page:
        return False
    return not (first.extra.total_in_words and second.extra.total_in_words)


def _continued(first: Invoice, second: Invoice) -> Invoice:
    """An invoice that goes on on a second page."""
    fields = dict(second.fields) | dict(first.fields)
    sums = second if second.extra.total_in_words else first
    for name in _MONEY:
        evidence = sums.fields.get(name)
        if evidence is not None:
            fields[name] = evidence
        elif sums.extra.total_in_words:
            # what a page without sums gives is part of them at best
            fields.pop(name, None)
    items = (*first.items, *second.items)
    details = continued_details(first.extra.details, second.extra.details, len(first.items))
    whole = Invoice.from_evidence(
        first.form or second.form,
        {name: fields[name] for name in FieldName if name in fields},
        page=first.page,
        region=first.region,
        items=items,
        extra=_extra(first.extra, second.extra).model_copy(update={"details": details}),
    )
    return _lines_confirm(whole)


def _lines_confirm(invoice: Invoice) -> Invoice:
    """The sums borne out by the lines of all pages together, which no page could tell alone."""
    amounts = [item.amount for item in invoice.items]
    evidence = invoice.fields.get(FieldName.AMOUNT)
    if not amounts or None in amounts or evidence is None:
        return invoice
    if sum((amount for amount in amounts if amount is not None), Decimal(0)) != invoice.amount:
        return invoice
    confirmed = tuple(dict.fromkeys((*evidence.confirmed_by, "lines")))
    fields = invoice.fields | {
        FieldName.AMOUNT: evidence.model_copy(update={"confirmed_by": confirmed})
    }
    return invoice.model_copy(update={"fields": fields})


def unite(found: Sequence[tuple[FileKind, Invoice]]) -> list[Invoice]:
    """One invoice where an archive or mail holds it in several formats, each held to the others.

    Two of the same format are left apart: whether they are copies is for the rules to say.
    """
    united: list[tuple[set[FileKind], Invoice]] = []
    for kind, invoice in sorted(found, key=lambda pair: -_TRUST.get(pair[0], 0)):
        at = next(
            (
                at
                for at, (kinds, known) in enumerate(united)
                if invoice.key and known.key == invoice.key and kind not in kinds
            ),
            None,
        )
        if at is None:
            united.append(({kind}, invoice))
        else:
            kinds, known = united[at]
            united[at] = (kinds | {kind}, _same_invoice(known, invoice))
    return sorted((invoice for _, invoice in united), key=_position)


def _same_invoice(ours: Invoice, other: Invoice) -> Invoice:
    merged = held_against(ours, other, "other_copy")
    if ours.page is not None:
        return merged
    return merged.model_copy(update={"page": other.page, "region": other.region})


def _position(invoice: Invoice) -> tuple[int, float]:
    """Top to bottom through the file; what has no page comes last."""
    top = invoice.region.y0 if invoice.region else 0.0
    return (10**9 if invoice.page is None else invoice.page, top)
