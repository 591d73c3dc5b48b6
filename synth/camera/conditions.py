"""Under what conditions a document is scanned or photographed, drawn by a seed and a level."""

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random


class Level(StrEnum):
    """scan: a flatbed, a little askew; photo: a phone, held well; poor: held badly, dim light."""

    SCAN = "scan"
    PHOTO = "photo"
    POOR = "poor"


TURNS: dict[Level, dict[int, float]] = {
    Level.SCAN: {0: 0.86, 90: 0.05, 180: 0.04, 270: 0.05},
    Level.PHOTO: {0: 0.76, 90: 0.1, 180: 0.04, 270: 0.1},
    Level.POOR: {0: 0.58, 90: 0.16, 180: 0.1, 270: 0.16},
}
"""The share of pictures in which the document is turned by so many degrees, clockwise."""


class Desk(StrEnum):
    """What the document lies on."""

    OAK = "oak"
    WALNUT = "walnut"
    LAMINATE = "laminate"
    WHITE = "white"
    DARK = "dark"
    CLOTH = "cloth"
    LID = "lid"
    """A scanner's white lid."""
    BLACK = "black"
    """A scanner with its lid open."""


@dataclass(frozen=True, slots=True)
class Pose:
    """How camera and document stand to each other.

    `turn` is in quarter turns (0, 90, 180, 270 degrees, clockwise), `skew` what is added to it.
    The camera leans `tilt` degrees towards `azimuth` and is `distance` long sides of the document
    away. `margin` is the share of the frame left free on the tighter pair of sides, `aspect` the
    frame's long side by its short one (0: it follows the document).
    """

    turn: int = 0
    skew: float = 0.0
    tilt: float = 0.0
    azimuth: float = 0.0
    distance: float = 1.6
    margin: float = 0.05
    aspect: float = 4 / 3
    offset: tuple[float, float] = (0.5, 0.5)
    """Where the document stands in the room that is left, 0 to 1 across and down."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The shape of the paper.

    `curl` are the slopes (tangents) of the sheet at its two ends, seen across `axis` degrees;
    `columns` x `rows` panels are folded, each leaning up to `kink`; `crumple` is the height of
    dents as a share of the long side; `through` the share of ink that shows from the back
    (below zero: from the sheet beneath, which is not mirrored); `gray` for a printer or a scanner
    without colour.
    """

    curl: tuple[float, float] = (0.0, 0.0)
    axis: float = 0.0
    columns: int = 1
    rows: int = 1
    kink: float = 0.0
    crumple: float = 0.0
    through: float = 0.0
    gray: bool = False

    @property
    def bent(self) -> bool:
        """Whether it is anything but flat."""
        return bool(self.crumple or self.kink or any(self.curl))


@dataclass(frozen=True, slots=True)
class Light:
    """`lamp`: the share by which light falls off over the picture; `relief`: how much slopes of
    the paper show; `shadow`: the share a hand or a phone takes away; `glare`: the size of a
    highlight as a share of the frame; `white`: how bright white paper comes out, red, green, blue;
    `veil`: how bright black comes out."""

    lamp: float = 0.0
    relief: float = 0.5
    shadow: float = 0.0
    glare: float = 0.0
    white: tuple[float, float, float] = (1.0, 1.0, 1.0)
    veil: float = 0.0


@dataclass(frozen=True, slots=True)
class Lens:
    """In pixels where the document is 2000 long: `defocus` is the radius of the disc a point
    becomes, `motion` the length of a shake towards `heading` degrees. `noise` is the sigma of mid
    grey, `sharpen` what the phone does about it all."""

    defocus: float = 0.0
    motion: float = 0.0
    heading: float = 0.0
    noise: float = 0.0
    sharpen: float = 0.0


@dataclass(frozen=True, slots=True)
class Conditions:
    """All of it. `cropped` is the share of the document's sides that lies outside the picture;
    it is never drawn by chance, since labels speak of whole documents. `chat` sends the picture
    through a chat program, which shrinks it to 1280 pixels and compresses it again."""

    pose: Pose = Pose()
    paper: Paper = Paper()
    light: Light = Light()
    lens: Lens = Lens()
    desk: Desk = Desk.LID
    clutter: int = 0
    screen: bool = False
    """Shown on a monitor."""
    sheet: bool = False
    """Printed onto a larger sheet (A4)."""
    bed: bool = False
    """Scanned with the whole A4 glass around it."""
    dirt: int = 0
    """Streaks and specks on a scanner's glass."""
    quality: int = 88
    chat: bool = False
    cropped: float = 0.0


_CASTS = (
    (1.0, 1.0, 1.0),
    (1.0, 0.985, 0.95),
    (1.0, 0.95, 0.84),
    (0.96, 0.985, 1.0),
    (0.975, 1.0, 0.93),
    (0.93, 0.97, 1.0),
)
"""Window, shop, tungsten, sky, neon tube, screen light."""


def conditions(seed: int, level: Level, *, electronic: bool = False) -> Conditions:
    """The conditions of a shot. The same seed, level and kind of original give the same.

    `electronic` originals are printed without colour or photographed on a monitor now and then.
    """
    rng = Random(f"conditions:{seed}:{level.value}")
    if level is Level.SCAN:
        return _scan(rng, electronic)
    return _shot(rng, electronic, poor=level is Level.POOR)


