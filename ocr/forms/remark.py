"""What the remark of a VAT invoice says about another invoice or another seller."""

import re

from models.invoice import Extra
from models.text import squash
from ocr.extract.parties import looks_like_company
from ocr.forms.case import Case, FormReading

_RED_DIGITAL = re.compile(r"(?:被红冲)?蓝字(?:数电)?发?票号码[:：]?(\d{20})(?!\d)")
_RED_PAPER = re.compile(
    r"(?:对应正数|原蓝字|被红冲蓝字|蓝字)发票代码[:：]?(\d{10}|\d{12})[,，;]?(?:发票)?号码[:：]?(\d{8})(?!\d)"
)
_FOR = re.compile(r"代\s*开\s*企\s*业\s*名\s*称\s*[:：]?")
_FOR_ENDS = re.compile(r"代\s*开\s*企\s*业|[;；]|[购销]\s*方|税\s*号|备\s*注")


def read_vat(case: Case) -> FormReading:
    """A VAT invoice as the common search reads it, with what its remark says."""
    return FormReading(case.verdicts, case.items, with_remark(case.extra))


def with_remark(extra: Extra) -> Extra:
    """The extra fields with those the remark states: the invoice a red letter takes back, and
    whom a tax office issued the invoice for."""
    remark = extra.remark or ""
    return extra.model_copy(update={"red_of": red_of(remark), "issued_for": issued_for(remark)})


def red_of(remark: str) -> str | None:
    """The number, or code-number, of the invoice a red letter takes back."""
    text = squash(remark)
    digital = _RED_DIGITAL.search(text)
    if digital:
        return digital[1]
    paper = _RED_PAPER.search(text)
    return f"{paper[1]}-{paper[2]}" if paper else None


def issued_for(remark: str) -> str | None:
    """The real seller's name; where nothing says where it ends, up to the first blank at which
    it ends as names of companies do."""
    start = _FOR.search(remark)
    if start is None:
        return None
    rest = remark[start.end() :]
    end = _FOR_ENDS.search(rest)
    if end:
        return squash(rest[: end.start()]) or None
    name = ""
    for piece in rest.split():
        name += piece
        if looks_like_company(name):
            return squash(name)
    return None
