"""A backup looked at, spoilt and refused, for the tests."""

import hashlib
import os
from pathlib import Path

import pytest

from models.errors import StoreError
from piaohe.store import rows
from piaohe.store.engine import reading


def contents(store) -> dict[str, object]:
    """Everything a restore must bring back."""
    with store.reading() as work, reading(store.engine).connect() as connection:
        return {
            "counts": rows.count(connection),
            "documents": [work.documents.get(sha256) for sha256 in work.documents.ids()],
            "invoices": work.invoices.all(),
            "events": list(work.events.iterate()),
            "originals": {
                sha256: hashlib.sha256(store.originals.get(sha256)).hexdigest()
                for sha256 in store.originals.iterate()
            },
        }


def refusal(act) -> tuple[str, str]:
    with pytest.raises(StoreError) as caught:
        act()
    assert caught.value.record.hint
    assert caught.value.record.hint_en
    return caught.value.record.code, caught.value.record.message_en


def name_of(made) -> str:
    return os.path.basename(made.folder)


def original_in(made, sha256: str):
    return Path(made.folder).parent.parent / "originals" / sha256[:2] / sha256[2:4] / sha256


def spoil(path) -> None:
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
