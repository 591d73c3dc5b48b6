"""Damage that needs no knowledge of the format: what bad disks, cut downloads and fuzzers do."""

from random import Random


def truncated(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data))]


def bits_flipped(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 4, 40))):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def bytes_inserted(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + random.randbytes(random.choice((1, 7, 300, 70_000))) + data[at:]


def bytes_removed(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + data[at + random.choice((1, 7, 300)) :]


def blocks_swapped(data: bytes, random: Random) -> bytes:
    size = max(1, min(random.choice((8, 64, 512)), len(data) // 4))
    first, second = sorted(random.randrange(len(data) - size) for _ in range(2))
    if second < first + size:
        return data[second:] + data[:second]
    middle = data[first + size : second]
    return b"".join(
        (
            data[:first],
            data[second : second + size],
            middle,
            data[first : first + size],
            data[second + size :],
        )
    )


def blanked(data: bytes, random: Random) -> bytes:
    """A block of it zeros, as sectors that were never written are."""
    at = random.randrange(len(data))
    size = min(random.choice((16, 512, 4096)), len(data) - at)
    return data[:at] + bytes(size) + data[at + size :]


def written_twice(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data + data[at:] if random.random() < 0.5 else data[:at] + data


def rubbish_around(data: bytes, random: Random) -> bytes:
    before, after = (random.randbytes(random.choice((0, 3, 900))) for _ in range(2))
    return before + data + after


PLAIN = (
    truncated,
    bits_flipped,
    bytes_inserted,
    bytes_removed,
    blocks_swapped,
    blanked,
    written_twice,
    rubbish_around,
)
