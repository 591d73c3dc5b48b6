"""Runs against the tax bureau's exports: what is missing from them, what is no longer valid."""

import datetime
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from models.forms import Form
from models.match import MatchState
from models.taxqr import parse_tax_qr
from synth.drawing import make
from synth.ledgers import alter
from synth.ledgers.entry import NORMAL, RED_FULL, RED_PART, RISKS, VOID, Entry
from synth.ledgers.planted import Run
from synth.ledgers.scene import Company, Scene, Test, on_list
from synth.ledgers.tax_export import BASE, Trap, first_row, issued_at, tax_export
from synth.ledgers.workbook import Sheet, workbook
from synth.truth import Truth

EXPORT = "全量发票查询导出结果.xlsx"
CONFIRMATIONS = "红字发票信息确认单.xlsx"
_ARCHIVE = "全量发票查询导出结果-历年.xlsx"
_FLOATS = "全量发票查询导出结果-另存.xlsx"
_EMPTY = "全量发票查询导出结果-空.xlsx"
_CONFIRMATION_HEADINGS = (
    "序号",
    "红字确认单编号",
    "蓝字发票号码",
    "销方名称",
    "购方名称",
    "录入日期",
    "红字价税合计",
    "确认单状态",
)
_YEARS_CHECKED = 5
_PORTAL = "the check platform's answer"

_Stray = tuple[MatchState, str | None, str]
"""What is expected of an entry without a document: state, cause, note."""


class _Export:
    """The entries of an export in the making, and which of them are strays."""

    def __init__(self) -> None:
        self._entries: list[tuple[Entry, _Stray | None]] = []

    def lists(self, truth: Truth, **more: str) -> None:
        """The export holds the document."""
        self._entries.append((Entry.model_validate({"truth": truth} | more), None))

    def has_stray(self, truth: Truth, state: MatchState, cause: str | None, note: str) -> None:
        """The export holds an invoice nobody handed in, and this is expected of it."""
        self._entries.append((Entry(truth=truth), (state, cause, note)))

    def has_dead_stray(self, truth: Truth, status: str, cause: str) -> None:
        """The export holds an invoice nobody handed in that no longer counts."""
        expected = (MatchState.MISSING, cause, "no document, and none is needed")
        self._entries.append((Entry(truth=truth, status=status), expected))

    def written(self, scene: Scene, name: str, traps: Sequence[Trap] = ()) -> bytes:
        """The workbook, newest first, its strays expected."""
        rows = sorted(self._entries, key=lambda pair: issued_at(pair[0].truth), reverse=True)
        for row, (_, stray) in enumerate(rows, start=first_row(traps)):
            if stray:
                scene.stray(f"{name}#{BASE}!{row}", stray[0], stray[1], stray[2])
        return tax_export([entry for entry, _ in rows], traps=traps)


def current(scene: Scene) -> tuple[Run, list[tuple[str, bytes]], list[tuple[str, bytes]]]:
    """The export of the last year against all documents: the run, its file, its side file.

    Documents no cause is planted with are as their kind has it: of another company (N7), too old
    (N6), not the bureau's (N13), or there.
    """
    export = _Export()
    held: list[Truth] = []
    for _ in scene.turns():
        _absent(scene, export)
        _not_as_printed(scene, export)
        _no_longer_valid(scene, export)
        held += _held(scene, export)
    _strays(scene, export)
    _all_others(scene, export)
    data = export.written(scene, EXPORT, (Trap.STARS, Trap.TOTAL_ROW))
    run = scene.run([EXPORT], scene.company.year)
    others = [(CONFIRMATIONS, _confirmations(scene, held))] if held else []
    return run, [(EXPORT, data)], others


