"""The other side of the documents: tax-bureau exports and ledgers that list them.

    data = tax_export(truths)                    # 全量发票查询导出结果
    planted = plant(pile(seed=1), seed=1)        # ledgers with every cause of domain.md 6.4

Everything is deterministic and invented.
"""

from synth.ledgers.bookings import Booking, Voucher, vouchers
from synth.ledgers.causes import CAUSES, plant, write_ledgers
from synth.ledgers.deduction import DEDUCTION_HEADINGS, deduction_export
from synth.ledgers.entry import Entry, invoice_of
from synth.ledgers.erp import System, erp_csv, erp_xlsx
from synth.ledgers.pile import pile
from synth.ledgers.planted import Answer, Expected, Planted, Run
from synth.ledgers.register import Slip, Typed, register_csv, register_xlsx
from synth.ledgers.tax_export import BASE_HEADINGS, LINE_HEADINGS, Trap, tax_export

__all__ = [
    "BASE_HEADINGS",
    "CAUSES",
    "DEDUCTION_HEADINGS",
    "LINE_HEADINGS",
    "Answer",
    "Booking",
    "Entry",
    "Expected",
    "Planted",
    "Run",
    "Slip",
    "System",
    "Trap",
    "Typed",
    "Voucher",
    "deduction_export",
    "erp_csv",
    "erp_xlsx",
    "invoice_of",
    "pile",
    "plant",
    "register_csv",
    "register_xlsx",
    "tax_export",
    "vouchers",
    "write_ledgers",
]
