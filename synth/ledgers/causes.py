"""Planting: ledgers for a pile of documents in which each cause of domain.md 6.4 occurs."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from models.errors import UsageError
from synth.ledgers import book_scenes, tax_scenes
from synth.ledgers.entry import invoice_of
from synth.ledgers.erp import System
from synth.ledgers.planted import Planted, Run, key_of
from synth.ledgers.scene import Company, Scene
from synth.truth import Party, Truth

CAUSES = tuple(f"N{number}" for number in range(1, 21))

_Scenes = dict[str, Callable[[Scene], tuple[Run, list[tuple[str, bytes]]]]]


def _scenes() -> _Scenes:
    systems: _Scenes = {
        f"system_{which}": partial(book_scenes.system, which=which)
        for which in System
        if which is not System.GENERIC
    }
    return {
        "archive": tax_scenes.archive,
        "floats": tax_scenes.floats,
        "empty": tax_scenes.empty,
        "deduction": book_scenes.deduction,
        "register": book_scenes.register,
        "register_csv": book_scenes.register_saved,
        "books": book_scenes.books,
        "cut_off": book_scenes.cut_off,
        **systems,
    }


def plant(truths: Iterable[Truth], seed: int, today: datetime.date | None = None) -> Planted:
    """Ledgers for these documents, with every cause planted that the documents allow.

    The company is the buyer most of them name; what is made out to others is N7. The documents
    are never changed: a cause that is printed (N8, N14) needs a document that has it, and what
    no document allows is said in `unplanted`; `pile` makes documents that allow all of them.
    `today` is by default the day after the newest document. Deterministic.

    Raises UsageError (no_buyer) where no document names a company as its buyer.
    """
    unique = {key_of(truth): truth for truth in truths}
    shelf = list(unique.values())
    day = today or next_day(shelf)
    company = Company(buyer_of(shelf), day, seed)
    unplanted: dict[str, str] = {}
    first = Scene("tax", company, list(shelf), unplanted)
    run, files, others = tax_scenes.current(first)
    runs, answers = [run], list(first.answers)
    for name, play in _scenes().items():
        scene = Scene(name, company, list(shelf), unplanted)
        run, made = play(scene)
        runs.append(run)
        files += made
        answers += scene.answers
    return Planted(
        today=day,
        entity=company.party,
        ledgers=tuple(files),
        runs=tuple(runs),
        portal=tuple(answers),
        others=tuple(others),
        unplanted=unplanted,
    )


def next_day(truths: Iterable[Truth]) -> datetime.date:
    """The day after the newest document."""
    newest = max((t.date for t in truths if t.date), default=datetime.date(2026, 1, 1))
    return newest + datetime.timedelta(1)


def buyer_of(truths: Iterable[Truth]) -> Party:
    """The company most documents name as their buyer, the first of equals."""
    buyers = [t.buyer for t in truths if t.buyer and t.buyer.tax_id and "*" not in t.buyer.tax_id]
    if not buyers:
        raise UsageError(
            "no_buyer",
            "没有一张票据写明购买方税号，无法生成台账",
            "请加入有购买方的发票，例如 dz_normal",
            message_en="no document names a company as its buyer, so whose ledger it is is unknown",
            hint_en="add invoices that have a buyer, such as dz_normal",
        )
    tax_id, _ = Counter(buyer.tax_id for buyer in buyers).most_common(1)[0]
    return next(buyer for buyer in buyers if buyer.tax_id == tax_id)


def write_ledgers(
    folder: Path, truths: Iterable[Truth], seed: int, today: datetime.date | None = None
) -> Planted:
    """Write the ledgers of `plant` into `folder`.

    Each run has a folder of its name with its ledgers, `invoices.jsonl` (the documents as a
    perfect reader gives them) and `options.json`; beside them stand `expected.jsonl` (the lines
    of all runs), `portal.jsonl` (what the check platform answers), side files, and
    `unplanted.txt`.
    """
    planted = plant(truths, seed, today)
    folder.mkdir(parents=True, exist_ok=True)
    files = dict(planted.ledgers)
    for run in planted.runs:
        place = folder / run.name
        place.mkdir(exist_ok=True)
        for name in run.ledgers:
            (place / name).write_bytes(files[name])
        invoices = (invoice_of(truth).model_dump_json() for truth in run.documents)
        _write_lines(place / "invoices.jsonl", invoices)
        options = run.model_dump_json(include={"ledgers", "now", "entities", "coverage"}, indent=1)
        (place / "options.json").write_text(options + "\n", encoding="utf-8")
    for name, data in planted.others:
        (folder / name).write_bytes(data)
    _write_lines(folder / "expected.jsonl", (line.model_dump_json() for line in planted.expected))
    _write_lines(folder / "portal.jsonl", (line.model_dump_json() for line in planted.portal))
    unplanted = "".join(f"{cause}: {why}\n" for cause, why in planted.unplanted.items())
    (folder / "unplanted.txt").write_text(unplanted, encoding="utf-8")
    return planted


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
