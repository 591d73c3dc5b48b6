"""深圳电子普通发票 on the blockchain: a VAT invoice whose QR is an address (domain.md 2.3)."""

import re
from decimal import Decimal

from models.invoice import FieldName
from models.page import Source
from models.taxqr import BlockchainQr, parse_blockchain_qr
from ocr.extract.amounts import find_amounts
from ocr.extract.items import is_list_note, line_sums
from ocr.extract.sheet import LABELLED, Seen, run, seen
from ocr.forms.case import Case, FormReading
from ocr.labels import Label
from ocr.resolve.evidence import Verdict
from ocr.resolve.identity import decide_identity
from ocr.resolve.money import Witnesses, decide_money

_CHECK_CODE = re.compile(r"[0-9a-fA-F]{5}")
_QR_TRUST = 0.99
"""A QR code is read whole or not at all: its blocks carry their own check."""


def read_blockchain(case: Case) -> FormReading:
    """What the VAT layout gave, held against the number, total and hash in the QR's address."""
    qr = parse_blockchain_qr(case.code.payload) if case.code else None
    verdicts = dict(case.verdicts)
    number = verdicts.get(FieldName.NUMBER)
    read = [number.winner, *number.losers] if number else []
    decided = {
        FieldName.NUMBER: decide_identity(read, _stated(case, qr.number if qr else None)),
        FieldName.CHECK_CODE: decide_identity(
            _check_codes(case), _stated(case, qr.check_code if qr else None)
        ),
    }
    verdicts |= {name: verdict for name, verdict in decided.items() if verdict is not None}
    verdicts |= _money(case, qr)
    return FormReading(verdicts, case.items, case.extra)


def _stated(case: Case, value: str | None) -> Seen | None:
    if case.code is None or not value:
        return None
    return Seen(value, value, Source.QR, _QR_TRUST, case.code.box)


def _check_codes(case: Case) -> list[Seen]:
    """校验码, the last five characters of the hash."""
    found = []
    for label in case.sheet.labels(Label.CHECK_CODE):
        words = run(case.sheet.right_of(label))
        text = "".join(word.text for word in words)
        if _CHECK_CODE.fullmatch(text):
            found.append(seen(words, text.lower(), LABELLED))
    return found


def _money(case: Case, qr: BlockchainQr | None) -> dict[FieldName, Verdict]:
    amounts = find_amounts(case.sheet)
    listed = bool(case.items) and not any(is_list_note(item) for item in case.items)
    sums = line_sums(case.items) if listed else None
    witnesses = Witnesses(
        capital=Decimal(amounts.capital.value) if amounts.capital else None,
        qr=qr.total if qr else None,
        qr_is_total=True if qr else None,
        line_amounts=sums[0] if sums else None,
        line_taxes=sums[1] if sums else None,
    )
    return decide_money(amounts, witnesses)
