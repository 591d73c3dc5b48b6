"""How tax-control forms vary: who printed the form, and which software filled it in.

The last look of each list is kept back for the benchmark (`Order.layout`).
"""

from dataclasses import dataclass

from synth.draw.sheet import Align
from synth.draw.taxcontrol import Grid
from synth.fonts import Font
from synth.truth import Truth

_RIGHT: tuple[Align, ...] = ("left", "center", *("right",) * 5)
_CENTRED: tuple[Align, ...] = ("center", "center", "right", "right", "right", "center", "right")
_LOOSE: tuple[Align, ...] = ("left", "left", "right", "right", "right", "left", "right")
_EVEN: tuple[Align, ...] = ("left", "center", "center", "center", "right", "center", "right")
_SPACED = ("名　　　　称：", "纳税人识别号：", "地 址、电 话：", "开户行及账号：")
_COLON = ("名       称:", "纳税人识别号:", "地 址、电话:", "开户行及账号:")
_TIGHT = ("名 称：", "纳税人识别号：", "地址、电话：", "开户行及账号：")
_WIDE = ("名      称：", "纳税人识别号：", "地  址、电 话：", "开户行及账号：")


@dataclass(frozen=True, slots=True)
class PaperLook:
    """A paper form as one printer and one issuing software leave it; sizes in points, places mm.

    `nudge` moves the table of the form, `check` and `machine` are where 校验码 and 机器编号 start,
    `title` is the space between its letters, `printer` the face and weight of the pre-printed
    code and number.
    """

    value: tuple[Font, float]
    mono: tuple[Font, float]
    sums: tuple[Font, float]
    aligns: tuple[Align, ...] = _RIGHT
    labels: tuple[str, str, str, str] = _SPACED
    nudge: tuple[float, float] = (0.0, 0.0)
    check: tuple[float, float] = (42.5, 27.6)
    machine: tuple[float, float] = (42.5, 22.8)
    title: float = 0.3
    pitch: float = 4.3
    printer: tuple[Font, float] = (Font.SONG, 0.12)


