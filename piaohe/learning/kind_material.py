"""What the classifier of kinds learns from: drawn documents as words with their places, no OCR run.

    for drawn in documents(seed, each): ...      what is drawn, as runs of text in mm
    tokens, size = seen(drawn, rng)              the same as a camera and an OCR engine garble it

Only words and layouts that are not kept back for the benchmarks are drawn (decision 0015).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from math import cos, radians, sin
from random import Random

from models.forms import Form
from models.geometry import Box
from models.kind import OTHER
from models.text import squash
from synth.asides import ASIDES, lay_out_aside, make_aside
from synth.draw.place import extent
from synth.draw.sheet import POINTS_PER_MM, Picture, Sheet, Text
from synth.drawing import make
from synth.kinds import KINDS, kind_of
from synth.truth import Truth

_ASCENT, _DESCENT = 0.88, 0.14
_HARD_SHARE = 0.3
_COLUMN_STEP = 2.6
"""Single characters below one another nearer than this many heights are a line set downwards."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text and its place, mm."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page: its kind, the group it belongs to, its size in mm, its runs, and where seals stand.

    Pages of one group share layout or place of issue; groups, not pages, are held back.
    """

    kind: str
    group: str
    size: tuple[float, float]
    runs: tuple[Run, ...]
    seals: tuple[Box, ...] = ()


def documents(seed: int, each: int) -> Iterator[Drawn]:
    """`each` documents of every kind synth draws, all their pages, and of those it does not."""
    for name in KINDS:
        for i in range(each):
            yield from pages_of(_truth(name, seed * 100_003 + i))
    for name in ASIDES:
        for i in range(each):
            yield of_aside(name, seed * 100_003 + i)
    for i in range(each):
        yield _freight(seed * 100_003 + i)
        yield _letter(seed * 100_003 + i)


def pages_of(truth: Truth) -> Iterator[Drawn]:
    """The pages of one document; those that list goods behind a tax-control form are lists."""
    kind = kind_of(truth.kind)
    group = _group(truth)
    yield of_sheet(kind.lay_out(truth), truth.form.value, group)
    listed = not truth.form.is_digital
    for sheet in kind.more(truth) if kind.more else ():
        what = "sales_list" if listed else truth.form.value
        yield of_sheet(sheet, what, f"{group}:more")


def of_aside(name: str, seed: int, of: Truth | None = None, *, kept: bool = False) -> Drawn:
    """A page that is no invoice."""
    aside = make_aside(name, seed, of, kept)
    return of_sheet(lay_out_aside(aside), aside.what, f"{name}:{aside.layout}")


def of_sheet(sheet: Sheet, kind: str, group: str) -> Drawn:
    """A drawn sheet as runs of text."""
    marks = [mark for layer in sheet.marks.values() for mark in layer]
    runs = [_run(mark) for mark in marks if isinstance(mark, Text) and squash(mark.text)]
    seals = [
        Box(mark.x, mark.y, mark.x + mark.width, mark.y + mark.height)
        for mark in marks
        if isinstance(mark, Picture)
    ]
    small = [box for box in seals if box.area < 0.2 * sheet.width * sheet.height]
    return Drawn(kind, group, (sheet.width, sheet.height), _columns(runs), tuple(small))


def _truth(name: str, seed: int) -> Truth:
    """A document, now and then with something that makes it hard."""
    rng = Random(f"kind:{name}:{seed}")  # noqa: S311 - it must repeat
    traits = sorted(kind_of(name).traits)
    hard = traits and rng.random() < _HARD_SHARE
    return make(name, seed, traits=(rng.choice(traits),) if hard else ())


def _group(truth: Truth) -> str:
    details = truth.face.details
    layout = details.get("layout") or details.get("paper") or truth.face.region
    return f"{truth.kind}:{layout}"


def _run(mark: Text) -> Run:
    left, width = extent(mark)
    size = mark.style.size / POINTS_PER_MM
    turn = radians(mark.angle)
    c, s = cos(turn), sin(turn)
    corners = (
        (left, -_ASCENT * size),
        (left + width, -_ASCENT * size),
        (left + width, _DESCENT * size),
        (left, _DESCENT * size),
    )
    placed = tuple((mark.x + x * c - y * s, mark.y + x * s + y * c) for x, y in corners)
    return Run(mark.text, Box.around(placed))


def _columns(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Runs with single characters set downwards joined to one, as an engine reads them."""
    found: list[Run] = []
    for run in runs:
        last = found[-1] if found else None
        if last and len(run.text) == 1 and len(last.text) <= 12 and _is_below(run.box, last):
            found[-1] = Run(last.text + run.text, last.box.union(run.box))
        else:
            found.append(run)
    return tuple(found)


