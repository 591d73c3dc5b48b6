"""A month of documents, simulated: how long they wait, and what is the first bottleneck.

    python -m benchmarks.growing

A flow in minutes with nothing left to chance: documents come by office hours, weekdays and the
end of the month; what comes in a minute waits behind what came before, and leaves as fast as the
scarcest resource lets it. Which of the figures in `MEASURED` were measured, and which assumed, is
said in docs/scaling.md; those in `PRICES` are assumptions to be replaced by one's own. Prints the
tables of docs/scaling.md.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.tables import markdown

MINUTES = 30 * 24 * 60
_DAY = (0.1,) * 7 + (0.3, 1.0, 2.0, 2.2, 2.0, 1.0, 1.6, 2.0, 2.0, 2.0, 1.6, 0.8, 0.4) + (0.2,) * 4
"""How the hours of a day compare: little by night, most in the middle of both halves."""
_WEEKEND = 0.1
_MONTH_END = {26: 1.5, 27: 2.0, 28: 2.5, 29: 3.0}
"""Days counted from 0 on which more comes: expenses are closed, periods are booked."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds a document takes of each resource, and bytes it leaves.

    `original`, `scan`, `photo` are of one slot with two cores and hold reading and the flow;
    `door` is of one core that takes uploads in; `serial` is how long units of one document hold
    the write lock where one unit runs at a time; `database` is of one core of the database's
    machine.
    """

    original: float = 0.11
    scan: float = 1.1
    photo: float = 1.4
    door: float = 0.012
    serial: float = 0.035
    serial_sqlite: float = 0.016
    database: float = 0.012
    database_bytes: int = 30_000
    original_bytes: int = 400_000


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars: a core for an hour, a GB of fast disk and of object store for a month, a
    thousand writes to the object store."""

    core_hour: float = 0.04
    disk: float = 0.10
    objects: float = 0.023
    thousand_puts: float = 0.005


@dataclass(frozen=True, slots=True)
class Fleet:
    """What is there: slots of two cores, cores of the web and of the database. `alone` says that
    units that write run one at a time."""

    name: str
    documents: int
    slots: int
    web: int
    database: int
    alone: bool
    sqlite: bool = False
    mix: tuple[float, float, float] = (0.7, 0.2, 0.1)
    """Shares of originals, scans and photos."""


@dataclass(frozen=True, slots=True)
class Month:
    """What came of it. Waits in minutes; `use` is how busy each resource was in the busiest hour
    if everything had been carried at once: 1 is all of it, above that a queue grows."""

    came: int
    carried: int
    waiting: int
    longest_queue: int
    wait_p50: float
    wait_p95: float
    wait_most: float
    peak: float
    use: dict[str, float]

    @property
    def first(self) -> str:
        """The resource that is used up first."""
        return max(self.use, key=lambda name: self.use[name])


MEASURED, PRICES = Measured(), Prices()
FLEETS = (
    Fleet("one machine of 2 cores, SQLite", 20_000, 1, 1, 1, alone=True, sqlite=True),
    Fleet("one machine of 8 cores, SQLite", 300_000, 3, 1, 1, alone=True, sqlite=True),
    Fleet("the same, too much for it", 2_500_000, 3, 1, 1, alone=True, sqlite=True),
    Fleet("PostgreSQL, 2 workers of 8 cores", 1_000_000, 8, 1, 2, alone=False),
    Fleet("PostgreSQL, one unit at a time", 10_000_000, 24, 2, 4, alone=True),
    Fleet("PostgreSQL, units shared, 12 slots", 10_000_000, 12, 2, 4, alone=False),
    Fleet("PostgreSQL, units shared, 24 slots", 10_000_000, 24, 2, 4, alone=False),
)


