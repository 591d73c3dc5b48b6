"""R-BUY, R-PTY: who bought and who sold, and whether their tax ids can be (domain.md 3.1, 3.2)."""

import re
from collections.abc import Iterator

from rapidfuzz.distance import Levenshtein

from models.finding import Severity
from models.identifiers import is_id_card, is_uscc, org_part_ok, tax_id_kind
from models.invoice import FieldName, Invoice
from models.page import Source
from models.text import same_name, squash
from validate.context import Entity
from validate.examples import digital, special
from validate.facts import (
    BUYER_FORMS,
    looks_personal,
    misreadable,
    reading_confidence,
    source_of,
)
from validate.lines import named
from validate.registry import Case, Fire, Given, Missing, Outcome, Spec, rule

_ROLES = (
    (FieldName.BUYER_TAX_ID, "购买方", "Buyer"),
    (FieldName.SELLER_TAX_ID, "销售方", "Seller"),
)
_NEAR = 2
_OF_PERSONS = frozenset(
    {"医疗服务", "教育服务", "非学历教育服务", "教育辅助服务", "电信服务", "基础电信服务"}
    | {"增值电信服务"}
)
"""Short names of what may be made out to an employee (domain.md 7.1)."""
_NEVER_IN_USCC = re.compile(r"[IOSVZa-z]")


def _needs_buyer(case: Case) -> bool:
    return case.form in BUYER_FORMS


def _id(text: str | None) -> str:
    return squash(text or "").upper()


def _names(entity: Entity) -> tuple[str, ...]:
    return (entity.name, *entity.aliases)


def _own_by_name(case: Case) -> Entity | None:
    for entity in case.context.entities:
        if any(same_name(case.invoice.buyer_name, name) for name in _names(entity)):
            return entity
    return None


@rule(
    Spec(
        id="R-BUY-01",
        name="buyer name",
        severity=Severity.REJECT,
        zh="购买方名称与单位不符：{name}",
        en="Buyer name mismatch: {name}",
        needs=(FieldName.BUYER_NAME, Given.ENTITIES),
        applies=_needs_buyer,
        fails=digital(buyer_name="甲乙网络有限公司"),
        passes=digital(),
    )
)
def buyer_name(case: Case) -> Outcome:
    """The buyer is none of our own companies, by name or alias.

    A warning where OCR read the name with up to two characters wrong and the tax id is ours.
    """
    if _own_by_name(case):
        return None
    name, tax_id = squash(case.invoice.buyer_name or ""), _id(case.invoice.buyer_tax_id)
    nearest = min(
        (known for entity in case.context.entities for known in _names(entity)),
        key=lambda known: Levenshtein.distance(squash(known), name),
    )
    ours = any(_id(entity.tax_id) == tax_id for entity in case.context.entities if entity.tax_id)
    slip = (
        ours
        and source_of(case.invoice, FieldName.BUYER_NAME) is Source.OCR
        and Levenshtein.distance(squash(nearest), name) <= _NEAR
    )
    return Fire(
        {"name": name},
        field="buyer_name",
        severity=Severity.WARN if slip else None,
        expected=nearest,
        actual=name,
    )


@rule(
    Spec(
        id="R-BUY-02",
        name="buyer tax id",
        severity=Severity.REJECT,
        zh="购买方税号不符：{tax_id}，应为{expected}",
        en="Buyer tax id {tax_id} is not {expected}",
        needs=(FieldName.BUYER_TAX_ID, Given.ENTITIES),
        applies=_needs_buyer,
        fails=digital(buyer_tax_id="91110108MA01ABCD5T"),
        passes=digital(),
    )
)
def buyer_tax_id(case: Case) -> Outcome:
    """The buyer's tax id is not that of our company of this name, or of any; of a masked id the
    visible characters count. A warning where one or two characters differ."""
    named = _own_by_name(case)
    own = [named] if named and named.tax_id else case.context.entities
    known = [_id(entity.tax_id) for entity in own if entity.tax_id]
    if not known:
        return Missing("未配置本单位税号", "no tax id of our own is known")
    tax_id = _id(case.invoice.buyer_tax_id)
    if any(_same_visible(tax_id, ours) for ours in known):
        return None
    nearest = min(known, key=lambda ours: Levenshtein.distance(ours, tax_id))
    slip = Levenshtein.distance(nearest, tax_id) <= _NEAR
    return Fire(
        {"tax_id": tax_id, "expected": nearest},
        field="buyer_tax_id",
        severity=Severity.WARN if slip else None,
        expected=nearest,
        actual=tax_id,
    )


