"""Runs against what people and accounting systems keep: registers and vouchers."""

import datetime
from collections.abc import Callable

from models.match import MatchState
from synth.drawing import make
from synth.ledgers import alter
from synth.ledgers.bookings import Voucher, numbered, together, vouchers
from synth.ledgers.deduction import deduction_export
from synth.ledgers.entry import Entry, entries_of, is_digital, paper_number
from synth.ledgers.erp import System, erp_csv, erp_xlsx, voucher_rows
from synth.ledgers.planted import Run
from synth.ledgers.register import FIRST_ROW, Slip, Typed, register_csv, register_xlsx
from synth.ledgers.scene import Scene, by_date, on_list, taxed
from synth.ledgers.taxwords import DEDUCTIBLE
from synth.truth import Truth

Files = list[tuple[str, bytes]]
_Stray = tuple[Voucher, MatchState, str | None, str]
"""A voucher no document accounts for: state, cause, note."""

_REGISTER, _REGISTER_CSV = "发票台账.xlsx", "发票台账.csv"
_BOOKS, _CUT = "凭证.csv", "凭证-中断.csv"
_DEDUCTION = "用途确认信息.xlsx"


def register(scene: Scene) -> tuple[Run, Files]:
    """A list kept by hand: everything a person mistypes."""
    lines: list[Typed] = []
    for _ in scene.turns():
        _mistyped_numbers(scene, lines)
        _mistyped_values(scene, lines)
        _loose_names(scene, lines)
    if truth := scene.digital(""):
        scene.hand_in(truth, MatchState.MISSING, note="never entered")
    twice = scene.digital("")
    for truth in [
        *([twice] if twice else []),
        *scene.take_all(scene.company.owns, _is_dated(scene)),
    ]:
        scene.hand_in(truth, MatchState.EXACT)
        lines.append(Typed(truth=truth))
    if twice:
        lines.append(Typed(truth=twice))
        row = FIRST_ROW + len(lines) - 1
        scene.stray(f"{_REGISTER}#发票台账!{row}", MatchState.DUPLICATE, None, "entered twice")
    run = scene.run([_REGISTER], scene.company.ever)
    return run, [(_REGISTER, register_xlsx(lines))]


def _mistyped_numbers(scene: Scene, lines: list[Typed]) -> None:
    rng = scene.rng("digits")
    wrongs: tuple[tuple[Callable[[Truth], Truth], str], ...] = (
        (lambda truth: alter.misread(truth, rng), "a digit that looks alike"),
        (alter.swapped, "two neighbours swapped"),
    )
    for wrong, note in wrongs:
        if truth := scene.digital("N2"):
            scene.hand_in(truth, MatchState.SUGGESTED, "N2", note=note)
            lines.append(Typed(truth=wrong(truth)))
    coded = (scene.company.owns, _has_code)
    if truth := scene.take("N3", "an invoice with a 发票代码", *coded):
        scene.hand_in(truth, MatchState.SUGGESTED, "N3")
        lines.append(Typed(truth=alter.other_code(truth)))
    if truth := scene.take("N3", "a second invoice with a 发票代码", *coded):
        scene.hand_in(truth, MatchState.EXACT, planted="N3", note="code left out")
        lines.append(Typed(truth=truth.model_copy(update={"code": None})))
    if truth := scene.digital("N18"):
        scene.hand_in(truth, MatchState.SUGGESTED, "N18")
        lines.append(Typed(truth=truth, slips=(Slip.FLOAT,)))
    zeros = (*coded, lambda t: t.number.startswith("0"))
    if truth := scene.take("N18", "a number of 8 digits that begins with 0", *zeros):
        scene.hand_in(truth, MatchState.EXACT, planted="N18", note="leading zeros lost")
        lines.append(Typed(truth=truth, slips=(Slip.NO_ZEROS,)))


