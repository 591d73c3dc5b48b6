"""Several tickets in one picture: pasted onto a sheet, or lying about on a desk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from synth import fonts
from synth.camera import subject
from synth.camera.conditions import Conditions, Level, conditions
from synth.camera.optics import Pixels
from synth.camera.shot import Developed, take
from synth.camera.subject import A4, Subject
from synth.draw.picture import Drawn
from synth.draw.place import REGION, Place, Point
from synth.fonts import Font

LONG_SIDE = 2800
_DPI = 200.0
_TRIES = 160
_GROWTH = 1.12

Corners = NDArray[np.float64]
"""4 x 2, mm."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A JPEG of several documents, its size, and for each document, in the order given, where its
    values stand in the picture's pixels."""

    data: bytes
    width: int
    height: int
    documents: tuple[tuple[Place, ...], ...]


@dataclass(frozen=True, slots=True)
class Manner:
    """How tickets are put together: `pasted` on a sheet or loose on a desk, and whether one may
    lie on values of another (`covering`), which their labels do not know."""

    pasted: bool
    covering: bool = False


def scene(
    drawns: Sequence[Drawn],
    seed: int,
    level: Level,
    *,
    manner: Manner | None = None,
    long_side: int = LONG_SIDE,
    given: Conditions | None = None,
) -> Scene:
    """Tickets on one A4 sheet or on a desk, scanned or photographed together.

    They lie a little askew and partly on one another, but on no value of another unless
    `manner` says so. What does not fit on A4 gets a larger sheet. The same pages, seed and level
    give the same bytes. ValueError without a page.
    """
    if not drawns:
        raise ValueError("a scene needs at least one page")
    rng = Random(f"scene:{seed}:{level.value}")
    found = given or replace(conditions(seed, level), bed=False)
    how = manner or Manner(pasted=level is Level.SCAN or rng.random() < 0.6)
    sheets = [_ticket(drawn) for drawn in drawns]
    spots, room = _arranged(sheets, how, rng)
    taken = take(_laid(sheets, spots, room, how, rng), found, rng, long_side)
    return _scene(taken)


def _scene(taken: Developed) -> Scene:
    return Scene(taken.data, taken.width, taken.height, taken.documents)


def _ticket(drawn: Drawn) -> Subject:
    ticket = subject.of(drawn)
    if ticket.dpi > _DPI:
        ticket = ticket.scaled(_DPI / ticket.dpi)
    return replace(ticket, image=subject.with_alpha(ticket.image))


class _Floor:
    """What is taken on a sheet, a cell a millimetre: values that stay free, and any paper."""

    def __init__(self, room: tuple[float, float]) -> None:
        size = (round(room[1]), round(room[0]))
        self.values = np.zeros(size, np.uint8)
        self.paper = np.zeros(size, np.uint8)

    def cost(self, corners: Corners) -> tuple[int, int]:
        """Cells of values, and of any paper, that a ticket there would lie on."""
        mask = np.zeros_like(self.paper)
        cv2.fillConvexPoly(mask, np.round(corners).astype(np.int32), (1,))
        return int((mask & self.values).sum()), int((mask & self.paper).sum())

    def put(self, corners: Corners, values: Sequence[Corners]) -> None:
        cv2.fillConvexPoly(self.paper, np.round(corners).astype(np.int32), (1,))
        for value in values:
            whole = np.round(value).astype(np.int32)
            cv2.fillConvexPoly(self.values, whole, (1,))
            cv2.polylines(self.values, [whole], True, (1,), 3)


def _arranged(
    tickets: Sequence[Subject], how: Manner, rng: Random
) -> tuple[list[Corners], tuple[float, float]]:
    """Where the corners of each ticket go (mm), and the room (mm) it took."""
    room = A4
    largest = max(max(ticket.size) / ticket.dpi * 25.4 for ticket in tickets)
    if largest > room[0] and rng.random() < 0.5:
        room = (room[1], room[0])
    while True:
        spots = _fitted(tickets, how, room, rng)
        if spots is not None:
            return spots, room
        room = (room[0] * _GROWTH, room[1] * _GROWTH)


