from pathlib import Path
from random import Random

import cv2
import numpy as np
import pytest

from benchmarks import qr, qr_set
from benchmarks.qr_camera import Pose, Truth, photograph, single

SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", []),
        ("# a comment\nSETS\n0 0 10 0 10 10 0 10\n", [(SQUARE, None)]),
        ("0 0\n10 0\n10 10\n0 10\n", [(SQUARE, None)]),
        ("message = hello world\n", [((), "hello world")]),
        ("https://example.com\n", [((), "https://example.com")]),
        ("1 2 3\n", [((), "1 2 3")]),
    ],
)
def test_what_stands_beside_a_picture(text: str, codes: list) -> None:
    assert [(one.corners, one.payload) for one in qr.parse_truth(text)] == codes


def test_one_found_stands_for_one_code() -> None:
    moved = tuple((x + 2, y) for x, y in SQUARE)
    far = tuple((x + 20, y) for x, y in SQUARE)
    truths = [Truth(SQUARE, None), Truth((), "a")]
    assert qr.overlap(SQUARE, SQUARE) == pytest.approx(1)
    assert qr.overlap(SQUARE, far) == 0
    assert qr.matched(truths, [(moved, "x")]) == {0}
    assert qr.matched(truths, [(far, "x")]) == set()
    assert qr.matched(truths, [(far, "a"), (far, "a"), (SQUARE, "b")]) == {0, 1}


def test_a_folder_is_read_by_its_categories(tmp_path: Path) -> None:
    (tmp_path / "nominal").mkdir()
    cv2.imwrite(str(tmp_path / "nominal" / "a.png"), np.zeros((20, 20, 3), np.uint8))
    (tmp_path / "nominal" / "a.txt").write_text("0 0 10 0 10 10 0 10\n")
    (tmp_path / "nominal" / "b.png").write_bytes(b"no picture")
    (shown,) = qr.read_folder(tmp_path)
    assert shown.category == "nominal"
    assert shown.picture.shape == (20, 20, 3)
    assert [one.corners for one in shown.codes] == [SQUARE]


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize("bend", [0.0, 90.0])
def test_the_truth_lies_where_the_code_is_drawn(bend: float, upright: bool) -> None:
    pose = Pose(yaw=10, pitch=-15, roll=30, size=0.8, bend=bend, upright=upright)
    light, (truth,) = photograph(Random(3), single(Random(3)), pose, (400, 300))
    inside = np.zeros(light.shape, np.uint8)
    cv2.fillPoly(inside, [np.array(truth.corners, np.int32)], (1,))
    part = light[inside == 1]
    # a code is about half dark; the paper around it is not
    assert 0.3 < (part < 0.5).mean() < 0.7
    rim = cv2.dilate(inside, np.ones((9, 9), np.uint8)) - cv2.dilate(inside, np.ones((5, 5)))
    assert (light[rim == 1] < 0.5).mean() < 0.2


def test_there_are_sixteen_categories() -> None:
    assert len(qr_set.CATEGORIES) == 16


def test_a_seed_repeats() -> None:
    first, again = (photograph(rng, single(rng), Pose(), (200, 150)) for rng in map(Random, "aa"))
    assert np.array_equal(first[0], again[0])
    assert first[1] == again[1]
