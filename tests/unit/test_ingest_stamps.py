"""Seals are found however they lie, and taken apart into lines; what is no seal gives none."""

import cv2
import numpy as np
import pytest
from PIL import Image

from ingest.stamps import find_stamps
from models.page import Pixels
from synth.draw import seal

NAME, TAX_ID = "甲乙餐饮管理有限公司", "91440300MA5XYT123G"


def page(picture: Image.Image, turn: float = 0, at: tuple[int, int] = (300, 200)) -> Pixels:
    """A sheet with rules and a picture of a seal, 400 pixels wide, turned on it."""
    sheet = Image.new("RGB", (1200, 800), (250, 248, 244))
    small = picture.resize((400, round(400 * picture.height / picture.width)))
    turned = small.rotate(turn, Image.Resampling.BICUBIC, expand=True)
    sheet.paste(turned, at, turned)
    pixels = np.ascontiguousarray(np.asarray(sheet)[:, :, ::-1])
    for y in range(100, 800, 90):
        cv2.line(pixels, (40, y), (1160, y), (90, 110, 170), 2)
    return pixels


@pytest.mark.parametrize("turn", [0, 12, -20, 90, 180, 200])
def test_a_seal_gives_its_edge_and_its_lines(turn: float) -> None:
    (stamp,) = find_stamps(page(seal.issuer(NAME, TAX_ID), turn))
    edge, *within = stamp.lines
    assert edge.shape[0] == 48
    # ten characters, some free room between them
    assert edge.shape[1] > 10 * 40
    assert len(within) == 2
    assert within[0].shape[1] > 5 * within[0].shape[0]


def test_the_line_of_the_edge_is_the_same_however_a_seal_was_turned() -> None:
    upright, turned = (
        find_stamps(page(seal.issuer(NAME, TAX_ID), turn))[0].lines[0][:, :, 0] for turn in (0, 160)
    )
    fit = cv2.resize(turned, upright.shape[::-1])
    alike = np.corrcoef(upright.ravel(), np.asarray(fit, np.float64).ravel())[0, 1]
    assert alike > 0.6


def test_a_round_seal_is_one_too() -> None:
    (stamp,) = find_stamps(page(seal.stamp(NAME, "财务专用章"), -30))
    assert 330 < stamp.box.width < 560
    assert stamp.lines


@pytest.mark.parametrize("size", [(1, 1), (1, 20000), (20000, 1), (400, 400)])
def test_noise_is_no_seal(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (*size, 3), np.uint8)
    assert not any(stamp.lines for stamp in find_stamps(noise))


def test_what_has_no_ring_has_no_lines() -> None:
    pixels = np.full((800, 1200, 3), 250, np.uint8)
    cv2.rectangle(pixels, (300, 200), (650, 500), (40, 40, 220), 9)
    cv2.putText(pixels, "FRAGILE", (320, 370), cv2.FONT_HERSHEY_SIMPLEX, 2.4, (40, 40, 220), 8)
    assert not any(stamp.lines for stamp in find_stamps(pixels))
