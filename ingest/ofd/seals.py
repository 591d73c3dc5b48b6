"""Where signatures put the pictures of their seals on the pages.

Whether a signature holds is not asked here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.ofd.package import OfdPackage
from ingest.signatures import seals
from models.geometry import Box


@dataclass(frozen=True, slots=True)
class Stamp:
    """A picture (PNG, JPEG, ..., or an OFD of its own) to show on a page.

    `page_key` is the page's ID in its document, `box` its place in millimetres; of the picture
    only `clip` (relative to the box) is shown, where there is one.
    """

    page_key: str
    box: Box
    picture: bytes
    clip: Box | None = None


def stamps(package: OfdPackage) -> Iterator[Stamp]:
    """The stamps of all signatures. What cannot be read is left out."""
    for path in package.signature_lists:
        for seal in seals(package.read, package.names(), path):
            for place in seal.stamps:
                box = _box(place.boundary)
                clip = None if place.clip is None else _box(place.clip)
                if box.width > 0 and box.height > 0:
                    yield Stamp(place.page, box, seal.picture.data, clip)


def _box(values: tuple[float, float, float, float]) -> Box:
    x, y, width, height = values
    return Box(x, y, x + width, y + height)