def _scan(rng: Random, electronic: bool) -> Conditions:
    gray = rng.random() < (0.3 if electronic else 0.12)
    through = rng.uniform(0.02, 0.07) * rng.choice((1, -1)) if rng.random() < 0.25 else 0.0
    return Conditions(
        Pose(
            turn=_turn(rng, Level.SCAN),
            skew=rng.gauss(0, 0.6),
            margin=rng.choice((0.004, 0.008, 0.015, 0.03)),
            aspect=0.0,
            offset=(rng.random(), rng.random()),
        ),
        Paper(through=through, gray=gray),
        Light(
            lamp=rng.uniform(0, 0.03),
            white=_scaled((1.0, 1.0, rng.uniform(0.97, 1.0)), rng.uniform(0.95, 1.03)),
            veil=rng.uniform(0.0, 0.1),
        ),
        Lens(noise=rng.uniform(0.6, 2.0), sharpen=rng.choice((0.0, 0.3, 0.8))),
        desk=Desk.BLACK if rng.random() < 0.18 else Desk.LID,
        sheet=electronic and rng.random() < 0.3,
        bed=rng.random() < 0.2,
        dirt=rng.choice((0, 0, 0, 1, 2)),
        quality=rng.choice((70, 78, 85, 90)),
    )


def _shot(rng: Random, electronic: bool, *, poor: bool) -> Conditions:
    level = Level.POOR if poor else Level.PHOTO
    screen = electronic and rng.random() < 0.15
    pose = _pose(rng, level)
    return Conditions(
        # nobody turns a monitor
        replace(pose, turn=0, skew=pose.skew / 3) if screen else pose,
        Paper() if screen else _paper(rng, electronic, poor=poor),
        _light(rng, poor=poor, shines=screen),
        _lens(rng, poor=poor),
        desk=rng.choice(tuple(Desk)[:6]),
        clutter=rng.choice((0, 0, 1, 2, 3)),
        screen=screen,
        sheet=electronic and not screen and rng.random() < 0.25,
        quality=rng.choice((62, 70, 78) if poor else (78, 85, 90, 93)),
        chat=rng.random() < (0.25 if poor else 0.12),
    )


def _pose(rng: Random, level: Level) -> Pose:
    poor = level is Level.POOR
    askew = rng.random() < (0.2 if poor else 0.08)
    return Pose(
        turn=_turn(rng, level),
        skew=rng.uniform(-28, 28) if askew else rng.gauss(0, 4.5 if poor else 1.8),
        tilt=abs(rng.gauss(0, 13)) + 3 if poor else abs(rng.gauss(0, 6)),
        azimuth=rng.uniform(0, 360),
        distance=rng.uniform(1.2, 1.8) if poor else rng.uniform(1.3, 2.2),
        margin=rng.uniform(0.02, 0.12) if poor else rng.uniform(0.015, 0.07),
        aspect=rng.choice((4 / 3, 4 / 3, 4 / 3, 16 / 9, 0.0)),
        offset=(rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8)),
    )


def _paper(rng: Random, electronic: bool, *, poor: bool) -> Paper:
    steep = 0.42 if poor else 0.22
    curled = rng.random() < 0.8
    folded = rng.random() < (0.5 if poor else 0.35)
    columns, rows = rng.choice(((2, 1), (1, 2), (2, 2), (3, 1), (1, 3), (4, 1), (2, 2)))
    through = rng.uniform(0.02, 0.08) * rng.choice((1, -1)) if rng.random() < 0.25 else 0.0
    crumpled = rng.random() < (0.3 if poor else 0.12)
    return Paper(
        curl=(rng.gauss(0, steep / 2), rng.gauss(0, steep / 2)) if curled else (0.0, 0.0),
        axis=rng.choice((0.0, 90.0, 0.0, 90.0, rng.uniform(0, 180))),
        columns=columns if folded else 1,
        rows=rows if folded else 1,
        kink=rng.uniform(0.03, 0.16 if poor else 0.1) if folded else 0.0,
        crumple=rng.uniform(0.006, 0.024) if crumpled else rng.uniform(0.0004, 0.002),
        through=through,
        gray=electronic and rng.random() < 0.35,
    )


def _light(rng: Random, *, poor: bool, shines: bool) -> Light:
    cast = rng.choice(_CASTS)
    white = rng.uniform(0.64, 0.95) if poor else rng.uniform(0.8, 0.99)
    shaded = rng.random() < (0.55 if poor else 0.25)
    depth = rng.uniform(0.2, 0.5) if poor else rng.uniform(0.12, 0.3)
    glaring = rng.random() < (0.16 if poor else 0.07)
    return Light(
        lamp=rng.uniform(0.12, 0.5) if poor else rng.uniform(0.04, 0.24),
        relief=rng.uniform(0.4, 1.1),
        # a monitor makes its own light
        shadow=depth if shaded and not shines else 0.0,
        glare=rng.uniform(0.03, 0.09) if glaring else 0.0,
        white=_scaled(cast, white),
        veil=rng.uniform(0.06, 0.2) if poor else rng.uniform(0.03, 0.13),
    )


def _lens(rng: Random, *, poor: bool) -> Lens:
    shaken = rng.random() < (0.45 if poor else 0.1)
    unfocused = rng.random() < (0.6 if poor else 0.3)
    return Lens(
        defocus=rng.uniform(0.7, 1.9 if poor else 1.1) * (0.6 if shaken else 1) * unfocused,
        motion=rng.uniform(2, 6 if poor else 3.2) * (0.7 if unfocused else 1) * shaken,
        heading=rng.uniform(0, 180),
        noise=rng.uniform(2, 6) if poor else rng.uniform(0.6, 2.6),
        sharpen=rng.choice((0.0, 0.4, 0.8, 1.2)),
    )


def _turn(rng: Random, level: Level) -> int:
    shares = TURNS[level]
    return rng.choices(tuple(shares), tuple(shares.values()))[0]


def _scaled(cast: tuple[float, float, float], by: float) -> tuple[float, float, float]:
    red, green, blue = cast
    return red * by, green * by, blue * by
