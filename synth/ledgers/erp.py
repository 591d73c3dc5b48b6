"""Ledgers of accounting systems: their vouchers in the columns each has (domain.md 6.5)."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from synth.ledgers.bookings import Booking, Voucher, vouchers
from synth.ledgers.entry import Entry, entries_of, paper_number
from synth.ledgers.workbook import Cell, Sheet, row, workbook
from synth.truth import Truth


class System(StrEnum):
    """Where the vouchers come from. Those with table names are queries on the system's tables."""

    U8 = "u8"
    """用友 U8, GL_accvouch. The number stands in the summary."""
    NC = "nc"
    """用友 NC / NC Cloud, gl_voucher joined with gl_detail; `num` is the voucher's number."""
    K3 = "k3"
    """金蝶 K/3, t_Voucher joined with t_VoucherEntry: FDC 1 is debit, 0 credit."""
    SAP = "sap"
    """SAP, BKPF joined with BSEG: SHKZG is S for debit, H for credit. XBLNR is the invoice, but
    holds 16 characters: of 20 digits the last 16. The whole number stands in SGTXT."""
    GENERIC = "generic"
    """The columns a general import asks for at least."""
    BOOK = "book"
    """The same in Chinese, the number in the summary alone."""


class _Form(NamedTuple):
    headings: tuple[str, ...]
    encoding: str


_FORMS = {
    System.U8: _Form(
        (
            "iperiod",
            "csign",
            "ino_id",
            "inid",
            "dbill_date",
            "cdigest",
            "ccode",
            "md",
            "mc",
            "cperson_id",
            "cdept_id",
            "csup_id",
            "coutno_id",
        ),
        "gb18030",
    ),
    System.NC: _Form(
        (
            "pk_voucher",
            "year",
            "period",
            "num",
            "prepareddate",
            "explanation",
            "accsubjcode",
            "debitamount",
            "creditamount",
            "assid",
        ),
        "utf-8",
    ),
    System.K3: _Form(
        (
            "FDate",
            "FYear",
            "FPeriod",
            "FNumber",
            "FExplanation",
            "FAccountID",
            "FDC",
            "FAmount",
            "FDetailID",
        ),
        "gb18030",
    ),
    System.SAP: _Form(
        (
            "BUKRS",
            "BELNR",
            "GJAHR",
            "BLDAT",
            "BUDAT",
            "XBLNR",
            "BKTXT",
            "HKONT",
            "DMBTR",
            "SHKZG",
            "MWSKZ",
            "SGTXT",
            "LIFNR",
        ),
        "utf-8",
    ),
    System.GENERIC: _Form(
        (
            "voucher_no",
            "posting_date",
            "period",
            "summary",
            "subject_code",
            "subject_name",
            "debit",
            "credit",
            "invoice_number",
            "invoice_code",
            "supplier",
            "employee",
        ),
        "utf-8-sig",
    ),
    System.BOOK: _Form(
        (
            "凭证号",
            "记账日期",
            "期间",
            "摘要",
            "科目编码",
            "科目名称",
            "借方金额",
            "贷方金额",
            "供应商",
            "经办人",
        ),
        "gb18030",
    ),
}


def headings_of(system: System) -> tuple[str, ...]:
    """The columns a system's vouchers have."""
    return _FORMS[system].headings


def erp_csv(
    given: Iterable[Truth | Entry | Voucher], system: System = System.GENERIC, *, seed: int = 0
) -> bytes:
    """A CSV of the vouchers that book these documents, in the columns and encoding of `system`.

    Documents are booked as `bookings.vouchers` does; a Voucher is written as it is. Same bytes
    every time.
    """
    form = _FORMS[system]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(form.headings)
    for values in _rows(given, system, seed):
        writer.writerow("" if cell is None else str(cell) for cell in row(form.headings, values))
    return text.getvalue().encode(form.encoding)


def erp_xlsx(
    given: Iterable[Truth | Entry | Voucher], system: System = System.GENERIC, *, seed: int = 0
) -> bytes:
    """The same as a workbook: numbers of invoices and accounts as text, money as numbers."""
    headings = _FORMS[system].headings
    body = (row(headings, values) for values in _rows(given, system, seed))
    return workbook([Sheet(title="凭证", rows=(headings, *body))])


def voucher_rows(given: Sequence[Voucher]) -> list[int]:
    """The number of the row each voucher begins in, in either file."""
    starts, at = [], 2
    for voucher in given:
        starts.append(at)
        at += len(voucher.lines)
    return starts


