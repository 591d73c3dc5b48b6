"""From the words and codes of a page to its invoices: what was seen is gathered, then decided."""

from dataclasses import dataclass, replace
from decimal import Decimal

from models.forms import Form
from models.geometry import Box
from models.invoice import Evidence, Extra, FieldName, Invoice, LineItem
from models.page import Code, Page
from models.sight import Sight
from models.taxqr import TaxQr, parse_tax_qr
from ocr.extract.amounts import Amounts, find_amounts
from ocr.extract.footer import find_footer
from ocr.extract.header import (
    find_check_codes,
    find_codes,
    find_dates,
    find_machine_no,
    find_numbers,
)
from ocr.extract.items import find_items, is_list_note, line_sums
from ocr.extract.parties import Party, find_buyer, find_parties
from ocr.extract.sheet import Seen, Sheet
from ocr.form import find_form, find_non_invoice
from ocr.forms import READERS, Case, FormReading
from ocr.resolve.evidence import Verdict
from ocr.resolve.identity import decide_identity, qr_reading
from ocr.resolve.money import Witnesses, decide_money
from ocr.resolve.parties import decide_name, decide_tax_id
from ocr.split import cuts
from ocr.wholeness import missing_labels
from ocr.words import Word

_MOST_WORDS = 3000


@dataclass(frozen=True, slots=True)
class Part:
    """The words and the tax QR of one invoice on a page; `form` is what it looks like, for where
    nothing printed tells."""

    words: tuple[Word, ...]
    code: Code | None
    qr: TaxQr | None
    form: Form | None = None


def find_invoices(
    page: Page,
    words: tuple[Word, ...],
    codes: tuple[Code, ...],
    *,
    split: bool = True,
    form: Form | None = None,
) -> list[Invoice]:
    """The invoices among a page's words, from top to bottom; empty where there is none.

    With `split` several on one sheet are told apart by what is printed, else by their codes only.
    `form` is what the page looks like, taken where nothing printed on it tells.

    A page crowded beyond anything an invoice can be holds none: words are compared in pairs, and
    a hostile page must not take minutes.
    """
    if len(words) > _MOST_WORDS:
        return []
    found: list[Invoice] = []
    for one_of_them in _parts(words, codes):
        part = replace(one_of_them, form=form)
        several = _several(page, part) if split else []
        one = None if several else _invoice(page, part)
        found += several or ([one] if one else [])
    return found


def _several(page: Page, part: Part) -> list[Invoice]:
    """The invoices of a part that shows more than one, empty where it does not.

    Whether it does, and where to cut, is told by the result: each side must be an invoice by
    itself, and another than that of the other side. A form torn in two does not give that; of
    the cuts that do, the one with which most is read is right, and its sides may be cut again.
    """
    best: list[tuple[Part, Invoice]] = []
    for sides in cuts(part.words):
        parts = [_side(part, words) for words in sides]
        found = [(one, invoice) for one in parts if (invoice := _invoice(page, one))]
        numbers = {invoice.number for _, invoice in found if invoice.total is not None}
        if None not in numbers and len(numbers) == 2:
            best = max(best, found, key=_much)
    return [each for one, invoice in best for each in _several(page, one) or [invoice]]


def _side(part: Part, words: tuple[Word, ...]) -> Part:
    """Some of the words of a part, with its code where that stands among them."""
    code = part.code if part.code and _is_among(part.code, words) else None
    return Part(words, code, part.qr if code else None)


def _much(found: list[tuple[Part, Invoice]]) -> int:
    """How much was read, and confirmed."""
    evidence = [each for _, invoice in found for each in invoice.fields.values()]
    return len(evidence) + sum(bool(each.confirmed_by) for each in evidence)


def _is_among(code: Code, words: tuple[Word, ...]) -> bool:
    around = Box.enclosing(word.place for word in words).grown(code.box.height)
    return around.x0 <= code.box.cx <= around.x1 and around.y0 <= code.box.cy <= around.y1


def _parts(words: tuple[Word, ...], codes: tuple[Code, ...]) -> list[Part]:
    """The page cut above each tax QR but the first: every form has its code at its top left."""
    tax = [(code, qr) for code in codes if (qr := parse_tax_qr(code.payload)) is not None]
    distinct: dict[tuple[str | None, str | None], tuple[Code, TaxQr]] = {}
    for code, qr in sorted(tax, key=lambda pair: pair[0].box.y0):
        distinct.setdefault((qr.code, qr.number), (code, qr))
    if not distinct:
        return [Part(words, codes[0] if codes else None, None)]
    found = list(distinct.values())
    cuts = [float("-inf")]
    cuts += [code.box.y0 - 0.6 * code.box.height for code, _ in found[1:]]
    cuts.append(float("inf"))
    return [
        Part(
            tuple(word for word in words if cuts[index] <= word.place.cy < cuts[index + 1]),
            code,
            qr,
        )
        for index, (code, qr) in enumerate(found)
    ]


