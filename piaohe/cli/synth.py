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


def synth(shell: Shell, wanted: Wanted) -> int:
    """Draw the set and say where it is."""
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
