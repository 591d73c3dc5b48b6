"""R-ITEM-06: what the 特定业务 of a 数电票 must state (domain.md 1.4, 7.1)."""

from collections.abc import Iterator

from models.finding import Severity
from models.invoice import Detail, LineItem
from models.page import Source
from models.text import squash
from validate.examples import digital
from validate.registry import Case, Fire, Missing, Outcome, Spec, rule
from validate.words import BusinessNeeds, Fact, business_needs

_BY_PEOPLE = frozenset({Source.PERSON, Source.LEDGER})
_CELLS = {"unit": "单位", "quantity": "数量", "unit_price": "单价"}
_BUILT = {
    "special_business": "建筑服务",
    "items": [{"name": "*建筑服务*工程款", "amount": "1200.00", "tax_rate": "9%", "tax": "108.00"}],
}


def _needs(case: Case) -> BusinessNeeds | None:
    name = case.invoice.extra.special_business
    return business_needs().get(squash(name)) if name else None


@rule(
    Spec(
        id="R-ITEM-06",
        name="special business fields",
        severity=Severity.WARN,
        zh="{business}缺少必填项：{missing}",
        en="{business} lacks what it must state: {missing}",
        applies=lambda case: _needs(case) is not None,
        fails=digital(**_BUILT, details=[{"name": "建筑项目名称", "value": "一号楼"}]),
        passes=digital(
            **_BUILT,
            details=[
                {"name": "建筑项目名称", "value": "一号楼"},
                {"name": "建筑服务发生地", "value": "某市某区"},
            ],
        ),
    )
)
def business_fields(case: Case) -> Outcome:
    """A fact that validate/data/businesses.toml demands for the business is not stated, in some
    row of its table or on the whole invoice. Without it the input tax may not be credited.

    Where nothing of the table was found at all the rule is not evaluated: the reader missed it,
    or the data are those that never state it (XBRL, tax-control XML). Only the XML of a 数电票
    and people leave nothing out.
    """
    needs, invoice = _needs(case), case.invoice
    if needs is None:
        return None
    named = [detail for detail in invoice.extra.details if detail.value.strip()]
    own = {name for fact in (*needs.rows, *needs.once) for name in fact}
    table = [detail for detail in named if detail.name in own]
    if own and not table and not _is_whole(case):
        return Missing("没有读到特定业务的内容", "nothing of the business's own table was read")
    missing = list(dict.fromkeys((*_of_rows(needs, table), *_of_lines(needs, case))))
    once = {detail.name for detail in table}
    missing += [fact[0] for fact in needs.once if once.isdisjoint(fact)]
    if not missing:
        return None
    values = {"business": invoice.extra.special_business, "missing": "、".join(missing)}
    return Fire(values, field="details", actual=None)


def _is_whole(case: Case) -> bool:
    """Whether what was read states the special business whole, so that what lacks is not there."""
    sources = {evidence.source for evidence in case.invoice.fields.values()}
    by_data = Source.XML in sources and case.form is not None and case.form.is_digital
    return not sources or by_data or bool(sources & _BY_PEOPLE)


def _of_rows(needs: BusinessNeeds, table: list[Detail]) -> Iterator[str]:
    """The facts that some row of the table lacks; all of them where it has no rows."""
    if not needs.rows:
        return
    rows: dict[int, set[str]] = {}
    for detail in table:
        rows.setdefault(detail.row, set()).add(detail.name)
    if not rows and not needs.empty:
        rows[0] = set()
    for stated in rows.values():
        yield from (_name(fact) for fact in needs.rows if stated.isdisjoint(fact))


def _name(fact: Fact) -> str:
    return fact[0]


def _of_lines(needs: BusinessNeeds, case: Case) -> Iterator[str]:
    """The cells that some line lacks; discount lines have none."""
    for item in case.invoice.items:
        if item.amount is not None and item.amount < 0 and not item.quantity:
            continue
        yield from (_CELLS[cell] for cell in needs.line if not getattr(item, cell))
        if _wrong_unit(item, needs):
            yield f"单位（{item.unit}）"


def _wrong_unit(item: LineItem, needs: BusinessNeeds) -> bool:
    return bool(needs.units and item.unit and squash(item.unit) not in needs.units)


RULES = (business_fields,)
