"""What lies under and beside a document: tables, cloth, a scanner's glass, other papers, keys."""

from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from synth import fonts
from synth.camera.conditions import Desk
from synth.draw.picture import smooth_noise
from synth.fonts import Font

Shade = NDArray[np.float32]
"""height x width x 3, red-green-blue, 0 to 255."""
_COLORS = {
    Desk.OAK: ((206, 178, 132), (196, 160, 110), (222, 200, 160)),
    Desk.WALNUT: ((138, 92, 58), (112, 74, 50), (160, 110, 66)),
    Desk.LAMINATE: ((212, 206, 194), (226, 218, 200), (200, 196, 188)),
    Desk.WHITE: ((226, 227, 226), (214, 216, 220), (235, 232, 226)),
    Desk.DARK: ((46, 45, 48), (62, 58, 56), (36, 40, 48)),
    Desk.CLOTH: ((90, 104, 128), (150, 140, 130), (120, 60, 58), (70, 90, 80), (188, 184, 178)),
}

_WORDS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过"
)


def lay(size: tuple[int, int], desk: Desk, clutter: int, rng: Random) -> Shade:
    """A desk of `size` (height, width) with some clutter on it."""
    match desk:
        case Desk.LID:
            return np.full((*size, 3), rng.choice((255, 252, 246)), np.float32)
        case Desk.BLACK:
            return np.full((*size, 3), rng.choice((12, 22, 34)), np.float32)
        case Desk.CLOTH:
            surface = _cloth(size, rng)
        case Desk.WHITE | Desk.DARK:
            surface = _plain(size, desk, rng)
        case _:
            surface = _wood(size, desk, rng)
    for _ in range(clutter):
        rng.choice((_sheet, _sheet, _keyboard, _pen, _card))(surface, rng)
    return np.asarray(cv2.GaussianBlur(surface, (0, 0), 0.7 * max(size) / 1000), np.float32)


