"""Curves are fitted on what was read and whether it was right."""

import json
from pathlib import Path

import pytest

from ocr.resolve.calibration import value_at
from piaohe.learning.calibration import Observation, fit, isotonic, load, main, save


def seen(
    confidence: float, right: int, wrong: int, kind: str = "ocr/name/alone"
) -> list[Observation]:
    source, group, standing = kind.split("/")
    return [
        Observation(source, group, standing, confidence, is_right)
        for is_right, times in ((True, right), (False, wrong))
        for _ in range(times)
    ]


def test_a_curve_never_falls() -> None:
    points = isotonic([*seen(0.6, 90, 10), *seen(0.8, 50, 50), *seen(0.95, 99, 1)])
    assert [round(own, 3) for own, _ in points] == [0.7, 0.95]
    assert value_at(points, 0.7) == pytest.approx(0.7, abs=0.01)
    assert value_at(points, 0.95) == pytest.approx(0.99, abs=0.03)


def test_few_observations_make_no_point_of_their_own() -> None:
    assert len(isotonic([*seen(0.5, 1, 2), *seen(0.9, 100, 0), *seen(0.99, 3, 0)])) == 1
    assert isotonic([]) == ()


def test_what_is_seldom_seen_leans_on_the_wider_curve() -> None:
    often = seen(0.97, 970, 30, "ocr/name/alone")
    seldom = [*seen(0.97, 25, 0, "ocr/date/alone"), *seen(0.97, 2, 0, "ocr/money/alone")]
    curves = fit([*often, *seldom, *seen(1.0, 90, 0, "xml/date/alone")])
    wide = value_at(curves["ocr/*/alone"], 0.97)
    assert wide == pytest.approx(0.97, abs=0.002)
    assert wide < value_at(curves["ocr/date/alone"], 0.97) < 0.98
    assert set(curves) == {"ocr/name/alone", "ocr/date/alone", "ocr/*/alone", "*/*/alone"}


def test_the_command_writes_what_the_product_reads(tmp_path: Path) -> None:
    observations, out = tmp_path / "seen.jsonl", tmp_path / "curves.json"
    save(observations, [*seen(0.9, 40, 10), *seen(0.97, 50, 0)])
    assert len(load(observations)) == 100
    main([str(observations), "--out", str(out)])
    written = json.loads(out.read_text("utf-8"))
    assert written["observations"] == 100
    assert [own for own, _ in written["curves"]["ocr/name/alone"]] == [0.9, 0.97]
