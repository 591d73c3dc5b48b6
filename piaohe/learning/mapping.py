"""The mapping file: a company's own categories and accounts, explained by line where it is wrong.

[[categories]]  name, standard, account         a category of our own and what it is a part of
[[rules]]       category, seller, short_name, item -> company_category, account
"""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import classify
from classify.company import CategoryMap, MapRule, OwnCategory
from models.errors import SettingsError
from models.record import Record
from models.text import squash
from piaohe.settings.toml_lines import line_of, lines_of

MAPPING_FILE = "categories.toml"
"""Its name in the home folder."""

_SHOWN = 5
_CHINESE = {
    "extra_forbidden": "没有这个设置",
    "missing": "缺少这一项",
    "string_type": "应为文字，请加引号",
    "string_too_short": "不能为空",
    "string_too_long": "太长",
    "too_long": "太多",
    "tuple_type": "应为列表：一条一段，写成 [[…]]",
    "model_type": "应为一组设置（表）",
}
_CONDITIONS = ("category", "seller", "short_name", "item")

Location = tuple[str | int, ...]
Doubt = tuple[Location, str, str]


class MapProblem(Record):
    """Something wrong with a mapping file. `line` counts from 1, None where there is no line."""

    line: int | None
    key: str
    message: str
    message_en: str

    def say(self, lang: str) -> str:
        """The problem in one line, its place first."""
        where = f"line {self.line}: " if lang == "en" else f"第{self.line}行："
        message = self.message_en if lang == "en" else self.message
        return f"{where if self.line else ''}{self.key} {message}".strip()


def of_home(home: Path) -> CategoryMap:
    """The mapping of a home folder; an empty one where there is no file.

    Raises SettingsError as `load`: what is meant to count must not be left out in silence.
    """
    path = home / MAPPING_FILE
    return load(path) if path.exists() else CategoryMap()


def load(path: Path) -> CategoryMap:
    """Read a mapping file. Raises SettingsError: mapping_unreadable, mapping_invalid."""
    mapping, problems = check(path)
    if mapping is not None and not problems:
        return mapping
    shown = problems[:_SHOWN]
    raise SettingsError(
        "mapping_invalid",
        f"类别对照表 {path} 不可用：" + "；".join(problem.say("zh") for problem in shown),
        f"请改正后用 piaohe classifier map check {path} 检查",
        message_en=f"the mapping file {path} is unusable: "
        + "; ".join(problem.say("en") for problem in shown),
        hint_en=f"correct it, and look with piaohe classifier map check {path}",
    )


def check(path: Path) -> tuple[CategoryMap | None, tuple[MapProblem, ...]]:
    """What a file says, and all that is wrong with it. Raises SettingsError mapping_unreadable."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "mapping_unreadable",
            f"无法读取类别对照表 {path}",
            "请检查路径和权限，并以 UTF-8 保存",
            message_en=f"the mapping file {path} cannot be read: {type(error).__name__}",
            hint_en="check its path and rights, and save it as UTF-8",
        ) from error
    return examine(text)


def examine(text: str) -> tuple[CategoryMap | None, tuple[MapProblem, ...]]:
    """The mapping of a TOML text and its problems; None where it is no mapping at all."""
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return None, (_not_toml(error),)
    mapping, found = _validated(values)
    if mapping is not None:
        found = list(_doubts(mapping))
    lines = lines_of(text)
    problems = (
        MapProblem(line=line_of(lines, at), key=_key(at), message=zh, message_en=en)
        for at, zh, en in found
    )
    return mapping, tuple(sorted(problems, key=lambda one: one.line or 0))


def _validated(values: Mapping[str, Any]) -> tuple[CategoryMap | None, list[Doubt]]:
    try:
        return CategoryMap.model_validate(values), []
    except ValidationError as error:
        return None, [_worded(one) for one in error.errors(include_url=False)]


def _worded(problem: Mapping[str, Any]) -> Doubt:
    at: Location = problem["loc"]
    if problem["type"] == "value_error":
        return (
            at,
            "须写条件（category、seller、short_name 或 item）和结果（company_category 或 account）",
            (str(problem["ctx"]["error"])),
        )
    chinese = _CHINESE.get(problem["type"], f"值不可用（{problem['msg']}）")
    english = problem["msg"][:1].lower() + problem["msg"][1:]
    if problem["type"] == "extra_forbidden":
        near = _nearest(str(at[-1]), _keys_beside(at))
        chinese += f"，是否想写 {near}？" if near else ""
        english = "there is no such setting" + (f"; did you mean {near}?" if near else "")
    return at, chinese, english


def _keys_beside(at: Location) -> list[str]:
    if len(at) == 1:
        return list(CategoryMap.model_fields)
    return list((MapRule if at[0] == "rules" else OwnCategory).model_fields)


def _doubts(mapping: CategoryMap) -> Iterator[Doubt]:
    """What is well formed and yet cannot be meant."""
    known = [category.id for category in classify.categories()]
    own = [category.name for category in mapping.categories]
    for index, category in enumerate(mapping.categories):
        if category.standard not in known:
            yield _unknown(("categories", index, "standard"), category.standard, known)
        if category.name in known or own.index(category.name) < index:
            yield (
                ("categories", index, "name"),
                f"名称 {category.name} 已经有了",
                f"the name {category.name} is taken",
            )
    met: dict[tuple[str, ...], int] = {}
    for index, rule in enumerate(mapping.rules):
        if rule.category is not None and rule.category not in {*known, *own}:
            yield _unknown(("rules", index, "category"), rule.category, [*known, *own])
        conditions = tuple(squash(getattr(rule, name) or "") for name in _CONDITIONS)
        if conditions in met:
            first = met[conditions] + 1
            yield (
                ("rules", index),
                f"条件与第{first}条规则相同，永远用不到",
                f"has the conditions of rule {first} and is never reached",
            )
        met.setdefault(conditions, index)


def _unknown(at: Location, name: str, known: list[str]) -> Doubt:
    near = _nearest(name.upper(), known) or _nearest(name, known)
    return (
        at,
        f"没有费用类别 {name}" + (f"，是否想写 {near}？" if near else ""),
        f"there is no category {name}" + (f"; did you mean {near}?" if near else ""),
    )


def _nearest(word: str, known: list[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=0.6)), None)


def _not_toml(error: Exception) -> MapProblem:
    text = str(error)
    words = text.replace(",", "").replace(")", "").split()
    line = next((word for word in words if word.isdigit()), None)
    return MapProblem(
        line=int(line) if line else None,
        key="",
        message=f"不是有效的 TOML（{text}）",
        message_en=f"is not valid TOML ({text})",
    )


def _key(at: Location) -> str:
    """`("rules", 0, "seller")` as `rules[1].seller`: people count from one."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in at).lstrip(
        "."
    )