def weights() -> list[float]:
    """How the minutes of a month that begins on a Monday compare."""
    found = []
    for minute in range(MINUTES):
        day, hour = divmod(minute // 60, 24)
        weekend = _WEEKEND if day % 7 >= 5 else 1.0
        found.append(_DAY[hour] * weekend * _MONTH_END.get(day, 1.0))
    return found


def arrivals(documents: int) -> Iterator[int]:
    """Whole documents minute by minute, `documents` in all."""
    each = weights()
    whole, so_far, given = sum(each), 0.0, 0
    for weight in each:
        so_far += weight
        due = round(documents * so_far / whole)
        yield due - given
        given = due


def needs(fleet: Fleet, measured: Measured = MEASURED) -> dict[str, float]:
    """Seconds of each resource's whole that one document takes."""
    times = (measured.original, measured.scan, measured.photo)
    reading = sum(share * time for share, time in zip(fleet.mix, times, strict=True))
    found = {"workers": reading / fleet.slots, "web": measured.door / fleet.web}
    found["database"] = measured.database / fleet.database
    if fleet.alone:
        found["write lock"] = measured.serial_sqlite if fleet.sqlite else measured.serial
    return found


def simulate(fleet: Fleet, measured: Measured = MEASURED) -> Month:
    """A month of a fleet."""
    need = needs(fleet, measured)
    rate = 60 / max(need.values())
    came = list(arrivals(fleet.documents))
    queue: deque[tuple[int, int]] = deque()
    waits: list[tuple[int, int]] = []
    waiting, longest, room = 0, 0, 0.0
    for minute, new in enumerate(came):
        queue.append((minute, new))
        waiting += new
        room += rate
        while queue and room >= 1:
            since, count = queue.popleft()
            done = min(count, int(room))
            room -= done
            waiting -= done
            waits.append((minute - since, done))
            if done < count:
                queue.appendleft((since, count - done))
        if not queue:
            # what was not needed is lost, as time is
            room = min(room, 1.0)
        longest = max(longest, waiting)
    busiest = max(sum(came[at : at + 60]) for at in range(0, MINUTES, 60)) / 3600
    return Month(
        came=sum(came),
        carried=sum(count for _, count in waits),
        waiting=waiting,
        longest_queue=longest,
        wait_p50=_share(waits, 0.5),
        wait_p95=_share(waits, 0.95),
        wait_most=max(wait for wait, _ in waits),
        peak=max(came) / 60,
        use={name: busiest * seconds for name, seconds in need.items()},
    )


def cost(fleet: Fleet, measured: Measured = MEASURED, prices: Prices = PRICES) -> float:
    """US dollars for a thousand documents, all machines kept for the whole month; storage of the
    first month alone."""
    cores = 2 * fleet.slots + fleet.web + fleet.database
    hours = cores * MINUTES / 60 * prices.core_hour
    gigabytes = fleet.documents / 1e9
    kept = gigabytes * (
        measured.database_bytes * prices.disk + measured.original_bytes * prices.objects
    )
    puts = fleet.documents / 1000 * prices.thousand_puts
    return 1000 * (hours + kept + puts) / fleet.documents


def table(fleets: Sequence[Fleet] = FLEETS) -> str:
    """A row for each fleet."""
    rows = [
        [
            *("fleet", "documents a month", "peak a second", "slots"),
            *("wait p50, p95, most (min)", "left at the end", "first bottleneck, busiest hour"),
            "US$ a thousand",
        ]
    ]
    for fleet in fleets:
        month = simulate(fleet)
        wait = f"{month.wait_p50:,.0f}, {month.wait_p95:,.0f}, {month.wait_most:,.0f}"
        rows.append(
            [
                *(fleet.name, f"{fleet.documents:,}", f"{month.peak:.1f}", str(fleet.slots)),
                *(wait, f"{month.waiting:,}", f"{month.first} {month.use[month.first]:.0%}"),
                f"{cost(fleet):.2f}",
            ]
        )
    return markdown(rows)


def use_table(fleets: Sequence[Fleet] = FLEETS) -> str:
    """How busy each resource is in the busiest hour."""
    names = ["workers", "write lock", "database", "web"]
    rows = [["fleet", *names]]
    for fleet in fleets:
        use = simulate(fleet).use
        rows.append([fleet.name, *(f"{use[name]:.0%}" if name in use else "-" for name in names)])
    return markdown(rows)


def _share(waits: Sequence[tuple[int, int]], share: float) -> float:
    """The wait that this share of all documents does not exceed."""
    left = share * sum(count for _, count in waits)
    for wait, count in sorted(waits):
        left -= count
        if left <= 0:
            return wait
    return 0


def main() -> None:
    print(table())
    print()
    print(use_table())


if __name__ == "__main__":
    main()
