"""Which planted faults the rules find, and how often they fire on invoices that have none.

    python -m benchmarks.planted [--seed N] [--plant 40] [--clean 200] [--kept] [--rules IDS]

Invoices are invented (`synth`) and taken as a perfect reader would hand them over; for every rule
its fault is put into invoices the rule was not written for (`benchmarks.planters`), and the same
invoices without it count false alarms. `--kept` draws from the words that nothing is tuned on.
What reading costs is another matter: `benchmarks.accuracy` measures reading, and its `--out` file
given as `--readings` counts what the rules say of real readings of a labelled folder.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median

import validate
from benchmarks.planters import PLANTERS, Plot
from benchmarks.planters.clean import DRAWN_SO, Drawn, context_of, draw
from benchmarks.tables import interval
from models.finding import Finding, Severity
from models.invoice import Invoice
from validate.engine import case_of


@dataclass(slots=True)
class Tally:
    """What came of one rule. `drawn_so` are invoices that were drawn with what it is about."""

    planted: int = 0
    found: int = 0
    clean: int = 0
    drawn_so: int = 0
    alarms: Counter[Severity] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    if options.readings:
        print(of_readings(options.readings, options.data))
        return
    wanted = options.rules or frozenset(rule.id for rule in validate.rules())
    rules = [rule for rule in validate.rules() if rule.id in wanted]
    pool = draw(rules, options.clean, options.seed, kept=options.kept)
    tallies = {rule.id: Tally() for rule in rules}
    count_alarms(tallies, pool)
    plant(tallies, pool, options.plant, Random(options.seed))
    print(table(rules, tallies))
    print(f"\n{headline(pool)}")
    for rule_id, tally in tallies.items():
        for text in (*tally.missed[: options.show], *tally.raised[: options.show]):
            print(f"  {rule_id} {text}")


def count_alarms(tallies: dict[str, Tally], pool: Sequence[Drawn]) -> None:
    """Count what the rules say of clean invoices, those apart that were drawn with the fault."""
    for one in pool:
        for rule_id in one.rules & tallies.keys():
            tallies[rule_id].clean += 1
        worst: dict[str, Finding] = {}
        for finding in one.judged.findings:
            worst.setdefault(finding.rule, finding)
        for rule_id in worst.keys() & tallies.keys():
            tally, finding = tallies[rule_id], worst[rule_id]
            if rule_id in DRAWN_SO and DRAWN_SO[rule_id](one.truth):
                tally.clean -= 1
                tally.drawn_so += 1
                continue
            tally.alarms[finding.severity] += 1
            tally.raised.append(f"false {finding.severity} {one.truth.kind}: {finding.message}")


def plant(tallies: dict[str, Tally], pool: Sequence[Drawn], count: int, rng: Random) -> None:
    """Put each rule's fault into up to `count` invoices it judges and does not fire on."""
    rules = {rule.id: rule for rule in validate.rules()}
    for rule_id, tally in tallies.items():
        planter = PLANTERS.get(rule_id)
        if planter is None:
            continue
        order = list(pool)
        rng.shuffle(order)
        for one in order:
            if tally.planted >= count:
                break
            if rule_id in {finding.rule for finding in one.judged.findings}:
                continue
            planted = planter(Plot(one.invoice, one.context, rng))
            if planted is None or not rules[rule_id].concerns(case_of(*planted)):
                continue
            tally.planted += 1
            said = validate.check(*planted)
            if rule_id in {finding.rule for finding in said.findings}:
                tally.found += 1
            else:
                why = [e.why for e in said.rules.not_evaluated if e.rule == rule_id]
                tally.missed.append(f"missed {one.truth.kind} {one.truth.seed}: {why or 'passed'}")


