"""Several statements of one invoice in a file, made into one: the most trusted first."""

from dataclasses import replace
from typing import Any

from models.invoice import Extra, FieldName
from models.original import StructureProblem
from models.text import squash
from ocr.structure.statement import Stated, Statement, Trust

_NAMES = frozenset({FieldName.BUYER_NAME, FieldName.SELLER_NAME})


def join_statements(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """One statement per invoice: XML before XBRL before tags before CustomDatas (domain.md 5.2).

    Whole documents (XML, XBRL) of different numbers are different invoices. What an OFD says of
    itself belongs to the invoice of its number, else to the only one there is: then the other
    number is kept in `others`, as every contradiction is. Attachments stay as they are.
    """
    invoices = [statement for statement in statements if statement.attachment is None]
    groups: list[list[Statement]] = []
    of_key: dict[str, list[Statement]] = {}
    for statement in sorted(invoices, key=lambda statement: -statement.trust):
        key = _key(statement)
        group = of_key.get(key) if key else None
        if group is None and len(groups) == 1 and (key is None or _is_about_file(statement)):
            group = groups[0]
        if group is None:
            group = []
            groups.append(group)
        group.append(statement)
        if key:
            of_key.setdefault(key, group)
    joined = [_joined(group) for group in groups]
    return (*joined, *(item for item in statements if item.attachment is not None))


def _is_about_file(statement: Statement) -> bool:
    return statement.trust in (Trust.OFD_TAGS, Trust.OFD_DATA)


def _key(statement: Statement) -> str | None:
    """The number; a tax-control number alone is repeated under other codes."""
    code = statement.values.get(FieldName.CODE)
    if statement.number is None:
        return None
    digital = len(statement.number) == 20
    return statement.number if digital or not code else f"{code.value}-{statement.number}"


def _joined(group: list[Statement]) -> Statement:
    best, *rest = group
    if not rest:
        return best
    values, others = dict(best.values), dict(best.others)
    twice = set(best.twice)
    for statement in rest:
        for name, stated in statement.values.items():
            known = values.setdefault(name, stated)
            if known is stated:
                continue
            if _same(name, known, stated):
                twice.add(name)
                if known.box is None and known.value == stated.value:
                    # the tag shows where on the page the value of the data stands
                    values[name] = replace(known, page=stated.page, box=stated.box)
            else:
                others[name] = _with(others.get(name, ()), stated)
        for name, more in statement.others.items():
            for stated in more:
                if name in values and not _same(name, values[name], stated):
                    others[name] = _with(others.get(name, ()), stated)
    problems = [problem for statement in group for problem in statement.problems]
    return replace(
        best,
        form=next((item.form for item in group if item.form), None),
        values=values,
        others=others,
        twice=frozenset(twice),
        items=next((item.items for item in group if item.items), ()),
        extra=_extra([item.extra for item in group]),
        is_red=next((item.is_red for item in group if item.is_red is not None), None),
        is_whole=any(item.is_whole for item in group),
        problems=(*problems, *_form_problems(group)),
    )


def _same(name: FieldName, known: Stated, other: Stated) -> bool:
    """Whether two values agree; a name that lost its end in a narrow cell is no other name."""
    if known.value == other.value:
        return True
    return name in _NAMES and squash(other.value) in squash(known.value)


def _with(others: tuple[Stated, ...], stated: Stated) -> tuple[Stated, ...]:
    if any(other.value == stated.value and other.source == stated.source for other in others):
        return others
    return (*others, stated)


def _extra(extras: list[Extra]) -> Extra:
    """Each value from the most trusted that has it; details nobody before had are added."""
    values: dict[str, Any] = {}
    for extra in extras:
        for name in Extra.model_fields:
            value = getattr(extra, name)
            if name != "details" and value is not None:
                values.setdefault(name, value)
    details = list(extras[0].details)
    for extra in extras[1:]:
        names = {detail.name for detail in details}
        details += [detail for detail in extra.details if detail.name not in names]
    return Extra(**values, details=tuple(details))


def _form_problems(group: list[Statement]) -> list[StructureProblem]:
    forms = list(dict.fromkeys(item.form for item in group if item.form))
    if len(forms) < 2:
        return []
    text = " / ".join(form.value for form in forms)
    return [StructureProblem(code="forms_differ", where=group[0].name, text=text)]
