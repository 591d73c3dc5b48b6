"""Texts cut into the pieces an index finds them by, and words asked for in the same pieces.

Chinese has no spaces, so a text is cut into every two neighbouring characters, and numbers and
Latin words into every three: any part of a name or a number is found, and two characters are
enough. The last characters stand alone too, so that a shorter word finds the end as well.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from models.text import squash

_RUN = re.compile(r"[0-9a-z]+|(?:(?![0-9a-z])[^\W_])+")
_CJK, _LATIN = 2, 3
_LONG = 4
"""From here on a Latin word or number is compared as a whole too: its pieces alone may stand
apart in another number."""
_FORGIVEN_CJK, _FORGIVEN_LATIN = 3, 6
"""Shorter ones are not forgiven a wrong character: too little of them would be left."""
_MOST_CHARACTERS = 4000
MOST_WORDS = 8
_WORD = 100


class Term(NamedTuple):
    """A piece, or with `prefix` every piece that begins so."""

    text: str
    prefix: bool = False


class Both(NamedTuple):
    """All of these."""

    parts: "tuple[Sought, ...]"


class Either(NamedTuple):
    """One of these."""

    parts: "tuple[Sought, ...]"


Sought: TypeAlias = Term | Both | Either


def normal(text: str) -> str:
    """The form in which texts are kept and compared: no spaces, one width, small letters."""
    return squash(text)[:_MOST_CHARACTERS].casefold()


def words_of(text: str) -> list[str]:
    """The words somebody typed, normal, few and short enough to be looked for."""
    return [word for each in text.split()[:MOST_WORDS] if (word := normal(each[:_WORD]))]


def pieces(texts: Iterable[str]) -> set[str]:
    """Every piece of texts that are `normal`."""
    found: set[str] = set()
    for text in texts:
        for run in _RUN.findall(text):
            size = _size(run)
            found.update(_plain(run[at : at + size]) for at in range(len(run)))
    return found


def sought(word: str) -> Both | None:
    """What an index is asked for a `normal` word; None where nothing of it could be found."""
    *before, last = _RUN.findall(word) or [""]
    # what stands before others is the end of a run in any text that has the word
    terms = [term for run in before for term in _terms(run, is_ended=True)]
    if last:
        terms += _terms(last)
    return Both(tuple(dict.fromkeys(terms))) if terms else None


def forgiving(word: str) -> Either | None:
    """The same with one character of the word wrong; None for a word too short for that."""
    runs = _RUN.findall(word)
    if len(runs) != 1:
        return None
    (run,) = runs
    least = _FORGIVEN_LATIN if _size(run) == _LATIN else _FORGIVEN_CJK
    if len(run) < least:
        return None
    ways = []
    for at in range(len(run)):
        rest = [part for part in (run[:at], run[at + 1 :]) if len(part) >= _size(run)]
        terms = dict.fromkeys(term for part in rest for term in _terms(part))
        if terms:
            ways.append(Both(tuple(terms)))
    return Either(tuple(dict.fromkeys(ways))) if ways else None


def is_compared_whole(word: str) -> bool:
    """Whether the pieces of a word could be found where the word is not."""
    runs = _RUN.findall(word)
    return runs != [word] or (len(word) >= _LONG and _size(word) == _LATIN)


def fts5(query: Sought) -> str:
    """As SQLite's FTS5 is asked."""
    if isinstance(query, Term):
        return f'"{query.text}"{"*" if query.prefix else ""}'
    joint = " AND " if isinstance(query, Both) else " OR "
    return f"({joint.join(fts5(part) for part in query.parts)})"


def tsquery(query: Sought) -> str:
    """As PostgreSQL's text search is asked."""
    if isinstance(query, Term):
        return f"'{query.text}'{':*' if query.prefix else ''}"
    joint = " & " if isinstance(query, Both) else " | "
    return f"({joint.join(tsquery(part) for part in query.parts)})"


def _size(run: str) -> int:
    return _LATIN if run[0].isascii() else _CJK


def _terms(run: str, *, is_ended: bool = False) -> list[Term]:
    """The pieces of a run; a short one may go on in the text, unless it `is_ended`."""
    size = _size(run)
    if len(run) < size:
        return [Term(_plain(run), prefix=not is_ended)]
    return [Term(_plain(run[at : at + size])) for at in range(len(run) - size + 1)]


def _plain(piece: str) -> str:
    """Only what every tokenizer takes for a letter: rare characters are spelt as their numbers."""
    return "".join(c if _is_common(c) else f"x{ord(c):x}" for c in piece)


def _is_common(c: str) -> bool:
    return c.isascii() or "\u3400" <= c <= "\u4db5" or "\u4e00" <= c <= "\u9fcc"
