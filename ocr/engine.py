"""What an OCR engine is to the rest of the house."""

import hashlib
from collections.abc import Sequence
from typing import Protocol

from models.page import Pixels, Token
from models.view import Corners


class OcrEngine(Protocol):
    """Reads the text of a picture.

    `name` and `version` identify engine and weights, so that a kept reading can be told from one
    made by another. Pictures are as described in `models.page.Pixels`, places in their pixels.

    `find_lines` gives the corners of every line of text. `read` gives one token a text line, in
    no particular order; with `lines`, what `find_lines` gave or some of it, only those are read.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def find_lines(self, picture: Pixels) -> tuple[Corners, ...]: ...

    def read(
        self, picture: Pixels, lines: Sequence[Corners] | None = None
    ) -> tuple[Token, ...]: ...


def picture_key(picture: Pixels) -> str:
    """The identity of a picture's pixels, by which recorded readings are kept."""
    digest = hashlib.sha256(repr(picture.shape).encode())
    digest.update(picture.tobytes())
    return digest.hexdigest()
