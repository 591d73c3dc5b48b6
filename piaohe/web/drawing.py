"""Pictures of pages, drawn in a process of their own and remembered.

A stranger's file is drawn where it can neither stop the pages nor outlast its time; and PDFium,
which no two threads may use, is left to the thread that reads.
"""

import base64
import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, PngImagePlugin

import ingest
from models.errors import DocumentError

if TYPE_CHECKING:
    from piaohe.store import Originals

LONG_SIDE = 2000
"""Pixels of the longer side at most; enough to read small print when it is zoomed into."""
SECONDS = 60.0
_AT_ONCE = 2
_SIZE = "piaohe-page"


class NoPicture(Exception):  # noqa: N818 - reads better at the raise
    """The page cannot be drawn; there may be none with this number."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A drawn page: the PNG, and the page's own size in pixels, which all boxes refer to."""

    png: bytes
    width: int
    height: int


Draw = Callable[[bytes, int, ingest.Limits], bytes]
"""Bytes of a file, page from 0 -> PNG that says its page's size. Raises NoPicture."""


class Pictures:
    """The pictures of kept documents. `folder` holds those drawn before and may be deleted."""

    def __init__(
        self, originals: "Originals", folder: Path, limits: ingest.Limits, draw: Draw | None = None
    ) -> None:
        self._originals = originals
        self._folder = folder
        self._limits = limits
        self._draw = draw or draw_apart
        self._turn = threading.Semaphore(_AT_ONCE)

    def page(self, sha256: str, page: int) -> PagePicture:
        """Raises NoPicture, StoreError."""
        from piaohe.report.files import replacing

        path = self._folder / sha256[:2] / f"{sha256}-{page}.png"
        try:
            return _opened(path.read_bytes())
        except (OSError, NoPicture):
            pass
        data = self._originals.get(sha256)
        with self._turn:
            png = self._draw(data, page, self._limits)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(path) as part:
            part.write_bytes(png)
        return _opened(png)


def draw_here(data: bytes, page: int, limits: ingest.Limits) -> bytes:
    """Draw in this process."""
    try:
        with ingest.open(data, "", limits) as opened:
            shown = opened.pages[page]
            scale = min(1.0, LONG_SIDE / max(shown.width, shown.height))
            pixels = shown.draw(scale)
            image = Image.fromarray(pixels[:, :, ::-1].copy(), "RGB")
    except (DocumentError, IndexError, ValueError, OSError) as error:
        raise NoPicture(type(error).__name__) from error
    info = PngImagePlugin.PngInfo()
    info.add_text(_SIZE, f"{shown.width},{shown.height}")
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=info, compress_level=4)
    return out.getvalue()


def draw_apart(data: bytes, page: int, limits: ingest.Limits) -> bytes:
    """Draw in a process made for it, which is ended when it takes too long."""
    asked = {
        "page": page,
        "max_bytes": limits.max_bytes,
        "max_pixels": limits.max_pixels,
        "max_pages": limits.max_pages,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "piaohe.web.drawing"],
            input=json.dumps(asked).encode() + b"\n" + data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NoPicture("too slow") from error
    if done.returncode != 0 or not done.stdout:
        raise NoPicture(f"exit {done.returncode}")
    return base64.b64decode(done.stdout)


def _opened(png: bytes) -> PagePicture:
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            width, height = str(image.info[_SIZE]).split(",")
        return PagePicture(png, int(width), int(height))
    except (OSError, KeyError, ValueError) as error:
        raise NoPicture("not a drawn page") from error


def _main() -> int:
    """The other process: a line of JSON and the file's bytes in, the PNG in base64 out."""
    asked = json.loads(sys.stdin.buffer.readline())
    page = asked.pop("page")
    try:
        png = draw_here(sys.stdin.buffer.read(), page, ingest.Limits(**asked))
    except NoPicture:
        return 1
    # not the bytes as they are: a library that writes to stdout would break the picture unseen
    sys.stdout.buffer.write(base64.b64encode(png))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
