"""Several documents in one picture."""

import cv2
import numpy as np
import pytest
from PIL import Image

from models.errors import DependencyMissing
from synth import fonts
from synth.camera import Conditions, Level, Manner, scene
from synth.camera.conditions import Desk, Pose
from synth.draw.picture import Drawn
from synth.draw.place import Place

COLORS = ((255, 0, 0), (0, 180, 0), (0, 0, 255), (200, 0, 200))
FLAT = Conditions(Pose(), desk=Desk.DARK)


@pytest.fixture(autouse=True)
def _fonts():
    try:
        for role in fonts.Font:
            fonts.find(role)
    except DependencyMissing as error:
        pytest.skip(error.record.hint_en)


def ticket(color: tuple[int, int, int], width: int = 330, height: int = 210) -> Drawn:
    """A white ticket at 100 dpi with one coloured value in its left half."""
    image = Image.new("RGB", (width, height), (250, 250, 250))
    box = (30, 30, width // 2, height - 40)
    image.paste(color, box)
    x0, y0, x1, y1 = box
    region = Place("region", ((0, 0), (width, 0), (width, height), (0, height)))
    value = Place("total", ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
    return Drawn(image, 100, (region, value))


@pytest.mark.parametrize("pasted", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_value_is_seen_where_its_place_says(pasted, seed):
    shot = scene(
        [ticket(color) for color in COLORS],
        seed,
        Level.PHOTO,
        manner=Manner(pasted),
        long_side=900,
        given=FLAT,
    )
    picture = cv2.imdecode(np.frombuffer(shot.data, np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape[:2] == (shot.height, shot.width)
    assert len(shot.documents) == len(COLORS)
    for color, (_, value) in zip(COLORS, shot.documents, strict=True):
        mask = np.zeros(picture.shape[:2], np.uint8)
        cv2.fillConvexPoly(mask, np.round(value.quad).astype(np.int32), 1)
        inside = picture[cv2.erode(mask, np.ones((9, 9), np.uint8)) > 0]
        # the colour is there, all over: no other ticket lies on it
        wrong = np.abs(inside.astype(int) - np.array(color[::-1])).max(axis=1) > 110
        assert wrong.mean() < 0.02


def test_a_ticket_whose_values_are_unknown_is_not_covered_at_all():
    bare = ticket(COLORS[0])
    blank = Drawn(bare.image, bare.dpi, bare.places[:1])
    shot = scene([blank] * 3, 5, Level.PHOTO, manner=Manner(True), long_side=900, given=FLAT)
    masks = []
    for (region,) in shot.documents:
        mask = np.zeros((shot.height, shot.width), np.uint8)
        cv2.fillConvexPoly(mask, np.round(region.quad).astype(np.int32), 1)
        masks.append(mask)
    assert int(sum(mask.astype(int) for mask in masks).max()) == 1


def test_what_does_not_fit_on_a4_gets_a_larger_sheet():
    wide = ticket(COLORS[1], 1300, 500)
    shot = scene([wide, wide, wide], 1, Level.SCAN, long_side=900)
    corners = np.array([p for places in shot.documents for place in places for p in place.quad])
    assert corners.min() >= 0
    assert (corners <= (shot.width, shot.height)).all()


def test_same_order_same_bytes():
    tickets = [ticket(color) for color in COLORS[:2]]
    first = scene(tickets, 3, Level.POOR, long_side=600)
    assert first == scene(tickets, 3, Level.POOR, long_side=600)
    assert first.data != scene(tickets, 4, Level.POOR, long_side=600).data


def test_nothing_is_no_scene():
    with pytest.raises(ValueError, match="at least one"):
        scene([], 1, Level.PHOTO)
