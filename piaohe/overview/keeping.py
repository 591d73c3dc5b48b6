"""The books of a store, kept at hand so that a page need not wait for a million invoices.

A small store is added up for every page. A large one is added up again behind the page's back,
once something changed and as often as costs a twentieth of one core's time; until that is done the
figures are those of the moment they name, and before the first time there are none.
"""

import datetime
import logging
import threading
import time
from collections.abc import Callable

from models.errors import PiaoheError
from piaohe.overview.figures import AGES, Books, Figures, figures
from piaohe.overview.months import Span
from piaohe.overview.tables import Table
from piaohe.store import Store

SMALL = 2000
"""Invoices that are added up while a page waits."""
_REST = 20
"""So many times as long as adding up took nothing is added up again."""
_OLDEST = 600.0
"""Seconds after which they are made anew though nothing changed: work grows older by itself."""
_QUESTIONS = 100
_DECIDED = datetime.timedelta(days=366 * 4)

_log = logging.getLogger(__name__)


class Keeper:
    """Gives the books; for any number of threads."""

    def __init__(self, store: Store, clock: Callable[[], datetime.datetime]) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._books: Books | None = None
        self._mark: tuple[int, ...] = ()
        self._took = 0.0
        self._made = 0.0
        self._busy = False
        self._asked: tuple[Books | None, dict[tuple[object, ...], Figures]] = (None, {})

    def figures(self, span: Span, buyer: str | None, top: int, today: str) -> Figures | None:
        """The figures of the books; they are made once for each question while those stand."""
        books = self.books()
        if books is None:
            return None
        of, found = self._asked
        if of is not books or len(found) > _QUESTIONS:
            found = {}
            self._asked = (books, found)
        key = (span, buyer, top, today)
        if key not in found:
            found[key] = figures(books, span, buyer, top, today)
        return found[key]

    def books(self) -> Books | None:
        """The books as they are, or where adding up takes long as they were a little while ago;
        None while they are being made for the first time."""
        with self._store.reading() as work:
            size, mark = work.overview.size(), work.overview.mark()
        if size <= SMALL:
            with self._lock:
                return self._make()
        books, age = self._books, time.monotonic() - self._made
        changed = mark != self._mark and age > _REST * self._took
        if books is None or changed or age > _OLDEST:
            self._begin()
        return books

    def _begin(self) -> None:
        with self._lock:
            if self._busy:
                return
            self._busy = True
        threading.Thread(target=self._behind, name="overview", daemon=True).start()

    def _behind(self) -> None:
        try:
            self._make()
        except PiaoheError as error:
            # the page goes on saying of when its figures are
            _log.warning("the overview could not be made", extra={"code": error.record.code})
        finally:
            self._busy = False

    def _make(self) -> Books:
        started = time.monotonic()
        at = self._clock()
        bounds = [at - datetime.timedelta(days=days) for days in AGES]
        with self._store.reading() as work:
            found = work.overview
            mark = found.mark()
            books = Books(
                at=at,
                facts=tuple(found.facts()),
                sellers=Table.of(found.sellers()),
                departments=Table.of(found.departments()),
                opened={(month, buyer): count for month, buyer, count in found.opened()},
                done=tuple(found.done(at - _DECIDED)),
                waiting=tuple(found.waiting(bounds)),
            )
        self._books, self._mark = books, mark
        self._made = time.monotonic()
        self._took = self._made - started
        return books
