"""Taking the picture: a subject, a view of it, light, lens and file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import cv2
import numpy as np

from synth.camera import desk, light, optics, screen, subject
from synth.camera.conditions import Conditions, Desk, Level, Paper, conditions
from synth.camera.optics import Pixels
from synth.camera.subject import Subject
from synth.camera.surface import Surface
from synth.camera.view import CELL, NO_MAP, Frame, Map, View, spread
from synth.draw.picture import Drawn
from synth.draw.place import Place

LONG_SIDE = 2000


@dataclass(frozen=True, slots=True)
class Shot:
    """A JPEG of one document, its size, and where the document's values stand in its pixels."""

    data: bytes
    width: int
    height: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Developed:
    """A JPEG of any number of documents, and the places of each."""

    data: bytes
    width: int
    height: int
    documents: tuple[tuple[Place, ...], ...]


def photo(
    drawn: Drawn,
    seed: int,
    level: Level,
    *,
    long_side: int = LONG_SIDE,
    given: Conditions | None = None,
) -> Shot:
    """A scan or a phone photo of a drawn page, its longer side `long_side` pixels.

    (A picture sent through a chat program comes out with 1280.) The same page, seed, level and
    size give the same bytes. `given` replaces the conditions the seed would draw.
    """
    found = given or conditions(seed, level, electronic=drawn.electronic)
    rng = Random(f"photo:{seed}:{level.value}")
    dressed = subject.dressed(subject.of(drawn), found, rng)
    taken = take(dressed, found, rng, long_side)
    return Shot(taken.data, taken.width, taken.height, taken.documents[0])


def take(page: Subject, found: Conditions, rng: Random, long_side: int) -> Developed:
    """The picture of a subject under the given conditions."""
    surface = Surface(_sides(page), _as_people_fold(found.paper, page), rng)
    view = View(surface, page, found.pose, long_side, found.cropped)
    documents = tuple(tuple(view.place(each) for each in places) for places in page.documents)
    cells = view.backward()
    image = _composed(page, view, cells, found, rng)
    gain = light.lamp(view.frame, found.light, rng)
    if found.paper.bent:
        lean = light.relief(surface, found.light, rng)
        gain = gain * _on_paper(lean, cells, page.size, gain.shape[:2])
    # a camera exposes for what it sees
    image = _lit(image, gain / float(gain.mean()) ** 0.6, found.light.white)
    every = [place for places in documents for place in places]
    fineness = view.magnification * max(page.size) / LONG_SIDE
    image = _finished(image, every, min(1.0, fineness), found, rng)
    return _filed(image, documents, found)


def _as_people_fold(paper: Paper, page: Subject) -> Paper:
    """A narrow strip is folded across, not along."""
    width, height = page.size
    if height > 1.5 * width and paper.columns > paper.rows:
        return replace(paper, columns=paper.rows, rows=paper.columns)
    return paper


def _sides(page: Subject) -> tuple[float, float]:
    width, height = page.size
    return width / max(page.size), height / max(page.size)


def _composed(page: Subject, view: View, cells: Map, found: Conditions, rng: Random) -> Pixels:
    """The page as the camera sees it, on its desk."""
    frame, full = view.frame, page.size
    if view.magnification < 0.85:
        page = page.scaled(view.magnification * 1.05)
    share = np.array([page.size[0] / full[0], page.size[1] / full[1]], np.float32)
    at = spread(np.asarray(cells * share - 0.5, np.float32), frame)
    warped = np.asarray(
        cv2.remap(subject.with_alpha(page.image), at, NO_MAP, cv2.INTER_LINEAR), np.uint8
    )
    alpha = warped[:, :, 3]
    ground = _ground(alpha, frame, found, rng)
    around = cv2.multiply(ground, cv2.merge([255 - alpha] * 3), scale=1 / 255)
    image = np.asarray(cv2.add(np.ascontiguousarray(warped[:, :, :3]), around), np.uint8)
    return screen.fringed(image, at, rng) if found.screen else image


