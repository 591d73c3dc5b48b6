"""What the cells of a form hold, as readings: names, ids, money, numbers; and what decides them.

Shared by the forms made of cells (`ocr.forms.cells`).
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from models.identifiers import check_character_holds, is_vin
from models.invoice import FieldName
from models.page import Source
from ocr.extract.amounts import Amounts, capital_among, is_cut, printed_money
from ocr.extract.header import digits, find_codes, find_dates, find_numbers
from ocr.extract.parties import Party, looks_like_company, repair_tax_id
from ocr.extract.sheet import LABELLED, UNLABELLED, Seen, Sheet, seen
from ocr.forms.case import Case
from ocr.forms.cells import Cell, Cells, Filled
from ocr.resolve.evidence import Verdict, printed_twice
from ocr.resolve.identity import decide_identity, qr_reading
from ocr.resolve.parties import decide_name, decide_tax_id
from ocr.words import Word

_RECOGNISED = 0.6
"""A text layer below a scan was recognised too; its runs are no surer than this."""
_ID = re.compile(r"[0-9A-Z*]{15,20}|[0-9A-Z]{8}-?[0-9X]")
_WORDY = re.compile(r"[一-鿿A-Za-z]")
_BLANK = re.compile(r"[-—*/\\.·、一]*")
_NOT_IN_VIN = str.maketrans("IOQ", "100")
_BARE_DATE = re.compile(r"20\d{2}[-./]\d{1,2}[-./]\d{1,2}|20\d{2}年\d{1,2}月\d{1,2}日")
_RED = re.compile(r"被红冲|对应正数|红字")
_RED_OF = (
    re.compile(r"蓝字(?:数电)?(?:发票)?号码[:：]?(?P<number>\d{20})"),
    re.compile(r"代码[:：]?(?P<code>\d{12})号码[:：]?(?P<number>\d{8})"),
)


def text_of(filled: Filled) -> str:
    return "".join(word.text for word in filled.words)


def text_in(filled: Iterable[Filled]) -> str | None:
    """All that stands in the first of the cells that is not empty."""
    for each in filled:
        text = text_of(each)
        if not _BLANK.fullmatch(text):
            return text
    return None


def lines_in(filled: Iterable[Filled]) -> list[str]:
    """The lines of the cells, as text."""
    return ["".join(word.text for word in line) for each in filled for line in each.lines]


def money_in(filled: Iterable[Filled]) -> list[Seen]:
    """The amounts in cells; where the decimal point was lost, also the amount with it."""
    found: list[Seen] = []
    for each in filled:
        for line in each.lines:
            found += _money([*line]) or [one for word in line for one in _money([word])]
    return found


def _money(words: list[Word]) -> list[Seen]:
    text = "".join(word.text for word in words)
    if re.search(r"\.\d?$", text):
        return []  # cut off behind the point
    read, trust = printed_money(text), LABELLED
    if read is None and sum(map(str.isdigit, text)) >= 3:
        # a figure with letters among its digits is a guess until something bears it out
        read, trust = printed_money(re.sub(r"^[¥Y羊￥]", "", digits(text))), 0.5
    if read is None:
        return []
    found = [seen(words, str(read[0]), trust * read[1])]
    if "." not in text and abs(read[0]) >= 1:
        moved = (read[0] / 100).quantize(Decimal("0.01"))
        found.append(seen(words, str(moved), 0.5 * LABELLED))
    return found


def digits_in(filled: Iterable[Filled], pattern: str) -> list[Seen]:
    """The lines of cells, or words in them, that match the pattern as a whole."""
    found = []
    for each in filled:
        for line in each.lines:
            for words in ([*line], *([word] for word in line)):
                text = digits("".join(word.text for word in words))
                if re.fullmatch(pattern, text):
                    found.append(seen(words, text, LABELLED))
                    break
    return found


def capital_in(filled: Iterable[Filled]) -> tuple[Seen | None, str | None]:
    """The amount in capitals in cells: (what it states, its text)."""
    lines = [line for each in filled for line in each.lines]
    following = {id(word): line[at + 1 :] for line in lines for at, word in enumerate(line)}
    words = [word for line in lines for word in line]
    return capital_among(words, lambda word: [*following[id(word)]])


def party_in(names: Iterable[Filled], ids: Iterable[Filled]) -> Party:
    """The party whose name is in some cells, perhaps with its id, and its id in others."""
    named, numbered = list(names), list(ids)
    found: list[Seen] = []
    for each in named:
        words = [word for word in each.words if _may_be_name(word)]
        if words:
            text = "".join(word.text for word in words).lstrip(":：")
            found.append(seen(words, text, LABELLED))
    readings = [one for each in (*named, *numbered) for line in each.lines for one in _ids([*line])]
    return Party(tuple(found), tuple(readings))


def party_above(filled: Filled, cells: Cells) -> Party:
    """The party whose id is in a cell and the label of whose name was lost: the name is what
    stands in no cell right above the id and ends as names of companies do."""
    party = party_in((), (filled,))
    if not filled.words:
        return party
    first = filled.words[0]
    above = [
        word
        for word in cells.loose
        if abs(word.box.x0 - first.box.x0) < first.height
        and 0 < first.box.cy - word.box.cy < 4 * first.height
        and looks_like_company(word.text)
    ]
    names = tuple(seen([word], word.text, UNLABELLED) for word in above)
    return replace(party, names=names if len(names) == 1 else ())


def _may_be_name(word: Word) -> bool:
    return bool(_WORDY.search(word.text)) and not _ID.fullmatch(word.text.upper())


def _ids(words: list[Word]) -> list[Seen]:
    """The taxpayer id on a line, and its repair where only one passes the check."""
    numbers = [word for word in words if not re.search(r"[一-鿿]", word.text)]
    if not numbers:
        return []
    text = re.sub(r"[^0-9A-Z*-]", "", "".join(word.text for word in numbers).upper())
    if not _ID.fullmatch(text):
        return []
    read = seen(numbers, text, LABELLED)
    misread = read.source is Source.OCR or read.confidence < _RECOGNISED
    repaired = _repaired(text) if misread else None
    if repaired is None:
        return [read]
    return [read, Seen(repaired, read.raw, Source.DERIVED, 0.9 * read.confidence, read.place)]


def _repaired(text: str) -> str | None:
    """The one id a text may have been misread from: letters that are digits where the number is
    all digits (an identity card, an old taxpayer id), else as `repair_tax_id` finds it."""
    if check_character_holds(text):
        return None
    plain = digits(text[:-1]) + text[-1].replace("O", "0").replace("I", "1").replace("Z", "2")
    readings = {one for one in (plain, repair_tax_id(text)) if one and check_character_holds(one)}
    return readings.pop() if len(readings) == 1 else None


def decide_parties(buyer: Party, seller: Party) -> dict[FieldName, Verdict]:
    """The verdicts on names and ids of both."""
    decided = {
        FieldName.BUYER_NAME: decide_name(buyer),
        FieldName.BUYER_TAX_ID: _decide_id(buyer),
        FieldName.SELLER_NAME: decide_name(seller),
        FieldName.SELLER_TAX_ID: _decide_id(seller),
    }
    return {name: verdict for name, verdict in decided.items() if verdict is not None}


def _decide_id(party: Party) -> Verdict | None:
    """The id of a party: of several prints those that pass the check count; if they differ and
    none does, nothing decides."""
    verdict = decide_tax_id(party)
    if verdict is None:
        return None
    printed = [one for one in party.tax_ids if one.source is not Source.DERIVED]
    sound = {one.value for one in party.tax_ids if check_character_holds(one.value)}
    if len(sound) == 1 and verdict.winner.value not in sound:
        best = next(one for one in party.tax_ids if one.value in sound)
        verdict = Verdict(best, list(party.tax_ids), confirmed_by=["check_character"])
    if printed_twice(printed, verdict.winner.value):
        verdict.confirmed_by.append("second_print")
    if len(sound) > 1 or (not sound and len({one.value for one in printed}) > 1):
        verdict.contested = True
    return verdict


def of_party(filled: Sequence[Filled], parties: Sequence[Filled]) -> dict[int, list[Filled]]:
    """The cells that belong to each of the parties' cells, by its position: those on its row to
    the right, else those below it in its column."""
    found: dict[int, list[Filled]] = {}
    for each in filled:
        at = _owner(each.cell, [party.cell for party in parties])
        if at is not None:
            found.setdefault(at, []).append(each)
    return found


def _owner(cell: Cell, parties: Sequence[Cell]) -> int | None:
    level = [
        (abs(party.box.cy - cell.box.cy), at)
        for at, party in enumerate(parties)
        if party.box.x1 < cell.box.x1
        and min(party.box.y1, cell.box.y1) - max(party.box.y0, cell.box.y0)
        > -0.3 * min(party.height, cell.height)
        and party.box.x1 <= cell.box.x0 + cell.height
    ]
    if level:
        return min(level)[1]
    above = [
        (cell.box.y0 - party.box.y1, at)
        for at, party in enumerate(parties)
        if cell.box.cy > party.box.cy
        and min(party.box.x1, cell.box.x1) > max(party.box.x0, cell.box.x0)
        and cell.box.y0 - party.box.y1 < 4 * cell.height
    ]
    return min(above)[1] if above else None


def head_of(words: Sequence[Word], cells: Cells) -> Sheet:
    """What stands above the cells: title, code, number, date."""
    boxes = [each.cell.box for each in cells.filled]
    top = min((box.y0 for box in boxes), default=float("inf"))
    return Sheet.of(tuple(word for word in words if word.box.cy < top))


def vehicle_identity(case: Case, head: Sheet, cells: Cells) -> dict[FieldName, Verdict]:
    """Code, number and date of the forms of vehicles, which print code and number in cells too."""
    numbers = (*cells.named("number"), *cells.named("digital_number"))
    codes = digits_in(cells.named("code"), r"\d{12}")
    return identity(case, head, codes, digits_in(numbers, r"\d{8}|\d{20}"))


def identity(
    case: Case,
    head: Sheet,
    codes: list[Seen],
    numbers: list[Seen],
    *,
    dates: Sheet | None = None,
) -> dict[FieldName, Verdict]:
    """Code, number and date from the head of a form and from what the machine printed again;
    the date from `dates` where it is not in the head."""
    qr, code = case.qr, case.code
    length = 20 if case.form.is_digital or case.form.is_digital_paper else 8
    numbers = [one for one in (*find_numbers(head), *numbers) if len(one.value) == length]
    read: dict[FieldName, tuple[list[Seen], str | None]] = {
        FieldName.NUMBER: (_once(numbers), qr.number if qr else None),
        FieldName.DATE: (
            find_dates(dates or head) or _bare_dates(head),
            qr.date.isoformat() if qr and qr.date else None,
        ),
    }
    if not case.form.is_digital:
        read[FieldName.CODE] = (_once([*find_codes(head), *codes]), qr.code if qr else None)
    verdicts = {}
    for name, (readings, stated) in read.items():
        verdict = decide_identity(readings, qr_reading(qr, code, stated))
        if verdict is not None:
            verdicts[name] = _doubted(verdict, readings)
    return verdicts


def _bare_dates(head: Sheet) -> list[Seen]:
    """Dates by their shape alone, where the print lies too far off its label."""
    found = []
    for word in head.values(lambda word: bool(_BARE_DATE.fullmatch(digits(word.text)))):
        text = "-".join(f"{int(part):02d}" for part in re.findall(r"\d+", digits(word.text)))
        try:
            found.append(seen([word], datetime.date.fromisoformat(text).isoformat(), UNLABELLED))
        except ValueError:
            continue
    return found


def _once(readings: list[Seen]) -> list[Seen]:
    """The readings, those of one place counted once."""
    kept: dict[object, Seen] = {}
    for one in readings:
        kept.setdefault((one.value, one.place), one)
    return list(kept.values())


def _doubted(verdict: Verdict, readings: list[Seen]) -> Verdict:
    """Contested where two labelled prints differ and nothing decides between them."""
    if not verdict.confirmed_by and not verdict.corrected_by:
        labelled = {one.value for one in readings if one.confidence >= 0.8}
        verdict.contested = verdict.contested or len(labelled) > 1
    return verdict


def amounts_of(
    *,
    amounts: Iterable[Filled] = (),
    taxes: Iterable[Filled] = (),
    totals: Iterable[Filled] = (),
    words: Iterable[Filled] = (),
) -> Amounts:
    """What the cells of money hold."""
    capital, text = capital_in(words)
    found = [money_in(amounts), money_in(taxes), money_in(totals)]
    if text is not None and is_cut(capital, text, found[2]):
        capital, text = None, None
    if capital is not None:
        found = [[_signed(one, capital.value) for one in each] for each in found]
    return Amounts(tuple(found[0]), tuple(found[1]), tuple(found[2]), capital, text)


def _signed(read: Seen, capital: str) -> Seen:
    """An amount with the sign of the capitals: all sums of an invoice have one sign, and a lone
    minus is easily lost."""
    negative = capital.startswith("-")
    if read.value.startswith("-") == negative:
        return read
    value = f"-{read.value}" if negative else read.value.removeprefix("-")
    return replace(read, value=value, confidence=0.5 * read.confidence)


def vin(text: str | None) -> str | None:
    """A 车架号 as read; letters no VIN has made digits where its check digit then holds."""
    if text is None:
        return None
    body = re.sub(r"[^0-9A-Z]", "", text.upper())
    if len(body) != 17:
        return body or None
    mended = body.translate(_NOT_IN_VIN)
    return mended if is_vin(mended) else body


def machine_prints(case: Case, cells: Cells, head: Sheet) -> dict[str, str | None]:
    """The values of `Extra` for what the machine printed of itself: its own code and number,
    or on 数电纸质 the number of the paper, and 机器编号; and the foot of the form."""
    numbers = digits_in(cells.named("number"), r"\d{8}")
    if case.form.is_digital_paper:
        numbers = [one for one in find_numbers(head) if len(one.value) == 8]
    codes = digits_in(cells.named("code"), r"\d{12}")
    machine = digits_in(cells.named("machine_no"), r"\d{12}")
    remark, red_of = red_note(case.words)
    return {
        "total_in_words": capital_in(cells.named("words"))[1],
        "machine_no": machine[0].value if machine else case.extra.machine_no,
        "second_code": codes[0].value if codes else None,
        "second_number": numbers[0].value if numbers else None,
        "remark": remark or _remark(cells),
        "red_of": red_of,
        "drawer": text_in(cells.named("drawer")),
    }


def _remark(cells: Cells) -> str | None:
    """What stands in 备注, but for the note every paper form of a vehicle has there."""
    text = text_in(cells.named("remark"))
    return None if text and "一票" in text else text


def red_note(words: Sequence[Word]) -> tuple[str | None, str | None]:
    """(the remark of a red-letter invoice, the invoice it takes back), None where there is none."""
    for word in words:
        if not _RED.search(word.text):
            continue
        row = sorted(
            (each for each in words if each.shares_row(word) and each.box.x0 >= word.box.x0),
            key=lambda each: each.box.x0,
        )
        text = "".join(each.text for each in row)
        for pattern in _RED_OF:
            if match := pattern.search(text):
                found = match.groupdict()
                of = f"{found['code']}-{found['number']}" if "code" in found else found["number"]
                return " ".join(each.raw for each in row), of
    return None, None
