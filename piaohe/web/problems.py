"""What goes wrong with a request, said as RFC 9457 says it and in words for a person."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from models.errors import ErrorRecord
from piaohe.web.words import say

_TYPE = "urn:piaohe:problem:"
_Route = TypeVar("_Route", bound=Callable[..., Any])
_refusals: dict[Callable[..., Any], dict[int, tuple[str, ...]]] = {}


class Problem(Exception):  # noqa: N818 - it is called so in RFC 9457
    """A request that cannot be done. `code` is stable and has its words in `words.PROBLEMS`."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        detail: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail or (say(f"problem.{code}", "zh"), say(f"problem.{code}", "en"))
        self.headers = dict(headers or {})
        self.more = more

    @classmethod
    def of(cls, status: int, error: ErrorRecord) -> "Problem":
        """An error of ours as a problem; its hint is what to do."""
        english = f"{error.message_en or error.message} {error.hint_en}".strip()
        return cls(
            status,
            error.code,
            detail=(f"{error.message}。{error.hint}", english),
            retry=error.retry,
        )

    def body(self, lang: str) -> dict[str, Any]:
        """The members of application/problem+json."""
        title = say(f"status.{self.status}", lang)
        return {
            "type": _TYPE + self.code,
            "title": title,
            "status": self.status,
            "code": self.code,
            "detail": self.said(lang),
            **self.more,
        }

    def said(self, lang: str) -> str:
        return self.detail[1] if lang == "en" else self.detail[0]


def refuses(codes: Mapping[int, tuple[str, ...]]) -> Callable[[_Route], _Route]:
    """States with which codes of a status a route may refuse, besides what holds for every route
    like it (`openapi.problems_of`). Stands between the router's decorator and the function."""

    def state(route: _Route) -> _Route:
        _refusals[route] = dict(codes)
        return route

    return state


def refusals_of(route: Callable[..., Any]) -> Mapping[int, tuple[str, ...]]:
    """What a route stated with `refuses`."""
    return _refusals.get(route, {})
