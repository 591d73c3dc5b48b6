"""Finding PDF files whose forms draw one another until no memory is left.

A form is drawn by its name as often as its instructions say, and PDFium reads it anew each time:
ten forms that each draw the next one ten times are ten thousand million, from a kilobyte.
"""

import re
from dataclasses import dataclass

from ingest.pdf_bombs import unpacked

MAX_FORMS = 50_000
"""Drawings of forms from one form on; ordinary pages have some dozens."""

_OBJECT = re.compile(
    rb"(?<!\d)(\d+)\s+\d+\s+obj\b((?:(?!endobj|stream).)*)(stream[^\r\n]*(?:\r\n|\n|\r))?",
    re.DOTALL,
)
_REFERENCE = re.compile(rb"(\d+)\s+\d+\s+R\b")
_DRAWN = re.compile(rb"[^\s/\[\](){}<>]\s+Do\b")
_IS_FORM = re.compile(rb"/Form\b|#[0-9A-Fa-f]{2}")
_MOST_UNPACKED = 1024 * 1024
_LEVELS = 40
"""So deep PDFium follows forms within forms."""

_DEEPEST_RESOURCES = 2
"""A form refers to its resources, these to their XObjects, each of which may be an object."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How often it draws something, and the objects its dictionary refers to."""

    times: int
    refers_to: frozenset[int]


def draws_too_many_forms(data: bytes) -> bool:
    """Whether some form of a PDF draws more than `MAX_FORMS` forms, through those it draws.

    Resources that are packed into object streams are not looked at.
    """
    if b"/Form" not in data and b"#" not in data:
        return False
    forms: dict[int, _Form] = {}
    plain: dict[int, frozenset[int]] = {}
    for found in _OBJECT.finditer(data):
        key, refers_to = int(found[1]), frozenset(map(int, _REFERENCE.findall(found[2])))
        if not found[3]:
            plain[key] = refers_to
        elif _IS_FORM.search(found[2]):
            content = unpacked(memoryview(data)[found.end() :], _MOST_UNPACKED)
            times = len(_DRAWN.findall(content.partition(b"endstream")[0]))
            if times:
                forms[key] = _Form(times, refers_to)
    return len(forms) > 0 and _multiplies(forms, _links(forms, plain))


def _links(forms: dict[int, _Form], plain: dict[int, frozenset[int]]) -> dict[int, frozenset[int]]:
    """Which forms each refers to, directly or through its resources."""
    links = {}
    for key, form in forms.items():
        found = near = form.refers_to
        for _ in range(_DEEPEST_RESOURCES):
            near = frozenset().union(*(plain.get(one, frozenset()) for one in near))
            found |= near
        links[key] = found & forms.keys()
    return links


def _multiplies(forms: dict[int, _Form], links: dict[int, frozenset[int]]) -> bool:
    """Whether one form draws more than `MAX_FORMS`; rings are gone round as PDFium does."""
    sizes = dict.fromkeys(forms, 1)
    for _ in range(_LEVELS):
        sizes = {
            key: 1 + form.times * max((sizes[child] for child in links[key]), default=0)
            for key, form in forms.items()
        }
        if max(sizes.values()) > MAX_FORMS:
            return True
    return False
