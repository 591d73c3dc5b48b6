"""Hostile ZIP archives made from a good one: bombs, slips, lies of the directory."""

import io
import warnings
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from random import Random

from benchmarks.mutations.plain import PLAIN
from benchmarks.mutations.xml import Mutator

Members = dict[str, bytes]
MEBIBYTE = 1024 * 1024

_SLIPS = (
    *("../../../../etc/passwd", "/etc/passwd", "..\\..\\x.xml", "C:\\x.xml", "a/../../b.xml"),
    *(
        "\\\\host\\share\\x.xml",
        "x\0.xml",
        "\u202egnp.xml",
        "n" * 3_000 + ".xml",
        "a/" * 500 + "b.xml",
    ),
    *(".", "..", "", "con.xml", "~/.ssh/id", "file:///etc/passwd", "%2e%2e/x.xml", "\x1b[2J.xml"),
)


def unpacked(data: bytes) -> Members:
    """The members by name. Raises zipfile.BadZipFile where it is none."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def packed(members: Iterable[tuple[str, bytes]], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    memory = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names twice are what is wanted
        with zipfile.ZipFile(memory, "w", how) as archive:
            for name, data in members:
                archive.writestr(zipfile.ZipInfo(name), data, how)
    return memory.getvalue()


def on_members(change: Callable[[Members, Random], None]) -> Mutator:
    """A change of the members as a change of the archive."""

    def mutated(data: bytes, random: Random) -> bytes:
        members = unpacked(data)
        change(members, random)
        return packed(members.items())

    mutated.__name__ = change.__name__
    return mutated


def in_member(change: Mutator, ending: str = "") -> Mutator:
    """A change of one member, of those whose name has that ending."""

    def mutated(data: bytes, random: Random) -> bytes:
        members = unpacked(data)
        names = [name for name, held in members.items() if name.endswith(ending) and held]
        if names:
            name = random.choice(names)
            members[name] = change(members[name], random)
        return packed(members.items())

    mutated.__name__ = f"in_{ending.lstrip('.') or 'member'}:{change.__name__}"
    return mutated


@cache
def _bomb(mebibytes: int, fill: bytes) -> bytes:
    return packed([("bomb.xml", fill * (mebibytes * MEBIBYTE // len(fill)))])


def bomb_inside(members: Members, random: Random) -> None:
    members["bomb.zip"] = _bomb(random.choice((40, 120)), random.choice((b"\0", b"<x></x>")))


def bomb(data: bytes, random: Random) -> bytes:
    members = unpacked(data)
    name = random.choice(list(members))
    fill = random.choice((b"\0", b"<x></x>", b"%PDF-1.7"))
    members[name] = members[name] + fill * (random.choice((20, 150)) * MEBIBYTE // len(fill))
    return packed(members.items())


def nested(data: bytes, random: Random) -> bytes:
    for level in range(random.choice((1, 3, 8, 60))):
        data = packed([(f"level{level}.zip", data)], zipfile.ZIP_STORED)
    return data


def names_hostile(members: Members, random: Random) -> None:
    for name in random.sample(list(members), min(len(members), random.choice((1, 2)))):
        members[random.choice(_SLIPS)] = members.pop(name)


def names_added(members: Members, random: Random) -> None:
    for name in random.sample(_SLIPS, 4):
        members[name] = random.choice((b"<x/>", b"", random.randbytes(200)))


def names_twice(data: bytes, random: Random) -> bytes:
    members = unpacked(data)
    name = random.choice(list(members))
    other = random.choice((b"", b"<x/>", members[random.choice(list(members))]))
    double = random.choice((name, name.upper(), name.lower(), f"./{name}", f"a/../{name}"))
    return packed([*members.items(), (double, other)])


def member_missing(members: Members, random: Random) -> None:
    for name in random.sample(list(members), min(len(members), random.choice((1, 1, 3)))):
        del members[name]


def members_exchanged(members: Members, random: Random) -> None:
    first, second = random.choice(list(members)), random.choice(list(members))
    members[first], members[second] = members[second], members[first]


def member_of_rubbish(members: Members, random: Random) -> None:
    name = random.choice(list(members))
    heads = (b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", b"\xff\xd8\xff", b"PK\x03\x04", b"<?xml ", b"")
    members[name] = random.choice(heads) + random.randbytes(random.choice((0, 40, 50_000)))


def many_members(members: Members, random: Random) -> None:
    count = random.choice((400, 3_000, 12_000))
    members |= {f"{number}.xml": b"<x/>" for number in range(count)}


def directory_lies(data: bytes, random: Random) -> bytes:
    """A field of an entry in the directory changed: flags, method, check sum, sizes, offset."""
    changed = bytearray(data)
    places = [at for at in range(len(data) - 46) if data[at : at + 4] == b"PK\x01\x02"]
    for at in random.sample(places, min(len(places), 2)):
        offset, size = random.choice(
            (
                (8, 2),
                (10, 2),
                (16, 4),
                (20, 4),
                (24, 4),
                (28, 2),
                (30, 2),
                (32, 2),
                (38, 4),
                (42, 4),
            )
        )
        value = random.choice((0, 1, 9, 0xFFFF, 2**31, 2**32 - 1, random.getrandbits(32)))
        changed[at + offset : at + offset + size] = (value % (1 << 8 * size)).to_bytes(
            size, "little"
        )
    return bytes(changed)


def end_lies(data: bytes, random: Random) -> bytes:
    """A field of the end record changed: counts, size and place of the directory."""
    at = data.rfind(b"PK\x05\x06")
    offset, size = random.choice(((4, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2)))
    value = random.choice((0, 1, 0xFFFF, 2**32 - 1, random.getrandbits(32))) % (1 << 8 * size)
    return data[: at + offset] + value.to_bytes(size, "little") + data[at + offset + size :]


ARCHIVE: tuple[Mutator, ...] = (
    bomb,
    nested,
    names_twice,
    directory_lies,
    end_lies,
    *map(
        on_members,
        (
            bomb_inside,
            names_hostile,
            names_added,
            member_missing,
            members_exchanged,
            member_of_rubbish,
            many_members,
        ),
    ),
    *map(in_member, PLAIN),
)
