"""What is remembered of pictures while they are read."""

import numpy as np
import pytest

from models.forms import Form
from models.geometry import Box
from models.invoice import Evidence, FieldName, Invoice
from models.page import Source, Token
from piaohe.reading.watching import Watched, seen
from tests.support.engines import Scripted

PICTURE = np.zeros((40, 40, 3), np.uint8)
ONE = ("出租车发票", "No. 8534 9921", "11:16-12:09", "金额 69.00元")
OTHER = ("定额发票", "号码53915263", "拾元整")


def tokens(*texts: str) -> tuple[Token, ...]:
    return tuple(Token(text, Box(0, 9 * at, 30, 9 * at + 8)) for at, text in enumerate(texts))


def invoice(raw: str, source: Source = Source.OCR, code: str | None = None) -> Invoice:
    number = Evidence(value="1", raw=raw, source=source, confidence=0.9)
    read = Invoice.from_evidence(Form.TAXI, {FieldName.NUMBER: number})
    return read.model_copy(update={"code": code})


def watched(*readings: tuple[str, ...]) -> Watched:
    engine = Watched(Scripted(*(tokens(*texts) for texts in readings)))
    for _ in readings:
        engine.read(PICTURE)
    return engine


def test_it_reads_as_the_engine_does() -> None:
    engine = Watched(Scripted(tokens(*ONE)))
    assert (engine.name, engine.version) == ("scripted", "1")
    lines = engine.find_lines(PICTURE)
    assert engine.read(PICTURE, lines) == tokens(*ONE)


def test_each_invoice_has_the_print_of_its_picture() -> None:
    engine = watched(ONE, OTHER)
    prints = engine.prints([invoice("5391 5263"), invoice("85349921")])
    assert [each and each.figures for each in prints] == [
        ("53915263",),
        ("11161209", "85349921", "6900"),
    ]


def test_of_readings_of_one_ticket_the_fullest_counts() -> None:
    (found,) = watched(ONE[:2], ONE, ONE[1:3]).prints([invoice("85349921")])
    assert found is not None
    assert len(found.figures) == 3


@pytest.mark.parametrize(
    "invoices",
    [
        [invoice("85349921", Source.PDF_TEXT)],
        [invoice("00000000")],
        [invoice("85349921"), invoice("11:16")],
    ],
)
def test_what_cannot_be_told_apart_has_no_print(invoices: list[Invoice]) -> None:
    assert watched(ONE).prints(invoices) == (None,) * len(invoices)
    assert watched().prints(invoices) == (None,) * len(invoices)


def test_an_invoice_is_seen_where_a_value_was_read_by_sight() -> None:
    assert seen(invoice("1"))
    assert not seen(invoice("1", Source.XML))
