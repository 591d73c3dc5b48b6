"""The seals of an OFD as pictures: what to draw where."""

from collections.abc import Collection
from dataclasses import dataclass

from ingest.signatures import ses
from ingest.signatures.ofd_list import Listed, Package, Read, Stamp, listed
from ingest.signatures.said import CannotTell
from ingest.signatures.ses import Picture

__all__ = ["Picture", "SealImage", "Stamp", "seals"]


@dataclass(frozen=True, slots=True)
class SealImage:
    """A seal's own picture and the places where it is drawn. `name` is the seal's name."""

    name: str
    picture: Picture
    stamps: tuple[Stamp, ...]


def seals(read: Read, names: Collection[str], signature_list_path: str) -> tuple[SealImage, ...]:
    """Every seal of an OFD that has a picture and a place, in the order of the signatures.

    `read` and `names` as for `check_ofd`. Nothing is verified here, and nothing raised: a
    seal that cannot be read is left out. `picture.kind` "ofd" is an OFD package of its own.
    """
    package = Package(read, names)
    try:
        entries = list(listed(package, signature_list_path))
    except CannotTell:
        return ()
    found = (_seal(package, entry) for entry in entries if isinstance(entry, Listed))
    return tuple(seal for seal in found if seal is not None)


def _seal(package: Package, entry: Listed) -> SealImage | None:
    for path, reader in ((entry.value_path, _of_signature), (entry.seal_path, ses.parse_seal)):
        if path is None:
            continue
        try:
            seal = reader(package.data(path))
        except CannotTell:
            continue
        if seal.picture is not None and entry.stamps:
            return SealImage(seal.name, seal.picture, entry.stamps)
    return None


def _of_signature(data: bytes) -> ses.Seal:
    return ses.parse(data).seal
