"""The image and the compose files against what the program has."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from piaohe.cli.commands import app
from piaohe.settings import describe

ROOT = Path(__file__).parents[2]
COMPOSE = ("compose.yaml", "compose.scaled.yaml")
VARIABLES = {row.variable for row in describe()} | {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


def services(name: str) -> dict[str, dict[str, Any]]:
    told = yaml.safe_load((ROOT / name).read_text("utf-8"))
    return {key: one for key, one in told["services"].items() if one["image"] == "piaohe"}


def pinned(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.\[\]-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.M))


def known_options(words: list[str]) -> set[str]:
    """The options a command has; the command is the first word."""
    command = get_command(app).commands[words[0]]  # type: ignore[attr-defined]
    return {option for one in command.params for option in one.opts}


def commands() -> list[tuple[str, list[str]]]:
    entry = re.findall(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text("utf-8"), re.M)
    told = [("Dockerfile", list(yaml.safe_load(one))) for one in entry]
    for name in COMPOSE:
        told += [(name, one["command"]) for one in services(name).values() if "command" in one]
    return told


@pytest.mark.parametrize(("where", "words"), commands())
def test_commands_are_there_with_their_options(where: str, words: list[str]) -> None:
    asked = {word for word in words[1:] if word.startswith("--")}
    assert asked <= known_options(words), where


@pytest.mark.parametrize("name", COMPOSE)
def test_variables_are_settings(name: str) -> None:
    for service in services(name).values():
        ours = {key for key in service["environment"] if not key.startswith("PG")}
        assert ours <= VARIABLES
        assert "no-new-privileges:true" in service["security_opt"]


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "compose.scaled.yaml").read_text("utf-8")
    example = (ROOT / "deploy" / "scaled.env.example").read_text("utf-8")
    for name in ("POSTGRES_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        assert re.findall(rf"\$\{{{name}(\S)", text) == [":"] * len(
            re.findall(rf"\$\{{{name}:\?", text)
        )
        assert f"{name}=\n" in example


def test_the_image_holds_every_package_and_only_known_versions() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = built["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    let_in = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.M)
    assert set(packages) <= set(let_in)
    assert all((ROOT / path).exists() for path in let_in)
    image, every = pinned("requirements-image.lock"), pinned("requirements.lock")
    assert image.items() <= every.items()
    assert not {"pytest", "moto", "playwright"} & set(image)
    assert {"psycopg", "hatchling"} <= {name.partition("[")[0] for name in image}
