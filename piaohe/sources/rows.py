"""One row to one ledger entry, or to several where a summary names several invoices."""

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal

from models.ledger import LedgerEntry, LedgerStatus
from models.text import squash
from piaohe.sources.cells import (
    UNCACHED,
    Cell,
    NumberReading,
    date_of,
    is_blank,
    money_of,
    number_of,
    optional_text,
    text_of,
)
from piaohe.sources.columns import Column, Header, column_of
from piaohe.sources.failures import ledger_error
from piaohe.sources.mentions import glued_code, mentions_in
from piaohe.sources.problems import Problems
from piaohe.sources.profile import Side
from piaohe.sources.tables import Row, Table

_TOTAL_ROW = re.compile(
    r"^(?:合计|小计|总计|本页合计|本月合计|本年累计|total|subtotal)", re.IGNORECASE
)
_PAYERS = re.compile(r"(?:100[12]|1012|1123|1221|2202|2203|2241)")
"""Accounts that pay an invoice: cash, bank, advances, payables (企业会计准则's account numbers)."""
_NEEDED = (
    Column.NUMBER_20,
    Column.NUMBER,
    Column.CODE,
    Column.AMOUNT,
    Column.TAX,
    Column.TOTAL,
    Column.DEBIT,
    Column.CREDIT,
    Column.BOOKED,
)


_DEBIT = ("借", "借方", "S", "D", "DR", "DEBIT", "1")
_CREDIT = ("贷", "贷方", "H", "C", "CR", "CREDIT", "0", "-1")


