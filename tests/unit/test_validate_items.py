"""Rates and words of lines, 特定业务, persons, seals: what fires and what must not."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

import pytest

import validate
from models.finding import Severity
from validate.examples import air, build, digital, rail, special
from validate.facts import looks_personal
from validate.lines import in_force, percent
from validate.registry import Example
from validate.words import business_needs, item_words, rate_table


def verdict(rule: str, example: Example) -> Severity | str:
    """The severity a rule fires with, "pass", "skipped", or "none" where it has no meaning."""
    result = validate.check(*build(example))
    found = next((f.severity for f in result.findings if f.rule == rule), None)
    if found is not None:
        return found
    if rule in {entry.rule for entry in result.rules.not_evaluated}:
        return "skipped"
    return "pass" if rule in result.rules.passed else "none"


def item(name: str, rate: str = "6%", **more: object) -> Example:
    return digital(items=[{"name": name, "amount": "1200.00", "tax_rate": rate, **more}])


W, R, INFO = Severity.WARN, Severity.REJECT, Severity.INFO


@pytest.mark.parametrize(
    ("name", "rate", "expected"),
    [
        ("*餐饮服务*餐费", "6%", "pass"),
        ("*餐饮服务*餐费", "1%", "pass"),
        ("*餐饮服务*餐费", "9%", W),
        ("*经营租赁*通行费", "不征税", "pass"),
        ("*经营租赁*通行费", "13%", W),
        ("*经营租赁*轿车租赁", "13%", "pass"),
        ("*经营租赁*轿车租赁", "6%", W),
        ("*经营租赁*房屋租金", "9%", "pass"),
        ("*运输服务*客运服务费", "3%", "pass"),
        ("*运输服务*客运服务费", "6%", W),
        ("*预付卡销售*卡", "不征税", "pass"),
        ("*预付卡销售*卡", "3%", W),
        ("*医疗服务*挂号", "免税", "pass"),
        ("*文具*笔", "13%", "pass"),
        ("*文具*笔", "免税", W),
        ("※文具※笔", "9%", W),
        ("*文具*笔", "***", "skipped"),
        ("*从未见过的简称*物", "13%", "skipped"),
        ("餐费", "13%", "skipped"),
        ("*文具*笔", "0.13", "pass"),
    ],
)
def test_rate_and_item(name: str, rate: str, expected: object) -> None:
    assert verdict("R-TAX-02", item(name, rate)) == expected


def test_the_matrix_is_not_for_older_invoices() -> None:
    old = digital(
        date="2019-03-31",
        number="19112000000012345678",
        items=[{"name": "*文具*笔", "tax_rate": "9%"}],
    )
    assert verdict("R-TAX-02", old) == "none"


def test_small_sellers_were_exempt_for_some_months() -> None:
    exempt = [{"name": "*文具*笔", "tax_rate": "免税"}]
    assert verdict("R-TAX-02", special(date="2022-06-01", items=exempt)) == "pass"
    assert verdict("R-TAX-02", special(date="2023-01-01", items=exempt)) == W


def test_the_table_lists_rates_that_exist() -> None:
    table, day = rate_table(), datetime.date(2026, 9, 1)
    for entry in table.entry:
        for rate in table.allowed(entry, day):
            known = percent(rate)
            assert known is not None
            assert in_force(known, day)


@pytest.mark.parametrize(
    ("rule", "name", "expected"),
    [
        ("R-ITEM-01", "餐费", INFO),
        ("R-ITEM-01", "*餐饮服务*餐费", "pass"),
        ("R-ITEM-01", "（详见销货清单）", "pass"),
        ("R-ITEM-02", "*文具*办公用品", W),
        ("R-ITEM-02", "*文具*中性笔", "pass"),
        ("R-ITEM-02", "材料一批", W),
        ("R-ITEM-02", "*纸制品*复印纸1批", W),
        ("R-ITEM-02", "(详见销货清单)", "pass"),
        ("R-ITEM-03", "(详见销货清单)", "skipped"),
        ("R-ITEM-03", "*文具*笔", "none"),
        ("R-ITEM-04", "*酒*白酒", W),
        ("R-ITEM-04", "*住宿服务*酒店住宿", "pass"),
        ("R-ITEM-04", "*餐饮服务*茶水服务", "pass"),
        ("R-ITEM-04", "*家用电器*按摩椅", W),
        ("R-ITEM-04", "*家具*按摩椅", "pass"),
        ("R-ITEM-04", "*娱乐服务*ktv包厢", W),
        ("R-ITEM-05", "*预付卡销售*加油卡充值", R),
        ("R-ITEM-05", "*电信服务*话费充值", "pass"),
        ("R-ITEM-05", "*经营租赁*通行费充值", "pass"),
        ("R-ITEM-07", "*文具*笔", "none"),
    ],
)
def test_words_of_a_line(rule: str, name: str, expected: object) -> None:
    assert verdict(rule, item(name)) == expected


def test_a_specification_makes_a_name_less_vague() -> None:
    assert verdict("R-ITEM-02", item("*文具*办公用品", spec="A4")) == "pass"


def test_a_toll_cards_top_up_is_told_as_that() -> None:
    items = [{"name": "*预付卡销售*ETC充值", "amount": "1272.00", "tax_rate": "不征税"}]
    for rule, expected in (("R-ITEM-05", "pass"), ("R-ITEM-07", INFO)):
        assert verdict(rule, digital(special_business="通行费", items=items)) == expected


def test_topping_up_without_tax_is_prepaid() -> None:
    assert verdict("R-ITEM-05", item("*其他*账户充值", "不征税")) == R
    assert verdict("R-ITEM-05", item("*其他*账户充值", "6%")) == "pass"


def test_a_policy_brings_its_own_words() -> None:
    own = validate.Policy(sensitive_words=("咖啡",), vague_names=("笔",), prepaid_words=("月票",))
    for rule, name, expected in (
        ("R-ITEM-04", "*饮料*咖啡豆", W),
        ("R-ITEM-04", "*酒*白酒", "pass"),
        ("R-ITEM-02", "*文具*笔", W),
        ("R-ITEM-05", "*运输服务*地铁月票", R),
    ):
        items = [{"name": name, "amount": "1200.00", "tax_rate": "6%"}]
        assert verdict(rule, digital(items=items, policy=own)) == expected


ALIASED = validate.Entity(name="华甲信息技术有限公司", aliases=("华甲",))


def business(name: str, details: Mapping[str, str], **line: object) -> Example:
    items = [{"name": "*建筑服务*工程款", "amount": "1200.00", "tax_rate": "9%", **line}]
    rows = [{"name": key, "value": value} for key, value in details.items()]
    return digital(special_business=name, details=rows, items=items)


SITE = {"建筑服务发生地": "某市某区", "建筑项目名称": "一号楼"}
TOLL = {"车牌号码": "沪A12345", "车辆类型": "客车", "通行日期起/止": "2026-08-01/2026-08-01"}
TRIP = dict.fromkeys(
    ("出行人", "有效身份证件号", "出行日期", "出发地", "到达地", "交通工具类型"), "x"
)


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        (business("建筑服务", SITE), "pass"),
        (business("建筑服务", SITE | {"建筑项目名称": "  "}), W),
        (business("通行费", TOLL), "pass"),
        (business("通行费", {"车牌号": "沪A12345"}), W),
        (business("旅客运输服务", {}), "pass"),
        (business("旅客运输服务", TRIP), "pass"),
        (business("旅客运输服务", {"出行人": "x"}), W),
        (business("货物运输服务", {}), W),
        (business("成品油", {}, unit="升", quantity="30", unit_price="7.5"), "pass"),
        (business("成品油", {}, unit="箱", quantity="30", unit_price="7.5"), W),
        (business("成品油", {}, unit="升", quantity="30"), W),
        (business("医疗服务(门诊)", {}), W),
        (business("稀土", {}), "none"),
    ],
)
def test_what_a_business_must_state(example: Example, expected: object) -> None:
    assert verdict("R-ITEM-06", example) == expected


def test_a_table_that_was_not_read_is_not_missing() -> None:
    evidence = {"value": "1272.00", "raw": "", "source": "ocr", "confidence": 0.9}
    changes = {"special_business": "建筑服务", "fields": {"total": evidence}}
    assert verdict("R-ITEM-06", digital(**changes)) == "skipped"
    stated = {"special_business": "建筑服务", "fields": {"total": evidence | {"source": "xml"}}}
    assert verdict("R-ITEM-06", digital(**stated)) == W
    assert verdict("R-ITEM-06", digital(special_business="建筑服务")) == W


@pytest.mark.parametrize(
    ("name", "tax_id", "expected"),
    [
        ("张三", None, True),
        ("欧阳若兰", None, True),
        ("李四（个人）", None, True),
        ("某某科技有限公司", "11010519491231002X", True),
        ("阿依·古丽", None, True),
        ("张三", "91440300MA5XYT123G", False),
        ("王府酒店", None, False),
        ("张记饭店", None, False),
        ("石化", None, True),  # nothing tells it from a name; rules of persons only warn
        ("甲乙科技有限公司", None, False),
        ("", None, False),
        (None, None, False),
    ],
)
def test_who_is_a_person(name: str | None, tax_id: str | None, expected: bool) -> None:
    assert looks_personal(name, tax_id) is expected


@pytest.mark.parametrize(
    ("example", "rule", "expected"),
    [
        (digital(buyer_name="张三", buyer_tax_id=None), "R-BUY-04", W),
        (digital(buyer_name="张三", buyer_tax_id=None, entities=()), "R-BUY-04", "skipped"),
        (
            digital(
                buyer_name="张三",
                buyer_tax_id=None,
                items=[{"name": "*医疗服务*诊疗", "amount": "1200.00", "tax_rate": "免税"}],
            ),
            "R-BUY-04",
            "pass",
        ),
        (rail(buyer_name="张三"), "R-BUY-04", "none"),
        (
            digital(buyer_name="华甲", buyer_tax_id=None, entities=(ALIASED,)),
            "R-BUY-04",
            "pass",
        ),
        (special(items=[{"name": "*图书*书", "tax_rate": "免税"}]), "R-TAX-06", W),
        (digital(buyer_name="张三", buyer_tax_id=None), "R-TAX-06", "none"),
        (digital(seller_tax_id="92110108MA01ABCD51"), "R-PTY-05", "pass"),
        (special(seller_tax_id="92110108MA01ABCD51"), "R-PTY-05", INFO),
    ],
)
def test_persons_and_sole_traders(example: Example, rule: str, expected: object) -> None:
    assert verdict(rule, example) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["丙丁餐饮有限公司发票专用章"], "pass"),
        (["丙丁餐饮有限公司91110108MA01ABCD5T发票专用章"], "pass"),
        (["全国统一发票监制章某省税务局"], "skipped"),
        (["丁餐饮有限"], "pass"),
        (["发票专用章"], "skipped"),
        (["子丑寅卯商贸中心发票专用章"], W),
        (["子丑寅卯商贸中心发票专用章", "丙丁餐饮有限公司发票专用章"], "pass"),
        (["国家税务总局某市某区税务局代开发票专用章"], "pass"),
    ],
)
def test_whose_seal_it_is(texts: list[str], expected: object) -> None:
    assert (
        verdict("R-SEAL-02", special(sight={"seals": {"found": True, "texts": texts}})) == expected
    )


@pytest.mark.parametrize(
    ("sight", "expected"),
    [
        (None, "skipped"),
        ({}, "skipped"),
        ({"missing_labels": []}, "pass"),
        ({"missing_labels": ["税额"]}, W),
        ({"missing_labels": ["税额"], "cut_edges": []}, "pass"),
        ({"missing_labels": [], "cut_edges": ["left"]}, "pass"),
        ({"missing_labels": ["税额"], "cut_edges": ["left"]}, W),
    ],
)
def test_cut_off(sight: object, expected: object) -> None:
    assert verdict("R-DOC-08", digital(sight=sight)) == expected


def test_a_page_nobody_saw_is_not_judged_by_its_looks() -> None:
    bare = digital(page=None, sight={"screen": True, "invoices_on_page": 3})
    for rule in ("R-FILE-02", "R-DOC-03", "R-DOC-08"):
        assert verdict(rule, bare) == "none"


@pytest.mark.parametrize(
    ("example", "rule", "expected"),
    [
        (digital(remark="差额征税：72.00元。"), "R-TAX-08", W),
        (digital(remark="差额征税"), "R-TAX-08", W),
        (digital(remark="差额征税：0"), "R-TAX-08", "pass"),
        (digital(remark="差额征税：0.00", items=[]), "R-TAX-08", "pass"),
        (digital(tax="73.10", total="1273.10", total_in_words=None, qr=None), "R-AMT-06", W),
        (digital(tax="73.28", total="1273.28", total_in_words=None, qr=None), "R-AMT-06", R),
        (digital(amount="1199.00"), "R-AMT-06", "skipped"),
        (digital(red=True), "R-AMT-10", R),
        (digital(red=False), "R-AMT-10", "pass"),
        (digital(red=False, total="-1272.00"), "R-AMT-10", R),
        (digital(remark="原发票已红冲，重新开具"), "R-AMT-10", "pass"),
        (digital(), "R-AMT-10", "none"),
        (digital(total="1000000.00"), "R-AMT-14", "pass"),
        (air(details=[]), "R-AMT-11", "skipped"),
        (air(total="870.01", qr=None), "R-AMT-11", "pass"),
        (rail(amount=None), "R-AMT-13", "skipped"),
        (rail(travel_date="2026-02-01"), "R-DATE-08", "pass"),
        (rail(travel_date=None), "R-DATE-08", "skipped"),
        (
            rail(form="rail_paper", travel_date="2025-10-01", today="2025-09-30"),
            "R-DATE-06",
            "none",
        ),
    ],
)
def test_sums_and_dates(example: Example, rule: str, expected: object) -> None:
    assert verdict(rule, example) == expected


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({}, "pass"),
        ({"保险费": "20.00"}, R),
        ({"保险费": "XXX"}, "pass"),
        ({"票价": "CNY 733.94"}, "pass"),
    ],
)
def test_insurance_may_be_in_the_total(details: dict[str, str], expected: object) -> None:
    charges = {"票价": "733.94", "燃油附加费": "18.35", "民航发展基金": "50.00"} | details
    rows = [{"name": name, "value": value} for name, value in charges.items()]
    total = Decimal("900.00") if expected == R else Decimal("870.00")
    assert verdict("R-AMT-11", air(details=rows, total=total, qr=None)) == expected
    if "保险费" in details and expected == R:
        assert verdict("R-AMT-11", air(details=rows, total=Decimal("870.00"))) == "pass"


def test_a_ticket_on_paper_read_by_ocr_is_only_warned_of() -> None:
    evidence = {"value": "2026-09-03", "raw": "", "source": "ocr", "confidence": 0.95}
    changes = {"form": "rail_paper", "fields": {"date": evidence}}
    one_print = rail(travel_date="2026-09-03", **changes)
    assert verdict("R-DATE-06", one_print) == W
    assert verdict("R-DATE-06", rail(travel_date="2026-09-05", **changes)) == R


def test_every_list_of_words_is_there() -> None:
    assert len(business_needs()) >= 10
    assert all(sort.words or sort.short_names for sort in item_words().sensitive)
