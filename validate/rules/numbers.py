"""R-NUM, R-CODE, R-CHK: the structure of numbers and codes (domain.md 1.3)."""

import re

from models.finding import Severity
from models.forms import Form
from models.identifiers import (
    code_region_ok,
    code_year,
    form_from_code,
    number_region_ok,
)
from models.invoice import FieldName
from validate.examples import digital, electronic, rail, special
from validate.facts import misreadable, same_form
from validate.labels import form_label
from validate.registry import Case, Fire, Missing, Outcome, Spec, rule

_DIGITS_20 = re.compile(r"[0-9]{20}")
_DIGITS_8 = re.compile(r"[0-9]{8}")
_CODE = re.compile(r"[0-9]{10}|[0-9]{12}")

_PREPRINTED = frozenset(
    {
        Form.VAT_SPECIAL,
        Form.FREIGHT_SPECIAL,
        Form.VAT_NORMAL,
        Form.VAT_ROLL,
        Form.VEHICLE,
        Form.USED_CAR,
    }
)
_CHANNEL_OF = {Form.AIR_E: "8", Form.RAIL_E: "9"}
_WITH_CHECK_CODE = frozenset({Form.VAT_NORMAL, Form.VAT_E_NORMAL, Form.VAT_ROLL, Form.TOLL_E})

_ILL_FORMED_NUMBER = Missing("号码不是20位数字", "the number is not 20 digits")
_ILL_FORMED_CODE = Missing("代码不是10或12位数字", "the code is not 10 or 12 digits")


def _is_digital(case: Case) -> bool:
    return case.form is not None and (case.form.is_digital or case.form.is_digital_paper)


def _is_tax_control(case: Case) -> bool:
    return case.form is not None and case.form.is_tax_control


@rule(
    Spec(
        id="R-NUM-01",
        name="20-digit format",
        severity=Severity.REJECT,
        zh="数电票号码应为20位数字，实为“{number}”（{length}位）",
        en="Number must be 20 digits, is {number!r} ({length} characters)",
        needs=(FieldName.NUMBER,),
        applies=_is_digital,
        fails=digital(number="2611200000001234567"),
        passes=digital(),
    )
)
def number_of_20_digits(case: Case) -> Outcome:
    """A 数电票 whose number is not 20 digits. On 数电纸质 only the paper's 8 digits may be read."""
    number = case.invoice.number or ""
    paper = case.form is not None and case.form.is_digital_paper
    if _DIGITS_20.fullmatch(number) or (paper and _DIGITS_8.fullmatch(number)):
        return None
    return Fire({"number": number, "length": len(number)}, field="number", actual=number)


@rule(
    Spec(
        id="R-NUM-02",
        name="year prefix",
        severity=Severity.REJECT,
        zh="号码前两位{prefix}与开票年份{year}不符",
        en="Number begins with {prefix} but was issued in {year}",
        needs=(FieldName.NUMBER, FieldName.DATE),
        applies=_is_digital,
        fails=digital(number="25112000000012345678", qr=None),
        passes=digital(),
    )
)
def number_year(case: Case) -> Outcome:
    """The first two digits are not the year of issue.

    A warning where OCR alone read one of the two.
    """
    number, date = case.invoice.number or "", case.invoice.date
    if date is None or not _DIGITS_20.fullmatch(number):
        return _ILL_FORMED_NUMBER
    if int(number[:2]) == date.year % 100:
        return None
    doubtful = misreadable(case.invoice, FieldName.NUMBER, FieldName.DATE)
    return Fire(
        {"prefix": number[:2], "year": date.year},
        field="number",
        severity=Severity.WARN if doubtful else None,
        expected=f"{date.year % 100:02d}",
        actual=number[:2],
    )


@rule(
    Spec(
        id="R-NUM-03",
        name="region prefix",
        severity=Severity.WARN,
        zh="号码地区码无效：{region}",
        en="Invalid region code {region}",
        needs=(FieldName.NUMBER,),
        applies=_is_digital,
        fails=digital(number="26002000000012345678"),
        passes=digital(),
    )
)
def number_region(case: Case) -> Outcome:
    """Digits 3 and 4 name neither a province nor a 计划单列市."""
    number = case.invoice.number or ""
    if not _DIGITS_20.fullmatch(number):
        return _ILL_FORMED_NUMBER
    if number_region_ok(number):
        return None
    return Fire({"region": number[2:4]}, field="number", actual=number[2:4])


