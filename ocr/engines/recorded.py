"""An engine that replays what a real one once read, for tests and demonstrations."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Self

from models.geometry import Box
from models.page import Pixels, Source, Token
from models.view import Corners
from ocr.engine import OcrEngine, picture_key

Tokens = tuple[Token, ...]
Lines = tuple[Corners, ...]


class RecordedEngine:
    """Replays recordings by the picture's pixels; a picture it does not know reads as empty.

    `recordings` are readings of whole pictures; of some lines only, the tokens in their place.
    """

    name = "recorded"

    def __init__(self, recordings: Mapping[str, Tokens], version: str = "1") -> None:
        self._recordings = dict(recordings)
        self.version = version

    def find_lines(self, picture: Pixels) -> Lines:
        return tuple(map(corners, self._recordings.get(picture_key(picture), ())))

    def read(self, picture: Pixels, lines: Sequence[Corners] | None = None) -> Tokens:
        tokens = self._recordings.get(picture_key(picture), ())
        return tuple(token for token in tokens if lines is None or corners(token) in lines)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Recordings from a JSON file written by `Recorder.save`."""
        return cls(_loaded(path)[0])


class Recorder:
    """Passes pictures on to a real engine and remembers what it found and read.

    With `known`, a file written by `save`, nothing in it is looked for or read again.
    """

    def __init__(self, engine: OcrEngine, known: Path | None = None) -> None:
        self._engine = engine
        kept: tuple[dict[str, Tokens], dict[str, Lines]] = ({}, {})
        if known is not None and known.is_file():
            kept = _loaded(known)
        self._tokens, self._lines = kept

    @property
    def name(self) -> str:
        return self._engine.name

    @property
    def version(self) -> str:
        return self._engine.version

    def find_lines(self, picture: Pixels) -> Lines:
        key = picture_key(picture)
        lines = self._lines.get(key)
        if lines is None:
            lines = self._lines[key] = self._engine.find_lines(picture)
        return lines

    def read(self, picture: Pixels, lines: Sequence[Corners] | None = None) -> Tokens:
        key = picture_key(picture)
        if lines is not None and tuple(lines) != self._lines.get(key):
            key += hashlib.sha256(repr(tuple(lines)).encode()).hexdigest()
        tokens = self._tokens.get(key)
        if tokens is None:
            tokens = self._tokens[key] = self._engine.read(picture, lines)
        return tokens

    def save(self, path: Path) -> None:
        tokens = {key: [asdict(token) for token in read] for key, read in self._tokens.items()}
        text = json.dumps({"tokens": tokens, "lines": self._lines}, ensure_ascii=False, indent=0)
        path.write_text(text, "utf-8")


def corners(token: Token) -> Corners:
    """The corners of a token, whether it is upright or not."""
    return token.quad or token.box.corners


def _loaded(path: Path) -> tuple[dict[str, Tokens], dict[str, Lines]]:
    recorded = json.loads(path.read_text("utf-8"))
    tokens = {key: tuple(map(_token, read)) for key, read in recorded["tokens"].items()}
    lines = {key: tuple(map(_pairs, found)) for key, found in recorded["lines"].items()}
    return tokens, lines


def _token(item: dict[str, object]) -> Token:
    values = dict(item)
    return Token(
        text=str(values["text"]),
        box=Box(*_floats(values["box"])),
        confidence=_floats([values["confidence"]])[0],
        source=Source(str(values["source"])),
        char_x=tuple(_floats(values["char_x"])),
        quad=_pairs(values["quad"]),
    )


def _floats(values: object) -> list[float]:
    if not isinstance(values, list):
        raise TypeError("a recording holds lists of numbers")
    return [float(value) for value in values]


def _pairs(values: object) -> Corners:
    if not isinstance(values, list):
        raise TypeError("a recording holds lists of points")
    return tuple((float(x), float(y)) for x, y in values)
