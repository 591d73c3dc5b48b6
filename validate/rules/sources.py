"""R-SOR, R-VER: what the system of record and the verification portal say (domain.md 6)."""

import datetime
from collections.abc import Iterable

from models.finding import Severity
from models.invoice import FieldName
from models.ledger import LedgerStatus
from models.match import MatchState
from models.portal import PortalAnswer, PortalOutcome
from models.verdicts import SourceVerdict
from validate.examples import digital, special
from validate.facts import misreadable
from validate.labels import both
from validate.registry import Case, Fire, Given, Missing, Outcome, Spec, rule

_NOT_IN_SOURCE = frozenset({MatchState.MISSING, MatchState.SUGGESTED, MatchState.RESIDUAL})
_COMPARED = frozenset({MatchState.EXACT, MatchState.MISMATCH})
_CANNOT_SAY = {
    "N1": ("可能尚未上传", "it may not have been uploaded yet"),
    "N6": ("超出台账期间", "outside the period of the ledger"),
    "N7": ("不属于台账的单位", "of another company than the ledger"),
    "N13": ("该票种不在台账范围", "the ledger does not hold this kind of document"),
    "N15": ("已超过查验期限", "too old to be checked"),
    "N16": ("暂不可查验", "cannot be asked now"),
    "N17": ("台账文件不完整", "the ledger file is incomplete"),
}
"""Causes under which "not there" says nothing of the invoice: coverage, lag, a bad source."""

_DEAD = {
    LedgerStatus.VOID: ("已作废", "void"),
    LedgerStatus.RED_FULL: ("已红冲-全额", "taken back in full by a red invoice"),
    LedgerStatus.RED_PART: ("已红冲-部分", "taken back in part by a red invoice"),
    LedgerStatus.RED: ("已红冲", "taken back by a red invoice"),
}
_NORMAL_RISK = frozenset({"正常", "无风险", ""})
_NOT_FOUND = SourceVerdict(state=MatchState.MISSING, cause="N14")
_EXACT = SourceVerdict(
    state=MatchState.EXACT, status=LedgerStatus.NORMAL, risk="正常", selected=True
)
_ASKED = datetime.datetime(2026, 9, 20, tzinfo=datetime.UTC)
_ANSWERED = frozenset({PortalOutcome.FOUND, PortalOutcome.DIFFERS, PortalOutcome.ABSENT})
_NO_ANSWER = Missing("查验平台没有给出结论", "the portal gave no verdict")


def _verdict(case: Case) -> SourceVerdict:
    # the engine asks for Given.RECORD before the rule runs; this is for the type checker
    return case.context.record or SourceVerdict(state=MatchState.MISSING, cause="N17")


def _answer(case: Case) -> PortalAnswer:
    return case.context.portal or _said("not_configured")


def _said(code: str, *, inputs_sure: bool = False) -> PortalAnswer:
    return PortalAnswer(code=code, asked_at=_ASKED, inputs_sure=inputs_sure)


def _named(fields: Iterable[str]) -> tuple[str, str]:
    """Names of fields for a message; those that are no field of an invoice as they are."""
    known = {name.value for name in FieldName}
    pairs = [both([FieldName(name)]) if name in known else (name, name) for name in fields]
    return "、".join(zh for zh, _ in pairs), ", ".join(en for _, en in pairs)


def _only_field(fields: Iterable[str]) -> str | None:
    names = list(fields)
    return names[0] if len(names) == 1 else None


@rule(
    Spec(
        id="R-SOR-01",
        name="not found",
        severity=Severity.WARN,
        zh="系统中未查到该发票：{cause}",
        en="Not found in the system of record: {cause_en}",
        needs=(Given.RECORD,),
        fails=digital(record=_NOT_FOUND),
        passes=digital(record=_EXACT),
    )
)
def not_in_source(case: Case) -> Outcome:
    """The system of record does not know the invoice, though it covers its date, company and
    kind and had time enough. Where it does not (causes N1, N6, N7, N13, N15 to N17 of
    domain.md 6.4), its silence says nothing, and the rule is not evaluated."""
    verdict = _verdict(case)
    if verdict.state not in _NOT_IN_SOURCE:
        return None
    if verdict.cause in _CANNOT_SAY:
        zh, en = _CANNOT_SAY[verdict.cause]
        return Missing(f"{zh}（{verdict.cause}）", f"{en} ({verdict.cause})")
    cause = verdict.cause or "原因不明"
    cause_en = verdict.cause or "cause unknown"
    return Fire(
        {
            "cause": f"{cause} {verdict.message}".strip(),
            "cause_en": f"{cause_en} {verdict.message_en}".strip(),
        },
        field="number",
    )


@rule(
    Spec(
        id="R-SOR-02",
        name="mismatch with source",
        severity=Severity.REJECT,
        zh="与税务数据不一致：{fields}",
        en="Differs from the system of record: {fields_en}",
        needs=(Given.RECORD,),
        fails=digital(
            record=SourceVerdict(
                state=MatchState.MISMATCH, differing={"total": ("1272.00", "1372.00")}
            )
        ),
        passes=digital(record=_EXACT),
    )
)
def differs_from_source(case: Case) -> Outcome:
    """Total, date, seller, buyer or another field is not what the system of record holds.

    A warning where OCR alone read every field in question: a misreading may explain it.
    """
    verdict = _verdict(case)
    if verdict.state not in _COMPARED:
        return Missing("台账中没有对应的发票", "the system of record has no such invoice")
    if not verdict.differing:
        if verdict.state is MatchState.EXACT:
            return None
        return Missing("没有说明哪些字段不一致", "which fields differ is not said")
    zh, en = _named(verdict.differing)
    known = [name for name in FieldName if name.value in verdict.differing]
    slip = len(known) == len(verdict.differing) and all(
        misreadable(case.invoice, name) for name in known
    )
    first = next(iter(verdict.differing.values()))
    return Fire(
        {"fields": zh, "fields_en": en},
        field=_only_field(verdict.differing),
        severity=Severity.WARN if slip else None,
        expected=first[1],
        actual=first[0],
    )


