"""Installed typefaces in place of fonts a file does not embed.

Nothing is downloaded. The package pylopdf-fonts-zh-cn (Noto Sans SC and Noto Serif SC, SIL OFL)
serves where it is installed and the system has no Chinese font.
"""

import importlib.util
from functools import lru_cache
from pathlib import Path

from ingest.ofd.resources import FontRef
from ingest.ofd.sfnt import Typeface, typeface

_ROOTS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/System/Library/Fonts"),
    Path("/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
_FONT_PACKAGE = "pylopdf_fonts_zh_cn"
_LARGEST = 40 * 1024 * 1024

_CHINESE = (
    "uming.ttc",
    "simsun.ttc",
    "gbsn00lp.ttf",
    "NotoSerifSC-Regular.otf",
    "NotoSerifCJK-Regular.ttc",
    "Songti.ttc",
    "wqy-microhei.ttc",
    "NotoSansSC-Regular.otf",
    "DroidSansFallbackFull.ttf",
    "NotoSansCJK-Regular.ttc",
    "ukai.ttc",
    "LXGWWenKai-Regular.ttf",
    "msyh.ttc",
    "PingFang.ttc",
)
_SANS = ("LiberationSans-Regular.ttf", "arial.ttf", "DejaVuSans.ttf", "Arial.ttf")
_KAI = ("ukai.ttc", "simkai.ttf", "gkai00mp.ttf", "LXGWWenKai-Regular.ttf")
_HEI = ("wqy-microhei.ttc", "simhei.ttf", "NotoSansSC-Regular.otf", "NotoSansCJK-Regular.ttc")
_MONO = ("LiberationMono-Regular.ttf", "cour.ttf", "NotoMono-Regular.ttf", "DejaVuSansMono.ttf")
_SERIF = ("LiberationSerif-Regular.ttf", "times.ttf", "DejaVuSerif.ttf")
_STYLES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("楷", "kai"), _KAI),
    (("黑", "hei", "yahei", "雅黑", "等线", "gothic"), _HEI),
    (("courier", "consol", "mono"), _MONO),
    (("times", "roman"), _SERIF),
    (("arial", "helvetica", "sans", "calibri", "verdana", "tahoma"), _SANS),
)


def substitutes(font: FontRef) -> tuple[Typeface, ...]:
    """Installed typefaces in place of a font, the most alike first; () where none is."""
    name = f"{font.name} {font.family}".lower()
    style = next((files for words, files in _STYLES if any(word in name for word in words)), ())
    if not style and font.fixed and name.isascii():
        style = _MONO
    found = [face for face in (_first(style), _first(_CHINESE), _first(_SANS)) if face]
    return tuple(dict.fromkeys(found))


def has_chinese() -> bool:
    """Whether any installed typeface has Chinese characters."""
    return any(face.glyph("税") for face in substitutes(FontRef()))


@lru_cache(maxsize=16)
def _first(names: tuple[str, ...]) -> Typeface | None:
    installed = _installed()
    for name in names:
        path = installed.get(name.lower())
        face = None if path is None else _from_file(path)
        if face is not None:
            return face
    return None


@lru_cache(maxsize=6)
def _from_file(path: Path) -> Typeface | None:
    try:
        if path.stat().st_size > _LARGEST:
            return None
        return typeface(str(path), path.read_bytes())
    except OSError:
        return None


@lru_cache(maxsize=1)
def _installed() -> dict[str, Path]:
    """Font files by lower-case name."""
    found: dict[str, Path] = {}
    for root in _font_folders():
        if root.is_dir():
            for path in sorted(root.rglob("*.[toTO][tT][cfCF]")):
                found.setdefault(path.name.lower(), path)
    return found


def _font_folders() -> tuple[Path, ...]:
    spec = importlib.util.find_spec(_FONT_PACKAGE)
    return _ROOTS if spec is None or spec.origin is None else (*_ROOTS, Path(spec.origin).parent)
