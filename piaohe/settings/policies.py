"""The policy file: read, explained by line where it is wrong, and shown with its defaults."""

import datetime
import difflib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import classify
import validate
from models.errors import SettingsError
from models.identifiers import is_uscc, tax_id_kind
from models.record import Record
from models.text import squash
from piaohe.settings.toml_lines import line_of, lines_of
from validate.policy import OTHER_TIER

POLICY_FILES = "policy*.toml"
"""The names under which the policies of a home folder are looked for."""

_TABLE = "policy"
_SHOWN_PROBLEMS = 5

_CHINESE = {
    "extra_forbidden": "没有这个设置{near}",
    "missing": "缺少这一项",
    "decimal_parsing": "应为金额，如 500 或 500.00",
    "decimal_type": "应为金额，如 500 或 500.00",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "string_type": "应为文字，请加引号",
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "格式不对，应为月-日，如 05-31",
    "date_type": "应为日期，如 2026-01-01（不加引号）",
    "date_from_datetime_parsing": "应为日期，如 2026-01-01（不加引号）",
    "date_from_datetime_inexact": "应为日期，不带时间",
    "date_parsing": "应为日期，如 2026-01-01（不加引号）",
    "tuple_type": "应为列表：写成方括号，或一条一段 [[{key}]]",
    "dict_type": "应为一组设置（表）",
    "model_type": "应为一组设置（表）",
    "model_attributes_type": "应为一组设置（表）",
    "literal_error": "应为 {expected} 之一",
    "enum": "应为 {expected} 之一",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "finite_number": "应为有限的数",
}

_ENGLISH = {"tuple_type": "should be a list: brackets, or a section [[{key}]] for each"}

Location = tuple[str | int, ...]


class PolicyProblem(Record):
    """Something wrong with a policy file. `line` counts from 1, None where there is no line."""

    line: int | None
    key: str
    message: str
    message_en: str

    def say(self, lang: str) -> str:
        """The problem in one line, its place first."""
        if lang == "en":
            where = f"line {self.line}: " if self.line else ""
            return f"{where}{self.key} {self.message_en}".replace("  ", " ")
        where = f"第{self.line}行：" if self.line else ""
        return f"{where}{self.key} {self.message}".replace("  ", " ")


class Shown(Record):
    """A setting of the policy as it is in effect; `is_default` where no file says otherwise."""

    key: str
    value: str
    meaning: str
    is_default: bool


def load(path: Path) -> validate.Policy:
    """Read a policy file. Raises SettingsError: policy_unreadable, policy_invalid."""
    policy, problems = examine(_text_of(path))
    if policy is not None and not problems:
        return policy
    shown = problems[:_SHOWN_PROBLEMS]
    raise SettingsError(
        "policy_invalid",
        f"制度文件 {path} 不可用：" + "；".join(problem.say("zh") for problem in shown),
        f"请改正后用 piaohe policy check {path} 检查",
        message_en=f"the policy file {path} is unusable: "
        + "; ".join(problem.say("en") for problem in shown),
        hint_en=f"correct it, and look with piaohe policy check {path}",
    )


def check(path: Path) -> tuple[validate.Policy | None, tuple[PolicyProblem, ...]]:
    """What a file says, and all that is wrong with it. Raises SettingsError: policy_unreadable."""
    return examine(_text_of(path))


def in_force(home: Path, today: datetime.date) -> validate.Policy | None:
    """The policy of a home folder that is in force on a day; None where there is none.

    Candidates are `policy.toml` and `policy-*.toml`. Of those whose `effective` date has come the
    latest counts; one without a date has always been in force. Raises SettingsError as `load`.
    """
    files = sorted(path for path in home.glob(POLICY_FILES) if path.is_file())
    begun = [
        (policy.effective or datetime.date.min, policy)
        for policy in map(load, files)
        if policy.effective is None or policy.effective <= today
    ]
    return max(begun, key=lambda one: one[0])[1] if begun else None


