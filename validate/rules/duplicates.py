"""R-DUP: the same invoice handed in before (the policy is in `models.duplicate`)."""

import datetime

from models.duplicate import DuplicateVerdict, Likeness, Relation, Twin
from models.finding import Severity
from models.invoice import FieldName
from models.match import MatchState
from models.verdicts import SourceVerdict
from validate.duplicates import keys_of
from validate.examples import digital
from validate.registry import Case, Fire, Given, Missing, Outcome, Spec, rule

_LONGEST_PLACE = 60
_SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
_EARLIER = datetime.datetime(2026, 9, 1, 2, tzinfo=datetime.UTC)
_ONLY_KEYS = Missing("只知道已存发票的唯一标识", "only the keys of kept invoices are known")
_WHAT = {
    "number": ("号码仅差一位", "numbers one character apart"),
    "items": ("明细相同", "the same lines"),
    "figures": ("票面数字相同", "the same figures"),
    "seller": ("销售方", "seller"),
    "date": ("日期", "date"),
    "total": ("金额", "total"),
}


def _example(relation: Relation, *what: str) -> DuplicateVerdict:
    return DuplicateVerdict(
        twins=(
            Twin(
                where="2026-09/0001.xml",
                document="0" * 64,
                index=0,
                relation=relation,
                since=_EARLIER,
                evidence=tuple(Likeness(what=each, ours="", theirs="", score=1) for each in what),
            ),
        )
    )


@rule(
    Spec(
        id="R-DUP-01",
        name="exact duplicate",
        severity=Severity.REJECT,
        zh="发票已存在：{where}{since}",
        en="Already kept: {where}{since_en}",
        needs=(FieldName.NUMBER, Given.SEEN),
        fails=digital(seen={"26112000000012345678": "2026-09/0001.pdf"}),
        passes=digital(),
        version=2,
    )
)
def exact_duplicate(case: Case) -> Outcome:
    """An invoice with the same key - any of its keys - is already kept in the same shape, was
    handed in by somebody else, or says other things under that key."""
    seen, keys = case.context.seen, keys_of(case.invoice)
    if isinstance(seen, DuplicateVerdict):
        twins = seen.having(Relation.SAME_INVOICE)
        if twins:
            key = twins[0].keys[0] if twins[0].keys else case.invoice.key
            return Fire(_told(case, twins[0]), field="number", actual=key)
    key = case.invoice.key
    if (key is None and not keys) or seen is None:
        return Missing("缺少发票代码，无法确定唯一标识", "without its code the invoice has no key")
    if isinstance(seen, DuplicateVerdict):
        return None
    for each in dict.fromkeys((*keys, key or "")):
        if each and (where := seen.get(each)):
            return Fire(
                {"where": _tail(where), "since": "", "since_en": ""}, field="number", actual=each
            )
    return None


@rule(
    Spec(
        id="R-DUP-02",
        name="cross-representation",
        severity=Severity.INFO,
        zh="同一发票的另一载体，已与其关联：{where}{since}",
        en="Another rendition of the same invoice, linked to it: {where}{since_en}",
        needs=(Given.SEEN,),
        fails=digital(seen=_example(Relation.RENDITION)),
        passes=digital(seen=_example(Relation.ALTERED_NUMBER)),
        version=2,
    )
)
def rendition(case: Case) -> Outcome:
    """The same invoice is kept in another shape (photo, scan, PDF, OFD, XML), and nothing says
    that somebody else handed it in. It is one invoice, to be paid once. A policy that wants one
    document an invoice makes this a reject, as domain.md 8.6 has it."""
    seen = case.context.seen
    if not isinstance(seen, DuplicateVerdict):
        return _ONLY_KEYS if seen else None
    if seen.having(Relation.SAME_INVOICE):
        # the graver finding says it all
        return None
    return tuple(
        Fire(_told(case, twin), field="number") for twin in seen.having(Relation.RENDITION)[:1]
    )


@rule(
    Spec(
        id="R-DUP-03",
        name="near duplicate",
        severity=Severity.WARN,
        zh="疑似重复：{where}{since}，{why}",
        en="Possible duplicate: {where}{since_en}, {why_en}",
        needs=(Given.SEEN,),
        fails=digital(seen=_example(Relation.ALTERED_NUMBER, "seller", "date", "total", "number")),
        passes=digital(seen=_example(Relation.RENDITION)),
        version=1,
    )
)
def near_duplicate(case: Case) -> Outcome:
    """Another invoice has the same seller, date and total and either a number one character off
    or the same lines; or a ticket without a sure number shows what one that is kept shows."""
    seen = case.context.seen
    if not isinstance(seen, DuplicateVerdict):
        return _ONLY_KEYS if seen else None
    twins = seen.having(Relation.SAME_PAPER, Relation.ALTERED_NUMBER)
    return tuple(Fire(_told(case, twin) | _why(twin), field="number") for twin in twins[:3])


@rule(
    Spec(
        id="R-DUP-04",
        name="already booked in ERP",
        severity=Severity.REJECT,
        zh="ERP 凭证{voucher}已入账",
        en="Already booked in voucher {voucher}",
        needs=(Given.RECORD,),
        fails=digital(record=SourceVerdict(state=MatchState.EXACT, vouchers=("记-0012",))),
        passes=digital(record=SourceVerdict(state=MatchState.EXACT)),
    )
)
def already_booked(case: Case) -> Outcome:
    """The ledger has a voucher with this invoice."""
    record = case.context.record
    vouchers = record.vouchers if record else ()
    return Fire({"voucher": "、".join(vouchers)}, field="number") if vouchers else None


def _told(case: Case, twin: Twin) -> dict[str, str]:
    """Where the other is, since when, and who has it, for a message."""
    if twin.since is None:
        return {"where": _tail(twin.where), "since": "", "since_en": ""}
    when = twin.since.astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M")
    name = case.context.people.get(twin.by, twin.by) if twin.by else None
    by, by_en = (f"，提交人 {name}", f" from {name}") if name else ("", "")
    return {
        "where": _tail(twin.where),
        "since": f"（{when} 收到{by}）",
        "since_en": f" (received {when}{by_en})",
    }


def _tail(where: str) -> str:
    """The end of a long path: the name of the file is there."""
    return where if len(where) <= _LONGEST_PLACE else "…" + where[1 - _LONGEST_PLACE :]


def _why(twin: Twin) -> dict[str, str]:
    known = [each.what for each in twin.evidence if each.what in _WHAT]
    others = len(twin.evidence) - len(known)
    zh = [_WHAT[what][0] for what in known] + ([f"另有 {others} 项相同"] if others else [])
    en = [_WHAT[what][1] for what in known] + ([f"{others} more alike"] if others else [])
    return {"why": "、".join(zh), "why_en": ", ".join(en)}


RULES = (exact_duplicate, rendition, near_duplicate, already_booked)
