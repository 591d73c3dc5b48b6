"""Seals as pictures: the red supervision seal of the tax bureau and the issuer's 发票专用章."""

import math

import numpy as np
from PIL import Image, ImageDraw

from synth import fonts
from synth.draw.sheet import Color
from synth.fonts import Font

PIXELS_PER_MM = 16
_SUPER = 3
_RED: Color = (222, 32, 36)


class _Ellipse:
    """A picture of an ellipse `width` x `height` mm, drawn large and shrunk at the end."""

    def __init__(self, width: float, height: float, color: Color) -> None:
        self.scale = PIXELS_PER_MM * _SUPER
        self.size = (round(width * self.scale), round(height * self.scale))
        self.half = (width / 2, height / 2)
        self.ink = Image.new("L", self.size, 0)
        self.color = color

    def ring(self, inset: float, width: float) -> None:
        """An elliptic line `width` mm wide, `inset` mm inside the edge."""
        gap, w, h = inset * self.scale, *self.size
        ImageDraw.Draw(self.ink).ellipse(
            (gap, gap, w - 1 - gap, h - 1 - gap), outline=255, width=round(width * self.scale)
        )

    def arc(
        self, text: str, inset: float, size: float, span: float, *, below: bool = False
    ) -> None:
        """Text along the edge, `inset` mm inside it, over `span` degrees centred at the top.

        Characters are spread evenly by arc length and stand upright on the curve; `below` sets
        them along the lower edge, readable from left to right.
        """
        a, b = self.half[0] - inset, self.half[1] - inset
        for char, theta in zip(text, _angles(a, b, len(text), span), strict=True):
            x, y = a * math.sin(theta), -b * math.cos(theta)
            # the curve's outward normal decides how far the character leans
            lean = math.degrees(math.atan2(b * math.sin(theta), a * math.cos(theta)))
            if below:
                y, lean = -y, -lean
            self._character(char, (x, y), size, lean)

    def line(self, text: str, y: float, size: float, width: float) -> None:
        """A straight line of text at height `y` mm (0 is the middle), at most `width` wide."""
        font = fonts.pillow(Font.SONG if text.isascii() else Font.KAI, round(size * self.scale))
        left, top, right, bottom = font.getbbox(text)
        tile = Image.new("L", (round(right - left), round(bottom - top)), 0)
        ImageDraw.Draw(tile).text((-left, -top), text, font=font, fill=255, stroke_width=1)
        limit = round(width * self.scale)
        if tile.width > limit:
            tile = tile.resize((limit, tile.height), Image.Resampling.LANCZOS)
        self._stamp(tile, (0, y))

    def star(self, radius: float) -> None:
        """A five-pointed star of `radius` mm in the middle."""
        points = []
        for i in range(10):
            reach, turn = radius * self.scale * (1 if i % 2 == 0 else 0.382), math.pi * i / 5
            points.append(
                (
                    self.size[0] / 2 + reach * math.sin(turn),
                    self.size[1] / 2 - reach * math.cos(turn),
                )
            )
        ImageDraw.Draw(self.ink).polygon(points, fill=255)

    def picture(self) -> Image.Image:
        """The seal in its colour on nothing, PIXELS_PER_MM to the millimetre."""
        w, h = self.size
        ink = self.ink.resize((w // _SUPER, h // _SUPER), Image.Resampling.LANCZOS)
        image = Image.new("RGBA", ink.size, (*self.color, 0))
        image.putalpha(ink)
        return image

    def _character(self, char: str, at: tuple[float, float], size: float, lean: float) -> None:
        pixels = round(size * self.scale)
        font = fonts.pillow(Font.KAI, pixels)
        tile = Image.new("L", (pixels * 2, pixels * 2), 0)
        ImageDraw.Draw(tile).text(
            (pixels, pixels), char, font=font, fill=255, anchor="mm", stroke_width=2
        )
        self._stamp(tile.rotate(-lean, Image.Resampling.BICUBIC), at)

    def _stamp(self, tile: Image.Image, at: tuple[float, float]) -> None:
        x = round((at[0] + self.half[0]) * self.scale - tile.width / 2)
        y = round((at[1] + self.half[1]) * self.scale - tile.height / 2)
        self.ink.paste(255, (x, y), tile)


def _angles(a: float, b: float, count: int, span: float) -> list[float]:
    """`count` angles from the top of the ellipse a x b, evenly spread by arc length over `span`."""
    theta = np.radians(np.linspace(-span / 2, span / 2, 721))
    x, y = a * np.sin(theta), -b * np.cos(theta)
    length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    wanted = (np.arange(count) + 0.5) / count * length[-1]
    return [float(value) for value in np.interp(wanted, length, theta)]


def supervision(bureau: str) -> Image.Image:
    """The seal of a 数电票 and of tax-control electronic forms, 30 x 20 mm."""
    seal = _Ellipse(30, 20, _RED)
    seal.ring(0, 0.7)
    seal.ring(1.25, 0.16)
    seal.arc("全国统一发票监制章", 3.0, 2.6, 205)
    seal.line("国家税务总局", 0.4, 2.3, 17)
    seal.arc(bureau, 3.4, 2.3, 85, below=True)
    return seal.picture()


def paper_supervision(region: str) -> Image.Image:
    """The seal pre-printed on paper forms, 30 x 20 mm."""
    seal = _Ellipse(30, 20, _RED)
    seal.ring(0, 0.8)
    seal.ring(1.3, 0.18)
    seal.arc("全国统一发票监制章", 3.2, 2.7, 200)
    seal.line("　".join(region), 0, 2.6, 16)
    seal.arc("国家税务总局监制", 3.3, 2.6, 130, below=True)
    return seal.picture()


def issuer(name: str, tax_id: str) -> Image.Image:
    """A company's 发票专用章, 40 x 30 mm: name on the curve, tax id, and what the seal is for."""
    seal = _Ellipse(40, 30, _RED)
    seal.ring(0, 0.9)
    size = 3.9 if len(name) <= 14 else 3.9 * 14 / len(name)
    seal.arc(name, 3.4, max(size, 2.3), 236)
    seal.line(tax_id, 0.6, 3.0, 27)
    seal.line("发票专用章", 6.3, 3.6, 20)
    return seal.picture()


def fiscal_supervision(region: str) -> Image.Image:
    """The 财政票据监制章 of a province, on fiscal bills of any kind, 32 x 21 mm."""
    seal = _Ellipse(32, 21, _RED)
    seal.ring(0, 0.75)
    seal.ring(1.3, 0.16)
    seal.arc(f"{region}财政票据", 3.1, 2.7, 205)
    seal.line("监　制　章", 0.5, 2.8, 16)
    seal.arc("财政部监制", 3.3, 2.4, 92, below=True)
    return seal.picture()


def stamp(name: str, purpose: str) -> Image.Image:
    """The round seal of an office or a company, 40 mm: name, star and what the seal is for."""
    seal = _Ellipse(40, 40, _RED)
    seal.ring(0, 1.1)
    seal.arc(name, 4.0, max(min(4.6, 66 / max(1, len(name))), 2.6), 250)
    seal.star(5.4)
    seal.line(purpose, 12.2, 3.7, 22)
    return seal.picture()
