"""Pieces that all small tickets share: pre-printed code and number, seals, a tired print head."""

from functools import lru_cache
from random import Random

import numpy as np
from PIL import Image

from synth import fonts
from synth.cities import city_of, issuer
from synth.draw import seal
from synth.draw.picture import smooth_noise
from synth.draw.sheet import POINTS_PER_MM, Color, Layer, Picture, Sheet, Style, Text
from synth.fonts import Font
from synth.truth import Party, Truth

PREPRINTED: Color = (58, 54, 54)


def rng_of(truth: Truth) -> Random:
    """Chance for decoration that no label judges: telephone and card numbers, waiting times."""
    return Random(f"strip:{truth.form.value}:{truth.seed}")


def ink(truth: Truth, size: float, font: Font = Font.SONG) -> Style:
    """The machine's print at `size` points, as dark as this machine prints."""
    return Style(font, size, truth.face.ink, 0.08)


def width(text: str, style: Style) -> float:
    """How wide (mm) the text stands, without space between its letters."""
    return fonts.text_width(text, style.font, style.size) / POINTS_PER_MM


def labelled(
    sheet: Sheet, at: tuple[float, float], what: tuple[str, str, str], style: Style
) -> None:
    """A label and, close after it, its value, both printed by the machine.

    `what` is the label, the value and the field the value is.
    """
    (x, y), (label, text, of) = at, what
    start = x + width(label, style)
    sheet.put(Layer.PRINT, Text(x, y, label, style), Text(start, y, text, style, of=of))


def code_and_number(
    sheet: Sheet, truth: Truth, at: tuple[float, float], label: Style, *, size: float = 13
) -> float:
    """The pre-printed code above the number, labels left of them. Gives the second baseline."""
    x, y = at
    step = size * 0.46
    room = label.size * 5 / POINTS_PER_MM
    value = Style(Font.MONO, size, PREPRINTED, 0.1)
    rows = (("发票代码", truth.code or "", "code"), ("发票号码", truth.number, "number"))
    for i, (name, text, of) in enumerate(rows):
        sheet.put(
            Layer.FORM,
            Text(x, y + i * step, name, label),
            Text(x + room, y + i * step, text, value, fit=sheet.width - x - room - 2, of=of),
        )
    return y + step


def supervision(sheet: Sheet, truth: Truth, center: tuple[float, float], width: float) -> None:
    """The pre-printed 监制章 around `center`, `width` mm wide."""
    place = city_of(truth).province.removesuffix("省").removesuffix("市")
    height = width * 2 / 3
    x, y = center[0] - width / 2, center[1] - height / 2
    sheet.put(Layer.FORM, Picture(x, y, width, height, _supervision_picture(place)))


def company_seal(
    sheet: Sheet, truth: Truth, center: tuple[float, float], *, width: float, stamped: bool = False
) -> None:
    """The 发票专用章 around `center`: printed with the form, or `stamped` by hand, worn and askew.

    It is the seller's, or on forms that name none, the issuing company's of the seed.
    """
    party = truth.seller if truth.seller and truth.seller.tax_id else issuer(truth)
    image = _seal_picture(party)
    if stamped:
        image = _stamped(image, Random(f"stamp:{truth.form.value}:{truth.seed}"))
    else:
        image = _thinned(image, 0.78)
    height = width * image.height / image.width
    x, y = center[0] - width / 2, center[1] - height / 2
    sheet.put(Layer.FORM, Picture(x, y, width, height, image))


@lru_cache(maxsize=64)
def _supervision_picture(place: str) -> Image.Image:
    return _thinned(seal.paper_supervision(place), 0.72)


@lru_cache(maxsize=64)
def _seal_picture(party: Party) -> Image.Image:
    """Drawing a seal takes longer than the rest of a strip, and a PDF lays its sheet out twice."""
    return seal.issuer(party.name, party.tax_id or "")


def _thinned(image: Image.Image, share: float) -> Image.Image:
    """The seal in thin printing ink, so that text below it stays legible."""
    thin = image.copy()
    thin.putalpha(image.getchannel("A").point([round(level * share) for level in range(256)]))
    return thin


def _stamped(image: Image.Image, rng: Random) -> Image.Image:
    """The seal as a hand leaves it: turned a little, thin where the rubber did not touch."""
    turned = image.rotate(rng.uniform(-14, 14), Image.Resampling.BICUBIC, expand=True)
    size = (turned.height, turned.width)
    press = 0.35 + 0.5 * smooth_noise(rng, size, 160) + 0.25 * smooth_noise(rng, size, 5)
    alpha = np.asarray(turned.getchannel("A"), np.float32) * np.clip(press, 0.2, 0.95)
    turned.putalpha(Image.fromarray(alpha.astype(np.uint8)))
    return turned
