"""A seal pressed or printed on a ticket, taken apart into lines an engine can read."""

from dataclasses import dataclass

from models.geometry import Box
from models.page import Pixels


@dataclass(frozen=True, slots=True)
class Stamp:
    """A red seal in a picture.

    `box` is around it in the picture's pixels. `lines` are pictures of one line of text each,
    dark on white: first what runs along its edge, unrolled, then what stands within it.
    """

    box: Box
    lines: tuple[Pixels, ...]
