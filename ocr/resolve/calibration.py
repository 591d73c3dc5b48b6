"""What a confidence is worth: readings' own confidence turned into the share that is right.

`calibration.json` holds a monotone curve for every source, group of fields and standing
(`Standing`), fitted on drawn documents by `python -m piaohe.learning.calibration`. They are
applied in one place, where the evidence of a file is final (`ocr.settle`).

Rules hold confidences against thresholds and mean the reading by it (validate.facts). Calibration
therefore lifts no value over one of them; where it lowers a value below one, the reading's own
confidence is kept among the candidates, where `reading_confidence` finds it.
"""

import json
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from importlib.resources import files

from models.invoice import MONEY_FIELDS, Candidate, Evidence, FieldName, Invoice
from models.page import Source
from ocr.resolve.evidence import CONTESTED

Curve = tuple[tuple[float, float], ...]
"""Points (confidence of the reading, share that is right), both rising."""

ANY = "*"
EXACT = 1.0
"""The confidence of what structured data states: no reading, nothing to calibrate."""
_GIVEN = frozenset({Source.PERSON, Source.LEDGER})
_GROUPS = {
    FieldName.CODE: "number",
    FieldName.BUYER_NAME: "name",
    FieldName.SELLER_NAME: "name",
    FieldName.BUYER_TAX_ID: "tax_id",
    FieldName.SELLER_TAX_ID: "tax_id",
}
_THRESHOLDS = (CONTESTED, 0.6, 0.8, 0.9)
"""What rules and `ocr.settle` hold readings against."""
_HIGHEST = 0.9999
"""Short of EXACT, whatever a curve says."""
_STEP = 0.0001


class Standing(StrEnum):
    """How a value came out of the comparison of all sources."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    CONTESTED = "contested"
    ALONE = "alone"


def group_of(name: FieldName) -> str:
    """The fields that are read and checked alike."""
    if name in MONEY_FIELDS:
        return "money"
    return _GROUPS.get(name, name.value)


def standing_of(evidence: Evidence) -> Standing:
    """How a value stands; a contested one is known by its confidence."""
    if evidence.confidence <= CONTESTED:
        return Standing.CONTESTED
    if evidence.corrected_by:
        return Standing.CORRECTED
    return Standing.CONFIRMED if evidence.confirmed_by else Standing.ALONE


def calibrated(invoice: Invoice) -> Invoice:
    """The invoice with the confidence of every field that was read made a probability."""
    if _switched_off.get():
        return invoice
    fields = {name: _calibrated(name, evidence) for name, evidence in invoice.fields.items()}
    return invoice.model_copy(update={"fields": fields})


@contextmanager
def uncalibrated() -> Iterator[None]:
    """Within it confidences stay those of the readings: what a calibration is fitted on."""
    token = _switched_off.set(True)
    try:
        yield
    finally:
        _switched_off.reset(token)


_switched_off: ContextVar[bool] = ContextVar("uncalibrated", default=False)


def _calibrated(name: FieldName, evidence: Evidence) -> Evidence:
    own = evidence.confidence
    if own >= EXACT or evidence.source in _GIVEN:
        return evidence
    standing = standing_of(evidence)
    worth = value_at(curve(evidence.source.value, group_of(name), standing.value), own)
    limit = next((least - _STEP for least in _THRESHOLDS if own < least), _HIGHEST)
    if standing is Standing.CONTESTED:
        limit = CONTESTED
    confidence = round(min(worth, limit), 4)
    update: dict[str, object] = {"confidence": confidence}
    lowered = any(confidence < least <= own for least in _THRESHOLDS)
    if lowered and standing is Standing.ALONE:
        update["candidates"] = (*evidence.candidates, _as_read(evidence))
    return evidence.model_copy(update=update)


def _as_read(evidence: Evidence) -> Candidate:
    """The reading with its own confidence."""
    return Candidate(**{name: getattr(evidence, name) for name in Candidate.model_fields})


def value_at(points: Curve, confidence: float) -> float:
    """The share right at a confidence: straight lines between the points, from 0 to the first,
    level after the last. Without points the confidence itself."""
    if not points:
        return confidence
    at = bisect_left(points, (confidence,))
    if at == len(points):
        return points[-1][1]
    right = points[at]
    left = points[at - 1] if at else (0.0, 0.0)
    width = right[0] - left[0]
    share = (confidence - left[0]) / width if width > 0 else 1.0
    return left[1] + share * (right[1] - left[1])


def curve(source: str, group: str, standing: str) -> Curve:
    """The curve for them, or that of the next wider kind of which enough was seen; () for none."""
    known = _curves()
    for key in keys_of(source, group, standing):
        if key in known:
            return known[key]
    return ()


def keys_of(source: str, group: str, standing: str) -> tuple[str, str, str]:
    """The names of the curves that speak about a value, from the narrowest to the widest."""
    return (
        f"{source}/{group}/{standing}",
        f"{source}/{ANY}/{standing}",
        f"{ANY}/{ANY}/{standing}",
    )


@cache
def _curves() -> dict[str, Curve]:
    text = files("ocr.resolve").joinpath("calibration.json").read_text("utf-8")
    return {
        key: tuple((float(own), float(right)) for own, right in points)
        for key, points in json.loads(text)["curves"].items()
    }
