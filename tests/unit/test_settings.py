"""The settings: where values come from, and what is said about unusable ones."""

import os
from pathlib import Path

import pytest

from models.errors import SettingsError
from models.identifiers import uscc_check_character
from piaohe.settings import Settings, describe, load_settings

TAX_ID = "91330100MA27X0000" + uscc_check_character("91330100MA27X0000")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.upper().startswith("PIAOHE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))


def write(home: Path, text: str) -> Path:
    home.mkdir(exist_ok=True)
    (home / "piaohe.toml").write_text(text, encoding="utf-8")
    return home


def refusal(home: Path | None = None) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        load_settings(home)
    assert caught.value.exit_code == 4
    assert caught.value.record.hint
    assert caught.value.record.hint_en
    return caught.value


def test_defaults_need_no_file(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.home == tmp_path / "user" / ".piaohe"
    assert not settings.home.exists()
    assert (settings.language, settings.ocr.threads, settings.entities) == ("zh", None, ())


def test_file_then_environment_then_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = write(
        tmp_path / "h", 'language = "en"\n[ocr]\nthreads = 2\ndetection_side_limit = 960\n'
    )
    monkeypatch.setenv("PIAOHE_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("PIAOHE_OCR__THREADS", "3")
    settings = load_settings(home)
    assert settings.home == home
    assert settings.language == "en"
    assert (settings.ocr.threads, settings.ocr.detection_side_limit) == (3, 960)


def test_home_variable_finds_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = write(tmp_path / "h", 'language = "en"')
    monkeypatch.setenv("PIAOHE_HOME", str(home))
    assert (load_settings().home, load_settings().language) == (home, "en")


def test_config_variable_names_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "my.toml"
    config.write_text(f'home = "{(tmp_path / "data").as_posix()}"', encoding="utf-8")
    monkeypatch.setenv("PIAOHE_CONFIG", str(config))
    assert load_settings().home == tmp_path / "data"
    monkeypatch.setenv("PIAOHE_CONFIG", str(tmp_path / "none.toml"))
    assert refusal().record.code == "settings_file_unreadable"


def test_a_mark_in_front_of_the_file_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "piaohe.toml").write_bytes(b'\xef\xbb\xbflanguage = "en"\n')
    assert load_settings(tmp_path).language == "en"


def test_entities_from_file_and_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f'[[entities]]\nname = "示例公司"\ntax_id = "{TAX_ID.lower()}"\naliases = ["示例"]\n'
    (entity,) = load_settings(write(tmp_path / "h", text)).entities
    assert (entity.tax_id, entity.aliases) == (TAX_ID, ("示例",))
    monkeypatch.setenv("PIAOHE_ENTITIES", f'[{{"name": "另一公司", "tax_id": "{TAX_ID}"}}]')
    assert [item.name for item in load_settings(tmp_path / "h").entities] == ["另一公司"]


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("language = 'fr'", "setting_invalid", "language"),
        ("[ocr]\nthreads = 0", "setting_invalid", "ocr.threads"),
        ("[ocr]\nthreads = 'many'", "setting_invalid", "ocr.threads"),
        ("[ocr]\nthreds = 2", "setting_unknown", "ocr.threds"),
        ("colour = 'red'", "setting_unknown", "colour"),
        ("ocr = 3", "setting_invalid", "ocr"),
        ("[[entities]]\nname = '甲'", "setting_invalid", "entities[0].tax_id"),
        (
            f"[[entities]]\nname = '甲'\ntax_id = '{TAX_ID[:-1]}%'",
            "setting_invalid",
            "entities[0].tax_id",
        ),
        (
            f"[[entities]]\nname = '甲'\ntax_id = '2{TAX_ID[1:]}'",
            "setting_invalid",
            "entities[0].tax_id",
        ),
        ("language = ?\nocr = 1", "settings_file_invalid", "line 1"),
    ],
)
def test_unusable_file(tmp_path: Path, text: str, code: str, says: str) -> None:
    error = refusal(write(tmp_path / "h", text))
    assert error.record.code == code
    assert says in error.record.message
    assert says in error.record.message_en
    assert "piaohe.toml" in error.record.hint + error.record.message


@pytest.mark.parametrize(
    ("name", "value", "code", "says"),
    [
        ("PIAOHE_LANGUAGE", "fr", "setting_invalid", "language"),
        ("PIAOHE_OCR__THREADS", "x", "setting_invalid", "ocr.threads"),
        ("PIAOHE_OCR__THREDS", "2", "setting_unknown", "PIAOHE_OCR__THREADS"),
        ("PIAOHE_LANGAUGE", "en", "setting_unknown", "PIAOHE_LANGUAGE"),
        ("PIAOHE_ENTITIES", "示例科技", "setting_invalid", "PIAOHE_ENTITIES"),
    ],
)
def test_unusable_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, code: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    error = refusal()
    assert error.record.code == code
    assert says in error.record.message
    assert name in error.record.message + error.record.hint


def test_other_programs_variables_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIAOHE_IMAGE_TAG", "1")
    monkeypatch.setenv("PIAOHE_LANGUAGE", "")
    assert load_settings().language == "zh"


def test_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "piaohe.toml").write_bytes("language = '中文'".encode("gbk"))
    assert refusal(tmp_path).record.code == "settings_file_invalid"


def test_file_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "piaohe.toml").mkdir()
    assert refusal(tmp_path).record.code == "settings_file_unreadable"


def test_values_are_not_shown(tmp_path: Path) -> None:
    text = "[[entities]]\nname = '秘密公司'\ntax_id = 'SECRET'"
    error = refusal(write(tmp_path / "h", text))
    assert "SECRET" not in str(error) + error.record.model_dump_json()


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().language = "en"  # type: ignore[misc]


def test_every_setting_is_described() -> None:
    rows = describe()
    assert all(row.description and row.type for row in rows)
    assert len({row.name for row in rows}) == len(rows)
    by_name = {row.name: row for row in rows}
    assert by_name["home"].default == "~/.piaohe"
    assert by_name["ocr.threads"].variable == "PIAOHE_OCR__THREADS"
    assert by_name["entities[].tax_id"].variable == ""
    assert {row.name.split(".")[0].removesuffix("[]") for row in rows} == set(Settings.model_fields)