def _is_below(box: Box, above: Run) -> bool:
    tall = len(above.text) == 1 or above.box.height > 1.5 * above.box.width
    near = 0 < box.y1 - above.box.y1 < _COLUMN_STEP * box.height
    return tall and near and abs(box.cx - above.box.cx) < 0.3 * max(box.width, 0.1)


_FREIGHT = {
    "增值税专用发票": "货物运输业增值税专用发票",
    "货物或应税劳务、服务名称": "费用项目及金额",
    "规格型号": "运输货物信息",
    "单位": "车种车号",
    "数量": "车船吨位",
    "单价": "合计金额",
    "地址、电话:": "收货人及纳税人识别号",
    "开户行及账号:": "发货人及纳税人识别号",
    "名称:": "承运人及纳税人识别号",
    "纳税人识别号:": "实际受票方及纳税人识别号",
    "销售方:(章)": "承运人:(章)",
}
"""货物运输业增值税专用发票, not issued since 2016 and not drawn by synth: the paper form of its
family with its own labels in their places."""


def _freight(seed: int) -> Drawn:
    truth = _truth(Form.VAT_SPECIAL.value, seed)
    (page, *_) = pages_of(truth)
    rng = Random(f"freight:{seed}")  # noqa: S311 - it must repeat
    runs = []
    for run in page.runs:
        text = squash(run.text)
        found = next((label for label in _FREIGHT if text.endswith(label)), None)
        if found:
            text = text.removesuffix(found) + _FREIGHT[found]
        runs.append(replace(run, text=text))
    width, height = page.size
    below = Box(0.1 * width, 0.4 * height, 0.3 * width, 0.43 * height)
    runs.append(Run("起运地、经由、到达地", below))
    if rng.random() < 0.7:
        foot = Box(0.1 * width, 0.75 * height, 0.3 * width, 0.78 * height)
        runs.append(Run("主管税务机关及代码", foot))
    group = f"freight:{page.group}"
    return Drawn(Form.FREIGHT_SPECIAL.value, group, page.size, tuple(runs), page.seals)


@cache
def _sentences() -> tuple[str, ...]:
    """What letters and forms of offices say, a line each."""
    text = files("piaohe.learning").joinpath("data/letters.txt").read_text("utf-8")
    return tuple(text.splitlines())


def _letter(seed: int) -> Drawn:
    """A page of anything else that is written in offices."""
    rng = Random(f"letter:{seed}")  # noqa: S311 - it must repeat
    count, y = rng.randint(4, 40), 20.0
    runs: list[Run] = []
    for _ in range(count):
        text = "".join(rng.choice(_sentences()) for _ in range(rng.choice((1, 1, 1, 2))))
        x, size = rng.choice((20.0, 20.0, 28.0, 90.0)), rng.choice((3.5, 4.0, 5.5))
        runs.append(Run(text, Box(x, y, x + size * len(text), y + size)))
        y += size * rng.uniform(1.2, 2.4)
    return Drawn(OTHER, f"letter:{seed % 4}", (210.0, max(297.0, y + 10)), tuple(runs))