class RowReader:
    """Reads the rows of one sheet under its header, noting what is wrong with them."""

    def __init__(self, source: str, table: Table, header: Header, problems: Problems) -> None:
        self._source = source
        self._table = table
        self._places = header.places
        self._side = header.profile.side if header.profile else Side()
        self._is_journal = header.layout == "journal"
        self._problems = problems

    def cell(self, row: Row, column: Column) -> Cell:
        """The cell of a column, None where the sheet or the row does not have it."""
        place = self._places.get(column)
        return row.cells[place] if place is not None and place < len(row.cells) else None

    def has(self, column: Column) -> bool:
        return column in self._places

    def entries(self, row: Row) -> Iterator[LedgerEntry]:
        """The entries of a row; none for totals, repeated headings and rows that say nothing."""
        if self._is_decoration(row) or self._is_broken(row):
            return
        self._refuse_uncached(row)
        number, code, paper, damaged = self._identity(row)
        if damaged or (number and number.isalnum()):
            yield self._entry(row, number=number, code=code, paper=paper, damaged=damaged)
            return
        found = mentions_in(number or text_of(self.cell(row, Column.SUMMARY)))
        if not found and not number:
            number, damaged = self._referred(row)
        if len(found) == 1:
            yield self._entry(row, number=found[0].number, code=code or found[0].code)
        elif found:
            # which share of the row's money is whose cannot be known
            for each in found:
                entry = self._entry(row, number=each.number, code=each.code)
                yield entry.model_copy(update={"amount": None, "tax": None, "total": None})
        elif number or damaged or self._is_worth_keeping(row):
            yield self._entry(row, number=number, code=code, damaged=damaged)
        elif not self._is_journal:
            self._problems.add("row_without_number", self._table.name, row.number)

    def booked(self, row: Row) -> tuple[Decimal | None, Decimal | None]:
        """What a row of a journal books, debit and credit; None where it says nothing."""
        if Column.SIDE not in self._places:
            return money_of(self.cell(row, Column.DEBIT)), money_of(self.cell(row, Column.CREDIT))
        amount = money_of(self.cell(row, Column.BOOKED))
        said = text_of(self.cell(row, Column.SIDE)).upper()
        if said in (self._side.debit or _DEBIT):
            return amount, None
        if said in (self._side.credit or _CREDIT):
            return None, amount
        if not is_blank(self.cell(row, Column.SIDE)):
            self._problems.add("side_unknown", self._table.name, row.number, said)
        return None, None

    def pays(self, row: Row) -> bool | None:
        """Whether a row of a journal books on an account that pays; None where it says none."""
        account = text_of(self.cell(row, Column.ACCOUNT))
        return bool(_PAYERS.match(account)) if account else None

    @property
    def is_unsigned(self) -> bool:
        """Whether the side stands in a column of its own, so that money may carry no sign."""
        return Column.SIDE in self._places

    def _referred(self, row: Row) -> tuple[str | None, str | None]:
        """The number in a column of references, whole or with digits that did not fit (SAP's
        XBLNR takes 16 characters of 20)."""
        said = text_of(self.cell(row, Column.REFERENCE)).replace(" ", "")
        if re.fullmatch(r"\d{20}|\d{8}", said):
            return said, None
        if re.fullmatch(r"\d{16}", said):
            self._problems.add("number_shortened", self._table.name, row.number, said)
            return None, said
        return None, None

    def _is_broken(self, row: Row) -> bool:
        """Say what is odd about how a row is written; one whose cells are in doubt is left out."""
        if row.oddity is None:
            return False
        place = f"{row.oddity.column}" if row.oddity.column else ""
        what = f"{row.oddity.what}（第 {place} 列 / column {place}）" if place else row.oddity.what
        self._problems.add(row.oddity.code, self._table.name, row.number, what)
        return row.oddity.code in {"file_cut_off", "row_too_wide"}

    def _is_decoration(self, row: Row) -> bool:
        if all(column_of(self.cell(row, column)) is column for column in list(self._places)[:3]):
            return True
        if all(is_blank(self.cell(row, column)) for column in self._places):
            return True
        first = next((text_of(cell) for cell in row.cells if not is_blank(cell)), "")
        return bool(_TOTAL_ROW.match(squash(first))) and not any(
            re.search(r"\d", text_of(self.cell(row, column)))
            for column in (Column.NUMBER_20, Column.NUMBER, Column.SUMMARY)
        )

    def _refuse_uncached(self, row: Row) -> None:
        for column in _NEEDED:
            if self.cell(row, column) is UNCACHED:
                place = f"{self._table.name}!{column.value.split()[0]} {row.number}"
                raise ledger_error("formula_without_value", place=place)

    def _is_worth_keeping(self, row: Row) -> bool:
        """Without a number an entry still helps where it says how much, and when or who."""
        if self._is_journal:
            return False
        money = (Column.TOTAL, Column.AMOUNT)
        who = (Column.DATE, Column.LOOSE_DATE, Column.SELLER_NAME, Column.SELLER_TAX_ID)
        return any(money_of(self.cell(row, column)) is not None for column in money) and any(
            not is_blank(self.cell(row, column)) for column in who
        )

    def _identity(self, row: Row) -> tuple[str | None, str | None, str | None, str | None]:
        """Number, code, paper number and damaged number of a row, restored where that is sure."""
        typed = self._table.typed
        long = number_of(self.cell(row, Column.NUMBER_20), typed=typed)
        short = number_of(self.cell(row, Column.NUMBER), typed=typed)
        code = self._restored_code(row, number_of(self.cell(row, Column.CODE), typed=typed))
        number = self._restored_number(row, short, has_code=code is not None)
        if number and (glued := glued_code(number)):
            code, number = glued.code, glued.number
        damaged = long.damaged or (short.damaged if not long.value else None)
        if damaged:
            self._problems.add("number_damaged", self._table.name, row.number, damaged)
        if long.value:
            return long.value, code, number if number != long.value else None, None
        if long.damaged:
            return None, code, number, damaged
        return number, code, None, damaged

    def _restored_number(self, row: Row, read: NumberReading, *, has_code: bool) -> str | None:
        value = read.value
        if value and read.loose and len(value) < 8 and (has_code or len(value) >= 5):
            self._problems.add("number_restored", self._table.name, row.number, value.zfill(8))
            return value.zfill(8)
        return value

    def _restored_code(self, row: Row, read: NumberReading) -> str | None:
        if read.damaged:
            self._problems.add("code_damaged", self._table.name, row.number, read.damaged)
        value = read.value
        # a code of 12 digits may begin with one 0, a code of 10 never does
        if value and read.loose and len(value) == 11:
            self._problems.add("number_restored", self._table.name, row.number, "0" + value)
            return "0" + value
        return value

    def _entry(
        self,
        row: Row,
        *,
        number: str | None = None,
        code: str | None = None,
        paper: str | None = None,
        damaged: str | None = None,
    ) -> LedgerEntry:
        total = self._money(row, Column.TOTAL)
        amount = self._money(row, Column.AMOUNT)
        status = text_of(self.cell(row, Column.STATUS))
        figure = total if total is not None else amount
        return LedgerEntry(
            source=self._source,
            sheet=self._table.name,
            row=row.number,
            number=number,
            code=code,
            paper_number=paper,
            damaged_number=damaged,
            date=self._date(row),
            amount=amount,
            tax=self._money(row, Column.TAX),
            total=total,
            buyer_name=self._text(row, Column.BUYER_NAME),
            buyer_tax_id=self._tax_id(row, Column.BUYER_TAX_ID),
            seller_name=self._text(row, Column.SELLER_NAME),
            seller_tax_id=self._tax_id(row, Column.SELLER_TAX_ID),
            kind=self._text(row, Column.KIND),
            status=status_of(status),
            positive=self._is_positive(row, figure),
            risk=self._text(row, Column.RISK),
            remark=self._text(row, Column.REMARK) or self._text(row, Column.SUMMARY),
            voucher_no=self._voucher(row),
            selected=self._selected(row),
        )

    def _voucher(self, row: Row) -> str | None:
        """The voucher's number behind its word, as it is printed: 记-12."""
        number, word = self._text(row, Column.VOUCHER), self._text(row, Column.VOUCHER_WORD)
        return f"{word}-{number}" if number and word else number

    def _selected(self, row: Row) -> bool | None:
        """Whether it is ticked for deduction; that there is a time of ticking says so too."""
        if Column.TICKED in self._places:
            return selected_of(text_of(self.cell(row, Column.TICKED)))
        return True if text_of(self.cell(row, Column.TICKED_AT)) else None

    def _text(self, row: Row, column: Column) -> str | None:
        return optional_text(self.cell(row, column))

    def _tax_id(self, row: Row, column: Column) -> str | None:
        """A tax id as text; one kept as a number that lost digits is dropped."""
        return number_of(self.cell(row, column), typed=self._table.typed).value

    def _money(self, row: Row, column: Column) -> Decimal | None:
        cell = self.cell(row, column)
        value = money_of(cell)
        if (
            value is None
            and not is_blank(cell)
            and not (column is Column.TAX and re.search("免税|不征税|零税率", text_of(cell)))
        ):
            self._unreadable("amount_unreadable", row, column)
        return value

    def _unreadable(self, code: str, row: Row, column: Column) -> None:
        """Say which column it is, by its name and its place from 1."""
        what = (
            f"{text_of(self.cell(row, column))[:30]}（{column.value}, {self._places[column] + 1}）"
        )
        self._problems.add(code, self._table.name, row.number, what)

    def _date(self, row: Row) -> datetime.date | None:
        column = Column.DATE
        if column not in self._places and not self._is_journal:
            # in a journal a bare "date" is the day of posting, which says nothing of the invoice
            column = Column.LOOSE_DATE
        cell = self.cell(row, column)
        value = date_of(cell, since_1904=self._table.since_1904)
        if value is None and not is_blank(cell):
            self._unreadable("date_unreadable", row, column)
        return value

    def _is_positive(self, row: Row, figure: Decimal | None) -> bool:
        said = text_of(self.cell(row, Column.POSITIVE)).lower()
        if said:
            return said not in {"否", "n", "no", "false", "0"}
        return figure is None or figure >= 0


def status_of(text: str) -> LedgerStatus:
    """The state an export's 发票状态 stands for; matched by what it contains."""
    if "红冲" in text:
        if "部分" in text:
            return LedgerStatus.RED_PART
        return LedgerStatus.RED_FULL if "全" in text else LedgerStatus.RED
    if "作废" in text or text.lower() in {"void", "voided", "cancelled"}:
        return LedgerStatus.VOID
    if "异常" in text or "失控" in text:
        return LedgerStatus.ABNORMAL
    return LedgerStatus.NORMAL if text.lower() in {"正常", "normal"} else LedgerStatus.UNKNOWN


def selected_of(text: str) -> bool | None:
    """Whether a 勾选状态 says that the tax is claimed; None where it says something else.

    Ticked as 不抵扣 or for 退税 is not ticked for deduction; what was taken out again (转出) is
    not said to be either.
    """
    said = squash(text)
    if re.search("未|待|不|撤销|退税", said) or said.lower() in {"否", "n", "no", "false", "0"}:
        return False
    if "转出" in said:
        return None
    is_yes = said.lower() in {"是", "y", "yes", "true", "1"}
    return True if is_yes or re.match("(?:申报)?已|抵扣|勾选", said) else None
