"""What Piaohe keeps: a home folder with a database and the originals.

    <home>/piaohe.db                     SQLite, the records
    <home>/originals/ab/cd/abcd...       every received file, byte for byte, named by its SHA-256

Keeping a document takes two steps, in this order, so that a loss of power in between leaves no
row without its file:

    with Store.open(home) as store:
        sha256 = store.originals.put(data)
        with store.unit_of_work() as work:
            work.documents.add(document, received_at=now, size=len(data))

One unit of work is one transaction and one commit; it holds a repository for each noun
(`documents`, `invoices`, `duplicates`, `ledgers`, `matches`, `events`), and all SQL lives in those.
Units that write wait for one another; `store.reading()` waits for nobody. Whatever is done twice
with the same content is done once. Times are handed in, aware, and kept in UTC.

Records are kept as the JSON of their frozen models, with columns beside them for searching. The
versions of the database are in `migrations/`, applied when it is opened.
"""

from piaohe.store.duplicates import Claim
from piaohe.store.events import Event, What
from piaohe.store.imports import Import, ImportState, Said
from piaohe.store.invoices import KeptInvoice, KeyHit
from piaohe.store.lean import LeanInvoice, lean
from piaohe.store.ledgers import Snapshot
from piaohe.store.originals import FolderOriginals, OriginalProblem, Originals
from piaohe.store.unit import Store, StoreProblem, Work

__all__ = [
    "Claim",
    "Event",
    "FolderOriginals",
    "Import",
    "ImportState",
    "KeptInvoice",
    "KeyHit",
    "LeanInvoice",
    "OriginalProblem",
    "Originals",
    "Said",
    "Snapshot",
    "Store",
    "StoreProblem",
    "What",
    "Work",
    "lean",
]
