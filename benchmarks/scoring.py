"""Labels against readings: which invoice is which, and which of its fields are right."""

import json
import re
from collections.abc import Iterable
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
ITEM_FIELDS = (
    "name",
    "spec",
    "unit",
    "quantity",
    "unit_price",
    "amount",
    "tax_rate",
    "tax",
)
_MONEY = frozenset({"amount", "tax", "total"})
_NUMBERS = frozenset({"quantity", "unit_price"})
_NOT_KEY = frozenset({"type", "buyer_name", "seller_name"})

Values = dict[str, Any]
"""A label or a printed invoice: field name -> value, in the form of contract.md."""
Readings = dict[str, Values]
"""What `piaohe read` prints of each file, by its name."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One field of one labelled invoice: what it should be, and what was read.

    `at` is the label's position in the set, `box` the label's box of the field (pixels of `page`)
    or None. Cells of line items have fields such as "items.amount".
    """

    file: str
    at: int
    kind: str
    form: str
    field: str
    expected: str
    got: str | None
    right: bool
    page: int = 0
    box: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """One labelled invoice as a whole.

    `found` says that a reading was paired with it; `whole` that every field but the type is right;
    `silent` that it was accepted although a field other than type and names is wrong.
    """

    file: str
    at: int
    kind: str
    form: str
    found: bool
    whole: bool
    accepted: bool
    silent: bool


@dataclass(frozen=True, slots=True)
class Score:
    """A labelled set judged. `asides` are (labelled, recognised) pages that are no invoices."""

    fields: tuple[Judged, ...]
    items: tuple[Judged, ...]
    wholes: tuple[Whole, ...]
    spurious: int
    asides: tuple[int, int]


def load_labels(folder: Path) -> list[Values]:
    """The labels of a labelled folder, one an invoice or attachment."""
    lines = (folder / "labels.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def score(labels: Iterable[Values], readings: Readings) -> Score:
    """Judge every labelled field of every file."""
    by_file: dict[str, list[tuple[int, Values]]] = {}
    for at, label in enumerate(labels):
        by_file.setdefault(label["file"], []).append((at, label))
    fields: list[Judged] = []
    items: list[Judged] = []
    wholes: list[Whole] = []
    spurious = labelled = recognised = 0
    for file, expected in by_file.items():
        reading = readings.get(file, {})
        got = list(reading.get("invoices", ()))
        invoices = [(at, label) for at, label in expected if not label.get("attachment")]
        asides = [label["attachment"] for _, label in expected if label.get("attachment")]
        labelled += len(asides)
        recognised += min(len(asides), len(reading.get("attachments", ())))
        spurious += max(0, len(got) - len(invoices))
        for (at, label), found in zip(
            invoices, _partners([label for _, label in invoices], got), strict=True
        ):
            judged = [_judge(at, label, found or {}, field) for field in _stated(label)]
            fields += judged
            items += _cells(at, label, found or {})
            wholes.append(_whole(at, label, found, judged))
    return Score(tuple(fields), tuple(items), tuple(wholes), spurious, (labelled, recognised))


def _whole(at: int, label: Values, found: Values | None, judged: list[Judged]) -> Whole:
    accepted = (found or {}).get("status") == "accepted"
    return Whole(
        file=label["file"],
        at=at,
        kind=str(label.get("kind")),
        form=form_of(label),
        found=found is not None,
        whole=all(one.right for one in judged if one.field != "type"),
        accepted=accepted,
        silent=accepted and not all(one.right for one in judged if one.field not in _NOT_KEY),
    )


def form_of(label: Values) -> str:
    """What a label's invoice is called in tables: its precise form, else its type."""
    return str(label.get("form") or label.get("type") or "not stated")


def _partners(labels: list[Values], readings: list[Values]) -> list[Values | None]:
    """For each label the reading that agrees with it on most fields, each reading used once."""
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
    return [readings[partner[at]] if at in partner else None for at in range(len(labels))]


def _judge(at: int, label: Values, reading: Values, field: str) -> Judged:
    got = reading.get(field)
    return Judged(
        file=label["file"],
        at=at,
        kind=str(label.get("kind")),
        form=form_of(label),
        field=field,
        expected=str(label[field]),
        got=None if got is None else str(got),
        right=_same(label, reading, field),
        page=int(label.get("page") or 0),
        box=_box(label, field),
    )


def _cells(at: int, label: Values, reading: Values) -> list[Judged]:
    """Every labelled cell of the lines, compared line by line from the top."""
    cells: list[Judged] = []
    lines = reading.get("items") or []
    for index, expected in enumerate(label.get("items") or []):
        got = lines[index] if index < len(lines) else {}
        for field in ITEM_FIELDS:
            if expected.get(field) is None:
                continue
            found = got.get(field)
            cells.append(
                Judged(
                    file=label["file"],
                    at=at,
                    kind=str(label.get("kind")),
                    form=form_of(label),
                    field=f"items.{field}",
                    expected=str(expected[field]),
                    got=None if found is None else str(found),
                    right=_same(expected, got, field),
                    page=int(label.get("page") or 0),
                    box=_box(label, f"items.{index}.{field}"),
                )
            )
    return cells


def _box(label: Values, field: str) -> tuple[float, ...] | None:
    box = (label.get("boxes") or {}).get(field)
    return tuple(box) if box else None


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
    if field in _NUMBERS and re.fullmatch(r"-?\d+(?:\.\d+)?", text):
        return format(Decimal(text).normalize(), "f")
    return text.upper()
