"""How well a picture can be read, judged before it is read, and what to tell its sender."""

from dataclasses import dataclass
from enum import StrEnum

from models.sight import Edge


class Fault(StrEnum):
    """What keeps a picture from being read."""

    BLURRED = "blurred"
    GLARE = "glare"
    TOO_DARK = "too_dark"
    TOO_SMALL = "too_small"
    CUT_OFF = "cut_off"
    COVERED = "covered"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured of a picture, and its worst fault, if any.

    Where no print was found, `glyph`, `edge` and `contrast` are 0.
    """

    glyph: float = 0.0
    """Height of the common print, in pixels."""
    edge: float = 0.0
    """Over how many pixels its strokes go from paper to ink where they take longest; 2 to 3 where
    nothing is blurred."""
    contrast: float = 0.0
    """How much darker than the paper the ink is, as a share of full brightness."""
    light: float = 0.0
    """How bright the paper is, or where there is none the brightest tenth: a share of full."""
    noise: float = 0.0
    """Sigma of the grain, as a share of full brightness."""
    glare: float = 0.0
    """The share of the paper that is lost in highlights next to print."""
    cut: int = 0
    """How many glyphs the frame cuts through or cuts off from their line."""
    sides: tuple[Edge, ...] = ()
    """The sides of the picture at which the frame cuts some."""
    covered: float = 0.0
    """The share of the paper that lies under something held into the picture, such as a finger."""
    fault: Fault | None = None

    @property
    def blur(self) -> float:
        """How far strokes run into one another: their edges as a share of the print's height."""
        return self.edge / self.glyph if self.glyph else 0.0
