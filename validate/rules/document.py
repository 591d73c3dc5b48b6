"""R-DOC, R-FILE: what kind of document it is, and whether enough of it was seen and read."""

import re

from models.finding import Severity
from models.invoice import FieldName
from models.sight import Edge
from models.text import squash
from validate.examples import digital
from validate.facts import mandatory_fields
from validate.labels import attachment_label, both, label
from validate.registry import NOT_LOOKED_AT, Case, Fire, Missing, Outcome, Spec, rule

_LABEL = re.compile(
    r"(?:(?:购买|销售|购货|销货|收款)(?:方|单位)?(?:信息)?|购方|销方|名称|单位名称|(?:纳税人)?识别号"
    r"|统一社会信用代码(?:/?纳税人识别号)?|/?纳税人识别号|地址、?电话|开户行及账号|开户行|账号"
    r"|项目名称|货物或应税劳务、?服务名称|密码区|备注|开票日期|发票号码|发票代码)+:*|(?:名称|识别号):.*"
)

CLAIM_PAGE = "claim_page"
"""Attachment.what of a page that only offers an invoice to be fetched."""
_SIDES = {Edge.LEFT: "左侧", Edge.TOP: "上部", Edge.RIGHT: "右侧", Edge.BOTTOM: "下部"}


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


@rule(
    Spec(
        id="R-DOC-01",
        name="not an invoice",
        severity=Severity.REJECT,
        zh="该文件不是发票（{kind}），请上传票面",
        en="Not an invoice but a {kind_en}; hand in the invoice itself",
        fails=digital(form=None, type="other", sight={"what": "trip_list"}),
        passes=digital(),
    )
)
def not_an_invoice(case: Case) -> Outcome:
    """The page is of a kind that is no invoice, such as a trip list or a contract.

    What has a form is an invoice. Without one, only a look at the page tells.
    """
    if case.form is not None:
        return None
    sight = case.invoice.sight
    if sight is None:
        return NOT_LOOKED_AT
    if sight.what is None or sight.what == CLAIM_PAGE:
        return None
    zh, en = attachment_label(sight.what)
    return Fire({"kind": zh, "kind_en": en}, actual=sight.what)


@rule(
    Spec(
        id="R-DOC-03",
        name="several invoices on a page",
        severity=Severity.INFO,
        zh="一页含{count}张发票，已拆分",
        en="The page holds {count} invoices; they were taken apart",
        fails=digital(sight={"invoices_on_page": 2}),
        passes=digital(sight={"invoices_on_page": 1}),
        applies=lambda case: case.invoice.page is not None,
    )
)
def several_on_page(case: Case) -> Outcome:
    """More than one invoice was found on the page this one is on."""
    sight = case.invoice.sight
    if sight is None or sight.invoices_on_page is None:
        return NOT_LOOKED_AT
    count = sight.invoices_on_page
    return Fire({"count": count}, expected="1", actual=str(count)) if count > 1 else None


@rule(
    Spec(
        id="R-DOC-04",
        name="claim-QR page",
        severity=Severity.REJECT,
        zh="该图是领票二维码，请先下载原票",
        en="A page for claiming an invoice; download the invoice first",
        fails=digital(form=None, type="other", sight={"claim_words": ["扫一扫领取发票"]}),
        passes=digital(),
    )
)
def claim_page(case: Case) -> Outcome:
    """The page only offers an invoice to be fetched with a telephone and has no title of one."""
    if case.form is not None:
        return None
    sight = case.invoice.sight
    if sight is None or (sight.what is None and sight.claim_words is None):
        return NOT_LOOKED_AT
    if sight.what != CLAIM_PAGE and not sight.claim_words:
        return None
    return Fire({}, actual="、".join(sight.claim_words or ()) or None)


_NO_LABELS = Missing(
    "该票种必有的标签未知，或一页多票",
    "the labels its form must have are not known, or it is one of several on a page",
)
_NO_SCREEN = Missing("没有判断是否屏幕翻拍", "nobody judged whether it shows a screen")


@rule(
    Spec(
        id="R-DOC-08",
        name="truncated page / cut",
        severity=Severity.WARN,
        zh="票面不完整，疑似裁切：{what}",
        en="The invoice seems cropped: {what_en}",
        fails=digital(sight={"cut_edges": ["right"], "missing_labels": ["税额"]}),
        passes=digital(sight={"cut_edges": [], "missing_labels": []}),
        applies=lambda case: case.invoice.page is not None,
    )
)
def cut_off(case: Case) -> Outcome:
    """Printed labels that the form must have are missing at a side where the paper runs out of
    the picture, or are missing on a picture of which nobody knows the sides.

    A side that runs out of the picture with every label there is a margin, and labels that were
    not read on a whole paper are stained or faint.
    """
    sight = case.invoice.sight
    if sight is None or sight.missing_labels is None:
        return _NO_LABELS if sight is not None else NOT_LOOKED_AT
    whole = sight.cut_edges is not None and not sight.cut_edges
    if whole or not sight.missing_labels:
        return None
    edges = sight.cut_edges or ()
    labels = "、".join(sight.missing_labels)
    sides = "、".join(_SIDES[edge] for edge in edges)
    what = f"{sides}缺{labels}" if edges else f"缺{labels}"
    where = ", ".join(edges)
    what_en = f"{labels} missing" + (f" ({where})" if edges else "")
    return Fire({"what": what, "what_en": what_en}, actual=labels)


@rule(
    Spec(
        id="R-FILE-02",
        name="image is screenshot / photo of screen",
        severity=Severity.INFO,
        zh="疑似屏幕翻拍，请提供原始文件",
        en="Photographed from a screen, it seems; the original file is wanted",
        basis="《关于规范电子会计凭证报销入账归档的通知》（财会〔2020〕6号）",
        fails=digital(sight={"screen": True}),
        passes=digital(sight={"screen": False}),
        applies=lambda case: case.invoice.page is not None,
    )
)
def screen_photo(case: Case) -> Outcome:
    """The picture shows the pattern of a screen or says in its data that it is a screenshot."""
    sight = case.invoice.sight
    if sight is None or sight.screen is None:
        return _NO_SCREEN
    return Fire({}) if sight.screen else None


RULES = (
    not_an_invoice,
    unknown_type,
    missing_field,
    low_confidence,
    label_as_value,
    several_on_page,
    claim_page,
    cut_off,
    screen_photo,
)
