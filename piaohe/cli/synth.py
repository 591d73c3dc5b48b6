"""piaohe synth: made-up invoices with their labels."""

import os
from dataclasses import dataclass
from pathlib import Path

import synth as artist
from piaohe.cli.shell import Shell

ALL = "all"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of `synth`; no kinds means all of them, as "all" does."""

    out: Path
    count: int
    kinds: tuple[str, ...]
    seed: int
    photos: bool
    ledgers: bool = False


def synth(shell: Shell, wanted: Wanted) -> int:
    """Draw the set and say where it is."""
    if wanted.ledgers:
        return _with_ledgers(shell, wanted)
    kinds = list(artist.KINDS) if wanted.kinds in ((), (ALL,)) else wanted.kinds
    artist.write_set(
        wanted.out,
        wanted.count,
        kinds,
        wanted.seed,
        photos=wanted.photos,
        workers=os.cpu_count() or 1,
    )
    count, out = wanted.count, wanted.out
    shell.tell(f"已生成 {count} 张样票：{out}", f"{count} invoices drawn: {out}")
    return 0


def _with_ledgers(shell: Shell, wanted: Wanted) -> int:
    """Draw one company's documents and the ledgers that know, miss and misstate them."""
    jobs = artist.plan_pile(wanted.seed)
    artist.write_files(wanted.out, jobs, workers=os.cpu_count() or 1)
    truths = [one for job in jobs for one in job.documents if isinstance(one, artist.Truth)]
    planted = artist.write_ledgers(wanted.out / "ledgers", truths, wanted.seed)
    runs, count = len(planted.runs), len(jobs)
    shell.tell(
        f"已生成 {count} 张样票和 {runs} 组台账：{wanted.out}",
        f"{count} invoices and {runs} sets of ledgers drawn: {wanted.out}",
    )
    return 0
