"""Fonts for drawing: a few roles, each filled by the first TrueType file that is installed.

reportlab embeds TrueType outlines only, so the OpenType/CFF fonts of fonts-noto-cjk cannot serve.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from fontTools.pens.basePen import BasePen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont as TTFontFile
from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from models.errors import DependencyMissing

PACKAGES = ("fonts-arphic-uming", "fonts-arphic-ukai", "fonts-liberation", "fonts-wqy-microhei")
"""The Debian packages drawing looks best with."""

_ROOTS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)


class Font(StrEnum):
    """SONG prints values, KAI labels and titles, MONO tax ids and the 密码区.

    HEI prints Chinese on tickets, and needs SANS beside it: its font may have no Latin letters.
    """

    SONG = "song"
    KAI = "kai"
    MONO = "mono"
    HEI = "hei"
    SANS = "sans"


_CHINESE = ("wqy-microhei.ttc", "LXGWWenKaiMono-Regular.ttf", "LXGWWenKai-Regular.ttf")
_FILES = {
    Font.SONG: ("uming.ttc", "simsun.ttc", "ukai.ttc", *_CHINESE),
    Font.KAI: ("ukai.ttc", "simkai.ttf", "LXGWWenKai-Regular.ttf", "uming.ttc", *_CHINESE),
    Font.MONO: (
        "LiberationMono-Regular.ttf",
        "cour.ttf",
        "DejaVuSansMono.ttf",
        "uming.ttc",
        *_CHINESE,
    ),
    Font.HEI: ("simhei.ttf", "wqy-microhei.ttc", "DroidSansFallbackFull.ttf", *_CHINESE),
    Font.SANS: ("LiberationSans-Regular.ttf", "arial.ttf", "DejaVuSans.ttf", *_CHINESE),
}


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font file; the first face of a collection is the mainland Chinese one."""

    path: Path
    role: Font


@cache
def find(role: Font) -> FontFile:
    """The file for a role. Raises DependencyMissing (code font_missing) naming the packages."""
    installed = _installed()
    for name in _FILES[role]:
        if name in installed:
            return FontFile(installed[name], role)
    packages = " ".join(PACKAGES)
    raise DependencyMissing(
        "font_missing",
        "没有可用的中文 TrueType 字体，无法绘制发票",
        f"安装字体后重试：apt-get install {packages}",
        message_en="no Chinese TrueType font is installed, so invoices cannot be drawn",
        hint_en=f"install fonts and try again: apt-get install {packages}",
    )


@cache
def _installed() -> dict[str, Path]:
    wanted = {name for names in _FILES.values() for name in names}
    found: dict[str, Path] = {}
    for root in _ROOTS:
        for path in sorted(root.rglob("*.tt[cf]")) if root.is_dir() else ():
            if path.name in wanted:
                found.setdefault(path.name, path)
    return found


@cache
def embedded(role: Font) -> str:
    """The name under which reportlab knows the font of a role."""
    name = f"piaohe-{role.value}"
    pdfmetrics.registerFont(TTFont(name, str(find(role).path)))
    return name


@cache
def _tables(role: Font) -> TTFontFile:
    """The font's tables, read as they are needed."""
    return TTFontFile(str(find(role).path), fontNumber=0, lazy=True)


@cache
def characters(role: Font) -> frozenset[int]:
    """The code points the font of a role has letters for."""
    return frozenset(_tables(role).getBestCmap())


def outline(text: str, role: Font, pen: BasePen) -> None:
    """Draw the shapes of `text` on end with `pen`, in units of the letter height."""
    tables = _tables(role)
    glyphs, names = tables.getGlyphSet(), tables.getBestCmap()
    pen.glyphSet = glyphs  # letters made of others ask the pen for those
    unit = 1 / tables["head"].unitsPerEm
    at = 0.0
    for char in text:
        glyph = glyphs[names.get(ord(char), ".notdef")]
        glyph.draw(TransformPen(pen, (unit, 0, 0, unit, at, 0)))
        at += glyph.width * unit


@cache
def pillow(role: Font, pixels: int) -> ImageFont.FreeTypeFont:
    """The font of a role for Pillow, `pixels` high."""
    return ImageFont.truetype(str(find(role).path), pixels, layout_engine=ImageFont.Layout.BASIC)


def text_width(text: str, role: Font, size: float) -> float:
    """Width in points of `text` set at `size` points."""
    return float(pdfmetrics.stringWidth(text, embedded(role), size))


def wrap(text: str, role: Font, size: float, width: float) -> list[str]:
    """`text` in lines of at most `width` points, broken between any two characters."""
    lines = [""]
    for char in text:
        if lines[-1] and text_width(lines[-1] + char, role, size) > width:
            lines.append("")
        lines[-1] += char
    return lines
