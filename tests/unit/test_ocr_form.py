"""Which form a sheet is, where its title cannot be read."""

import pytest

from models.forms import Form
from models.taxqr import parse_tax_qr
from ocr.form import find_form


@pytest.mark.parametrize(
    ("kind", "code", "form"),
    [
        # some toll invoices carry the type of ordinary ones; their code tells
        ("10", "050001700112", Form.TOLL_E),
        ("10", "050001700111", Form.VAT_E_NORMAL),
        ("14", "050001700112", Form.TOLL_E),
    ],
)
def test_qr_and_code_tell_the_form(kind: str, code: str, form: Form) -> None:
    qr = parse_tax_qr(f"01,{kind},{code},12345678,27.97,20240311,12345678901234567890,")
    assert find_form((), qr, [code], ["12345678"]) is form


def test_a_code_of_wrong_crc_tells_the_form_where_nothing_else_does() -> None:
    qr = parse_tax_qr("01,31, ,26112000000012345678,5954.80,20260227, ,6C54")
    assert find_form((), qr, [], ["26112000000012345678"]) is Form.DZ_SPECIAL
    assert find_form((), qr, [], ["26112000000087654321"]) is None
