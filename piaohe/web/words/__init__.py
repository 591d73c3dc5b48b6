"""What the pages say, in Chinese and English. A key that is missing is a mistake and raises."""

from piaohe.web.words.arrivals import ARRIVALS
from piaohe.web.words.capture import CAPTURE
from piaohe.web.words.claims import CLAIMS
from piaohe.web.words.guide import HELP
from piaohe.web.words.overview import OVERVIEW
from piaohe.web.words.pages import PAGES
from piaohe.web.words.problems import PROBLEMS, TITLES
from piaohe.web.words.review import REVIEW
from piaohe.web.words.search import SEARCH
from piaohe.web.words.states import STATES

WORDS: dict[str, tuple[str, str]] = {
    **PAGES,
    **STATES,
    **REVIEW,
    **SEARCH,
    **OVERVIEW,
    **CLAIMS,
    **ARRIVALS,
    **CAPTURE,
    **HELP,
    **{f"status.{code}": both for code, both in TITLES.items()},
    **{f"problem.{code}": both for code, both in PROBLEMS.items()},
}


def say(key: str, lang: str, **values: object) -> str:
    """What stands under the key, its `{names}` filled in. Raises KeyError for a missing key."""
    text = WORDS[key][1 if lang == "en" else 0]
    return text.format(**values) if values else text
