"""R-DOC: what kind of document it is, and whether enough of it was read."""

import re

from models.finding import Severity
from models.invoice import FieldName
from models.text import squash
from validate.examples import digital
from validate.facts import mandatory_fields
from validate.labels import both, label
from validate.registry import Case, Fire, Missing, Outcome, Spec, rule

_LABEL = re.compile(
    r"(?:(?:购买|销售|购货|销货|收款)(?:方|单位)?(?:信息)?|购方|销方|名称|单位名称|(?:纳税人)?识别号"
    r"|统一社会信用代码(?:/?纳税人识别号)?|/?纳税人识别号|地址、?电话|开户行及账号|开户行|账号"
    r"|项目名称|货物或应税劳务、?服务名称|密码区|备注|开票日期|发票号码|发票代码)+:*|(?:名称|识别号):.*"
)


@rule(
    Spec(
        id="R-DOC-02",
        name="unknown type",
        severity=Severity.WARN,
        zh="未能识别票种，转人工",
        en="Unknown document type",
        fails=digital(type="other", form=None),
        passes=digital(),
    )
)
def unknown_type(case: Case) -> Outcome:
    """Neither a form nor a type that stands for one was recognised."""
    return Fire({}, field="type") if case.form is None else None


@rule(
    Spec(
        id="R-DOC-05",
        name="missing mandatory field",
        severity=Severity.WARN,
        zh="缺少必填字段：{fields}",
        en="Missing fields: {fields_en}",
        fails=digital(date=None),
        passes=digital(),
    )
)
def missing_field(case: Case) -> Outcome:
    """A field that every invoice of this form prints has no value."""
    missing = [name for name in mandatory_fields(case.invoice) if not _value(case, name)]
    if not missing:
        return None
    zh, en = both(missing)
    return Fire({"fields": zh, "fields_en": en}, field=missing[0].value)


def _value(case: Case, name: FieldName) -> str:
    value = getattr(case.invoice, name.value)
    return "" if value is None else str(value).strip()


@rule(
    Spec(
        id="R-DOC-06",
        name="low confidence field",
        severity=Severity.WARN,
        zh="字段识别置信度低：{field}={confidence}",
        en="Low confidence: {field_en}={confidence}",
        fails=digital(
            fields={
                "number": {
                    "value": "26112000000012345678",
                    "raw": "26112000000012345678",
                    "source": "ocr",
                    "confidence": 0.55,
                }
            }
        ),
        passes=digital(
            fields={
                "number": {
                    "value": "26112000000012345678",
                    "raw": "26112000000012345678",
                    "source": "ocr",
                    "confidence": 0.95,
                }
            }
        ),
        applies=lambda case: bool(case.invoice.fields),
    )
)
def low_confidence(case: Case) -> Outcome:
    """A mandatory field was read with a confidence below `Policy.low_confidence`.

    Values typed or imported carry no evidence; the rule has no meaning for them.
    """
    limit = case.context.policy.low_confidence
    return tuple(
        Fire(
            {"field": zh, "field_en": en, "confidence": f"{confidence:.2f}"},
            field=name.value,
            expected=f">= {limit:.2f}",
            actual=f"{confidence:.2f}",
        )
        for name in mandatory_fields(case.invoice)
        if name in case.invoice.fields and (confidence := case.invoice.confidence(name)) < limit
        for zh, en in (label(name),)
    )


@rule(
    Spec(
        id="R-DOC-07",
        name="label captured as value",
        severity=Severity.WARN,
        zh="名称识别错误（取到了标签）：{value}",
        en="Label captured as value: {value}",
        fails=digital(seller_name="名称："),
        passes=digital(),
    )
)
def label_as_value(case: Case) -> Outcome:
    """A party's name is made of the words printed beside names."""
    names = {
        name: value
        for name in (FieldName.BUYER_NAME, FieldName.SELLER_NAME)
        if (value := getattr(case.invoice, name.value))
    }
    if not names:
        return Missing("没有读到购销方名称", "no party name was read")
    return tuple(
        Fire({"value": value}, field=name.value, actual=value)
        for name, value in names.items()
        if _LABEL.fullmatch(squash(value))
    )


RULES = (unknown_type, missing_field, low_confidence, label_as_value)
