"""How much a container may unpack to, counted over everything inside it."""

from dataclasses import dataclass

from ingest.containers.refusals import refusal
from ingest.limits import Limits

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a container may ask of memory and time, over all the containers nested in it.

    `max_members` counts files, those left aside included, and in mails also the parts that are
    none; `max_total_bytes` is what they all unpack to. `max_entries` counts what the directories of
    archives list, folders and the insides of OFD files included.
    A member of more than `ratio_from_bytes` may be at most `max_ratio` times its packed size.
    `max_depth` is how many containers may lie within each other, the received one included;
    `max_multiparts` how deep the parts of one mail may be nested.
    """

    max_members: int = 2_000
    max_total_bytes: int = 500 * MEBIBYTE
    max_entries: int = 100_000
    max_ratio: int = 500
    ratio_from_bytes: int = 16 * MEBIBYTE
    max_depth: int = 3
    max_multiparts: int = 10


class Budget:
    """What is left of the bounds while one received container is gone through."""

    def __init__(self, limits: Limits, bounds: Bounds) -> None:
        self.limits = limits
        self.bounds = bounds
        self.entries_left = bounds.max_entries
        self._members = 0
        self._bytes = 0

    def count(self, members: int) -> None:
        """Takes note of so many more members. Raises DocumentError: too_many_members."""
        self._members += members
        if self._members > self.bounds.max_members:
            raise refusal("too_many_members", limit=self.bounds.max_members)

    def foresee(self, size: int) -> None:
        """Asks whether so many more bytes would fit. Raises DocumentError: archive_too_large."""
        if self._bytes + size > self.bounds.max_total_bytes:
            raise refusal("archive_too_large", limit=self.bounds.max_total_bytes / MEBIBYTE)

    def charge(self, size: int) -> None:
        """Takes note of so many more bytes. Raises DocumentError: archive_too_large."""
        self.foresee(size)
        self._bytes += size
