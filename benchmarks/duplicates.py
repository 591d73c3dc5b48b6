"""How surely tickets are known again, and how fast among very many that are kept.

    python -m benchmarks.duplicates [--pairs N] [--seed S]   tickets read twice, and look-alikes
    python -m benchmarks.duplicates --kept N [--checks M]    a database of N invoices

A ticket is read twice by a reader that makes mistakes: it misreads characters, loses lines, runs
two together, and may lose the number or the date altogether. It must be found again. Look-alikes
are of the same form, seller, code and day with other numbers, quota tickets the very next ones;
no two of those may be linked. What is drawn is text; how pictures fare is for the accuracy run.

With `--kept` the database is filled with made-up invoices and prints, then others are checked and
kept one at a time in a process of its own, whose largest memory is printed.
"""

import argparse
import datetime
import itertools
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import numpy as np

from benchmarks.tables import markdown, share
from models.document import Document, ReadStatus
from models.duplicate import DuplicateVerdict, Print, Relation, Shape, Specimen
from models.forms import Form
from models.geometry import Box
from models.invoice import Evidence, FieldName, Invoice
from models.page import Source, Token
from piaohe.store import Store
from synth.draw.sheet import Layer, Text
from synth.drawing import make
from synth.kinds import kind_of
from synth.truth import Truth
from validate.duplicates import compare, figures_of, judge, lookup_of

KINDS = (
    "taxi",
    "quota",
    "toll_paper",
    "bus",
    "ship",
    "rail_paper",
    "vat_roll",
    "machine",
    "vat_special",
    "dz_normal",
)
NOW = datetime.datetime(2026, 9, 30, 8, tzinfo=datetime.UTC)
_MISREAD, _LOST, _JOINED = 0.01, 0.05, 0.05
_NUMBER_LOST, _NUMBER_MISREAD, _VALUE_LOST = 0.15, 0.05, 0.05
_READINGS = 3
_PORTION = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--kept", type=int)
    parser.add_argument("--checks", type=int, default=200)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--probe", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.probe:
        print(_probe(options.probe, options.checks, options.seed))
    elif options.kept:
        _scale(options.kept, options.checks, options.seed)
    else:
        print(_known_again(options.pairs, options.seed))


# -- known again ----------------------------------------------------------------------------------


def _known_again(pairs: int, seed: int) -> str:
    """The table of what is found and what is linked wrongly, by kind."""
    # of n tickets a kind and as many look-alikes, so many pairs of two different ones
    count = max(4, round((pairs / len(KINDS) / _READINGS / 2) ** 0.5))
    rows = [["kind", "read twice", "found", "by key", "different pairs", "linked"]]
    total: Counter[str] = Counter()
    for kind in KINDS:
        tally = _of_kind(kind, count, seed)
        total += tally
        rows.append(_row(kind, tally))
    return markdown([*rows, _row("**all**", total)])


def _row(name: str, tally: Counter[str]) -> list[str]:
    found = share(tally["found"], tally["twice"])
    rest = (tally["by key"], tally["different"], tally["linked"])
    return [name, str(tally["twice"]), found, *(str(each) for each in rest)]


def _of_kind(kind: str, count: int, seed: int) -> Counter[str]:
    tally: Counter[str] = Counter()
    truths = [make(kind, seed * 1000 + at) for at in range(count)]
    like = [_lookalike(truth, kind, seed * 1000 + 500 + at) for at, truth in enumerate(truths)]
    texts = [_texts(truth) for truth in (*truths, *like)]
    for reading in range(_READINGS):
        rng = Random(f"reading:{kind}:{seed}:{reading}")
        read = [
            [_read(truth, text, f"{at}/{copy}", rng) for copy in range(2)]
            for at, (truth, text) in enumerate(zip((*truths, *like), texts, strict=True))
        ]
        for first, second in read:
            twin = compare(second, first) if _looked_for(first, second) else None
            tally["twice"] += 1
            tally["found"] += twin is not None
            tally["by key"] += twin is not None and twin.relation is Relation.SAME_INVOICE
        for (one, _), (other, _) in itertools.combinations(read, 2):
            tally["different"] += 1
            tally["linked"] += compare(one, other) is not None
    return tally


def _looked_for(kept: Specimen, ours: Specimen) -> bool:
    """Whether what is looked up for one ticket leads to the other."""
    one, other = lookup_of(kept), lookup_of(ours)
    alike = set(one.keys) & set(other.keys) or set(one.bands) & set(other.bands)
    return bool(alike) or (
        one.date is not None and (one.date, one.total) == (other.date, other.total)
    )


