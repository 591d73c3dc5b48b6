"""How often the kind of a page is told right, with and without its title and its QR code.

    python -m benchmarks.kinds --drawn                            drawn words, no OCR
    python -m benchmarks.kinds --data FOLDER [--recording FILE]   a labelled folder, read

`--drawn` takes the documents of the bench-v1 list as drawn words, whole and garbled as cameras and
engines do; none of their layouts, cities, companies and goods was trained on. With `--data` the
pages are read by the product's own engine; `--recording` keeps what it saw. Beside the classifier
stand what the title rules of `ocr` find and always saying the commonest kind.
"""

import argparse
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import classify
from benchmarks import fixed_sets, kind_picture
from benchmarks.kind_pages import Ticket, tickets
from benchmarks.tables import markdown, share
from classify.kind.words import words
from models.kind import UNKNOWN, KindGuess, Kinds
from models.page import Token
from models.taxqr import parse_tax_qr
from models.text import squash
from ocr.engines.paddle import PaddleEngine
from ocr.engines.recorded import Recorder
from ocr.extract.header import find_codes, find_numbers
from ocr.extract.sheet import Sheet
from ocr.form import find_form, find_non_invoice
from ocr.words import find_words
from piaohe.learning import kind_wear
from piaohe.learning.kind_material import Drawn, of_sheet, pages_of
from synth.aside import Aside
from synth.asides import lay_out_aside

_WAYS = 2
"""How often every drawn page is garbled."""
_HEADINGS = (
    "pages",
    "right",
    "decided",
    "wrong of decided",
    "likeliest right",
    "title rules",
    "commonest",
)
_BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)


@dataclass(frozen=True, slots=True)
class Told:
    """A ticket and what was said of it: by the classifier, and by the rules."""

    ticket: Ticket
    guess: KindGuess
    rules: str

    @property
    def right(self) -> bool:
        return self.guess.kind in self.ticket.kinds

    @property
    def likeliest(self) -> str:
        """The first alternative, also where nothing was decided."""
        return self.guess.alternatives[0].kind if self.guess.alternatives else UNKNOWN


CONDITIONS: dict[str, Callable[[Ticket], Ticket]] = {
    "as read": lambda ticket: ticket,
    "without QR": lambda ticket: replace(ticket, qr=None),
    "without title": lambda ticket: replace(ticket, tokens=untitled(ticket.tokens)),
    "without both": lambda ticket: replace(ticket, qr=None, tokens=untitled(ticket.tokens)),
}


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    kinds = classify.kinds()
    if options.data:
        fixed_sets.check(options.data)
        engine = Recorder(PaddleEngine(), options.recording)
        found = list(tickets(options.data, engine, kinds))
        if options.recording:
            engine.save(options.recording)
        results = judged(found, kinds)
        print(report(results))
    else:
        results = {}
        for name, harm in (("a text layer", None), ("garbled", kind_wear.any_harm)):
            drawn = list(of_drawn(bench_pages(), harm))
            results = judged(drawn, kinds)
            print(f"\n**{name}**\n\n{report(results)}\n")
    errors(results["as read"], options.errors)
    if options.picture:
        kind_picture.write(options.picture, *_for_picture(results["as read"]))


def judged(found: Sequence[Ticket], kinds: Kinds) -> dict[str, list[Told]]:
    """What is said of every ticket under every condition."""
    return {
        name: [told(change(ticket), kinds) for ticket in found]
        for name, change in CONDITIONS.items()
    }


def told(ticket: Ticket, kinds: Kinds) -> Told:
    guess = kinds.guess(ticket.tokens, ticket.size, ticket.qr)
    return Told(ticket, guess, by_rules(ticket))


def by_rules(ticket: Ticket) -> str:
    """The form `ocr` finds by titles, QR and code, else the kind of non-invoice its words name."""
    found = find_words(ticket.tokens)
    sheet = Sheet.of(found)
    codes = [seen.value for seen in find_codes(sheet)]
    numbers = [seen.value for seen in find_numbers(sheet)]
    form = find_form(found, parse_tax_qr(ticket.qr) if ticket.qr else None, codes, numbers)
    return form.value if form else find_non_invoice(found) or UNKNOWN


