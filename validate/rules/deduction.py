"""R-DED: whether the input tax may be credited (domain.md 7.2; the amount: `eligibility`)."""

from models.claim import Claim
from models.finding import Severity
from models.forms import Form
from validate.creditfacts import blocks, identified, is_foreign, not_staff
from validate.eligibility import credit_of
from validate.examples import digital, special
from validate.registry import Case, Fire, Given, Missing, Outcome, Spec, rule

_DEDUCT = Claim(deduct=True)
_BUS: dict[str, object] = {
    "form": "bus",
    "type": "other",
    "number": "12345678",
    "code": "144002411234",
    "qr": None,
    "items": [],
    "amount": None,
    "tax": None,
}
_AIR = _BUS | {"form": "air_e", "type": "air", "number": "26118000000012345678", "code": None}
_TICKETS = frozenset({Form.BUS, Form.SHIP})
_FOR_TRAVELLERS = _TICKETS | {Form.RAIL_E, Form.RAIL_PAPER, Form.AIR_E, Form.AIR_PAPER}


def _asked(case: Case) -> bool:
    return case.context.claim is not None and case.context.claim.deduct


def _may_be_asked(case: Case) -> bool:
    """Deduction is asked for, or nobody said whether it is."""
    return case.context.claim is None or case.context.claim.deduct


@rule(
    Spec(
        id="R-DED-01",
        name="not deductible kind",
        severity=Severity.WARN,
        zh="不可抵扣：{reason}",
        en="Not deductible: {reason_en}",
        needs=(Given.FORM, Given.CLAIM),
        applies=_may_be_asked,
        fails=digital(claim=_DEDUCT),
        passes=special(claim=_DEDUCT),
    )
)
def not_deductible(case: Case) -> Outcome:
    """Deduction is asked for, and a document of this kind carries no tax that may be credited."""
    credit = credit_of(case.invoice, case.context)
    if credit.allowed:
        return None
    return Fire({"reason": credit.basis.zh, "reason_en": credit.basis.en})


@rule(
    Spec(
        id="R-DED-02",
        name="blocked use",
        severity=Severity.REJECT,
        zh="进项税不得抵扣：{reason}",
        en="Input tax not creditable: {reason_en}",
        basis="《增值税法》第二十二条",
        needs=(Given.CLAIM,),
        applies=_may_be_asked,
        fails=digital(claim=_DEDUCT, category="MEAL"),
        passes=special(claim=_DEDUCT, category="OFFICE"),
    )
)
def blocked_use(case: Case) -> Outcome:
    """Deduction is asked for what must not be deducted: catering, daily and entertainment
    services, loans, welfare, private use, exempt projects. A warning where only some of the
    lines are of that kind. 福利与劳保 cannot be told apart by category, so there the claim has to
    state the use."""
    found = blocks(case.invoice, case.context)
    if found.reasons:
        return Fire(
            {
                "reason": "；".join(reason.zh for reason in found.reasons),
                "reason_en": "; ".join(reason.en for reason in found.reasons),
            },
            field="category",
            severity=None if found.whole else Severity.WARN,
        )
    claim = case.context.claim
    category = (claim.category if claim else None) or case.invoice.category
    if claim is not None and claim.use is None:
        if category == "WELFARE":
            return Missing("福利还是劳保，用途未说明", "welfare or protection: no use is stated")
        if category is None and not case.invoice.items:
            return Missing("没有明细、类别或用途", "neither lines, category nor use are known")
    return None


@rule(
    Spec(
        id="R-DED-03",
        name="passenger identity",
        severity=Severity.WARN,
        zh="客票未注明旅客身份（缺少{missing}），不得抵扣",
        en="Without {missing_en} the ticket does not say who travelled: not deductible",
        applies=lambda case: case.form in _TICKETS,
        fails=digital(**_BUS, claim=_DEDUCT),
        passes=digital(**_BUS, claim=_DEDUCT, traveller="张三", traveller_id="4403011990****1234"),
    )
)
def no_identity(case: Case) -> Outcome:
    """A road or water ticket without the traveller's name and identity number. For the record
    where deduction is not asked for."""
    if identified(case.invoice):
        return None
    extra = case.invoice.extra
    absent = [
        names
        for value, names in (
            (extra.traveller, ("姓名", "a name")),
            (extra.traveller_id, ("身份证件号", "an identity number")),
        )
        if not (value or "").strip()
    ]
    return Fire(
        {
            "missing": "、".join(zh for zh, _ in absent),
            "missing_en": " and ".join(en for _, en in absent),
        },
        field="traveller",
        severity=None if _asked(case) else Severity.INFO,
    )


@rule(
    Spec(
        id="R-DED-04",
        name="traveller not staff",
        severity=Severity.WARN,
        zh="乘客{name}非本单位人员",
        en="The traveller {name} is none of our staff",
        needs=(Given.STAFF,),
        applies=lambda case: case.form in _FOR_TRAVELLERS,
        fails=digital(**_BUS, traveller="李四", staff=frozenset({"张三"})),
        passes=digital(**_BUS, traveller="张三", staff=frozenset({"张三"})),
    )
)
def traveller_not_staff(case: Case) -> Outcome:
    """The traveller on the ticket is not on the list of staff."""
    name = (case.invoice.extra.traveller or "").strip()
    if not name:
        return Missing("票面没有乘客姓名", "the ticket names no traveller")
    if not not_staff(case.invoice, case.context):
        return None
    return Fire({"name": name}, field="traveller", actual=name)


@rule(
    Spec(
        id="R-DED-05",
        name="foreign trip",
        severity=Severity.WARN,
        zh="国际航段不得抵扣：{mark}",
        en="International leg, not deductible: {mark}",
        applies=lambda case: case.form is Form.AIR_E,
        fails=digital(**_AIR, claim=_DEDUCT, details=[{"name": "国内国际标识", "value": "国际"}]),
        passes=digital(**_AIR, claim=_DEDUCT, details=[{"name": "国内国际标识", "value": "国内"}]),
    )
)
def foreign_leg(case: Case) -> Outcome:
    """The air ticket is not marked 国内. For the record where deduction is not asked for."""
    foreign = is_foreign(case.invoice)
    if foreign is None:
        return Missing("没有国内国际标识", "it is not marked domestic or international")
    if not foreign:
        return None
    details = case.invoice.extra.details
    mark = next(detail.value for detail in details if detail.name == "国内国际标识")
    return Fire(
        {"mark": mark},
        severity=None if _asked(case) else Severity.INFO,
        expected="国内",
        actual=mark,
    )


RULES = (not_deductible, blocked_use, no_identity, traveller_not_staff, foreign_leg)
