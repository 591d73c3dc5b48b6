"""The documents of a half as HTML, with their labels; nothing here needs a browser."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from benchmarks.layouts import invent

HALVES = ("dev", "held")
_TEMPLATES = Path(__file__).parent / "templates"
_SUFFIX = {"pdf": ".pdf", "screenshot": ".png"}


@dataclass(frozen=True, slots=True)
class Laid:
    """A document to lay out: its page as HTML, `size` in mm, and what it is kept as."""

    name: str
    kind: str
    size: tuple[float, float]
    label: dict[str, Any]
    html: str

    @property
    def file(self) -> str:
        return self.name + _SUFFIX.get(self.kind, ".jpg")

    @property
    def seed(self) -> int:
        """What its camera's accidents follow from."""
        return zlib.crc32(self.name.encode())


def documents(half: str, names: frozenset[str] = frozenset()) -> Iterator[Laid]:
    """The documents of a half by name; only `names`, if any are given."""
    jinja = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
    )
    jinja.globals.update(capital=invent.capital, tax_qr=invent.tax_qr, qr=invent.qr)
    for path in sorted((_TEMPLATES / half).glob("*.html")):
        if names and path.stem not in names:
            continue
        template = jinja.get_template(f"{half}/{path.name}")
        drawn = template.make_module({"v": invent.Inventor(path.stem)})
        told = vars(drawn)
        html = jinja.get_template("page.html").render(body=str(drawn), size=told["size"])
        yield Laid(path.stem, str(told["kind"]), told["size"], told["label"], html)
