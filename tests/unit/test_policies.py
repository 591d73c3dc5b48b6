"""The policy file: what is wrong with it, by line, and which of several is in force."""

import datetime
from decimal import Decimal
from pathlib import Path

import pytest

import validate
from models.errors import SettingsError
from piaohe.settings import policies
from piaohe.settings.toml_lines import line_of, lines_of

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "policy.toml"


def told(text: str) -> list[tuple[int | None, str, str]]:
    """(line, key, Chinese message) of every problem."""
    return [(one.line, one.key, one.message) for one in policies.examine(text)[1]]


def test_the_example_of_the_docs_is_a_policy() -> None:
    policy = policies.load(EXAMPLE)
    assert policy.version == "2026-07"
    assert policy.entities[0].name == "甲乙科技有限公司"
    assert {limit.category for limit in policy.limits} == {"HOTEL", "MEAL", "TAXI"}
    assert policy.tier_of("深圳市") == "一线"


@pytest.mark.parametrize(
    ("text", "line", "key", "word"),
    [
        ("max_age_days = 'x'\n", 1, "max_age_days", "整数"),
        ("\n\nversion = 3\n", 3, "version", "文字"),
        ("buyer_required = 'ja'\n", 1, "buyer_required", "true"),
        ("effective = 'x'\n", 1, "effective", "日期"),
        ("# a\nmax_age_day = 3\n", 2, "max_age_day", "max_age_days"),
        ("[limits]\nhotel = 3\n", 1, "limits", "[[limits]]"),
        ("[[limits]]\ncategory='HOTEL'\namount='abc'\n", 3, "limits[1].amount", "金额"),
        ("[[limits]]\ncategory='HOTEL'\namount=-1\n", 3, "limits[1].amount", "不能小于"),
        ("[[limits]]\ncategory='HOTEL'\n", 1, "limits[1].amount", "缺少"),
        ("[[limits]]\ncategory='HOTEL'\namount=1\nper='x'\n", 4, "limits[1].per", "night"),
        ("limits = [\n {category='HOTEL', amount=1},\n {amont=1}]", 3, "limits[2].amont", "amount"),
        ("[severity]\n'R-DATE-03'='rejct'\n", 2, "severity.R-DATE-03", "reject"),
        ("[severity]\n'R-DATE-3'='reject'\n", 2, "severity.R-DATE-3", "R-DATE-03"),
        ("[[limits]]\namount=1\ncategory='HOTLE'\n", 3, "limits[1].category", "HOTEL"),
        ("limits=[{category='HOTEL',amount=1,tier='一线'}]", 1, "limits[1].tier", "一线"),
        ("[[blacklist]]\nreason='x'\n", 1, "blacklist[1]", "name"),
        (
            "[[entities]]\nname='a'\ntax_id='91440300MA5XYT123H'\n",
            3,
            "entities[1].tax_id",
            "校验位",
        ),
        ("a = \n", 1, "", "TOML"),
        ("[policy]\nmax_age_days='x'\n", 2, "policy.max_age_days", "整数"),
    ],
)
def test_what_is_wrong_is_told_by_line(text: str, line: int, key: str, word: str) -> None:
    messages = {(at, name): message for at, name, message in told(text)}
    assert word in messages[line, key.removeprefix("policy.")]


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_lines() -> None:
    text = "[severity]\n'R-X-1'='warn'\n[[limits]]\ncategory='HOTEL'\namount='x'\n[seats]\n"
    assert [line for line, _, _ in told(text)] == [2, 5, 6]


@pytest.mark.parametrize("text", ["a" * 10_000, "a=" + "[" * 5000, "\x00", "=", "[[a]]\n[a.b]\n"])
def test_hostile_texts_are_explained(text: str) -> None:
    policy, problems = policies.examine(text)
    assert policy is None
    assert problems
    assert all(problem.say(lang) for problem in problems for lang in ("zh", "en"))


def test_amounts_are_exact() -> None:
    policy, problems = policies.examine("approval_limits = [0.1, 1000]\nmin_confidence = 0.7\n")
    assert not problems
    assert policy is not None
    assert policy.approval_limits == (Decimal("0.1"), Decimal(1000))


def test_a_file_that_is_not_there_or_no_text_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
    for path in (tmp_path / "none.toml", tmp_path / "x.toml", tmp_path):
        with pytest.raises(SettingsError) as caught:
            policies.load(path)
        assert caught.value.record.code == "policy_unreadable"


def test_a_wrong_file_is_refused_with_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text("\nmax_age_days = 'x'\n", "utf-8")
    with pytest.raises(SettingsError) as caught:
        policies.load(path)
    assert "第2行" in caught.value.record.message
    assert "line 2" in caught.value.record.message_en


@pytest.mark.parametrize(
    ("today", "version"),
    [("2025-12-31", "old"), ("2026-01-01", "a"), ("2026-06-30", "a"), ("2026-07-01", "b")],
)
def test_the_latest_that_has_begun_is_in_force(tmp_path: Path, today: str, version: str) -> None:
    files = {
        "policy.toml": "version='old'",
        "policy-1.toml": "version='b'\neffective=2026-07-01",
        "policy-2.toml": "version='a'\neffective=2026-01-01",
        "other.toml": "nonsense",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    policy = policies.in_force(tmp_path, datetime.date.fromisoformat(today))
    assert policy is not None
    assert policy.version == version


def test_without_a_file_no_policy_is_in_force(tmp_path: Path) -> None:
    assert policies.in_force(tmp_path / "nowhere", datetime.date.max) is None


def test_every_setting_is_shown_with_its_meaning() -> None:
    rows = policies.shown(policies.load(EXAMPLE))
    assert [row.key for row in rows] == list(validate.Policy.model_fields)
    assert all(row.meaning for row in rows)
    by_key = {row.key: row for row in rows}
    assert not by_key["max_age_days"].is_default
    assert by_key["clock_skew_days"].is_default


def test_differences_name_the_settings() -> None:
    one, other = validate.Policy(), validate.Policy(max_age_days=180)
    assert policies.differences(one, other) == [("max_age_days", "365", "180")]
    assert policies.differences(one, one) == []


def test_lines_of_keys_tables_and_elements() -> None:
    text = (
        'a.b = 1\n"ü.x" = """\n[no]\n"""\n[t] # [x]\n'
        "k = [\n  1, # ]\n  { y = 2, z = [3,\n4] },\n]\n"
        "[[l]]\nv = '#'\n[l.sub]\nw = 1979-05-27T07:32:00\n[[l]]\nv = 2\n"
    )
    lines = lines_of(text)
    expected = {
        ("a",): 1,
        ("a", "b"): 1,
        ("ü.x",): 2,
        ("t",): 5,
        ("t", "k"): 6,
        ("t", "k", 0): 7,
        ("t", "k", 1): 8,
        ("t", "k", 1, "z", 1): 9,
        ("l",): 11,
        ("l", 0, "v"): 12,
        ("l", 0, "sub", "w"): 14,
        ("l", 1): 15,
        ("l", 1, "v"): 16,
    }
    assert {path: lines.get(path) for path in expected} == expected
    assert line_of(lines, ("t", "k", 1, "none")) == 8
    assert line_of(lines, ("nowhere",)) is None
