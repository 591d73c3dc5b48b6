"""Old backups make room: the newest stay, and the originals any of these names."""

import contextlib
import shutil
from pathlib import Path

from piaohe.store import manifest as layout
from piaohe.store.backup import alone, as_os_error
from piaohe.store.manifest import Backup
from piaohe.store.originals import FolderOriginals


def rotate(target: Path, keep: int) -> int:
    """Remove all but the newest `keep` backups of a folder, then originals only they named.

    Gives how many backups went. No other backup can be made there meanwhile. Raises StoreError
    backup_busy, home_not_writable.
    """
    with as_os_error(target), alone(target):
        there = (target / layout.BACKUPS).iterdir()
        found = sorted(each for each in there if layout.is_backup(each))
        old = found[:-keep] if keep else found
        if not old:
            return 0
        for folder in old:
            # without its manifest it is no backup any more, whatever happens next
            (folder / layout.MANIFEST).unlink()
            shutil.rmtree(folder)
        kept = {each.sha256 for folder in found[-keep:] for each in Backup(folder).listed()}
        originals = FolderOriginals(target / layout.ORIGINALS)
        for sha256 in list(originals.iterate()):
            if sha256 not in kept:
                with contextlib.suppress(FileNotFoundError):
                    originals.remove(sha256)
        return len(old)