def _same_visible(seen: str, ours: str) -> bool:
    return len(seen) == len(ours) and all(a in (b, "*") for a, b in zip(seen, ours, strict=True))


@rule(
    Spec(
        id="R-BUY-03",
        name="buyer missing",
        severity=Severity.WARN,
        zh="购买方信息缺失",
        en="Buyer missing",
        applies=lambda case: _needs_buyer(case) and _buyer_expected(case),
        fails=special(buyer_name=None),
        passes=special(),
    )
)
def buyer_missing(case: Case) -> Outcome:
    """A 专票 without the buyer's name or tax id; with own companies known, any without a name."""
    invoice = case.invoice
    no_name = not squash(invoice.buyer_name or "")
    no_id = bool(case.form and case.form.is_special) and not _id(invoice.buyer_tax_id)
    if not (no_name or no_id):
        return None
    return Fire({}, field="buyer_name" if no_name else "buyer_tax_id")


def _buyer_expected(case: Case) -> bool:
    special_form = bool(case.form and case.form.is_special)
    return special_form or bool(case.context.entities and case.context.policy.buyer_required)


@rule(
    Spec(
        id="R-BUY-04",
        name="personal title",
        severity=Severity.WARN,
        zh="抬头为个人：{name}",
        en="Personal title: {name}",
        needs=(FieldName.BUYER_NAME, Given.ENTITIES),
        applies=lambda case: _needs_buyer(case) and case.context.policy.buyer_required,
        fails=digital(buyer_name="张三", buyer_tax_id=None),
        passes=digital(),
    )
)
def personal_title(case: Case) -> Outcome:
    """The invoice is made out to a natural person where it should name one of our companies.

    Medical bills, tuition and telephone bills may be made out to employees, and tickets name
    their traveller. A short alias of a company of our own is no person.
    """
    name = squash(case.invoice.buyer_name or "")
    if not looks_personal(name, case.invoice.buyer_tax_id) or _own_by_name(case):
        return None
    if _is_for_person(case.invoice):
        return None
    return Fire({"name": name}, field="buyer_name", actual=name)


def _is_for_person(invoice: Invoice) -> bool:
    shorts = {named(item)[0] for item in invoice.items}
    return bool(shorts) and shorts <= _OF_PERSONS


def _tax_ids(case: Case) -> Iterator[tuple[FieldName, str, str, str]]:
    """The tax ids of 18 characters that can be judged: not masked, read well enough, no ID card."""
    for name, zh, en in _ROLES:
        text = squash(getattr(case.invoice, name.value) or "")
        sure = reading_confidence(case.invoice, name) >= case.context.policy.min_confidence
        if sure and len(text) == 18 and tax_id_kind(text.upper()) == "uscc":
            yield name, text, zh, en


_NO_TAX_ID = Missing("没有可判断的18位税号", "no tax id of 18 characters that can be judged")


@rule(
    Spec(
        id="R-PTY-01",
        name="USCC checksum",
        severity=Severity.REJECT,
        zh="{role}税号校验位错误：{tax_id}",
        en="{role_en} tax id has a wrong check character: {tax_id}",
        fails=digital(buyer_tax_id="91320621MA1MRHG207", entities=()),
        passes=digital(buyer_tax_id="91320621MA1MRHG205", entities=()),
    )
)
def tax_id_check(case: Case) -> Outcome:
    """The check character of a 统一社会信用代码 is wrong: the buyer's rejects, the seller's warns.

    Also a warning where OCR alone read the buyer's: a slip of the reader is likelier.
    """
    ids = list(_tax_ids(case))
    if not ids:
        return _NO_TAX_ID
    return tuple(
        Fire(
            {"role": zh, "role_en": en, "tax_id": text},
            field=name.value,
            severity=_check_severity(case.invoice, name),
            actual=text,
        )
        for name, text, zh, en in ids
        if not is_uscc(text.upper())
    )


def _check_severity(invoice: Invoice, name: FieldName) -> Severity | None:
    seller = name is FieldName.SELLER_TAX_ID
    return Severity.WARN if seller or misreadable(invoice, name) else None