def _absent(scene: Scene, export: _Export) -> None:
    company = scene.company
    fresh = company.today - datetime.timedelta(1)
    if truth := scene.own("N1", "issued today or yesterday", lambda t: t.day >= fresh):
        scene.hand_in(truth, MatchState.MISSING, "N1")
        # the same answer two days later would speak of a forgery
        if truth.day == company.today:
            scene.answered(truth, "rqerr", "当日开具发票可于次日进行查验")
        else:
            scene.answered(truth, "009", "查无此票")
    if truth := scene.take("N7", "sold by the company itself", company.recent, _sold_by(company)):
        scene.hand_in(truth, MatchState.MISSING, "N7", note="issued by the company itself")
    if truth := scene.take(
        "N8", "buyer id one or two characters off", company.recent, _typo(company)
    ):
        scene.hand_in(truth, MatchState.MISSING, "N8")
    if truth := scene.own("N12", "seller's and number's province differ", _crosses, scene.settled):
        scene.hand_in(truth, MatchState.MISSING, "N12", note="seller registered elsewhere")
    if truth := scene.own("N14", "QR code says other than the print", _edited, scene.settled):
        scene.hand_in(truth, MatchState.MISSING, "N14", note="QR code against print")
    if truth := scene.digital("N14"):
        scene.hand_in(truth, MatchState.MISSING, "N14", needs=f"{_PORTAL} 009")
        scene.answered(truth, "009", "查无此票")
    for code, says in (("002", "超过该张发票当日查验次数"), ("020", "由于查验行为异常被限制")):
        if truth := scene.digital("N16"):
            scene.hand_in(truth, MatchState.MISSING, "N16", needs=f"{_PORTAL} {code}")
            scene.answered(truth, code, says)
    if truth := scene.digital(""):
        scene.hand_in(truth, MatchState.MISSING, note="absent for no reason that shows")
    if truth := scene.digital(""):
        scene.hand_in(truth, MatchState.RESIDUAL, note="another month's invoice is there")
        number = alter.other_number(truth, scene.rng("alike"))
        alike = truth.model_copy(
            update={"number": number, "date": truth.day + datetime.timedelta(1)}
        )
        export.has_stray(alike, MatchState.RESIDUAL, None, "resembles a document")


def _not_as_printed(scene: Scene, export: _Export) -> None:
    if truth := scene.own("N12", "代开", lambda t: t.extra.issued_for is not None):
        scene.hand_in(truth, MatchState.MISMATCH, "N12", note="代开: listed under the real seller")
        export.lists(alter.sold_by(truth, truth.extra.issued_for or ""))
    if truth := scene.digital(""):
        scene.hand_in(truth, MatchState.EXACT, note="there, but 疑点发票")
        export.lists(truth, risk=RISKS[1])


def _no_longer_valid(scene: Scene, export: _Export) -> None:
    """Red letters and voids."""
    rng = scene.rng("red")
    for status, note in ((RED_FULL, "the export says so"), (NORMAL, "only the red letter shows")):
        if truth := scene.digital("N9"):
            scene.hand_in(truth, MatchState.MISMATCH, "N9", note=note)
            export.lists(truth, status=status)
            red = alter.red_letter(truth, rng, _later(scene.company, truth))
            export.has_stray(red, MatchState.MISSING, None, "red letter of one that is there")
    if truth := scene.digital(""):
        scene.hand_in(truth, MatchState.MISMATCH, note="partly red-lettered")
        export.lists(truth, status=RED_PART)
        red = alter.red_letter(truth, rng, _later(scene.company, truth), part=True)
        export.has_stray(red, MatchState.MISSING, None, "red letter of one that is there")
    if truth := scene.own("N10", "数电纸质", lambda t: t.form.is_digital_paper, scene.settled):
        scene.hand_in(truth, MatchState.MISMATCH, "N10")
        export.lists(truth, status=VOID)


def _held(scene: Scene, export: _Export) -> list[Truth]:
    """An invoice whose seller has begun to take it back: as yet only the confirmations say so."""
    truth = scene.digital("N20")
    if truth is None:
        return []
    needs = "the list of red-letter confirmations"
    scene.hand_in(truth, MatchState.MISMATCH, "N20", needs=needs)
    export.lists(truth)
    return [truth]


def _confirmations(scene: Scene, held: Sequence[Truth]) -> bytes:
    """The list of 红字发票信息确认单 that have been begun and wait for the buyer."""
    rng = scene.rng("confirmations")
    company = scene.company
    body = [
        (
            count,
            alter.other_number(truth, rng),
            truth.number,
            truth.seller.name if truth.seller else None,
            company.party.name,
            _later(company, truth).isoformat(),
            -truth.total,
            "销方录入待购方确认",
        )
        for count, truth in enumerate(held, start=1)
    ]
    return workbook([Sheet(title="红字发票信息确认单", rows=(_CONFIRMATION_HEADINGS, *body))])


def _strays(scene: Scene, export: _Export) -> None:
    """Invoices of the company that nobody handed in."""
    if truth := _invented(scene, Form.DZ_NORMAL, 0):
        export.has_stray(truth, MatchState.MISSING, None, "never handed in")
    if truth := _invented(scene, Form.DZ_NORMAL, 1000):
        export.has_dead_stray(truth, RED_FULL, "N9")
    if truth := _invented(scene, Form.DZP_NORMAL, 0):
        export.has_dead_stray(truth, VOID, "N10")


def _invented(scene: Scene, form: Form, offset: int) -> Truth | None:
    """An invoice of the last year that is no document; None where too few dates suit."""
    company = scene.company
    seed = 7_000_003 * (company.seed + 1) + offset
    made = (make(form, seed + i, buyer=company.party) for i in range(500))
    tests = (company.owns, company.recent, scene.settled)
    return next((truth for truth in made if all(test(truth) for test in tests)), None)