def _mistyped_values(scene: Scene, lines: list[Typed]) -> None:
    if truth := scene.digital("N4"):
        scene.hand_in(truth, MatchState.MISMATCH, "N4")
        lines.append(Typed(truth=alter.dated(truth, truth.day - datetime.timedelta(1))))
    for slip in (Slip.SWAPPED, Slip.TOTAL_FROM_AMOUNT):
        if truth := scene.digital("N5"):
            scene.hand_in(truth, MatchState.MISMATCH, "N5", note=slip)
            lines.append(Typed(truth=truth, slips=(slip,)))


def _loose_names(scene: Scene, lines: list[Typed]) -> None:
    if truth := scene.digital("N19"):
        scene.hand_in(truth, MatchState.EXACT, planted="N19", note="blanks and brackets")
        lines.append(Typed(truth=alter.loosely_named(truth)))
    if truth := scene.digital("N19", lambda t: t.seller is not None and len(t.seller.name) > 10):
        scene.hand_in(truth, MatchState.MISMATCH, "N19", note="name cut off at ten characters")
        lines.append(Typed(truth=alter.shortly_named(truth)))


def register_saved(scene: Scene) -> tuple[Run, Files]:
    """The register saved as CSV by a spreadsheet that took every number for a number (N18)."""
    lines = []
    for truth in scene.take_all(scene.company.owns, _is_dated(scene)):
        if is_digital(truth) and truth.code is None:
            scene.hand_in(truth, MatchState.SUGGESTED, "N18")
            lines.append(Typed(truth=truth, slips=(Slip.FLOAT,)))
    return scene.run([_REGISTER_CSV], scene.company.ever), [(_REGISTER_CSV, register_csv(lines))]


def books(scene: Scene) -> tuple[Run, Files]:
    """Vouchers: copies of what is booked (N11), bookings twice, in parts and together."""
    company = scene.company
    drafts: list[Voucher] = []
    strays: list[_Stray] = []
    for _ in scene.turns():
        _copies(scene, drafts, strays)
        _divided(scene, drafts)
    unseen = make("dz_normal", 9_000_011 * (company.seed + 1), buyer=company.party)
    drafts += vouchers([Entry(truth=unseen)], company.seed)
    strays.append((drafts[-1], MatchState.MISSING, None, "never handed in"))
    for truth in scene.take_all(company.owns, _is_bookable):
        scene.hand_in(truth, MatchState.EXACT)
        drafts += vouchers([Entry(truth=truth)], company.seed)
    return _written(scene, drafts, strays)


def _copies(scene: Scene, drafts: list[Voucher], strays: list[_Stray]) -> None:
    seed = scene.company.seed
    if truth := scene.digital("N11"):
        scene.hand_in(truth, MatchState.EXACT)
        scene.hand_in(truth, MatchState.DUPLICATE, "N11", note="a second copy handed in")
        drafts += vouchers([Entry(truth=truth)], seed)
    if truth := scene.digital("N11"):
        scene.hand_in(truth, MatchState.EXACT, planted="N11", note="booked twice")
        first, again = (vouchers([Entry(truth=truth)], seed + i)[0] for i in (0, 1))
        later = first.day + datetime.timedelta(31)
        drafts += [first, again.model_copy(update={"day": later})]
        strays.append((drafts[-1], MatchState.DUPLICATE, "N11", "booked twice"))


def _divided(scene: Scene, drafts: list[Voucher]) -> None:
    """An invoice booked in parts, and several under one summary."""
    seed = scene.company.seed
    if truth := scene.digital(""):
        scene.hand_in(truth, MatchState.EXACT, note="booked in two parts")
        drafts += vouchers([Entry(truth=truth)], seed, parts=2)
    pair = [truth for _ in range(2) if (truth := scene.digital(""))]
    for truth in pair:
        scene.hand_in(truth, MatchState.EXACT, note="booked with others under one summary")
    if pair:
        drafts.append(together(entries_of(pair), seed))


