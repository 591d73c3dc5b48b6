from collections.abc import Iterator

import cv2
import numpy as np
import pytest
import segno

from models.errors import DependencyMissing
from models.page import Page, Pixels
from ocr import qr
from ocr.qr import decoders, find_codes, find_codes_in
from ocr.qr.budget import Budget

TEXT = "01,32,,26112000000012345678,1272.00,20260901,,32D1"


def drawn(text: str = TEXT, module: int = 6, level: str = "M") -> Pixels:
    """A code with its quiet zone, grey."""
    made = segno.make(text, error=level, micro=False, boost_error=False)
    cells = np.pad(np.array([list(row) for row in made.matrix], np.uint8), 4)
    return np.kron((1 - cells) * 255, np.ones((module, module), np.uint8)).astype(np.uint8)


def picture(code: Pixels, size: tuple[int, int] = (900, 700)) -> Pixels:
    """The code in the middle of white paper, blue-green-red."""
    sheet = np.full((size[1], size[0]), 255, np.uint8)
    y, x = (size[1] - code.shape[0]) // 2, (size[0] - code.shape[1]) // 2
    sheet[y : y + code.shape[0], x : x + code.shape[1]] = code
    return np.asarray(cv2.cvtColor(sheet, cv2.COLOR_GRAY2BGR), np.uint8)


def clock() -> Iterator[float]:
    """A clock that stands still: rungs come to an end by themselves."""
    while True:
        yield 0.0


def read(shown: Pixels, seconds: float = 60.0) -> list[str]:
    ticks = clock()
    return sorted(code.payload for code in find_codes_in(shown, seconds, lambda: next(ticks)))


def slanted(code: Pixels) -> Pixels:
    side = code.shape[0]
    corners = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    seen = np.array([[60, 40], [330, 150], [330, 430], [60, 560]], np.float32)
    turned = cv2.getPerspectiveTransform(corners, seen)
    return np.asarray(cv2.warpPerspective(code, turned, (400, 600), borderValue=(255,)), np.uint8)


def bent(code: Pixels) -> Pixels:
    """Round a bottle: 106 degrees of it."""
    high, wide = code.shape
    across = np.linspace(-0.8, 0.8, wide)
    x = (np.arcsin(across) / np.arcsin(0.8) + 1) / 2 * (wide - 1)
    spread = np.broadcast_to(x, (high, wide)).astype(np.float32)
    down = np.broadcast_to(np.arange(high)[:, None], (high, wide)).astype(np.float32)
    return np.asarray(cv2.remap(code, spread, down, cv2.INTER_LINEAR), np.uint8)


def hidden(code: Pixels) -> Pixels:
    """A spot of glare over an eye."""
    code = code.copy()
    cv2.circle(code, (code.shape[1] - 60, 60), 50, (255,), -1)
    return code


def shaded(code: Pixels) -> Pixels:
    """A hard shadow over a corner."""
    dim = code.astype(np.float32) * 0.7 + 20
    half = code.shape[0] // 2
    dim[half:, half:] *= 0.2
    return dim.astype(np.uint8)


def blurred(code: Pixels) -> Pixels:
    kernel = np.zeros((19, 19), np.float32)
    cv2.circle(kernel, (9, 9), 7, (1.0,), -1)
    return np.asarray(cv2.filter2D(code, -1, kernel / kernel.sum()), np.uint8)


@pytest.mark.parametrize("worn", [slanted, bent, shaded, blurred, np.invert])
def test_what_decoders_may_not_read_is_read(worn) -> None:
    assert read(picture(worn(drawn()))) == [TEXT]


def test_a_hidden_eye() -> None:
    assert read(picture(hidden(drawn(level="Q")))) == [TEXT]


