"""How often matching says the right state and cause, on ledgers with planted causes.

    python -m benchmarks.causes [--seeds N] [--first SEED] [--noise SHARE] [--wrong]

For each seed synth invents a company, a pile of documents and all ledgers of `synth.ledgers`, with
every cause of domain.md 6.4 planted, and writes them as files; the product's readers read them and
`reconcile.match` judges them. Before that, noise no rule was written for is mixed in
(benchmarks/causes_noise.py): blank cells, other ways of writing, fields that were not read,
entries of strangers and their red letters, bookings without a number, the next month's twin and
the next number's sibling of a document. The seeds
are not those matching was developed on (1 to 40). `--wrong` lists what is not as planted.
"""

import argparse
import datetime
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import openpyxl

from benchmarks.causes_noise import Noise
from benchmarks.tables import markdown, share
from models.match import Match, MatchState, Side
from models.portal import PortalAnswer, RedConfirmation
from piaohe.sources import read_ledger
from reconcile import Keyed, Options, match
from synth.ledgers import Expected, Planted, Run, invoice_of, pile, plant
from validate import Context, check

_FIRST_SEED = 9001
_EXACT = (MatchState.EXACT,)


def run_of(planted: Planted, run: Run, noise: Noise) -> tuple[list[Expected], list[Match]]:
    """What is expected of a run, noise included, and what matching says."""
    files = dict(planted.ledgers)
    today = Context(today=planted.today)
    keyed = [
        Keyed(key=key, invoice=check(invoice_of(truth), today))
        for key, truth in zip(run.keys(), run.documents, strict=True)
    ]
    ledgers = [read_ledger(files[name], name) for name in run.ledgers]
    expected = list(run.expected)
    if any(ledger.entries for ledger in ledgers):
        keyed, ledgers, more = noise.mixed(run.name, keyed, ledgers)
        expected += more
    return expected, match(keyed, ledgers, _options(planted, run))


def _options(planted: Planted, run: Run) -> Options:
    options = Options(now=run.now, entities=run.entities, coverage=run.coverage)
    if run.name != "tax":
        return options
    # what the platform and the list of confirmations say was planted for this run alone
    answers = {
        answer.key: PortalAnswer(code=answer.code, asked_at=answer.asked_at, says=answer.says)
        for answer in planted.portal
    }
    begun = {each.blue: each for each in _confirmations(planted)}
    return options.model_copy(update={"portal": answers, "confirmations": begun})


def _confirmations(planted: Planted) -> Iterator[RedConfirmation]:
    for _, data in planted.others:
        rows = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)
        head = next(rows)
        for row in rows:
            line = dict(zip(head, row, strict=True))
            entered = datetime.date.fromisoformat(str(line["录入日期"]))
            yield RedConfirmation(
                blue=str(line["蓝字发票号码"]), number=str(line["红字确认单编号"]), entered=entered
            )


class Score:
    """Verdicts counted by what was planted."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.state: Counter[str] = Counter()
        self.cause: Counter[str] = Counter()
        self.exact = [0, 0]
        self.false_exact = 0
        self.unasked = 0
        self.wrong: list[str] = []

    def add(self, seed: int, expected: Sequence[Expected], found: Sequence[Match]) -> None:
        said = {(each.side, each.key): each for each in found}
        for line in expected:
            match = said.pop((line.side, line.key), None)
            state_right = match is not None and match.state is line.state
            cause_right = state_right and match is not None and match.cause == line.cause
            name = line.planted or ("(as it should be)" if line.state in _EXACT else "(no cause)")
            for each in (name, "**all**"):
                self.asked[each] += 1
                self.state[each] += state_right
                self.cause[each] += cause_right
            if line.state is MatchState.EXACT:
                self.exact[0] += state_right
                self.exact[1] += 1
            elif match is not None and match.state is MatchState.EXACT:
                self.false_exact += 1
            if not cause_right:
                self.wrong.append(f"{seed} {_told(line)} -> {_said(match)}")
        self.unasked += len(said)
        self.wrong += [f"{seed} besides: {_said(match)}" for match in said.values()]

    def tables(self) -> str:
        rows = [["planted", "verdicts", "state right (95 %)", "state and cause right (95 %)"]]
        for name in sorted(self.asked, key=_by_number):
            asked = self.asked[name]
            rows.append(
                [name, str(asked), share(self.state[name], asked), share(self.cause[name], asked)]
            )
        right, asked = self.exact
        return "\n".join(
            [
                markdown(rows),
                "",
                f"exact said of what is exact: {right} of {asked}",
                f"exact said of what is not: {self.false_exact}",
                f"verdicts on entries nobody expects one on: {self.unasked}",
            ]
        )


def _by_number(name: str) -> tuple[int, str]:
    digits = re.sub(r"\D", "", name)
    return int(digits) if digits else 99, name


def _told(line: Expected) -> str:
    kind = f"{line.planted} {line.note}".strip()
    return f"{line.run} {line.key} [{kind}] {line.state.value} {line.cause or ''}"


def _said(match: Match | None) -> str:
    if match is None:
        return "nothing"
    side = "entry " if match.side is Side.LEDGER else ""
    return f"{side}{match.key} {match.state.value} {match.cause or ''} {match.evidence}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.causes", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=_FIRST_SEED)
    parser.add_argument("--noise", type=float, default=0.1, help="share of cells and rows")
    parser.add_argument("--wrong", action="store_true", help="list what is not as planted")
    given = parser.parse_args()
    score = Score()
    for seed in range(given.first, given.first + given.seeds):
        planted = plant(pile(seed), seed)
        noise = Noise(planted, seed, given.noise)
        for run in planted.runs:
            score.add(seed, *run_of(planted, run, noise))
    print(score.tables())
    if given.wrong:
        print("\n".join(["", *score.wrong]))


if __name__ == "__main__":
    main()
