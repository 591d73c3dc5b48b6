"""What stands before the camera: a page, with the larger sheet, glass or monitor it is part of."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

import cv2
import numpy as np

from synth.camera.conditions import Conditions
from synth.camera.optics import Pixels
from synth.draw.picture import Drawn
from synth.draw.place import Place, Point

A4 = (210.0, 297.0)
"""Width and height in mm."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A picture (blue-green-red, with alpha where it is not a full rectangle, colours already
    multiplied by it), its resolution, and the places of each document in it, in its pixels.

    The camera is aimed at `focus` (left, top, right, bottom), or where there is none at all of it.
    """

    image: Pixels
    dpi: float
    documents: tuple[tuple[Place, ...], ...]
    focus: tuple[float, float, float, float] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.image.shape[1], self.image.shape[0]

    def scaled(self, by: float) -> "Subject":
        """Made smaller; shrinking here keeps thin strokes that warping alone would lose."""
        size = (max(1, round(self.size[0] * by)), max(1, round(self.size[1] * by)))
        small = cv2.resize(self.image, size, interpolation=cv2.INTER_AREA)
        across, down = size[0] / self.size[0], size[1] / self.size[1]
        return Subject(
            np.asarray(small, np.uint8),
            self.dpi * by,
            _moved(self.documents, lambda point: (point[0] * across, point[1] * down)),
        )


def of(drawn: Drawn) -> Subject:
    """A drawn page on its own."""
    pixels = np.asarray(drawn.image)
    if drawn.image.mode == "RGBA":
        image = cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA)
        alpha = image[:, :, 3]
        image[:, :, :3] = cv2.multiply(image[:, :, :3], cv2.merge([alpha] * 3), scale=1 / 255)
    else:
        image = cv2.cvtColor(np.asarray(drawn.image.convert("RGB")), cv2.COLOR_RGB2BGR)
    return Subject(np.asarray(image, np.uint8), drawn.dpi, (drawn.places,))


def dressed(subject: Subject, conditions: Conditions, rng: Random) -> Subject:
    """The subject as the conditions have it: without colour, seen through, on a sheet, a glass
    or a monitor."""
    if conditions.paper.gray:
        subject = replace(subject, image=_gray(subject.image))
    if conditions.paper.through:
        subject = replace(subject, image=_seen_through(subject.image, conditions.paper.through))
    if conditions.sheet:
        subject = _within(subject, A4, (0.5, 0.0), rng, clear=False)
    if conditions.bed:
        subject = _within(subject, A4, conditions.pose.offset, rng, clear=True)
    if conditions.screen:
        subject = _on_monitor(subject, rng)
    return subject


def with_alpha(image: Pixels) -> Pixels:
    """The picture with an alpha channel, opaque where it had none."""
    if image.shape[2] == 4:
        return image
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2BGRA), np.uint8)


def _gray(image: Pixels) -> Pixels:
    found = cv2.cvtColor(image[:, :, :3], cv2.COLOR_BGR2GRAY)
    gray = cv2.merge([found] * 3)
    return np.asarray(np.concatenate([gray, image[:, :, 3:]], axis=2), np.uint8)


def _seen_through(image: Pixels, share: float) -> Pixels:
    """The ink of the back page, mirrored and blurred, or of a copy beneath (share below 0)."""
    ink = 255 - cv2.cvtColor(image[:, :, :3], cv2.COLOR_BGR2GRAY)
    if image.shape[2] == 4:
        ink = np.minimum(ink, image[:, :, 3])
    height, width = ink.shape
    if share > 0:
        ghost = cv2.flip(ink, 1)
    else:
        move = np.array([[1, 0, width * 0.035], [0, 1, height * 0.012]], np.float64)
        ghost = cv2.warpAffine(ink, move, (width, height))
    ghost = cv2.GaussianBlur(ghost, (0, 0), max(width, height) / 700)
    stain = cv2.merge([ghost] * 3)
    seen = image.copy()
    seen[:, :, :3] = cv2.addWeighted(image[:, :, :3], 1, stain, -min(0.2, abs(share) * 1.6), 0)
    return seen


def _within(
    subject: Subject, sheet: tuple[float, float], at: Point, rng: Random, *, clear: bool
) -> Subject:
    """The subject on a larger sheet (mm): white paper, or a clear glass.

    What does not fit upright is laid across; what does not fit at all stays as it is.
    """
    width, height = subject.size
    room = [round(side * subject.dpi / 25.4) for side in sheet]
    if width > room[0] + 2 or (height > width and height > room[1] + 2):
        room.reverse()
    if width > room[0] + 2 or height > room[1] + 2:
        return subject
    room = [max(room[0], width), max(room[1], height)]
    left = round((room[0] - width) * at[0])
    top = round((room[1] - height) * at[1])
    channels = 4 if clear or subject.image.shape[2] == 4 else 3
    fill = 0 if clear else rng.choice((250, 253, 255))
    canvas = np.full((room[1], room[0], channels), fill, np.uint8)
    if channels == 4 and not clear:
        canvas[:, :, 3] = 255
    image = with_alpha(subject.image) if channels == 4 else subject.image
    canvas[top : top + height, left : left + width] = image
    return Subject(canvas, subject.dpi, _moved(subject.documents, _shift(left, top)))


def _on_monitor(subject: Subject, rng: Random) -> Subject:
    """A viewer's window on a monitor: a bar above, grey around the page, the monitor's rim."""
    width, height = subject.size
    gaps = [round(rng.uniform(0.01, 0.4) * width) for _ in range(4)]
    left, top, right, bottom = gaps
    bar, rim = round(0.035 * width), round(rng.choice((0.02, 0.03, 0.05)) * width)
    size = (height + top + bottom + bar, width + left + right)
    around = rng.choice(((89, 86, 82), (60, 56, 54), (232, 230, 228), (204, 204, 204)))
    canvas = np.full((*size, 3), np.array(around, np.uint8), np.uint8)
    canvas[:bar] = rng.choice(((50, 54, 50), (248, 246, 245), (226, 222, 220)))
    shade = 40 if canvas[0, 0, 0] > 128 else 220
    x = bar
    while x < size[1] * 0.7:
        wide = rng.randint(bar // 4, bar * 2)
        cv2.rectangle(canvas, (x, bar * 2 // 5), (x + wide, bar * 3 // 5), (shade,) * 3, 1)
        x += wide + rng.randint(bar // 2, bar * 3)
    y = bar + top
    canvas[y : y + height, left : left + width] = subject.image[:, :, :3]
    edge = rng.choice((18, 26, 36, 170))
    framed = cv2.copyMakeBorder(canvas, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=(edge,) * 3)
    x, y = left + rim, y + rim
    documents = _moved(subject.documents, _shift(x, y))
    focus = (float(x), float(y), float(x + width), float(y + height))
    return Subject(np.asarray(framed, np.uint8), subject.dpi, documents, focus)


def _shift(left: float, top: float) -> Callable[[Point], Point]:
    return lambda point: (point[0] + left, point[1] + top)


def _moved(
    documents: tuple[tuple[Place, ...], ...], move: Callable[[Point], Point]
) -> tuple[tuple[Place, ...], ...]:
    return tuple(tuple(place.moved(move) for place in places) for places in documents)
