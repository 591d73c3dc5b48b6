"""A 数电票 in every look: all that it says is printed, tagged, inside its frame, and nothing over
anything else. Sheets are laid out, not rendered."""

import itertools
from decimal import Decimal

import pytest

import synth
from models.errors import DependencyMissing
from models.text import squash
from synth import fonts
from synth.business_tables import SPECIALS
from synth.draw import digital
from synth.draw.digital.looks import LOOKS
from synth.draw.place import extent
from synth.draw.sheet import Layer, Text
from synth.order import Trait

KINDS = ["dz_special", "dz_normal", *SPECIALS]
USUAL = ["dz_construction", "dz_rental", "dz_toll", "dz_rare_earth"]
MANY = (Trait.MANY_LINES, Trait.LONG_NAMES)


@pytest.fixture(autouse=True)
def _fonts():
    try:
        for role in fonts.Font:
            fonts.find(role)
    except DependencyMissing as error:
        pytest.skip(error.record.hint_en)


def dressed(kind, seed, look=None, paged="0", **options):
    truth = synth.make(kind, seed, **options)
    details = truth.face.details | {"paged": paged}
    if look is not None:
        details["layout"] = str(look)
    return truth.model_copy(update={"face": truth.face.model_copy(update={"details": details})})


def sheets(truth):
    return [digital.lay_out(truth), *digital.more(truth)]


def texts(sheet, *layers):
    return [m for layer in layers or Layer for m in sheet.marks[layer] if isinstance(m, Text)]


def printed(pages):
    """The text of each field, its runs in order; of several pages that of the last with it."""
    found = {}
    for page in pages:
        fields = {}
        for mark in texts(page):
            for field in mark.of.split():
                fields[field] = fields.get(field, "") + mark.text
        found |= fields
    return {field: squash(text) for field, text in found.items()}


def expected(truth):
    """What the label says that can be looked for as printed."""
    label = truth.label("x", "pdf")
    want = {"number": truth.number, "total": f"¥{truth.total:.2f}"}
    want["amount"] = f"¥{truth.amount:.2f}"
    want["tax"] = "***" if truth.tax is None else f"¥{truth.tax:.2f}"
    want |= {k: label[k] for k in label if k.endswith(("_name", "_tax_id")) and label[k]}
    for i, item in enumerate(label["items"]):
        want |= {f"items.{i}.{name}": value for name, value in item.items()}
    hidden = ("qr", "qr_crc", "details", "red_of", "issued_for")
    for name, value in label["extra"].items():
        if name not in hidden:
            want[f"extra.{name}"] = value
    for i, detail in enumerate(truth.extra.details):
        want[f"extra.details.{i}"] = detail.value
    return {field: squash(value) for field, value in want.items()}


@pytest.mark.parametrize(
    ("kind", "look"),
    [(kind, (i + turn) % len(LOOKS)) for i, kind in enumerate(KINDS) for turn in (0, 2)],
)
def test_all_that_is_said_is_printed_under_its_name(kind, look):
    truth = dressed(kind, 20 + look, look)
    found = printed(sheets(truth))
    want = expected(truth)
    assert {field: found.get(field) for field in want} == want


def box(mark):
    left, width = extent(mark)
    size = mark.style.size / 72 * 25.4
    return mark.x + left, mark.y - size * 0.78, mark.x + left + width, mark.y + size * 0.04


def overlaps(a, b):
    across = min(a[2], b[2]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[1], b[1])
    return across > 0.2 and down > 0.2


@pytest.mark.parametrize("kind", ["dz_special", "dz_passenger", "dz_medical_in", "dz_rental"])
@pytest.mark.parametrize("look", range(len(LOOKS)))
def test_nothing_leaves_the_frame_or_covers_anything(kind, look):
    frame = LOOKS[look]
    for page in sheets(dressed(kind, 7, look, str(look % 2), traits=MANY)):
        # a full-width colon stands in a square of which it fills a corner
        marks = [m for m in texts(page, Layer.FORM, Layer.PRINT) if not m.angle and m.text != "："]
        words = [(m.text, box(m)) for m in marks]
        inside = [(text, area) for text, area in words if text and area[1] > frame.top]
        assert [
            text
            for text, (left, _, right, bottom) in inside
            if left < frame.left - 0.2 or right > frame.right + 0.2 or bottom > page.height
        ] == []
        covered = [
            (text, other)
            for (text, a), (other, b) in itertools.combinations(inside, 2)
            if overlaps(a, b)
        ]
        assert covered == []


