"""Print and structured data of one invoice are held against each other, never silently merged."""

import pytest

from models.forms import Form
from models.geometry import Box
from models.invoice import Evidence, Extra, FieldName, Invoice, LineItem
from models.original import PartKind, StructuredPart
from models.page import FileKind, Source
from ocr.settle import join_pages, settle, unite
from ocr.structure import Statement, read_part
from tests.support.originals import BUYER, NUMBER, SELLER, digital

VALUES = {
    "number": NUMBER,
    "date": "2026-03-15",
    "amount": "10000.00",
    "tax": "600.00",
    "total": "10600.00",
    "buyer_name": BUYER[0],
    "buyer_tax_id": BUYER[1],
    "seller_name": SELLER[0],
    "seller_tax_id": SELLER[1],
}
BOX = Box(10, 20, 30, 40)


def shown(
    source: Source = Source.PDF_TEXT, confidence: float = 0.97, page: int = 0, **changes: str | None
) -> Invoice:
    """The invoice as its page shows it."""
    fields = {
        FieldName(name): Evidence(
            value=value, raw=value, source=source, confidence=confidence, page=page, box=BOX
        )
        for name, value in (VALUES | changes).items()
        if value is not None
    }
    return Invoice.from_evidence(Form.DZ_SPECIAL, fields, page=page, region=Box(0, 0, 99, 99))


def stated(xml: str | None = None) -> tuple[Statement, ...]:
    return read_part(StructuredPart(PartKind.XML, "", (xml or digital()).encode()))


def test_agreeing_print_confirms_and_gives_the_place() -> None:
    (invoice,) = settle([shown()], stated())
    for name in FieldName:
        if name in invoice.fields:
            evidence = invoice.fields[name]
            assert (evidence.source, evidence.confidence) == (Source.XML, 1.0), name
            assert evidence.box == BOX
            assert "print" in evidence.confirmed_by
    assert (invoice.page, invoice.region) == (0, Box(0, 0, 99, 99))
    assert len(invoice.items) == 1


@pytest.mark.parametrize("field", ["number", "date", "total", "buyer_tax_id", "seller_name"])
def test_a_print_that_says_something_else_contests_the_data(field: str) -> None:
    other = {"number": "26442000000087654322", "date": "2026-03-16"}.get(field, "99999.99")
    (invoice,) = settle([shown(**{field: other})], stated())
    evidence = invoice.fields[FieldName(field)]
    assert (evidence.value, evidence.confidence) == (VALUES[field], 0.5)
    assert evidence.confirmed_by == ()
    assert other in [candidate.value for candidate in evidence.candidates]


def test_an_unsure_reading_by_sight_contradicts_nothing() -> None:
    (invoice,) = settle([shown(Source.OCR, 0.7, total="10800.00")], stated())
    evidence = invoice.fields[FieldName.TOTAL]
    assert (evidence.value, evidence.confidence) == ("10600.00", 1.0)
    assert [candidate.value for candidate in evidence.candidates] == ["10800.00"]


def test_a_name_cut_off_in_its_cell_is_no_other_name() -> None:
    (invoice,) = settle([shown(seller_name=SELLER[0][:8])], stated())
    assert invoice.fields[FieldName.SELLER_NAME].confidence == 1.0


def test_what_only_the_print_has_is_kept() -> None:
    xml = digital(basic={"TotalTaxAm": ""})
    (invoice,) = settle([shown()], stated(xml))
    assert invoice.fields[FieldName.TAX].source is Source.PDF_TEXT


def test_print_of_the_other_kind_of_invoice_is_a_problem() -> None:
    normal = shown().model_copy(update={"form": Form.DZ_NORMAL})
    (invoice,) = settle([normal], stated())
    assert [problem.code for problem in invoice.problems] == ["forms_differ"]


def test_a_statement_finds_its_page_among_several() -> None:
    other = shown(number="26442000000011111111", page=0)
    found = settle([other, shown(page=1)], stated())
    assert [one.fields[FieldName.NUMBER].source for one in found] == [Source.PDF_TEXT, Source.XML]


def test_a_statement_without_a_page_is_an_invoice_of_its_own() -> None:
    others = [shown(number=f"2644200000001111111{i}", page=i) for i in range(2)]
    found = settle(others, stated())
    assert [one.page for one in found] == [0, 1, None]


@pytest.mark.parametrize(("kinds", "count"), [("pdf ofd", 1), ("pdf pdf", 2), ("xml pdf ofd", 1)])
def test_formats_of_one_invoice_are_united_copies_are_not(kinds: str, count: int) -> None:
    found = [(FileKind(kind), shown(page=at)) for at, kind in enumerate(kinds.split())]
    united = unite(found)
    assert len(united) == count
    if count == 1:
        assert "other_copy" in united[0].fields[FieldName.TOTAL].confirmed_by


def test_united_formats_that_differ_are_contested() -> None:
    (invoice,) = unite([(FileKind.OFD, shown()), (FileKind.PDF, shown(page=1, total="1.00"))])
    assert invoice.fields[FieldName.TOTAL].confidence == 0.5


def lines(*amounts: str) -> tuple[LineItem, ...]:
    return tuple(LineItem(name="*餐饮服务*餐费", amount=amount) for amount in amounts)  # type: ignore[arg-type]


def test_an_invoice_over_several_pages_is_one() -> None:
    first = shown(amount=None, tax=None, total=None).model_copy(
        update={"items": lines("4000.00", "1000.00")}
    )
    last = shown(page=1).model_copy(
        update={"items": lines("5000.00"), "extra": Extra(total_in_words="壹万零陆佰圆整")}
    )
    (invoice,) = join_pages([first, last])
    assert (invoice.page, str(invoice.total), len(invoice.items)) == (0, "10600.00", 3)
    assert invoice.fields[FieldName.AMOUNT].confirmed_by == ("lines",)


def test_two_copies_in_a_file_stay_two() -> None:
    whole = shown().model_copy(update={"extra": Extra(total_in_words="壹万零陆佰圆整")})
    assert len(join_pages([whole, whole])) == 2
