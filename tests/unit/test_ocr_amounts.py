"""Amounts: which figure is which, whatever was lost of them or of what announces them."""

import re
from decimal import Decimal

import pytest

from models.invoice import FieldName
from models.page import Source
from tests.support.forms import changed, read, without
from tests.support.layouts import PAPER, run


def test_a_sum_with_its_sign_behind_it() -> None:
    invoice = read(changed(PAPER, "￥130.00", "130.00￥"))
    assert (str(invoice.amount), str(invoice.tax)) == ("1000.00", "130.00")
    assert invoice.fields[FieldName.TAX].source is Source.OCR


def test_the_only_sum_there_is_is_the_total_its_capitals_say() -> None:
    gone = re.compile(r"￥1000.00|￥130.00|.*小写.*|合|计")
    tokens = (token for token in PAPER if not gone.fullmatch(token.text))
    invoice = read((*tokens, run(1160, 715, "￥1130.00")))
    assert (invoice.amount, str(invoice.total)) == (None, "1130.00")


def test_one_print_is_not_amount_and_tax_at_once() -> None:
    tokens = without(changed(PAPER, "￥1000.00", "￥100.00"), "￥130.00", "壹仟壹佰")
    unknown = re.compile("金 额|税 额|税率|1000.00|130.00")
    tokens = tuple(token for token in tokens if not unknown.fullmatch(token.text))
    assert str(read(tokens).total) == "1130.00"


@pytest.mark.parametrize(
    ("read_as", "tax"), [("￥130", "130.25"), ("￥130.2", "130.25"), ("￥13", None)]
)
def test_an_amount_cut_short_is_what_the_sum_makes_of_it(read_as: str, tax: str | None) -> None:
    tokens = changed(changed(PAPER, "￥130.00", read_as), "￥1130.00", "￥1130.25")
    invoice = read(without(tokens, "壹仟壹佰"))
    assert invoice.tax == (Decimal(tax) if tax else None)
    assert tax is None or invoice.fields[FieldName.TAX].corrected_by == "arithmetic"


def test_no_tax_is_made_of_an_amount_that_may_have_lost_figures() -> None:
    lost = changed(without(PAPER, "13%"), "￥1000.00", "￥10")
    assert read(without(lost, "￥130.00")).tax is None
