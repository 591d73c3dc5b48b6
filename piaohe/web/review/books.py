"""What the ledger says of an invoice, as the review page shows it."""

from typing import NamedTuple

from models.match import Match, MatchState
from piaohe.report import words as called


class Differing(NamedTuple):
    """A field the two do not agree on."""

    label: str
    ours: str
    theirs: str


class Entry(NamedTuple):
    """An entry of a ledger that may be the invoice's. `key` names it to `link`."""

    key: str
    where: str
    likeness: int
    differing: tuple[Differing, ...]


class Booked(NamedTuple):
    """The verdict of matching, in words. `mark` is the chip's."""

    state: str
    mark: str
    called: str
    message: str
    cause: str
    action: str
    step: str
    linked: bool
    entries: tuple[Entry, ...]


_MARKS = {
    MatchState.EXACT: "ok",
    MatchState.SUGGESTED: "partial",
    MatchState.RESIDUAL: "partial",
    MatchState.MISMATCH: "failed",
    MatchState.DUPLICATE: "failed",
    MatchState.MISSING: "partial",
}


def booked(match: Match | None, lang: str) -> Booked | None:
    """A verdict for the page; None where nobody matched the invoice yet."""
    if match is None:
        return None
    english = lang == "en"
    cause = called.cause_called(match.state, match.cause).say(lang)
    return Booked(
        state=match.state.value,
        mark=_MARKS[match.state],
        called=called.STATES[match.state].say(lang),
        message=match.message_en if english else match.message,
        cause="" if match.state is MatchState.EXACT else cause,
        action=match.action_en if english else match.action,
        step=called.STEPS[match.step].say(lang) if match.step else "",
        linked=match.step is not None and match.step.value == "person",
        entries=tuple(_entry(match, at, lang) for at in range(min(5, len(match.candidates)))),
    )


def ledger_values(match: Match | None) -> dict[str, tuple[str | None, str | None]]:
    """What the entry an invoice is matched with says otherwise: field -> (ours, theirs)."""
    firm = (MatchState.EXACT, MatchState.MISMATCH, MatchState.SUGGESTED, MatchState.DUPLICATE)
    if match is None or match.state not in firm or not match.candidates:
        return {}
    return match.candidates[0].differences


def _entry(match: Match, at: int, lang: str) -> Entry:
    candidate = match.candidates[at]
    differing = tuple(
        Differing(called.field_called(name).say(lang), ours or "—", theirs or "—")
        for name, (ours, theirs) in candidate.differences.items()
    )
    source, _, place = candidate.key.partition("#")
    sheet, _, row = place.rpartition("!")
    where = " · ".join(filter(None, (source.replace("\\", "/").rsplit("/", 1)[-1], sheet, row)))
    return Entry(candidate.key, where, round(100 * candidate.score), differing)