def _wood(size: tuple[int, int], desk: Desk, rng: Random) -> Shade:
    """Veins drawn out along one direction, wavering, with short pores."""
    reach = round(1.5 * max(size))
    long = (reach, max(2, reach // 30))
    veins = cv2.resize(smooth_noise(rng, long, rng.uniform(4, 16)), (reach, reach))
    fine = cv2.resize(smooth_noise(rng, (reach, max(2, reach // 14)), 1.5), (reach, reach))
    pores = cv2.resize(smooth_noise(rng, (reach, reach // 9), 1.2), (reach, reach))
    strong = {Desk.OAK: 0.16, Desk.WALNUT: 0.34, Desk.LAMINATE: 0.08}[desk]
    grain = 1 + strong * (veins - 0.5) + 0.5 * strong * (fine - 0.5)
    grain -= strong * 1.2 * np.clip(pores - 0.8, 0, 1)
    y, x = np.mgrid[0 : size[0], 0 : size[1]].astype(np.float32)
    x, y = x - size[1] / 2, y - size[0] / 2
    turn = np.radians(rng.choice((0, 90, rng.uniform(0, 180))))
    sway = (smooth_noise(rng, size, max(size) / 3) - 0.5) * max(size) * 0.06
    along = (x * np.cos(turn) + y * np.sin(turn) + reach / 2).astype(np.float32)
    aside = (-x * np.sin(turn) + y * np.cos(turn) + sway + reach / 2).astype(np.float32)
    seen = cv2.remap(
        grain.astype(np.float32), along, aside, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    color = np.array(rng.choice(_COLORS[desk]), np.float32)
    # darker veins are redder
    warm = np.array([0.8, 1.0, 1.25], np.float32)
    return np.asarray(color * np.power(seen[:, :, None], warm), np.float32)


def _cloth(size: tuple[int, int], rng: Random) -> Shade:
    """A weave, sometimes striped, in gentle waves."""
    y, x = np.mgrid[0 : size[0], 0 : size[1]].astype(np.float32)
    bend = smooth_noise(rng, size, max(size) / 4) * max(size) * 0.05
    pitch = max(size) / rng.uniform(150, 300)
    weave = np.cos(2 * np.pi * (x + bend) / pitch) * np.cos(2 * np.pi * (y + bend) / pitch)
    gain = 1 + 0.1 * weave + 0.25 * (smooth_noise(rng, size, max(size) / 6) - 0.5)
    gain += 0.12 * (smooth_noise(rng, size, 2) - 0.5)
    color = np.array(rng.choice(_COLORS[Desk.CLOTH]), np.float32)
    if rng.random() < 0.4:
        turn = rng.uniform(0, np.pi)
        across = (x * np.cos(turn) + y * np.sin(turn) + bend) / (max(size) / rng.uniform(14, 40))
        stripe = np.clip(np.cos(2 * np.pi * across) * 4, -1, 1)
        gain *= 1 + 0.3 * stripe
    return np.asarray(np.clip(color * gain[:, :, None], 0, 250), np.float32)


def _plain(size: tuple[int, int], desk: Desk, rng: Random) -> Shade:
    """A painted board: hardly any structure, some wear."""
    gain = 0.95 + 0.1 * smooth_noise(rng, size, max(size) / 3)
    gain += 0.05 * (smooth_noise(rng, size, 3) - 0.5)
    color = np.array(rng.choice(_COLORS[desk]), np.float32)
    surface = np.asarray(color * gain[:, :, None], np.float32)
    for _ in range(rng.randrange(5)):
        start = _anywhere(size, rng)
        end = (start[0] + rng.randint(-60, 60), start[1] + rng.randint(-60, 60))
        cv2.line(surface, start, end, (color * rng.uniform(0.85, 1.12)).tolist(), 1, cv2.LINE_AA)
    return surface


def _anywhere(size: tuple[int, int], rng: Random) -> tuple[int, int]:
    return rng.randrange(size[1]), rng.randrange(size[0])


def _edgewise(size: tuple[int, int], rng: Random) -> tuple[int, int]:
    """A point near the rim, where things are seen beside the document."""
    x, y = _anywhere(size, rng)
    if rng.random() < 0.5:
        return rng.choice((0, size[1])) + rng.randint(-30, 30), y
    return x, rng.choice((0, size[0])) + rng.randint(-30, 30)


def _turned(at: tuple[int, int], side: tuple[float, float], degrees: float) -> NDArray[np.float32]:
    """The corners of a rectangle turned about its middle: clockwise from the top left."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (side[0] / 2, side[1] / 2)
    return np.asarray(flat @ np.array([[cos, sin], [-sin, cos]]) + at, np.float32)


def _stick(surface: Shade, tile: Shade, corners: NDArray[np.float32]) -> None:
    """Put a tile onto the surface in place, with a soft shadow."""
    height, width = tile.shape[:2]
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    low = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 20, 0)
    high = np.maximum(np.ceil(corners.max(axis=0)).astype(int) + 20, 0)
    part = surface[low[1] : high[1], low[0] : high[0]]
    if not part.size:
        return
    place = (corners - low).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(flat, place)
    size = (part.shape[1], part.shape[0])
    mask = cv2.warpPerspective(np.ones((height, width), np.float32), matrix, size)[:, :, None]
    soft = cv2.GaussianBlur(mask, (0, 0), 6)[:, :, None]
    warped = cv2.warpPerspective(tile, matrix, size)
    part *= (1 - 0.35 * soft * (1 - mask)) * (1 - mask)
    part += warped.reshape(part.shape) * mask


def _sheet(surface: Shade, rng: Random) -> None:
    """Another sheet of paper: a letter, or a form of lines and words."""
    long = max(surface.shape)
    paper = rng.choice(((244, 243, 238), (250, 250, 250), (238, 232, 214), (232, 240, 240)))
    page = Image.new("RGB", (420, 594), paper)
    pencil = ImageDraw.Draw(page)
    ink = rng.choice(((40, 40, 46), (60, 60, 66), (70, 70, 120), (150, 90, 60)))
    font = fonts.pillow(rng.choice((Font.SONG, Font.KAI)), rng.choice((12, 14, 17)))
    ruled, y = rng.random() < 0.4, rng.randint(20, 60)
    while y < 560:
        count = rng.choice((24, 26, 26, 12, 4)) * 14 // round(font.size)
        words = "".join(rng.choice(_WORDS) for _ in range(count))
        pencil.text((rng.choice((30, 30, 58)), y), words, fill=ink, font=font)
        y += round(font.size * rng.choice((1.5, 1.5, 1.8, 3)))
        if ruled:
            pencil.line((24, y - 3, 396, y - 3), fill=ink)
    size = (long * rng.uniform(0.45, 0.7), long * rng.uniform(0.63, 0.95))
    tile = np.asarray(page, np.float32)
    _stick(surface, tile, _turned(_edgewise(surface.shape[:2], rng), size, rng.uniform(-60, 60)))


def _keyboard(surface: Shade, rng: Random) -> None:
    """A corner of a keyboard."""
    base, key, mark = rng.choice(((28, 44, 180), (196, 236, 90), (120, 52, 200)))
    tile = np.full((220, 640, 3), base, np.float32)
    for row in range(5):
        x = 8 + row * 9
        while x < 600:
            wide = rng.choice((34, 34, 34, 34, 52))
            top = 8 + row * 42
            cv2.rectangle(tile, (x, top + 4), (x + wide, top + 36), (key * 0.6,) * 3, -1)
            cv2.rectangle(tile, (x, top), (x + wide, top + 32), (key,) * 3, -1, cv2.LINE_AA)
            letter = chr(rng.randrange(65, 91))
            cv2.putText(tile, letter, (x + 7, top + 18), 0, 0.45, (mark,) * 3, 1, cv2.LINE_AA)
            x += wide + 7
    long = max(surface.shape)
    turn = rng.choice((0, 0, 90, 180)) + rng.uniform(-20, 20)
    at = _edgewise(surface.shape[:2], rng)
    _stick(surface, tile, _turned(at, (long * 0.85, long * 0.29), turn))


def _pen(surface: Shade, rng: Random) -> None:
    long = max(surface.shape)
    tile = np.zeros((14, 300, 3), np.float32)
    tile[:] = np.array(rng.choice(((30, 30, 34), (30, 50, 140), (210, 210, 214))), np.float32)
    tile *= np.array([0.5, 0.8, 1.15, 1.5, 1.2, 1, 1, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.45])[
        :, None, None
    ].astype(np.float32)
    tile[:, 200:206] = 190
    size = (long * rng.uniform(0.25, 0.35), long * 0.017)
    clipped = np.asarray(np.clip(tile, 0, 250), np.float32)
    _stick(surface, clipped, _turned(_edgewise(surface.shape[:2], rng), size, rng.uniform(0, 180)))


def _card(surface: Shade, rng: Random) -> None:
    """A plain thing of one colour: a folder, a notebook, a phone."""
    long = max(surface.shape)
    color = rng.choice(
        ((24, 24, 26), (176, 40, 40), (40, 74, 130), (230, 196, 90), (120, 120, 120))
    )
    tile = np.full((120, 90, 3), np.array(color, np.float32), np.float32)
    # a sheen across it, and a rim that catches the light
    tile *= np.linspace(rng.uniform(0.8, 1), rng.uniform(1, 1.2), 120, dtype=np.float32)[
        :, None, None
    ]
    tile += 14 * (smooth_noise(rng, (120, 90), 2)[:, :, None] - 0.5)
    cv2.rectangle(tile, (0, 0), (89, 119), tuple(min(250.0, c * 1.3 + 20) for c in color), 1)
    size = (long * rng.uniform(0.15, 0.4), long * rng.uniform(0.2, 0.5))
    clipped = np.asarray(np.clip(tile, 0, 250), np.float32)
    _stick(surface, clipped, _turned(_edgewise(surface.shape[:2], rng), size, rng.uniform(0, 90)))