def _invoice(page: Page, part: Part) -> Invoice | None:
    """The invoice a part of a page shows, or None where it shows none."""
    sheet = Sheet.of(part.words)
    amounts = find_amounts(sheet)
    codes, numbers = find_codes(sheet), find_numbers(sheet)
    found_codes, found_numbers = [seen.value for seen in codes], [seen.value for seen in numbers]
    form = find_form(part.words, part.qr, found_codes, found_numbers) or part.form
    aside = find_non_invoice(part.words)
    if aside == "sales_list" and amounts.capital is None and part.qr is None:
        return None
    items = find_items(sheet)
    verdicts = _identity(form, part, codes, numbers, sheet)
    verdicts |= decide_money(amounts, _witnesses(amounts, part.qr, items))
    verdicts |= _parties(form, sheet)
    known = verdicts.keys() & {FieldName.NUMBER, FieldName.DATE, FieldName.TOTAL}
    if not (form or (not aside and FieldName.NUMBER in known and len(known) >= 2)):
        return None
    extra = _extra(sheet, part, amounts, verdicts, numbers)
    found = FormReading(verdicts, items, extra)
    if form is not None and form in READERS:
        case = Case(form, part.words, sheet, verdicts, items, extra, part.code, part.qr)
        found = READERS[form](case)
    if aside and not found.verdicts.keys() & {FieldName.NUMBER, FieldName.TOTAL}:
        return None  # it only speaks of invoices, as a contract or a list of rides may
    fields: dict[FieldName, Evidence] = {
        name: found.verdicts[name].evidence(page.index)
        for name in FieldName
        if name in found.verdicts and not _nothing_paid(name, found.verdicts[name])
    }
    invoice = Invoice.from_evidence(
        form,
        fields,
        page=page.index,
        region=_region(page, part),
        items=found.items,
        extra=found.extra,
    )
    return invoice.model_copy(update={"sight": _sight(form, part)})


def _sight(form: Form | None, part: Part) -> Sight:
    """What the words show besides the fields; where they name no form, that they do not offer an
    invoice to be fetched, for such a page is none."""
    labels = missing_labels(form, part.words)
    return Sight(missing_labels=labels, claim_words=() if form is None else None)


def _nothing_paid(name: FieldName, verdict: Verdict) -> bool:
    """Whether a total is zero: no invoice is for nothing, but a figure half covered may end so."""
    return name is FieldName.TOTAL and Decimal(verdict.winner.value) == 0


def _identity(
    form: Form | None, part: Part, codes: list[Seen], numbers: list[Seen], sheet: Sheet
) -> dict[FieldName, Verdict]:
    """Code, number, date and check code, each held against the QR."""
    qr, code = part.qr, part.code
    length = 20 if form and (form.is_digital or form.is_digital_paper) else 0
    length = 8 if form and form.is_tax_control else length
    fitting = [seen for seen in numbers if not length or len(seen.value) == length]
    if form is not None and form.is_digital:
        codes = []
    pairs = {
        FieldName.CODE: (codes, qr.code if qr else None),
        FieldName.NUMBER: (fitting, qr.number if qr else None),
        FieldName.DATE: (find_dates(sheet), qr.date.isoformat() if qr and qr.date else None),
        FieldName.CHECK_CODE: (find_check_codes(sheet), qr.check_code if qr else None),
    }
    verdicts = {}
    for name, (readings, stated) in pairs.items():
        verdict = decide_identity(readings, qr_reading(qr, code, stated))
        if verdict is not None:
            verdicts[name] = verdict
    return verdicts


def _witnesses(amounts: Amounts, qr: TaxQr | None, items: tuple[LineItem, ...]) -> Witnesses:
    listed = bool(items) and not any(is_list_note(item) for item in items)
    sums = line_sums(items) if listed else None
    return Witnesses(
        capital=Decimal(amounts.capital.value) if amounts.capital else None,
        qr=qr.amount if qr else None,
        qr_is_total=qr.amount_is_total if qr else None,
        line_amounts=sums[0] if sums else None,
        line_taxes=sums[1] if sums else None,
    )


def _parties(form: Form | None, sheet: Sheet) -> dict[FieldName, Verdict]:
    """Names and ids of the parties, where the form's layout tells them apart."""
    if form is Form.RAIL_E:
        buyer, seller = find_buyer(sheet), Party()
    elif form is None or form.names_both_parties:
        buyer, seller = find_parties(sheet)
    else:
        return {}
    decided = {
        FieldName.BUYER_NAME: decide_name(buyer),
        FieldName.BUYER_TAX_ID: decide_tax_id(buyer),
        FieldName.SELLER_NAME: decide_name(seller),
        FieldName.SELLER_TAX_ID: decide_tax_id(seller),
    }
    return {name: verdict for name, verdict in decided.items() if verdict is not None}


def _extra(
    sheet: Sheet,
    part: Part,
    amounts: Amounts,
    verdicts: dict[FieldName, Verdict],
    numbers: list[Seen],
) -> Extra:
    number = verdicts.get(FieldName.NUMBER)
    other_prints = [
        seen.value
        for seen in numbers
        if number and len(seen.value) == 8 and seen.place != number.winner.place
    ]
    footer = find_footer(sheet)
    return Extra(
        total_in_words=amounts.capital_text,
        qr=part.code.payload if part.code else None,
        qr_crc=part.qr.crc.value if part.qr else None,
        machine_no=find_machine_no(sheet),
        remark=footer.remark,
        payee=footer.payee,
        reviewer=footer.reviewer,
        drawer=footer.drawer,
        second_number=other_prints[0] if other_prints else None,
    )


def _region(page: Page, part: Part) -> Box | None:
    """Where the invoice lies on the page, in page pixels: around all its words and its code."""
    places = [word.place for word in part.words]
    if part.code is not None:
        places.append(part.code.box)
    if not places:
        return None
    whole = Box(0, 0, page.width, page.height)
    return Box.enclosing(places).grown(0.01 * page.width).intersection(whole)
