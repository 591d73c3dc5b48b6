"""How long the overview takes with very many invoices, and how often its forecast's range holds.

    python -m benchmarks.overview FOLDER [--count 1000000] [--url postgresql://...] [--rounds 40]
    python -m benchmarks.overview --forecast

FOLDER gets a home with synthetic invoices as benchmarks/search.py makes them; it is used again
where it is there already, and is yours to delete. The page itself works on what was added up
before; how long adding up takes, behind the page's back, stands apart.
"""

import argparse
import datetime
import math
import random
import statistics
import time
from pathlib import Path

from benchmarks.search import fill
from piaohe.overview.figures import figures
from piaohe.overview.forecast import forecast
from piaohe.overview.keeping import Keeper
from piaohe.overview.months import Span
from piaohe.store import Store

_NOW = datetime.datetime(2025, 12, 20, tzinfo=datetime.UTC)
_TODAY = "2025-12"
_SERIES = 500


def measure(store: Store, rounds: int) -> None:
    """What a page asks of the store and of the figures."""
    keeper = Keeper(store, lambda: _NOW)
    started = time.perf_counter()
    while keeper.books() is None:
        time.sleep(0.05)
    print(f"added up in {time.perf_counter() - started:.1f} s", flush=True)
    print(f"{'':24}{'median':>9}{'p95':>9}{'most':>9}  ms")
    for title, count, buyer in (
        ("twelve months", 12, None),
        ("one month", 1, None),
        ("thirty-six months", 36, None),
        ("of one company", 12, "北京某某科技有限公司"),
    ):
        times = []
        for _ in range(rounds):
            started = time.perf_counter()
            books = keeper.books()
            if books is not None:
                figures(books, Span.of(_TODAY, count), buyer, 15, _TODAY)
            times.append(1000 * (time.perf_counter() - started))
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"{title:24}{statistics.median(times):9.1f}{p95:9.1f}{max(times):9.1f}", flush=True)


def series(kind: str, count: int, rng: random.Random) -> list[int]:
    """Monthly sums about a million: level, with a trend or a season, both, or a random walk."""
    made, walked = [], 1e6
    for at in range(count):
        level = 1e6 + (20_000 * at if kind in ("trend", "both") else 0)
        wave = 1 + (0.35 * math.sin(math.pi * at / 6) if kind in ("season", "both") else 0)
        noise = rng.lognormvariate(0, 0.4) if kind == "heavy" else 1 + rng.gauss(0, 0.12)
        walked *= 1 + rng.gauss(0, 0.06)
        made.append(round(walked if kind == "walk" else level * wave * noise))
    return made


def coverage() -> None:
    """In how many of the made series what followed was in the range, by months of history."""
    spans = (8, 12, 24, 36, 48)
    print(f"{'':16}" + "".join(f"{span:>8}" for span in spans) + "  months")
    for ahead in (1, 2):
        for kind in ("level", "trend", "season", "both", "heavy", "walk"):
            rng, shares = random.Random(5), []
            for span in spans:
                held = 0
                for _ in range(_SERIES):
                    made = series(kind, span + ahead, rng)
                    found = forecast(made[:span], ahead)
                    held += found is not None and found.low <= made[-1] <= found.high
                shares.append(held / _SERIES)
            line = "".join(f"{share:8.0%}" for share in shares)
            print(f"{kind:10}{ahead:>6}{line}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--forecast", action="store_true")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--url")
    parser.add_argument("--rounds", type=int, default=40)
    given = parser.parse_args()
    if given.forecast:
        coverage()
    if given.folder is None:
        return
    with Store.open(given.folder, url=given.url) as store:
        with store.reading() as work:
            empty = not work.overview.size()
        if empty:
            fill(store, given.count)
        measure(store, given.rounds)


if __name__ == "__main__":
    main()
