"""From tokens to words: upright, normalised, with the printed labels told from the values.

A token is what the engine or the text layer gave; a word is a piece of it that is either one
label or one value. Both sources pass through here, so everything after it is learnt once.
"""

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from models.geometry import Box
from models.page import Source, Token
from models.text import fold
from ocr.labels import MARGIN_CHARACTERS, MISREAD_LABELS, SPELLINGS, SPLIT_LABELS, Label

_MIN_SKEW = math.radians(0.25)
_ROUGHLY = math.radians(8)
_LONG_VERTICAL = 5
_HANZI = re.compile(r"[一-鿿]{2,8}")
"""A vertical run of few Chinese characters may be a column of cells (units, say, one below the
other); a longer one, or one with figures, is an imprint or a note on the margin."""
_HANZI_CHARACTER = re.compile(r"[一-鿿]")
_LONGEST_LINE = 400
"""Characters; a longer run is no line of a form, and is not searched for labels."""
_CIPHER = re.compile(r"[\d+\-*/<>±≤≥=&×·.,|()]{16,}")
_CIPHER_SIGNS = re.compile(r"[+\-*/<>±≤≥]")
_COLON_BEFORE_ID = re.compile(r"[:：](?=[0-9A-Z]{15,20}$)")
_REST_OF_LABEL = re.compile(r"[一-鿿/]{0,6}[纳人识别][一-鿿/]{0,2}[:：]9[1-3]\d{6}[0-9A-Z]{10}")
"""What is left of the label of a taxpayer id, before the id of a business."""
_GLUED = (
    re.compile(r"^(\d{10}|\d{12})[一-鿿]{2}.*发票"),
    re.compile(r"^(.*发票)No\.?\d{8}"),
    re.compile(r"^(-?[\d,]+\.\d{2})(?:17|16|13|11|10|9|6|5|4|3|2|1\.5|1|0)%$"),
)
"""Cells that a seal or a small picture joined: code, title and number; an amount and its rate."""
_MASKED_ID = re.compile(r"\d{4,14}\*{2,}\d{2,4}")


@dataclass(frozen=True, slots=True)
class Word:
    """A label or a value.

    `text` has no spaces and is NFKC-folded; `raw` is as it stood. `box` is in a frame in which
    text lines are level, for comparing places; `place` is in page pixels, for showing.
    """

    text: str
    raw: str
    box: Box
    place: Box
    confidence: float
    source: Source
    label: Label | None = None

    @property
    def height(self) -> float:
        return max(1.0, self.box.height)

    def shares_row(self, other: "Word", least: float = 0.45) -> bool:
        """Whether two words stand on one line: the share of the lower one's height in common."""
        common = min(self.box.y1, other.box.y1) - max(self.box.y0, other.box.y0)
        return common >= least * min(self.height, other.height)


def find_words(tokens: Sequence[Token]) -> tuple[Word, ...]:
    """The words of a page, labels marked, from top to bottom."""
    angle = _skew(tokens)
    aligned = [token for token in tokens if not _slants(token, angle)]
    pieces: list[Word] = []
    # a page whose lines run all ways has none that lies aside
    for token in aligned if 2 * len(aligned) > len(tokens) else tokens:
        level = _levelled(token, angle)
        for word in _stacked(token, level):
            if not is_cipher(word.text):
                pieces.extend(_split_labels(word, token))
    joined = _join_split_labels(pieces)
    return tuple(sorted(joined, key=lambda word: (word.box.cy, word.box.x0)))


def is_cipher(text: str) -> bool:
    """Whether a text is a line of the 密码区, which holds digit runs that mean nothing."""
    if _MASKED_ID.fullmatch(text):
        return False  # a traveller's identity number, its middle starred out
    return bool(_CIPHER.fullmatch(text)) and len(_CIPHER_SIGNS.findall(text)) >= 3


def _skew(tokens: Sequence[Token]) -> float:
    """The angle of the text lines in radians, from the corners of long runs."""
    angles = _angles(tokens, 6)
    # a page lies one way: the few lines that run down its margin must not pull the median off
    angle = median(angles) if len(angles) >= 5 else _lie_aside(tokens)
    return angle if abs(angle) >= _MIN_SKEW else 0.0


def _angles(tokens: Sequence[Token], longer: float) -> list[float]:
    """The angles of runs more than `longer` times as long as high."""
    return [angle for token in tokens if (angle := _angle(token, longer)) is not None]


def _angle(token: Token, longer: float) -> float | None:
    """The angle of a run in radians, None where it is not so many times as long as high."""
    if len(token.quad) != 4:
        return None
    (x0, y0), (x1, y1), _, (x3, y3) = token.quad
    length, height = math.hypot(x1 - x0, y1 - y0), math.hypot(x3 - x0, y3 - y0)
    return math.atan2(y1 - y0, x1 - x0) if length > longer * height else None


