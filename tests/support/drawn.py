"""What `benchmarks.scale_match` draws, as documents and a ledger to keep."""

import datetime
from decimal import Decimal

from benchmarks.scale_match import Drawn
from models.document import Document, ReadStatus
from models.invoice import Invoice
from models.ledger import LedgerEntry
from piaohe.store import Store
from reconcile import EntryFacts, InvoiceFacts


def invoice_of(facts: InvoiceFacts) -> Invoice:
    second = {"second_number": facts.short} if facts.long and facts.short else {}
    return Invoice.model_validate(
        {
            "form": facts.form,
            "number": facts.long or facts.short,
            "code": facts.code,
            "extra": second,
        }
        | _shared(facts)
    )


def entry_of(facts: EntryFacts) -> LedgerEntry:
    remark = "；".join(f"被红冲蓝字数电发票号码：{key}" for key in facts.red_of) or None
    return LedgerEntry.model_validate(
        {
            "source": facts.source,
            "sheet": facts.sheet,
            "row": facts.row,
            "number": facts.long or facts.short,
            "code": facts.code,
            "paper_number": facts.short if facts.long else None,
            "damaged_number": facts.damaged,
            "status": facts.status,
            "voucher_no": facts.voucher_no,
            "kind": facts.kind,
            "remark": remark,
            "positive": not facts.red_of,
        }
        | _shared(facts)
    )


def document_of(sha256: str, *facts: InvoiceFacts) -> Document:
    """A document that holds these invoices."""
    return Document(
        file=f"{sha256[:8]}.pdf",
        sha256=sha256,
        seconds=0.0,
        status=ReadStatus.OK,
        invoices=tuple(invoice_of(each) for each in facts),
    )


def about(drawn: Drawn) -> dict[str, object]:
    """What the drawn ledger is, as a `Ledger` has it."""
    one = drawn.about()[0]
    return {"source": one.source, "layout": one.layout, "coverage": one.coverage}


def _shared(facts: InvoiceFacts | EntryFacts) -> dict[str, object]:
    money = {
        name: None if value is None else Decimal(value) / 100
        for name, value in (("amount", facts.amount), ("tax", facts.tax), ("total", facts.total))
    }
    names = ("date", "seller_tax_id", "seller_name", "buyer_tax_id", "buyer_name")
    return money | {name: getattr(facts, name) for name in names}


def kept_document(store: Store, at: datetime.datetime, name: str, *invoices: Invoice) -> list[str]:
    """Keep a document with these invoices; gives their ids."""
    sha256 = store.originals.put(name.encode())
    document = document_of(sha256).model_copy(update={"invoices": invoices})
    with store.unit_of_work() as work:
        work.documents.add(document, received_at=at, size=1)
    return [f"{sha256}-{at_}" for at_ in range(len(invoices))]
