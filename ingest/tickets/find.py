"""From a picture and its lines of text to the tickets in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.tickets.edges import find_edges
from ingest.tickets.groups import group_lines
from ingest.tickets.lines import Lines
from ingest.tickets.merge import Gathering
from ingest.tickets.outline import Outline
from models.geometry import Box
from models.page import Pixels
from models.view import Corners, corners_of

_COARSE, _FINE = 1000, 1600
"""Long sides in pixels: where edges are looked for, and where they are looked at."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket in a picture.

    `corners` are in the picture's pixels, clockwise from the ticket's own top left as far as its
    lines tell; they may lie a little outside of the picture. `is_paper`: edges of a piece of
    paper were seen; else it is a box around text. `lines` are the indices of the lines on it.
    """

    corners: Corners
    is_paper: bool
    lines: tuple[int, ...]


def find_tickets(picture: Pixels, lines: Sequence[Corners]) -> tuple[Ticket, ...]:
    """The tickets in a picture, from top to bottom and left to right.

    `lines` are the corners of the lines of text in it. Empty where the picture as a whole is the
    ticket, or holds nothing that looks like one.
    """
    height, width = picture.shape[:2]
    if not lines or min(height, width) < 32 or max(height, width) > 40 * min(height, width):
        return ()
    fine = _reduced(picture, _FINE)
    coarse = _reduced(fine, _COARSE)
    scale = coarse.shape[1] / width
    rows = Lines.of(lines, scale)
    edges = find_edges(coarse, fine, rows)
    size = (coarse.shape[1], coarse.shape[0])
    gathering = Gathering(rows, edges, group_lines(rows, edges, size), size)
    gathering.settle()
    tickets = [_ticket(rows, one.outline, one.lines, scale) for one in gathering.sheets]
    if len(tickets) == 1 and not tickets[0].is_paper:
        return ()
    # where most of the text is left over, the picture was not understood
    if sum(len(ticket.lines) for ticket in tickets) < len(rows) / 2:
        return ()
    return _in_order(tickets)


def _in_order(tickets: list[Ticket]) -> tuple[Ticket, ...]:
    """Row by row; a row is what begins above the middle of its highest ticket."""
    boxes = {ticket: Box.around(ticket.corners) for ticket in tickets}
    left = sorted(tickets, key=lambda ticket: boxes[ticket].y0)
    ordered: list[Ticket] = []
    while left:
        row = [ticket for ticket in left if boxes[ticket].y0 <= boxes[left[0]].cy]
        ordered += sorted(row, key=lambda ticket: boxes[ticket].x0)
        left = [ticket for ticket in left if ticket not in row]
    return tuple(ordered)


def _reduced(picture: Pixels, side: int) -> Pixels:
    scale = side / max(picture.shape[:2])
    if scale >= 1:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _ticket(lines: Lines, found: Outline, group: NDArray[np.intp], scale: float) -> Ticket:
    way = lines.of_text(group)
    top = found.corners[1] - found.corners[0]
    turn = way - np.arctan2(top[1], top[0])
    corners = np.roll(found.corners, -(round(turn / (np.pi / 2)) % 4), axis=0)
    return Ticket(corners_of(corners / scale), found.is_paper, tuple(sorted(group.tolist())))
