"""doctor: what it says of a machine that lacks something."""

from pathlib import Path

import pytest

from models.errors import SettingsError, StoreError
from piaohe import doctor
from piaohe.doctor import Checkup, Health

ZBAR = "apt-get install -y libzbar0"


def checkup(health: Health, exit_code: int = 0) -> Checkup:
    return Checkup(name="x", health=health, message="", message_en="", exit_code=exit_code)


@pytest.mark.parametrize(
    ("owners", "health"),
    [
        (["opencv-contrib-python"], Health.OK),
        (["opencv-contrib-python", "opencv-contrib-python"], Health.OK),
        (["opencv-contrib-python", "opencv-python-headless"], Health.FAIL),
        (["opencv-python"], Health.FAIL),
        ([], Health.FAIL),
    ],
)
def test_cv2_comes_from_one_distribution(owners: list[str], health: Health) -> None:
    found = doctor.cv2_owners(owners)
    assert found.health is health
    for other in set(owners) - {"opencv-contrib-python"}:
        assert f"pip uninstall -y {other}" in found.hint


@pytest.mark.parametrize(
    ("requires", "installed", "health", "said"),
    [
        ("pillow>=11", "11.0", Health.OK, "11.0"),
        ("pillow>=11", "10.4", Health.FAIL, "已装 10.4"),
        ("pillow>=11", None, Health.FAIL, "未安装"),
    ],
)
def test_a_library_has_a_fitting_version(
    requires: str, installed: str | None, health: Health, said: str
) -> None:
    (found,) = doctor.dependencies([requires], lambda _: installed)
    assert (found.name, found.health) == ("pillow", health)
    assert said in found.message


def test_what_only_developers_need_is_not_asked_for() -> None:
    (found,) = doctor.dependencies(['pytest>=8; extra == "dev"'], lambda _: None)
    assert found.health is Health.WARN


@pytest.mark.parametrize("library", [None, "libzbar.so.0"])
def test_zbar_is_missed_with_the_command_to_install_it(library: str | None) -> None:
    found = doctor.zbar(library)
    assert found.health is (Health.OK if library else Health.WARN)
    assert (ZBAR in found.hint) is (library is None)


def test_a_foreign_owner_of_our_names_is_named() -> None:
    (clash,) = doctor.name_owners({"validate": ["configobj", "piaohe"], "models": ["piaohe"]})
    assert clash.health is Health.FAIL
    assert "configobj" in clash.message
    (fine,) = doctor.name_owners({"validate": ["piaohe"], "numpy": ["numpy"]})
    assert fine.health is Health.OK


@pytest.mark.parametrize(
    ("size", "health"),
    [(None, Health.OK), (1024**3, Health.WARN), (8 * 1024**3, Health.OK)],
)
def test_memory(size: int | None, health: Health) -> None:
    assert doctor.memory(size).health is health


def test_disk_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    assert doctor.disk(tmp_path / "a" / "b").name == "disk"


@pytest.mark.parametrize(
    ("checkups", "expected"),
    [
        ([checkup(Health.OK)], 0),
        ([checkup(Health.WARN)], 0),
        ([checkup(Health.FAIL, 4)], 4),
        ([checkup(Health.FAIL, 4), checkup(Health.FAIL, 3)], 3),
        ([checkup(Health.OK, 3), checkup(Health.FAIL, 4)], 4),
    ],
)
def test_exit_code(checkups: list[Checkup], expected: int) -> None:
    assert doctor.exit_code(checkups) == expected


@pytest.mark.parametrize("kind", [SettingsError, StoreError])
def test_an_unusable_home_is_reported_not_raised(kind: type[SettingsError]) -> None:
    def refuse(_home: Path | None) -> Path:
        raise kind("code", "坏了", "修好", message_en="broken", hint_en="mend it")

    found = next(each for each in doctor.examine(None, refuse) if each.name == "home")
    assert (found.health, found.message, found.exit_code) == (Health.FAIL, "坏了", 4)


def test_a_sound_home_is_shown(tmp_path: Path) -> None:
    found = {each.name: each for each in doctor.examine(tmp_path, lambda home: home or tmp_path)}
    assert str(tmp_path) in found["home"].message
    assert found["python"].health is Health.OK
    assert found["weights"].health is Health.OK