@rule(
    Spec(
        id="R-NUM-04",
        name="channel vs type",
        severity=Severity.WARN,
        zh="号码渠道位{digit}与票种不符：{form}",
        en="Channel digit {digit} does not fit {form_en}",
        needs=(FieldName.NUMBER,),
        applies=_is_digital,
        fails=rail(number="26112000000012345678", qr=None),
        passes=rail(),
    )
)
def number_channel(case: Case) -> Outcome:
    """The fifth digit is 8 on an air itinerary and 9 on a rail ticket, and on nothing else.

    The other digits are not enumerated anywhere and say nothing.
    """
    number, form = case.invoice.number or "", case.form
    if form is None or not _DIGITS_20.fullmatch(number):
        return _ILL_FORMED_NUMBER
    expected = _CHANNEL_OF.get(form)
    if (number[4] if number[4] in _CHANNEL_OF.values() else None) == expected:
        return None
    return Fire(
        {"digit": number[4], "form": form_label(form), "form_en": form},
        field="number",
        expected=expected,
        actual=number[4],
    )


@rule(
    Spec(
        id="R-NUM-05",
        name="8-digit number",
        severity=Severity.REJECT,
        zh="发票号码应为8位数字，实为“{number}”",
        en="Number must be 8 digits, is {number!r}",
        needs=(FieldName.NUMBER,),
        applies=_is_tax_control,
        fails=special(number="1234567"),
        passes=special(),
    )
)
def number_of_8_digits(case: Case) -> Outcome:
    """An invoice of the tax-control system whose number is not 8 digits."""
    number = case.invoice.number or ""
    if _DIGITS_8.fullmatch(number):
        return None
    return Fire({"number": number}, field="number", actual=number)


@rule(
    Spec(
        id="R-NUM-06",
        name="printed vs machine number",
        severity=Severity.REJECT,
        zh="印刷的代码号码与打印的不一致（错票或重打）：{one} ≠ {other}",
        en="Pre-printed and machine-printed number or code differ: {one} and {other}",
        basis="《发票管理办法》（2023）第二十条：不符合规定的发票，不得作为财务报销凭证",
        applies=lambda case: case.form in _PREPRINTED,
        fails=special(second_number="01234568"),
        passes=special(),
    )
)
def printed_twice(case: Case) -> Outcome:
    """Number or code, printed on the paper and once more by the machine, are not the same.

    Where the invoice was read by OCR, rejecting takes a second reading that is known to be sure
    (a candidate of that value, `Policy.low_confidence`); otherwise it is a warning.
    """
    invoice, extra = case.invoice, case.invoice.extra
    pairs = [
        (name, one, other)
        for name, one, other in (
            (FieldName.NUMBER, invoice.number, extra.second_number),
            (FieldName.CODE, invoice.code, extra.second_code),
        )
        if one and other
    ]
    if not pairs:
        return Missing("只读到一处号码", "only one printing of the number was read")
    return tuple(
        Fire(
            {"one": one, "other": other},
            field=name.value,
            severity=_second_reading(case, name, other),
            expected=one,
            actual=other,
        )
        for name, one, other in pairs
        if one != other
    )


def _second_reading(case: Case, name: FieldName, value: str) -> Severity | None:
    evidence = case.invoice.fields.get(name)
    if evidence is None:
        return None
    sure = any(
        candidate.value == value and candidate.confidence >= case.context.policy.low_confidence
        for candidate in evidence.candidates
    )
    return None if sure else Severity.WARN


@rule(
    Spec(
        id="R-CODE-01",
        name="code length/charset",
        severity=Severity.REJECT,
        zh="发票代码应为10或12位数字，实为“{code}”",
        en="Code must be 10 or 12 digits, is {code!r}",
        needs=(FieldName.CODE,),
        applies=_is_tax_control,
        fails=special(code="44001941301"),
        passes=special(),
    )
)
def code_length(case: Case) -> Outcome:
    """The 发票代码 of a tax-control invoice is not 10 or 12 digits."""
    code = case.invoice.code or ""
    return None if _CODE.fullmatch(code) else Fire({"code": code}, field="code", actual=code)


