import numpy as np
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.qr.codewords import repaired
from ocr.qr.reedsolomon import corrected
from ocr.qr.symbol import VERSIONS, drawn, fixed_modules


def modules(version: int, level: str, text: str = "A1") -> np.ndarray:
    made = segno.make(text, version=version, error=level, boost_error=False)
    return np.array([list(row) for row in made.matrix], np.int8)


@pytest.mark.parametrize("version", VERSIONS)
def test_fixed_modules_are_those_of_every_code(version: int) -> None:
    fixed = fixed_modules(version)
    known = fixed >= 0
    for level in "LH":
        assert np.array_equal(modules(version, level)[known], fixed[known])


@pytest.mark.parametrize("version", [1, 2, 5, 6, 7, 10, 14, 22, 40])
@pytest.mark.parametrize("level", "LMQH")
def test_a_right_code_stays_as_it_is(version: int, level: str) -> None:
    right = modules(version, level)
    (same,) = repaired(right, np.ones(right.shape), version)
    assert np.array_equal(same, right)


@pytest.mark.parametrize(("version", "level"), [(3, "M"), (5, "L"), (7, "L"), (10, "H"), (21, "L")])
def test_a_covered_part_is_made_good(version: int, level: str) -> None:
    right = modules(version, level, "covered")
    worn, sure = right.copy(), np.ones(right.shape)
    size = int(len(right) * 0.3)
    part = np.s_[-size - 1 : -1, -size - 1 : -1]
    worn[part], sure[part] = 1, 0.0
    fixed = fixed_modules(version)
    worn = np.where(fixed >= 0, fixed, worn).astype(np.int8)
    (clean,) = repaired(worn, sure, version)
    assert np.array_equal(clean, right)


def test_what_is_past_help_is_not_guessed() -> None:
    chance = np.random.default_rng(5)
    for version in (1, 2, 3, 7):
        fixed = fixed_modules(version)
        for _ in range(60):
            noise = chance.integers(0, 2, fixed.shape)
            worn = np.where(fixed >= 0, fixed, noise).astype(np.int8)
            assert repaired(worn, chance.random(fixed.shape), version) == []


def test_a_picture_of_a_code_has_a_quiet_zone() -> None:
    shown = drawn(modules(1, "L").astype(np.uint8))
    assert shown.shape == (87, 87)
    assert (shown[:12] == 255).all()


# the codewords of version 1-M: 16 of data, 10 for correction; from the standard's annex I
_BLOCK = [16, 32, 12, 86, 97, 128, 236, 17, 236, 17, 236, 17, 236, 17, 236, 17]
_CHECKS = [165, 36, 212, 193, 237, 54, 199, 135, 44, 85]


@settings(max_examples=60)
@given(st.data())
def test_errors_and_erasures_up_to_what_the_code_can_do(data: st.DataObject) -> None:
    block = _BLOCK + _CHECKS
    hidden = data.draw(st.sets(st.integers(0, 25), max_size=10))
    rest = sorted(set(range(26)) - hidden)
    errors = data.draw(st.sets(st.sampled_from(rest), max_size=(10 - len(hidden)) // 2))
    worn = list(block)
    for place in hidden:
        worn[place] = data.draw(st.integers(0, 255))
    for place in errors:
        worn[place] ^= data.draw(st.integers(1, 255))
    found = corrected(worn, 10, hidden)
    assert found is not None
    assert found[0] == block


@pytest.mark.parametrize("places", [range(6), range(10, 26)])
def test_more_errors_are_told(places: range) -> None:
    worn = _BLOCK + _CHECKS
    for place in places:
        worn[place] ^= 0x5A
    found = corrected(worn, 10)
    assert found is None or found[0] != _BLOCK + _CHECKS
    assert corrected(worn, 10, range(11)) is None
