"""What is wrong with a picture, for whoever took it: judged while it is at hand."""

from collections.abc import Iterable

import ingest
from ingest.quality import advice, judge
from models.advice import Advice
from models.document import Notice
from models.errors import DocumentError, ErrorRecord
from models.original import Original
from models.page import FileKind
from piaohe import failures

_DRAWN = frozenset({FileKind.PDF, FileKind.OFD, FileKind.XML})
_IN_VAIN = frozenset({"no_text", "no_invoice_found", "ticket_not_read"})


def advise(data: bytes, name: str, limits: ingest.Limits) -> Advice:
    """Open a file and look at its pictures, without reading what stands on them. Raises nothing:
    what goes wrong is told as reading tells it."""
    try:
        with ingest.open(data, name, limits) as opened:
            seen = [fault for original in opened.originals() for fault in faults(original)]
            return Advice(problems=opened.problems, notices=(*opened.notices, *seen))
    except DocumentError as error:
        return Advice(problems=(error.record,))
    except Exception as error:
        return Advice(problems=(failures.internal_error(error),))


def faults(original: Original) -> tuple[Notice, ...]:
    """The worst fault of a file that is one picture, with what its sender can do about it."""
    if original.kind in _DRAWN or len(original.pages) != 1:
        return ()
    try:
        found = judge(original.pages[0].draw(1.0))
    except DocumentError:
        return ()  # what cannot be drawn is said by whoever reads it
    said = advice(found)
    if found.fault is None or said is None:
        return ()
    return (Notice(code=f"picture_{found.fault}", message=said[0], message_en=said[1]),)


def hinted(problems: Iterable[ErrorRecord], notices: tuple[Notice, ...]) -> list[ErrorRecord]:
    """Problems of reading, those that came to nothing with what was wrong with the picture."""
    return [
        problem.model_copy(update={"hint": notices[0].message, "hint_en": notices[0].message_en})
        if notices and problem.code in _IN_VAIN
        else problem
        for problem in problems
    ]