def _slants(token: Token, angle: float) -> bool:
    """Whether a run lies across the page's lines: print of another paper beside the form."""
    own = _angle(token, 3)
    if own is None:
        return False
    aside = abs(own - angle) % math.pi
    return _ROUGHLY < aside < math.pi - _ROUGHLY and abs(aside - math.pi / 2) > _ROUGHLY


def _lie_aside(tokens: Sequence[Token]) -> float:
    """The angle of a ticket with short lines only that lies on its side, else 0.

    The angles of short runs are rough: they tell how a page lies, not how it is skewed.
    """
    angles = _angles(tokens, 2.5)
    angle = median(angles) if len(angles) >= 5 else 0.0
    agreeing = sum(abs(one - angle) < _ROUGHLY for one in angles)
    return angle if abs(angle) > 4 * _ROUGHLY and agreeing >= 0.8 * len(angles) else 0.0


def _levelled(token: Token, angle: float) -> Box:
    """The token's box after turning the page by -angle about its origin."""
    if not angle or len(token.quad) != 4:
        return token.box
    cos, sin = math.cos(angle), math.sin(angle)
    return Box.around(tuple((x * cos + y * sin, y * cos - x * sin) for x, y in token.quad))


def _stacked(token: Token, level: Box) -> list[Word]:
    """The token as one word, or, where its characters stand one below another, as one word each.

    Long vertical runs are the printer's imprint on the margin and are dropped.
    """
    raw = fold(token.text)
    text = re.sub(r"\s", "", raw)
    if not text:
        return []
    vertical = len(text) >= 2 and level.height > 1.5 * level.width
    if not vertical:
        return [Word(text, raw, level, token.box, token.confidence, token.source)]
    if len(text) >= _LONG_VERTICAL and not _HANZI.fullmatch(text):
        return []
    return [
        Word(
            char,
            char,
            _slice_down(level, index, len(text)),
            _slice_down(token.box, index, len(text)),
            token.confidence,
            token.source,
        )
        for index, char in enumerate(text)
    ]


def _slice_down(box: Box, index: int, count: int) -> Box:
    step = box.height / count
    return Box(box.x0, box.y0 + index * step, box.x1, box.y0 + (index + 1) * step)


_COMPILED = [
    (spelling.label, re.compile(spelling.pattern), spelling.anywhere) for spelling in SPELLINGS
]


def _split_labels(word: Word, token: Token) -> list[Word]:
    """A word cut at the labels inside it; values keep the part of the box they stand in."""
    if not 1 < len(word.text) <= _LONGEST_LINE:
        return [word]
    # where each character of the text without spaces stands in the raw text
    places = [index for index, char in enumerate(word.raw) if not char.isspace()]
    starts = {0} | {
        index for index in range(1, len(places)) if places[index] > places[index - 1] + 1
    }
    starts |= _cuts(word.text)
    pieces: list[Word] = []
    cursor = 0
    while hit := _next_label(word.text, cursor, starts):
        start, end, label = hit
        pieces += _piece(word, token, places[cursor:start], None)
        pieces += _piece(word, token, places[start:end], label)
        cursor = end
        starts.add(end)
    return pieces + _piece(word, token, places[cursor:], None)


def _next_label(text: str, position: int, starts: set[int]) -> tuple[int, int, Label] | None:
    """The first label at or after `position` as (start, end, label), the longest where several."""
    best: tuple[int, int, Label] | None = None
    for label, pattern, anywhere in _COMPILED:
        if anywhere:
            hit = pattern.search(text, position)
        else:
            tries = (pattern.match(text, at) for at in sorted(starts) if at >= position)
            hit = next((match for match in tries if match), None)
        if hit and (best is None or (hit.start(), -hit.end()) < (best[0], -best[1])):
            best = (hit.start(), hit.end(), label)
    misread = (_misread(text, at) for at in sorted(starts) if at >= position)
    return best or next(filter(None, misread), None) or _before_id(text, position)


def _misread(text: str, at: int) -> tuple[int, int, Label] | None:
    """A long label at `at` with one character in four misread at most, a colon behind it."""
    for spelled, label in MISREAD_LABELS:
        end = at + len(spelled)
        piece = text[at:end]
        wrong = sum(a != b for a, b in zip(piece, spelled, strict=False))
        if len(piece) == len(spelled) and wrong <= len(spelled) // 4:
            followed = end == len(text) or text[end] in ":："
            if followed:
                return at, min(len(text), end + 1), label
    return None


def _before_id(text: str, position: int) -> tuple[int, int, Label] | None:
    """A label of a taxpayer id with one character in three misread at most: an id and the colon
    before it say what it is."""
    for colon in _COLON_BEFORE_ID.finditer(text, position):
        for spelled, label in MISREAD_LABELS:
            at = colon.start() - len(spelled)
            if label is not Label.TAX_ID or at < position:
                continue
            piece = text[at : colon.start()]
            if sum(a != b for a, b in zip(piece, spelled, strict=True)) <= len(spelled) // 3:
                return at, colon.end(), label
        if _REST_OF_LABEL.fullmatch(text, position):
            return position, colon.end(), Label.TAX_ID
    return None


