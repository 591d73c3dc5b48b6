"""Confusions and reliability as one picture."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

_CELL, _NAMES, _TOP = 18, 130, 150
_GRAPH, _RIM = 420, 60
_INK, _PALE, _RULE = (30, 30, 30), (200, 200, 200), (235, 235, 235)
_GOOD, _BAD = (40, 110, 180), (200, 60, 40)

Counts = Mapping[tuple[str, str], int]
Curve = Sequence[tuple[float, float, int]]


def write(path: Path, counts: Counts, curve: Curve) -> None:
    """Draw a table of what was taken for what beside the reliability curve.

    `counts` are pages by (is, was taken for); a point of `curve` is the mean probability, the
    share right, and how many pages it stands for.
    """
    names = sorted({name for pair in counts for name in pair})
    side = _NAMES + _CELL * len(names) + 20
    size = (side + _GRAPH + 2 * _RIM, max(_TOP + _CELL * len(names) + 20, _GRAPH + 2 * _RIM))
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    _table(image, draw, names, counts)
    _curve(draw, (side + _RIM, _RIM), curve)
    image.save(path)


def _table(
    image: Image.Image, draw: ImageDraw.ImageDraw, names: Sequence[str], counts: Counts
) -> None:
    totals = {name: sum(n for (is_, _), n in counts.items() if is_ == name) for name in names}
    for i, name in enumerate(names):
        y, x = _TOP + i * _CELL, _NAMES + i * _CELL
        draw.text((4, y + 3), name, fill=_INK)
        _upright(image, (x + 2, 6), name)
        draw.line((_NAMES, y, _NAMES + _CELL * len(names), y), fill=_RULE)
    for (is_, said), count in counts.items():
        i, j = names.index(is_), names.index(said)
        x, y = _NAMES + j * _CELL, _TOP + i * _CELL
        deep = 0.25 + 0.75 * count / totals[is_]
        ink = _GOOD if is_ == said else _BAD
        shade = tuple(round(255 - deep * (255 - part)) for part in ink)
        draw.rectangle((x, y, x + _CELL - 2, y + _CELL - 2), fill=shade)
        draw.text((x + 2, y + 3), str(count), fill="white" if deep > 0.6 else _INK)


def _upright(image: Image.Image, at: tuple[int, int], name: str) -> None:
    """A name written upwards."""
    label = Image.new("RGB", (_TOP - 10, 14), "white")
    ImageDraw.Draw(label).text((0, 1), name, fill=_INK)
    image.paste(label.rotate(90, expand=True), at)


def _curve(draw: ImageDraw.ImageDraw, at: tuple[int, int], curve: Curve) -> None:
    """Mean probability to the right, share right upwards; a perfect classifier is the diagonal."""
    x0, y0 = at
    draw.rectangle((x0, y0, x0 + _GRAPH, y0 + _GRAPH), outline=_INK)
    draw.line((x0, y0 + _GRAPH, x0 + _GRAPH, y0), fill=_PALE)
    for tenth in range(0, 11, 2):
        step = tenth * _GRAPH // 10
        draw.text((x0 + step - 8, y0 + _GRAPH + 6), f"{tenth / 10:.1f}", fill=_INK)
        draw.text((x0 - 26, y0 + _GRAPH - step - 6), f"{tenth / 10:.1f}", fill=_INK)
    draw.text((x0 + 130, y0 + _GRAPH + 26), "probability given", fill=_INK)
    draw.text((x0, y0 - 18), "share right", fill=_INK)
    points = [(x0 + p * _GRAPH, y0 + (1 - right) * _GRAPH) for p, right, _ in curve]
    if len(points) > 1:
        draw.line(points, fill=_GOOD, width=2)
    for (x, y), (_, _, pages) in zip(points, curve, strict=True):
        draw.ellipse((x - 4, y - 4, x + 4, y + 4), fill=_GOOD)
        draw.text((x - 34, y + 8), str(pages), fill=_INK)