@pytest.mark.parametrize("kind", ["dz_special", "dz_toll", "dz_passenger"])
def test_many_lines_grow_the_page_or_go_on_to_others(kind):
    tall = sheets(dressed(kind, 3, 0, "0", traits=MANY))
    assert len(tall) == 1
    assert tall[0].height > 150
    truth = dressed(kind, 3, 0, "1", traits=MANY)
    pages = sheets(truth)
    assert len(pages) > 1
    assert {page.height for page in pages[:-1]} == {140}
    for i, page in enumerate(pages):
        said = "".join(mark.text for mark in texts(page))
        assert f"共{len(pages)}页 第{i + 1}页" in said
        assert ("价税合计" in said) == (i == len(pages) - 1)
        assert "小计" in said
        assert truth.number in said
    names = [
        {m.of for m in texts(page) if m.of.startswith("items.") and m.of.endswith("amount")}
        for page in pages
    ]
    assert sum(map(len, names)) == len(truth.items)
    assert not set.intersection(*names)


def test_subtotals_add_up():
    truth = dressed("dz_fuel", 4, 1, "1", traits=MANY)
    found = []
    for page in sheets(truth):
        marks = texts(page)
        y = next(m.y for m in marks if m.text == "小")
        found += [m.text for m in marks if m.y == y and "¥" in m.text][:1]
    assert len(found) > 1
    assert sum(Decimal(text.lstrip("¥")) for text in found) == truth.amount


def test_a_page_that_holds_its_lines_has_the_usual_height():
    heights = {sheets(dressed(kind, 2, look))[0].height for kind in USUAL for look in (0, 1)}
    assert heights == {140}


@pytest.mark.parametrize("paged", ["0", "1"])
def test_a_long_remark_grows_its_box(paged):
    truth = dressed("dz_normal", 2, 0, paged)
    remark = "\n".join(["本发票对应合同约定的全部服务内容，" * 6] * 6)
    extra = truth.extra.model_copy(update={"remark": remark})
    page = sheets(truth.model_copy(update={"extra": extra}))[-1]
    lines = [mark for mark in texts(page) if mark.of == "extra.remark"]
    assert squash("".join(mark.text for mark in lines)) == squash(remark)
    assert max(mark.y for mark in lines) < page.height - 15
    assert max(mark.x + extent(mark)[1] for mark in lines) < LOOKS[0].right


@pytest.mark.parametrize(
    ("update", "word"),
    [
        ({"remark": "差额征税：100.00元。"}, "差额征税"),
        ({"special_business": "稀土"}, "稀土"),
        ({"remark": None}, "代开"),
    ],
)
def test_the_word_beside_the_title(update, word):
    truth = dressed("dz_normal", 2, 0)
    face = truth.face.model_copy(update={"details": truth.face.details | {"mark": "代开"}})
    extra = truth.extra.model_copy(update=update)
    page = digital.lay_out(truth.model_copy(update={"extra": extra, "face": face}))
    x, y = LOOKS[0].word_at
    assert [m.text for m in texts(page) if (m.x, m.y) == (x, y)] == [word]


def test_looks_differ_in_ink_faces_and_words():
    assert len({look.name for look in LOOKS}) == len(LOOKS) >= 5
    for values in (
        {look.ink for look in LOOKS},
        {look.value for look in LOOKS},
        {look.qr for look in LOOKS},
        {look.word_at for look in LOOKS},
    ):
        assert len(values) >= 3
    assert {look.yen for look in LOOKS} == {"¥", "￥"}
