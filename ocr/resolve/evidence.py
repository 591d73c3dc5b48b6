"""How readings become evidence."""

from dataclasses import dataclass, field

from models.invoice import Evidence
from models.page import Source
from ocr.extract.sheet import Seen

CONFIRMED = 0.99
CORRECTED = 0.97
CONTESTED = 0.5
"""Confidence of a value that an independent source contradicts."""


@dataclass(slots=True)
class Verdict:
    """The winner for a field while it is being decided.

    `losers` are the other readings; those equal to the winner are dropped when the evidence is
    made. A contested winner stands among the candidates itself, with the reading's own confidence.
    """

    winner: Seen
    losers: list[Seen] = field(default_factory=list)
    confirmed_by: list[str] = field(default_factory=list)
    corrected_by: str | None = None
    contested: bool = False

    def evidence(self, page: int) -> Evidence:
        won = self.winner.as_candidate(page)
        confidence = won.confidence
        if self.contested:
            confidence = min(confidence, CONTESTED)
        elif self.corrected_by:
            confidence = CORRECTED
        elif self.confirmed_by:
            confidence = max(confidence, CONFIRMED)
        others = {
            (loser.value, loser.source): loser
            for loser in sorted(self.losers, key=lambda loser: loser.confidence)
            if loser.value != self.winner.value
        }
        if self.contested:
            # how sure the reading itself was is what tells a misreading from an altered print
            others[(self.winner.value, self.winner.source)] = self.winner
        return Evidence(
            value=won.value,
            raw=won.raw,
            source=won.source,
            confidence=round(confidence, 4),
            page=won.page,
            box=won.box,
            confirmed_by=tuple(dict.fromkeys(self.confirmed_by)),
            corrected_by=self.corrected_by,
            candidates=tuple(loser.as_candidate(page) for loser in others.values()),
        )


def likeliest(readings: list[Seen]) -> Seen | None:
    """The reading whose value was seen most often, then the surest; None where there is none."""
    if not readings:
        return None
    weight: dict[str, float] = {}
    for reading in readings:
        weight[reading.value] = weight.get(reading.value, 0.0) + reading.confidence
    return max(readings, key=lambda reading: (weight[reading.value], reading.confidence))


def distance(one: str, other: str) -> int:
    """How many places differ between two texts of one length; the length where they differ."""
    if len(one) != len(other):
        return max(len(one), len(other))
    return sum(a != b for a, b in zip(one, other, strict=True))


def printed_twice(readings: list[Seen], value: str) -> bool:
    """Whether a value was read at two different places of the print."""
    places = {
        reading.place
        for reading in readings
        if reading.value == value and reading.place and reading.source is not Source.QR
    }
    return len(places) >= 2


def of_one_mind(readings: list[Seen]) -> list[Seen]:
    """The readings where all of them say the same, else none."""
    return readings if len({reading.value for reading in readings}) == 1 else []