def _fitted(
    tickets: Sequence[Subject], how: Manner, room: tuple[float, float], rng: Random
) -> list[Corners] | None:
    floor = _Floor(room)
    spots = []
    for ticket in tickets:
        best: Corners | None = None
        least = float("inf")
        for _ in range(_TRIES):
            corners = _thrown(ticket, how, room, rng)
            if corners is None:
                continue
            covered, over = floor.cost(corners)
            if covered and not how.covering:
                continue
            # as people paste: from the top left, a little over one another
            cost = 0.3 * over + 4.0 * float(corners.mean(axis=0).sum()) + rng.uniform(0, 300)
            if cost < least:
                best, least = corners, cost
        if best is None:
            return None
        spots.append(best)
        floor.put(best, [_onto(place, ticket, best) for place in _values(ticket)])
    return spots


def _values(ticket: Subject) -> tuple[Place, ...]:
    """What must stay visible: values, and the title; all of a ticket whose values are unknown."""
    places = ticket.documents[0]
    known = tuple(place for place in places if place.field != REGION)
    if not known:
        return places
    width, height = ticket.size
    left, right, low = 0.15 * width, 0.85 * width, 0.2 * height
    return (*known, Place("title", ((left, 0), (right, 0), (right, low), (left, low))))


def _thrown(ticket: Subject, how: Manner, room: tuple[float, float], rng: Random) -> Corners | None:
    """A ticket somewhere in the room, slightly turned; None where it would hang over the edge."""
    width, height = (side / ticket.dpi * 25.4 for side in ticket.size)
    turn = rng.gauss(0, 2.2 if how.pasted else 7) + rng.choice((0, 0, 0, 0, 90, 270))
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, height / 2)
    corners = flat @ np.array([[cos, sin], [-sin, cos]])
    low, high = corners.min(axis=0) - 3, corners.max(axis=0) + 3
    spare = np.array(room) - (high - low)
    if (spare < 0).any():
        return None
    at = spare * (rng.random(), rng.random()) - low
    return np.asarray(corners + at, np.float64)


def _matrix(ticket: Subject, corners: Corners, scale: float) -> NDArray[np.float64]:
    """The 2 x 3 matrix from the ticket's pixels to places `scale` to the millimetre."""
    width, height = ticket.size
    flat = np.array([[0, 0], [width, 0], [width, height]], np.float32)
    return np.asarray(cv2.getAffineTransform(flat, (corners[:3] * scale).astype(np.float32)))


def _onto(place: Place, ticket: Subject, corners: Corners, scale: float = 1.0) -> Corners:
    matrix = _matrix(ticket, corners, scale)
    points = np.array(place.quad, np.float64)
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float64)


def _laid(
    tickets: Sequence[Subject],
    spots: Sequence[Corners],
    room: tuple[float, float],
    how: Manner,
    rng: Random,
) -> Subject:
    """The tickets on their sheet, or on nothing where the desk is to show."""
    scale = _DPI / 25.4
    size = (round(room[0] * scale), round(room[1] * scale))
    canvas = _sheet(size, rng) if how.pasted else np.zeros((size[1], size[0], 4), np.uint8)
    documents = []
    for ticket, corners in zip(tickets, spots, strict=True):
        _drop(canvas, ticket, corners * scale, rng)
        if how.pasted and rng.random() < 0.4:
            _tape(canvas, corners * scale, rng)
        quads = (_onto(place, ticket, corners, scale) for place in ticket.documents[0])
        documents.append(
            tuple(
                Place(place.field, tuple(_point(row) for row in quad))
                for place, quad in zip(ticket.documents[0], quads, strict=True)
            )
        )
    return Subject(canvas, _DPI, tuple(documents))


def _point(row: NDArray[np.float64]) -> Point:
    return float(row[0]), float(row[1])


