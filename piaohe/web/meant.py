"""What a phrase typed into the search box means in this house."""

from collections.abc import Iterator
from functools import cache

import classify
from models.finding import Status
from piaohe.report import words as called
from piaohe.search.phrases import Filter, Phrase, understand
from piaohe.store import Work
from piaohe.store.wanted import State, Wanted
from piaohe.web import shown
from piaohe.web.house import House
from piaohe.web.render import LANGUAGES
from piaohe.web.words import say


def phrase(house: House, text: str) -> Phrase:
    """A phrase with the names this house knows."""
    with house.store.reading() as work:
        people = {name: id_ for id_, name in work.people.names().items()}
    today = house.clock().astimezone(shown.ZONE).date()
    return understand(text, today, _named(), people)


def instead(work: Work, wanted: Wanted) -> Wanted | None:
    """What was probably meant where nothing is found: the same with other words, if they find
    something. Names of others' documents are not for those who may see their own only."""
    words = work.search.instead(wanted) if wanted.q else None
    other = wanted.model_copy(update={"q": words}) if words else None
    return other if other and work.search.find(other, limit=1) else None


@cache
def _named() -> dict[str, Filter]:
    """The filters by what pages call them, in every language: what one reads one may type."""
    return {name: given for given, names in _called() for name in names}


def _called() -> Iterator[tuple[Filter, tuple[str, ...]]]:
    for form, words in called.FORMS.items():
        yield ("form", (form.value,)), tuple(map(words.say, LANGUAGES))
    for kind, words in called.TYPES.items():
        yield ("kind", (kind.value,)), tuple(map(words.say, LANGUAGES))
    for match, words in called.STATES.items():
        yield ("match", (match.value,)), tuple(map(words.say, LANGUAGES))
    for status in Status:
        yield ("status", (status.value,)), _said(f"verdict.{status}")
    for state in State:
        yield ("state", (state.value,)), _said(f"state.{state}")
    for category in classify.categories():
        words = called.category_called(category.id)
        yield ("category", (category.id,)), tuple(map(words.say, LANGUAGES))


def _said(key: str) -> tuple[str, ...]:
    return tuple(say(key, lang) for lang in LANGUAGES)
