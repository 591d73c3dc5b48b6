"""A report with one of everything, for the tests of what reports print."""

import datetime
from decimal import Decimal

import numpy as np

from models.document import Attachment, Document, ReadStatus
from models.errors import ErrorRecord
from models.finding import Finding, NotEvaluated, RulesRun, Severity, Status
from models.forms import Form
from models.geometry import Box
from models.invoice import Candidate, Evidence, Extra, FieldName, Invoice, LineItem
from models.ledger import Coverage, Ledger, LedgerEntry, LedgerStatus
from models.match import Match, MatchCandidate, MatchState, Side
from models.page import Page, Source
from piaohe.report import Item, Report, Unclaimed

NUMBER = "26112000000012345678"
MADE_AT = datetime.datetime(2026, 6, 30, 16, 5, tzinfo=datetime.UTC)


def page(width: int = 400, height: int = 200) -> Page:
    """A page whose left half is black and whose right half is white."""
    whole = np.zeros((height, width, 3), np.uint8)
    whole[:, width // 2 :] = 255

    def part(box: Box, scale: float) -> np.ndarray:
        step = round(1 / scale)
        return whole[int(box.y0) : int(box.y1) : step, int(box.x0) : int(box.x1) : step]

    return Page(
        index=0,
        width=width,
        height=height,
        text=(),
        draw=lambda scale: part(Box(0, 0, width, height), scale),
        draw_part=part,
    )


def invoice(**changes: object) -> Invoice:
    """A 数电普票 that lacks nothing; `changes` replace its values."""
    number = Evidence(
        value=NUMBER,
        raw=NUMBER,
        source=Source.OCR,
        confidence=0.72,
        page=0,
        box=Box(10, 20, 110, 40),
        confirmed_by=("qr",),
        corrected_by="qr",
        candidates=(
            Candidate(value="2611200000001234567B", raw="", source=Source.OCR, confidence=0.5),
        ),
    )
    made = Invoice.from_evidence(
        Form.DZ_NORMAL,
        {FieldName.NUMBER: number},
        items=(LineItem(name="*餐饮服务*餐费", amount=Decimal("100.00"), tax=Decimal("6.00")),),
        extra=Extra(remark="备注甲"),
    )
    values = {
        "date": datetime.date(2026, 5, 4),
        "amount": Decimal("100.00"),
        "tax": Decimal("6.00"),
        "total": Decimal("106.00"),
        "seller_name": "示例餐饮有限公司",
        "status": Status.ACCEPTED,
        "rules": RulesRun(evaluated=9, not_evaluated=(NotEvaluated(rule="R-X-01", why="缺少甲"),)),
    }
    return made.model_copy(update=values | changes)


def document(*invoices: Invoice, file: str = "a.pdf", **changes: object) -> Document:
    made = Document(
        file=file, sha256="0" * 64, seconds=1, status=ReadStatus.OK, invoices=tuple(invoices)
    )
    return made.model_copy(update=changes)


def failed(file: str = "locked.pdf") -> Document:
    error = ErrorRecord(
        code="encrypted_pdf",
        message="有密码",
        hint="去掉密码",
        message_en="locked",
        hint_en="unlock",
    )
    return document(file=file, status=ReadStatus.FAILED, error=error)


def match(state: MatchState = MatchState.EXACT, **changes: object) -> Match:
    made = Match(
        side=Side.INVOICE, key=NUMBER, state=state, message="与台账一致", message_en="agrees"
    )
    return made.model_copy(update=changes)


def entry(number: str = "26112000000099999999", row: int = 7) -> LedgerEntry:
    return LedgerEntry(
        source="ledger.xlsx",
        sheet="S",
        row=row,
        number=number,
        total=Decimal("5.50"),
        status=LedgerStatus.NORMAL,
    )


def report(*items: Item) -> Report:
    """Accepted and exact, rejected and different, failed, an attachment; one entry left over."""
    wrong = Finding(
        rule="R-AMT-01",
        severity=Severity.REJECT,
        field="total",
        message="合计不符",
        message_en="does not add up",
        expected="106.00",
        actual="107.00",
    )
    differs = MatchCandidate(key="k", score=1, differences={"total": ("107.00", "106.00")})
    every = items or (
        Item(document(invoice()), (match(),), known=True),
        Item(
            document(
                invoice(total=Decimal("107.00"), status=Status.REJECTED, findings=(wrong,)),
                file="b.jpg",
            ),
            (
                match(
                    MatchState.MISMATCH,
                    cause="N5",
                    action="核对后更正",
                    action_en="compare",
                    candidates=(differs,),
                ),
            ),
        ),
        Item(failed()),
        Item(document(file="trip.pdf", attachments=(Attachment(page=0, what="trip_list"),))),
    )
    left = match(MatchState.MISSING, side=Side.LEDGER, key=entry().key, message="没有对应的文件")
    ledger = Ledger(
        source="ledger.xlsx",
        layout="plain",
        entries=(entry(),),
        coverage=Coverage(first=datetime.date(2026, 5, 1)),
    )
    return Report(
        folder="五月",
        made_at=MADE_AT,
        items=every,
        unclaimed=[Unclaimed(left, entry())],
        ledgers=[ledger],
        version="1.2.3",
    )