def _rows(
    given: Iterable[Truth | Entry | Voucher], system: System, seed: int
) -> Iterable[dict[str, Cell]]:
    several = list(given)
    ready = [each for each in several if isinstance(each, Voucher)]
    others = [each for each in several if not isinstance(each, Voucher)]
    booked = vouchers(entries_of(others), seed)
    for voucher in (*ready, *booked):
        for place, line in enumerate(voucher.lines, start=1):
            yield _WRITERS[system](voucher, line, place)


def _u8(voucher: Voucher, line: Booking, place: int) -> dict[str, Cell]:
    return {
        "iperiod": voucher.day.month,
        "csign": "记",
        "ino_id": voucher.number,
        "inid": place,
        "dbill_date": f"{voucher.day} 00:00:00",
        "cdigest": voucher.named,
        "ccode": line.account,
        "md": line.debit,
        "mc": line.credit,
    }


def _nc(voucher: Voucher, line: Booking, place: int) -> dict[str, Cell]:
    return {
        "pk_voucher": f"1001A1{voucher.day:%Y%m}{voucher.number:08d}",
        "year": f"{voucher.day.year}",
        "period": f"{voucher.day.month:02d}",
        "num": voucher.number,
        "prepareddate": voucher.day.isoformat(),
        "explanation": voucher.named,
        "accsubjcode": line.account,
        "debitamount": line.debit,
        "creditamount": line.credit,
    }


def _k3(voucher: Voucher, line: Booking, place: int) -> dict[str, Cell]:
    is_debit = line.credit == 0
    return {
        "FDate": f"{voucher.day}T00:00:00",
        "FYear": voucher.day.year,
        "FPeriod": voucher.day.month,
        "FNumber": voucher.number,
        "FExplanation": voucher.named,
        "FAccountID": line.account,
        "FDC": 1 if is_debit else 0,
        "FAmount": line.debit if is_debit else line.credit,
    }


def _sap(voucher: Voucher, line: Booking, place: int) -> dict[str, Cell]:
    truth = voucher.truths[0]
    is_debit = line.credit == 0
    amount = line.debit if is_debit else line.credit
    # SAP states no sign: a negative posting changes the side
    side = "S" if is_debit == (amount >= 0) else "H"
    return {
        "BUKRS": "1000",
        "BELNR": f"19{voucher.day:%m}{voucher.number:06d}",
        "GJAHR": voucher.day.year,
        "BLDAT": f"{truth.date or voucher.day:%Y%m%d}",
        "BUDAT": f"{voucher.day:%Y%m%d}",
        "XBLNR": truth.number[-16:],
        "BKTXT": voucher.summary[:25],
        "HKONT": line.account.ljust(10, "0"),
        "DMBTR": abs(amount),
        "SHKZG": side,
        "MWSKZ": "J1" if line.account.startswith("2221") else "J0",
        "SGTXT": f"{truth.number} {voucher.summary}"[:50],
    }


def _generic(voucher: Voucher, line: Booking, place: int) -> dict[str, Cell]:
    truth = voucher.truths[0]
    alone = len(voucher.truths) == 1
    return {
        "voucher_no": f"记-{voucher.number:04d}",
        "posting_date": voucher.day.isoformat(),
        "period": f"{voucher.day:%Y-%m}",
        "summary": voucher.summary if alone else voucher.named,
        "subject_code": line.account,
        "subject_name": line.account_name,
        "debit": _open(line.debit),
        "credit": _open(line.credit),
        "invoice_number": truth.number if alone else None,
        "invoice_code": truth.code if alone and paper_number(truth) == truth.number else None,
        "supplier": truth.seller.name if alone and truth.seller else None,
    }


def _book(voucher: Voucher, line: Booking, place: int) -> dict[str, Cell]:
    truth = voucher.truths[0]
    return {
        "凭证号": f"记-{voucher.number:04d}",
        "记账日期": f"{voucher.day.year}/{voucher.day.month}/{voucher.day.day}",
        "期间": f"{voucher.day:%Y.%m}",
        "摘要": voucher.named,
        "科目编码": line.account,
        "科目名称": line.account_name,
        "借方金额": _open(line.debit),
        "贷方金额": _open(line.credit),
        "供应商": truth.seller.name if len(voucher.truths) == 1 and truth.seller else None,
    }


def _open(amount: Decimal) -> Decimal | None:
    """Money, or nothing on the side that is not booked."""
    return amount or None


_WRITERS = {
    System.U8: _u8,
    System.NC: _nc,
    System.K3: _k3,
    System.SAP: _sap,
    System.GENERIC: _generic,
    System.BOOK: _book,
}
