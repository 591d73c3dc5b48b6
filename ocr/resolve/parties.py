"""Names and taxpayer ids: the check characters decide, and how names of companies end."""

import re
from dataclasses import replace

from models.identifiers import check_character_holds
from models.page import Source
from models.text import squash
from ocr.extract.parties import Party, looks_like_company
from ocr.extract.sheet import Seen
from ocr.resolve.evidence import Verdict, likeliest

_LONGEST_STRAY = 4
_LEADING = re.compile(r"^[.,·:;'`_、。*]+(?=[^\W\d_])")
_ENDING = re.compile(r"有[限眼艰][责贵资][任仕]公[司可刁句同]?$|有[限眼艰]公[司可刁句同]?$")
"""有限公司 and 有限责任公司 with characters they are misread as, or cut before the last."""
_CUT = re.compile(r"(?<=[分支总子团])公$")
"""分公司 and the like, of which the last character stands alone on the next line or is cut off."""
_STROKES = re.compile(
    r"(?<=有限公司)[一二三十中口丨]{1,4}$|(?<=有限责任公司)[一二三十中口丨]{1,4}$"
)
"""What ruled lines behind a name are read as: no branch is called that."""


_FOR_ANOTHER = re.compile(r"(?<=税务局)\(?代开(?:机关|企业).*$")
"""What a remark beside the name of a tax bureau says: for whom it issued the invoice."""
_NEXT_LABEL = re.compile(r".址|电话|.?证号码?")
"""The label of the next line of a form, as it is read when it was not known for one."""


def decide_tax_id(party: Party) -> Verdict | None:
    """The taxpayer id of a party; a repair wins where it alone passes the check."""
    readings = list(party.tax_ids)
    as_read = likeliest([seen for seen in readings if seen.source is not Source.DERIVED])
    if as_read is None:
        return None
    if check_character_holds(as_read.value):
        return Verdict(as_read, readings, confirmed_by=["check_character"])
    repaired = next((seen for seen in readings if seen.source is Source.DERIVED), None)
    if repaired is not None:
        return Verdict(repaired, readings, corrected_by="check_character")
    return Verdict(as_read, readings)


def decide_name(party: Party) -> Verdict | None:
    """The name of a party: nothing can confirm it here, so the surest reading stands.

    Read by sight it loses what was caught with it, and its legal form is spelled as the law does
    (domain.md 10.2); a character changed by that is stated as corrected by "name_ending".
    """
    readings = [_without_strays(seen) for seen in party.names]
    best = likeliest(readings)
    if best is None:
        return None
    spelled = _spelled(best)
    if spelled is best:
        return Verdict(best, readings)
    return Verdict(spelled, readings, corrected_by="name_ending")


def _without_strays(seen: Seen) -> Seen:
    """A name without marks before it and without a word behind its end: a piece of a seal, of a
    note, or of the next column. A branch, which ends as a name does too, stays."""
    if seen.source is not Source.OCR:
        return seen
    name = _FOR_ANOTHER.sub("", _LEADING.sub("", seen.value))
    pieces = seen.raw.split()
    label = next((at for at, piece in enumerate(pieces) if at and _NEXT_LABEL.fullmatch(piece)), 0)
    if label:
        name = name.removesuffix(squash("".join(pieces[label:])))
        pieces = pieces[:label]
    while len(pieces) > 1:
        stray = squash(pieces.pop())
        body = name.removesuffix(stray)
        if body == name or not looks_like_company(body) or not _is_stray(stray):
            break
        name = body
    name = _STROKES.sub("", name)
    return seen if name == seen.value else replace(seen, value=name)


def _is_stray(word: str) -> bool:
    return len(word) == 1 or (len(word) <= _LONGEST_STRAY and not looks_like_company(word))


def _spelled(seen: Seen) -> Seen:
    """A name whose legal form is misread or lacks its last character, spelled right."""
    if seen.source is not Source.OCR:
        return seen
    match = _ENDING.search(seen.value)
    if match is None:
        spelled = _CUT.sub("公司", seen.value)
        return seen if spelled == seen.value else replace(seen, value=spelled)
    ending = "有限责任公司" if len(match[0]) > len("有限公司") else "有限公司"
    if match[0] == ending:
        return seen
    return replace(seen, value=seen.value[: match.start()] + ending)
