"""How large a file may be before it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask of memory and time. Sizes are those the file declares, before decoding.

    `max_pixels` counts one picture, or one drawing of a page; raising it above 178 million has no
    effect on pictures, because Pillow refuses those by itself. `max_pdf_pixels` bounds a PDF page
    at scale 1: a larger page counts as drawn with fewer dots per inch. `min_side` is in pixels.
    `max_characters` bounds the text layer of a PDF page; a longer one is left aside and the page
    counts as a picture. A PDF page that takes longer than `max_draw_seconds` to draw once is
    refused.
    """

    max_bytes: int = 100 * 1024 * 1024
    max_pixels: int = 120_000_000
    max_pages: int = 500
    max_pdf_pixels: int = 60_000_000
    min_side: int = 16
    max_characters: int = 10_000
    max_draw_seconds: float = 15.0
