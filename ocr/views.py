"""What one view of a page holds: its invoices with their places on the page, or what else it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.document import Attachment
from models.geometry import Box
from models.invoice import Candidate, Evidence, Invoice
from models.kind import OTHER, KindGuess, Kinds
from models.page import Code, Page
from models.sight import Sight
from models.view import Corners, Points, View, corners_of
from ocr.assemble import find_invoices
from ocr.form import find_non_invoice
from ocr.seeing import Seen
from ocr.split import FEWEST_WORDS, NO_HEADS, Heads, heads, titles
from ocr.tears import Placed
from ocr.words import Word, find_words

_FEW_LABELS, _FEW_FIGURES = 2, 2
_LONG_FIGURE = 4
"""Digits in one word that make it a figure as tickets have them."""


@dataclass(frozen=True, slots=True)
class ViewReading:
    """What was read in one view.

    `heads` are the heads of forms that stand in it, `beside` counts those beside a paper that is
    none; `speaks` says that it gave neither invoice nor attachment although it speaks of invoices.
    """

    view: View
    lines: int
    placed: tuple[Placed, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    heads: Heads = NO_HEADS
    beside: int = 0
    speaks: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether every invoice in it shows what no invoice is without: its number and total."""
        return bool(self.placed) and all(one.is_whole for one in self.placed)

    @property
    def is_doubtful(self) -> bool:
        """Whether it may be a part of a ticket: it speaks of an invoice, and shows none whole."""
        return not self.view.is_whole and (self.speaks or (bool(self.placed) and not self.is_whole))

    @property
    def hidden(self) -> int:
        """How many tickets are likely in it that were not read."""
        if self.placed:
            return max(0, self.heads.most - len(self.placed))
        return self.beside or int(self.speaks)


@dataclass(frozen=True, slots=True)
class ViewReader:
    """Reads views of one page. `kinds` tells what a view looks like where its words do not say;
    with `split` several invoices on one sheet are told apart."""

    page: Page
    kinds: Kinds | None
    split: bool

    def read(self, seen: Seen, codes: Sequence[Code]) -> ViewReading:
        """What a view is, places in page pixels; `codes` are in those of the view."""
        view, lines, page = seen.view, len(seen.tokens), self.page
        words = find_words(seen.tokens)
        here = page_of(view, page)
        invoices = find_invoices(here, words, tuple(codes), split=self.split)
        if not invoices and (what := find_non_invoice(words)):
            return self._attachment(seen, words, what)
        guess = self._guess(seen, codes)
        if not invoices and guess is not None and guess.form is not None:
            invoices = find_invoices(here, words, tuple(codes), split=False, form=guess.form)
            if not view.is_whole and lines < FEWEST_WORDS:
                # the foot of another ticket looks like one too
                invoices = [one for one in invoices if one.fields]
        if not invoices:
            if guess is not None and guess.attachment not in {None, OTHER}:
                return self._attachment(seen, words, str(guess.attachment))
            return ViewReading(view, lines, speaks=_speaks_of_invoices(words))
        if len(invoices) == 1 and guess is not None and guess.contradicts:
            sight = (invoices[0].sight or Sight()).model_copy(
                update={"looks_like": guess.contradicts}
            )
            invoices = [invoices[0].model_copy(update={"sight": sight})]
        placed = tuple(_placed(invoice, view, page) for invoice in invoices)
        return ViewReading(view, lines, placed, heads=heads(words))

    def _attachment(self, seen: Seen, words: Sequence[Word], what: str) -> ViewReading:
        """A paper that is no invoice; it may name the one it belongs to, more lie beside it."""
        found = Attachment(page=self.page.index, what=what)
        beside = max(0, heads(words).most - 1)
        return ViewReading(seen.view, len(seen.tokens), (), (found,), beside=beside)

    def _guess(self, seen: Seen, codes: Sequence[Code]) -> KindGuess | None:
        if self.kinds is None:
            return None
        payload = codes[0].payload if codes else None
        return self.kinds.guess(seen.tokens, (seen.view.width, seen.view.height), payload)


def as_it_is(invoice: Invoice) -> Placed:
    """An invoice whose places are those of the page."""
    return Placed(invoice, _corners(invoice))


def page_of(view: View, page: Page) -> Page:
    """A view as a page of its own, for what reads places in it."""
    return Page(page.index, view.width, view.height, (), page.draw, page.draw_part)


def share_out(codes: Sequence[Code], views: Sequence[View]) -> list[list[Code]]:
    """For each view the codes that lie in it, corners in its pixels; a view of the whole page
    beside others has those that lie in no other."""
    given: list[list[Code]] = [[] for _ in views]
    for code in codes:
        corners = np.array(code.corners, np.float64)
        inside = [at for at, view in enumerate(views) if _lies_in(view.from_page(corners), view)]
        cut = [at for at in inside if not views[at].is_whole]
        for at in cut or inside:
            moved = corners_of(views[at].from_page(corners))
            given[at].append(Code(code.payload, moved, code.decoder))
    return given


def _speaks_of_invoices(words: Sequence[Word]) -> bool:
    """Whether a title or labels of some form stand on a paper, or figures as on any ticket.

    A letter or a book that lay beside it has none. Of a ticket too blurred to tell, figures are
    what is left, and it must not be passed over in silence.
    """
    labels = sum(word.label is not None for word in words)
    figures = sum(sum(map(str.isdigit, word.text)) >= _LONG_FIGURE for word in words)
    return bool(titles(words)) or labels >= _FEW_LABELS or figures >= _FEW_FIGURES


def _corners(invoice: Invoice) -> Corners:
    return (invoice.region or Box(0.0, 0.0, 0.0, 0.0)).corners


def _lies_in(corners: Points, view: View) -> bool:
    x, y = corners.mean(axis=0)
    return bool(0 <= x <= view.width and 0 <= y <= view.height)


def _placed(invoice: Invoice, view: View, page: Page) -> Placed:
    """An invoice read in a view, with its places as they are on the page."""
    if view.is_whole:
        return as_it_is(invoice)

    def placed(box: Box | None) -> Box | None:
        if box is None:
            return None
        corners = np.array(box.corners, np.float64)
        there = Box.around(corners_of(view.on_page(corners)))
        inside = there.intersection(Box(0, 0, page.width, page.height))
        return Box(*(round(edge, 1) for edge in inside)) if inside else None

    def moved(item: Evidence) -> Evidence:
        candidates = tuple(_moved(candidate) for candidate in item.candidates)
        return item.model_copy(update={"box": placed(item.box), "candidates": candidates})

    def _moved(candidate: Candidate) -> Candidate:
        return candidate.model_copy(update={"box": placed(candidate.box)})

    fields = {name: moved(item) for name, item in invoice.fields.items()}
    there = invoice.model_copy(update={"fields": fields, "region": placed(invoice.region)})
    corners = np.array(_corners(invoice), np.float64)
    return Placed(there, corners_of(view.on_page(corners)))