def _piece(word: Word, token: Token, places: list[int], label: Label | None) -> list[Word]:
    """The part of a word at the given places of its raw text, or nothing where there are none.

    A value is cut where blank space stands in it, for that may be the gap between two cells, and
    where what two cells hold can be told from one another.
    """
    if not places:
        return []
    if label is not None:
        return [_part(word, token, places, label)]
    glued = _cuts("".join(word.raw[place] for place in places))
    cuts = [at for at in range(1, len(places)) if at in glued or _parted(word.raw, places, at)]
    edges = itertools.pairwise([0, *cuts, len(places)])
    return [_part(word, token, places[start:end], None) for start, end in edges]


def _cuts(text: str) -> set[int]:
    """Where cells that were joined to one run part."""
    return {match.end(1) for pattern in _GLUED if (match := pattern.search(text))}


def _part(word: Word, token: Token, places: list[int], label: Label | None) -> Word:
    """The word that stands at the given places of a word's raw text."""
    start, end = places[0], places[-1] + 1
    left, right = _edge(word, token, start), _edge(word, token, end)
    text = re.sub(r"\s", "", word.raw[start:end])
    return replace(
        word,
        text=text if label else text.lstrip(":：") or text,
        raw=word.raw[start:end],
        box=_slice_across(word.box, left, right),
        place=_slice_across(word.place, left, right),
        label=label,
    )


def _parted(raw: str, places: list[int], at: int) -> bool:
    """Whether blank space before the character at `at` parts two values; ¥ keeps its figure."""
    return places[at] > places[at - 1] + 1 and raw[places[at - 1]] not in "¥￥:："


def _edge(word: Word, token: Token, index: int) -> float:
    """How far along the run (0 to 1) the character at `index` begins."""
    if len(token.char_x) == len(word.raw) + 1 and token.box.width > 0:
        return min(1.0, max(0.0, (token.char_x[index] - token.box.x0) / token.box.width))
    widths = [2 if ord(char) > 0x2E7F else 1 for char in word.raw]
    return sum(widths[:index]) / (sum(widths) or 1)


def _slice_across(box: Box, left: float, right: float) -> Box:
    return Box(box.x0 + left * box.width, box.y0, box.x0 + right * box.width, box.y1)


def _join_split_labels(words: list[Word]) -> list[Word]:
    """Join labels whose characters arrived apart: 名 + 称：, 合 + 计, 金 + 额, 校 + 验 + 码."""
    words = sorted(words, key=lambda word: word.box.x0)
    taken: set[int] = set()
    out: list[Word] = []
    for index, word in enumerate(words):
        if index in taken:
            continue
        joined = word
        for spelled in SPLIT_LABELS:
            found = _follow(words, index, spelled, taken)
            if found:
                joined = _merge(words, [index, *found], spelled)
                taken.update(found)
                break
        taken.add(index)
        out.append(joined)
    return [word for word in out if not _on_margin(word, out)]


def _on_margin(word: Word, words: list[Word]) -> bool:
    """Whether a word is one character of a label printed downwards, and not of one printed
    letter by letter along its line (制 单 人)."""
    if word.label or word.text not in MARGIN_CHARACTERS:
        return False
    return not any(
        len(other.text) == 1
        and _HANZI_CHARACTER.fullmatch(other.text)
        and other.text not in MARGIN_CHARACTERS
        and 0 < abs(other.box.cx - word.box.cx) < 4 * word.height
        and other.shares_row(word, 0.7)
        for other in words
    )


def _follow(words: list[Word], index: int, spelled: str, taken: set[int]) -> list[int]:
    """Indices of the words that continue `spelled` after words[index] on its line, or none."""
    first = words[index]
    if not spelled.startswith(first.text) or first.text == spelled:
        return []
    rest, found, last = spelled[len(first.text) :], [], first
    for at in range(index + 1, len(words)):
        word = words[at]
        if at in taken or not last.shares_row(word):
            continue
        if word.box.x0 - last.box.x1 > 9 * last.height:
            break
        body = word.text.rstrip(":：")
        if word.label not in (None, Label.NAME) or not body or not rest.startswith(body):
            # a value between the pieces means they are no label
            return []
        found.append(at)
        rest, last = rest[len(body) :], word
        if not rest:
            return found
    return []


def _merge(words: list[Word], indices: list[int], spelled: str) -> Word:
    parts = [words[index] for index in indices]
    label = next(
        (label for label, pattern, _ in _COMPILED if pattern.match(spelled + ":")),
        None,
    ) or next((label for label, pattern, _ in _COMPILED if pattern.match(spelled)), None)
    return replace(
        parts[0],
        text=spelled,
        raw=" ".join(part.raw for part in parts),
        box=Box.enclosing(part.box for part in parts),
        place=Box.enclosing(part.place for part in parts),
        label=label,
        confidence=min(part.confidence for part in parts),
    )
