"""How long lists and searches take with very many invoices: a table of percentiles.

    python -m benchmarks.search FOLDER [--count 1000000] [--url postgresql://...] [--rounds 40]

FOLDER gets a home with synthetic invoices, written directly and indexed as `piaohe db reindex`
does; it is used again where it is there already, and is yours to delete.
"""

import argparse
import datetime
import hashlib
import json
import random
import statistics
import time
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from models.forms import InvoiceType
from piaohe.reindex import reindex
from piaohe.store import Store
from piaohe.store.tables import DocumentRow, InvoiceRow
from piaohe.store.unit import Work
from piaohe.store.wanted import Booked, Order, Wanted

_PORTION = 5000
SELLER = "中国石化销售股份有限公司北京石油分公司"
_PLACES = [
    "北京",
    "上海",
    "广州",
    "深圳",
    "杭州",
    "南京",
    "成都",
    "武汉",
    "西安",
    "苏州",
    "天津",
    "重庆",
    "青岛",
    "长沙",
    "郑州",
]
_WORDS = [
    "华",
    "润",
    "天",
    "宏",
    "远",
    "达",
    "信",
    "诚",
    "博",
    "雅",
    "金",
    "鼎",
    "瑞",
    "丰",
    "恒",
    "泰",
    "嘉",
    "和",
    "盛",
    "世",
    "安",
    "康",
    "美",
    "佳",
]
_TRADES = [
    "石油销售",
    "餐饮管理",
    "酒店管理",
    "信息技术",
    "物流运输",
    "办公用品",
    "出租汽车",
    "商贸",
    "电子科技",
]
_ITEMS = [
    "*汽油*92号车用汽油",
    "*餐饮服务*餐费",
    "*住宿服务*住宿费",
    "*运输服务*客运",
    "*纸制品*复印纸",
]
_FINDING = {"rule": "R-AMT-01", "severity": "reject", "field": "total"}
_FINDING |= {"message": "金额不符", "message_en": "the sums do not fit"}
_CATEGORIES = ["MEAL", "TRAVEL_AIR", "TRAVEL_RAIL", "LODGING", "OFFICE", "FUEL"]
_DAY = datetime.date(2023, 1, 1)
_BEGIN = datetime.datetime(2023, 1, 1, tzinfo=datetime.UTC)
_KINDS = [kind.value for kind in InvoiceType]


def sellers(rng: random.Random) -> list[str]:
    """Some ten thousand names, as companies have them."""
    made = {
        f"{rng.choice(_PLACES)}{''.join(rng.sample(_WORDS, 2))}{rng.choice(_TRADES)}有限公司"
        for _ in range(12_000)
    }
    return [SELLER, *sorted(made)]


