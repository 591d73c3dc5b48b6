"""The documents of another hand state labels that hold: forms, sums, check characters, places."""

from decimal import Decimal

import pytest

from benchmarks.layouts.documents import HALVES, Laid, documents
from models.forms import Form
from models.identifiers import check_character_holds
from models.kind import NON_INVOICES

LAID = [laid for half in HALVES for laid in documents(half)]


@pytest.mark.parametrize("laid", LAID, ids=[laid.name for laid in LAID])
def test_a_label_holds(laid: Laid) -> None:
    label = laid.label
    assert laid.kind in {"pdf", "screenshot", "scan", "photo"}
    if "attachment" in label:
        assert label["attachment"] in NON_INVOICES
        return
    assert label["type"] == Form(label["form"]).type
    assert label["number"] in laid.html.replace(" ", "")
    if "amount" in label:
        parts = Decimal(label["amount"]) + Decimal(label.get("tax", "0"))
        assert parts == Decimal(label["total"])
        lines = label.get("items", ())
        assert not lines or sum(Decimal(line["amount"]) for line in lines) == Decimal(
            label["amount"]
        )
    for field in ("buyer_tax_id", "seller_tax_id"):
        if field in label:
            assert check_character_holds(label[field])


def test_no_name_is_in_both_halves() -> None:
    names = [laid.name for laid in LAID]
    assert len(names) == len(set(names)) >= 56
