"""R-SOR and R-VER: what a verdict of the ledger or the portal comes to."""

import datetime

import pytest

import validate
from models.finding import Severity
from models.ledger import LedgerEntry, LedgerStatus
from models.match import Match, MatchCandidate, MatchState, Side
from models.portal import PortalAnswer, PortalOutcome
from models.verdicts import SourceVerdict
from validate.engine import case_of, judge
from validate.examples import build, digital, special
from validate.registry import Fire, Missing

RULES = {rule.id: rule for rule in validate.rules()}
PASSED, SKIPPED = "passed", "skipped"


def said(rule: str, **changes: object) -> str | Severity:
    """passed, skipped, or how much the rule's finding weighs."""
    outcome = judge(RULES[rule], case_of(*build(digital(**changes))))
    if isinstance(outcome, Missing):
        return SKIPPED
    if isinstance(outcome, Fire):
        return outcome.severity or RULES[rule].spec.severity
    return PASSED


ASKED = datetime.datetime(2026, 9, 20, tzinfo=datetime.UTC)


def answered(code: str, **more: object) -> PortalAnswer:
    return PortalAnswer.model_validate({"code": code, "asked_at": ASKED, **more})


def verdict(state: str, **more: object) -> SourceVerdict:
    return SourceVerdict.model_validate({"state": state, **more})


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (None, SKIPPED),
        (verdict("exact"), PASSED),
        (verdict("mismatch", cause="N4"), PASSED),
        (verdict("missing"), Severity.WARN),
        (verdict("missing", cause="N14"), Severity.WARN),
        (verdict("suggested", cause="N2"), Severity.WARN),
        *((verdict("missing", cause=f"N{n}"), SKIPPED) for n in (1, 6, 7, 13, 15, 16, 17)),
    ],
)
def test_silence_of_a_source_counts_only_within_coverage(
    record: SourceVerdict | None, expected: object
) -> None:
    assert said("R-SOR-01", record=record) == expected


OCR = {"value": "1272.00", "raw": "1272.00", "source": "ocr", "confidence": 0.99}


@pytest.mark.parametrize(
    ("record", "fields", "expected"),
    [
        (None, {}, SKIPPED),
        (verdict("missing"), {}, SKIPPED),
        (verdict("mismatch"), {}, SKIPPED),
        (verdict("exact"), {}, PASSED),
        (verdict("mismatch", differing={"total": ("1", "2")}), {}, Severity.REJECT),
        (verdict("exact", differing={"status": ("normal", "void")}), {}, Severity.REJECT),
        (verdict("mismatch", differing={"total": ("1", "2")}), {"total": OCR}, Severity.WARN),
        (
            verdict("mismatch", differing={"total": ("1", "2"), "date": ("a", "b")}),
            {"total": OCR},
            Severity.REJECT,
        ),
    ],
)
def test_differences_reject_unless_a_misreading_may_explain_them(
    record: SourceVerdict | None, fields: dict[str, object], expected: object
) -> None:
    assert said("R-SOR-02", record=record, fields=fields) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (None, SKIPPED),
        (LedgerStatus.UNKNOWN, SKIPPED),
        (LedgerStatus.NORMAL, PASSED),
        (LedgerStatus.ABNORMAL, PASSED),
        (LedgerStatus.VOID, Severity.REJECT),
        (LedgerStatus.RED, Severity.REJECT),
        (LedgerStatus.RED_PART, Severity.REJECT),
        (LedgerStatus.RED_FULL, Severity.REJECT),
    ],
)
@pytest.mark.parametrize("by_portal", [False, True])
def test_a_dead_invoice_is_rejected_whoever_says_so(
    status: LedgerStatus | None, expected: object, by_portal: bool
) -> None:
    told = (
        {"portal": answered("001", status=status or LedgerStatus.UNKNOWN)}
        if by_portal
        else {"record": verdict("exact", status=status)}
    )
    assert said("R-SOR-03", **told) == expected


@pytest.mark.parametrize(
    ("risk", "expected"),
    [(None, SKIPPED), ("正常", PASSED), (" 正常 ", PASSED), ("疑点发票", Severity.WARN)],
)
def test_the_risk_level(risk: str | None, expected: object) -> None:
    assert said("R-SOR-04", record=verdict("exact", risk=risk)) == expected


def test_selection_is_asked_of_special_invoices_only() -> None:
    rule = RULES["R-SOR-05"]
    record = verdict("exact", selected=False)
    assert not rule.spec.applies(case_of(*build(digital(record=record))))
    case = case_of(*build(special(record=record)))
    assert rule.spec.applies(case)
    assert isinstance(judge(rule, case), Fire)


@pytest.mark.parametrize(
    ("answer", "today", "expected"),
    [
        (None, "2026-09-21", (SKIPPED, SKIPPED, SKIPPED)),
        (answered("not_configured"), "2026-09-21", (SKIPPED, SKIPPED, SKIPPED)),
        (answered("001"), "2026-09-21", (PASSED, PASSED, PASSED)),
        (
            answered("001", differing={"total": ("1", "2")}),
            "2026-09-21",
            (PASSED, Severity.REJECT, PASSED),
        ),
        (answered("006"), "2026-09-21", (PASSED, Severity.REJECT, PASSED)),
        (answered("03"), "2026-09-21", (PASSED, Severity.REJECT, PASSED)),
        (
            answered("009", inputs_sure=True),
            "2026-09-21",
            (Severity.REJECT, SKIPPED, PASSED),
        ),
        (answered("009", inputs_sure=True), "2026-09-03", (SKIPPED, SKIPPED, PASSED)),
        (answered("009"), "2026-09-21", (SKIPPED, SKIPPED, PASSED)),
        *(
            (answered(code), "2026-09-21", (SKIPPED, SKIPPED, Severity.INFO))
            for code in ("002", "003", "020", "rqerr", "timeout", "010_")
        ),
    ],
)
def test_what_the_portal_answers(
    answer: PortalAnswer | None, today: str, expected: tuple[object, ...]
) -> None:
    found = tuple(said(f"R-VER-0{number}", portal=answer, today=today) for number in (1, 2, 3))
    assert found == expected


def test_an_unknown_code_of_the_portal_proves_nothing() -> None:
    assert answered("xyz").outcome is PortalOutcome.UNASKED


def test_a_verdict_is_made_of_a_match_and_its_entry() -> None:
    match = Match(
        side=Side.INVOICE,
        key="k",
        state=MatchState.MISMATCH,
        cause="N4",
        message="日期不符",
        message_en="date differs",
        candidates=(MatchCandidate(key="e", score=1, differences={"date": ("a", "b")}),),
    )
    entry = LedgerEntry(source="s", row=2, status=LedgerStatus.VOID, risk="正常", voucher_no="记-7")
    told = SourceVerdict.of(match, entry)
    assert told.differing == {"date": ("a", "b")}
    assert (told.status, told.vouchers, told.cause) == (LedgerStatus.VOID, ("记-7",), "N4")
    assert SourceVerdict.of(match.model_copy(update={"state": MatchState.MISSING})).differing == {}
