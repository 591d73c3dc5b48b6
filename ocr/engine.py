"""What an OCR engine is to the rest of the house."""

import hashlib
from typing import Protocol

from models.page import Pixels, Token


class OcrEngine(Protocol):
    """Reads the text of a picture.

    `name` and `version` identify engine and weights, so that a kept reading can be told from one
    made by another. `read` takes pixels as described in `models.page.Pixels` and returns one
    token a text line, boxes in pixels of that picture, in no particular order.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def read(self, picture: Pixels) -> tuple[Token, ...]: ...


def picture_key(picture: Pixels) -> str:
    """The identity of a picture's pixels, by which recorded readings are kept."""
    digest = hashlib.sha256(repr(picture.shape).encode())
    digest.update(picture.tobytes())
    return digest.hexdigest()
