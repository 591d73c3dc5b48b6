"""Documents of people, kept as if they had been read, for tests of claims."""

import hashlib

import validate
from models.document import Document, ReadStatus
from models.invoice import Invoice
from piaohe.store import Store
from piaohe.store.invoices import invoice_id
from tests.support.web import Site
from validate.examples import build, digital

NUMBER = "26112000000012345678"


def an_invoice(number: str = NUMBER, **changes: object) -> Invoice:
    """A clean invoice of 1272.00 with another number."""
    made, _ = build(digital(**({"number": number, "qr": None} | changes)))
    return made


def hand_in(site: Site, login: str, *invoices: Invoice, text: str = "") -> str:
    """Keep a document that somebody (who is made elsewhere) handed in; gives its SHA-256."""
    data = f"{login}{text}{[one.number for one in invoices]}".encode()
    sha256 = hashlib.sha256(data).hexdigest()
    now = site.clock()
    document = Document(
        file=f"{text or 'a'}.pdf",
        sha256=sha256,
        seconds=0,
        status=ReadStatus.OK if invoices else ReadStatus.FAILED,
        invoices=tuple(validate.check(one, validate.Context(now.date())) for one in invoices),
    )
    site.store.originals.put(data)
    with site.store.unit_of_work() as work:
        person = work.people.named(login)
        assert person is not None
        work.uploads.add(sha256, person.id, f"{text or 'a'}.pdf", len(data), now)
        work.documents.add(document, received_at=now, size=len(data), kind="pdf")
    return sha256


def rules_of(store: Store, sha256: str, index: int = 0) -> set[str]:
    """The rules that found something on a kept invoice."""
    with store.reading() as work:
        invoice = work.invoices.get(invoice_id(sha256, index))
    assert invoice is not None
    return {finding.rule for finding in invoice.findings}
