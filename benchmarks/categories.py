"""How well the category classifier does on words it was not trained on.

    python -m benchmarks.categories [--seed S] [--picture FILE] [--labels FILE ...] [--classes]

Prints Markdown tables. "unseen" are the test groups of piaohe/learning (item texts, sellers,
brands and layouts that appear nowhere in training or calibration), "kept" the words synth keeps
back for benchmarks, which other people wrote, "labels" documents of a labels.jsonl as written by
`piaohe synth`. Beside the classifier stand the hand-made points alone and always saying the most
frequent category. A document that cannot be told ("服务费") and is given a category all the same
counts as wrong among those decided.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import classify
from benchmarks.category_habits import habit_table
from benchmarks.category_picture import draw
from classify.model import shipped
from classify.records import Label
from classify.rules import label_by_rules
from models.forms import Form, InvoiceType
from models.invoice import Extra, Invoice, LineItem
from piaohe.learning.category_documents import Example, examples
from piaohe.learning.category_words import Part, words

_SEED, _EACH = 7, 100
_BINS = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """Examples with the labels they were given."""

    made: tuple[Example, ...]
    labels: tuple[Label, ...]

    def told(self) -> list[tuple[Example, Label]]:
        """Those that have a category."""
        return [(e, given) for e, given in zip(self.made, self.labels, strict=True) if e.category]

    def decided(self) -> list[tuple[Example, Label]]:
        """Those that were given a category, whether they have one or not."""
        pairs = zip(self.made, self.labels, strict=True)
        return [(example, given) for example, given in pairs if given.category is not None]

    def top(self, most: int) -> float:
        """How often the truth is among the first so many alternatives."""
        told = self.told()
        hits = sum(e.category in guesses(given)[:most] for e, given in told)
        return hits / max(1, len(told))

    def wrong(self) -> float:
        """Wrong among those decided."""
        decided = self.decided()
        return sum(e.category != given.category for e, given in decided) / max(1, len(decided))

    def share_decided(self) -> float:
        """Decided among those that have a category."""
        told = self.told()
        return sum(given.category is not None for _, given in told) / max(1, len(told))

    def lines_right(self) -> float:
        """Lines whose part of the split is right, among lines of documents with several kinds."""
        right = whole = 0
        for example, given in zip(self.made, self.labels, strict=True):
            if len(set(example.lines)) < 2:
                continue
            verdicts = {line: share.category for share in given.split for line in share.lines}
            whole += len(example.lines)
            right += sum(verdicts.get(n) == name for n, name in enumerate(example.lines))
        return right / max(1, whole)


def guesses(given: Label) -> list[str]:
    """The categories a label names, the likeliest first."""
    if given.alternatives:
        return [alternative.category for alternative in given.alternatives]
    return [name for name in (given.category, given.second) if name]


def measure(made: Sequence[Example], label: Callable[[Invoice], Label]) -> Measured:
    """The labels of examples."""
    return Measured(tuple(made), tuple(label(example.invoice) for example in made))


def of_labels(path: Path) -> list[Example]:
    """Documents of a labels.jsonl that have a category, as they were drawn (no OCR)."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        record = json.loads(line)
        for one in record.get("invoices") or [record]:
            if not one.get("category") or not one.get("type"):
                continue
            items = tuple(
                LineItem(name=i["name"], amount=i.get("amount"), tax_rate=i.get("tax_rate"))
                for i in one.get("items") or ()
            )
            invoice = Invoice(
                form=Form(one["form"]) if one.get("form") else None,
                type=InvoiceType(one["type"]),
                seller_name=one.get("seller_name"),
                items=items,
                extra=Extra(special_business=(one.get("extra") or {}).get("special_business")),
            )
            found.append(Example(invoice, one["category"], (one["category"],) * len(items)))
    return found


def row(name: str, measured: Measured) -> str:
    """A line of the main table."""
    count = len(measured.told())
    return (
        f"| {name} | {count} | {measured.top(1):.1%} | {measured.top(3):.1%} "
        f"| {measured.share_decided():.1%} | {measured.wrong():.2%} "
        f"| {measured.lines_right():.1%} |"
    )


