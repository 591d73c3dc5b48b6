"""Runs of text as an OFD's TextObjects: steps between letters, pieces, embedded fonts."""

import io
import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from random import Random
from xml.etree.ElementTree import Element

from fontTools import subset
from fontTools.ttLib import TTFont

from synth import fonts
from synth.draw.sheet import POINTS_PER_MM, Color, Text
from synth.fonts import Font
from synth.originals.dialects import Cuts, OfdDialect
from synth.originals.markup import node

ASCENT, DESCENT = 0.86, 0.14
"""Of the letter height, above and below the baseline."""
POINT = round(25.4 / 72, 4)
"""A point in mm as programs that turn a PDF into an OFD write it."""
_WIDE = frozenset("WFA")
_SHARES = {Font.MONO: 0.6}
_NAMES = {
    Font.SONG: ("宋体", "SimSun"),
    Font.KAI: ("楷体", "楷体"),
    Font.MONO: ("Courier New", "Courier New"),
    Font.HEI: ("黑体", "黑体"),
    Font.SANS: ("Arial", "Arial"),
}
_YEN = "¥￥"


@dataclass(frozen=True, slots=True)
class Run:
    """Text from `x` on the baseline `y`, mm; `steps` lead from each letter to the next.

    `narrow` condenses it across, `tail` is a second text of the same object `gap` mm behind.
    """

    x: float
    y: float
    text: str
    font: Font
    size: float
    steps: tuple[float, ...]
    color: Color
    narrow: float = 1.0
    angle: float = 0.0
    of: str = ""
    tail: "Run | None" = None

    @property
    def width(self) -> float:
        """Width on the page, mm."""
        return sum(self.steps) * self.narrow


@dataclass(slots=True)
class FontTable:
    """The fonts of a file and, where they are embedded, the letters used of each."""

    embedded: bool
    ids: dict[Font, int] = field(default_factory=dict)
    used: dict[Font, set[str]] = field(default_factory=dict)

    def number(self, font: Font, first: int) -> int:
        """The id of a font, given out from `first` on in the order of their use."""
        return self.ids.setdefault(font, first + len(self.ids))

    def learn(self, runs: Iterable[Run]) -> None:
        """Take note of the letters of `runs`."""
        for run in runs:
            self.used.setdefault(run.font, set()).update(run.text)

    def glyphs(self, font: Font) -> dict[str, int]:
        """The glyph numbers of the letters used, in the embedded subset."""
        return _subset(font, "".join(sorted(self.used[font])))[1]

    def files(self) -> dict[Font, bytes]:
        """The subsets to embed."""
        if not self.embedded:
            return {}
        return {font: _subset(font, "".join(sorted(self.used[font])))[0] for font in self.ids}

    def elements(self) -> list[Element]:
        """The ofd:Font elements of the resources."""
        found = []
        for font, number in self.ids.items():
            name, family = _NAMES[font]
            element = node("ofd:Font", ID=number, FontName=name, FamilyName=family)
            if self.embedded:
                element.append(node("ofd:FontFile", font_file(number)))
            found.append(element)
        return found


def font_file(number: int) -> str:
    """The name of an embedded font's file."""
    return f"font_{number}.ttf"


@cache
def _subset(font: Font, letters: str) -> tuple[bytes, dict[str, int]]:
    """(the font with no letters but these, the number of each one's glyph)."""
    options = subset.Options(
        layout_features=[],
        hinting=False,
        notdef_outline=True,
        name_IDs=[],
        drop_tables=[
            "BDF",
            "GSUB",
            "GPOS",
            "GDEF",
            "BASE",
            "FFTM",
            "EBDT",
            "EBLC",
            "EBSC",
            "vhea",
            "vmtx",
        ],
        recalc_timestamp=False,
    )
    path = str(fonts.find(font).path)
    with TTFont(path, fontNumber=0, recalcTimestamp=False, lazy=True) as loaded:
        worker = subset.Subsetter(options)
        worker.populate(text=letters)
        worker.subset(loaded)
        names = loaded.getBestCmap()
        order = loaded.getReverseGlyphMap()
        memory = io.BytesIO()
        loaded.save(memory, reorderTables=False)
    numbers = {char: order[names[ord(char)]] for char in letters if ord(char) in names}
    return memory.getvalue(), numbers


def runs_of(mark: Text, dialect: OfdDialect) -> list[Run]:
    """A mark as runs: one, or its ¥ apart from the figure."""
    if not mark.text:
        return []
    style = mark.style
    size = style.size / POINTS_PER_MM
    share = _real if dialect.embedded else _nominal
    steps = tuple(share(char, style.font) * size + style.spacing for char in mark.text)
    full = sum(steps)
    narrow = mark.fit / full if mark.fit and full > mark.fit else 1.0
    width = full * narrow
    left = {"left": 0.0, "center": -width / 2, "right": -width}[mark.align]
    turn = math.radians(mark.angle)
    x, y = mark.x + left * math.cos(turn), mark.y + left * math.sin(turn)
    run = Run(x, y, mark.text, style.font, size, steps, style.color, narrow, mark.angle, mark.of)
    if dialect.apart and mark.of and mark.text[0] in _YEN and len(mark.text) > 1 and not mark.angle:
        return [_piece(run, 0, 1), _piece(run, 1, len(mark.text))]
    return [run]


