"""How the system does with many: time, memory and what comes out.

    python -m benchmarks.scale match [--count N] [--seed S] [--disturbed SHARE] [--shuffle]

`match`: N invoices against about N entries, 3 % of them disturbed in the ways of the ladder and
the causes (benchmarks/scale_match.py), in one process; then single new invoices against the N kept
entries. The default is small; the figures of docs are from --count 1000000.
"""

import argparse
import gc
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from benchmarks.scale_match import Drawn, draw
from benchmarks.tables import markdown
from models.match import Absence, Match, MatchState
from reconcile import Index, Outcome, compare, judge

_MEBIBYTE = 1 << 20
_QUESTIONS = 300


@contextmanager
def _timed(name: str, into: list[list[str]]) -> Iterator[None]:
    start, cpu = time.perf_counter(), time.process_time()
    yield
    seconds, used = time.perf_counter() - start, time.process_time() - cpu
    into.append([name, f"{seconds:.1f}", f"{used:.1f}", f"{peak():,.0f}"])


def peak() -> float:
    """The most memory this process has held so far, in MiB."""
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes * (1 if sys.platform == "darwin" else 1024) / _MEBIBYTE


def run_match(count: int, seed: int, disturbed: float, *, shuffle: bool) -> str:
    """Draw, match, ask single invoices, and give the tables."""
    steps: list[list[str]] = [["step", "seconds", "CPU seconds", "peak MiB so far"]]
    with _timed("draw both sides (not counted)", steps):
        drawn = draw(count, seed, disturbed)
        if shuffle:
            Random(seed).shuffle(drawn.invoices)
            Random(seed + 1).shuffle(drawn.entries)
    with _timed("index the entries", steps):
        index = Index(drawn.entries, drawn.about())
    with _timed("match", steps):
        outcome = compare(drawn.invoices, index, drawn.options())
    with _timed("give every verdict", steps):
        strays = Counter(each.reason for each in outcome.strays())
        states = Counter(each.state for each in outcome.invoices())
    parts = [markdown(steps), _found(states, strays)]
    parts += _judged(drawn, outcome)
    del outcome
    gc.collect()
    parts.append(_single(drawn, index, seed))
    return "\n\n".join(parts)


def _found(states: Counter[MatchState], strays: Counter[Absence | None]) -> str:
    rows = [["verdict", "count"]]
    rows += [[state.value, f"{number:,}"] for state, number in sorted(states.items())]
    rows += [[f"entry: {reason}", f"{number:,}"] for reason, number in strays.most_common()]
    return markdown(rows)


def _judged(drawn: Drawn, outcome: Outcome) -> list[str]:
    """How many verdicts are as drawn, by disturbance; exact matches with the wrong entry."""
    rows = [["disturbance", "invoices", "state right", "cause right"]]
    asked: Counter[str] = Counter()
    state_right: Counter[str] = Counter()
    cause_right: Counter[str] = Counter()
    false_exact = 0
    for place, ours in enumerate(drawn.invoices):
        found = outcome.of(place)
        state, cause, name = drawn.expected.get(ours.key, (MatchState.EXACT, None, "(none)"))
        for kind in (name, "**all**") if name != "(none)" else (name,):
            asked[kind] += 1
            state_right[kind] += found.state is state
            cause_right[kind] += (found.state, found.cause) == (state, cause)
        false_exact += found.state is MatchState.EXACT and not _is_own(drawn, ours.key, found)
    for name, number in sorted(asked.items()):
        right = [f"{100 * c[name] / number:.2f} %" for c in (state_right, cause_right)]
        rows.append([name, f"{number:,}", *right])
    return [markdown(rows), f"exact matches with an entry of another invoice: {false_exact}"]


def _is_own(drawn: Drawn, key: str, found: Match) -> bool:
    rows = [int(each.key.rpartition("!")[2]) for each in found.candidates]
    return all(drawn.owner(row, len(drawn.invoices)) == int(key[1:]) for row in rows)


def _single(drawn: Drawn, index: Index, seed: int) -> str:
    """Single new invoices against all kept entries: as drawn, with a digit wrong, and unknown."""
    rng = Random(f"single:{seed}")
    start = time.perf_counter()
    index.prepare()
    prepared = time.perf_counter() - start
    took: list[float] = []
    for ours in rng.choices(drawn.invoices, k=_QUESTIONS):
        kind = rng.randrange(3)
        number = ours.long
        if number and kind:
            end = 20 - 15 * (kind == 2)
            number = number[: end - 1] + str((int(number[end - 1]) + 1) % 10) + number[end:]
            if kind == 2:
                number = number[:5] + f"{rng.randrange(10**15):015d}"
        asked = ours._replace(key="new", long=number)
        start = time.process_time()
        judge(asked, index, drawn.options())
        took.append(1000 * (time.process_time() - start))
    took.sort()
    rows = [["one invoice against all", "CPU ms"], ["median", f"{statistics.median(took):.2f}"]]
    rows += [["95th of a hundred", f"{took[int(0.95 * len(took))]:.2f}"]]
    rows += [["slowest", f"{took[-1]:.2f}"], ["made ready once, s", f"{prepared:.1f}"]]
    rows += [["peak MiB of all", f"{peak():,.0f}"]]
    return markdown(rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=__doc__)
    parts = parser.add_subparsers(dest="part", required=True)
    match = parts.add_parser("match", help="invoices against ledger entries")
    match.add_argument("--count", type=int, default=20_000)
    match.add_argument("--seed", type=int, default=1)
    match.add_argument("--disturbed", type=float, default=0.03)
    match.add_argument("--shuffle", action="store_true", help="both sides in any order")
    given = parser.parse_args()
    print(run_match(given.count, given.seed, given.disturbed, shuffle=given.shuffle))


if __name__ == "__main__":
    main()
