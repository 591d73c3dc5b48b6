"""Rides are read from a trip list's text, and only from one that proves itself."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.document import Attachment, Document, ReadStatus
from models.geometry import Box
from models.page import Token
from models.ride import Ride
from piaohe.reading.trip_lists import prices_for
from validate.itinerary import rides_of

HEADS = ("序号", "车型", "上车时间", "起点", "终点", "金额[元]")
ROWS = (
    ("1", "快车", "2026-09-01 08:12", "云谷大厦", "南站", "21.30"),
    ("2", "专车", "2026-09-03 18:05", "南站", "云谷大厦", "118.20"),
)


def tokens(
    rows: tuple[tuple[str, ...], ...] = ROWS, said: str = "共2笔行程，合计139.50元"
) -> list[Token]:
    """A list as a PDF's text layer gives it, 100 wide columns and rows 30 apart."""
    table = [(HEADS, 100.0), *((row, 130.0 + 30 * at) for at, row in enumerate(rows))]
    cells = [
        Token(text, Box(100.0 * x, y, 100.0 * x + 60, y + 12))
        for row, y in table
        for x, text in enumerate(row)
    ]
    return [Token("行程单", Box(200, 10, 280, 30)), Token(said, Box(0, 50, 200, 62)), *cells]


def test_rides_with_their_day_places_and_prices() -> None:
    assert rides_of(tokens()) == (
        Ride(
            amount=Decimal("21.30"),
            date=datetime.date(2026, 9, 1),
            time="08:12",
            origin="云谷大厦",
            destination="南站",
        ),
        Ride(
            amount=Decimal("118.20"),
            date=datetime.date(2026, 9, 3),
            time="18:05",
            origin="南站",
            destination="云谷大厦",
        ),
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(ROWS[:1], "共2笔行程，合计139.50元", id="a row lost"),
        pytest.param(ROWS, "共2笔行程，合计140.50元", id="another sum"),
        pytest.param(ROWS, "共3笔行程，合计139.50元", id="another count"),
        pytest.param(ROWS, "祝您旅途愉快", id="no sum"),
        pytest.param((), "共0笔行程，合计0.00元", id="no rides"),
    ],
)
def test_a_list_that_does_not_prove_itself_has_no_rides(
    rows: tuple[tuple[str, ...], ...], said: str
) -> None:
    assert rides_of(tokens(rows, said)) == ()


@given(
    st.lists(
        st.tuples(st.text(max_size=12), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), max_size=12
    )
)
def test_whatever_a_page_holds_nothing_is_raised(found: list[tuple[str, float, float]]) -> None:
    page = [Token(text, Box(x, y, x + 10, y + 5)) for text, x, y in found]
    assert isinstance(rides_of([*page, *tokens()]), tuple)


def _document(*prices: str) -> Document:
    rides = tuple(Ride(amount=Decimal(price)) for price in prices)
    lists = (Attachment(page=1, what="trip_list", rides=rides),) if rides else ()
    return Document(file="a", sha256=None, seconds=0, status=ReadStatus.OK, attachments=lists)


def test_the_list_in_the_same_file_counts_first() -> None:
    own, other = _document("10", "20"), _document("30")
    assert prices_for(own, [other], alone=False) == (Decimal(10), Decimal(20))


def test_the_list_in_another_file_counts_only_where_no_other_invoice_can_have_it() -> None:
    own, other = _document(), _document("30")
    assert prices_for(own, [other], alone=True) == (Decimal(30),)
    assert prices_for(own, [other], alone=False) is None
    assert prices_for(own, [other, _document("5")], alone=True) is None
    assert prices_for(own, [None], alone=True) is None