def _nominal(char: str, font: Font) -> float:
    """How wide the usual fonts (SimSun, KaiTi, Courier New) have a letter, in its height."""
    if unicodedata.east_asian_width(char) in _WIDE:
        return 1.0
    return _SHARES.get(font, 0.5)


def _real(char: str, font: Font) -> float:
    return fonts.text_width(char, font, 1.0)


def _piece(run: Run, begin: int, end: int) -> Run:
    """Some letters of a run, where they stand."""
    x = run.x + sum(run.steps[:begin]) * run.narrow
    return replace(run, x=x, text=run.text[begin:end], steps=run.steps[begin:end])


def in_pieces(run: Run, chance: Random) -> list[Run]:
    """A run cut in up to four pieces; short and turned ones stay whole, and some others."""
    if run.angle or len(run.text) < 4 or chance.random() < 0.3:
        return [run]
    places = chance.sample(range(1, len(run.text)), min(chance.randint(1, 3), len(run.text) - 1))
    ends = [0, *sorted(places), len(run.text)]
    return [_piece(run, begin, end) for begin, end in pairwise(ends)]


def element_of(
    run: Run, key: int, dialect: OfdDialect, table: FontTable, chance: Random
) -> Element:
    """The TextObject of a run; `table` knows its font's number."""
    unit = POINT if dialect.points else 1.0
    box, matrix, start = _placed(run, unit)
    element = node(
        "ofd:TextObject",
        ID=key,
        Boundary=" ".join(map(number, box)),
        Font=table.ids[run.font],
        Size=number(run.size / unit),
    )
    if matrix != (1, 0, 0, 1, 0, 0):
        element.set("CTM", " ".join(map(number, matrix)))
    if run.color != (0, 0, 0):
        element.append(node("ofd:FillColor", Value=" ".join(map(str, run.color))))
    pieces = in_pieces(run, chance) if dialect.cuts is Cuts.CODES else [run]
    if run.tail:
        pieces.append(run.tail)
    if table.embedded:
        element.extend(_transforms(pieces, table))
    for piece in pieces:
        # turned runs are never cut: their one piece begins where they do
        x = start[0] + (piece.x - run.x) / (unit * run.narrow)
        element.append(_code(piece, (x, start[1]), unit, dialect.runs))
    return element


_Numbers = tuple[float, ...]


def _placed(run: Run, unit: float) -> tuple[_Numbers, _Numbers, tuple[float, float]]:
    """(the boundary of a run, its CTM, where in its own coordinates it begins)."""
    turn = math.radians(run.angle)
    cos, sin = math.cos(turn), math.sin(turn)
    above, below = ASCENT * run.size, DESCENT * run.size
    width = run.width if run.tail is None else run.tail.x + run.tail.width - run.x
    corners = [
        (x * cos - y * sin, x * sin + y * cos) for x in (0.0, width) for y in (-above, below)
    ]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    right, bottom = max(x for x, _ in corners), max(y for _, y in corners)
    box = (run.x + left, run.y + top, right - left, bottom - top)
    across = run.narrow * unit
    if run.angle:
        return box, (cos * across, sin * across, -sin * unit, cos * unit, -left, -top), (0.0, 0.0)
    return box, (across, 0, 0, unit, 0, 0), (0.0, above / unit)


def _code(run: Run, at: tuple[float, float], unit: float, packed: bool) -> Element:
    code = node("ofd:TextCode", run.text, X=number(at[0]), Y=number(at[1]))
    steps = [number(step / unit) for step in run.steps[:-1]]
    if steps:
        code.set("DeltaX", _packed(steps) if packed else " ".join(steps))
    return code


def _packed(steps: list[str]) -> str:
    """Equal steps as "g n v"."""
    words: list[str] = []
    begin = 0
    for end in range(1, len(steps) + 1):
        if end < len(steps) and steps[end] == steps[begin]:
            continue
        count = end - begin
        words += [steps[begin]] if count == 1 else ["g", str(count), steps[begin]]
        begin = end
    return " ".join(words)


def _transforms(pieces: list[Run], table: FontTable) -> list[Element]:
    """The glyphs of the letters, in their own transforms; letters the font lacks have none."""
    found = []
    position = 0
    for piece in pieces:
        glyphs = table.glyphs(piece.font)
        numbers = [glyphs.get(char) for char in piece.text]
        if None not in numbers:
            count = len(numbers)
            listed = node("ofd:Glyphs", " ".join(map(str, numbers)))
            found.append(
                node("ofd:CGTransform", listed, CodePosition=position, CodeCount=count,
                     GlyphCount=count)
            )  # fmt: skip
        position += len(piece.text)
    return found


def number(value: float) -> str:
    """A length with at most four decimals."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
