"""From the measurements to the worst fault, and what to say about it."""

from dataclasses import replace

import cv2
import numpy as np

from ingest.quality.frame import glyphs_cut
from ingest.quality.glare import glare_on
from ingest.quality.reduced import Small, quantile, reduced
from ingest.quality.sheet import share_covered, sheet_of
from ingest.quality.strokes import print_on
from models.page import Pixels
from models.quality import Fault, Quality

_NARROWEST, _SHORTEST = 16, 320
"""A picture with a shorter or longer side of less than so many pixels holds nothing that can be
read."""
_DARK, _DARK_CONTRAST = 0.08, 0.03
_WEAVE = 0.04
"""What stands out no more than this may be cloth."""
_BLANK = 5
"""Levels by which the darkest thousandth stands out from what is around it, where there is any."""
_SHARP, _TINY, _TINIEST = 4.5, 9.0, 6.2
_COVERED = 0.03
_GLARING = 0.008
_CUT = 6
_CUT_SIDE = 3
"""Glyphs cut at one side that make it one at which the paper runs out of the picture."""


_ADVICE = {
    Fault.BLURRED: (
        "照片模糊：请对准票面、拿稳后重拍",
        "The picture is blurred: focus on the invoice, hold still and take it again",
    ),
    Fault.GLARE: (
        "票面反光：请换个角度、避开灯光直射后重拍",
        "Light glares on the paper: take it again at another angle, away from the lamp",
    ),
    Fault.TOO_DARK: (
        "照片太暗：请开灯或到亮处重拍",
        "The picture is too dark: take it again in better light",
    ),
    Fault.TOO_SMALL: (
        "图片太小，字看不清：请发送原图，或靠近票面重拍",
        "The print is too small: send the original picture, or take it again from nearer",
    ),
    Fault.CUT_OFF: (
        "票面没有拍全：请让四个边都在画面内重拍",
        "The invoice is cut off: take it again with all four edges in the picture",
    ),
    Fault.COVERED: (
        "票面被手指挡住：请移开手指后重拍",
        "A finger covers the invoice: move it away and take the picture again",
    ),
    Fault.BLANK: (
        "画面上什么都没有：请确认不是空白页，把有字的一面朝上重拍",
        "There is nothing to see: make sure the printed side is up and take it again",
    ),
}


def judge(picture: Pixels) -> Quality:
    """What keeps a picture from being read, and the measurements that say so."""
    if min(picture.shape[:2]) < _NARROWEST or max(picture.shape[:2]) < _SHORTEST:
        return Quality(fault=Fault.TOO_SMALL)
    small = reduced(picture)
    sheet = sheet_of(small)
    found = print_on(picture, small, sheet.mask) if sheet else None
    if found is None:
        # print so blurred that it breaks the sheet up is still found on the picture as a whole
        sheet, found = None, print_on(picture, small, np.ones_like(small.ink))
    if found is None:
        return _without_print(small)
    cut = glyphs_cut(picture, found, sheet) if sheet else {}
    measured = Quality(
        glyph=round(found.glyph, 1),
        edge=round(found.edge, 2),
        contrast=round(found.depth / 255, 3),
        light=round(found.paper / 255, 3),
        noise=round(found.noise / 255, 4),
        glare=round(glare_on(small), 4),
        cut=sum(cut.values()),
        sides=tuple(side for side, count in cut.items() if count >= _CUT_SIDE),
        covered=round(share_covered(sheet), 4) if sheet else 0.0,
    )
    return replace(measured, fault=_fault(measured))


def advice(quality: Quality) -> tuple[str, str] | None:
    """What the sender of a picture is to do again, one sentence in Chinese and one in English."""
    return _ADVICE[quality.fault] if quality.fault else None


def _without_print(small: Small) -> Quality:
    """A picture on which no print was found: blank, too dark, or of something else."""
    light = quantile(small.gray, 0.9) / 255
    fault = None
    if light < _DARK:
        fault = Fault.TOO_DARK
    elif quantile(cv2.subtract(small.paper, small.gray), 0.999) < _BLANK:
        fault = Fault.BLANK
    return Quality(light=round(light, 3), fault=fault)


def _fault(found: Quality) -> Fault | None:
    """The worst fault: the first that makes all others pointless to mend."""
    if found.light < _DARK and found.contrast < _DARK_CONTRAST:
        return Fault.TOO_DARK
    # the fewer pixels a glyph has, the wider an edge is beside it even where nothing is blurred
    unclear = found.blur > max(0.27, 0.17 + 2.6 / found.glyph) or found.glyph < _TINIEST
    if unclear and found.contrast > _WEAVE:
        return Fault.TOO_SMALL if found.edge < _SHARP and found.glyph < _TINY else Fault.BLURRED
    if found.covered > _COVERED:
        return Fault.COVERED
    if found.glare > _GLARING:
        return Fault.GLARE
    if found.cut >= _CUT:
        return Fault.CUT_OFF
    return None
