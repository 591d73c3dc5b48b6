"""Lens, sensor and file."""

import numpy as np
import pytest

from synth.camera import optics
from synth.camera.conditions import Lens

GRAY = np.full((120, 160, 3), 128, np.uint8)


@pytest.mark.parametrize(("radius", "length"), [(0, 0), (1.4, 0), (0, 6), (2, 5)])
def test_a_blurred_point_keeps_its_light_and_its_middle(radius, length):
    kernel = optics.spot(radius, length, 30)
    assert kernel.sum() == pytest.approx(1, abs=1e-5)
    y, x = np.mgrid[0 : kernel.shape[0], 0 : kernel.shape[1]]
    assert float((x * kernel).sum()) == pytest.approx((kernel.shape[1] - 1) / 2, abs=1e-3)
    assert float((y * kernel).sum()) == pytest.approx((kernel.shape[0] - 1) / 2, abs=1e-3)


def test_motion_blurs_along_its_heading():
    image = np.zeros((41, 41, 3), np.uint8)
    image[20, 20] = 255
    seen = optics.blurred(image, Lens(motion=9, heading=0), 1.0)[:, :, 0]
    assert (seen.max(axis=0) > 0).sum() > 3 * (seen.max(axis=1) > 0).sum() - 3


@pytest.mark.parametrize("sigma", [2.0, 6.0])
def test_noise_is_as_strong_as_asked_and_repeats(sigma):
    noisy = optics.grainy(GRAY, sigma, 9)
    assert np.array_equal(noisy, optics.grainy(GRAY, sigma, 9))
    assert not np.array_equal(noisy, optics.grainy(GRAY, sigma, 10))
    assert float(noisy.astype(float).std()) == pytest.approx(sigma, rel=0.25)
    assert float(noisy.mean()) == pytest.approx(128, abs=0.6)


def test_stray_light_lifts_black_and_leaves_white():
    ramp = np.linspace(0, 255, 64).astype(np.uint8).reshape(1, -1, 1).repeat(3, axis=2)
    toned = optics.toned(ramp, 0.1)[0, :, 0].astype(int)
    assert toned[0] == pytest.approx(26, abs=2)
    assert toned[-1] >= 250
    assert (np.diff(toned) >= 0).all()