def _written(scene: Scene, drafts: list[Voucher], strays: list[_Stray]) -> tuple[Run, Files]:
    order = sorted(range(len(drafts)), key=lambda i: (drafts[i].day, i))
    ready = numbered(drafts[i] for i in order)
    starts = dict(zip(order, voucher_rows(ready), strict=True))
    for voucher, state, cause, note in strays:
        place = next(i for i, draft in enumerate(drafts) if draft is voucher)
        scene.stray(f"{_BOOKS}#!{starts[place]}", state, cause, note)
    return scene.run([_BOOKS], scene.company.ever), [(_BOOKS, erp_csv(ready))]


def cut_off(scene: Scene) -> tuple[Run, Files]:
    """Vouchers whose export broke off in the middle of a line (N17)."""
    company = scene.company
    taken = by_date(scene.take_all(company.owns, scene.settled, is_digital))
    ready = vouchers(entries_of(taken), company.seed)
    whole = erp_csv(ready)
    if not ready:
        return scene.run([_CUT], company.ever), [(_CUT, whole)]
    kept = len(ready) // 2
    lines = whole.splitlines(keepends=True)
    last = lines[voucher_rows(ready)[kept] - 1].decode("utf-8")
    data = b"".join(lines[: voucher_rows(ready)[kept] - 1]) + last[: len(last) // 4].encode("utf-8")
    note = "export broke off" if kept else "export broke off at once"
    for place, voucher in enumerate(ready):
        if place < kept:
            scene.hand_in(voucher.truths[0], MatchState.EXACT)
        else:
            scene.hand_in(voucher.truths[0], MatchState.MISSING, "N17", note=note)
    return scene.run([_CUT], company.ever), [(_CUT, data)]


def system(scene: Scene, which: System) -> tuple[Run, Files]:
    """A few documents, all booked, in the columns of one system; as a workbook for 用友 NC."""
    company = scene.company
    taken = by_date(scene.take_all(company.owns, _is_bookable))[:12]
    for truth in taken:
        scene.hand_in(truth, MatchState.EXACT)
    if which is System.NC:
        files = [(f"{which}.xlsx", erp_xlsx(taken, which, seed=company.seed))]
    else:
        files = [(f"{which}.csv", erp_csv(taken, which, seed=company.seed))]
    return scene.run([files[0][0]], company.ever), files


def deduction(scene: Scene) -> tuple[Run, Files]:
    """用途确认信息 of the month with the most documents whose tax may be credited.

    It holds no others, so that their absence says nothing (N13).
    """
    company = scene.company
    mine = scene.take_all(company.owns, on_list, company.recent, scene.settled)
    credited = [truth for truth in mine if truth.form in DEDUCTIBLE and taxed(truth)]
    months = [truth.day.replace(day=1) for truth in by_date(credited)]
    month = max(months, key=months.count, default=company.today.replace(day=1))
    listed = [truth for truth in credited if truth.day.replace(day=1) == month]
    for truth in listed:
        scene.hand_in(truth, MatchState.EXACT)
    for truth in mine:
        if truth.form not in DEDUCTIBLE and truth.day.replace(day=1) == month:
            scene.hand_in(truth, MatchState.MISSING, "N13", note="its tax cannot be credited")
    unticked = frozenset(truth.number for truth in listed[:1])
    data = deduction_export(listed, company.tax_id, month, unticked=unticked)
    return scene.run([_DEDUCTION], None), [(_DEDUCTION, data)]


def _has_code(truth: Truth) -> bool:
    """Whether a code and 8 digits are all that identify it."""
    return truth.form.is_tax_control and truth.code is not None and taxed(truth)


def _is_bookable(truth: Truth) -> bool:
    """Whether its number is one that can be searched for: 20 digits, or 8 with a code."""
    return is_digital(truth) or (len(paper_number(truth) or "") == 8 and truth.number.isdigit())


def _is_dated(scene: Scene) -> Callable[[Truth], bool]:
    today = scene.company.today
    return lambda truth: truth.date is not None and truth.date <= today
