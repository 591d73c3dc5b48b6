from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

import classify
from classify.artefact import Header, to_bytes
from classify.habits import Habit, HabitLayer, habits_of, learn, pack, unpack
from classify.model import shipped
from models.errors import DependencyMissing
from models.invoice import Invoice, LineItem

SELLERS = ("甲市松果咖啡馆", "乙咖啡有限公司", "丙餐饮管理有限公司", "丁市早安饮品店")
DRINKS = ("拿铁", "美式咖啡", "卡布奇诺", "手冲咖啡")
HEADER = Header(kind="", version="h1", features="", code="0", seed=0, classes=("A",))


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Small matrices on a busy machine: threads would only wait for one another."""
    with threadpool_limits(1):
        yield


def bought(item: str, seller: str) -> Invoice:
    return Invoice(seller_name=seller, items=(LineItem(name=item, amount=Decimal(30)),))


@pytest.fixture(scope="module")
def layer(one_thread: None) -> HabitLayer:
    """Coffee is welfare here; reagents are booked under a name of the company's own."""
    coffee = [bought(f"*餐饮服务*{d}", s) for d in DRINKS for s in SELLERS]
    own = [bought("*化学试剂助剂*无水乙醇", s) for s in ("甲化工有限公司", "乙试剂有限公司")] * 3
    habits = [h for one in coffee for h in habits_of(one, "WELFARE")]
    return learn(habits + [h for one in own for h in habits_of(one, "研发耗材")], shipped())


@pytest.mark.parametrize("seller", ["戊市晨光小站咖啡店", "己咖啡连锁有限公司"])
@pytest.mark.parametrize("drink", DRINKS)
def test_a_habit_is_followed_for_other_sellers(layer: HabitLayer, drink: str, seller: str) -> None:
    invoice = bought(f"*餐饮服务*{drink}", seller)
    assert classify.label(invoice).alternatives[0].category == "MEAL"
    assert classify.label(invoice, habits=layer).alternatives[0].category == "WELFARE"


@pytest.mark.parametrize(
    ("item", "seller", "category"),
    [
        ("*餐饮服务*餐费", "甲酒楼有限公司", "MEAL"),
        ("*住宿服务*房费", "乙宾馆", "HOTEL"),
        ("*汽油*92号车用汽油", "丙加油站", "FUEL"),
        ("*金属制品*螺栓", "丁五金有限公司", "MATERIAL"),
    ],
)
def test_the_rest_is_not_lost(layer: HabitLayer, item: str, seller: str, category: str) -> None:
    assert classify.label(bought(item, seller), habits=layer).category == category


def test_a_company_may_have_categories_of_its_own(layer: HabitLayer) -> None:
    found = classify.label(bought("*化学试剂助剂*无水乙醇", "丙化工有限公司"), habits=layer)
    assert found.alternatives[0].category == "研发耗材"
    assert found.reason
    assert found.split[0].lines == (0,)


def test_no_habits_change_nothing() -> None:
    invoice = bought("*餐饮服务*餐费", "甲酒楼")
    empty = learn((), shipped())
    assert classify.label(invoice, habits=empty) == classify.label(invoice)


def test_the_later_of_two_contrary_corrections_counts() -> None:
    first = habits_of(bought("*餐饮服务*茶歇", "甲会务有限公司"), "WELFARE")
    later = habits_of(bought("*餐饮服务*茶歇", "甲会务有限公司"), "MEETING")
    layer = learn((*first, *later), shipped())
    found = classify.label(bought("*餐饮服务*茶歇", "甲会务有限公司"), habits=layer)
    assert found.alternatives[0].category == "MEETING"


def test_the_same_habits_give_the_same_layer() -> None:
    habits = (Habit(category="MEAL", item="礼盒", seller="甲"), Habit(category="X", form="taxi"))
    one, two = learn(habits, shipped()), learn(habits, shipped())
    np.testing.assert_array_equal(one.weights, two.weights)


def test_a_layer_is_kept_and_read_again(layer: HabitLayer) -> None:
    data = to_bytes(pack(layer, shipped(), HEADER))
    found = unpack(data, shipped())
    assert found.classes == layer.classes
    np.testing.assert_array_equal(found.weights, layer.weights)
    with pytest.raises(DependencyMissing):
        unpack(data[:-50], shipped())


def test_too_many_categories_of_ones_own_are_refused() -> None:
    with pytest.raises(ValueError, match="201"):
        learn([Habit(category=f"自定{n}", item=f"物{n}") for n in range(201)], shipped())


@pytest.mark.parametrize("item", ["", "*", "\ud800", "x" * 10_000])
def test_strange_habits_are_taken(item: str) -> None:
    layer = learn([Habit(category="MEAL", item=item, amount=Decimal("1e300"))], shipped())
    assert np.isfinite(layer.weights).all()


def test_habits_of_an_invoice_without_lines() -> None:
    (habit,) = habits_of(Invoice(seller_name="甲"), "MEAL")
    assert (habit.item, habit.seller, habit.category) == ("", "甲", "MEAL")
