"""Invoices and ledger entries to match in tests: the same by default. Parties are invented."""

import datetime
from decimal import Decimal

from models.forms import Form
from models.invoice import Invoice
from models.ledger import Ledger, LedgerEntry, LedgerStatus
from models.match import Match
from reconcile import Keyed, Options, match

NUMBER = "26447000001243494438"
OWN = "91110108MA01ABCD5T"
SELLER = "91440300MA5XYT123G"
OTHER = "91310000MA1FL0B15M"
NOW = datetime.datetime(2026, 6, 30, 4, 0, tzinfo=datetime.UTC)
DAY = datetime.date(2026, 1, 2)
SAME = {
    "number": NUMBER,
    "date": DAY,
    "amount": Decimal("1000.00"),
    "tax": Decimal("60.00"),
    "total": Decimal("1060.00"),
    "seller_name": "深圳市云杉测试科技有限公司",
    "seller_tax_id": SELLER,
    "buyer_name": "北京青禾测试有限公司",
    "buyer_tax_id": OWN,
}
PAPER = {"number": "00015045", "code": "4400194130"}


def invoice(**changed: object) -> Invoice:
    return Invoice.model_validate({"form": Form.DZ_NORMAL} | SAME | changed)


def entry(row: int = 2, source: str = "tax.xlsx", **changed: object) -> LedgerEntry:
    values = {"source": source, "row": row, "status": LedgerStatus.NORMAL} | SAME | changed
    return LedgerEntry.model_validate(values)


def ledger(*entries: LedgerEntry, layout: str = "etax_invoices", **more: object) -> Ledger:
    return Ledger.model_validate(
        {"source": "tax.xlsx", "layout": layout, "entries": entries} | more
    )


def options(**changed: object) -> Options:
    return Options.model_validate({"now": NOW} | changed)


def run(
    invoices: list[Invoice], entries: list[LedgerEntry], given: Options | None = None
) -> list[Match]:
    keyed = [Keyed(key=f"f{place}", invoice=each) for place, each in enumerate(invoices)]
    return match(keyed, [ledger(*entries)], given or options())


def one(ours: Invoice, *entries: LedgerEntry) -> Match:
    return run([ours], list(entries))[0]


FILLER = {
    "number": "26117000009999999999",
    "total": Decimal("1.00"),
    "amount": None,
    "tax": None,
    "seller_name": "无关测试公司",
    "seller_tax_id": OTHER,
}
