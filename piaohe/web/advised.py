"""The one sentence of what to do about a document, as the pages and the API tell it."""

from typing import NamedTuple

from models.document import Document
from models.finding import Severity
from piaohe.access import Viewer
from piaohe.store.reviews import Review, State
from piaohe.store.uploads import Upload
from piaohe.web import shown
from piaohe.web.house import House
from piaohe.web.words import say


class Known(NamedTuple):
    """What is known of a document; `own`: the viewer handed it in."""

    upload: Upload | None
    document: Document | None
    reviews: list[Review]
    own: bool

    @property
    def waiting(self) -> bool:
        return self.upload is not None and shown.state_of(self.upload) == "waiting"

    def sentence(self, lang: str) -> tuple[str, str] | None:
        """(how it looks, the one sentence about what to do): ok, warn or bad; None while it
        waits to be read."""
        if self.waiting:
            return None
        english = lang == "en"
        if self.document is None:
            code = self.upload.error if self.upload else None
            return "bad", say("capture.unread", lang, code=code or "?")
        if self.document.error is not None:
            error = self.document.error
            told = f"{error.message_en} {error.hint_en}".strip()
            return "bad", told if english else f"{error.message}。{error.hint}"
        for notice in self.document.notices:
            if notice.code.startswith("picture_"):
                return "warn", notice.message_en if english else notice.message
        if not self.reviews:
            return "bad", say("capture.nothing", lang)
        return _judged(self.reviews, lang)


def known_of(house: House, viewer: Viewer, sha256: str) -> Known:
    """What is kept of a document that the viewer may see."""
    with house.store.reading() as work:
        ids = [found[0] for found in work.uploads.states([sha256]).get(sha256, [])]
        return Known(
            work.uploads.get(sha256, viewer.id) or work.uploads.get(sha256),
            work.documents.get(sha256),
            [review for id_ in ids if (review := work.reviews.get(id_)) is not None],
            work.uploads.owns(viewer.id, sha256),
        )


def _judged(reviews: list[Review], lang: str) -> tuple[str, str]:
    """The sentence where reading went well: what the rules found decides."""
    if any(review.state is State.RETURNED for review in reviews):
        return "warn", say("capture.returned", lang)
    if all(review.state is not State.OPEN for review in reviews):
        return "ok", say("capture.decided", lang)
    open_ones = [review for review in reviews if review.state is State.OPEN]
    findings = [finding for one in open_ones for finding in one.invoice.findings]
    weights = {finding.severity for finding in findings}
    if Severity.REJECT in weights:
        blocking = {one.rule for one in findings if one.severity is Severity.REJECT}
        again = all(rule.startswith("R-DUP-") for rule in blocking)
        return "bad", say("capture.twice" if again else "capture.blocked", lang)
    if Severity.WARN in weights:
        return "warn", say("capture.doubts", lang)
    rows = [row for review in open_ones for row in shown.rows_of(review, lang)]
    if any(row.unsure for row in rows):
        return "warn", say("capture.unsure", lang)
    return "ok", say("capture.clean", lang)
