"""Where the values of tax-control forms stand: on the sheet, clear of each other, all of them."""

import itertools

import pytest
from PIL import Image

import synth
from models.errors import DependencyMissing
from synth import fonts
from synth.draw import looks, qr, saleslist, seal
from synth.draw.place import places
from synth.draw.sheet import Layer, Text
from synth.kinds import kind_of
from synth.order import Trait
from synth.vat.face import LAYOUTS

PAPER = ("vat_special", "vat_normal", "dzp_special", "dzp_normal")
ELECTRONIC = ("vat_e_normal", "vat_e_special", "toll_e")
each_kind = pytest.mark.parametrize("kind", [*PAPER, *ELECTRONIC])
LISTED = [(kind, seed) for kind in ("vat_special", "dzp_normal", "vat_e_normal") for seed in (1, 4)]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Text is all that is looked at here: seals and codes are left out."""
    try:
        for role in fonts.Font:
            fonts.find(role)
    except DependencyMissing as error:
        pytest.skip(error.record.hint_en)
    blank = Image.new("RGBA", (1, 1))
    for name in ("supervision", "paper_supervision", "issuer"):
        monkeypatch.setattr(seal, name, lambda *_: blank)
    monkeypatch.setattr(qr, "put", lambda *_, **__: None)


def documents(kind):
    """One of each trait, and every layout variant."""
    plain = [synth.make(kind, seed) for seed in range(12)]
    hard = [
        synth.make(kind, seed, traits=[trait])
        for trait in sorted(kind_of(kind).traits)
        for seed in (3, 8)
    ]
    return [*plain, *hard, *(synth.make(kind, seed, kept=True) for seed in range(3))]


def spans(sheet):
    """Of each run that prints a value: field, left, top, right, bottom, mm."""
    found = []
    for layer in Layer:
        for place in places(sheet, layer):
            xs, ys = zip(*place.quad, strict=True)
            found.append((place.field, min(xs), min(ys), max(xs), max(ys)))
    return found


def overlapping(sheet, slack=0.35):
    return [
        (a[0], b[0])
        for a, b in itertools.combinations(spans(sheet), 2)
        if a[0] != b[0]
        and a[1:] != b[1:]  # one run may print two fields
        and min(a[3], b[3]) - max(a[1], b[1]) > slack
        and min(a[4], b[4]) - max(a[2], b[2]) > slack
    ]


@each_kind
def test_values_stay_on_the_sheet_and_clear_of_each_other(kind):
    for truth in documents(kind):
        sheet = kind_of(kind).lay_out(truth)
        for field, left, top, right, bottom in spans(sheet):
            inside = left >= 0 and top >= 0 and right <= sheet.width and bottom <= sheet.height
            assert inside, (truth.seed, field)
        assert overlapping(sheet) == [], truth.seed


@each_kind
def test_every_value_of_the_label_is_printed_and_marked(kind):
    for truth in documents(kind):
        sheet = kind_of(kind).lay_out(truth)
        marked = {field for field, *_ in spans(sheet)}
        label = truth.label("x", "pdf")
        wanted = {
            name
            for name, value in label.items()
            if value is not None and name not in ("file", "kind", "type", "form", "category")
        } - {"items", "extra"}
        wanted |= {f"items.{i}.{name}" for i, item in enumerate(label["items"]) for name in item}
        silent = {"qr", "qr_crc", "issued_for", "red_of", "details"}
        wanted |= {f"extra.{name}" for name in label["extra"].keys() - silent}
        wanted |= {f"extra.details.{i}" for i in range(len(truth.extra.details))}
        assert wanted - marked == set(), truth.seed


def test_marked_runs_say_the_value():
    truth = synth.make("vat_special", 5, traits=[Trait.LONG_NAMES])
    sheet = kind_of("vat_special").lay_out(truth)
    runs: dict[str, str] = {}
    for layer in Layer:
        for mark in sheet.marks[layer]:
            if isinstance(mark, Text) and mark.of:
                runs[mark.of] = runs.get(mark.of, "") + mark.text
    assert runs["seller_name"] == truth.seller.name
    assert runs["items.0.name"] == truth.items[0].name
    assert runs["number"] == runs["extra.second_number"] == truth.number
    assert runs["total"] == f"¥{truth.total:.2f}"


def test_untaxed_sums_are_stars():
    truth = synth.make("vat_normal", 5, traits=[Trait.EXEMPT])
    assert truth.tax is None
    sheet = kind_of("vat_normal").lay_out(truth)
    marks = [m for m in sheet.marks[Layer.PRINT] if isinstance(m, Text) and m.of == "tax"]
    assert [mark.text for mark in marks] == ["***"]


@pytest.mark.parametrize(
    ("copy_no", "word"), [(1, "记账联"), (2, "抵扣联"), (3, "发票联"), (4, "")]
)
def test_copies_of_a_set_name_themselves_in_their_colour(copy_no, word):
    truth = synth.make("vat_special", 5)
    face = truth.face.model_copy(update={"copy_no": copy_no})
    sheet = kind_of("vat_special").lay_out(truth.model_copy(update={"face": face}))
    texts = [m for m in sheet.marks[Layer.FORM] if isinstance(m, Text)]
    column = "".join(m.text for m in texts if m.x == 224.2)
    assert column.startswith("第" + "一二三四"[copy_no - 1] + "联")
    assert word in column
    assert len({m.style.color for m in texts if m.x == 224.2}) == 1


def test_old_forms_say_purchasing_unit():
    truth = synth.make("vat_special", 5, traits=[Trait.OLD_IDS])
    sheet = kind_of("vat_special").lay_out(truth)
    text = "".join(m.text for m in sheet.marks[Layer.FORM] if isinstance(m, Text))
    assert "购货单位" in text
    assert "购买方" not in text


@pytest.mark.parametrize(("kind", "seed"), LISTED)
def test_list_pages_hold_every_line_and_the_sums(kind, seed):
    truth = synth.make(kind, seed, traits=[Trait.SALES_LIST, Trait.MANY_LINES])
    if truth.total < 0:
        assert saleslist.lay_out(truth) == ()
        return
    pages = saleslist.lay_out(truth)
    assert len(pages) == -(-len(truth.face.listed) // 27)
    fields = [field for page in pages for field, *_ in spans(page)]
    numbered = {int(field.split(".")[1]) for field in fields if field.startswith("list.")}
    assert numbered == set(range(len(truth.face.listed)))
    assert fields.count("amount") == fields.count("tax") == 1
    assert {"buyer_name", "seller_name", "code", "date"} <= set(fields)
    assert all(overlapping(page) == [] for page in pages)


def test_there_is_a_look_for_every_layout_variant():
    assert len(looks.PAPER) == len(looks.ELECTRONIC) == LAYOUTS