def headline(pool: Sequence[Drawn]) -> str:
    """How many clean invoices any rule rejects or warns of, and what the rules cost."""
    severities = [
        {
            finding.severity
            for finding in one.judged.findings
            if not (finding.rule in DRAWN_SO and DRAWN_SO[finding.rule](one.truth))
        }
        for one in pool
    ]
    rejected = sum(Severity.REJECT in one for one in severities)
    warned = sum(Severity.WARN in one for one in severities)
    took = sorted(one.seconds for one in pool)
    typing = sorted(_typing(one.invoice) for one in pool)
    return (
        f"{len(pool)} clean invoices: {rejected} rejected ({100 * rejected / len(pool):.2f} %), "
        f"{warned} with a warning ({100 * warned / len(pool):.2f} %).\n"
        f"All {len(validate.rules())} rules on one: median {1000 * median(took):.2f} ms, "
        f"99 % within {1000 * took[len(took) * 99 // 100]:.2f} ms of processor time; "
        f"check_fields on all fields: median {1000 * median(typing):.2f} ms, "
        f"99 % within {1000 * typing[len(typing) * 99 // 100]:.2f} ms."
    )


def _typing(invoice: Invoice) -> float:
    """Seconds it takes to check all fields of an invoice as typed."""
    names = validate.Typed.model_fields.keys() & Invoice.model_fields.keys() - {"form"}
    texts = {name: None if (v := getattr(invoice, name)) is None else str(v) for name in names}
    words = invoice.extra.total_in_words
    typed = validate.Typed.model_validate(texts | {"form": invoice.form, "total_in_words": words})
    started = time.process_time()
    validate.check_fields(typed, invoice.date)
    return time.process_time() - started


def table(rules: Sequence[validate.Rule], tallies: dict[str, Tally]) -> str:
    """A row a rule, in Markdown."""
    lines = [
        "| rule | planted | found | clean | reject | warn | info | alarms at most (95 %) |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for rule in rules:
        tally = tallies[rule.id]
        planted = f"{tally.planted} | {tally.found}" if rule.id in PLANTERS else "- | -"
        hard = tally.alarms[Severity.REJECT] + tally.alarms[Severity.WARN]
        most = f"{100 * interval(hard, tally.clean)[1]:.1f} %" if tally.clean else "-"
        counts = " | ".join(str(tally.alarms[severity]) for severity in Severity)
        lines.append(f"| {rule.id} | {planted} | {tally.clean} | {counts} | {most} |")
    sum_planted = sum(tally.planted for tally in tallies.values())
    sum_found = sum(tally.found for tally in tallies.values())
    lines.append(f"| **all** | {sum_planted} | {sum_found} | | | | | |")
    return "\n".join(lines)


def of_readings(readings: Path, data: Path) -> str:
    """What the rules say of the readings of a labelled folder, which are all of clean documents.

    `readings` is what `benchmarks.accuracy --out` wrote, `data` the folder it read.
    """
    labels = [json.loads(line) for line in (data / "labels.jsonl").read_text("utf-8").splitlines()]
    numbers = {label.get("number") for label in labels}
    fired: Counter[tuple[str, str]] = Counter()
    invoices = rejected = warned = 0
    for line in readings.read_text("utf-8").splitlines():
        for found in json.loads(line)["invoices"]:
            invoice = Invoice.model_validate(found)
            invoices += 1
            judged = validate.check(invoice, context_of(invoice))
            told = {(f.rule, f.severity.value) for f in judged.findings if f.rule.startswith("R-")}
            fired.update(told)
            severities = {severity for _, severity in told}
            rejected += "reject" in severities
            warned += bool({"reject", "warn"} & severities)
    lines = ["| rule | severity | invoices |", "|---|---|--:|"]
    lines += [
        f"| {rule} | {severity} | {count} |" for (rule, severity), count in sorted(fired.items())
    ]
    lines.append(
        f"\n{invoices} invoices read from {len(labels)} documents ({len(numbers)} numbers): "
        f"{rejected} rejected, {warned} with a warning or more."
    )
    return "\n".join(lines)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planted")
    add = parser.add_argument
    add("--seed", type=int, default=9001)
    add("--plant", type=int, default=40, help="faults for each rule")
    add("--clean", type=int, default=200, help="clean invoices for each rule, at least")
    add("--kept", action="store_true", help="draw from the words kept back")
    add("--rules", type=lambda text: frozenset(text.split(",")), default=frozenset())
    add("--show", type=int, default=0, help="how many misses and alarms of each rule to list")
    add("--readings", type=Path, help="count alarms on readings kept by benchmarks.accuracy --out")
    add("--data", type=Path, default=Path("samples"), help="the folder that was read")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