@rule(
    Spec(
        id="R-PTY-02",
        name="USCC charset",
        severity=Severity.WARN,
        zh="{role}税号含非法字符{letters}：{tax_id}",
        en="{role_en} tax id holds illegal letters {letters}: {tax_id}",
        fails=digital(seller_tax_id="91110108MAO1ABCD5T"),
        passes=digital(),
    )
)
def tax_id_letters(case: Case) -> Outcome:
    """A 统一社会信用代码 with I, O, S, V or Z, which it never has, or in lower case."""
    ids = list(_tax_ids(case))
    if not ids:
        return _NO_TAX_ID
    return tuple(
        Fire(
            {"role": zh, "role_en": en, "tax_id": text, "letters": "".join(found)},
            field=name.value,
            actual=text,
        )
        for name, text, zh, en in ids
        if (found := _NEVER_IN_USCC.findall(text))
    )


@rule(
    Spec(
        id="R-PTY-03",
        name="org check (embedded)",
        severity=Severity.INFO,
        zh="{role}税号中的主体标识码校验不符：{tax_id}",
        en="{role_en} tax id: the organisation code in it fails its check: {tax_id}",
        fails=digital(seller_tax_id="91110105MA00P8L2RU"),
        passes=digital(),
    )
)
def tax_id_org_part(case: Case) -> Outcome:
    """The organisation code inside an otherwise valid 统一社会信用代码 fails its own check."""
    ids = [entry for entry in _tax_ids(case) if _is_uscc_alone(entry[1].upper())]
    if not ids:
        return _NO_TAX_ID
    return tuple(
        Fire({"role": zh, "role_en": en, "tax_id": text}, field=name.value, actual=text)
        for name, text, zh, en in ids
        if not org_part_ok(text.upper())
    )


def _is_uscc_alone(tax_id: str) -> bool:
    """Whether a tax id can only be a company's: one identity number in 31 would pass for one."""
    return is_uscc(tax_id) and not is_id_card(tax_id)


@rule(
    Spec(
        id="R-PTY-04",
        name="seller = buyer",
        severity=Severity.WARN,
        zh="购销双方相同：{party}",
        en="Buyer and seller are the same: {party}",
        fails=digital(seller_name="甲乙科技有限公司", seller_tax_id="91440300MA5XYT123G"),
        passes=digital(),
    )
)
def same_party(case: Case) -> Outcome:
    """Buyer and seller bear the same tax id, or the same name."""
    invoice = case.invoice
    one, other = _id(invoice.buyer_tax_id), _id(invoice.seller_tax_id)
    by_id = bool(one and other)
    by_name = bool(squash(invoice.buyer_name or "") and squash(invoice.seller_name or ""))
    if not (by_id or by_name):
        return Missing("缺少购买方或销售方", "buyer or seller is missing")
    if by_id and one == other and tax_id_kind(one) != "masked":
        return Fire({"party": one}, field="seller_tax_id", actual=one)
    if by_name and same_name(invoice.buyer_name, invoice.seller_name):
        name = squash(invoice.seller_name or "")
        return Fire({"party": name}, field="seller_name", actual=name)
    return None


@rule(
    Spec(
        id="R-PTY-05",
        name="seller type unnatural",
        severity=Severity.INFO,
        zh="个体工商户{what}：{tax_id}",
        en="Sole trader {tax_id}: {what_en}",
        needs=(FieldName.SELLER_TAX_ID,),
        fails=digital(seller_tax_id="92110108MA01ABCD51", total="127200.00", qr=None),
        passes=digital(),
    )
)
def sole_trader(case: Case) -> Outcome:
    """A seller whose id begins with 92 (个体工商户) issued a 专票, or one above
    `Policy.sole_trader_limit`."""
    tax_id, total = _id(case.invoice.seller_tax_id), case.invoice.total
    if not tax_id.startswith("92") or len(tax_id) != 18:
        return None
    limit = case.context.policy.sole_trader_limit
    if total is not None and total > limit:
        what, what_en = f"开具大额发票{total}", f"a large invoice of {total}"
    elif case.form is not None and case.form.is_special:
        what, what_en = "开具专用发票", "a special invoice"
    else:
        return None
    values = {"what": what, "what_en": what_en, "tax_id": tax_id}
    return Fire(values, field="seller_tax_id", actual=tax_id)


RULES = (
    buyer_name,
    buyer_tax_id,
    buyer_missing,
    personal_title,
    tax_id_check,
    tax_id_letters,
    tax_id_org_part,
    same_party,
    sole_trader,
)
