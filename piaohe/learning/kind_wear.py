"""Drawn words as cameras and OCR engines leave them: glued, cut, misread, covered, lost, tilted
(domain.md 10.1 and 10.2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import cos, radians, sin
from random import Random
from statistics import median

from models.geometry import Box
from models.page import Source, Token
from models.text import squash
from ocr.labels import TITLES, TRADITIONAL
from piaohe.learning.kind_material import Drawn, Run

_DOTS = 8.0
"""Pixels a mm, as on a scan of 200 dpi."""
_CONFUSED = dict(
    zip(
        "0O1IZ2S5B8G6T74A圆元整正仟千佰百贰柒肆叁捌玖零壹伍¥司句称税额票码号票购销单价开日未末大太人入名各",
        "O0I12Z5SB86G74A4园无正整千仟百佰弍染律参扒玫雯壶侁半刁句祢悦颔栗码亏要构俏车介井目末未太大入人各名",
        strict=True,
    )
)
_CALLIGRAPHIC = {chr(simple): chr(old) for old, simple in TRADITIONAL.items()}
_STRANGE = "口一丨丶十工二三日目王玉田由甲申厂广丿八入人大犬太木本术米"
_SEAL_WORDS = (
    "发票专用章",
    "全国统一发票监制章",
    "国家税务总局",
    "监制章",
    "财政部监制",
    "现金收讫",
    "已审核",
)
_SCRIBBLES = ("1", "I", "L", "一", "口", "、", ".", "已报销", "3", "同意", "A", "°", "/")
_TITLE_TALL, _TITLE_TOP = 1.2, 0.4


@dataclass(frozen=True, slots=True)
class Harm:
    """What happens to a page. Shares of 0 to 1 but for `gap` (heights of a line between runs that
    are still read as one) and `tilt` (degrees). `title` is what becomes of it."""

    gap: float
    lost: float
    misread: float
    torn: float
    sealed: float
    cropped: float
    tilt: float
    title: str
    exact: bool


Mangle = Callable[[Run, Random], Run | None]


def clean() -> Harm:
    """A text layer: nothing happens."""
    return Harm(0, 0, 0, 0, 0, 0, 0, "whole", exact=True)


def any_harm(rng: Random) -> Harm:
    """Harm as it comes: often little, sometimes much."""
    if rng.random() < 0.15:
        return clean()
    return Harm(
        gap=rng.choice((0.3, 0.6, 1.0, 2.0)),
        lost=rng.choice((0, 0, 0.03, 0.1, 0.3)),
        misread=rng.choice((0, 0.01, 0.03, 0.1)),
        torn=rng.choice((0, 0, 0.05, 0.2)),
        sealed=rng.choice((0, 0.3, 0.9)),
        cropped=rng.choice((0, 0, 0, 0.12, 0.3)),
        tilt=rng.choice((0, 0, rng.uniform(-2, 2), rng.uniform(-7, 7))),
        title=rng.choice(("whole", "whole", "whole", "lost", "cut", "misread")),
        exact=False,
    )


def seen(drawn: Drawn, rng: Random, harm: Harm) -> tuple[tuple[Token, ...], tuple[float, float]]:
    """The tokens an engine gives of a page that came to harm, and the picture's size in pixels.

    The order of tokens is chance. There may be none.
    """
    titled = _title(drawn.runs)
    runs = [run for i, run in enumerate(drawn.runs) if i not in titled or harm.title == "whole"]
    if harm.title != "whole":
        hurt = (_title_hurt(drawn.runs[i], rng, harm.title) for i in sorted(titled))
        runs += [run for run in hurt if run]
    runs = _sealed(runs, drawn.seals, rng, harm.sealed)
    runs = _cropped(runs, drawn.size, rng, harm.cropped)
    runs = _glued(runs, rng, harm.gap) if harm.gap else runs
    runs = [run for run in runs if rng.random() >= harm.lost]
    runs = [piece for run in runs for piece in _torn(run, rng, harm.torn)]
    if harm.misread:
        runs = [replace(run, text=misread(run.text, rng, harm.misread)) for run in runs]
    if not harm.exact:
        runs += _strays(drawn, rng)
    rng.shuffle(runs)
    return _placed(runs, drawn.size, rng, harm)


def without_title(drawn: Drawn) -> Drawn:
    """The page without the words of its title: whatever is set large at its head, and whatever
    names a form anywhere."""
    titled = _title(drawn.runs)
    runs = [run for i, run in enumerate(drawn.runs) if i not in titled]
    runs = [run for run in runs if not is_title(run.text)]
    return replace(drawn, runs=tuple(runs))


def is_title(text: str) -> bool:
    """Whether the name of a form stands in a text."""
    plain = squash(text).translate(TRADITIONAL)
    return any(title.pattern.search(plain) for title in TITLES if not title.anywhere)


def misread(text: str, rng: Random, share: float) -> str:
    """A text with some characters taken for others, or not seen."""
    found = []
    for char in text:
        if rng.random() >= share:
            found.append(char)
            continue
        how = rng.random()
        if how < 0.5:
            found.append(_CONFUSED.get(char) or _CALLIGRAPHIC.get(char) or rng.choice(_STRANGE))
        elif how < 0.75:
            found.append(rng.choice(_STRANGE))
    return "".join(found)


def _title(runs: Sequence[Run]) -> set[int]:
    """Which runs are the title: large ones at the head, and those that name a form there."""
    if not runs:
        return set()
    top = min(run.box.y0 for run in runs)
    limit = top + _TITLE_TOP * (max(run.box.y1 for run in runs) - top)
    usual = median(run.box.height for run in runs)
    return {
        i
        for i, run in enumerate(runs)
        if run.box.cy <= limit
        and not any(char.isdigit() for char in run.text)
        and (_TITLE_TALL * usual < run.box.height < run.box.width or is_title(run.text))
    }


def _title_hurt(run: Run, rng: Random, how: str) -> Run | None:
    if how == "lost":
        return None
    if how == "misread":
        return replace(run, text=misread(run.text, rng, 0.4))
    share = rng.uniform(0.15, 0.7)
    return _part(run, 0.0, share) if rng.random() < 0.5 else _part(run, share, 1.0)


def _part(run: Run, begin: float, end: float) -> Run | None:
    """What stands between two shares of a run's width."""
    count = len(run.text)
    text = run.text[round(begin * count) : round(end * count)]
    if not text:
        return None
    x0, y0, x1, y1 = run.box
    return Run(text, Box(x0 + begin * (x1 - x0), y0, x0 + end * (x1 - x0), y1))