@rule(
    Spec(
        id="R-SOR-03",
        name="void/red in source",
        severity=Severity.REJECT,
        zh="发票状态为{status}",
        en="The invoice is {status_en}",
        basis="《发票管理办法》（2023）第二十条",
        fails=digital(record=SourceVerdict(state=MatchState.EXACT, status=LedgerStatus.VOID)),
        passes=digital(record=_EXACT),
    )
)
def dead_in_source(case: Case) -> Outcome:
    """The system of record, or the portal, says that the invoice is void or was red-lettered."""
    told = (case.context.record, case.context.portal)
    known = [one.status for one in told if one and one.status not in {None, LedgerStatus.UNKNOWN}]
    if not known:
        return Missing("不知道发票状态", "nobody told the status of the invoice")
    dead = next((status for status in known if status in _DEAD), None)
    if dead is None:
        return None
    zh, en = _DEAD[dead]
    return Fire({"status": zh, "status_en": en}, expected="正常", actual=zh)


@rule(
    Spec(
        id="R-SOR-04",
        name="risk level",
        severity=Severity.WARN,
        zh="发票风险等级：{risk}",
        en="Risk level: {risk}",
        needs=(Given.RECORD,),
        fails=digital(record=_EXACT.model_copy(update={"risk": "疑点发票"})),
        passes=digital(record=_EXACT),
    )
)
def risk_level(case: Case) -> Outcome:
    """The tax bureau's 发票风险等级 is not 正常."""
    risk = _verdict(case).risk
    if risk is None:
        return Missing("台账没有发票风险等级", "the source names no risk level")
    if risk.strip() in _NORMAL_RISK:
        return None
    return Fire({"risk": risk.strip()}, expected="正常", actual=risk.strip())


@rule(
    Spec(
        id="R-SOR-05",
        name="not yet certified",
        severity=Severity.INFO,
        zh="未勾选抵扣",
        en="Not confirmed for deduction",
        needs=(Given.RECORD,),
        applies=lambda case: bool(case.form and case.form.is_special),
        fails=special(record=_EXACT.model_copy(update={"selected": False})),
        passes=special(record=_EXACT),
    )
)
def not_selected(case: Case) -> Outcome:
    """A 专票 that is not 已勾选 in 用途确认."""
    selected = _verdict(case).selected
    if selected is None:
        return Missing("台账没有勾选状态", "the source does not say whether it is selected")
    return None if selected else Fire({}, field="tax")


@rule(
    Spec(
        id="R-VER-01",
        name="portal 009",
        severity=Severity.REJECT,
        zh="查验平台查无此票（开票已{days}天）",
        en="Portal: no such invoice, {days} days after its date",
        needs=(Given.PORTAL, FieldName.DATE),
        fails=digital(portal=_said("009", inputs_sure=True)),
        passes=digital(portal=_said("001")),
    )
)
def portal_not_found(case: Case) -> Outcome:
    """The portal knows no such invoice, two days or more after its date, asked with inputs that
    had been checked a second time. Sooner, or with doubtful inputs, it proves nothing."""
    answer, date = _answer(case), case.invoice.date
    if answer.outcome not in _ANSWERED:
        return _NO_ANSWER
    if answer.outcome is not PortalOutcome.ABSENT or date is None:
        return None
    days = (case.context.today - date).days
    if days <= case.context.policy.portal_days:
        return Missing("开票时间太短，数据可能未上传", "too soon after its date")
    if not answer.inputs_sure:
        return Missing("查验信息未经复核", "what was asked had not been checked twice")
    return Fire({"days": days}, field="number")


@rule(
    Spec(
        id="R-VER-02",
        name="portal 006",
        severity=Severity.REJECT,
        zh="查验信息不一致{fields}",
        en="Portal mismatch{fields_en}",
        needs=(Given.PORTAL,),
        fails=digital(portal=_said("006")),
        passes=digital(portal=_said("001")),
    )
)
def portal_mismatch(case: Case) -> Outcome:
    """The portal says 不一致, or shows data that differ from the invoice's."""
    answer = _answer(case)
    if answer.outcome not in {PortalOutcome.FOUND, PortalOutcome.DIFFERS}:
        return _NO_ANSWER
    if answer.outcome is PortalOutcome.FOUND and not answer.differing:
        return None
    zh, en = _named(answer.differing)
    return Fire(
        {"fields": f"：{zh}" if zh else "", "fields_en": f": {en}" if en else ""},
        field=_only_field(answer.differing),
    )


@rule(
    Spec(
        id="R-VER-03",
        name="portal not usable",
        severity=Severity.INFO,
        zh="暂不可查验：{reason}",
        en="Cannot verify now: {reason_en}",
        needs=(Given.PORTAL,),
        fails=digital(portal=_said("rqerr")),
        passes=digital(portal=_said("001")),
    )
)
def portal_unusable(case: Case) -> Outcome:
    """The portal was asked and could not answer: limits, captcha, timeout, issued today."""
    answer = _answer(case)
    if answer.outcome in _ANSWERED:
        return None
    if answer.reason is None:
        return Missing("没有问过查验平台", "the portal was not asked")
    zh, en = answer.reason
    return Fire({"reason": zh, "reason_en": en})


RULES = (
    not_in_source,
    differs_from_source,
    dead_in_source,
    risk_level,
    not_selected,
    portal_not_found,
    portal_mismatch,
    portal_unusable,
)
