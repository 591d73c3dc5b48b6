"""R-QR: the tax QR code held against the face (domain.md 2; how differences weigh: `readings`)."""

from models.finding import Severity
from models.forms import Form
from models.invoice import FieldName
from models.taxqr import CrcStatus
from models.text import fold
from validate.examples import digital, electronic
from validate.facts import TAX_SPLIT_FORMS, same_form
from validate.labels import form_label, label
from validate.readings import Clash, clash, comparable, same_money
from validate.registry import Case, Fire, Given, Missing, Outcome, Spec, rule

_WITH_QR = frozenset(
    {
        Form.VAT_SPECIAL,
        Form.FREIGHT_SPECIAL,
        Form.VAT_NORMAL,
        Form.VAT_E_SPECIAL,
        Form.VAT_E_NORMAL,
        Form.VAT_ROLL,
        Form.TOLL_E,
        Form.DZ_SPECIAL,
        Form.DZ_NORMAL,
        Form.DZ_VEHICLE,
        Form.DZ_USED_CAR,
    }
)


def _not_told(name: FieldName) -> Missing:
    zh, en = label(name)
    return Missing(f"二维码中没有{zh}", f"the QR code tells no {en}")


@rule(
    Spec(
        id="R-QR-01",
        name="QR missing/unreadable",
        severity=Severity.INFO,
        zh="未读到二维码",
        en="No tax QR code was read",
        applies=lambda case: case.form in _WITH_QR,
        fails=digital(qr=None),
        passes=digital(),
    )
)
def qr_missing(case: Case) -> Outcome:
    """A form that prints a tax QR code, and none was decoded."""
    payload = fold(case.invoice.extra.qr or "").strip()
    return None if case.qr or payload.startswith("01") else Fire({}, field="qr")


@rule(
    Spec(
        id="R-QR-02",
        name="QR parse",
        severity=Severity.WARN,
        zh="二维码内容异常：{problem}",
        en="QR payload malformed: {problem_en}",
        applies=lambda case: fold(case.invoice.extra.qr or "").strip().startswith("01,"),
        fails=digital(qr="01,32,,26112000000012345678,1272.00,20260931,,32D1"),
        passes=digital(),
    )
)
def qr_malformed(case: Case) -> Outcome:
    """A payload that begins like a tax QR code, but lacks fields or holds values that are none."""
    if case.qr is None:
        return Fire(
            {"problem": "字段不足", "problem_en": "fields are missing"},
            field="qr",
            actual=case.invoice.extra.qr,
        )
    if not case.qr.problems:
        return None
    problems = "; ".join(case.qr.problems)
    return Fire({"problem": problems, "problem_en": problems}, field="qr", actual=problems)


@rule(
    Spec(
        id="R-QR-03",
        name="QR number",
        severity=Severity.REJECT,
        zh="二维码{field}{told}与票面{printed}不一致",
        en="QR {field_en} {told} ≠ printed {printed}",
        needs=(Given.QR,),
        fails=digital(number="26112000000012345687"),
        passes=digital(),
    )
)
def qr_number(case: Case) -> Outcome:
    """The number, or the code, in the QR code is not the one on the face."""
    if case.qr is None:
        return None
    pairs = [
        (name, told)
        for name, told in ((FieldName.NUMBER, case.qr.number), (FieldName.CODE, case.qr.code))
        if told
    ]
    if not pairs:
        return _not_told(FieldName.NUMBER)
    found = [
        (name, told, clash(case.invoice, name, told, case.context.policy)) for name, told in pairs
    ]
    missing = [answer for _, _, answer in found if isinstance(answer, Missing)]
    if len(missing) == len(found):
        return missing[0]
    return tuple(
        _fire(name, told, answer) for name, told, answer in found if isinstance(answer, Clash)
    )


def _fire(name: FieldName, told: str, found: Clash) -> Fire:
    zh, en = label(name)
    return Fire(
        {"field": zh, "field_en": en, "told": told, "printed": found.printed},
        field=name.value,
        severity=found.severity,
        expected=told,
        actual=found.printed,
    )


@rule(
    Spec(
        id="R-QR-04",
        name="QR date",
        severity=Severity.REJECT,
        zh="二维码日期{told}与票面{printed}不一致",
        en="QR date {told} ≠ printed {printed}",
        needs=(Given.QR,),
        fails=digital(date="2026-09-02"),
        passes=digital(),
    )
)
def qr_date(case: Case) -> Outcome:
    """The date in the QR code is not the one on the face."""
    if case.qr is None or case.qr.date is None:
        return _not_told(FieldName.DATE)
    told = case.qr.date.strftime("%Y%m%d")
    found = clash(case.invoice, FieldName.DATE, told, case.context.policy)
    return _fire(FieldName.DATE, told, found) if isinstance(found, Clash) else found


