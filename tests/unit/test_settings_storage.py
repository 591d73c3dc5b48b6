"""The settings of the database and the originals: what they refuse, and what they keep to
themselves."""

import os
from pathlib import Path

import pytest

from models.errors import SettingsError
from piaohe.settings import load_settings

URL = "postgresql://piaohe:hush%40@db.example.com/piaohe"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.upper().startswith("PIAOHE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


def test_a_password_is_not_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PIAOHE_DATABASE__URL", URL)
    settings = load_settings(tmp_path)
    assert settings.database.url == URL
    for text in (settings.model_dump_json(), str(settings.model_dump()), repr(settings)):
        assert "hush" not in text
    shown = settings.model_dump(mode="json")["database"]["url"]
    assert shown == "postgresql://piaohe:***@db.example.com/piaohe"


def test_without_them_everything_is_in_the_home_folder(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert settings.database.url is None
    assert settings.originals.url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE__URL", "mysql://u:hush@h/x"),
        ("DATABASE__URL", "hush"),
        ("ORIGINALS__URL", "https://hush/x"),
        ("ORIGINALS__URL", "s3://"),
        ("ORIGINALS__ENDPOINT", "http://user:hush@h"),
    ],
)
def test_what_cannot_be_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PIAOHE_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    record = caught.value.record
    assert record.code == "setting_invalid"
    assert f"PIAOHE_{name}" in record.hint_en
    assert "hush" not in record.model_dump_json()
