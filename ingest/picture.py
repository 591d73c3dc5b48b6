"""Pictures: JPEG, PNG, WebP, TIFF, BMP, GIF and HEIC, decoded to blue-green-red pixels.

Sizes are checked before anything is decoded. A picture is decoded when it is first drawn, so a
file that is cut off or damaged inside raises its DocumentError then.
"""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO

import numpy as np
import pi_heif
from PIL import Image, ImageFile

from ingest.limits import Limits
from ingest.pixels import resized, to_pixels, upright
from ingest.placing import Part, part, whole
from ingest.refusals import image_too_large, refusal
from ingest.wholeness import is_cut_off, png_sums_hold
from models.errors import DocumentError
from models.geometry import Box
from models.original import Signature, StructuredPart
from models.page import FileKind, Page, Pixels

_FORMATS = {
    FileKind.JPEG: ("JPEG", "MPO"),
    FileKind.PNG: ("PNG",),
    FileKind.WEBP: ("WEBP",),
    FileKind.TIFF: ("TIFF",),
    FileKind.BMP: ("BMP",),
    FileKind.GIF: ("GIF",),
}
_ORIENTATION = 0x0112
_TURNED = frozenset({5, 6, 7, 8})


class PictureReader:
    """Reads a picture file; a TIFF may hold several pages, of other kinds the first frame counts.

    The picture drawn last is kept until another page is drawn, so that drawing a page in parts
    decodes it once.
    """

    def __init__(self, data: bytes, kind: FileKind, limits: Limits) -> None:
        self._data = data
        self._kind = kind
        self._limits = limits
        self._kept: tuple[int, Pixels] | None = None
        self._tiff: ImageFile.ImageFile | None = None
        self._count = 1
        with self._decoding(0):
            if kind is FileKind.TIFF:
                self._tiff = self._opened()
                self._count = _frames(self._tiff, limits)
            # a file of one picture that cannot be taken is refused as a whole, at once
            if self._count == 1:
                self._size(0)

    @property
    def page_count(self) -> int:
        return self._count

    def page(self, index: int) -> Page:
        """Page `index`. Raises DocumentError: image_too_large, image_too_small, damaged_image."""
        with self._decoding(index):
            width, height = self._size(index)
        return Page(
            index=index,
            width=width,
            height=height,
            text=(),
            draw=partial(self._draw, index, width, height),
            draw_part=partial(self._draw_part, index, width, height),
        )

    def parts(self) -> tuple[StructuredPart, ...]:
        return ()

    def signatures(self) -> tuple[Signature, ...]:
        return ()

    def close(self) -> None:
        if self._tiff is not None:
            self._tiff.close()
        self._tiff, self._kept, self._data = None, None, b""

    def _draw(self, index: int, width: int, height: int, scale: float) -> Pixels:
        target = whole(width, height, scale)
        self._check_drawing(target)
        small = scale <= 0.5 and self._kind is FileKind.JPEG and not self._is_kept(index)
        pixels = self._decoded(index, scale) if small else self._full(index)
        return resized(pixels, target)

    def _draw_part(self, index: int, width: int, height: int, box: Box, scale: float) -> Pixels:
        target = part(box, width, height, scale)
        self._check_drawing(target)
        cut = self._full(index)[target.y0 : target.y1, target.x0 : target.x1]
        return resized(np.ascontiguousarray(cut), target)

    def _check_drawing(self, target: Part) -> None:
        if target.width * target.height > self._limits.max_pixels:
            raise image_too_large(target.width * target.height, self._limits.max_pixels)

    def _is_kept(self, index: int) -> bool:
        return self._kept is not None and self._kept[0] == index

    def _full(self, index: int) -> Pixels:
        if self._kept is None or self._kept[0] != index:
            self._kept = None  # lets go of the last page before the next one is decoded
            self._kept = (index, self._decoded(index))
        return self._kept[1]

    def _decoded(self, index: int, scale: float = 1.0) -> Pixels:
        """The upright picture; a JPEG for a small scale at no less than `scale` of its size."""
        with self._decoding(index):
            image = self._frame(index)
            orientation = self._orientation(image)
            if scale < 1:
                # JPEG can be decoded at a half, a quarter or an eighth for a fraction of the work
                image.draft(None, (int(image.width * scale) + 1, int(image.height * scale) + 1))
            image.load()
            if self._kind is FileKind.PNG and not png_sums_hold(self._data):
                raise refusal("damaged_image", page=index + 1)
            return upright(to_pixels(image), orientation)

    def _size(self, index: int) -> tuple[int, int]:
        """Width and height after orientation, checked against the limits."""
        image = self._frame(index)
        width, height = image.size
        if width * height > self._limits.max_pixels:
            raise image_too_large(width * height, self._limits.max_pixels)
        if min(width, height) < self._limits.min_side:
            raise refusal("image_too_small", page=index + 1, width=width, height=height)
        turned = self._orientation(image) in _TURNED
        return (height, width) if turned else (width, height)

    def _orientation(self, image: ImageFile.ImageFile) -> int:
        """The EXIF orientation still to be honoured; TIFF and HEIC are turned by their decoders."""
        if self._kind in {FileKind.TIFF, FileKind.HEIC}:
            return 1
        try:
            # the base class: PNG's own method decodes the whole picture to look behind it
            return int(Image.Image.getexif(image).get(_ORIENTATION, 1))
        except Exception:
            return 1  # broken EXIF data must not cost us the picture

    def _frame(self, index: int) -> ImageFile.ImageFile:
        if self._kind is not FileKind.TIFF:
            return self._opened()
        if self._tiff is None:
            raise ValueError("the file is closed")
        self._tiff.seek(index)
        return self._tiff

    def _opened(self) -> ImageFile.ImageFile:
        if not self._data:
            raise ValueError("the file is closed")
        source = BytesIO(self._data)
        if self._kind is FileKind.HEIC:
            return pi_heif.HeifImageFile(source)  # type: ignore[no-any-return]
        return Image.open(source, formats=_FORMATS[self._kind])

    @contextmanager
    def _decoding(self, index: int) -> Iterator[None]:
        """Turns whatever a decoder raises on bad bytes into a DocumentError."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # decoders warn about bytes the user cannot mend
                yield
        except DocumentError:
            raise
        except Image.DecompressionBombError as error:
            raise image_too_large(_declared(error), self._limits.max_pixels) from error
        except Exception as error:
            if not self._data:
                raise
            cut_off = (
                "truncated" in str(error).lower()
                or is_cut_off(self._kind, self._data)
                or _strips_missing(self._tiff, len(self._data))
            )
            code = "truncated_image" if cut_off else "damaged_image"
            raise refusal(code, page=index + 1) from error


def _frames(image: ImageFile.ImageFile, limits: Limits) -> int:
    """How many pages a TIFF has. Raises DocumentError too_many_pages."""
    # one by one: Pillow's own count goes wrong after a leap past the end
    for index in range(1, limits.max_pages + 1):
        try:
            image.seek(index)
        except EOFError:
            return index
        except Exception:
            return index + 1  # so many are announced; the last one is refused when asked for
    raise refusal("too_many_pages", pages=f">{limits.max_pages}", limit=limits.max_pages)


def _declared(error: Image.DecompressionBombError) -> int:
    """The number of pixels Pillow's own guard complains about."""
    found = re.search(r"\d+", str(error))
    return int(found.group()) if found else 0


def _strips_missing(image: ImageFile.ImageFile | None, size: int) -> bool:
    """Whether the current page of a TIFF says that its pixels lie beyond the end of the file."""
    tags = getattr(image, "tag_v2", {})
    for offsets, counts in ((273, 279), (324, 325)):
        try:
            ends = [a + b for a, b in zip(tags[offsets], tags[counts], strict=False)]
        except (KeyError, TypeError):
            continue
        return max(ends, default=0) > size
    return False