def test_all_codes_of_a_sheet_are_found_once() -> None:
    sheet = picture(drawn("first"), (1500, 700))
    sheet[200:500, 60:400] = picture(hidden(drawn("second" * 6, 6, "H")), (340, 300))
    sheet[200:500, 1100:1440] = picture(drawn("first"), (340, 300))
    assert read(sheet) == ["first", "first", "second" * 6]


@pytest.mark.parametrize("quarters", range(4))
def test_corners_start_at_the_codes_own_top_left(quarters: int) -> None:
    shown = picture(drawn())
    x, y = (450.0 - 99, 350.0 - 99)
    for _ in range(quarters):
        x, y = shown.shape[0] - y, x
        shown = np.ascontiguousarray(np.rot90(shown, -1))
    (code,) = find_codes_in(shown)
    assert code.corners[0] == pytest.approx((x, y), abs=6)
    assert code.box.x1 - code.box.x0 == pytest.approx(198, abs=8)


@pytest.mark.parametrize(
    "shape", [(16, 16), (1, 20_000), (20_000, 1), (30_000, 20), (31_000, 40), (300, 400)]
)
@pytest.mark.parametrize("level", [0, 255])
def test_pictures_without_anything(shape: tuple[int, int], level: int) -> None:
    assert find_codes_in(np.full((*shape, 3), level, np.uint8)) == ()


def test_noise_ends_with_the_budget() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (500, 700, 3)).astype(np.uint8)
    assert find_codes_in(noise, 0.0) == ()
    ticks = iter(range(10_000))
    assert find_codes_in(noise, 12, lambda: next(ticks)) == ()


def test_squares_that_are_no_code() -> None:
    sheet = np.full((600, 600), 255, np.uint8)
    for x, y in ((150, 150), (450, 150), (150, 450)):
        for reach, level in ((35, 0), (25, 255), (15, 0)):
            cv2.rectangle(sheet, (x - reach, y - reach), (x + reach, y + reach), (level,), -1)
    assert read(np.asarray(cv2.cvtColor(sheet, cv2.COLOR_GRAY2BGR), np.uint8)) == []


def test_a_budget_is_over_when_its_time_has_passed() -> None:
    now = [10.0]
    budget = Budget(2.0, lambda: now[0])
    assert not budget.over
    now[0] = 12.0
    assert budget.over


def test_a_page_with_text_is_drawn_where_an_invoice_has_its_code() -> None:
    shown = picture(drawn(), (1200, 900))
    drawn_parts = []

    def draw_part(box, scale: float) -> Pixels:
        drawn_parts.append(box)
        return picture(drawn(), (400, 440))

    page = Page(0, 1200, 900, (), lambda _: shown, draw_part, is_picture=False)
    (code,) = find_codes(page)
    assert code.payload == TEXT
    assert [box.x0 for box in drawn_parts] == [0.0]


@pytest.mark.parametrize("reader", [decoders.zxing, decoders.zbar, decoders.wechat])
def test_each_decoder_reads_grey_and_colour(reader) -> None:
    shown = picture(drawn())
    for one in (shown, decoders.grey(shown)):
        found = reader(one)
        # zbar's system library may be missing
        assert [code.payload for code in found] in ([TEXT], [] if reader is decoders.zbar else None)
        assert all(len(code.corners) == 4 for code in found)


def test_likely_places_are_about_the_code() -> None:
    x0, y0, x1, y1, sure = decoders.likely_places(picture(drawn()))[0]
    assert sure > 0.5
    assert x0 < 450 < x1
    assert y0 < 350 < y1


def test_an_altered_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(decoders._MODELS, "sr.prototxt", "0" * 64)
    with pytest.raises(DependencyMissing):
        decoders.model_path("sr.prototxt")


def test_a_decoder_that_fails_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def detectAndDecode(self, _picture: Pixels) -> None:  # noqa: N802 - OpenCV's name
            raise cv2.error("broken")

    monkeypatch.setattr(decoders, "_wechat", Broken)
    assert decoders.wechat(picture(drawn())) == []
    assert qr.QUICK < qr.PATIENT