@rule(
    Spec(
        id="R-QR-05",
        name="QR amount",
        severity=Severity.REJECT,
        zh="二维码金额{told}与票面{printed}不一致",
        en="QR amount {told} ≠ printed {printed}",
        needs=(Given.QR,),
        fails=digital(amount="2400.00", tax="144.00", total="2544.00"),
        passes=digital(),
    )
)
def qr_amount(case: Case) -> Outcome:
    """The amount in the QR code is neither 合计金额 nor 价税合计 on the face, within 0.01.

    Which of the two it is depends on the type, and issuers disagree (domain.md 2.1), so either
    will do.
    """
    if case.qr is None or case.qr.amount is None:
        return _not_told(FieldName.AMOUNT)
    told = comparable(FieldName.TOTAL, f"{case.qr.amount:f}")
    fields = (FieldName.TOTAL, FieldName.AMOUNT)
    if not case.qr.amount_is_total and case.form in TAX_SPLIT_FORMS:
        # 卷票 and used cars print no 金额 of their own
        fields = fields[::-1]
    if told is None:
        return _not_told(fields[0])
    found = [clash(case.invoice, name, told, case.context.policy, same_money) for name in fields]
    if None in found:
        return None
    return _fire(fields[0], told, found[0]) if isinstance(found[0], Clash) else found[0]


@rule(
    Spec(
        id="R-QR-06",
        name="QR check code",
        severity=Severity.WARN,
        zh="二维码校验码后6位{told}与票面{printed}不一致",
        en="QR check code ends in {told}, printed {printed}",
        needs=(Given.QR, FieldName.CHECK_CODE),
        applies=lambda case: case.qr is not None and case.qr.check_code is not None,
        fails=electronic(check_code="12345678901234567899"),
        passes=electronic(),
    )
)
def qr_check_code(case: Case) -> Outcome:
    """The last six digits of the 校验码 differ; a repaired slip of OCR does not count."""
    if case.qr is None or not case.qr.check_code:
        return None
    found = clash(
        case.invoice,
        FieldName.CHECK_CODE,
        case.qr.check_code,
        case.context.policy,
        lambda one, other: one[-6:] == other[-6:],
    )
    if not isinstance(found, Clash):
        return found
    told, seen = case.qr.check_code[-6:], found.printed[-6:]
    return Fire(
        {"told": told, "printed": seen},
        field="check_code",
        severity=Severity.WARN,
        expected=told,
        actual=seen,
    )


@rule(
    Spec(
        id="R-QR-07",
        name="QR CRC",
        severity=Severity.INFO,
        zh="二维码校验位不符（可能为其他厂商算法，或内容被修改）",
        en="QR CRC mismatch: another issuer's algorithm, or an altered payload",
        needs=(Given.QR,),
        fails=digital(qr="01,32,,26112000000012345678,1272.00,20260901,,32D2"),
        passes=digital(),
    )
)
def qr_crc(case: Case) -> Outcome:
    """The CRC does not fit the payload; a warning where the payload also contradicts the face."""
    if case.qr is None or case.qr.crc is CrcStatus.ABSENT:
        return Missing("二维码没有校验位", "the QR code has no CRC")
    if case.qr.crc is CrcStatus.OK:
        return None
    contradicted = any(
        isinstance(outcome, Fire) or (isinstance(outcome, tuple) and outcome)
        for outcome in (rule.run(case) for rule in (qr_number, qr_date, qr_amount))
    )
    return Fire({}, field="qr", severity=Severity.WARN if contradicted else None)


@rule(
    Spec(
        id="R-QR-08",
        name="QR type ↔ kind",
        severity=Severity.WARN,
        zh="二维码票种{told}与票面{form}不符",
        en="QR type {told_en} ≠ document kind {form_en}",
        needs=(Given.QR, Given.FORM),
        fails=digital(form="dz_special", type="digital_special"),
        passes=digital(),
    )
)
def qr_type(case: Case) -> Outcome:
    """The type in the QR code stands for another form."""
    if case.qr is None or case.form is None:
        return None
    if case.qr.form is None:
        return Missing(f"未知的二维码票种{case.qr.qr_type}", f"unknown QR type {case.qr.qr_type}")
    if same_form(case.qr.form, case.form):
        return None
    return Fire(
        {
            "told": form_label(case.qr.form),
            "told_en": case.qr.form,
            "form": form_label(case.form),
            "form_en": case.form,
        },
        field="type",
        expected=case.qr.form.value,
        actual=case.form.value,
    )


RULES = (
    qr_missing,
    qr_malformed,
    qr_number,
    qr_date,
    qr_amount,
    qr_check_code,
    qr_crc,
    qr_type,
)
