"""What says more than words: structured data, the QR, the structure of the 发票代码."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from classify.kind.reading import Reading
from models.forms import Form
from models.identifiers import code_region_ok, code_year, form_from_code
from models.kind import Basis
from models.taxqr import parse_blockchain_qr, parse_tax_qr

_FISCAL = (Form.FISCAL, Form.MED_OUT, Form.MED_IN, Form.TOLL_FISCAL)
_SAME_CODE = {
    Form.VAT_SPECIAL: (Form.VAT_SPECIAL, Form.DZP_SPECIAL),
    Form.VAT_NORMAL: (Form.VAT_NORMAL, Form.DZP_NORMAL),
    Form.VEHICLE: (Form.VEHICLE, Form.DZP_VEHICLE),
    Form.USED_CAR: (Form.USED_CAR, Form.DZP_USED_CAR),
}
"""数电 on pre-numbered paper has a code of the same structure."""
_LABEL = re.compile(r"(?<!所属)(?:^|[^\w])?发票代码[:：.]?")
_OTHERS = re.compile(r"(?:所属|对应|蓝字|正数|原).{0,12}发票代码")
"""Codes of another invoice: a list of goods and a red letter's remark name one."""
_CODE = re.compile(r"(?<![0-9])(?:[0-9]{12}|[0-9]{10})(?![0-9])")
_FIRST_YEAR, _LAST_YEAR = 2000, 2039


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence besides the words. `kinds` are those it allows; `odds` how much likelier it makes
    them than all others, None where it leaves no doubt."""

    basis: Basis
    kinds: tuple[str, ...]
    odds: float | None
    zh: str
    en: str


def find_evidence(reading: Reading, qr: str | None, stated: Form | None) -> Evidence | None:
    """The strongest there is: data, then QR, then code."""
    if stated is not None:
        return Evidence(
            "data", (stated.value,), None, "结构化数据已写明", "the structured data says so"
        )
    return (_of_qr(qr) if qr else None) or _of_code(reading)


def _of_qr(payload: str) -> Evidence | None:
    tax = parse_tax_qr(payload)
    if tax is not None:
        form = tax.form
        if form is None:
            return None
        zh, en = f"二维码类型{tax.qr_type}", f"QR type {tax.qr_type}"
        return Evidence("qr", (form.value,), None, zh, en)
    if parse_blockchain_qr(payload) is not None:
        found = (Form.BLOCKCHAIN.value,)
        return Evidence("qr", found, None, "二维码为区块链发票网址", "QR of a blockchain invoice")
    if payload.strip().upper().startswith("CZ-"):
        kinds = tuple(form.value for form in _FISCAL)
        return Evidence("qr", kinds, None, "二维码为财政票据", "QR of a fiscal bill")
    return None


def _of_code(reading: Reading) -> Evidence | None:
    """The structure of the 发票代码 that stands behind its label; two that differ say nothing."""
    found = {code: form for code in _codes(reading) if (form := form_from_code(code))}
    if len(set(found.values())) != 1:
        return None
    code, form = next(iter(found.items()))
    kinds = tuple(each.value for each in _SAME_CODE.get(form, (form,)))
    odds = 999.0 if reading.exact else 99.0
    return Evidence("code", kinds, odds, f"发票代码{code}的结构", f"structure of code {code}")


def _codes(reading: Reading) -> Iterator[str]:
    """Plausible codes in the run that begins with their label, or in the next one on its row."""
    for i, line in enumerate(reading.lines):
        label = _LABEL.search(line)
        if label is None or _OTHERS.search(line):
            continue
        behind = line[label.end() :]
        following = i + 1 < len(reading.lines) and reading.rows[i + 1] == reading.rows[i]
        if not behind and following:
            behind = reading.lines[i + 1]
        code = _CODE.match(behind)
        if (
            code
            and code_region_ok(code[0])
            and _FIRST_YEAR < (code_year(code[0]) or 0) <= _LAST_YEAR
        ):
            yield code[0]
