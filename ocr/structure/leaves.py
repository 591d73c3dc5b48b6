"""The leaves of an XML tree by name, and the draft of a statement they are read into."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from models.geometry import Box
from models.invoice import FieldName
from models.original import StructureProblem
from models.page import Source
from ocr.structure.statement import Stated
from ocr.structure.values import NO_TAX, is_blank, key_of, normalised

_MOST_OTHERS = 8
_MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Leaf:
    """A named text: an element without children, a tag of an OFD, or a name-value pair."""

    name: str
    key: str
    text: str
    page: int | None = None
    box: Box | None = None


@dataclass(slots=True)
class Leaves:
    """Leaves in document order, asked for by key; what nobody asked for is left over."""

    of_key: dict[str, list[Leaf]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def add(self, leaf: Leaf) -> None:
        self.of_key.setdefault(leaf.key, []).append(leaf)

    def every(self, *keys: str) -> list[Leaf]:
        """The leaves under these keys that say something, in the order of the keys."""
        self.taken.update(keys)
        return [
            leaf for key in keys for leaf in self.of_key.get(key, ()) if not is_blank(leaf.text)
        ]

    def text(self, *keys: str) -> str | None:
        found = self.every(*keys)
        return found[0].text if found else None

    def left(self) -> Iterator[Leaf]:
        """What says something and was not asked for."""
        for key, leaves in self.of_key.items():
            if key not in self.taken:
                yield from (leaf for leaf in leaves if not is_blank(leaf.text))


def leaves_of(root: Element, skip: frozenset[str] = frozenset()) -> Leaves:
    """The leaves below `root`, those inside elements whose key is in `skip` left out."""
    leaves = Leaves()
    for child in root:
        _collect(child, skip, leaves)
    return leaves


def _collect(element: Element, skip: frozenset[str], leaves: Leaves) -> None:
    # markup.parse bounds the depth at 100
    key = key_of(element.tag)
    if key in skip or element.get("nil") == "true":
        return
    if len(element):
        for child in element:
            _collect(child, skip, leaves)
    elif element.text:
        leaves.add(Leaf(element.tag, key, element.text))


@dataclass(slots=True)
class Draft:
    """A statement's values while they are read."""

    source: Source
    values: dict[FieldName, Stated] = field(default_factory=dict)
    others: dict[FieldName, tuple[Stated, ...]] = field(default_factory=dict)
    twice: set[FieldName] = field(default_factory=set)
    problems: list[StructureProblem] = field(default_factory=list)

    def state(self, name: FieldName, leaves: list[Leaf]) -> None:
        """State the first readable of the leaves; a different one is kept and said."""
        for leaf in leaves:
            value = normalised(name, leaf.text)
            if value is None:
                if not (name is FieldName.TAX and NO_TAX.fullmatch(leaf.text.strip())):
                    self.problem("unreadable", leaf.name, leaf.text)
                continue
            stated = Stated(value, leaf.text.strip(), self.source, leaf.page, leaf.box)
            known = self.values.setdefault(name, stated)
            if known is stated:
                continue
            if known.value == value:
                self.twice.add(name)
                continue
            others = self.others.get(name, ())
            if len(others) < _MOST_OTHERS and all(other.value != value for other in others):
                self.others[name] = (*others, stated)
                self.problem("two_values", leaf.name, f"{known.value} / {value}")

    def derive(self, name: FieldName, value: str, raw: str) -> None:
        self.values[name] = Stated(value, raw, Source.DERIVED)

    def problem(self, code: str, where: str, text: str = "") -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(
                StructureProblem(code=code, where=where[:80], text=text[:500].strip()[:80])
            )
