"""Files that hold no invoice."""

import datetime

import pytest

import validate
from models.document import Attachment, Document, ReadStatus
from models.finding import Severity
from models.invoice import Invoice

CONTEXT = validate.Context(today=datetime.date(2026, 9, 21))


def document(*kinds: str, invoices: tuple[Invoice, ...] = ()) -> Document:
    pages = tuple(Attachment(page=at, what=what) for at, what in enumerate(kinds))
    return Document(
        file="a.pdf",
        sha256=None,
        seconds=0,
        status=ReadStatus.OK,
        attachments=pages,
        invoices=invoices,
    )


@pytest.mark.parametrize(
    ("kinds", "rules"),
    [
        ((), []),
        (("trip_list",), ["R-DOC-01"]),
        (("trip_list", "trip_list"), ["R-DOC-01"]),
        (("claim_page",), ["R-DOC-04"]),
        (("contract", "claim_page"), ["R-DOC-01", "R-DOC-04"]),
        (("something_new",), ["R-DOC-01"]),
    ],
)
def test_what_stands_in_the_place_of_an_invoice(kinds: tuple[str, ...], rules: list[str]) -> None:
    findings = validate.check_document(document(*kinds), CONTEXT)
    assert [finding.rule for finding in findings] == rules
    assert all(finding.severity is Severity.REJECT for finding in findings)


def test_a_trip_list_beside_its_invoice_is_none() -> None:
    assert not validate.check_document(document("trip_list", invoices=(Invoice(),)), CONTEXT)


def test_a_policy_may_weigh_it_otherwise() -> None:
    lenient = validate.Policy(severity={"R-DOC-01": Severity.INFO})
    context = validate.Context(today=CONTEXT.today, policy=lenient)
    (finding,) = validate.check_document(document("trip_list"), context)
    assert finding.severity is Severity.INFO