def _lookalike(truth: Truth, kind: str, seed: int) -> Truth:
    """Another ticket of the same form, seller, code and day."""
    other = make(kind, seed)
    while other.form != truth.form:
        seed += 10_007
        other = make(kind, seed)
    same: dict[str, object] = {"seller": truth.seller, "date": truth.date, "code": truth.code}
    same |= {"buyer": truth.buyer, "face": truth.face}
    if kind == "quota":
        number = str(int(truth.number) + 1).zfill(len(truth.number))
        same |= {"number": number, "total": truth.total, "extra": truth.extra}
    if truth.extra.plate:
        same["extra"] = other.extra.model_copy(update={"plate": truth.extra.plate})
    return other.model_copy(update=same)


def _texts(truth: Truth) -> list[str]:
    sheet = kind_of(truth.kind).lay_out(truth)
    marks = itertools.chain.from_iterable(sheet.marks[layer] for layer in Layer)
    return [mark.text for mark in marks if isinstance(mark, Text) and mark.text.strip()]


def _read(truth: Truth, texts: Sequence[str], document: str, rng: Random) -> Specimen:
    """A ticket as a reader that makes mistakes reads it."""
    lines: list[str] = []
    for text in texts:
        if rng.random() < _LOST:
            continue
        read = _misread(text, rng)
        if lines and rng.random() < _JOINED:
            lines[-1] += read
        else:
            lines.append(read)
    invoice = _invoice(truth, rng)
    tokens = [Token(text, Box(0, 0, 1, 1)) for text in lines]
    common = (invoice.code, invoice.seller_tax_id, invoice.buyer_tax_id)
    figures = figures_of(tokens, common)
    return Specimen(document, 0, document, invoice, Shape.PHOTO, Print(figures=figures))


def _misread(text: str, rng: Random) -> str:
    return "".join(
        rng.choice("0123456789") if char.isdigit() and rng.random() < _MISREAD else char
        for char in text
    )


def _invoice(truth: Truth, rng: Random) -> Invoice:
    number: str | None = truth.number
    confidence = 0.95
    if rng.random() < _NUMBER_LOST:
        number = None
    elif rng.random() < _NUMBER_MISREAD:
        at, confidence = rng.randrange(len(truth.number)), 0.7
        number = truth.number[:at] + rng.choice("0123456789") + truth.number[at + 1 :]
    fields = {}
    if number is not None:
        fields[FieldName.NUMBER] = Evidence(
            value=number, raw=number, source=Source.OCR, confidence=confidence
        )
    invoice = Invoice.from_evidence(truth.form, fields, items=truth.items, extra=truth.extra)
    seller = truth.seller
    values = {
        "code": truth.code,
        "date": truth.date,
        "total": truth.total,
        "seller_name": seller.name if seller else None,
        "seller_tax_id": seller.tax_id if seller else None,
    }
    kept = {name: None if rng.random() < _VALUE_LOST else value for name, value in values.items()}
    extra = truth.extra.model_copy(update={"qr": None, "second_number": None, "second_code": None})
    return invoice.model_copy(update=kept | {"extra": extra})


# -- among many -----------------------------------------------------------------------------------


