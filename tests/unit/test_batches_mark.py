"""What a batch sheet's code says, and what is none."""

import pytest

from models.batch import BatchMark, BatchSheet, parse_mark, section
from models.errors import UsageError
from piaohe.batches import new_mark

MARK = BatchMark(serial="0a1b2c3d", name="三月差旅 A", owner="林小满", department="财务部")


def test_a_mark_comes_back() -> None:
    assert MARK.payload.isascii()
    assert parse_mark(MARK.payload) == MARK


@pytest.mark.parametrize(
    "payload",
    [
        "",
        ":",
        "PIAOHE-BATCH:1::",
        "01,32,,26332000000012345678,1130.00,20260228,,ABCD",
        MARK.payload[:-1],
        MARK.payload.replace(":1:", ":2:"),
        MARK.payload.replace("PIAOHE", "PIAOME"),
        MARK.payload[:30] + "x" + MARK.payload[31:],
        MARK.payload * 20,
        f"{MARK.payload}\n",
    ],
)
def test_what_is_no_mark(payload: str) -> None:
    assert parse_mark(payload) is None


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"name": "a\u202eb"}, {"name": "x" * 41}, {"serial": "zz"}]
)
def test_a_right_check_does_not_make_a_right_mark(change: dict[str, str]) -> None:
    assert parse_mark(MARK.model_copy(update=change).payload) is None


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "a\x00b"])
def test_names_that_cannot_stand_on_a_sheet(name: str) -> None:
    with pytest.raises(UsageError):
        new_mark(name)


def test_sheets_part_the_pages_of_a_file() -> None:
    sheets = [BatchSheet(page=page, mark=MARK) for page in (1, 4)]
    assert [section(page, sheets) for page in (None, 0, 1, 2, 4, 5)] == [0, 0, 0, 1, 1, 2]
