"""R-FILE-01, R-DATE-05, R-PTY-07, R-RED: what is kept already says of an invoice."""

import datetime
from collections.abc import Iterable
from decimal import Decimal

from rapidfuzz.distance import Levenshtein

from models.finding import Severity
from models.invoice import FieldName, Invoice
from models.related import Related, Sibling
from models.text import same_name, squash
from validate.examples import digital
from validate.facts import is_red
from validate.registry import Case, Fire, Given, Missing, Outcome, Spec, rule

_SHOWN = 5
_OTHER_NAME = 2
_DAY = datetime.date(2026, 9, 1)
_NONE = Related()


def sibling(number: str, total: str = "1272.00", day: int = 1) -> Sibling:
    """Another invoice, for examples."""
    return Sibling(
        where=f"{number[-4:]}.pdf",
        number=number,
        date=_DAY.replace(day=day),
        total=Decimal(total),
    )


NOTHING = Related(
    same_seller=(), seller_names=(), blues=(), reds=(), journeys=(), slips=(), copies=()
)
_RED = {
    "total": "-1272.00",
    "amount": "-1200.00",
    "tax": "-72.00",
    "red_of": "26112000000011111111",
    "items": [],
}


def related_of(case: Case) -> Related:
    """What was looked up; nothing where nobody looked."""
    return case.context.related or _NONE


def where_of(found: Iterable[Sibling]) -> str:
    """Where the first few are found, for a message."""
    names = [sibling.where for sibling in found]
    return "、".join(names[:_SHOWN]) + ("…" if len(names) > _SHOWN else "")


@rule(
    Spec(
        id="R-FILE-01",
        name="same bytes re-uploaded",
        severity=Severity.REJECT,
        zh="该文件已上传（{where}）",
        en="Same file already uploaded ({where})",
        needs=(Given.COPIES,),
        fails=digital(related=NOTHING.model_copy(update={"copies": ("2026-08/0007.pdf",)})),
        passes=digital(related=NOTHING),
    )
)
def same_file(case: Case) -> Outcome:
    """A file with the very same bytes was handed in before."""
    copies = related_of(case).copies
    return Fire({"where": copies[0]}) if copies else None


@rule(
    Spec(
        id="R-DATE-05",
        name="before entity existed",
        severity=Severity.WARN,
        zh="开票日期{date}早于{who}成立日期{since}",
        en="Date {date} is before {who_en} was established, {since}",
        needs=(FieldName.DATE,),
        fails=digital(related=Related(seller_established=datetime.date(2026, 9, 2))),
        passes=digital(related=Related(seller_established=datetime.date(2020, 1, 1))),
    )
)
def before_established(case: Case) -> Outcome:
    """The invoice is older than our company that it names, or than its seller."""
    date = case.invoice.date
    ours = next(
        (
            entity.established
            for entity in case.context.entities
            if entity.established and _is_buyer(case.invoice, entity.name, entity.tax_id)
        ),
        None,
    )
    known = (
        ("本单位", "our company", ours),
        ("销售方", "the seller", related_of(case).seller_established),
    )
    if date is None or not any(since for _, _, since in known):
        return Missing(
            "不知道单位和销售方的成立日期", "it is not known when either was established"
        )
    for who, who_en, since in known:
        if since and date < since:
            return Fire(
                {"date": date, "who": who, "who_en": who_en, "since": since},
                field="date",
                expected=f">= {since}",
                actual=str(date),
            )
    return None


def _is_buyer(invoice: Invoice, name: str, tax_id: str | None) -> bool:
    by_id = bool(tax_id) and squash(invoice.buyer_tax_id or "").upper() == tax_id
    return by_id or same_name(invoice.buyer_name, name)


