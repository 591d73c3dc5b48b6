"""Engines that need no model."""

from collections.abc import Sequence

from models.page import Pixels, Token
from models.view import Corners
from ocr.engines.recorded import corners


class Scripted:
    """Sees on each picture it is asked about what it is told to, then nothing, and counts."""

    name, version = "scripted", "1"

    def __init__(self, *readings: tuple[Token, ...]) -> None:
        self.readings = list(readings)
        self.asked = 0
        self._now: tuple[Token, ...] = ()

    def find_lines(self, picture: Pixels) -> tuple[Corners, ...]:
        self.asked += 1
        self._now = self.readings.pop(0) if self.readings else ()
        return tuple(map(corners, self._now))

    def read(self, picture: Pixels, lines: Sequence[Corners] | None = None) -> tuple[Token, ...]:
        lines = self.find_lines(picture) if lines is None else lines
        return tuple(token for token in self._now if corners(token) in lines)


class Raising(Scripted):
    """Fails when it is asked."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def find_lines(self, picture: Pixels) -> tuple[Corners, ...]:
        raise self._error