def _all_others(scene: Scene, export: _Export) -> None:
    company = scene.company
    for truth in scene.take_all(lambda t: not on_list(t)):
        scene.hand_in(truth, MatchState.MISSING, "N13")
    for truth in scene.take_all(_other_buyer(company)):
        scene.hand_in(truth, MatchState.MISSING, "N7", note="received by another company")
    for truth in scene.take_all(lambda t: t.date is not None and not company.recent(t)):
        if truth.day <= company.today:
            scene.hand_in(truth, MatchState.MISSING, "N6")
    for truth in scene.take_all(_names(company)):
        scene.hand_in(truth, MatchState.EXACT)
        export.lists(truth)
    for truth in scene.take_all():
        scene.hand_in(truth, MatchState.MISSING, note="names no company as its buyer")


def archive(scene: Scene) -> tuple[Run, list[tuple[str, bytes]]]:
    """All years' export against old forms: too old to be checked (N15), void (N10)."""
    export = _Export()
    company = scene.company
    limit = company.today.replace(year=company.today.year - _YEARS_CHECKED, day=1)
    old = (company.owns, on_list, lambda t: t.form.is_tax_control, lambda t: t.day < limit)
    if truth := scene.take("N15", "a tax-control invoice more than five years old", *old):
        scene.hand_in(truth, MatchState.MISSING, "N15")
    if truth := scene.take("N10", "a tax-control invoice", *old[:3]):
        scene.hand_in(truth, MatchState.MISMATCH, "N10")
        export.lists(truth, status=VOID)
    for truth in scene.take_all(company.owns, on_list, lambda t: t.day <= company.today):
        scene.hand_in(truth, MatchState.EXACT)
        export.lists(truth)
    data = export.written(scene, _ARCHIVE, (Trap.TITLE, Trap.DASHES))
    return scene.run([_ARCHIVE], company.ever), [(_ARCHIVE, data)]


def floats(scene: Scene) -> tuple[Run, list[tuple[str, bytes]]]:
    """The export saved anew by a spreadsheet that took numbers for numbers (N18)."""
    company = scene.company
    export = _Export()
    for truth in scene.take_all(company.owns, on_list, lambda t: t.day <= company.today):
        if truth.code is None:
            scene.hand_in(truth, MatchState.SUGGESTED, "N18")
        else:
            note = "code and 8 digits survive"
            scene.hand_in(truth, MatchState.EXACT, planted="N18", note=note)
        export.lists(truth)
    data = export.written(scene, _FLOATS, (Trap.FLOATS, Trap.BASE_ONLY))
    return scene.run([_FLOATS], company.ever), [(_FLOATS, data)]


def empty(scene: Scene) -> tuple[Run, list[tuple[str, bytes]]]:
    """An export that holds its headings and nothing else (N17)."""
    company = scene.company
    for truth in scene.take_all(company.owns, on_list, company.recent):
        scene.hand_in(truth, MatchState.MISSING, "N17")
    return scene.run([_EMPTY], company.year), [(_EMPTY, tax_export([], rows=0))]


def _later(company: Company, truth: Truth) -> datetime.date:
    return min(truth.day + datetime.timedelta(2), company.today)


def _distance(company: Company, truth: Truth) -> int:
    buyer = (truth.buyer.tax_id if truth.buyer else None) or ""
    return Levenshtein.distance(buyer, company.tax_id) if buyer and "*" not in buyer else -1


def _sold_by(company: Company) -> Test:
    return lambda truth: bool(truth.seller and truth.seller.tax_id == company.tax_id)


def _typo(company: Company) -> Test:
    return lambda truth: _distance(company, truth) in (1, 2)


def _other_buyer(company: Company) -> Test:
    return lambda truth: _distance(company, truth) > 2


def _names(company: Company) -> Test:
    return lambda truth: _distance(company, truth) == 0 and company.recent(truth)


def _crosses(truth: Truth) -> bool:
    """Whether the number was issued in another province than the seller is registered in."""
    seller = truth.seller.tax_id if truth.seller else None
    province = truth.number[2:4]
    return bool(seller and len(truth.number) == 20 and province < "90" and seller[2:4] != province)


def _edited(truth: Truth) -> bool:
    """Whether the QR code says other than the print."""
    qr = parse_tax_qr(truth.extra.qr) if truth.extra.qr else None
    if qr is None:
        return False
    said = truth.total if qr.amount_is_total else truth.amount
    return qr.number != truth.number or (qr.amount is not None and qr.amount != said)
