"""The tax QR: 20 x 20 mm as the forms print it (domain.md 2.2)."""

import segno

from synth import fonts
from synth.draw.sheet import BLACK, Color, Disc, Fill, Layer, Mark, Sheet, Style, Text
from synth.fonts import Font

_PATCH = (255, 252, 226)
_PATCH_INK = (214, 176, 92)


def put(
    sheet: Sheet,
    layer: Layer,
    at: tuple[float, float],
    payload: str,
    *,
    size: float,
    color: Color = BLACK,
) -> None:
    """Draw the code with its top-left module at `at`, `size` mm wide. ECC level M."""
    rows = [bytes(row) for row in segno.make_qr(payload, error="m", boost_error=False).matrix]
    module = size / len(rows)
    x0, y0 = at
    marks: list[Mark] = []
    for i, row in enumerate(rows):
        start = None
        # neighbouring dark modules become one bar, so that no hairlines show between them
        for j, dark in enumerate((*row, 0)):
            if dark and start is None:
                start = j
            elif not dark and start is not None:
                x, width = x0 + start * module, (j - start) * module
                marks.append(Fill(x, y0 + i * module, width, module * 1.02, color))
                start = None
    sheet.put(layer, *marks)


def put_patch(sheet: Sheet, layer: Layer, center: tuple[float, float]) -> None:
    """The pale patch with the character 税 in the middle of a 数电票's code."""
    x, y = center
    style = Style(Font.KAI, 7.5, _PATCH_INK)
    rise = fonts.text_width("税", style.font, style.size) * 0.35 * 25.4 / 72
    sheet.put(layer, Disc(x, y, 1.9, _PATCH), Text(x, y + rise, "税", style, "center"))
