"""Marks on paper before the camera."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from models.errors import DependencyMissing
from synth import fonts
from synth.draw.picture import Drawn
from synth.draw.place import Place
from synth.wear import Mark, wear

BOX = (380, 200, 560, 230)
SIZE = (600, 400)


@pytest.fixture(autouse=True)
def _fonts():
    try:
        for role in fonts.Font:
            fonts.find(role)
    except DependencyMissing as error:
        pytest.skip(error.record.hint_en)


def page() -> Drawn:
    """A white page at 100 dpi with a black bar that is its one value."""
    image = Image.new("RGB", SIZE, (250, 250, 250))
    x0, y0, x1, y1 = BOX
    image.paste((10, 10, 10), BOX)
    w, h = SIZE
    region = Place("region", ((0, 0), (w, 0), (w, h), (0, h)))
    return Drawn(image, 100, (region, Place("total", ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))))


@pytest.mark.parametrize("mark", Mark)
def test_every_mark_shows_repeats_and_leaves_the_value_readable(mark):
    clean = page()
    worn = wear(clean, 3, [mark])
    assert worn.places == clean.places
    assert worn.image.size == clean.image.size
    assert worn.image.tobytes() == wear(clean, 3, [mark]).image.tobytes()
    before = np.asarray(clean.image.convert("RGBA"), int)
    after = np.asarray(worn.image.convert("RGBA"), int)
    assert np.abs(before - after).max() > 40
    x0, y0, x1, y1 = BOX
    bar, above = after[y0:y1, x0:x1], after[y0 - 20 : y0 - 4, x0:x1]
    assert bar[:, :, 3].min() == 255
    assert above[:, :, :3].mean() - bar[:, :, :3].mean() > 50


@pytest.mark.parametrize(
    ("mark", "mode"), [(Mark.HOLES, "RGBA"), (Mark.TEAR, "RGBA"), (Mark.STAMP, "RGB")]
)
def test_paper_that_is_missing_is_transparent(mark, mode):
    assert wear(page(), 1, [mark]).image.mode == mode


def test_a_worn_electronic_page_is_a_printout():
    screen = replace(page(), electronic=True)
    assert not wear(screen, 1, [Mark.STAPLE]).electronic
    assert wear(screen, 1, []) is screen


def test_no_marks_is_the_same_page():
    clean = page()
    assert wear(clean, 1, []) is clean


def test_the_seed_picks_marks():
    clean = page()
    kept = sum(wear(clean, seed) is clean for seed in range(12))
    assert 0 < kept < 12
