"""What a seal says is told from what the form's own says, and bears out the seller's name."""

from collections.abc import Sequence

import numpy as np
import pytest

from models.forms import Form
from models.geometry import Box
from models.invoice import Evidence, FieldName, Invoice
from models.page import Pixels, Source, Token
from models.sight import Seals
from models.stamp import Stamp
from models.view import Corners
from ocr.seals import ReadStamp, read_stamp, with_sight
from ocr.tears import Placed

NAME, TAX_ID = "甲乙餐饮管理有限公司", "91440300MA5XYT123G"
CORNERS = ((0.0, 0.0), (1000.0, 0.0), (1000.0, 600.0), (0.0, 600.0))
FOOT, HEAD = Box(700, 420, 900, 560), Box(420, 10, 580, 110)
ISSUERS = ReadStamp(FOOT, (NAME, TAX_ID, "发票专用章"))
SUPERVISION = ReadStamp(HEAD, ("全国统一发票监制章", "浙江"))


def ticket(form: Form = Form.VAT_NORMAL, seller: str = NAME) -> Placed:
    values = {FieldName.SELLER_NAME: seller, FieldName.SELLER_TAX_ID: TAX_ID}
    fields = {
        name: Evidence(value=value, raw=value, source=Source.OCR, confidence=0.9)
        for name, value in values.items()
    }
    return Placed(Invoice.from_evidence(form, fields), CORNERS)


@pytest.mark.parametrize(
    ("stamps", "found", "texts"),
    [
        ((ISSUERS, SUPERVISION), True, ISSUERS.texts),
        ((SUPERVISION,), False, ()),
        ((ReadStamp(HEAD, ("一工要达制", "浙江")),), False, ()),
        ((ReadStamp(HEAD, ("全国统一友票监制草",)),), False, ()),
        ((ReadStamp(FOOT, ()),), True, ()),
        ((ReadStamp(Box(1400, 900, 1500, 990), ISSUERS.texts),), True, ISSUERS.texts),
        ((ReadStamp(Box(1400, 900, 1500, 990), ()),), False, ()),
        ((), False, ()),
    ],
)
def test_the_issuers_seal_is_told_from_the_forms(
    stamps: tuple[ReadStamp, ...], found: bool, texts: tuple[str, ...]
) -> None:
    sight = with_sight(ticket(), stamps, 1).sight
    assert sight is not None
    assert sight.seals is not None
    assert (sight.seals.found, sight.seals.texts) == (found, texts)


def test_on_a_sheet_of_many_nobody_says_that_there_is_no_seal() -> None:
    beside = ReadStamp(Box(1400, 900, 1500, 990), ISSUERS.texts)
    for stamps, seals in (((beside,), None), ((ISSUERS,), Seals(found=True, texts=ISSUERS.texts))):
        sight = with_sight(ticket(), stamps, 3).sight
        assert sight is not None
        assert sight.seals == seals


def test_a_seal_confirms_the_name_and_id_it_bears() -> None:
    fields = with_sight(ticket(), (ISSUERS,), 1).fields
    assert all("seal" in fields[name].confirmed_by for name in fields)
    other = with_sight(ticket(seller="丙丁餐饮管理有限公司"), (ISSUERS,), 1).fields
    assert other[FieldName.SELLER_NAME].confirmed_by == ()


def test_nobody_looked_where_there_is_no_colour_or_no_seal_to_be() -> None:
    for invoice in (
        with_sight(ticket(), None, 2),
        with_sight(ticket(Form.DZ_NORMAL), (ISSUERS,), 2),
    ):
        assert invoice.sight is not None
        assert invoice.sight.seals is None
        assert invoice.sight.invoices_on_page == 2


def test_the_lines_of_a_seal_are_read_in_one_go_and_doubtful_ones_left_out() -> None:
    class Engine:
        name, version = "reader", "1"
        asked = 0

        def find_lines(self, picture: Pixels) -> tuple[Corners, ...]:
            raise AssertionError("a seal's lines are known")

        def read(
            self, picture: Pixels, lines: Sequence[Corners] | None = None
        ) -> tuple[Token, ...]:
            self.asked += 1
            assert lines is not None
            texts = ((NAME, 0.99), ("口口", 0.4), ("发票专用章", 0.98))
            return tuple(
                Token(text, Box.around(line), sure)
                for (text, sure), line in zip(texts, lines, strict=True)
            )[::-1]

    engine = Engine()
    lines = tuple(np.full((48, width, 3), 255, np.uint8) for width in (500, 300, 200))
    stamp = read_stamp(Stamp(FOOT, lines), engine)
    assert stamp.texts == (NAME, "发票专用章")
    assert engine.asked == 1
