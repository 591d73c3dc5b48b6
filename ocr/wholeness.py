"""Which of the labels a form must have were found nowhere on a sheet."""

from collections.abc import Mapping, Sequence

from models.forms import Form
from ocr.labels import Label
from ocr.words import Word

_HEAD: Mapping[Label, str] = {Label.NUMBER: "发票号码", Label.DATE: "开票日期"}
_TABLE: Mapping[Label, str] = {
    Label.ITEM: "项目名称",
    Label.AMOUNT: "金额",
    Label.TAX_RATE: "税率",
    Label.TAX: "税额",
}
_FOOT: Mapping[Label, str] = {Label.WORDS: "价税合计", Label.TOTAL: "小写"}
_PARTIES: Mapping[Label, str] = {Label.NAME: "名称", Label.TAX_ID: "纳税人识别号"}
_VAT = {**_HEAD, **_PARTIES, **_TABLE, **_FOOT}
_CODED = {Label.CODE: "发票代码", **_VAT}

MUST_HAVE: Mapping[Form, Mapping[Label, str]] = {
    Form.DZ_SPECIAL: _VAT,
    Form.DZ_NORMAL: _VAT,
    Form.TOLL_E: _CODED,
    Form.VAT_E_SPECIAL: _CODED,
    Form.VAT_E_NORMAL: _CODED,
    # paper forms print number and code without labels, or in a frame with signs for them
    Form.VAT_SPECIAL: {Label.DATE: "开票日期", **_PARTIES, **_TABLE, **_FOOT},
    Form.VAT_NORMAL: {Label.DATE: "开票日期", **_PARTIES, **_TABLE, **_FOOT},
    Form.DZP_SPECIAL: {Label.DATE: "开票日期", **_PARTIES, **_TABLE, **_FOOT},
    Form.DZP_NORMAL: {Label.DATE: "开票日期", **_PARTIES, **_TABLE, **_FOOT},
}
"""The printed labels of the forms of the VAT family, as they are called in a message."""


def missing_labels(form: Form | None, words: Sequence[Word]) -> tuple[str, ...] | None:
    """The labels `form` must have that are on none of the words of a sheet, in the order of the
    form; None for a form of which no labels are known."""
    wanted = MUST_HAVE.get(form) if form else None
    if wanted is None:
        return None
    found = {word.label for word in words}
    return tuple(name for label, name in wanted.items() if label not in found)
