"""What turns up in a pile of invoices and is none: the registry, and drawing them.

    aside = make_aside("trip_list", seed=7, of=truth)
    drawn = draw_aside_page(aside, dpi=200)

None has a field to read; a reader must call each an attachment, and none an invoice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from models.errors import UsageError
from synth import aside_papers, aside_screens
from synth.aside import OTHER, Aside, Ask
from synth.draw import aside_page, aside_paper, aside_screen, pdf, picture
from synth.draw.picture import Drawn
from synth.draw.sheet import Sheet
from synth.truth import Truth


@dataclass(frozen=True, slots=True)
class AsideKind:
    """How asides of a kind are invented and laid out.

    `what` is their name among the attachments of a reading, "other" for those it has no name for.
    `layouts` counts the variants, the last kept back. `on_paper` ones have no electronic original;
    `on_screen` ones are pictures of a phone's screen, the rest files to be printed.
    """

    what: str
    make: Callable[[Ask], Aside]
    lay_out: Callable[[Aside], Sheet]
    layouts: int = 3
    on_paper: bool = False
    on_screen: bool = False


def _paper(what: str, make: Callable[[Ask], Aside], lay_out: Callable[[Aside], Sheet]) -> AsideKind:
    return AsideKind(what, make, lay_out, on_paper=True)


ASIDES: dict[str, AsideKind] = {
    "trip_list": AsideKind("trip_list", aside_screens.make_trips, aside_page.trips),
    "bank_slip": AsideKind("bank_slip", aside_screens.make_bank, aside_page.bank),
    "claim_page": AsideKind("claim_page", aside_screens.make_claim, aside_screen.claim),
    "chat_screenshot": AsideKind(OTHER, aside_screens.make_chat, aside_screen.chat, on_screen=True),
    "order_screenshot": AsideKind(
        OTHER, aside_screens.make_order, aside_screen.order, on_screen=True
    ),
    "pos_slip": _paper("pos_slip", aside_papers.make_pos, aside_paper.pos),
    "receipt": _paper("receipt", aside_papers.make_receipt, aside_paper.receipt),
    "settlement": _paper("receipt", aside_papers.make_settlement, aside_paper.settlement),
    "sales_list": _paper("sales_list", aside_papers.make_goods_list, aside_page.goods_list),
    "contract": _paper("contract", aside_papers.make_contract, aside_page.contract),
    "business_card": _paper(OTHER, aside_papers.make_card, aside_paper.card),
    "menu": _paper(OTHER, aside_papers.make_menu, aside_paper.menu),
    "blank_back": _paper(OTHER, aside_papers.make_back, aside_paper.back),
}


def make_aside(kind: str, seed: int, of: Truth | None = None, kept: bool = False) -> Aside:
    """Invent an aside; the same arguments always give the same one.

    `of` is the invoice it turns up with: where its kind states a sum, it is the invoice's total.
    `kept` uses the words and layouts that are kept back for the benchmark.
    Raises UsageError (code unknown_kind).
    """
    found = _kind(kind)
    return found.make(Ask(kind, found.what, seed, found.layouts, of, kept))


def lay_out_aside(aside: Aside) -> Sheet:
    """The aside's page."""
    return _kind(aside.kind).lay_out(aside)


def draw_aside_page(aside: Aside, dpi: float) -> Drawn:
    """The aside as a picture; its only place is the "region" of the whole page.

    Raises DependencyMissing (font_missing).
    """
    sheet = lay_out_aside(aside)
    if not _kind(aside.kind).on_paper:
        return picture.on_screen(sheet, dpi, pdf.write(sheet, title=aside.kind))
    rng = Random(f"paper:{aside.kind}:{aside.seed}")
    shift = (rng.uniform(-0.6, 0.6), rng.uniform(-0.5, 0.5))
    return picture.on_paper(sheet, rng, dpi, shift)


def _kind(name: str) -> AsideKind:
    found = ASIDES.get(name)
    if found is None:
        known = " ".join(ASIDES)
        raise UsageError(
            "unknown_kind",
            f"不会绘制这种附件：{name}",
            f"可用的种类：{known}",
            message_en=f"cannot draw this kind of attachment: {name}",
            hint_en=f"kinds: {known}",
        )
    return found
