"""What stands around the table besides: the people at the foot, and the remark."""

from dataclasses import dataclass

from ocr.extract.sheet import Sheet, run
from ocr.labels import Label
from ocr.words import Word

_LONGEST_PERSON = 12


@dataclass(frozen=True, slots=True)
class Footer:
    payee: str | None = None
    reviewer: str | None = None
    drawer: str | None = None
    remark: str | None = None


def find_footer(sheet: Sheet) -> Footer:
    """收款人, 复核, 开票人 and 备注, null where they are not printed."""
    return Footer(
        payee=_person(sheet, Label.PAYEE),
        reviewer=_person(sheet, Label.REVIEWER),
        drawer=_person(sheet, Label.DRAWER),
        remark=_remark(sheet),
    )


def _person(sheet: Sheet, label: Label) -> str | None:
    for word in sheet.labels(label):
        text = "".join(value.text for value in run(sheet.right_of(word)))
        if text and len(text) <= _LONGEST_PERSON and not text.isdigit():
            return text
    return None


def _remark(sheet: Sheet) -> str | None:
    """The text in the box of 备注: beside the seller where he stands below the table, else all
    of the space below it."""
    if sheet.table_end is None:
        return None
    people = sheet.labels(Label.PAYEE, Label.REVIEWER, Label.DRAWER, Label.SEAL)
    foot = min((word.box.y0 for word in people if sheet.below_table(word)), default=float("inf"))
    seller = [word for word in sheet.labels(Label.NAME, Label.TAX_ID) if sheet.below_table(word)]
    left = float("-inf")
    if seller and Label.UNIT_PRICE in sheet.columns:
        left = sheet.columns[Label.UNIT_PRICE].box.x0 - sheet.line_height
    elif seller:
        values = [word for label in seller for word in run(sheet.right_of(label), gap=2.2)]
        left = max((word.box.x1 for word in values), default=left)

    def inside(word: Word) -> bool:
        below = sheet.below_table(word) and word.box.cy < foot
        return below and word.box.x0 >= left

    words = sorted(sheet.values(inside), key=lambda word: (word.box.cy, word.box.x0))
    return " ".join(word.raw.strip() for word in words) or None