@rule(
    Spec(
        id="R-CODE-02",
        name="code ↔ kind",
        severity=Severity.REJECT,
        zh="发票代码与票种不符：代码为{told}，票面为{form}",
        en="Code says {told_en}, the document is {form_en}",
        needs=(FieldName.CODE,),
        applies=_is_tax_control,
        fails=special(code="4400194330", second_code=None, qr=None),
        passes=special(),
    )
)
def code_kind(case: Case) -> Outcome:
    """The code stands for another form; a warning where it stands for none that is known.

    Forms that carry the same title (电子普票 and 通行费, 折叠票 and 卷票) count as the same.
    """
    code = case.invoice.code or ""
    if not _CODE.fullmatch(code) or case.form is None:
        return _ILL_FORMED_CODE
    told = form_from_code(code)
    if told is not None and same_form(told, case.form):
        return None
    return Fire(
        {
            "told": form_label(told) if told else "未知票种",
            "told_en": told or "nothing known",
            "form": form_label(case.form),
            "form_en": case.form,
        },
        field="code",
        severity=None if told else Severity.WARN,
        expected=case.form.value,
        actual=told.value if told else None,
    )


@rule(
    Spec(
        id="R-CODE-03",
        name="code region",
        severity=Severity.WARN,
        zh="发票代码地区无效：{code}",
        en="Invalid region in code {code}",
        needs=(FieldName.CODE,),
        applies=_is_tax_control,
        fails=special(code="9900194130"),
        passes=special(),
    )
)
def code_region(case: Case) -> Outcome:
    """The region digits of the code name no province."""
    code = case.invoice.code or ""
    if not _CODE.fullmatch(code):
        return _ILL_FORMED_CODE
    return None if code_region_ok(code) else Fire({"code": code}, field="code", actual=code)


@rule(
    Spec(
        id="R-CODE-04",
        name="code year",
        severity=Severity.WARN,
        zh="代码年份{made}与开票日期{date}矛盾",
        en="Code made in {made} contradicts the date {date}",
        needs=(FieldName.CODE, FieldName.DATE),
        applies=_is_tax_control,
        fails=special(code="4400264130"),
        passes=special(),
    )
)
def code_made(case: Case) -> Outcome:
    """The code is of a later year than the issue, or more than four years older."""
    date, made = case.invoice.date, code_year(case.invoice.code or "")
    if date is None or made is None:
        return _ILL_FORMED_CODE
    if 0 <= date.year - made <= case.context.policy.code_max_age_years:
        return None
    return Fire({"made": made, "date": date}, field="code", actual=str(made))


@rule(
    Spec(
        id="R-CODE-05",
        name="code absent/present",
        severity=Severity.WARN,
        zh="{what}",
        en="{what_en}",
        applies=lambda case: (
            case.form is not None and (case.form.is_digital or case.form.is_tax_control)
        ),
        fails=digital(code="011001900311"),
        passes=digital(),
    )
)
def code_presence(case: Case) -> Outcome:
    """A 数电票 with a 发票代码, or an invoice of the tax-control system without one."""
    digital_form = case.form is not None and case.form.is_digital
    if bool(case.invoice.code) is not digital_form:
        return None
    what, what_en = (
        ("数电票不应有发票代码", "A digital invoice must not have a code")
        if digital_form
        else ("税控发票缺少发票代码", "A tax-control invoice must have a code")
    )
    return Fire({"what": what, "what_en": what_en}, field="code", actual=case.invoice.code)


@rule(
    Spec(
        id="R-CHK-01",
        name="校验码 format",
        severity=Severity.WARN,
        zh="校验码应为20位数字，实为“{check_code}”",
        en="Check code must be 20 digits, is {check_code!r}",
        needs=(FieldName.CHECK_CODE,),
        applies=lambda case: case.form in _WITH_CHECK_CODE,
        fails=electronic(check_code="1234567890123456789"),
        passes=electronic(),
    )
)
def check_code_format(case: Case) -> Outcome:
    """The 校验码 of a 普票 of the tax-control system is not 20 digits."""
    text = case.invoice.check_code or ""
    if _DIGITS_20.fullmatch(text):
        return None
    return Fire({"check_code": text}, field="check_code", actual=text)


RULES = (
    number_of_20_digits,
    number_year,
    number_region,
    number_channel,
    number_of_8_digits,
    printed_twice,
    code_length,
    code_kind,
    code_region,
    code_made,
    code_presence,
    check_code_format,
)