@rule(
    Spec(
        id="R-PTY-07",
        name="name/id pair drift",
        severity=Severity.WARN,
        zh="税号{tax_id}此前的名称为{earlier}，现为{name}",
        en="Tax id {tax_id} came with the name {earlier} before, now with {name}",
        needs=(FieldName.SELLER_NAME, FieldName.SELLER_TAX_ID, Given.SELLER_NAMES),
        fails=digital(related=Related(seller_names=("戊己庚辛商贸有限公司",))),
        passes=digital(related=Related(seller_names=("丙丁餐饮有限公司",))),
    )
)
def name_drift(case: Case) -> Outcome:
    """The seller's tax id came with other names before, none within two characters of this."""
    earlier = related_of(case).seller_names or ()
    name = squash(case.invoice.seller_name or "")
    near = any(Levenshtein.distance(squash(old), name) <= _OTHER_NAME for old in earlier)
    if not earlier or near:
        return None
    return Fire(
        {"tax_id": case.invoice.seller_tax_id, "earlier": earlier[0], "name": name},
        field="seller_name",
        expected=earlier[0],
        actual=name,
    )


@rule(
    Spec(
        id="R-RED-01",
        name="red unlinked",
        severity=Severity.WARN,
        zh="红字发票未找到对应蓝票{blue}",
        en="Red invoice without its blue one {blue}",
        needs=(Given.BLUES,),
        applies=lambda case: is_red(case.invoice),
        fails=digital(**_RED, related=Related(blues=())),
        passes=digital(**_RED, related=Related(blues=(sibling("26112000000011111111"),))),
        version=2,
    )
)
def red_unlinked(case: Case) -> Outcome:
    """A red invoice, and the invoice it takes back is neither kept nor in the ledger. One that
    names none, as those under an 信息表编号 do, cannot be held against any."""
    if related_of(case).blues:
        return None
    blue = case.invoice.extra.red_of
    if not blue:
        return Missing("红字发票没有写明对应的蓝票", "it does not name the invoice it takes back")
    return Fire({"blue": blue}, field="red_of", expected=blue)


@rule(
    Spec(
        id="R-RED-02",
        name="blue already red",
        severity=Severity.REJECT,
        zh="该发票已被红冲（{where}）",
        en="The invoice was taken back by a red one ({where})",
        basis="《发票管理办法》（2023）第二十条",
        needs=(Given.REDS,),
        applies=lambda case: not is_red(case.invoice),
        fails=digital(related=Related(reds=(sibling("26112000000099999999", "-1272.00"),))),
        passes=digital(related=NOTHING),
    )
)
def taken_back(case: Case) -> Outcome:
    """A red invoice, kept or in the ledger, refers to this one."""
    reds = related_of(case).reds or ()
    return Fire({"where": where_of(reds)}, field="number") if reds else None


@rule(
    Spec(
        id="R-RED-03",
        name="red amount",
        severity=Severity.WARN,
        zh="红冲金额{red}超过蓝票余额{balance}",
        en="Red amount {red} is above the balance of the blue invoice, {balance}",
        needs=(FieldName.TOTAL, Given.BLUES),
        applies=lambda case: is_red(case.invoice),
        fails=digital(
            **_RED, related=Related(blues=(sibling("26112000000011111111", "1000.00"),), reds=())
        ),
        passes=digital(**_RED, related=Related(blues=(sibling("26112000000011111111"),), reds=())),
    )
)
def red_above_blue(case: Case) -> Outcome:
    """The red invoice takes back more than is left of the blue one after other red ones."""
    related, red = related_of(case), abs(case.invoice.total or Decimal(0))
    totals = [one.total for one in related.blues or ()]
    if not totals or any(total is None for total in totals):
        return Missing("不知道蓝票金额", "the total of the blue invoice is not known")
    others = [one.total for one in related.reds or ()]
    if related.reds is None or any(total is None for total in others):
        return Missing("不知道其他红票金额", "what other red invoices took back is not known")
    balance = sum((abs(total) for total in totals if total), Decimal(0)) - sum(
        (abs(total) for total in others if total), Decimal(0)
    )
    if red <= balance:
        return None
    return Fire({"red": red, "balance": balance}, field="total", expected=f"<= {balance}")


RULES = (
    same_file,
    before_established,
    name_drift,
    red_unlinked,
    taken_back,
    red_above_blue,
)
