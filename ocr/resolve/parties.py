"""Names and taxpayer ids: the check characters decide."""

from models.identifiers import check_character_holds
from models.page import Source
from ocr.extract.parties import Party
from ocr.extract.sheet import Seen
from ocr.resolve.evidence import Verdict, likeliest


def decide_tax_id(party: Party) -> Verdict | None:
    """The taxpayer id of a party; a repair wins where it alone passes the check."""
    readings = list(party.tax_ids)
    as_read = likeliest([seen for seen in readings if seen.source is not Source.DERIVED])
    if as_read is None:
        return None
    if check_character_holds(as_read.value):
        return Verdict(as_read, readings, confirmed_by=["check_character"])
    repaired = next((seen for seen in readings if seen.source is Source.DERIVED), None)
    if repaired is not None:
        return Verdict(repaired, readings, corrected_by="check_character")
    return Verdict(as_read, readings)


def decide_name(party: Party) -> Verdict | None:
    """The name of a party: nothing can confirm it here, so the surest reading stands."""
    readings: list[Seen] = list(party.names)
    best = likeliest(readings)
    return Verdict(best, readings) if best else None