def _ground(alpha: Pixels, frame: Frame, found: Conditions, rng: Random) -> Pixels:
    """The desk with the shadow the paper throws on it; half as fine as the picture."""
    size = (max(2, frame.height // 2), max(2, frame.width // 2))
    if found.desk is Desk.BLACK:
        ground = desk.lay(size, found.desk, 0, rng)
    else:
        ground = desk.lay(size, found.desk, found.clutter, rng)
        cover = cv2.resize(alpha, (size[1], size[0]), interpolation=cv2.INTER_AREA)
        cover = cover.astype(np.float32) / 255
        long = max(size)
        scanned = found.desk is Desk.LID
        soft = long * (0.002 if scanned else rng.uniform(0.004, 0.012))
        move = (rng.uniform(-1, 1) * soft, rng.uniform(-1, 1) * soft)
        matrix = np.array([[1, 0, move[0]], [0, 1, move[1]]], np.float64)
        cast = cv2.warpAffine(cover, matrix, (size[1], size[0]))
        cast = cv2.GaussianBlur(cast, (0, 0), soft)
        ground *= 1 - (0.25 if scanned else rng.uniform(0.3, 0.6)) * cast[:, :, None]
    pixels = cv2.cvtColor(np.clip(ground, 0, 255).astype(np.uint8), cv2.COLOR_RGB2BGR)
    return np.asarray(cv2.resize(pixels, (frame.width, frame.height)), np.uint8)


def _lit(image: Pixels, gain: light.Gain, white: tuple[float, float, float]) -> Pixels:
    """The picture in the light there is."""
    height, width = image.shape[:2]
    full = cv2.resize(gain, (width, height), interpolation=cv2.INTER_LINEAR)
    lit = [
        cv2.multiply(image[:, :, i], full, scale=white[2 - i], dtype=cv2.CV_8U) for i in range(3)
    ]
    return np.asarray(cv2.merge(lit), np.uint8)


def _on_paper(
    lean: light.Gain, cells: Map, page: tuple[int, int], size: tuple[int, ...]
) -> light.Gain:
    """The paper's own shades brought to the coarse grid of the picture."""
    rows, columns = cells.shape[:2]
    fine = CELL // light.COARSE
    grown = cv2.resize(cells, (columns * fine, rows * fine), interpolation=cv2.INTER_LINEAR)
    grown = grown[fine : fine + size[0], fine : fine + size[1]]
    share = np.array([lean.shape[1] / page[0], lean.shape[0] / page[1]], np.float32)
    at = np.asarray(grown * share - 0.5, np.float32)
    return np.asarray(
        cv2.remap(
            lean, at, NO_MAP, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(1,)
        ),
        np.float32,
    )


def _finished(
    image: Pixels, places: Sequence[Place], fineness: float, found: Conditions, rng: Random
) -> Pixels:
    """Through the lens onto the sensor; `fineness` is the document's long side over 2000."""
    frame = Frame(image.shape[1], image.shape[0])
    if found.light.glare:
        extra = light.glare(image, found.light, places, rng)
        full = cv2.resize(extra, (frame.width, frame.height)) * 255
        image = np.asarray(cv2.add(image, cv2.merge([full] * 3), dtype=cv2.CV_8U), np.uint8)
    if found.dirt:
        _soil(image, found.dirt, rng)
    image = optics.blurred(image, found.lens, fineness)
    image = optics.toned(image, found.light.veil)
    image = optics.grainy(image, found.lens.noise, rng.randrange(1 << 30))
    image = optics.sharpened(image, found.lens.sharpen)
    if found.paper.gray and found.desk in (Desk.LID, Desk.BLACK):
        image = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    return image


def _soil(image: Pixels, count: int, rng: Random) -> None:
    """A dirty glass draws a streak along the way the lamp goes, and leaves specks."""
    height, width = image.shape[:2]
    for _ in range(count):
        x = rng.randrange(width)
        tone = rng.choice((0.75, 0.85, 0.92))
        streak = image[:, x : x + rng.randint(1, 3)]
        streak[:] = (streak * tone).astype(np.uint8)
        for _ in range(rng.randrange(12)):
            at = (rng.randrange(width), rng.randrange(height))
            cv2.circle(image, at, rng.randint(0, 2), (rng.randint(90, 190),) * 3, -1, cv2.LINE_AA)


def _filed(image: Pixels, documents: tuple[tuple[Place, ...], ...], found: Conditions) -> Developed:
    """The file, and the places as they are in it."""
    before = image.shape
    quality = found.quality
    if found.chat:
        image = optics.shrunk_by_chat(image, quality)
        across, down = image.shape[1] / before[1], image.shape[0] / before[0]
        documents = tuple(
            tuple(place.moved(lambda p: (p[0] * across, p[1] * down)) for place in places)
            for places in documents
        )
        quality = optics.CHAT_QUALITY
    height, width = image.shape[:2]
    return Developed(optics.jpeg(image, quality), width, height, documents)