def untitled(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens in which no title of any kind stands, wherever on the page."""
    names = [squash(title) for several in words().titles.values() for title in several]

    def titled(token: Token) -> bool:
        text = squash(token.text)
        return kind_wear.is_title(text) or any(name in text for name in names)

    return tuple(token for token in tokens if not titled(token))


def bench_pages() -> Iterator[Drawn]:
    """The pages of the documents of bench-v1, drawn from words and layouts kept back."""
    for job in fixed_sets.read_list("bench-v1"):
        for document in job.documents:
            if isinstance(document, Aside):
                yield of_sheet(lay_out_aside(document), document.what, document.kind)
            else:
                yield from pages_of(document)


def of_drawn(
    pages: Iterator[Drawn], harm: Callable[[Random], kind_wear.Harm] | None
) -> Iterator[Ticket]:
    """Drawn pages as tickets, garbled a few times where there is harm. No QR: it is no word."""
    for number, page in enumerate(pages):
        rng = Random(f"kinds:{number}")
        for _ in range(_WAYS if harm else 1):
            done = harm(rng) if harm else kind_wear.clean()
            tokens, size = kind_wear.seen(page, rng, done)
            if tokens:
                how = f"title {done.title}"
                yield Ticket(page.group, how, frozenset({page.kind}), tokens, size)


def report(results: dict[str, list[Told]]) -> str:
    """All tables, in Markdown."""
    first = results["as read"]
    parts = [by_condition(results), by_how(first), by_kind(first), confusions(first)]
    return "\n\n".join([*parts, reliability(first)])


def by_condition(results: dict[str, list[Told]]) -> str:
    """A row a condition: right, decided, wrong of those decided, and the baselines."""
    rows = [[name, *_figures(all_told)] for name, all_told in results.items()]
    return markdown([["condition", *_HEADINGS], *rows])


def by_how(all_told: Sequence[Told]) -> str:
    """The same by how pages were captured or harmed."""
    ways = sorted({one.ticket.how for one in all_told})
    rows = [[how, *_figures([one for one in all_told if one.ticket.how == how])] for how in ways]
    return markdown([["capture", *_HEADINGS], *rows])


def _figures(all_told: Sequence[Told]) -> list[str]:
    total = len(all_told)
    decided = [one for one in all_told if one.guess.is_known]
    wrong = sum(not one.right for one in decided)
    commonest = Counter(one.ticket.kind for one in all_told).most_common(1)
    return [
        str(total),
        share(sum(one.right for one in all_told), total),
        share(len(decided), total),
        f"{wrong} of {len(decided)}",
        share(sum(one.likeliest in one.ticket.kinds for one in all_told), total),
        share(sum(one.rules in one.ticket.kinds for one in all_told), total),
        share(commonest[0][1] if commonest else 0, total),
    ]


def by_kind(all_told: Sequence[Told]) -> str:
    """Precision and recall of every kind; what was left undecided lowers recall only."""
    rows = [["kind", "pages", "precision", "recall", "undecided"]]
    said = Counter(one.guess.kind for one in all_told)
    for kind in sorted({one.ticket.kind for one in all_told}):
        mine = [one for one in all_told if one.ticket.kind == kind]
        right = sum(one.right for one in mine)
        names = mine[0].ticket.kinds
        calls = sum(said[name] for name in names)
        good = sum(one.right for one in all_told if one.guess.kind in names)
        open_ones = sum(not one.guess.is_known for one in mine)
        precision = f"{good}/{calls}" if calls else "-"
        rows.append([kind, str(len(mine)), precision, f"{right}/{len(mine)}", str(open_ones)])
    return markdown(rows)


def confusions(all_told: Sequence[Told]) -> str:
    """What was taken for what, the commonest first; undecided ones by their likeliest kind."""
    wrong = Counter(
        (one.ticket.kind, one.guess.kind, one.likeliest) for one in all_told if not one.right
    )
    rows = [["is", "was called", "likeliest", "times"]]
    rows += [[*names, str(count)] for names, count in wrong.most_common(20)]
    return markdown(rows) if wrong else "Nothing was taken for anything else."


def reliability(all_told: Sequence[Told]) -> str:
    """How often the likeliest kind is right, by the probability it was given."""
    rows = [["probability", "pages", "mean", "right"]]
    for low, high, its in bins(all_told):
        mean = sum(one.guess.probability for one in its) / len(its)
        right = sum(one.likeliest in one.ticket.kinds for one in its)
        rows.append(
            [f"{low:.2f}..{high:.2f}", str(len(its)), f"{mean:.3f}", share(right, len(its))]
        )
    return markdown(rows)


def bins(all_told: Sequence[Told]) -> Iterator[tuple[float, float, list[Told]]]:
    """The tickets by the probability of their likeliest kind; empty bins are left out."""
    for low, high in itertools.pairwise(_BINS):
        last = high == _BINS[-1]
        its = [
            one
            for one in all_told
            if one.guess.alternatives
            and low <= one.guess.probability
            and (one.guess.probability < high or last)
        ]
        if its:
            yield low, high, its


def errors(all_told: Sequence[Told], most: int) -> None:
    """List what was told wrong, or not at all, with the reason given."""
    for one in [one for one in all_told if not one.right][:most]:
        said = f"{one.guess.kind} {one.guess.probability:.3f}"
        print(f"  {one.ticket.file} | {one.ticket.kind} | {said} | {one.guess.reason}")
    for one in [one for one in all_told if one.guess.contradicts][:most]:
        print(f"  {one.ticket.file} | {one.guess.kind} | contradicts {one.guess.contradicts}")


def _for_picture(
    all_told: Sequence[Told],
) -> tuple[dict[tuple[str, str], int], list[tuple[float, float, int]]]:
    """Counts of (is, likeliest), and (mean probability, share right, pages) of every bin."""
    counts = Counter((one.ticket.kind, one.likeliest) for one in all_told)
    curve = []
    for _, _, its in bins(all_told):
        mean = sum(one.guess.probability for one in its) / len(its)
        right = sum(one.likeliest in one.ticket.kinds for one in its) / len(its)
        curve.append((mean, right, len(its)))
    return dict(counts), curve


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kinds")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, help="a labelled folder")
    what.add_argument("--drawn", action="store_true", help="drawn words of the bench-v1 list")
    parser.add_argument("--recording", type=Path, help="keep there what the engine saw")
    parser.add_argument("--picture", type=Path, help="draw confusions and reliability there")
    parser.add_argument("--errors", type=int, default=20, help="how many to list")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
