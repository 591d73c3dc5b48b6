"""Whatever is given for a ticket's corners and lines, a view comes back."""

import numpy as np
import pytest

from ingest.flatten import cut_out, whole_view

NAN, INF = float("nan"), float("inf")


def box(x: float, y: float, wide: float, high: float):
    return ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))


PICTURES = {
    "wide": np.zeros((1, 20000, 3), np.uint8),
    "tall": np.zeros((20000, 1, 3), np.uint8),
    "dot": np.full((1, 1, 3), 255, np.uint8),
    "white": np.full((16, 16, 3), 255, np.uint8),
    "noise": np.random.default_rng(1).integers(0, 255, (300, 400, 3), dtype=np.uint8),
}
OUTLINES = {
    "none": (),
    "point": ((0, 0),) * 4,
    "no numbers": ((NAN, 0), (1, 0), (1, 1), (0, 1)),
    "endless": ((0, 0), (INF, 0), (1, 1), (0, 1)),
    "huge": box(-1e9, -1e9, 2e9, 2e9),
    "crossed": ((0, 0), (100, 100), (100, 0), (0, 100)),
    "a line": ((0, 0), (100, 0), (200, 0), (300, 0)),
    "a slope": ((0, 0), (1, 1), (2, 2), (3, 3)),
    "the wrong way round": ((5, 5), (5, 200), (200, 200), (200, 5)),
    "dented": ((100, 100), (101, 400), (102, 100), (101, 50)),
    "elsewhere": box(5000, 5000, 100, 100),
    "edge on": ((0, 0), (300, 5), (150, 6), (0, 7)),
}
RNG = np.random.default_rng(2)
LINES = {
    "none": [],
    "rows": [box(10, i * 20, 120, 12) for i in range(12)],
    "columns": [((x, 0), (x, 300), (x - 12, 300), (x - 12, 0)) for x in range(30, 300, 20)],
    "points": [((0, 0),) * 4] * 5,
    "no numbers": [((NAN, NAN),) * 4],
    "endless": [box(0, 0, 1e12, 1)] * 4,
    "anywhere": [tuple(map(tuple, RNG.uniform(-500, 900, (4, 2)).tolist())) for _ in range(60)],
}


@pytest.mark.parametrize("lines", LINES)
@pytest.mark.parametrize("picture", PICTURES)
def test_a_view_comes_back(picture: str, lines: str) -> None:
    for name, outline in OUTLINES.items():
        view = cut_out(PICTURES[picture], outline, LINES[lines])
        assert view.pixels.size, name
        assert np.isfinite(view.to_page).all(), name
        assert np.isfinite(view.from_page(np.array([[1.0, 2.0]]))).all(), name
    whole = whole_view(PICTURES[picture], LINES[lines])
    assert whole is None or whole.pixels.size
