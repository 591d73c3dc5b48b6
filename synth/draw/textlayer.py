"""The text layers of PDFs: the ways in which issuing systems and converters write the same page."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from functools import cache
from random import Random

from synth import fonts
from synth.draw.place import extent
from synth.draw.sheet import Layer, Mark, Sheet, Text
from synth.fonts import Font


class TextLayer(StrEnum):
    """How the text of a PDF is written.

    separate: all labels, then all values; joined: a label and its value are one run; split: runs
    are cut in pieces; shuffled: pieces in any order; radicals: some characters are Kangxi
    radicals that look alike; nuls: spaces that decode to U+0000; unembedded: a font the viewer
    must have; garbled: a font without a map to characters; outlines: drawn as shapes, no text;
    hidden: a scan, with what a careless OCR made of it as invisible text.
    """

    SEPARATE = "separate"
    JOINED = "joined"
    SPLIT = "split"
    SHUFFLED = "shuffled"
    RADICALS = "radicals"
    NULS = "nuls"
    UNEMBEDDED = "unembedded"
    GARBLED = "garbled"
    OUTLINES = "outlines"
    HIDDEN = "hidden"


NUL_STAND_IN = "\N{NO-BREAK SPACE}"
"""Drawn where a NUL is to be; the finished PDF's character map is changed to say U+0000."""
_REACH = 26.0
"""How far (mm) behind its label a value may begin to be joined with it."""


def arranged(sheet: Sheet, layers: Iterable[Layer], how: TextLayer, rng: Random) -> list[Mark]:
    """The marks of a sheet in the order and in the pieces in which they are written."""
    marks = [mark for layer in layers for mark in sheet.marks[layer]]
    if how is TextLayer.JOINED:
        return _joined(marks)
    if how in (TextLayer.SPLIT, TextLayer.SHUFFLED):
        marks = [piece for mark in marks for piece in _pieces(mark, rng)]
    if how is TextLayer.SHUFFLED:
        texts = [mark for mark in marks if isinstance(mark, Text)]
        rng.shuffle(texts)
        return [mark for mark in marks if not isinstance(mark, Text)] + texts
    if how is TextLayer.RADICALS:
        return [_with_radicals(mark, rng) for mark in marks]
    if how is TextLayer.NULS:
        return [_with_nuls(mark) for mark in marks]
    return marks


def _joined(marks: list[Mark]) -> list[Mark]:
    """Each label that ends in a colon takes in the value right behind it on its line."""
    texts = [mark for mark in marks if isinstance(mark, Text)]
    taken: set[int] = set()
    whole: dict[int, Text] = {}
    for label in texts:
        if not label.text.endswith("：") or label.angle:
            continue
        value = _value_of(label, [text for text in texts if id(text) not in taken])
        if value is not None:
            taken.add(id(value))
            whole[id(label)] = _one_run(label, value)
    return [whole.get(id(mark), mark) for mark in marks if id(mark) not in taken]


def _value_of(label: Text, texts: list[Text]) -> Text | None:
    left, width = extent(label)
    end = label.x + left + width
    behind = [
        text
        for text in texts
        if text.of
        and text.align == "left"
        and not text.angle
        and abs(text.y - label.y) < 0.8
        and -2.0 <= text.x - end < _REACH
    ]
    return min(behind, key=lambda text: text.x, default=None)


def _one_run(label: Text, value: Text) -> Text:
    """Label and value as one run, spaces between them filling the gap."""
    left, width = extent(label)
    gap = value.x - (label.x + left + width)
    space = fonts.text_width(" ", label.style.font, label.style.size) * 25.4 / 72
    spaces = " " * max(0, round(gap / space)) if space else ""
    return replace(label, text=f"{label.text}{spaces}{value.text}", fit=None)


def _pieces(mark: Mark, rng: Random) -> list[Mark]:
    """A run in up to four pieces, each where its letters stand."""
    if not isinstance(mark, Text) or len(mark.text) < 4 or mark.angle or rng.random() < 0.3:
        return [mark]
    cuts = sorted(rng.sample(range(1, len(mark.text)), min(rng.randint(1, 3), len(mark.text) - 1)))
    left, width = extent(mark)
    full = extent(replace(mark, fit=None))[1]
    stretch = width / full if full else 1.0
    pieces: list[Mark] = []
    for begin, end in zip((0, *cuts), (*cuts, len(mark.text)), strict=True):
        before = extent(replace(mark, text=mark.text[:begin], fit=None))[1] if begin else 0.0
        before += mark.style.spacing if begin else 0.0
        text = mark.text[begin:end]
        own = extent(replace(mark, text=text, fit=None))[1]
        x = mark.x + left + before * stretch
        pieces.append(replace(mark, x=x, text=text, align="left", fit=own * stretch))
    return pieces


@cache
def _radicals() -> dict[str, str]:
    """Characters that have a double among the Kangxi and CJK radicals: 子 and U+2F26."""
    return {
        folded: chr(code)
        for code in range(0x2F00, 0x2FD6)
        if len(folded := unicodedata.normalize("NFKC", chr(code))) == 1 and folded != chr(code)
    }


def _with_radicals(mark: Mark, rng: Random) -> Mark:
    if not isinstance(mark, Text) or mark.style.font not in (Font.SONG, Font.KAI):
        return mark
    doubles = _radicals()
    known = fonts.characters(mark.style.font)
    text = "".join(
        double
        if (double := doubles.get(char)) and ord(double) in known and rng.random() < 0.7
        else char
        for char in mark.text
    )
    return replace(mark, text=text)


def _with_nuls(mark: Mark) -> Mark:
    if not isinstance(mark, Text) or mark.style.font in (Font.HEI, Font.MONO):
        return mark
    return replace(mark, text=re.sub(r"(?<=[：)）])(?=.)|$", NUL_STAND_IN, mark.text))


_MISREAD = dict(zip("0123456789圆元公司有限税额", "O1Z3456789园无公可有眼悦颔", strict=True))


def misread(sheet: Sheet, rng: Random) -> list[Text]:
    """The runs of a sheet as a careless OCR reads them: some left out, some letters wrong."""
    runs: list[Text] = []
    for mark in arranged(sheet, Layer, TextLayer.SEPARATE, rng):
        if not isinstance(mark, Text) or mark.angle or rng.random() < 0.1:
            continue
        text = "".join(
            _MISREAD.get(char, char) if rng.random() < 0.15 else char for char in mark.text
        )
        if rng.random() < 0.1 and text.isdigit():
            text = text[:-1] + rng.choice("0123456789")
        runs.append(replace(mark, text=text))
    return runs
