"""XML trees and how programs write them: indented or not, empty elements, CDATA, encodings."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr


class Blanks(StrEnum):
    """How an element without a value is written: <A></A>, <A/>, or not at all."""

    PAIR = "pair"
    CLOSED = "closed"
    ABSENT = "absent"


class Encoding(StrEnum):
    """The encoding of a file, as its declaration names it."""

    UTF_8 = "UTF-8"
    UTF_16 = "UTF-16"
    GBK = "GBK"


@dataclass(frozen=True, slots=True)
class Hand:
    """How a program writes XML.

    `mark` puts a byte order mark before UTF-8 (UTF-16 always has one), `lower` writes the name
    of the encoding in small letters, `standalone` adds standalone="yes". `cdata` are the tags
    whose text stands in CDATA sections.
    """

    encoding: Encoding = Encoding.UTF_8
    mark: bool = False
    lower: bool = False
    standalone: bool = False
    indent: str = ""
    blanks: Blanks = Blanks.PAIR
    cdata: frozenset[str] = frozenset()


PLAIN = Hand()


def node(tag: str, *children: Element | str | None, **attributes: object) -> Element:
    """An element; a string is its text, None leaves it empty. Tags may hold a literal prefix."""
    element = Element(tag, {name: str(value) for name, value in attributes.items()})
    for child in children:
        if isinstance(child, str):
            element.text = (element.text or "") + child
        elif child is not None:
            element.append(child)
    return element


def written(root: Element, hand: Hand = PLAIN) -> bytes:
    """The document with its declaration, encoded; characters the encoding lacks as references."""
    name = hand.encoding.value.lower() if hand.lower else hand.encoding.value
    alone = ' standalone="yes"' if hand.standalone else ""
    end = "\n" if hand.indent else ""
    head = f'<?xml version="1.0" encoding="{name}"{alone}?>\n'
    text = head + "".join(_pieces(root, hand, 0)) + end
    if hand.encoding is Encoding.UTF_8 and hand.mark:
        return text.encode("utf-8-sig")
    if hand.encoding is Encoding.UTF_16:
        # the codec's own mark would follow the machine's byte order
        return b"\xff\xfe" + text.encode("utf-16-le")
    return text.encode(hand.encoding.value, "xmlcharrefreplace")


def _pieces(element: Element, hand: Hand, depth: int) -> Iterator[str]:
    lead = hand.indent * depth
    end = "\n" if hand.indent else ""
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in element.attrib.items())
    head = f"{lead}<{element.tag}{attributes}"
    if len(element):
        yield f"{head}>{end}"
        for child in element:
            yield from _pieces(child, hand, depth + 1)
        yield f"{lead}</{element.tag}>{'' if depth == 0 else end}"
        return
    tail = "" if depth == 0 else end
    if not element.text:
        if element.attrib or hand.blanks is Blanks.CLOSED:
            yield f"{head}/>{tail}"
        elif hand.blanks is Blanks.PAIR or depth == 0:
            yield f"{head}></{element.tag}>{tail}"
        return
    text = escape(element.text)
    if element.tag in hand.cdata:
        text = f"<![CDATA[{element.text.replace(']]>', ']]]]><![CDATA[>')}]]>"
    yield f"{head}>{text}</{element.tag}>{tail}"