def majority(made: Sequence[Example]) -> Callable[[Invoice], Label]:
    """Always the most frequent category."""
    ((most, _),) = Counter(example.category for example in made if example.category).most_common(1)
    given = Label(category=most, confidence=1.0, reason="-", reason_en="-")
    return lambda _: given


def class_table(measured: Measured) -> list[str]:
    """Precision and recall of what is decided, and top-1, of every class."""
    lines = ["| category | documents | top-1 | precision | recall |", "|---|---|---|---|---|"]
    told, decided = measured.told(), measured.decided()
    for category in classify.categories():
        own = [given for example, given in told if example.category == category.id]
        got = [example.category for example, given in decided if given.category == category.id]
        if not own:
            continue
        top = sum(guesses(given)[:1] == [category.id] for given in own) / len(own)
        precision = got.count(category.id) / max(1, len(got))
        recall = got.count(category.id) / len(own)
        lines.append(f"| {category.id} | {len(own)} | {top:.1%} | {precision:.1%} | {recall:.1%} |")
    return lines


def confusions(measured: Measured, most: int = 12) -> list[str]:
    """The commonest mistakes of the first guess."""
    wrong = Counter(
        (example.category, guesses(given)[0])
        for example, given in measured.told()
        if guesses(given)[:1] != [example.category]
    )
    lines = ["| truth | first guess | documents |", "|---|---|---|"]
    return lines + [f"| {a} | {b} | {n} |" for (a, b), n in wrong.most_common(most)]


def reliability(measured: Measured) -> list[tuple[float, float, int]]:
    """Mean probability of the best guess, how often it is right, and documents, for each bin."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for example, given in zip(measured.made, measured.labels, strict=True):
        first = given.alternatives[0]
        place = min(_BINS - 1, int(first.probability * _BINS))
        bins[place].append((first.probability, first.category == example.category))
    return [
        (sum(p for p, _ in one) / len(one), sum(r for _, r in one) / len(one), len(one))
        for one in bins
        if one
    ]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--each", type=int, default=_EACH, help="documents of each category")
    parser.add_argument("--labels", type=Path, nargs="*", default=[], help="labels.jsonl files")
    parser.add_argument("--classes", action="store_true", help="tables of classes and mistakes")
    parser.add_argument("--habits", action="store_true", help="the habit experiment")
    parser.add_argument("--picture", type=Path, help="draw confusion and reliability here")
    given = parser.parse_args()
    sets = {
        "unseen": examples(words(Part.TEST), given.each, given.seed),
        "kept": examples(words(Part.KEPT), given.each, given.seed),
    } | {str(path.parent.name or path): of_labels(path) for path in given.labels}
    print(f"{shipped().header.version}, threshold {shipped().threshold}\n")
    print(
        "| set, classifier | documents | top-1 | top-3 | decided | wrong of these | split lines |"
    )
    print("|---|---|---|---|---|---|---|")
    results = {name: measure(made, classify.label) for name, made in sets.items()}
    for name, made in sets.items():
        print(row(f"{name}, trained", results[name]))
        print(row(f"{name}, rules only", measure(made, label_by_rules)))
        print(row(f"{name}, majority", measure(made, majority(made))))
    unseen = results["unseen"]
    print("\n| probability | right | documents |\n|---|---|---|")
    for mean, right, count in reliability(unseen):
        print(f"| {mean:.2f} | {right:.2f} | {count} |")
    if given.classes:
        print("", *class_table(unseen), "", *confusions(unseen), sep="\n")
    if given.habits:
        print("", *habit_table(sets["unseen"][:: max(1, given.each // 10)]), sep="\n")
    if given.picture:
        names = [category.id for category in classify.categories()]
        pairs = [(example.category, guesses(label)[0]) for example, label in unseen.told()]
        draw(given.picture, names, pairs, reliability(unseen))


if __name__ == "__main__":
    main()
