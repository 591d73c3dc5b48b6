"""R-ITEM: what was bought, by the names of the lines."""

import datetime
import re
from collections.abc import Callable, Iterator

from models.finding import Severity
from models.forms import Form
from models.invoice import TOLL_BUSINESS, LineItem
from models.text import squash
from validate.examples import digital
from validate.facts import TAX_SPLIT_FORMS
from validate.lines import UNTAXED, is_toll_line, named, rate_text
from validate.registry import Case, Fire, Given, Missing, Outcome, Spec, rule
from validate.words import item_words

_SHORT_NAMES_SINCE = datetime.date(2018, 1, 1)
_CARS = frozenset({Form.VEHICLE, Form.DZ_VEHICLE, Form.DZP_VEHICLE})
_LIST_NAME = "销货清单"
_OF_GOODS = frozenset(
    (
        "sales_list",
        "",
        "销货",
        "销售",
        "货物",
        "商品",
        "产品",
        "明细",
        "物品",
        "采购",
        "发票",
        "开票",
    )
)
"""What stands before 清单 in the names of a list of goods."""
_TOP_UP = re.compile(r"ETC|通行|充值")
"""What a toll card's top-up is called."""
_PUNCTUATION = re.compile(r"[()\[\]{}【】“”\"'.,;:、，。·]+")


def _bare(text: str) -> str:
    return _PUNCTUATION.sub("", text)


def _refers_to_list(item: LineItem) -> bool:
    return _bare(named(item)[1]).startswith(item_words().vague.lists)


def _needs_list(item: LineItem) -> bool:
    """Whether it refers to a list of its own; a red invoice may refer to that of its blue one."""
    return _refers_to_list(item) and "正数" not in named(item)[1]


def _fires(
    case: Case, what_of: Callable[[LineItem], str | None]
) -> Iterator[tuple[int, LineItem, str]]:
    for place, item in enumerate(case.invoice.items, 1):
        what = what_of(item)
        if what is not None:
            yield place, item, what


def _one_fire(found: list[tuple[int, LineItem, str]]) -> Fire | None:
    """One finding for all lines: their places, and name and word of the first."""
    if not found:
        return None
    lines = "、".join(str(place) for place, _, _ in found)
    name, what = squash(found[0][1].name), found[0][2]
    return Fire({"lines": lines, "name": name, "what": what}, field="items", actual=name)


def _is_toll(case: Case) -> bool:
    return case.form is Form.TOLL_E or case.invoice.extra.special_business == TOLL_BUSINESS


def _item_rule_applies(case: Case) -> bool:
    return case.form in TAX_SPLIT_FORMS and case.form not in _CARS


@rule(
    Spec(
        id="R-ITEM-01",
        name="line name format",
        severity=Severity.INFO,
        zh="第{lines}行项目名称缺少商品编码简称：{name}",
        en="Line {lines} has no *short name*: {name}",
        needs=(Given.ITEMS,),
        applies=lambda case: (
            _item_rule_applies(case)
            and (case.invoice.date is None or case.invoice.date >= _SHORT_NAMES_SINCE)
        ),
        fails=digital(items=[{"name": "餐费", "amount": "1200.00", "tax_rate": "6%"}]),
        passes=digital(),
    )
)
def no_short_name(case: Case) -> Outcome:
    """A line of an invoice issued since 2018 is not named *简称*名称. Lines that refer to a list
    have no short name of their own."""

    def lacking(item: LineItem) -> str | None:
        name = named(item)
        return None if name[0] or not name[1] or _refers_to_list(item) else name[1]

    return _one_fire(list(_fires(case, lacking)))


@rule(
    Spec(
        id="R-ITEM-02",
        name="vague item",
        severity=Severity.WARN,
        zh="第{lines}行品名笼统（{name}），请附清单",
        en="Line {lines} is vague ({name}); a list is wanted",
        needs=(Given.ITEMS,),
        fails=digital(
            items=[{"name": "*文具*办公用品一批", "amount": "1200.00", "tax_rate": "6%"}]
        ),
        passes=digital(),
    )
)
def vague_item(case: Case) -> Outcome:
    """A name that says nothing (材料, 货物 ...), without specification, or one that ends in 一批.

    The words are `Policy.vague_names` or those of validate/data/items.toml. Lines that refer to a
    list are R-ITEM-03's affair.
    """
    words = item_words().vague
    own = case.context.policy.vague_names
    names = words.names if own is None else frozenset(own)

    def vague(item: LineItem) -> str | None:
        name = _bare(named(item)[1])
        if _refers_to_list(item):
            return None
        lump = name.endswith(words.endings)
        return name if lump or (name in names and not squash(item.spec or "")) else None

    return _one_fire(list(_fires(case, vague)))


