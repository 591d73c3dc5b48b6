"""Draws the confusion table and the reliability curve of a classifier (docs/classifier.md)."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_CELL, _LEFT, _TOP, _CURVE = 22, 150, 170, 420
_INK, _FAINT, _GOOD, _BAD = (30, 30, 30), (215, 215, 215), (40, 110, 70), (190, 60, 40)


def draw(
    path: Path,
    names: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    curve: Sequence[tuple[float, float, int]],
) -> None:
    """Write a PNG: rows are the truth, columns the first guess; shade is the part of the row.

    `pairs` are (truth, guess); `curve` has (mean probability, how often right, count).
    """
    side = _CELL * len(names)
    size = (_LEFT + side + _CURVE + 140, _TOP + max(side, _CURVE) + 60)
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(12)
    _confusion(pen, font, names, Counter(pairs))
    _reliability(pen, font, (_LEFT + side + 90, _TOP), curve)
    _column_names(picture, font, names)
    picture.save(path)


_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def _confusion(
    pen: ImageDraw.ImageDraw, font: _Font, names: Sequence[str], counts: Counter[tuple[str, str]]
) -> None:
    for y, truth in enumerate(names):
        whole = sum(n for (a, _), n in counts.items() if a == truth)
        top = _TOP + y * _CELL
        pen.text((_LEFT - 8, top + _CELL // 2), truth, _INK, font, anchor="rm")
        for x, guess in enumerate(names):
            part = counts[truth, guess] / whole if whole else 0.0
            left = _LEFT + x * _CELL
            colour = _shade(_GOOD if x == y else _BAD, part if x == y else min(1.0, part * 4))
            pen.rectangle((left, top, left + _CELL, top + _CELL), colour, _FAINT)
            if part:
                ink = "white" if part > (0.5 if x == y else 0.12) else _INK
                centre = (left + _CELL // 2, top + _CELL // 2)
                pen.text(centre, f"{part * 100:.0f}", ink, font, anchor="mm")
    pen.text((_LEFT, 12), "truth (rows) against first guess (columns), % of the row", _INK, font)


def _column_names(picture: Image.Image, font: _Font, names: Sequence[str]) -> None:
    strip = Image.new("RGB", (_TOP - 40, _CELL * len(names)), "white")
    pen = ImageDraw.Draw(strip)
    for y, name in enumerate(names):
        place = (4, _CELL * y + _CELL // 2)
        pen.text(place, name, _INK, font, anchor="lm")
    turned = strip.transpose(Image.Transpose.ROTATE_90)
    picture.paste(turned, (_LEFT, 36))


def _reliability(
    pen: ImageDraw.ImageDraw,
    font: _Font,
    corner: tuple[int, int],
    curve: Sequence[tuple[float, float, int]],
) -> None:
    left, top = corner
    pen.rectangle((left, top, left + _CURVE, top + _CURVE), outline=_INK)
    pen.line((left, top + _CURVE, left + _CURVE, top), _FAINT, 2)
    for tick in range(0, 11, 2):
        at = tick * _CURVE // 10
        pen.text((left - 6, top + _CURVE - at), f"{tick / 10:.1f}", _INK, font, anchor="rm")
        pen.text((left + at, top + _CURVE + 6), f"{tick / 10:.1f}", _INK, font, anchor="mt")
    points = [(left + p * _CURVE, top + _CURVE - r * _CURVE) for p, r, _ in curve]
    if len(points) > 1:
        pen.line(points, _GOOD, 2)
    for (x, y), (_, _, count) in zip(points, curve, strict=True):
        pen.ellipse((x - 4, y - 4, x + 4, y + 4), _GOOD)
        pen.text((x + 7, y + 7), str(count), _INK, font)
    pen.text((left, top - 22), "reliability: how often right, by stated probability", _INK, font)


def _shade(colour: tuple[int, int, int], part: float) -> tuple[int, int, int]:
    red, green, blue = (round(255 - (255 - channel) * part) for channel in colour)
    return red, green, blue
