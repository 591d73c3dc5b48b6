"""Telling the kind of a page: hard evidence, words, and what must end in "don't know"."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import classify
from classify.artefact import to_bytes
from classify.kind.evidence import find_evidence
from classify.kind.guess import KindClassifier
from classify.kind.model import KindModel
from classify.kind.reading import MOST_TOKENS, read
from classify.kind.words import words
from models.errors import DependencyMissing
from models.forms import Form
from models.geometry import Box
from models.kind import NON_INVOICES, UNKNOWN, KindGuess
from models.page import Source, Token

SIZE = (1600.0, 1000.0)
VAT_E = (
    ("发票代码:011001900311", 1200, 60),
    ("发票号码:12345678", 1200, 90),
    ("开票日期:2019年05月08日", 1200, 120),
    ("校验码:12345678901234567890", 1200, 150),
    ("机器编号:661234567890", 80, 150),
    ("购买方", 60, 260),
    ("名称:个人", 120, 220),
    ("纳税人识别号:", 120, 250),
    ("地址、电话:", 120, 280),
    ("开户行及账号:", 120, 310),
    ("密码区", 900, 260),
    ("货物或应税劳务、服务名称", 120, 350),
    ("规格型号", 420, 350),
    ("单位", 560, 350),
    ("数量", 640, 350),
    ("单价", 760, 350),
    ("金额", 900, 350),
    ("税率", 1100, 350),
    ("税额", 1300, 350),
    ("*日用杂品*毛巾", 120, 390),
    ("46.62", 900, 390),
    ("13%", 1100, 390),
    ("6.08", 1300, 390),
    ("合计", 160, 640),
    ("¥46.62", 900, 640),
    ("¥6.08", 1300, 640),
    ("价税合计(大写)", 160, 690),
    ("伍拾贰圆柒角整", 500, 690),
    ("(小写)¥52.70", 1000, 690),
    ("销售方", 60, 790),
    ("备注", 900, 790),
    ("收款人:张三", 120, 900),
    ("复核:李四", 420, 900),
    ("开票人:王五", 720, 900),
    ("销售方:(章)", 1000, 900),
)

DIGITAL = (
    ("发票号码：24327000000123456789", 1150, 90),
    ("开票日期：2024年05月08日", 1150, 130),
    ("购买方信息", 40, 260),
    ("销售方信息", 810, 260),
    ("名称：云栖示例贸易有限公司", 90, 230),
    ("名称：北京青鹭川科技有限公司", 860, 230),
    ("统一社会信用代码/纳税人识别号：91110108MU3UY2PU8K", 90, 300),
    ("统一社会信用代码/纳税人识别号：91540102MU4X4KH60G", 860, 300),
    ("项目名称", 120, 360),
    ("规格型号", 320, 360),
    ("单位", 510, 360),
    ("数量", 700, 360),
    ("单价", 900, 360),
    ("金额", 1080, 360),
    ("税率/征收率", 1200, 360),
    ("税额", 1480, 360),
    ("*日用杂品*毛巾", 60, 400),
    ("46.62", 1080, 400),
    ("13%", 1200, 400),
    ("6.08", 1480, 400),
    ("合计", 160, 620),
    ("¥46.62", 1060, 620),
    ("¥6.08", 1470, 620),
    ("价税合计（大写）", 120, 660),
    ("伍拾贰圆柒角整", 480, 660),
    ("（小写）¥52.70", 1100, 660),
    ("备注", 40, 760),
    ("开票人：王五", 140, 880),
)


def tokens(lines: tuple[tuple[str, float, float], ...], source: Source = Source.OCR) -> list[Token]:
    return [
        Token(text, Box(x, y, x + 24 * len(text), y + 24), 0.95, source) for text, x, y in lines
    ]


def test_a_form_is_told_by_its_labels_where_the_title_is_lost() -> None:
    found = classify.kind(tokens(VAT_E), SIZE)
    assert found.form is Form.VAT_E_NORMAL
    assert "标题残缺" in found.reason
    assert "title not read whole" in found.reason_en


def test_the_title_is_named_where_it_can_be_read() -> None:
    titled = (*VAT_E, ("天津增值税电子普通发票", 560, 40))
    assert "标题“增值税电子普通发票”" in classify.kind(tokens(titled), SIZE).reason


@pytest.mark.parametrize(
    ("qr", "kind"),
    [
        ("01,10,011001900311,12345678,46.62,20190508,12345678901234567890,1A2B", "vat_e_normal"),
        ("01,10,012001900312,12345678,46.62,20190508,,", "toll_e"),
        ("01,32,,24327000000123456789,46.62,20240508,,", "dz_normal"),
        ("01,32,011002300104,24327000000123456789,46.62,20240508,,", "dzp_normal"),
        ("01,02,1100192720,12345678,46.62,20140508,,", "freight_special"),
    ],
)
def test_the_qr_outranks_the_words(qr: str, kind: str) -> None:
    found = classify.kind(tokens(VAT_E), SIZE, qr)
    assert (found.kind, found.basis) == (kind, "qr")
    # without a title the words do not rule out 数电 on pre-printed paper
    told_otherwise = kind not in {"vat_e_normal", "dzp_normal"}
    assert found.contradicts == ("vat_e_normal" if told_otherwise else None)
    assert f"二维码类型{qr[3:5]}" in found.reason


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("电子发票（普通发票）", "dz_normal"),
        ("电子发票（增值税专用发票）", "dz_special"),
        ("值税专用发", "dz_special"),
        ("发票专用章", UNKNOWN),
        ("德信律师事务所（普通合伙）", UNKNOWN),
    ],
)
def test_which_of_two_twins_it_is_is_read_and_never_guessed(title: str, kind: str) -> None:
    found = classify.kind(tokens((*DIGITAL, (title, 560, 40))), SIZE)
    assert found.kind == kind
    assert {each.kind for each in found.alternatives} > {"dz_special", "dz_normal"}


def test_data_outranks_the_qr() -> None:
    qr = "01,10,011001900311,12345678,46.62,20190508,12345678901234567890,1A2B"
    found = classify.kind(tokens(VAT_E), SIZE, qr, Form.DZ_SPECIAL)
    assert (found.form, found.basis) == (Form.DZ_SPECIAL, "data")


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("发票代码:1100194130", ("vat_special", "dzp_special")),
        ("发票代码1100193320", ("vat_normal", "dzp_normal")),
        ("发票代码:011001900112", ("toll_e",)),
        ("发票代码:144031809110", ("blockchain",)),
        ("发票代码:9900194130", None),  # no such province
        ("所属增值税专用发票代码:1100194130", None),
        ("对应正数发票代码:1100194130号码:12345678", None),
        ("机器编号:011001900112", None),
    ],
)
def test_a_code_is_evidence_only_behind_its_own_label(
    line: str, kinds: tuple[str, ...] | None
) -> None:
    found = find_evidence(read(tokens(((line, 10, 10),)), SIZE), None, None)
    assert (found.kinds if found else None) == kinds


def test_two_codes_of_different_forms_say_nothing() -> None:
    lines = (("发票代码:1100194130", 10, 10), ("发票代码:011001900112", 10, 90))
    assert find_evidence(read(tokens(lines), SIZE), None, None) is None


def test_a_code_stands_beside_its_label_too() -> None:
    lines = (("发票代码:", 10, 10), ("011001900112", 300, 12))
    found = find_evidence(read(tokens(lines), SIZE), None, None)
    assert found is not None
    assert found.kinds == ("toll_e",)


def test_a_fiscal_code_leaves_the_choice_among_fiscal_bills() -> None:
    found = find_evidence(read((), SIZE), "CZ-EI,11010119,0000012345", None)
    assert found is not None
    assert set(found.kinds) == {"fiscal", "med_out", "med_in", "toll_fiscal"}


NONSENSE = {
    "nothing": [],
    "one character": tokens((("票", 10, 10),)),
    "spaces": tokens(((" \n\t", 10, 10), ("\x00", 20, 20))),
    "English": tokens((("Dear Sir or Madam,", 10, 10), ("we write about the meeting", 10, 60))),
    "Greek and Russian": tokens((("Καλημέρα σας", 10, 10), ("Доброе утро", 10, 60))),
    "at one point": [Token(text, Box(5, 5, 5, 5)) for text, _, _ in VAT_E],
    "ten thousand": tokens(VAT_E) * 300,
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_not_known(name: str) -> None:
    found = classify.kind(NONSENSE[name], SIZE)
    assert found.kind == UNKNOWN
    assert not found.is_known
    assert found.reason
    assert found.reason_en


def test_a_qr_decides_where_no_word_was_read() -> None:
    assert classify.kind([], SIZE, "01,32,,24327000000123456789,46.62,20240508,,").form is (
        Form.DZ_NORMAL
    )


_edges = st.floats(allow_nan=True, allow_infinity=True, width=32)
_token = st.builds(
    Token,
    text=st.one_of(st.text(max_size=30), st.sampled_from([text for text, _, _ in VAT_E])),
    box=st.builds(Box, _edges, _edges, _edges, _edges),
    confidence=st.floats(0, 1),
    source=st.sampled_from(list(Source)),
)


@settings(max_examples=60, deadline=None)
@given(
    found=st.lists(_token, max_size=25),
    size=st.tuples(_edges, _edges),
    qr=st.one_of(st.none(), st.text(max_size=40), st.sampled_from(["01,99,,,,,", "CZ-", "01,10"])),
)
def test_nothing_on_a_page_raises(found: list[Token], size: tuple[float, float], qr: str) -> None:
    guess = classify.kind(found, size, qr)
    assert guess.kind in {UNKNOWN, *NON_INVOICES, *(form.value for form in Form)}
    assert 0 <= guess.probability <= 1
    assert guess.is_known == bool(guess.form or guess.attachment)


def test_the_shipped_classifier_knows_every_form_and_non_invoice() -> None:
    model = KindModel.shipped()
    assert set(model.classes) == {*NON_INVOICES, *(form.value for form in Form)}
    assert set(words().names) == set(model.classes)
    assert 0.5 <= model.threshold < 1


def test_the_order_of_tokens_does_not_matter() -> None:
    whole = classify.kind(tokens(VAT_E), SIZE)
    assert classify.kind(tokens(VAT_E)[::-1], SIZE) == whole


def test_tokens_beyond_the_most_are_not_read() -> None:
    assert len(read(tokens((("票", 1, 1),)) * (MOST_TOKENS + 5), SIZE).lines) == MOST_TOKENS


def test_an_artefact_survives_being_written() -> None:
    model = KindModel.shipped()
    again = KindModel.load(to_bytes(model.artefact()))
    assert np.array_equal(again.weights, model.weights)
    assert again.header.settings == model.header.settings


def test_an_artefact_of_other_shape_is_refused() -> None:
    model = KindModel.shipped()
    cut = KindModel(model.header, model.weights[:-1], model.bias, model.worth)
    with pytest.raises(DependencyMissing) as refused:
        KindModel.load(to_bytes(cut.artefact()))
    assert refused.value.record.code == "classifier_other"


def test_a_damaged_artefact_is_refused() -> None:
    with pytest.raises(DependencyMissing) as refused:
        KindModel.load(b"PK no artefact")
    assert refused.value.record.code == "classifier_damaged"


def test_a_classifier_is_what_the_rooms_are_handed() -> None:
    found = KindClassifier(KindModel.shipped()).guess(tokens(VAT_E), SIZE)
    assert isinstance(found, KindGuess)
    assert classify.kinds().version == KindModel.shipped().header.version