def _scale(kept: int, checks: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        Store.open(home).close()
        begun = time.perf_counter()
        _fill(home / "piaohe.db", kept, seed)
        size = (home / "piaohe.db").stat().st_size / 1e6
        spent = time.perf_counter() - begun
        print(f"{kept} invoices kept in {spent:.0f} s, database {size:.0f} MB", file=sys.stderr)
        probe = ("-m", "benchmarks.duplicates", "--probe", folder, "--checks", str(checks))
        subprocess.run([sys.executable, *probe, "--seed", str(seed)], check=True)


def _fill(database: Path, kept: int, seed: int) -> None:
    """Fill the tables directly: keeping a million one at a time takes hours of syncing."""
    connection = sqlite3.connect(database)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -500000"):
        connection.execute(f"PRAGMA {pragma}")
    rng = Random(f"fill:{seed}")
    for first in range(0, kept, _PORTION):
        rows = list(range(first, min(kept, first + _PORTION)))
        made = [_made(at, rng) for at in rows]
        ids = [f"{at:064x}" for at in rows]
        _insert(connection, "documents", "sha256, file, size, received_at, read_at, status, record",
                ((sha, f"/in/{sha[-8:]}.jpg", 1, "2026-01-01", "2026-01-01", "ok", "{}")
                 for sha in ids))  # fmt: skip
        _insert(connection, "invoices",
                "id, document_sha256, idx, type, key, date, total_fen, seller_name, status, record",
                ((f"{sha}-0", sha, 0, "taxi", each.invoice.key, str(each.invoice.date),
                  int((each.invoice.total or 0) * 100), each.invoice.seller_name, "review",
                  each.invoice.model_dump_json())
                 for sha, each in zip(ids, made, strict=True)))  # fmt: skip
        _insert(connection, "invoice_claims", "key, document_sha256, idx, claimed_at",
                ((each.invoice.key, sha, 0, "2026-01-01")
                 for sha, each in zip(ids, made, strict=True)))  # fmt: skip
        _insert(connection, "duplicate_prints", "id, document_sha256, idx, shape, print",
                ((at + 1, sha, 0, "photo", each.print.model_dump_json() if each.print else None)
                 for at, sha, each in zip(rows, ids, made, strict=True)))  # fmt: skip
    # in order of the index, which is what makes filling it fast
    rng_bands = np.random.default_rng(seed)
    bands = np.sort(rng_bands.integers(0, 2**62, 8 * kept))
    owners = rng_bands.permutation(np.repeat(np.arange(1, kept + 1), 8))
    _insert(connection, "duplicate_bands", "value, print_id",
            zip(bands.tolist(), owners.tolist(), strict=True))  # fmt: skip
    connection.commit()
    connection.close()


def _insert(
    connection: sqlite3.Connection, table: str, columns: str, rows: Iterable[tuple[object, ...]]
) -> None:
    marks = ", ".join("?" * (columns.count(",") + 1))
    connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def _made(at: int, rng: Random) -> Specimen:
    """A made-up taxi ticket; there are about a thousand a day and a few of each price."""
    day = datetime.date(2023, 1, 1) + datetime.timedelta(rng.randrange(1000))
    total = Decimal(rng.randrange(1000, 30000)) / 100
    code, number = f"{144011816700 + rng.randrange(100)}", f"{10_000_000 + at}"
    invoice = Invoice(
        form=Form.TAXI, type=Form.TAXI.type, code=code, number=number, date=day, total=total
    )
    times = (f"{rng.randrange(24):02}{rng.randrange(60):02}" for _ in range(2))
    figures = (number, day.strftime("%Y%m%d"), *times, f"{total:.2f}".replace(".", ""))
    return Specimen(f"{at:064x}", 0, f"/in/{at}.jpg", invoice, Shape.PHOTO, Print(figures=figures))


def _probe(home: Path, checks: int, seed: int) -> str:
    """Check and keep tickets; every second one is like the one before but for its number."""
    rng = Random(f"probe:{seed}")
    checked, busy, kept, found = [], [], [], 0
    with Store.open(home) as store:
        last: Specimen | None = None
        for at in range(checks):
            ours = _probed(store.originals.put(f"{seed} {at}".encode()), at, last, rng)
            begun, used = time.perf_counter(), time.process_time()
            lookup = lookup_of(ours)
            with store.reading() as work:
                verdict = judge(ours, work.duplicates.find(lookup))
            checked.append(time.perf_counter() - begun)
            busy.append(time.process_time() - used)
            found += bool(verdict.twins)
            begun = time.perf_counter()
            _keep(store, ours, verdict)
            kept.append(time.perf_counter() - begun)
            last = None if last else ours
    # not ru_maxrss, which begins with what the process had that started this one
    status = Path("/proc/self/status").read_text("ascii")
    memory = int(status.split("VmHWM:")[1].split()[0]) / 1000
    rows = [["", "median ms", "95 % ms", "worst ms"]]
    for name, spent in (("check", checked), ("of it computing", busy), ("keep, to the disk", kept)):
        figures = np.percentile(np.array(spent[5:]) * 1000, [50, 95, 100])
        rows.append([name, *(f"{each:.1f}" for each in figures)])
    return f"{markdown(rows)}\n\n{found} of {checks // 2} found, memory {memory:.0f} MB"


def _probed(sha256: str, at: int, last: Specimen | None, rng: Random) -> Specimen:
    """A new ticket, or the last one again with its number and day unread."""
    made = _made(20_000_000 + at, rng)
    if last is not None:
        unread = last.invoice.model_copy(update={"number": None, "date": None})
        made = replace(last, invoice=unread)
    return replace(made, document=sha256)


def _keep(store: Store, ours: Specimen, verdict: DuplicateVerdict) -> None:
    """Claim and keep a ticket as `piaohe.intake` does."""
    lookup = lookup_of(ours)
    document = Document(
        file=ours.where,
        sha256=ours.document,
        seconds=0,
        status=ReadStatus.OK,
        invoices=(ours.invoice,),
    )
    with store.unit_of_work() as work:
        work.duplicates.claim(ours, lookup.keys, NOW)
        work.documents.add(document, received_at=NOW, size=1)
        work.duplicates.keep(ours, lookup.bands, verdict, NOW)


if __name__ == "__main__":
    main()