PAPER = (
    PaperLook((Font.SONG, 9.5), (Font.MONO, 12.5), (Font.MONO, 12)),
    PaperLook(
        (Font.SONG, 9), (Font.SONG, 13), (Font.SONG, 12.5), _CENTRED, _TIGHT, (0.8, -0.6),
        (42.5, 28.0), (42.5, 23.0), 0.8, 4.4, (Font.MONO, 0.05),
    ),
    PaperLook(
        (Font.HEI, 8.8), (Font.MONO, 12), (Font.MONO, 11.5), _LOOSE, _SPACED, (-0.5, 0.5),
        (42.5, 22.8), (42.5, 27.8), 0.1, 4.5,
    ),
    PaperLook(
        (Font.SONG, 10), (Font.SANS, 11.5), (Font.SANS, 11), _EVEN, _WIDE, (0.3, 0.3),
        (42.5, 28.2), (42.5, 23.4), 1.2, 4.3, (Font.SANS, 0),
    ),
    PaperLook(
        (Font.KAI, 9.6), (Font.MONO, 11.6), (Font.SONG, 12), _CENTRED, _COLON, (-0.9, -0.4),
        (42.5, 27.2), (42.5, 22.2), 0.5, 4.2, (Font.MONO, 0),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ElectronicLook:
    """An electronic form as one platform lays it out; sizes in points, places in mm.

    `head` is where the four labels of the top right stand, their values, the first baseline and
    the step; `rule` the ends of the line under the title; `code` the corner of the QR.
    """

    grid: Grid
    label: tuple[Font, float]
    value: tuple[Font, float]
    mono: tuple[Font, float]
    sums: tuple[Font, float]
    head: tuple[float, float, float, float] = (149.6, 165.2, 7.4, 6.0)
    rule: tuple[float, float] = (67.8, 144.0)
    title: tuple[float, float] = (20, 14.8)
    machine: tuple[float, float] = (10.9, 28.2)
    code: tuple[float, float] = (11.5, 3.6)
    aligns: tuple[Align, ...] = _RIGHT
    labels: tuple[str, str, str, str] = _SPACED
    color: tuple[int, int, int] = (156, 82, 35)
    late: bool = False
    """Whether the first column is called 项目名称."""
    bare_date: bool = False
    """Whether the date is printed without 年月日."""
    grouped: bool = True
    """Whether the check code stands in groups of five."""


ELECTRONIC = (
    ElectronicLook(
        Grid(
            (8.0, 60.5, 75.5, 87.4, 110.2, 134.7, 165.2, 173.5, 204.0),
            (31.0, 51.6, 55.6, 95.0, 103.0, 122.2), (14.7, 120.2, 125.2), 37.4, 4.4,
        ),
        (Font.KAI, 9), (Font.SONG, 9), (Font.MONO, 11.5), (Font.MONO, 11),
    ),
    ElectronicLook(
        Grid(
            (4.5, 56.5, 82.5, 94.5, 114.5, 134.5, 164.5, 175.5, 205.5),
            (30.0, 52.0, 56.0, 96.0, 104.0, 124.0), (12.5, 119.5, 124.5), 36.0, 4.5,
        ),
        (Font.SONG, 9), (Font.SONG, 9), (Font.MONO, 12), (Font.SONG, 9.5),
        (148.5, 164.0, 9.4, 5.5), (68.5, 141.5), (19, 13.6), (5.5, 27.2), (8.5, 4.0),
        _CENTRED, _TIGHT, late=True, grouped=False,
    ),
    ElectronicLook(
        Grid(
            (8.0, 60.6, 75.6, 87.6, 110.4, 135.0, 165.6, 173.6, 204.2),
            (29.2, 49.6, 53.6, 92.6, 100.8, 120.0), (14.8, 120.2, 125.0), 37.2, 4.6,
        ),
        (Font.HEI, 8.6), (Font.HEI, 8.4), (Font.MONO, 11.5), (Font.MONO, 11),
        (149.8, 164.4, 6.8, 6.1), (67.8, 144.0), (20, 13.2), (10.9, 26.4), (13.5, 3.0),
        _RIGHT, _COLON, (150, 78, 20), bare_date=True,
    ),
    ElectronicLook(
        Grid(
            (8.4, 51.5, 82.0, 96.2, 117.4, 138.0, 167.2, 176.4, 206.6),
            (29.4, 51.0, 55.4, 95.6, 103.4, 123.2), (15.6, 122.6, 128.0), 38.6, 4.5,
        ),
        (Font.SONG, 9), (Font.SONG, 9), (Font.SONG, 10.5), (Font.SONG, 9.5),
        (152.5, 167.5, 10.6, 5.1), (68.9, 146.5), (20, 14.2), (8.6, 27.2), (7.6, 3.4),
        _EVEN, _WIDE, (140, 70, 30), late=True,
    ),
    ElectronicLook(
        Grid(
            (6.2, 58.4, 79.0, 90.6, 112.2, 134.4, 164.8, 174.6, 204.8),
            (30.6, 52.2, 56.4, 95.4, 103.2, 122.8), (13.4, 118.8, 124.0), 36.6, 4.4,
        ),
        (Font.KAI, 9.4), (Font.SONG, 8.8), (Font.SANS, 11), (Font.SANS, 10),
        (150.4, 166.0, 8.6, 5.7), (66.4, 143.2), (21, 14.4), (8.2, 27.8), (10.2, 4.2),
        _LOOSE, _SPACED, (162, 92, 44), late=True,
    ),
)  # fmt: skip


def index(truth: Truth) -> int:
    """The layout variant of a document; 0 for one whose maker names none."""
    return int(truth.face.details.get("layout", "0"))


def is_old(truth: Truth) -> bool:
    """Whether it is printed on the forms in use until mid-2017."""
    return truth.face.details.get("era") == "old"