def examine(text: str) -> tuple[validate.Policy | None, tuple[PolicyProblem, ...]]:
    """The policy of a TOML text, thresholds at its top or in a table `policy`, and its problems.

    None where it is no policy at all; with one, problems are such as name things that do not
    exist (rules, categories, tiers) or identifiers that cannot be.
    """
    try:
        contents = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        return None, (_not_toml(error),)
    table = contents.get(_TABLE)
    prefix: Location = (_TABLE,) if isinstance(table, dict) else ()
    values = table if isinstance(table, dict) else contents
    policy, errors = _validated(values)
    found = [(error["loc"], *_worded(error)) for error in errors]
    sound = policy
    if errors:
        # what is wrong elsewhere in the file is told at once, not after the next attempt
        bad = {error["loc"][0] for error in errors}
        sound, _ = _validated({name: one for name, one in values.items() if name not in bad})
    if sound is not None:
        found += _doubts(sound)
    lines = lines_of(text)
    problems = (
        PolicyProblem(
            line=line_of(lines, (*prefix, *location)), key=_key(location), message=zh, message_en=en
        )
        for location, zh, en in found
    )
    return policy, tuple(sorted(problems, key=lambda one: one.line or 0))


def _validated(
    values: Mapping[str, Any],
) -> tuple[validate.Policy | None, Sequence[Mapping[str, Any]]]:
    try:
        return validate.Policy.model_validate(values), ()
    except ValidationError as error:
        return None, error.errors(include_url=False, include_input=False)


def shown(policy: validate.Policy) -> list[Shown]:
    """Every setting with its value in effect, those of lists one by one."""
    usual = validate.Policy()
    rows = []
    for name, field in validate.Policy.model_fields.items():
        value = getattr(policy, name)
        rows.append(
            Shown(
                key=name,
                value=_written(value),
                meaning=field.description or "",
                is_default=value == getattr(usual, name),
            )
        )
    return rows


def differences(before: validate.Policy, after: validate.Policy) -> list[tuple[str, str, str]]:
    """The settings in which two policies differ: (key, before, after)."""
    return [
        (one.key, one.value, other.value)
        for one, other in zip(shown(before), shown(after), strict=True)
        if getattr(before, one.key) != getattr(after, one.key)
    ]


def _written(value: object) -> str:
    """A value as a person reads it; of records the parts that are set."""
    if isinstance(value, Record):
        parts = [f"{name}={_written(part)}" for name, part in value if part not in {None, (), ""}]
        return " ".join(parts)
    if isinstance(value, tuple):
        lists = any(isinstance(part, Record) for part in value)
        return ("\n" if lists else "、").join(_written(part) for part in value)
    if isinstance(value, Mapping):
        return "；".join(f"{name}={_written(part)}" for name, part in value.items())
    if isinstance(value, Decimal):
        return format(value, "f")
    return "" if value is None else str(value)


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        why, why_en = "不是 UTF-8 文本", "not UTF-8"
        cause: Exception = error
    except OSError as error:
        why, why_en = "文件不存在或没有权限", error.strerror or "not there"
        cause = error
    raise SettingsError(
        "policy_unreadable",
        f"无法读取制度文件 {path}：{why}",
        "请检查路径和权限，并以 UTF-8 保存",
        message_en=f"the policy file {path} cannot be read: {why_en}",
        hint_en="check its path and rights, and save it as UTF-8",
    ) from cause


def _not_toml(error: Exception) -> PolicyProblem:
    """A text that is no TOML; the parser names the line itself."""
    if isinstance(error, RecursionError):
        return PolicyProblem(
            line=None, key="", message="嵌套太深", message_en="is nested too deeply"
        )
    text = str(error)
    line = next((word for word in text.replace(",", "").split() if word.isdigit()), None)
    return PolicyProblem(
        line=int(line) if line else None,
        key="",
        message=f"不是有效的 TOML（{text}）",
        message_en=f"is not valid TOML ({text})",
    )


def _worded(problem: Mapping[str, Any]) -> tuple[str, str]:
    """What pydantic found wrong, in Chinese and in English."""
    location: Location = problem["loc"]
    facts = {"near": "", "error": problem["msg"], "key": _key(location)} | problem.get("ctx", {})
    english = _ENGLISH.get(problem["type"], problem["msg"]).replace("{key}", facts["key"])
    if problem["type"] == "extra_forbidden":
        near = _nearest(str(location[-1]), _known_keys(location))
        facts["near"] = f"，是否想写 {near}？" if near else ""
        english = "there is no such setting" + (f"; did you mean {near}?" if near else "")
    chinese = _CHINESE.get(problem["type"], "值不可用（{error}）")
    return chinese.format(**facts), f"{english[:1].lower()}{english[1:]}"


