"""What a chore is, and what it works with."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from piaohe.settings import Settings
from piaohe.store import Store, Work
from piaohe.store.chores import Facts


class LostError(Exception):
    """Somebody else has the chore by now: whoever gets this must stop."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What a chore has at hand. `mark` is how far it came before, "" at first; `remember` keeps
    how far it came now, in the same transaction as what it did, and raises LostError where the
    chore is no longer ours."""

    store: Store
    settings: Settings
    now: Callable[[], datetime.datetime]
    mark: str
    remember: Callable[[Work, str], None]


@dataclass(frozen=True, slots=True)
class Chore:
    """Something done by the clock. `do` gives its counts; what it raises is a failed run, tried
    again when it is due next. It may be stopped anywhere and done again. `quick` ones never wait
    for the others."""

    name: str
    do: Callable[[Hands], Facts]
    quick: bool = False
