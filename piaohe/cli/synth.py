"""piaohe synth: made-up invoices with their labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import synth as artist
from piaohe.cli.shell import Shell


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of `synth`; no kinds means all of them."""

    out: Path
    count: int
    kinds: Sequence[str]
    seed: int
    photos: bool


def synth(shell: Shell, wanted: Wanted) -> int:
    """Draw the set and say where it is."""
    kinds = wanted.kinds or list(artist.KINDS)
    artist.write_set(wanted.out, wanted.count, kinds, wanted.seed, photos=wanted.photos)
    count, out = wanted.count, wanted.out
    shell.tell(f"已生成 {count} 张样票：{out}", f"{count} invoices drawn: {out}")
    return 0