def _known_keys(location: Location) -> Sequence[str]:
    """The keys there are at the level of a location."""
    records: dict[str, type[Record]] = {
        "entities": validate.Entity,
        **{
            name: args[0]
            for name, field in validate.Policy.model_fields.items()
            if (args := getattr(field.annotation, "__args__", ()))
            and isinstance(args[0], type)
            and issubclass(args[0], Record)
        },
    }
    model = records.get(str(location[0])) if len(location) > 1 else validate.Policy
    return list(model.model_fields) if model else []


def _nearest(word: str, known: Sequence[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=0.6)), None)


def _key(location: Location) -> str:
    """`("limits", 0, "amount")` as `limits[1].amount`: people count from one."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).lstrip(".")


def _doubts(policy: validate.Policy) -> Iterator[tuple[Location, str, str]]:
    """What is well formed and yet cannot be meant: (where, Chinese, English)."""
    known = [rule.id for rule in validate.rules()]
    for rule in policy.severity:
        if rule not in known:
            near = _nearest(rule, known)
            yield (
                ("severity", rule),
                "没有这条规则" + (f"，是否想写 {near}？" if near else ""),
                "there is no such rule" + (f"; did you mean {near}?" if near else ""),
            )
    yield from _wrong_identifiers(policy)
    yield from _wrong_categories(policy)
    yield from _wrong_limits(policy)


def _wrong_identifiers(policy: validate.Policy) -> Iterator[tuple[Location, str, str]]:
    for index, entity in enumerate(policy.entities):
        if not squash(entity.name):
            yield ("entities", index, "name"), "不能为空", "cannot be empty"
        tax_id = squash(entity.tax_id or "").upper()
        if tax_id and tax_id_kind(tax_id) == "uscc" and not is_uscc(tax_id):
            yield (
                ("entities", index, "tax_id"),
                "统一社会信用代码的校验位不对",
                "the check character of this tax id is wrong",
            )
    for index, entry in enumerate(policy.blacklist):
        if not entry.name and not entry.tax_id:
            yield (
                ("blacklist", index),
                "须写 name 或 tax_id",
                "needs a name or a tax_id",
            )


def _wrong_categories(policy: validate.Policy) -> Iterator[tuple[Location, str, str]]:
    known = [category.id for category in classify.categories()]
    named: list[tuple[Location, str | None]] = [
        *((("limits", at, "category"), one.category) for at, one in enumerate(policy.limits)),
        *(
            (("attachments", at, "category"), one.category)
            for at, one in enumerate(policy.attachments)
        ),
        *((("holiday_categories", at), one) for at, one in enumerate(policy.holiday_categories)),
        *(
            (("undeductible_categories", at), one)
            for at, one in enumerate(policy.undeductible_categories)
        ),
    ]
    for location, category in named:
        if category is not None and category not in known:
            near = _nearest(category.upper(), known)
            yield (
                location,
                f"没有费用类别 {category}" + (f"，是否想写 {near}？" if near else ""),
                f"there is no category {category}" + (f"; did you mean {near}?" if near else ""),
            )


def _wrong_limits(policy: validate.Policy) -> Iterator[tuple[Location, str, str]]:
    tiers = {tier.name for tier in policy.tiers} | {OTHER_TIER}
    met: dict[tuple[str, str, str | None, str | None], int] = {}
    for index, limit in enumerate(policy.limits):
        if limit.tier is not None and limit.tier not in tiers:
            yield (
                ("limits", index, "tier"),
                f"没有城市档次 {limit.tier}",
                f"there is no tier {limit.tier}",
            )
        same = (limit.category, limit.per, limit.grade, limit.tier)
        if same in met:
            yield (
                ("limits", index),
                f"与第{met[same] + 1}条标准重复",
                f"says the same as limit {met[same] + 1}",
            )
        met.setdefault(same, index)