@rule(
    Spec(
        id="R-ITEM-03",
        name="list missing",
        severity=Severity.WARN,
        zh="第{lines}行写“{name}”，但没有销货清单",
        en="Line {lines} says {name}, yet no list of goods came with it",
        needs=(Given.ITEMS,),
        applies=lambda case: any(_needs_list(item) for item in case.invoice.items),
        fails=digital(
            items=[{"name": "（详见销货清单）", "amount": "1200.00", "tax_rate": "6%"}],
            sight={"sales_list": False},
        ),
        passes=digital(
            items=[{"name": "（详见销货清单）", "amount": "1200.00", "tax_rate": "6%"}],
            sight={"sales_list": True},
        ),
        version=2,
    )
)
def list_missing(case: Case) -> Outcome:
    """A line refers to a list of goods that came neither in the same file nor with the claim."""
    claim, sight = case.context.claim, case.invoice.sight
    handed_in = claim.attachments if claim else None
    if handed_in is not None and any(_is_sales_list(what) for what in handed_in):
        return None
    in_file = sight.sales_list if sight else None
    if in_file:
        return None
    if in_file is None and handed_in is None:
        return Missing("没有查看是否附有清单", "nobody looked whether a list is attached")
    return _one_fire(list(_fires(case, lambda item: _LIST_NAME if _needs_list(item) else None)))


def _is_sales_list(what: str) -> bool:
    """Whether a paper handed in is a list of goods; lists of costs or of a carriage are none."""
    return squash(what).removesuffix("清单") in _OF_GOODS


@rule(
    Spec(
        id="R-ITEM-04",
        name="sensitive item",
        severity=Severity.WARN,
        zh="第{lines}行敏感品目（{what}）：{name}",
        en="Line {lines} is sensitive ({what}): {name}",
        needs=(Given.ITEMS,),
        fails=digital(items=[{"name": "*酒*白酒", "amount": "1200.00", "tax_rate": "13%"}]),
        passes=digital(),
    )
)
def sensitive_item(case: Case) -> Outcome:
    """A name or short name from the list of sensitive goods: `Policy.sensitive_words`, or
    validate/data/items.toml, whose words have exceptions (按摩椅 is no 按摩)."""
    own = case.context.policy.sensitive_words

    def sensitive(item: LineItem) -> str | None:
        short, rest = named(item)
        whole = f"{short}{rest}".upper()
        if own is not None:
            return next((word for word in own if word.upper() in whole), None)
        for sort in item_words().sensitive:
            hit = short in sort.short_names or any(word in whole for word in sort.words)
            if hit and not any(word in whole for word in sort.unless):
                return sort.what
        return None

    return _one_fire(list(_fires(case, sensitive)))


@rule(
    Spec(
        id="R-ITEM-05",
        name="prepaid / stored value",
        severity=Severity.REJECT,
        zh="第{lines}行{name}：预付卡、充值不得报销",
        en="Line {lines}, {name}: prepaid cards are not reimbursable",
        needs=(Given.ITEMS,),
        fails=digital(
            items=[{"name": "*预付卡销售*购物卡", "amount": "1272.00", "tax_rate": "不征税"}]
        ),
        passes=digital(),
    )
)
def prepaid_item(case: Case) -> Outcome:
    """A card or a top-up is bought, nothing that was used yet. Tolls are R-ITEM-07's affair.

    By short name or by words (`Policy.prepaid_words` or validate/data/items.toml); 充值 by itself
    only where no tax is charged, for it may also stand behind a telephone bill.
    """
    words, own = item_words().prepaid, case.context.policy.prepaid_words

    def prepaid(item: LineItem) -> str | None:
        short, rest = named(item)
        if is_toll_line(item) or (_is_toll(case) and _TOP_UP.search(rest.upper())):
            return None
        if own is not None:
            return next((word for word in own if word in f"{short}{rest}"), None)
        if short in words.short_names:
            return short
        top_up = "充值" in rest and rate_text(item) == UNTAXED
        found = next((word for word in words.words if word in rest), None)
        return found or ("充值" if top_up else None)

    return _one_fire(list(_fires(case, prepaid)))


@rule(
    Spec(
        id="R-ITEM-07",
        name="通行费 classification",
        severity=Severity.INFO,
        zh="第{lines}行为不征税通行费（充值），不可抵扣",
        en="Line {lines} is a toll card's top-up, not taxed: no input tax",
        needs=(Given.ITEMS,),
        applies=lambda case: (
            _is_toll(case) or any(is_toll_line(item) for item in case.invoice.items)
        ),
        fails=digital(
            items=[{"name": "*经营租赁*通行费", "amount": "1272.00", "tax_rate": "不征税"}]
        ),
        passes=digital(
            items=[
                {"name": "*经营租赁*通行费", "amount": "1234.95", "tax_rate": "3%", "tax": "37.05"}
            ]
        ),
    )
)
def untaxed_toll(case: Case) -> Outcome:
    """A toll on which no tax is charged: money put on an ETC card."""
    if not any(rate_text(item) for item in case.invoice.items):
        return Missing("没有一行印有税率", "no line has a rate")
    return _one_fire(
        list(_fires(case, lambda item: UNTAXED if rate_text(item) == UNTAXED else None))
    )


RULES = (
    no_short_name,
    vague_item,
    list_missing,
    sensitive_item,
    prepaid_item,
    untaxed_toll,
)
