"""What happens to a document on desks and in pockets before anyone photographs it.

    worn = wear(drawn, seed=7)
    worn = wear(drawn, 7, [Mark.STAPLE, Mark.HANDWRITING])

Marks may lie over print, as in life, but leave the values of the label readable by a person.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from synth import fonts
from synth.draw import hand
from synth.draw.picture import Drawn, smooth_noise
from synth.draw.place import REGION, Place
from synth.draw.sheet import Color
from synth.fonts import Font

Shade = NDArray[np.float32]
"""height x width x 3, red-green-blue, 0 to 255."""


class Mark(StrEnum):
    """What can be done to a document."""

    FADED = "faded"
    """Thermal paper that has lain in the light."""
    STAPLE = "staple"
    HOLES = "holes"
    """Two filing holes at the left."""
    HANDWRITING = "handwriting"
    STAMP = "stamp"
    """A clerk's rubber stamp: 已报销, 已审核 and the like."""
    COFFEE = "coffee"
    TEAR = "tear"
    HIGHLIGHTER = "highlighter"


_OFTEN = {
    Mark.STAPLE: 0.22,
    Mark.HOLES: 0.12,
    Mark.HANDWRITING: 0.35,
    Mark.STAMP: 0.22,
    Mark.COFFEE: 0.04,
    Mark.FADED: 0.05,
    Mark.TEAR: 0.1,
    Mark.HIGHLIGHTER: 0.08,
}
_PRINTED_GRAY = 0.35
_WORDS = (
    "同意",
    "审核",
    "已核",
    "同意报销",
    "差旅费",
    "招待费",
    "办公用品",
    "经办人",
    "证明人",
    "附件1张",
)
_NAMES = ("林远", "周木青", "沈舟", "许南星", "顾一白", "方知夏", "江晚", "陆云峥")
_STAMPS = ("已报销", "已审核", "附件", "现金付讫", "银行付讫", "转账", "已入账", "作业完毕")
_BIRO: tuple[Color, ...] = ((28, 44, 130), (24, 26, 34), (24, 26, 34), (178, 30, 36))
_STAMP_INK: tuple[Color, ...] = ((206, 40, 46), (206, 40, 46), (58, 62, 150), (120, 44, 140))
_GLOW: tuple[Color, ...] = ((255, 246, 70), (140, 250, 150), (255, 170, 205))


@dataclass(slots=True)
class _Sheet:
    """A page being worn: its light, how much of the paper is there, and where its values stand."""

    light: Shade
    paper: NDArray[np.float32]
    values: NDArray[np.uint8]
    dpi: float
    rng: Random

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.light.shape[0], self.light.shape[1]

    def mm(self, length: float) -> float:
        return length * self.dpi / 25.4

    def spot(self, width: float, height: float, tries: int = 30) -> tuple[int, int]:
        """The top left of a rectangle (pixels) on the page with the fewest values under it."""
        rows, columns = self.size
        wide, high = min(round(width), columns - 2), min(round(height), rows - 2)
        found = [
            (self.rng.randrange(columns - wide), self.rng.randrange(rows - high))
            for _ in range(tries)
        ]
        return min(found, key=lambda at: self._under(at, wide, high))

    def free(self, x0: float, y0: float, x1: float, y1: float) -> bool:
        """Whether no value stands in a rectangle (pixels)."""
        part = self.values[max(0, round(y0)) : round(y1), max(0, round(x0)) : round(x1)]
        return not part.any()

    def _under(self, at: tuple[int, int], wide: int, high: int) -> int:
        return int(self.values[at[1] : at[1] + high, at[0] : at[0] + wide].sum())

    def ink(self, mask: NDArray[np.float32], at: tuple[int, int], color: Color) -> None:
        """Lay ink over the page: `mask` is how much of it, 0 to 1, its top left at `at`."""
        x, y = at
        rows, columns = self.size
        x0, y0 = max(0, x), max(0, y)
        x1, y1 = min(columns, x + mask.shape[1]), min(rows, y + mask.shape[0])
        if x1 <= x0 or y1 <= y0:
            return
        share = mask[y0 - y : y1 - y, x0 - x : x1 - x, None]
        tint = np.array(color, np.float32) / 255
        self.light[y0:y1, x0:x1] *= 1 - share * (1 - tint)


