"""The house rules that a tool can check."""

import ast
import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("models", "ingest", "ocr", "classify", "validate", "reconcile", "synth", "piaohe")
SOURCES = sorted(
    path
    for folder in (*ROOMS, "benchmarks", "scripts", "tests")
    for path in (ROOT / folder).rglob("*.py")
)
LONGEST_FILE = 400
LONGEST_BODY = 40
"""Lines of a function without signature and docstring; tests may list data at length."""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= LONGEST_FILE
    if ROOT / "tests" in path.parents:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and node.body[1:] else node.body
            assert (node.end_lineno or 0) - body[0].lineno < LONGEST_BODY, node.name


def test_our_packages_are_ours_alone() -> None:
    """Plain top-level names can collide with another distribution's; the last one would win."""
    owners = metadata.packages_distributions()
    taken = {
        name: set(owners.get(name, ())) - {"piaohe"}
        for name in ROOMS
        if set(owners.get(name, ())) - {"piaohe"}
    }
    assert taken == {}


def test_one_opencv_only() -> None:
    installed = {
        str(distribution.metadata["Name"]).lower()
        for distribution in metadata.distributions()
        if str(distribution.metadata["Name"]).lower().startswith("opencv")
    }
    assert installed == {"opencv-contrib-python"}


def test_the_lock_has_hashes_and_no_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "--hash=sha256:" in lock
    assert not re.search(r"https?://|--index-url|--find-links", lock)


def test_nothing_points_at_one_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    texts = [
        name for name in listed if Path(name).suffix in {".py", ".md", ".toml", ".json", ".in"}
    ]
    for name in texts:
        path = ROOT / name
        if path.is_file():
            assert not re.search(r"/(?:root|work|home/\w+)/", path.read_text("utf-8")), name