def _drop(canvas: Pixels, ticket: Subject, corners: Corners, rng: Random) -> None:
    """Put a ticket onto the canvas in place, with its shadow and a shade of its own."""
    x0, y0 = np.maximum(np.floor(corners.min(axis=0)) - 16, 0).astype(int)
    x1, y1 = np.ceil(corners.max(axis=0)).astype(int) + 16
    part = canvas[y0:y1, x0:x1]
    size = (part.shape[1], part.shape[0])
    matrix = _matrix(ticket, corners - (x0, y0), 1.0)
    # points are at pixels' corners here, at their middles for OpenCV
    matrix[:, 2] += matrix[:, :2].sum(axis=1) * 0.5 - 0.5
    warped = cv2.warpAffine(ticket.image, matrix, size, flags=cv2.INTER_LINEAR)
    alpha = warped[:, :, 3]
    slope = np.linspace(rng.uniform(0.93, 1), rng.uniform(0.93, 1), size[0], dtype=np.float32)
    shade = cv2.merge([np.tile(slope, (size[1], 1))] * 3)
    warped[:, :, :3] = cv2.multiply(warped[:, :, :3], shade, dtype=cv2.CV_8U)
    move = np.array([[1, 0, rng.uniform(-4, 4)], [0, 1, rng.uniform(0, 5)]], np.float64)
    cast = cv2.GaussianBlur(cv2.warpAffine(alpha, move, size), (0, 0), rng.uniform(2, 5))
    dark = cv2.merge([255 - np.asarray(cast * 0.4, np.uint8)] * 3)
    part[:, :, :3] = cv2.multiply(part[:, :, :3], dark, scale=1 / 255)
    under = cv2.multiply(part, cv2.merge([255 - alpha] * 4), scale=1 / 255)
    # where there is nothing below, only the desk gets a shadow, and that comes later
    part[:] = cv2.add(warped, under)


def _sheet(size: tuple[int, int], rng: Random) -> Pixels:
    """White or kraft paper, often with the printed head of a 粘贴单."""
    paper = rng.choice(((252, 252, 250), (248, 247, 240), (232, 222, 200), (250, 250, 252)))
    page = Image.new("RGB", size, paper)
    if rng.random() < 0.5:
        pencil = ImageDraw.Draw(page)
        ink = rng.choice(((40, 40, 40), (60, 110, 90), (90, 60, 50)))
        title = rng.choice(("原始凭证粘贴单", "票据粘贴单", "报销单据粘贴单", "费用报销粘贴凭证"))
        font = fonts.pillow(Font.KAI, round(size[0] / 28))
        pencil.text((size[0] / 2, size[1] * 0.02), title, ink, font, anchor="ma")
        edge = (size[0] * 0.04, size[1] * 0.055, size[0] * 0.96, size[1] * 0.97)
        pencil.rectangle(edge, outline=ink, width=3)
    pixels = cv2.cvtColor(np.asarray(page), cv2.COLOR_RGB2BGRA)
    return np.asarray(pixels, np.uint8)


def _tape(canvas: Pixels, corners: Corners, rng: Random) -> None:
    """Strips of sticky tape over two corners."""
    for index in rng.sample(range(4), 2):
        middle = corners.mean(axis=0)
        at = corners[index] + (middle - corners[index]) * 0.02
        box = (tuple(at.tolist()), (90.0, 44.0), rng.uniform(-60, 60))
        mask = np.zeros(canvas.shape[:2], np.uint8)
        cv2.fillConvexPoly(mask, cv2.boxPoints(box).astype(np.int32), (255,), cv2.LINE_AA)
        x, y, wide, tall = cv2.boundingRect(mask)
        part = canvas[y : y + tall, x : x + wide, :3]
        share = mask[y : y + tall, x : x + wide, None].astype(np.float32) / 255 * 0.3
        part[:] = (part * (1 - share) + np.array((214, 232, 236)) * share).astype(np.uint8)
