"""Places follow the picture through everything a camera does to it."""

import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from models.errors import DependencyMissing
from synth import fonts
from synth.camera import Conditions, Level, conditions, photo
from synth.camera.conditions import TURNS, Desk, Lens, Light, Paper, Pose
from synth.draw.picture import Drawn
from synth.draw.place import Place

BENT = Paper(curl=(0.4, -0.3), axis=20, columns=3, rows=2, kink=0.1, crumple=0.006)
HELD = Pose(skew=12, tilt=25, azimuth=70, distance=1.2)


@pytest.fixture(autouse=True)
def _fonts():
    try:
        for role in fonts.Font:
            fonts.find(role)
    except DependencyMissing as error:
        pytest.skip(error.record.hint_en)


def dotted(width: int, height: int, *, electronic: bool = False) -> Drawn:
    """A white page with red squares, each of them a place."""
    image = Image.new("RGB", (width, height), (255, 255, 255))
    pencil = ImageDraw.Draw(image)
    places = [Place("region", ((0, 0), (width, 0), (width, height), (0, height)))]
    side = min(width, height) // 14
    for x in np.linspace(side, width - 2 * side, 4).astype(int).tolist():
        for y in np.linspace(side, height - 2 * side, 4).astype(int).tolist():
            pencil.rectangle((x, y, x + side - 1, y + side - 1), fill=(255, 0, 0))
            corners = ((x, y), (x + side, y), (x + side, y + side), (x, y + side))
            places.append(Place(f"dot.{x}.{y}", corners))
    return Drawn(image, 100, tuple(places), electronic)


def red_middle(data: bytes, place: Place) -> tuple[float, float]:
    """The middle of what is red around a place."""
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR).astype(np.float32)
    xs, ys = np.array(place.quad).T
    x0, x1 = max(0, int(xs.min()) - 8), int(xs.max()) + 9
    y0, y1 = max(0, int(ys.min()) - 8), int(ys.max()) + 9
    part = pixels[y0:y1, x0:x1]
    red = np.clip(part[:, :, 2] - part[:, :, 0] - 60, 0, None)
    assert red.sum() > 0
    y, x = np.mgrid[y0 : y0 + red.shape[0], x0 : x0 + red.shape[1]] + 0.5
    return float((x * red).sum() / red.sum()), float((y * red).sum() / red.sum())


@pytest.mark.parametrize(
    "given",
    [
        Conditions(),
        Conditions(Pose(turn=90, skew=-3)),
        Conditions(HELD, desk=Desk.DARK),
        Conditions(replace(HELD, turn=180), BENT, Light(lamp=0.2), desk=Desk.OAK),
        Conditions(Pose(turn=270), Paper(curl=(0.5, 0.5), axis=90), desk=Desk.WALNUT),
        Conditions(HELD, Paper(columns=4, kink=0.2), lens=Lens(noise=2, sharpen=1), chat=True),
        Conditions(Pose(aspect=16 / 9), sheet=True, desk=Desk.DARK),
        Conditions(Pose(skew=2), bed=True, dirt=1),
        Conditions(HELD, screen=True, desk=Desk.DARK),
        Conditions(Pose(skew=1), cropped=0.04, desk=Desk.DARK),
    ],
)
def test_every_place_is_where_its_print_is(given):
    shot = photo(dotted(600, 400), 3, Level.PHOTO, long_side=1400, given=given)
    off = []
    for place in shot.places[1:]:
        middle = np.array(place.quad).mean(axis=0)
        off.append(float(np.abs(middle - red_middle(shot.data, place)).max()))
    assert max(off) < 1.2


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("size", [(300, 200), (60, 460), (600, 70)])
def test_no_part_of_a_document_is_outside_the_picture(level, size):
    drawn = dotted(*size)
    for seed in range(6):
        shot = photo(drawn, seed, level, long_side=360)
        corners = np.array([point for place in shot.places for point in place.quad])
        assert (corners >= -0.5).all()
        assert (corners <= np.array([shot.width, shot.height]) + 0.5).all()


def test_cropping_is_done_when_asked_and_never_drawn():
    drawn = dotted(300, 200)
    given = replace(conditions(1, Level.PHOTO), cropped=0.1)
    region = photo(drawn, 1, Level.PHOTO, long_side=400, given=given).places[0]
    corners = np.array(region.quad)
    assert corners.min() < -5 or corners.max() > 405
    assert not any(conditions(seed, level).cropped for seed in range(50) for level in Level)


@pytest.mark.parametrize("level", Level)
def test_same_order_same_bytes(level):
    drawn = dotted(300, 200, electronic=True)
    first = photo(drawn, 4, level, long_side=400)
    assert first == photo(drawn, 4, level, long_side=400)
    assert first.data != photo(drawn, 5, level, long_side=400).data
    with Image.open(io.BytesIO(first.data)) as image:
        assert (image.format, image.size) == ("JPEG", (first.width, first.height))


@pytest.mark.parametrize("level", Level)
def test_turns_come_as_often_as_stated(level):
    turns = [conditions(seed, level).pose.turn for seed in range(800)]
    for turn, share in TURNS[level].items():
        assert abs(turns.count(turn) / len(turns) - share) < 0.05


def test_only_electronic_originals_are_shown_on_a_monitor_or_printed_gray():
    drawn = [
        conditions(seed, Level.PHOTO, electronic=electronic)
        for electronic in (False, True)
        for seed in range(100)
    ]
    assert not any(each.screen or each.paper.gray or each.sheet for each in drawn[:100])
    assert {each.screen for each in drawn[100:]} == {True, False}
    assert {each.paper.gray for each in drawn[100:]} == {True, False}


def test_chat_programs_shrink():
    shot = photo(
        dotted(300, 200), 1, Level.PHOTO, long_side=1600, given=Conditions(Pose(), chat=True)
    )
    assert max(shot.width, shot.height) == 1280
    small = photo(
        dotted(300, 200), 1, Level.PHOTO, long_side=900, given=Conditions(Pose(), chat=True)
    )
    assert max(small.width, small.height) == 900
