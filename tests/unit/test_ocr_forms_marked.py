"""Labels of a form told from its values, and tables under headings of their own."""

import pytest

from ocr.forms.grid import cell_text, cells_of, columns_of, heading_row, rows_of
from ocr.forms.marked import LabelSpec, Marked
from ocr.words import find_words
from tests.support.layouts import run

SPECS = (
    LabelSpec("payer", r"交款人"),
    LabelSpec("payer_id", r"交款人统一社会信用代码", glued=True),
    LabelSpec("check", r"校验码", glued=True),
    LabelSpec("tax", r"税种"),
    LabelSpec("item", r"项目"),
    LabelSpec("note", r"备注"),
    LabelSpec("clerk", r"制单人"),
)

ID = "91110108MA01ABCD5T"


def marked(*tokens: tuple[float, float, str]) -> Marked:
    return Marked(find_words([run(x, y, text) for x, y, text in tokens]), SPECS)


@pytest.mark.parametrize(
    ("tokens", "key", "value"),
    [
        ([(100, 100, "交款人：云栖测试科技有限公司")], "payer", "云栖测试科技有限公司"),
        ([(100, 100, "交款人："), (200, 103, "林一禾")], "payer", "林一禾"),
        ([(100, 100, "交款人统一社会信用代码：91110108MA01ABCD5T")], "payer_id", ID),
        ([(100, 100, "交款人统一社会信用代码"), (400, 100, ID)], "payer_id", ID),
        ([(100, 100, "税"), (160, 100, "种"), (260, 100, "增值税")], "tax", "增值税"),
        ([(100, 100, "校验码a1b2c3")], "check", "a1b2c3"),
        # a character of labels printed downwards may be one of a label along the line
        ([(100, 100, "制"), (140, 100, "单"), (180, 100, "人"), (260, 100, "林一禾")], "clerk",
         "林一禾"),
        # short labels are not looked for inside a value
        ([(100, 100, "交款人代表")], "payer", None),
        # what stands in a calligraphic face may come out in traditional characters
        ([(100, 100, "備註"), (200, 100, "一般申报")], "note", "一般申报"),
    ],
)  # fmt: skip
def test_a_value_stands_behind_its_label(
    tokens: list[tuple[float, float, str]], key: str, value: str | None
) -> None:
    assert marked(*tokens).text(key) == value


def test_the_value_ends_at_the_next_label() -> None:
    found = marked((100, 100, "交款人：林一禾"), (300, 100, "校验码：a1b2c3"))
    assert found.text("payer") == "林一禾"
    assert found.text("check") == "a1b2c3"


def test_letters_of_a_seal_over_a_name_are_too_large_to_belong_to_it() -> None:
    words = find_words([run(100, 100, "交款人：林一禾")])
    seal = find_words([run(250, 80, "中心")])[0]
    tall = type(seal)(
        seal.text, seal.raw, seal.box.grown(20), seal.place.grown(20), 1.0, seal.source
    )
    assert Marked((*words, tall), SPECS).text("payer") == "林一禾"


HEADINGS = tuple(LabelSpec(key, key) for key in ("项目编码", "项目名称", "单位", "数量", "金额"))


def test_headings_stand_in_the_middle_of_their_columns() -> None:
    """Columns of 160, 400, 80, 80 and 180 px: a name at the left of its wide column stands nearer
    to 项目编码 than to its own heading."""
    words = find_words(
        [
            run(140, 100, "项目编码"),
            run(420, 100, "项目名称"),
            run(680, 100, "单位"),
            run(760, 100, "数量"),
            run(890, 100, "金额"),
            run(140, 140, "103047"),
            run(270, 140, "公证费"),
            run(910, 140, "20.00"),
            run(270, 165, "（加急）"),
            run(270, 300, "另一行"),
        ]
    )
    table = Marked(words, HEADINGS)
    headings = heading_row(table, frozenset(spec.key for spec in HEADINGS))
    cells = cells_of(table.values, columns_of(headings))
    (row,) = rows_of(cells, cells["金额"], frozenset({"项目名称"}))
    assert cell_text(row, "项目编码") == "103047"
    assert cell_text(row, "项目名称") == "公证费(加急)"  # what stands far below is another row's


def test_a_line_with_too_few_headings_is_no_table() -> None:
    table = Marked(find_words([run(140, 100, "项目编码")]), HEADINGS)
    assert heading_row(table, frozenset({"项目编码", "项目名称"})) == []
    assert columns_of([]) == []