def rows(count: int) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    """Documents and their invoices, as rows."""
    rng = random.Random(7)
    names = sellers(rng)
    for at in range(count):
        sha256 = hashlib.sha256(str(at).encode()).hexdigest()
        date = _DAY + datetime.timedelta(days=at * 1080 // count)
        yield _document(at, sha256), _invoice(rng, sha256, date, rng.choice(names))


def _document(at: int, sha256: str) -> dict[str, object]:
    received = _BEGIN + datetime.timedelta(minutes=at * 1.5)
    return {
        "sha256": sha256,
        "file": f"/in/{at:07d}.pdf",
        "kind": "pdf",
        "size": 1,
        "received_at": received,
        "read_at": received,
        "status": "ok",
        "record": "{}",
    }


def _invoice(
    rng: random.Random, sha256: str, date: datetime.date, seller: str
) -> dict[str, object]:
    status = rng.choices(("accepted", "review", "rejected"), (90, 8, 2))[0]
    total = int(rng.lognormvariate(10.5, 1.3))
    number = f"{rng.randrange(10**20):020d}"
    record = {
        "items": [{"name": rng.choice(_ITEMS)}],
        "findings": [_FINDING] if status == "rejected" else [],
        "extra": {"remark": f"订单{rng.randrange(10**9)}"},
    }
    return {
        "id": f"{sha256}-0",
        "document_sha256": sha256,
        "idx": 0,
        "type": rng.choice(_KINDS),
        "key": number,
        "number": number,
        "date": date,
        "amount_fen": total,
        "total_fen": total,
        "buyer_name": "北京某某科技有限公司",
        "buyer_tax_id": "91110108MA01ABCD3X",
        "seller_name": seller,
        "seller_tax_id": f"91{zlib.crc32(seller.encode()):014d}XY",
        "category": rng.choice(_CATEGORIES),
        "status": status,
        "record": json.dumps(record, ensure_ascii=False),
    }


def fill(store: Store, count: int) -> None:
    """Write the invoices directly, and index them."""
    started = time.perf_counter()
    made = rows(count)
    while portion := list(islice(made, _PORTION)):
        with store.engine.begin() as connection:
            connection.execute(insert(DocumentRow), [one for one, _ in portion])
            connection.execute(insert(InvoiceRow), [one for _, one in portion])
    written = time.perf_counter()
    reindex(store)
    done = time.perf_counter()
    print(f"written in {written - started:.0f} s, indexed in {done - written:.0f} s", flush=True)


Question = Callable[[Work, random.Random], object]

_MONTH: dict[str, Any] = {
    "since": datetime.date(2025, 3, 1),
    "until": datetime.date(2025, 3, 31),
}
_PHRASE = Wanted(q=SELLER[:4], least=50_000, match=Booked.UNBOOKED, **_MONTH)


def lists() -> dict[str, Question]:
    """Lists that are measured, with their first page."""

    def wanted(**given: object) -> Question:
        asked = Wanted.model_validate(given)
        return lambda work, _: work.search.find(asked, limit=51)

    def words(make: Callable[[random.Random], str], seller: str | None = None) -> Question:
        return lambda work, rng: work.search.find(Wanted(q=make(rng), seller=seller), limit=51)

    def name(rng: random.Random) -> str:
        return rng.choice(_PLACES) + "".join(rng.sample(_WORDS, 2))

    queued = Wanted(queue=True)
    return {
        "queue, by risk": lambda work, _: work.search.queue(queued, Order.RISK, 0, 51),
        "queue, by age": lambda work, _: work.search.queue(queued, Order.AGE, 0, 51),
        "queue, page 200": lambda work, _: work.search.queue(queued, Order.RISK, 9950, 51),
        "next in queue": lambda work, _: work.search.queue(queued, Order.RISK, 0, 5),
        "the latest": wanted(),
        "two characters": words(lambda rng: "".join(rng.sample(_WORDS, 2))),
        "two that all have": words(lambda _: "公司"),
        "name": words(name),
        "part of a number": words(lambda rng: f"{rng.randrange(10**7):07d}"),
        "phrase": lambda work, _: work.search.find(_PHRASE, limit=51),
        "amount": words(lambda rng: f"{rng.randrange(100, 9999)}.50"),
        "range of amounts": wanted(least=10_000_000, most=10_100_000),
        "kind, month, category": wanted(kind=[InvoiceType.TAXI], category="MEAL", **_MONTH),
        "rule": wanted(rule="R-AMT-01"),
        "one seller": wanted(seller=SELLER),
        "words of a seller": words(lambda rng: f"{rng.randrange(10**4):04d}", SELLER),
    }


def questions() -> dict[str, Question]:
    """What is measured."""

    def some(rng: random.Random) -> str:
        """The id of one of the first invoices."""
        return f"{hashlib.sha256(str(rng.randrange(1000)).encode()).hexdigest()}-0"

    return lists() | {
        "count of the queue": lambda work, _: work.search.count(Wanted(queue=True)),
        "facets of all": lambda work, _: work.search.facets(Wanted()),
        "facets of a search": lambda work, rng: work.search.facets(Wanted(q=rng.choice(_PLACES))),
        "facets of a seller": lambda work, _: work.search.facets(Wanted(seller=SELLER)),
        "facets of a phrase": lambda work, _: work.search.facets(_PHRASE),
        "count of a search": lambda work, rng: work.search.count(Wanted(q=rng.choice(_PLACES))),
        "misspelt name": lambda work, _: work.search.instead(Wanted(q=f"{SELLER[:2]}石花销售")),
        "similar": lambda work, rng: work.search.similar(some(rng)),
        "suggestions": lambda work, rng: work.search.names(rng.choice(_PLACES)),
    }


def measure(store: Store, rounds: int) -> None:
    rng = random.Random(11)
    print(f"{'':24}{'median':>9}{'p95':>9}{'most':>9}  ms")
    for title, ask in questions().items():
        times = []
        for _ in range(rounds):
            with store.reading() as work:
                started = time.perf_counter()
                ask(work, rng)
                times.append(1000 * (time.perf_counter() - started))
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"{title:24}{statistics.median(times):9.1f}{p95:9.1f}{max(times):9.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--url")
    parser.add_argument("--rounds", type=int, default=40)
    given = parser.parse_args()
    with Store.open(given.folder, url=given.url) as store:
        with store.reading() as work:
            empty = not work.search.find(Wanted(), limit=1)
        if empty:
            fill(store, given.count)
        measure(store, given.rounds)


if __name__ == "__main__":
    main()