def _sealed(runs: list[Run], seals: Sequence[Box], rng: Random, share: float) -> list[Run]:
    """Runs under seals lost or misread; now and then the seal's own words are read instead."""
    if not share:
        return runs
    found: list[Run] = []
    for run in runs:
        covered = [s for seal in seals if (s := run.box.intersection(seal))]
        hidden = max((s.area for s in covered), default=0.0) / max(run.box.area, 1e-9)
        if hidden > 0.25 and rng.random() < share:
            if rng.random() < 0.5:
                found.append(replace(run, text=misread(run.text, rng, hidden * 0.6)))
            continue
        found.append(run)
    legible = [seal for seal in seals if rng.random() < 0.4]
    return found + [Run(rng.choice(_SEAL_WORDS), _middle(seal)) for seal in legible]


def _middle(box: Box) -> Box:
    return Box(box.x0 + box.width * 0.2, box.cy - 1.5, box.x1 - box.width * 0.2, box.cy + 1.5)


def _cropped(runs: list[Run], size: tuple[float, float], rng: Random, share: float) -> list[Run]:
    """What is left where a strip along one side is missing."""
    if not share:
        return runs
    side, lost = rng.randrange(4), rng.uniform(0.02, share)
    width, height = size
    left, right = (lost * width if side == 0 else 0), (1 - lost if side == 1 else 1) * width
    top, bottom = (lost * height if side == 2 else 0), (1 - lost if side == 3 else 1) * height
    found: list[Run] = []
    for run in runs:
        x0, _, x1, _ = run.box
        if not top <= run.box.cy <= bottom or x1 <= left or x0 >= right:
            continue
        wide = max(x1 - x0, 1e-6)
        begin, end = max(0.0, (left - x0) / wide), min(1.0, (right - x0) / wide)
        part = _part(run, begin, end)
        if part:
            found.append(part)
    return found


def _glued(runs: list[Run], rng: Random, gap: float) -> list[Run]:
    """Neighbours on a line read as one run."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.box.cy):
        row = rows[-1] if rows else None
        if row and abs(run.box.cy - row[-1].box.cy) < 0.35 * run.box.height:
            row.append(run)
        else:
            rows.append([run])
    found: list[Run] = []
    for row in rows:
        for i, run in enumerate(sorted(row, key=lambda run: run.box.x0)):
            last = found[-1] if i else None
            near = last is not None and run.box.x0 - last.box.x1 < gap * run.box.height
            if last is not None and near and rng.random() < 0.85:
                found[-1] = Run(last.text + run.text, last.box.union(run.box))
            else:
                found.append(run)
    return found


def _torn(run: Run, rng: Random, share: float) -> list[Run]:
    if len(run.text) < 4 or rng.random() >= share:
        return [run]
    cut = rng.uniform(0.25, 0.75)
    pieces = (_part(run, 0.0, cut), _part(run, cut, 1.0))
    return [piece for piece in pieces if piece and rng.random() < 0.9]


def _strays(drawn: Drawn, rng: Random) -> list[Run]:
    """Scribbles, and words of whatever lies beside the page."""
    if rng.random() < 0.6:
        return []
    width, height = drawn.size
    found = []
    for _ in range(rng.randint(1, 4)):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        found.append(Run(rng.choice(_SCRIBBLES), Box(x, y, x + 3, y + 3)))
    return found


def _placed(
    runs: Sequence[Run], size: tuple[float, float], rng: Random, harm: Harm
) -> tuple[tuple[Token, ...], tuple[float, float]]:
    """Runs as tokens in pixels of a picture that shows the page tilted, maybe with a rim."""
    rim = 0.0 if harm.exact or rng.random() < 0.6 else rng.uniform(0.02, 0.5)
    width, height = size[0] * (1 + rim), size[1] * (1 + rim * rng.uniform(0.5, 1.5))
    dx, dy = (width - size[0]) / 2, (height - size[1]) / 2
    turn = radians(harm.tilt)
    c, s = cos(turn), sin(turn)
    tokens = []
    for run in runs:
        text = run.text.strip()
        if not squash(text):
            continue
        x, y = run.box.cx - size[0] / 2, run.box.cy - size[1] / 2
        cx, cy = x * c - y * s + size[0] / 2 + dx, x * s + y * c + size[1] / 2 + dy
        w, h = run.box.width / 2, run.box.height / 2
        box = Box(*(_DOTS * edge for edge in (cx - w, cy - h, cx + w, cy + h)))
        source = Source.PDF_TEXT if harm.exact else Source.OCR
        tokens.append(Token(text, box, 1.0 if harm.exact else 0.95, source))
    return tuple(tokens), (_DOTS * width, _DOTS * height)