def wear(drawn: Drawn, seed: int, marks: Iterable[Mark] | None = None) -> Drawn:
    """The page with marks on it; without `marks` the seed picks none to a few.

    The same page, seed and marks give the same picture. Places stay where they are. Where paper
    is missing the picture comes back as RGBA. What was electronic is a printout from then on, now
    and then without colour. Raises DependencyMissing (font_missing).
    """
    chance = Random(f"wear:{seed}")
    picked = [mark for mark, often in _OFTEN.items() if chance.random() < often]
    if drawn.electronic and Mark.FADED in picked:
        # its printouts are no thermal paper
        picked.remove(Mark.FADED)
    wanted = set(picked if marks is None else marks)
    if not wanted:
        return drawn
    gray = drawn.electronic and chance.random() < _PRINTED_GRAY
    print_out = drawn.image.convert("L" if gray else "RGBA")
    picture = np.array(print_out.convert("RGBA"), np.float32)
    sheet = _Sheet(
        np.ascontiguousarray(picture[:, :, :3]),
        np.asarray(picture[:, :, 3] / 255, np.float32),
        _values(drawn),
        drawn.dpi,
        chance,
    )
    for mark in Mark:
        if mark in wanted:
            sheet.rng = Random(f"wear:{seed}:{mark.value}")
            _DOERS[mark](sheet)
    return replace(drawn, image=_image(sheet), electronic=False)


def _image(sheet: _Sheet) -> Image.Image:
    light = np.round(sheet.light).clip(0, 255).astype(np.uint8)
    if sheet.paper.min() >= 1:
        return Image.fromarray(light)
    gone = np.round(sheet.paper * 255).astype(np.uint8)[:, :, None]
    return Image.fromarray(np.concatenate([light, gone], axis=2))


