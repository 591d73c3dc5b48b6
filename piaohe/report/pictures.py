"""Pictures of pages for the report: small JPEGs that know which part of the page they show."""

import io
from dataclasses import dataclass

from PIL import Image

from models.geometry import Box
from models.page import Page

QUALITY = 70
MARGIN = 12
"""Pixels of the page left around an invoice that is cut from a sheet of several."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG and the part of the page it shows, in page pixels (where all boxes are)."""

    jpeg: bytes
    box: Box


def take_picture(page: Page, region: Box | None, width: int) -> Picture:
    """Draw a page, or the region of it an invoice takes up, at most `width` pixels wide."""
    whole = Box(0, 0, page.width, page.height)
    box = whole
    if region is not None:
        box = region.grown(MARGIN).intersection(whole) or whole
        box = Box(*(float(round(side)) for side in box))
    # the limit holds for the longer side too, or a till roll would come out ten thousand high
    scale = min(1.0, width / box.width, 1.6 * width / box.height)
    pixels = page.draw(scale) if box == whole else page.draw_part(box, scale)
    image = Image.fromarray(pixels[:, :, ::-1].copy(), "RGB")
    out = io.BytesIO()
    image.save(
        out,
        "JPEG",
        quality=QUALITY,
        optimize=True,
        comment=",".join(f"{side:.1f}" for side in box),
    )
    return Picture(out.getvalue(), box)


def picture_from_jpeg(jpeg: bytes) -> Picture | None:
    """A picture made earlier by `take_picture`, or None where the bytes are not one."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
            comment = image.info.get("comment", b"")
        x0, y0, x1, y1 = (float(side) for side in comment.decode("ascii").split(","))
    except (OSError, ValueError, AttributeError):
        return None
    return Picture(jpeg, Box(x0, y0, x1, y1))
