"""Mutations: hostile files made from good ones, named by what is wrong with them.

    name, data = mutate("xml", seed, Random(7), 3)

The same file, random numbers and turn give the same bytes.
"""

from collections.abc import Mapping
from random import Random

from benchmarks.mutations.archive import ARCHIVE, in_member
from benchmarks.mutations.mail import MAIL
from benchmarks.mutations.ofd import OFD
from benchmarks.mutations.pdf import PDF
from benchmarks.mutations.plain import PLAIN
from benchmarks.mutations.xml import XML, Mutator

MUTATORS: Mapping[str, tuple[Mutator, ...]] = {
    "pdf": (*PDF, *PLAIN),
    "ofd": (*OFD, *PLAIN),
    "xml": (*XML, *PLAIN),
    "xbrl": (*XML, *PLAIN),
    "zip": (*ARCHIVE, *(in_member(one, ".xml") for one in XML), *PLAIN),
    "eml": (*MAIL, *PLAIN),
}
"""The mutators of each format; those of what may be inside it are among them."""


def mutate(kind: str, data: bytes, random: Random, turn: int) -> tuple[str, bytes]:
    """(what was done, the mutated file). `turn` picks the mutator; every fifth file gets two."""
    mutators = MUTATORS[kind]
    first = mutators[turn % len(mutators)]
    name, data = first.__name__, first(data, random)
    if data and random.random() < 0.2:
        second = random.choice(PLAIN)
        name, data = f"{name}+{second.__name__}", second(data, random)
    return name, data
