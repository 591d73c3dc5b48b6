"""R-XML: whether the structured data of an original is sound, and says what its print says."""

from models.finding import Severity
from models.invoice import Evidence, FieldName
from models.page import Source
from validate.examples import digital
from validate.labels import label
from validate.registry import Case, Fire, Outcome, Spec, rule

_STRUCTURED = frozenset({Source.XML, Source.XBRL, Source.OFD, Source.DERIVED})
_DATA = frozenset({Source.XML, Source.XBRL})
_PRINTED = frozenset({Source.OCR, Source.PDF_TEXT, Source.OFD, Source.QR})
_SURE = 0.9
_PROBLEMS = {
    "several_invoices": ("含有多张发票", "it holds several invoices"),
    "wrong_root": ("发票数据不在根元素中", "the invoice is not its root"),
    "no_number": ("没有发票号码（InvoiceNumber）", "it has no InvoiceNumber"),
    "numbers_differ": ("两处发票号码不同", "it states two invoice numbers"),
    "two_values": ("同一项有两个不同的值", "it states two values for one field"),
    "unreadable": ("有无法理解的值", "it holds a value that is none of its kind"),
    "forms_differ": ("票种前后不一致", "its form differs from place to place"),
}


def _evidence(value: str, source: str, **more: object) -> dict[str, object]:
    return {"value": value, "raw": value, "source": source, "confidence": 1} | more


_TOTAL = _evidence("1272.00", "xml")
_OTHER = _evidence("1372.00", "pdf_text")


@rule(
    Spec(
        id="R-XML-01",
        name="XML vs visible",
        severity=Severity.WARN,
        zh="结构化数据与票面不一致：{name}为 {stated}，票面为 {shown}",
        en="XML differs from the printed face: {name_en} is {stated}, printed {shown}",
        fails=digital(fields={"total": _TOTAL | {"candidates": [_OTHER]}}),
        passes=digital(fields={"total": _TOTAL | {"confirmed_by": ["print"]}}),
        applies=lambda case: any(
            evidence.source in _STRUCTURED for evidence in case.invoice.fields.values()
        ),
    )
)
def differs_from_print(case: Case) -> Outcome:
    """A field of the structured data was read differently, and surely, from the page.

    Either could be the altered one: a page whose picture says something else than its data is a
    known fraud. A reading by sight that was not sure is no contradiction.
    """
    fires = []
    for name, evidence in case.invoice.fields.items():
        shown = _shown(name, evidence)
        if shown is not None:
            zh, en = label(name)
            values = {"name": zh, "name_en": en, "stated": evidence.value, "shown": shown}
            fires.append(Fire(values, field=name.value, expected=evidence.value, actual=shown))
    return tuple(fires) or None


def _shown(name: FieldName, evidence: Evidence) -> str | None:
    """The value the print shows, where it is another and can be believed."""
    if evidence.source not in _DATA:
        return None
    for other in evidence.candidates:
        cut_off = name in (FieldName.BUYER_NAME, FieldName.SELLER_NAME)
        same = other.value == evidence.value or (cut_off and other.value in evidence.value)
        if other.source in _PRINTED and other.confidence >= _SURE and not same:
            return other.value
    return None


@rule(
    Spec(
        id="R-XML-02",
        name="XML schema",
        severity=Severity.REJECT,
        zh="XML 结构异常：{problem}（{where}）",
        en="Invalid XML: {problem_en} ({where})",
        fails=digital(problems=[{"code": "numbers_differ", "where": "EIid"}]),
        passes=digital(fields={"total": _TOTAL}),
        applies=lambda case: (
            any(evidence.source in _STRUCTURED for evidence in case.invoice.fields.values())
            or bool(case.invoice.problems)
        ),
    )
)
def unsound_data(case: Case) -> Outcome:
    """The structured data is no valid invoice, or a value in it is in doubt (then a warning)."""
    fires = []
    for problem in case.invoice.problems:
        zh, en = _PROBLEMS.get(problem.code, (problem.code, problem.code))
        severity = Severity.REJECT if problem.breaks_schema else Severity.WARN
        values = {"problem": zh, "problem_en": en, "where": problem.where}
        fires.append(Fire(values, severity=severity, actual=problem.text or None))
    return tuple(fires) or None


RULES = (differs_from_print, unsound_data)
