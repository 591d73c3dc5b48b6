"""Which form a sheet is, by its title, its QR code and its invoice code."""

import re
from collections import Counter
from collections.abc import Iterable

from models.forms import Form
from models.identifiers import form_from_code
from models.taxqr import CrcStatus, TaxQr
from ocr.labels import NON_INVOICES, SIGNS, TITLES, TRADITIONAL, Label, Title
from ocr.words import Word

_TOP_SHARE = 0.45
"""Titles stand in the upper part of a form; the same words lower down are remarks or seals."""

_LAST_SIGNS = (("专用发票", Form.DZ_SPECIAL), ("普通发票", Form.DZ_NORMAL))

_TOLD_BY_CODE = {(Form.VAT_E_NORMAL, Form.TOLL_E), (Form.VAT_NORMAL, Form.VAT_ROLL)}

_DIGITAL_OF = {Form.AIR_PAPER: Form.AIR_E, Form.RAIL_PAPER: Form.RAIL_E}
"""Forms whose electronic and paper versions share a title or foot: 20 digits tell them apart."""

_CARS = {
    Form.VEHICLE: (Form.DZ_VEHICLE, Form.DZP_VEHICLE),
    Form.USED_CAR: (Form.DZ_USED_CAR, Form.DZP_USED_CAR),
}
"""数电 without and with the code of paper it is printed on."""

_TICKETS = frozenset({Form.TAXI, Form.SHIP, Form.BUS, Form.TOLL_PAPER})
_MACHINE_TICKETS = tuple(one for one in TITLES if one.anywhere and one.form in _TICKETS)
"""What only such a ticket prints: provinces use the title 通用机打发票 for strips and slips too."""

_ROLL_SIGNS = (re.compile(r"机打号码"), re.compile(r"合计金额"))

_PAPER_OF = {Form.VAT_SPECIAL: Form.DZP_SPECIAL, Form.VAT_NORMAL: Form.DZP_NORMAL}


def find_form(
    words: tuple[Word, ...], qr: TaxQr | None, codes: list[str], numbers: list[str]
) -> Form | None:
    """The form most signs agree on; the printed title decides where they are even.

    `codes` and `numbers` are the invoice codes and numbers read from the sheet, likeliest first.
    """
    title = _title_form(words)
    if title is Form.VAT_NORMAL and _is_roll(words):
        title = Form.VAT_ROLL
    if title is Form.MACHINE:
        title = _told_anywhere(words, _MACHINE_TICKETS) or title
    if any(len(number) == 20 for number in numbers):
        title = _PAPER_OF.get(title, _DIGITAL_OF.get(title, title)) if title else None
    by_code = next((form for form in map(form_from_code, codes) if form), None)
    title, by_code = (_car(form, words, codes, numbers) for form in (title, by_code))
    if (title, by_code) in _TOLD_BY_CODE:
        title = by_code  # both carry the same title; the code alone tells them apart
    votes: Counter[Form] = Counter()
    if title is not None:
        votes[title] += 1
    told = qr.form if qr is not None else None
    if qr is not None and told is not None and qr.crc is not CrcStatus.MISMATCH:
        votes[told] += 1
    if by_code is not None and not any(form.is_digital for form in votes):
        votes[by_code] += 1
    if not votes:
        by_signs = _car(_form_by_signs(words), words, codes, numbers)
        by_number = _form_by_number(numbers, words) or by_signs
        # some issuers' CRCs are wrong; the printed number says that the code is this invoice's
        return by_number or (told if qr is not None and qr.number in numbers else None)
    form, count = votes.most_common(1)[0]
    is_own = qr is not None and qr.number in numbers and told is not None and votes[told] == count
    if is_own and not (title and title.names_both_parties):
        # the printed number says that the code is this invoice's; but where one title of the
        # family stands for another, 专 for 普, the print is what has to be judged
        return told
    return title if title is not None and votes[title] == count else form


def _is_roll(words: tuple[Word, ...]) -> bool:
    """Whether a strip prints what only a 卷票 does, whose title need not say so."""
    return all(any(sign.match(word.text) for word in words) for sign in _ROLL_SIGNS)


def find_non_invoice(words: tuple[Word, ...]) -> str | None:
    """What kind of accompanying page this is, or None where nothing says so."""
    text = "\n".join(word.text for word in words)
    return next((kind.what for kind in NON_INVOICES if kind.pattern.search(text)), None)


def _title_form(words: tuple[Word, ...]) -> Form | None:
    if not words:
        return None
    top = min(word.box.y0 for word in words)
    bottom = max(word.box.y1 for word in words)
    limit = top + _TOP_SHARE * (bottom - top)
    lines = _lines([word for word in words if word.box.cy <= limit and word.label is None])
    lines = [line.translate(TRADITIONAL) for line in lines]
    for title in TITLES:
        for line in lines:
            if title.pattern.search(line):
                return title.form
    # a few forms are known by words printed at their foot
    return _told_anywhere(words, [title for title in TITLES if title.anywhere])


def _told_anywhere(words: tuple[Word, ...], titles: Iterable[Title]) -> Form | None:
    """The form that one of these titles names, wherever on the sheet it stands."""
    whole = "".join(word.text for word in words)
    return next((title.form for title in titles if title.pattern.search(whole)), None)


def _lines(words: list[Word]) -> list[str]:
    """The words' texts, and the texts of neighbours on a line joined: titles arrive in pieces."""
    lines = [word.text for word in words]
    for word in words:
        row = sorted(
            (other for other in words if other.shares_row(word)), key=lambda other: other.box.x0
        )
        lines.append("".join(other.text for other in row))
    return lines


def _car(
    form: Form | None, words: tuple[Word, ...], codes: list[str], numbers: list[str]
) -> Form | None:
    """The 数电 version of a vehicle's invoice where a 20-digit number is printed."""
    if form not in _CARS or not any(len(number) == 20 for number in numbers):
        return form
    # 税控码 of the old forms may be twenty digits too
    if any(re.match(r"机打(?:代码|号码)|税控码|机器编号", word.text) for word in words):
        return form
    return _CARS[form][bool(codes)]


def _form_by_number(numbers: list[str], words: tuple[Word, ...]) -> Form | None:
    """Without title, QR and code only a 20-digit number beside the labels of a 数电票 tells."""
    labels = {word.label for word in words}
    if any(re.fullmatch(r"\d{20}", number) for number in numbers) and Label.TAX_ID in labels:
        text = "".join(word.text for word in words)
        # one of the two words must be there: which of them it is must not be guessed
        return next((form for word, form in _LAST_SIGNS if word in text), None)
    return None


def _form_by_signs(words: tuple[Word, ...]) -> Form | None:
    """Without all that, the labels only one form has; none on a page that is no invoice."""
    if find_non_invoice(words):
        return None
    text = "\n".join(word.text for word in words)
    return next(
        (each.form for each in SIGNS if all(one.search(text) for one in each.patterns)), None
    )