def _values(drawn: Drawn) -> NDArray[np.uint8]:
    """1 where a value is printed; 1 all over the middle where the places are not known."""
    width, height = drawn.image.size
    mask = np.zeros((height, width), np.uint8)
    known: Sequence[Place] = [place for place in drawn.places if place.field != REGION]
    for place in known:
        cv2.fillConvexPoly(mask, np.round(place.quad).astype(np.int32), (1,))
    if not known:
        mask[height // 10 : -height // 10, width // 10 : -width // 10] = 1
    return mask


def _staple(sheet: _Sheet) -> None:
    """A bright wire with its shadow, in a corner."""
    rng, rows = sheet.rng, sheet.size[0]
    length, thick = sheet.mm(rng.uniform(10, 12)), max(2, round(sheet.mm(0.6)))
    x, y = sheet.mm(rng.uniform(3, 9)), sheet.mm(rng.uniform(3, 9))
    if rng.random() < 0.2:
        y = rows - y
    turn = np.radians(rng.choice((-45, 0, 90)) + rng.uniform(-12, 12))
    step = np.array([np.cos(turn), np.sin(turn)]) * length / 2
    middle = np.array([max(x, abs(step[0]) + 2), y])
    ends = [tuple(int(v) for v in middle + sign * step) for sign in (-1, 1)]
    drop = max(1, thick // 2)
    shadow = np.zeros(sheet.size, np.float32)
    below = [(a + drop, b + drop) for a, b in ends]
    cv2.line(shadow, below[0], below[1], (0.5,), thick, cv2.LINE_AA)
    sheet.light *= 1 - cv2.GaussianBlur(shadow, (0, 0), drop)[:, :, None]
    cv2.line(sheet.light, ends[0], ends[1], (128, 130, 134), thick, cv2.LINE_AA)
    lift = [(a, b - thick // 3) for a, b in ends]
    cv2.line(sheet.light, lift[0], lift[1], (226, 228, 232), max(1, thick // 3), cv2.LINE_AA)


def _holes(sheet: _Sheet) -> None:
    """Two holes of 6 mm, 80 mm apart, 12 mm from the left edge; nearer where values stand."""
    rows = sheet.size[0]
    gap = min(sheet.mm(80), rows * 0.6) / 2
    middle = rows / 2 + sheet.mm(sheet.rng.uniform(-4, 4))
    radius = sheet.mm(3)
    for y in (middle - gap, middle + gap):
        for inset in (12, 9, 6, 4):
            x = sheet.mm(inset)
            if sheet.free(x - radius, y - radius, x + radius, y + radius):
                center = (round(x), round(y))
                cv2.circle(sheet.paper, center, round(radius), (0.0,), -1, cv2.LINE_AA)
                break


def _handwriting(sheet: _Sheet) -> None:
    """A word, a name, an amount or a tick, by the same pen."""
    rng = sheet.rng
    color = rng.choice(_BIRO)
    for _ in range(rng.choice((1, 1, 2, 3))):
        kind = rng.random()
        if kind < 0.55:
            text = rng.choice(_WORDS + _NAMES)
        elif kind < 0.75:
            text = f"{rng.randint(12, 4800)}.{rng.choice(('00', '50', '80'))}"
        else:
            _scribble(sheet, color)
            continue
        mask = hand.written(text, sheet.mm(rng.uniform(5.5, 9.5)), rng)
        mask *= 0.75 + 0.35 * smooth_noise(rng, (mask.shape[0], mask.shape[1]), 12)
        at = sheet.spot(mask.shape[1], mask.shape[0])
        sheet.ink(np.asarray(np.minimum(mask, 0.96), np.float32), at, color)


def _scribble(sheet: _Sheet, color: Color) -> None:
    """A tick or a signature nobody can read, as one stroke."""
    rng = sheet.rng
    if rng.random() < 0.5:
        knots = [(0.0, 0.5), (0.12, 0.72), (0.24, 0.95), (0.55, 0.4), (1.0, 0.0)]
        wide, high = sheet.mm(rng.uniform(7, 16)), sheet.mm(rng.uniform(5, 10))
    else:
        count = rng.randint(9, 16)
        knots = [
            (
                i / count + rng.uniform(-0.09, 0.09),
                0.5 + rng.uniform(-0.5, 0.5) * (1 - i / count / 2),
            )
            for i in range(count + 1)
        ]
        wide, high = sheet.mm(rng.uniform(18, 34)), sheet.mm(rng.uniform(8, 14))
    line = hand.smooth(knots, 12) * (wide, high)
    pad = 6
    mask = np.zeros((round(high) * 2 + 2 * pad, round(wide * 1.2) + 2 * pad), np.float32)
    points = np.round((line + pad) * 16).astype(np.int32)
    thick = max(1, round(sheet.mm(0.45)))
    cv2.polylines(mask, [points.reshape(-1, 1, 2)], False, (0.9,), thick, cv2.LINE_AA, 4)
    sheet.ink(mask, sheet.spot(mask.shape[1], mask.shape[0]), color)


def _stamp(sheet: _Sheet) -> None:
    """A framed word in stamp ink, pressed unevenly, where it covers few values."""
    rng = sheet.rng
    text = rng.choice(_STAMPS)
    size = round(sheet.mm(rng.uniform(6, 9)))
    font = fonts.pillow(rng.choice((Font.KAI, Font.SONG, Font.HEI)), size)
    wide, high = round(size * (len(text) + 0.9)), round(size * 1.6)
    line = max(2, round(sheet.mm(0.6)))
    tile = Image.new("L", (wide + 4 * line, high + 4 * line), 0)
    pencil = ImageDraw.Draw(tile)
    edge = (line, line, tile.width - line - 1, tile.height - line - 1)
    pencil.rounded_rectangle(edge, line * rng.choice((0, 3)), outline=255, width=line)
    middle = (tile.width / 2, tile.height / 2)
    pencil.text(middle, text, 255, font, anchor="mm", stroke_width=line // 3, stroke_fill=255)
    turned = tile.rotate(rng.gauss(0, 9), Image.Resampling.BICUBIC, expand=True)
    mask = np.asarray(turned, np.float32) / 255
    area = (mask.shape[0], mask.shape[1])
    press = 0.25 + 0.6 * smooth_noise(rng, area, size) + 0.5 * (smooth_noise(rng, area, 2.2) - 0.5)
    pressed = np.asarray(mask * np.clip(press, 0.05, 0.85), np.float32)
    sheet.ink(pressed, sheet.spot(mask.shape[1], mask.shape[0]), rng.choice(_STAMP_INK))


def _coffee(sheet: _Sheet) -> None:
    """The ring a cup leaves, and what ran out of it."""
    rng = sheet.rng
    radius = sheet.mm(rng.uniform(28, 38))
    side = round(radius * 2.6)
    y, x = (np.mgrid[0:side, 0:side] - side / 2).astype(np.float32)
    sway = (smooth_noise(rng, (side, side), side / 4) - 0.5) * radius * 0.12
    far = np.hypot(x, y) + sway
    ring = np.exp(-(((far - radius) / sheet.mm(1.0)) ** 2)) * 0.5
    inner = (far < radius) * 0.05 + np.exp(-np.abs(far - radius * 0.97) / sheet.mm(1.5)) * 0.15
    strength = np.clip(1.5 * smooth_noise(rng, (side, side), side / 3) - 0.2, 0, 1)
    rows, columns = sheet.size
    at = (rng.randrange(columns) - side // 2, rng.randrange(rows) - side // 2)
    sheet.ink(np.asarray((ring + inner) * strength, np.float32), at, (150, 96, 44))


def _faded(sheet: _Sheet) -> None:
    """Print pales towards the foot or a side, but never below what an eye still reads."""
    rng = sheet.rng
    rows, columns = sheet.size
    paper = np.median(sheet.light[::8, ::8].reshape(-1, 3), axis=0).astype(np.float32)
    if rng.random() < 0.75:
        ramp = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    else:
        ramp = np.linspace(0, 1, columns, dtype=np.float32)[None, :]
    lost = rng.uniform(0.45, 0.72) * np.power(ramp, rng.uniform(0.8, 2))
    lost = lost * (0.75 + 0.35 * smooth_noise(rng, sheet.size, max(sheet.size) / 5))
    sheet.light += (paper - sheet.light) * np.clip(lost, 0, 0.75)[:, :, None]


def _tear(sheet: _Sheet) -> None:
    """A corner or a strip of the edge is missing, where nothing is printed."""
    rng = sheet.rng
    for _ in range(30):
        edge = _corner_torn(sheet) if rng.random() < 0.6 else _edge_torn(sheet)
        x0, y0 = edge.min(axis=0)
        x1, y1 = edge.max(axis=0)
        if sheet.free(x0, y0, x1, y1):
            break
    else:
        return
    # torn paper shows its white fibres along the edge
    line = np.round(edge[1:-1]).astype(np.int32).reshape(-1, 1, 2)
    fiber = max(2, round(sheet.mm(1.1)))
    cv2.polylines(sheet.light, [line], False, (253, 252, 250), fiber, cv2.LINE_AA)
    cv2.fillPoly(sheet.paper, [np.round(edge).astype(np.int32)], (0.0,), cv2.LINE_AA)


def _jagged(rng: Random, deep: float) -> NDArray[np.float64]:
    """40 steps of a torn line, sideways, 0 at both ends."""
    rough = smooth_noise(rng, (1, 40), 9)[0] + 0.4 * smooth_noise(rng, (1, 40), 2)[0] - 0.7
    taper = np.sin(np.linspace(0, np.pi, 40)) ** 0.5
    return np.asarray(rough * taper * deep, np.float64)


def _corner_torn(sheet: _Sheet) -> NDArray[np.float64]:
    rows, columns = sheet.size
    rng = sheet.rng
    wide, high = sheet.mm(rng.uniform(5, 22)), sheet.mm(rng.uniform(5, 22))
    t = np.linspace(0, 1, 40)
    jag = _jagged(rng, sheet.mm(3))
    x = np.concatenate([wide * (1 - t) + jag, [-5, -5]])
    y = np.concatenate([high * t + jag, [high, -5]])
    if rng.random() < 0.5:
        x = columns - x
    if rng.random() < 0.5:
        y = rows - y
    return np.stack([x, y], axis=1)


def _edge_torn(sheet: _Sheet) -> NDArray[np.float64]:
    rows, columns = sheet.size
    rng = sheet.rng
    long, deep = sheet.mm(rng.uniform(15, 60)), sheet.mm(rng.uniform(1, 4))
    start = rng.uniform(-long / 2, columns - long / 2)
    x = start + np.linspace(0, long, 40)
    y = np.abs(_jagged(rng, deep * 2.2))
    x = np.concatenate([x, [x[-1], x[0]]])
    y = np.concatenate([y, [-5, -5]])
    return np.stack([x, y if rng.random() < 0.5 else rows - y], axis=1)


def _highlighter(sheet: _Sheet) -> None:
    """A stroke of bright ink over a value or two, which stay readable under it."""
    rng = sheet.rng
    values = np.argwhere(sheet.values)
    if not len(values):
        return
    color = rng.choice(_GLOW)
    for _ in range(rng.choice((1, 1, 2))):
        y, x = values[rng.randrange(len(values))]
        high, long = round(sheet.mm(rng.uniform(4, 5))), round(sheet.mm(rng.uniform(18, 40)))
        mask = np.full((high, long), 0.85, np.float32)
        mask *= 0.85 + 0.25 * smooth_noise(rng, (high, long), high / 2)
        mask[:, -max(2, high // 4) :] *= 1.12
        shear = np.array([[1, rng.uniform(-0.4, 0.4), high / 2], [rng.gauss(0, 0.012), 1, 0]])
        size = (long + high, high + round(long * 0.03))
        mask = np.asarray(cv2.warpAffine(mask, shear, size), np.float32)
        sheet.ink(np.clip(mask, 0, 1), (int(x) - long // 2, int(y) - high // 2), color)


_DOERS: dict[Mark, Callable[[_Sheet], None]] = {
    Mark.STAPLE: _staple,
    Mark.HOLES: _holes,
    Mark.HANDWRITING: _handwriting,
    Mark.STAMP: _stamp,
    Mark.COFFEE: _coffee,
    Mark.FADED: _faded,
    Mark.TEAR: _tear,
    Mark.HIGHLIGHTER: _highlighter,
}
