"""A first profile for a file nobody has described: columns told by headings and by what they hold.

Headings are compared with their usual names, exactly and nearly; contents by check characters,
20-digit numbers, dates, money, words of states and kinds, and by arithmetic: amount + tax = total.
A person looks at the proposal before it is kept.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import permutations

from rapidfuzz import fuzz

from models.identifiers import check_character_holds, form_from_code
from models.record import Record
from models.text import squash
from piaohe.sources.cells import Cell, date_of, is_blank, money_of, number_of, text_of
from piaohe.sources.columns import (
    Column,
    Header,
    column_of,
    find_header,
    joined,
    named,
    names_of,
)
from piaohe.sources.failures import ledger_error
from piaohe.sources.mentions import mentions_in
from piaohe.sources.profile import Profile, Side, shipped
from piaohe.sources.tables import Row, Table

_SAMPLE = 200
"""Rows below the headings that are looked at."""
_NEAR = 80.0
"""Likeness of a heading to a usual name, of 100, from which it counts."""
_CENT = Decimal("0.01")
_KINDS = re.compile(r"发票|专票|普票|电子客票|行程单|通行费")
_STATES = re.compile(r"正常|作废|红冲|异常|失控")
_COMPANY = re.compile(
    r"公司|商店|酒店|事务所|中心|医院|学校|厂$|店$|行$|局$|Co\.|Ltd", re.IGNORECASE
)
_VOUCHER = re.compile(r"[记收付转银现][-字第]?\d{1,6}号?|PZ\d+", re.IGNORECASE)
_SIDES = (({"S"}, {"H"}), ({"1"}, {"0"}), ({"借"}, {"贷"}), ({"借方"}, {"贷方"}), ({"D"}, {"C"}))
_SUMS = (Column.AMOUNT, Column.TAX, Column.TOTAL)
_BOOKS = frozenset({Column.DEBIT, Column.CREDIT, Column.BOOKED})


class Guess(Record):
    """What a column seems to hold, and why; `column` is None where nothing fits."""

    heading: str
    place: int
    column: str | None = None
    why: str = ""
    samples: tuple[str, ...] = ()


class Proposal(Record):
    """A profile to look at, with a line for every column of the sheet. `shipped` names the profile
    that comes with Piaohe and fits as it is."""

    profile: Profile
    sheet: str
    header_row: int
    guesses: tuple[Guess, ...]
    shipped: str | None = None
    missing: tuple[str, ...] = ()


@dataclass
class _Content:
    """A column by what its cells hold: the share of filled cells that are each thing."""

    heading: str
    place: int
    cells: list[Cell]
    typed: bool
    shares: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cells = [cell for cell in self.cells if not is_blank(cell)]
        total = max(len(self.cells), 1)
        for name, test in _TESTS.items():
            self.shares[name] = sum(map(test, self.cells)) / total

    @property
    def values(self) -> set[str]:
        return {text_of(cell).upper() for cell in self.cells}


def _digits(cell: Cell, *lengths: int) -> bool:
    read = number_of(cell, typed=False)
    if read.damaged:
        return 20 in lengths
    return bool(read.value and read.value.isdigit() and len(read.value) in lengths)


_TESTS = {
    "digital": lambda cell: _digits(cell, 20),
    "short": lambda cell: _digits(cell, 8) and not date_of(cell),
    "code": lambda cell: bool(
        _digits(cell, 10, 12) and form_from_code(number_of(cell, typed=False).value or "")
    ),
    "tax_id": lambda cell: check_character_holds(squash(text_of(cell)).upper()),
    "date": lambda cell: date_of(cell) is not None,
    "money": lambda cell: money_of(cell) is not None and not _digits(cell, 8, 10, 12, 20),
    "kind": lambda cell: bool(_KINDS.search(text_of(cell))) and len(text_of(cell)) < 25,
    "state": lambda cell: bool(_STATES.match(text_of(cell))),
    "company": lambda cell: bool(_COMPANY.search(text_of(cell))) and len(text_of(cell)) < 50,
    "voucher": lambda cell: bool(_VOUCHER.fullmatch(squash(text_of(cell)))),
    "mention": lambda cell: bool(mentions_in(text_of(cell))) and len(text_of(cell)) > 20,
}
_BY_CONTENT = {
    "digital": (Column.NUMBER, "20 位号码 / 20 digits"),
    "mention": (Column.SUMMARY, "文字中有发票号码 / numbers within text"),
    "code": (Column.CODE, "发票代码 / invoice codes"),
    "short": (Column.NUMBER, "8 位号码 / 8 digits"),
    "voucher": (Column.VOUCHER, "凭证号 / voucher numbers"),
    "state": (Column.STATUS, "发票状态 / states"),
    "kind": (Column.KIND, "票种 / kinds"),
    "company": (Column.SELLER_NAME, "单位名称 / company names"),
}
_FITS = {
    Column.NUMBER_20: ("digital",),
    Column.NUMBER: ("digital", "short"),
    Column.CODE: ("code",),
    Column.DATE: ("date",),
    Column.LOOSE_DATE: ("date",),
    Column.POSTED: ("date",),
    Column.SELLER_TAX_ID: ("tax_id",),
    Column.BUYER_TAX_ID: ("tax_id",),
    **dict.fromkeys((*_SUMS, *_BOOKS), ("money",)),
}
"""What a column must hold, in a fifth of its filled cells at least, to be taken by its heading."""


def propose(tables: Sequence[Table], name: str) -> Proposal:
    """The profile for the sheet that says the most. `name` is the new profile's.

    Raises LedgerError no_header where no row looks like headings, empty_ledger.
    """
    found = [(table, header) for table in tables if (header := _header(table))]
    if not found:
        rows = next((rows for table in tables if (rows := table.head(1))), [])
        if not rows:
            raise ledger_error("empty_ledger")
        seen = " | ".join(text_of(cell)[:20] for cell in rows[0].cells)
        raise ledger_error("no_header", what=seen[:120])
    table, (row, headings) = max(found, key=lambda each: _worth(*each))
    body = [each for each in table.head(row + _SAMPLE) if each.number > row]
    contents = [
        _Content(heading, place, [_at(each, place) for each in body], table.typed)
        for place, heading in enumerate(headings)
        if heading
    ]
    for profile in shipped():
        wanted = {named(each) for each in profile.signature}
        if wanted and wanted <= {named(heading) for heading in headings}:
            return _of_shipped(profile, table, row, contents)
    return _proposal(name, table, row, contents, several=len(tables) > 1 and table.typed)


def _header(table: Table) -> tuple[int, list[str]] | None:
    """The number of the last row of headings, and them."""
    known = find_header(table)
    rows = table.head()
    if known is None:
        # words above rows with numbers, though none is a name we know
        known = next((Header(row.number, {}, row.number) for row in rows if _is_names(row)), None)
    if known is None:
        return None
    last = next((row for row in rows if row.number == known.row), None)
    first = next((row for row in rows if row.number == known.first), None)
    if last is None or first is None:
        return None
    cells = last.cells if first is last else joined(first.cells, last.cells)
    return known.row, [text_of(cell) for cell in cells]


def _is_names(row: Row) -> bool:
    texts = [text_of(cell) for cell in row.cells if not is_blank(cell)]
    words = [text for text in texts if not re.search(r"\d{2}", text)]
    return len(texts) >= 3 and len(words) == len(texts) and len(set(texts)) == len(texts)


def _worth(table: Table, header: tuple[int, list[str]]) -> tuple[int, int]:
    return sum(column_of(text) is not None for text in header[1]), len(table.head())


def _at(row: Row, place: int) -> Cell:
    return row.cells[place] if place < len(row.cells) else None


def _of_shipped(profile: Profile, table: Table, row: int, contents: Iterable[_Content]) -> Proposal:
    keys = {named(name): key for key, names in profile.columns.items() for name in names}
    guesses = [
        _guess(content, Column[key.upper()] if key else None, profile.title if key else "")
        for content in contents
        for key in [keys.get(named(content.heading))]
    ]
    return Proposal(
        profile=profile,
        sheet=table.name,
        header_row=row,
        guesses=tuple(guesses),
        shipped=profile.name,
    )


def _proposal(
    name: str, table: Table, row: int, contents: Sequence[_Content], *, several: bool
) -> Proposal:
    chosen: dict[Column, tuple[_Content, str]] = {}
    for step in (_exact, _sums, _near, _tax_ids, _by_content, _dates, _sides):
        step(contents, chosen)
    side = Side()
    if Column.SIDE in chosen:
        values = chosen[Column.SIDE][0].values
        debit, credit = next(pair for pair in _SIDES if values <= pair[0] | pair[1])
        side = Side(debit=tuple(sorted(debit)), credit=tuple(sorted(credit)))
    by_place = {content.place: (column, why) for column, (content, why) in chosen.items()}
    guesses = [_guess(each, *by_place.get(each.place, (None, ""))) for each in contents]
    books = chosen.keys() & {Column.DEBIT, Column.CREDIT, Column.BOOKED}
    profile = Profile(
        name=name,
        layout="journal" if books else "auto",
        sheet=table.name if several else None,
        header_row=row if row > 1 else None,
        # from three headings on the next export is known by them
        signature=tuple(each.heading for each, _ in chosen.values()) if len(chosen) > 2 else (),
        columns={
            column.name.lower(): (content.heading,)
            for column, (content, _) in sorted(chosen.items(), key=lambda item: item[1][0].place)
        }
        or {"remark": ("?",)},
        side=side,
    )
    places = {column: content.place for column, (content, _) in chosen.items()}
    return Proposal(
        profile=profile,
        sheet=table.name,
        header_row=row,
        guesses=tuple(guesses),
        missing=Header(row, places).missing,
    )


def _guess(content: _Content, column: Column | None, why: str) -> Guess:
    samples = dict.fromkeys(text_of(cell)[:40] for cell in content.cells)
    return Guess(
        heading=content.heading,
        place=content.place + 1,
        column=column.name.lower() if column else None,
        why=why,
        samples=tuple(list(samples)[:3]),
    )


_Chosen = dict[Column, tuple[_Content, str]]


def _free(contents: Sequence[_Content], chosen: _Chosen) -> list[_Content]:
    taken = {content.place for content, _ in chosen.values()}
    return [content for content in contents if content.place not in taken and content.cells]


def _fits(content: _Content, column: Column) -> bool:
    """Whether what the column holds does not speak against the name."""
    needed = _FITS.get(column)
    if needed is None or not content.cells:
        return True
    return max(content.shares[name] for name in needed) >= 0.2


def _exact(contents: Sequence[_Content], chosen: _Chosen) -> None:
    books = {column_of(each.heading) for each in contents} & {Column.DEBIT, Column.CREDIT}
    for content in contents:
        column = column_of(content.heading)
        if column is Column.NUMBER and books and not _fits(content, column):
            column = Column.VOUCHER
        if column and column not in chosen and _fits(content, column):
            chosen[column] = (content, "表头 / heading")


def _near(contents: Sequence[_Content], chosen: _Chosen) -> None:
    scored = [
        (fuzz.ratio(named(content.heading), name), column, content)
        for content in _free(contents, chosen)
        for column, names in names_of().items()
        if column not in chosen
        for name in names
        if len(name) > 2
    ]
    for score, column, content in sorted(scored, key=lambda each: (-each[0], each[2].place)):
        taken = {each.place for each, _ in chosen.values()}
        is_free = column not in chosen and content.place not in taken
        if score >= _NEAR and is_free and _fits(content, column):
            chosen[column] = (content, f"表头相近 / like a heading ({score:.0f}%)")


def _tax_ids(contents: Sequence[_Content], chosen: _Chosen) -> None:
    """Numbers of taxpayers with their check character: the one that is always the same is ours."""
    ids = [each for each in _free(contents, chosen) if each.shares["tax_id"] >= 0.6]
    for content in sorted(ids, key=lambda each: -len(each.values)):
        is_own = len(content.values) == 1 and len(content.cells) > 1
        order = [Column.SELLER_TAX_ID, Column.BUYER_TAX_ID]
        for column in order[::-1] if is_own else order:
            if column not in chosen:
                chosen[column] = (content, "校验位正确的税号 / tax ids that check")
                break


def _by_content(contents: Sequence[_Content], chosen: _Chosen) -> None:
    remark = chosen.get(Column.REMARK)
    if remark and Column.SUMMARY not in chosen and remark[0].shares["mention"] >= 0.2:
        # a column of remarks that names invoices is where they are looked for
        chosen[Column.SUMMARY] = chosen.pop(Column.REMARK)
    for name, (column, why) in _BY_CONTENT.items():
        fitting = [
            each
            for each in _free(contents, chosen)
            if each.shares[name] >= (0.2 if name == "mention" else 0.6)
        ]
        if (
            fitting
            and column not in chosen
            and not (column is Column.NUMBER and Column.NUMBER_20 in chosen and name == "digital")
        ):
            best = max(fitting, key=lambda each: (each.shares[name], -each.place))
            chosen[column] = (best, f"内容 / content: {why}")


def _dates(contents: Sequence[_Content], chosen: _Chosen) -> None:
    if chosen.keys() & {Column.DATE, Column.LOOSE_DATE, Column.POSTED}:
        return
    dates = [each for each in _free(contents, chosen) if each.shares["date"] >= 0.6]
    if dates:
        chosen[Column.LOOSE_DATE] = (dates[0], "内容 / content: 日期 / dates")


def _sums(contents: Sequence[_Content], chosen: _Chosen) -> None:
    """Three columns of money where the first two make the third: amount, tax, total.

    What a heading says stays; where there is only one column of money, it is the total.
    """
    if chosen.keys() & _BOOKS:
        return
    said = {content.place: column for column, (content, _) in chosen.items() if column in _SUMS}
    free = [each for each in _free(contents, chosen) if each.shares["money"] >= 0.6]
    sums = [*(chosen[column][0] for column in said.values()), *free[:6]]
    for trio in permutations(sums, 3):
        agrees = all(
            said.get(each.place, column) is column for each, column in zip(trio, _SUMS, strict=True)
        )
        if agrees and _adds_up(trio):
            for column, content in zip(_SUMS, trio, strict=True):
                chosen.setdefault(column, (content, "金额 + 税额 = 价税合计 / the sums hold"))
            return
    if len(sums) == 1 and not said:
        chosen[Column.TOTAL] = (sums[0], "内容 / content: 金额 / money")


def _adds_up(trio: Sequence[_Content]) -> bool:
    """Whether the third is the sum of the others in most rows, the second being the smaller."""
    rows = zip(*([money_of(cell) for cell in each.cells] for each in trio), strict=False)
    known = [(a, t, g) for a, t, g in rows if a is not None and t is not None and g is not None]
    holds = sum(abs(a + t - g) <= _CENT and abs(a) >= abs(t) for a, t, g in known)
    return bool(known) and holds >= 0.8 * len(known) and any(t for _, t, _ in known)


def _sides(contents: Sequence[_Content], chosen: _Chosen) -> None:
    """A column that says debit or credit beside one of money."""
    if Column.DEBIT in chosen or Column.CREDIT in chosen:
        return
    if Column.SIDE not in chosen:
        for content in _free(contents, chosen):
            if any(content.values == pair[0] | pair[1] for pair in _SIDES):
                chosen[Column.SIDE] = (content, "借贷方向 / sides")
                break
    if Column.SIDE in chosen:
        values = chosen[Column.SIDE][0].values
        if not any(values <= pair[0] | pair[1] for pair in _SIDES):
            del chosen[Column.SIDE]
            return
        for column in (Column.TOTAL, Column.AMOUNT):
            if column in chosen and Column.BOOKED not in chosen:
                chosen[Column.BOOKED] = chosen.pop(column)
