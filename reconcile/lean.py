"""Facts straight from the JSON of a kept record, for a million of them.

The outcome is that of `invoice_facts` and `entry_facts` on the record; a whole record takes
several times as long to make and to hold. Older records may lack what came later.
"""

import datetime
import sys
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic_core import from_json

from models.finding import Severity
from models.forms import Form, InvoiceType
from models.ledger import LedgerStatus
from reconcile.facts import (
    EntryFacts,
    InvoiceFacts,
    Money,
    clean_name,
    clean_number,
    clean_tax_id,
    entry_identity,
    fen_of,
    identity,
    qr_contradictions,
    red_numbers,
)

_STATUS = {status.value: status for status in LedgerStatus}
_FORMS = {form.value: form for form in Form}
_TYPES = {type_.value: type_ for type_ in InvoiceType}
_DIGITS_OF_MONEY = 12
"""Less than this many digits of fen are money for sure."""


class Lean(NamedTuple):
    """An invoice's facts, its number as it was read, and the rules it broke."""

    facts: InvoiceFacts
    number: str | None = None
    rules: tuple[str, ...] = ()


def invoice_of_json(key: str, record: str) -> Lean:
    """The facts of an `Invoice`, from its JSON."""
    said = from_json(record)
    extra = said.get("extra") or {}
    findings = said.get("findings") or ()
    number, second = said.get("number"), extra.get("second_number")
    long, short, code = identity((number, said.get("code")), (second, extra.get("second_code")))
    heavy = [each["rule"] for each in findings if each["severity"] != Severity.INFO.value]
    facts = InvoiceFacts(
        key,
        long,
        short,
        code,
        _date(said.get("date")),
        *_money(said),
        *_parties(said),
        _FORMS.get(said.get("form")),
        _TYPES[said.get("type", InvoiceType.OTHER.value)],
        qr_contradictions(heavy, extra.get("qr_crc")) if heavy else (),
        clean_name(extra.get("issued_for")),
        extra.get("red_of"),
    )
    return Lean(facts, number, tuple(sys.intern(each["rule"]) for each in findings))


def entry_of_json(record: str) -> EntryFacts:
    """The facts of a `LedgerEntry`, from its JSON. What many have in common is held once."""
    said = from_json(record, cache_strings="all")
    get = said.get
    remark, voucher = get("remark"), get("voucher_no")
    booked = _fen(get("shared_total"))
    line = get("shared_line")
    return EntryFacts(
        _once(said["source"]) or "",
        _once(get("sheet")) or "",
        said["row"],
        *entry_identity(
            clean_number(get("number")), clean_number(get("paper_number")), get("code")
        ),
        _date(get("date")),
        *_money(said),
        *_parties(said),
        _STATUS[get("status", LedgerStatus.UNKNOWN.value)],
        get("damaged_number"),
        voucher,
        _once(get("risk")),
        _once(get("kind")),
        red_numbers(remark, is_red=not get("positive", True)) if remark else (),
        (line, booked) if line is not None and isinstance(booked, int) else None,
        get("selected"),
    )


def _parties(said: Mapping[str, Any]) -> tuple[str | None, str | None, str | None, str | None]:
    return (
        clean_tax_id(said.get("seller_tax_id")),
        clean_name(said.get("seller_name")),
        clean_tax_id(said.get("buyer_tax_id")),
        clean_name(said.get("buyer_name")),
    )


def _money(said: Mapping[str, Any]) -> tuple[Money | None, Money | None, Money | None]:
    return _fen(said.get("amount")), _fen(said.get("tax")), _fen(said.get("total"))


def _fen(text: str | None) -> Money | None:
    """Money as JSON has it, "282.86", in fen."""
    if text is None:
        return None
    if text[-3:-2] == "." and len(text) <= _DIGITS_OF_MONEY:
        digits = text[:-3] + text[-2:]
        if digits.isdecimal():
            return int(digits)
    return fen_of(Decimal(text))


def _date(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _once(text: str | None) -> str | None:
    return sys.intern(text) if text else text
