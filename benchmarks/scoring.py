"""Labels against readings: which invoice is which, and which of its fields are right."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from models.text import squash

FIELDS = (
    "type",
    "code",
    "number",
    "date",
    "amount",
    "tax",
    "total",
    "check_code",
    "buyer_name",
    "buyer_tax_id",
    "seller_name",
    "seller_tax_id",
)
_MONEY = frozenset({"amount", "tax", "total"})
_NOT_KEY = frozenset({"type", "buyer_name", "seller_name"})

Values = dict[str, Any]
"""A label or a printed invoice: field name -> value, in the form of contract.md."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One field of one labelled invoice: what it should be, and what was read."""

    file: str
    kind: str
    type: str
    field: str
    expected: str
    got: str | None
    right: bool


@dataclass(frozen=True, slots=True)
class Score:
    """All fields of a labelled set, and how its invoices as wholes fared.

    `whole` counts invoices with every field but the type right; `silent` accepted invoices with
    a wrong field other than type and names.
    """

    fields: tuple[Judged, ...]
    invoices: int
    whole: int
    spurious: int
    accepted: int
    silent: int


def load_labels(folder: Path) -> list[Values]:
    """The labels of a labelled folder, one an invoice."""
    lines = (folder / "labels.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def score(labels: Iterable[Values], readings: dict[str, Sequence[Values]]) -> Score:
    """Judge every labelled field; `readings` are the invoices read, by file name."""
    by_file: dict[str, list[Values]] = {}
    for label in labels:
        by_file.setdefault(label["file"], []).append(label)
    fields: list[Judged] = []
    whole = spurious = accepted = silent = 0
    for file, expected in by_file.items():
        got = list(readings.get(file, ()))
        spurious += max(0, len(got) - len(expected))
        for label, reading in _paired(expected, got):
            judged = [_judge(label, reading, field) for field in _stated(label)]
            fields += judged
            whole += all(one.right for one in judged if one.field != "type")
            if reading.get("status") == "accepted":
                accepted += 1
                silent += not all(one.right for one in judged if one.field not in _NOT_KEY)
    invoices = sum(len(expected) for expected in by_file.values())
    return Score(tuple(fields), invoices, whole, spurious, accepted, silent)


def _paired(labels: list[Values], readings: list[Values]) -> list[tuple[Values, Values]]:
    """Each label with the reading that agrees with it on most fields, each reading used once."""
    ranked = sorted(
        (
            (sum(_same(label, reading, field) for field in _stated(label)), -at, -of)
            for at, label in enumerate(labels)
            for of, reading in enumerate(readings)
        ),
        reverse=True,
    )
    partner: dict[int, int] = {}
    for agreeing, at, of in ranked:
        if -at in partner or -of in partner.values() or (not agreeing and len(labels) > 1):
            continue
        partner[-at] = -of
    return [
        (label, readings[partner[at]] if at in partner else {}) for at, label in enumerate(labels)
    ]


def _judge(label: Values, reading: Values, field: str) -> Judged:
    got = reading.get(field)
    return Judged(
        file=label["file"],
        kind=str(label.get("kind")),
        type=str(label.get("type")),
        field=field,
        expected=str(label[field]),
        got=None if got is None else str(got),
        right=_same(label, reading, field),
    )


def _stated(label: Values) -> list[str]:
    return [field for field in FIELDS if _normal(field, label.get(field)) is not None]


def _same(label: Values, reading: Values, field: str) -> bool:
    return _normal(field, label.get(field)) == _normal(field, reading.get(field))


def _normal(field: str, value: object) -> str | None:
    if value is None or value == "":
        return None
    text = squash(str(value))
    if field in _MONEY:
        try:
            return str(Decimal(re.sub(r"[^\d.\-]", "", text)).quantize(Decimal("0.01")))
        except InvalidOperation:
            return text
    return text.upper()
