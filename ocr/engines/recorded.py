"""An engine that replays what a real one once read, for tests and demonstrations."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Self

from models.geometry import Box
from models.page import Pixels, Source, Token
from ocr.engine import OcrEngine, picture_key


class RecordedEngine:
    """Replays recordings by the picture's pixels; a picture it does not know reads as empty."""

    name = "recorded"

    def __init__(self, recordings: Mapping[str, tuple[Token, ...]], version: str = "1") -> None:
        self._recordings = dict(recordings)
        self.version = version

    def read(self, picture: Pixels) -> tuple[Token, ...]:
        return self._recordings.get(picture_key(picture), ())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Recordings from a JSON file written by `Recorder.save`."""
        return cls(_loaded(path))


class Recorder:
    """Passes pictures on to a real engine and remembers what it read.

    With `known`, a file written by `save`, pictures in it are not read again.
    """

    def __init__(self, engine: OcrEngine, known: Path | None = None) -> None:
        self._engine = engine
        self._recordings = _loaded(known) if known is not None and known.is_file() else {}

    @property
    def name(self) -> str:
        return self._engine.name

    @property
    def version(self) -> str:
        return self._engine.version

    def read(self, picture: Pixels) -> tuple[Token, ...]:
        key = picture_key(picture)
        tokens = self._recordings.get(key)
        if tokens is None:
            tokens = self._recordings[key] = self._engine.read(picture)
        return tokens

    def save(self, path: Path) -> None:
        recordings = {
            key: [asdict(token) for token in tokens] for key, tokens in self._recordings.items()
        }
        path.write_text(json.dumps(recordings, ensure_ascii=False, indent=0), "utf-8")


def _loaded(path: Path) -> dict[str, tuple[Token, ...]]:
    recorded = json.loads(path.read_text("utf-8"))
    return {key: tuple(_token(item) for item in tokens) for key, tokens in recorded.items()}


def _token(item: dict[str, object]) -> Token:
    values = dict(item)
    return Token(
        text=str(values["text"]),
        box=Box(*_floats(values["box"])),
        confidence=_floats([values["confidence"]])[0],
        source=Source(str(values["source"])),
        char_x=tuple(_floats(values["char_x"])),
        quad=tuple((x, y) for x, y in _pairs(values["quad"])),
    )


def _floats(values: object) -> list[float]:
    if not isinstance(values, list):
        raise TypeError("a recording holds lists of numbers")
    return [float(value) for value in values]


def _pairs(values: object) -> list[tuple[float, float]]:
    if not isinstance(values, list):
        raise TypeError("a recording holds lists of points")
    return [(float(x), float(y)) for x, y in values]
